"""What the SimPy program writes down: the very tables that the engine fills for this network, as plain lists.

The names and the places in them are the engine's (``model.state``), so that the two can be compared cell by cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.state import (
    ARISEN,
    C_ARISEN,
    C_CLOSED,
    C_DUE,
    C_GRID_CLOSED,
    C_ON_TIME,
    C_OPENED,
    C_OVERDUE_IN,
    C_OVERDUE_OUT,
    C_RATED,
    C_RATED_SOLVED,
    C_REPORTS,
    C_RESPONDED,
    C_RESPONSE_MINUTES,
    C_RESPONSES,
    C_SATISFIED,
    C_SOLVED,
    CASES_CLOSED,
    CASES_OPENED,
    CAT_CLOSED,
    CAT_LOCAL,
    CAT_NEEDS,
    CAT_REPORTED,
    CAT_RESPONSE,
    CAT_SOLUTION,
    CAT_SOLVED,
    COHORT_AT_ONCE,
    COHORT_CASES,
    COHORT_LAPSED,
    COHORT_OPEN,
    COHORT_REPORTS,
    COHORT_SOLVED,
    FIRST_REPORTS,
    G_NEEDS,
    G_RATED,
    G_REPORTED,
    G_RESPONSE,
    G_SATISFIED,
    G_SOLUTION,
    G_SOLVED,
    K_NEEDS,
    K_RESPONSE,
    K_SOLUTION,
    L_CLOSED,
    L_NEEDS,
    L_RESPONSE,
    L_SOLUTION,
    LAPSED,
    REPORTS,
    SOLVED,
    STAGES,
    UNNOTICED,
    WINDOW_CLOSED,
    WINDOW_OPENED,
    WINDOW_RESPONDED,
    WORKING,
)

TABLES = (
    "counts", "stage_table", "by_category", "by_level", "by_kind", "by_grid", "hist_response", "hist_solution",
    "hist_contact", "hist_from_report", "hist_on_site", "served",
)  # fmt: skip
"""Tables of the engine that are kept here under the same names."""
TOTALS = (
    ARISEN, SOLVED, LAPSED, REPORTS, FIRST_REPORTS, CASES_OPENED, CASES_CLOSED, WINDOW_OPENED, WINDOW_RESPONDED,
    WINDOW_CLOSED, COHORT_SOLVED, COHORT_LAPSED, COHORT_OPEN, COHORT_REPORTS, COHORT_CASES, COHORT_AT_ONCE,
)  # fmt: skip
"""Places of the engine's scalars that are totals of the same."""
STATIONS_LEVEL = 1
"""Level of a station's pool, a community."""


class Need:
    """A need: when what happened to it (minutes, -1 not yet), and its minutes by stage."""

    noticed = reported = contacted = sent = on_site = overdue = solved = -1
    stage = UNNOTICED
    reports = closings = 0
    responder = -1

    def __init__(self, key: int, grid: int, kind: int, street: int, owner: int, arose: int) -> None:
        self.key, self.grid, self.kind, self.street, self.owner = key, grid, kind, street, owner
        self.arose = self.mark = arose
        self.minutes = [0] * len(STAGES)

    def turn(self, t: int, stage: int) -> None:
        """Book the minutes since the last turn under the stage that ends, and begin another."""
        self.minutes[self.stage] += t - self.mark
        self.mark = t
        self.stage = stage


