"""Calibration: from an export of tickets to arrival profiles, targets, and parameters that bring them about."""
