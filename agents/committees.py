"""Owners' committees: whether one functions, and with it whether owners watch their firm and decide on repairs."""

from __future__ import annotations

from .parameters import parameter

FORMS = parameter(
    "committee.forms", 0.004, "1/month", 0, 1, "业委会成立率",
    "monthly chance that owners without a functioning committee get one, at participation 0.35", "estimate to be swept",
)  # fmt: skip
LAPSES = parameter(
    "committee.lapses", 0.008, "1/month", 0, 1, "业委会停摆率",
    "monthly chance that a functioning committee stops functioning", "estimate to be swept",
)  # fmt: skip
WATCH_ALONE = parameter(
    "committee.watch_alone", 0.2, "1", 0, 1, "无业委会监督",
    "monitoring of a firm none of whose compounds has a committee", "estimate to be swept",
)  # fmt: skip
WATCH_GAIN = parameter(
    "committee.watch_gain", 0.6, "1", 0, 1, "业委会监督增量",
    "rise of a firm's monitoring when all its compounds have one", "estimate to be swept",
)  # fmt: skip
USUAL_PARTICIPATION = 0.35
"""Participation at which the chance of forming is the declared one: the mean of the residents at the start."""
