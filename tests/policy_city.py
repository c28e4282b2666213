"""A small city in two districts, and what a policy asks for there on a day, without running a minute of it."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
from tiny_city import tiny_spec

from cogov.agents import careers
from cogov.model import months
from cogov.model.city import build_city
from cogov.model.draws import STAFF, uniform
from cogov.model.occasions import QUITS
from cogov.model.plan import RunPlan
from cogov.model.postings import leading
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.base import Settings

MONDAY = dt.date(2024, 6, 3)
"""A week before a public holiday, Monday 10 June."""
_NEAR = {"residents": 6000, "urban_communities": 4, "villages": 2, "grids": 18, "streets": 2}
_FAR = {"residents": 4000, "urban_communities": 3, "villages": 3, "grids": 20, "streets": 2, "area_km2": 20}
_STOCK = {"units": 240, "old_compounds": 9, "commercial_compounds": 12, "firms": 9, "managed_old": 0.0}
_SPEC = tiny_spec((_NEAR, _FAR), **_STOCK)
_STAFF = _SPEC.staff.model_copy(
    update={
        "district_officials": 900,
        "city_officials": 700,
        "community_workers": 50,
        "street_staff": 40,
        "full_time_grid_workers": 90,
        "part_time_grid_workers": 60,
    }
)
CITY = build_city(_SPEC.model_copy(update={"staff": _STAFF}), 3)
PLACES, LINES = CITY.communities, CITY.lines
ALL = np.arange(len(PLACES))


@cache
def setting(first: dt.date = MONDAY):
    """Return what a policy sees when the run begins on ``first``; copy with ``dataclasses.replace`` to change it."""
    return Simulation(RunPlan(CITY, first, 120, 0, 1)).setting


def make(policy, instance="p", start=0, intensity=1.0, communities=None, **parameters):
    """Return a policy in force from day ``start``."""
    settings = Settings(instance, intensity, start, parameters=parameters, communities=communities)
    return policy(settings)


def asked_of(actions):
    """Return what actions push, with what leading all whom they post would take."""
    return [*actions.contributions, *leading(actions.postings, setting())]


def pushed(actions, lever):
    """Return the sum of what actions ask of a lever, by row."""
    total: dict[int, float] = {}
    for c in asked_of(actions):
        if c.lever == lever:
            for row, value in zip(c.rows.tolist(), np.broadcast_to(c.value, len(c.rows)).tolist(), strict=True):
                total[row] = total.get(row, 0.0) + value
    return total


def levers(actions):
    """Return the levers that actions push."""
    return {c.lever for c in asked_of(actions)}


def by_place(postings):
    """Return how many people are posted to each community."""
    return np.bincount(postings["community"], minlength=len(PLACES))


def quitters(sim, workers, pay, step):
    """Return who of ``workers`` quits at the end of an idle first month, by their keyed lots and the declared hazard.

    Args:
        sim: The run, whose numbers and draws hold.
        workers: Responders as they stood before, shape (workers,).
        pay: Factor on the pay of each, shape (workers,).
        step: Rise in pay with each grade, shape (workers,).
    """
    par = sim.par
    hazard = par[months.QUIT] * np.exp(-0.6 * par[months.QUIT_OVERLOAD] - par[months.QUIT_TENURE] * workers["tenure"])
    grade = np.minimum(par[careers.GRADES] - 1, workers["tenure"] // (12 * par[careers.GRADE_YEARS]))
    hazard = hazard * (pay * (1 + step) ** grade) ** -par[careers.QUIT_PAY]
    lot = np.array([uniform(sim.keys[STAFF], int(key), QUITS + 1) for key in workers["key"]])
    return lot < -np.expm1(-hazard)
