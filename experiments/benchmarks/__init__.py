"""Measurements of speed and memory, all in one run: ``python -m cogov.experiments.benchmarks``; see ``__main__``."""
