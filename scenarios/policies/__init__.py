"""Policies: one module a mechanism."""
