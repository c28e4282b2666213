"""The same small governance network three times: in the engine, with Ciw and with SimPy, from one declaration.

``declaration.toml`` was written first and says all that the model is. Each side was written from it alone, with draws
of its own, so agreement is one of distributions and not of minutes; for that see ``simpy_twin``.
"""
