"""Measurements of speed and memory; each script prints what it measured."""