class Books:
    """The tables of a run, whose whole length is measured.

    Args:
        like: Tables of an engine of the same network; only their shapes are used.
        tau: Minutes to which times are restricted.
    """

    counts: list[list[list[int]]]
    stage_table: list[list[list[int]]]
    by_category: list[list[int]]
    by_level: list[list[int]]
    by_kind: list[list[int]]
    by_grid: list[list[int]]
    hist_response: list[int]
    hist_solution: list[int]
    hist_contact: list[int]
    hist_from_report: list[int]
    hist_on_site: list[int]
    served: list[float]

    def __init__(self, like: dict[str, Any], tau: int) -> None:
        for name in TABLES:
            setattr(self, name, np.zeros_like(like[name]).tolist())
        self.totals = [0] * len(like["sc"])
        self.tau = tau
        self.open: dict[int, Need] = {}
        self.open_day(0)

    def open_day(self, day: int) -> None:
        """Count from now on as of ``day``."""
        self.today = self.counts[day]

    def arisen(self, need: Need) -> None:
        """A need arises."""
        self.open[need.key] = need
        self.totals[ARISEN] += 1
        self.today[need.street][C_ARISEN] += 1

    def reported(self, need: Need) -> None:
        """A need is reported for the first time, and a case opened."""
        need.reports += 1
        totals, flows = self.totals, self.today[need.street]
        totals[REPORTS] += 1
        totals[FIRST_REPORTS] += 1
        totals[CASES_OPENED] += 1
        totals[WINDOW_OPENED] += 1
        flows[C_REPORTS] += 1
        flows[C_OPENED] += 1

    def contacted(self, need: Need, t: int, in_time: bool) -> None:
        """A person accepts a case: the first contact, ``in_time`` or not."""
        need.contacted = t
        flows = self.today[need.street]
        flows[C_RESPONSES] += 1
        flows[C_RESPONSE_MINUTES] += t - need.arose
        if in_time:
            flows[C_RESPONDED] += 1
            self.totals[WINDOW_RESPONDED] += 1

    def fell_due(self, need: Need, t: int) -> None:
        """The deadline of an open case passes."""
        need.overdue = t
        flows = self.today[need.street]
        flows[C_OVERDUE_IN] += 1
        flows[C_DUE] += 1

    def closed(self, need: Need) -> None:
        """A case is closed and its need solved."""
        need.closings += 1
        self.totals[CASES_CLOSED] += 1
        self.totals[WINDOW_CLOSED] += 1
        self.totals[SOLVED] += 1
        flows = self.today[need.street]
        flows[C_CLOSED] += 1
        if need.overdue >= 0:
            flows[C_OVERDUE_OUT] += 1
        else:
            flows[C_ON_TIME] += 1
            flows[C_DUE] += 1
        flows[C_GRID_CLOSED] += 1
        flows[C_SOLVED] += 1
        of_category = self.by_category[0]
        of_category[CAT_CLOSED] += 1
        of_category[CAT_LOCAL] += 1
        self.by_level[STATIONS_LEVEL][L_CLOSED] += 1

    def rated(self, need: Need, satisfied: bool) -> None:
        """A solved need is rated."""
        flows, row = self.today[need.street], self.by_grid[need.grid]
        flows[C_RATED] += 1
        flows[C_RATED_SOLVED] += 1
        row[G_RATED] += 1
        if satisfied:
            flows[C_SATISFIED] += 1
            row[G_SATISFIED] += 1

    def end(self, need: Need, t: int) -> None:
        """A need is solved at ``t`` and leaves the books."""
        need.solved = t
        self.served[need.grid] += need.minutes[WORKING] / 60.0
        self.fold(need)
        del self.open[need.key]

    def fold(self, need: Need) -> None:
        """Enter a need, solved or still open at the end of the run, into stages, histograms and sums."""
        totals, tau, solved = self.totals, self.tau, need.solved >= 0
        stages = self.stage_table[0][need.kind]
        for stage, minutes in enumerate(need.minutes):
            stages[stage] += minutes
        stages[-1] += 1
        totals[COHORT_REPORTS] += need.reports
        if solved:
            totals[COHORT_SOLVED] += 1
            totals[COHORT_AT_ONCE] += 1
        else:
            totals[COHORT_OPEN] += 1
        response = tau if need.contacted < 0 else min(tau, need.contacted - need.arose)
        solution = min(tau, need.solved - need.arose) if solved else tau
        self.hist_response[response] += 1
        self.hist_solution[solution] += 1
        reported = need.reported >= 0
        if reported:
            totals[COHORT_CASES] += 1
            self.hist_contact[tau if need.contacted < 0 else min(tau, need.contacted - need.reported)] += 1
            self.hist_from_report[min(tau, need.solved - need.reported) if solved else tau] += 1
        self.hist_on_site[tau if need.on_site < 0 else min(tau, need.on_site - need.arose)] += 1
        row = self.by_grid[need.grid]
        row[G_NEEDS] += 1
        row[G_RESPONSE] += response
        row[G_SOLUTION] += solution
        row[G_SOLVED] += solved
        row[G_REPORTED] += reported
        row = self.by_level[0]
        row[L_NEEDS] += 1
        row[L_RESPONSE] += response
        row[L_SOLUTION] += solution
        row = self.by_kind[need.kind]
        row[K_NEEDS] += 1
        row[K_RESPONSE] += response
        row[K_SOLUTION] += solution
        row = self.by_category[0]
        row[CAT_NEEDS] += 1
        row[CAT_RESPONSE] += response
        row[CAT_SOLUTION] += solution
        row[CAT_SOLVED] += solved
        row[CAT_REPORTED] += reported
