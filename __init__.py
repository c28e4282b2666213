"""cogov: simulate how a city notices, routes and settles what its residents need."""

__version__ = "0.1.0"
