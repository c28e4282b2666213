"""From tickets to fits, profiles and targets: what ``cogov calibrate`` does, free of files and pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..parallel import Progress, default_workers, run_tasks
from .arrivals import Profile, profile
from .laws import Curve, Fit, fit, kaplan_meier, misfit
from .mapping import Mapping
from .targets import Target, targets
from .tickets import Tickets, read_tickets

MANY = 50_000
"""Tickets from which on the fits are spread over processes."""
MORNING, EVENING = 6, 18
"""Hours by which the first day must have begun, and to which the last must reach, in order to count as whole."""

Floats = NDArray[np.float64]
Task = tuple[str, str, Floats, NDArray[np.bool_], float]
"""Level, key, hours, whether they are censored, and the hours within which a closure is instant."""


@dataclass(frozen=True)
class Handling:
    """Handling times of some tickets: those of a category of the file, of a group, or of a category of the model.

    Attributes:
        level: ``category``, ``group`` or ``model``.
        key: Which one.
        n: Tickets that count in handling times.
        instant: Share closed at once.
        censored: Share that is open.
        fits: Families fitted to the tickets that were not closed at once, the best first; none where there are too few.
        curve: Kaplan-Meier curve of the same tickets.
        distance: Largest distance between curve and best fit.
    """

    level: str
    key: str
    n: int
    instant: float
    censored: float
    fits: list[Fit]
    curve: Curve
    distance: float

    def of(self, family: str) -> Fit | None:
        """Return the fit of a family."""
        return next((each for each in self.fits if each.family == family), None)


@dataclass(frozen=True)
class OfModel:
    """What the tickets say about a category of the model."""

    category: str
    targets: dict[str, Target]
    arrivals: Profile | None


@dataclass(frozen=True)
class Calibration:
    """All that is made of an export."""

    mapping: Mapping
    tickets: Tickets
    first: pd.Timestamp
    last: pd.Timestamp
    places: float
    handling: list[Handling]
    of_model: list[OfModel]
    all_arrivals: Profile
    unmapped: dict[str, int]
    sparse: dict[str, int]

    def level(self, level: str) -> list[Handling]:
        """Return the handling times on a level, the most tickets first."""
        return [each for each in self.handling if each.level == level]


def calibrate(
    path: Path, mapping: Mapping, *, workers: int | None = None, progress: Progress | None = None
) -> Calibration:
    """Return what the tickets of a file say.

    Args:
        path: CSV file, plain or packed by gzip.
        mapping: What its columns mean.
        workers: Processes for the fits; by default one, and one for each core from `MANY` tickets on.
        progress: Told fits done and fits in all.

    Raises:
        ScenarioError: If the file cannot be used.
    """
    tickets = read_tickets(path, mapping)
    rows = tickets.rows
    first, last = whole_days(rows["local"])
    rows = rows.assign(model=rows["category"].map(mapping.of_model()))
    parts = list(_parts(rows, mapping))
    workers = workers or (default_workers(len(parts)) if len(rows) >= MANY else 1)
    tasks = [(level, key, *_times(part, mapping)) for level, key, part in parts]
    handling = run_tasks(_handled, tasks, workers=workers, name=_key_of, progress=progress)
    arrivals = rows[rows["arrival"] & (rows["local"] >= first) & (rows["local"] < last + pd.Timedelta(days=1))]
    instant = mapping.rules.instant_minutes / 60.0
    of_model = []
    for category in [name for name in dict.fromkeys(mapping.of_model().values()) if name in set(rows["model"])]:
        own = arrivals.loc[arrivals["model"] == category, "local"]
        enough = len(own) >= mapping.rules.least_tickets
        of_model.append(
            OfModel(
                category,
                targets(rows[rows["model"] == category], instant),
                profile(own, first, last) if enough else None,
            )
        )  # fmt: skip
    counts = rows["category"].value_counts()
    return Calibration(
        mapping=mapping, tickets=tickets, first=first, last=last, places=_places(rows["place"]), handling=handling,
        of_model=of_model, all_arrivals=profile(arrivals["local"], first, last),
        unmapped=_plain(counts[~counts.index.isin(list(mapping.of_model()))]),
        sparse=_plain(counts[counts < mapping.rules.least_tickets]),
    )  # fmt: skip


def whole_days(local: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last whole day of a file; one day at least, whole or not."""
    first, last = local.min(), local.max()
    begins = first.normalize() + pd.Timedelta(days=int(first.hour >= MORNING))
    ends = last.normalize() - pd.Timedelta(days=int(last.hour < EVENING))
    return (begins, ends) if begins <= ends else (first.normalize(), last.normalize())


def _parts(rows: pd.DataFrame, mapping: Mapping) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield the sets of tickets whose handling times are fitted, large enough ones only."""
    for level, column in (("category", "category"), ("group", "group"), ("model", "model")):
        if level == "model" and not mapping.categories:
            continue  # the file's categories are the model's
        sizes = rows[column].value_counts()
        for key in sizes.index[(sizes >= mapping.rules.least_tickets) & (sizes.index != "")]:
            yield level, str(key), rows[rows[column] == key]


def _times(rows: pd.DataFrame, mapping: Mapping) -> tuple[Floats, NDArray[np.bool_], float]:
    """Return hours, whether they are censored, and the hours within which a closure is instant."""
    used = rows if mapping.rules.duplicates_in_times else rows[~rows["duplicate"]]
    return used["hours"].to_numpy(), used["is_open"].to_numpy(), mapping.rules.instant_minutes / 60.0


def _key_of(task: Task) -> str:
    return task[1]


def _handled(task: Task) -> Handling:
    """Fit one set of tickets; importable, as worker processes run it."""
    level, key, hours, is_open, instant = task
    at_once = ~is_open & (hours < instant)
    slow = ~at_once & (hours > 0.0)
    n = len(hours)
    curve = kaplan_meier(hours[slow], is_open[slow]) if slow.any() else Curve(*(np.empty(0) for _ in range(4)))
    fits = fit(hours[slow], is_open[slow])
    return Handling(
        level, key, n, float(at_once.mean()) if n else math.nan, float(is_open.mean()) if n else math.nan, fits, curve,
        misfit(curve, fits[0]) if fits else math.nan,
    )  # fmt: skip


def _places(places: pd.Series) -> float:
    """Return how many places of one size would be as uneven as those of the file; infinite where it names none."""
    counts = places[places != ""].value_counts().to_numpy(float)
    return float(counts.sum() ** 2 / (counts**2).sum()) if len(counts) else math.inf


def _plain(counts: pd.Series) -> dict[str, int]:
    return {str(key): int(n) for key, n in counts.items()}
