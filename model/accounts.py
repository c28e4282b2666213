"""What a run cost: hours on duty, at work and lent, overtime, paperwork, money; and how evenly the work was spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..agents import responders as R
from ..agents.pay import PAY
from .measures import SPREAD, SPREAD_POINTS, Summary, share
from .state import COHORT_SOLVED, MASS, POOL_KINDS, PROPERTY, SOCIAL

if TYPE_CHECKING:
    from .simulation import Simulation

ORDINARY = tuple(k for k in range(R.SOCIAL_WORKER + 1) if k not in (R.STREET_DUTY, R.LINE_DUTY))
"""Kinds of responders on ordinary duty; night duty, volunteers and the helpers of policies stand by."""


def load_and_cost(sim: Simulation) -> Summary:
    """Return utilisation, hours and money by kind of responder, and what home units paid; all within the window.

    ``utilisation.all`` and ``utilisation_spread`` are those of the staff on ordinary duty.
    """
    people, work = sim.tables["responders"], sim.tables["line_work"]
    n = len(R.KINDS)
    on, field, travel, busy, overhead, overtime = (
        np.bincount(people["kind"], people[f"{name}_minutes"], minlength=n) / 60.0
        for name in ("on", "field", "travel", "work", "overhead", "overtime")
    )
    busy = busy + travel
    money = on * sim.par[list(PAY)]
    ordinary = list(ORDINARY)
    out: Summary = {"utilisation.all": share(busy[ordinary].sum(), field[ordinary].sum())}
    for k, (name, _, _) in enumerate(R.KINDS):
        if on[k] > 0:
            out[f"utilisation.{name}"] = share(busy[k], field[k])
            out[f"person_hours.{name}"] = on[k]
            out[f"busy_hours.{name}"] = busy[k]
            out[f"overhead_hours.{name}"] = overhead[k]
            out[f"money_cny.{name}"] = money[k]
    out |= utilisation_spread(sim)
    out |= sim.outlays
    out["residents_hours"] += float(sim.tables["resident_minutes"].sum()) / 60.0
    spent = float(money.sum()) + out["money_cny.policies"]
    solved = float(sim.tables["sc"][COHORT_SOLVED])
    return out | {
        "person_hours.total": float(on.sum()),
        "busy_hours.total": float(busy.sum()),
        "overhead_hours.total": float(overhead.sum()),
        "money_cny.total": spent,
        "person_hours_per_solved": share(float(on.sum()), solved),
        "money_cny_per_solved": share(spent, solved),
        "overtime_hours": float(overtime.sum()),
        "paperwork_hours": float((on - field).sum()),
        "paperwork_owed_hours": float(people["owed_minutes"].sum()) / 60.0,
        "lent_hours": float(work["lent_minutes"].sum()) / 60.0 + float(work["taken_hours"].sum()),
        "unit_hours": float(sim.tables["unit_minutes"].sum()) / 60.0,
        "line_delay_days": share(float(work["delay_sum"].sum()), float(work["delay_days"].sum())),
    }


def utilisation_spread(sim: Simulation) -> Summary:
    """Return percentiles of utilisation over organisations, by kind and over all, each organisation counting once.

    An organisation that had nobody on ordinary duty in the field is left out, and counted under ``left_out``; one that
    is yet to be founded does not count at all.
    """
    people, pools = sim.tables["responders"], sim.tables["pools"]
    at = np.isin(people["kind"], ORDINARY)
    home, n = people["pool"][at], len(pools)
    busy = np.bincount(home, people["work_minutes"][at] + people["travel_minutes"][at], minlength=n)
    field = np.bincount(home, people["field_minutes"][at], minlength=n)
    vacant = np.isin(pools["kind"], (PROPERTY, SOCIAL)) & (pools["first"] < 0)
    staffed = (pools["kind"] != MASS) & ~vacant
    codes = {kind: code for code, (kind, _, _) in enumerate(POOL_KINDS)}
    out: Summary = {}
    for kind, _, _ in SPREAD:
        ours = staffed if kind == "all" else pools["kind"] == codes[kind]
        measured = ours & (field > 0)
        load = busy[measured] / field[measured]
        for point, q, _, _ in SPREAD_POINTS:
            out[f"utilisation_spread.{kind}.{point}"] = float(np.quantile(load, q)) if len(load) else float("nan")
        out[f"utilisation_spread.{kind}.left_out"] = float((ours & (field == 0)).sum())
    return out
