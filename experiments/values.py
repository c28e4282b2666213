"""The values of a measure in an experiment's folder, by scenario, point and replication."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..scenarios.errors import listed, nearest
from ..scenarios.sentences import t
from .points import Design, seed_of
from .store import MEASURES, RUNS, Store, StoreError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """One measure of an experiment.

    Attributes:
        measure: Its key.
        scenarios: Scenarios, the one compared with first.
        values: Shape (scenarios, points, replications); ``nan`` where a run is missing or has no value.
        same: Number of the run, shape (scenarios, points): equal where several places are the very same run, as a
            scenario is at points that differ in nothing it has.
    """

    measure: str
    scenarios: tuple[str, ...]
    values: Floats
    same: NDArray[np.int64]

    @classmethod
    def of(cls, measure: str, scenarios: tuple[str, ...], values: Floats) -> Values:
        """Return values of runs that are all different."""
        return cls(measure, scenarios, values, np.arange(values[..., 0].size).reshape(values.shape[:2]))


def opened(out: Path) -> tuple[Store, Design]:
    """Return the store of a folder and the design of its experiment.

    Raises:
        StoreError: If it is no such folder.
    """
    store = Store(out)
    return store, Design(store.experiment(), out)


def see_measures(store: Store, wanted: Iterable[str]) -> None:
    """See that measures were kept.

    Raises:
        StoreError: If one was not, or nothing was yet.
    """
    kept = store.measures()
    for key in wanted:
        if key not in kept:
            near = nearest(key, kept)
            meant = t("; did you mean {near}?", near=near) if near else ""
            raise StoreError(t("{out}: no run has the measure {key}{meant}; kept are: {kept}", out=store.folder,
                               key=key, meant=meant, kept=listed(kept, 12)))  # fmt: skip


def see_own(store: Store, design: Design) -> None:
    """See that all runs of a store are of its experiment, and each once.

    Raises:
        StoreError: If one is not, as where files of another experiment were copied in: it names the first.
    """
    experiment, runs = design.experiment, store.read(RUNS)
    met: dict[tuple[str, int, int], str] = {}
    for i, run in enumerate(runs["run"].tolist()):
        scenario, point, replication = (runs[key][i].item() for key in ("scenario", "point", "replication"))
        within = scenario in experiment.scenarios and 0 <= point < len(design)
        ours = within and runs["seed"][i] == seed_of(experiment, point, replication) and all(
            runs[name][i] == value for name, value in design.point(point).items() if name in runs)  # fmt: skip
        if not ours or met.setdefault((scenario, point, replication), run) != run:
            raise StoreError(t("{out}: {run} is no run of this experiment, or stands there twice: files of another one "
                               "lie among its own; run it into a folder of its own",
                               out=store.folder, run=f"{scenario}#{point}/{replication}"))  # fmt: skip


def values_of(store: Store, design: Design, measure: str) -> Values:
    """Return a measure of all finished runs.

    Raises:
        StoreError: If the store holds no measures yet.
        KeyError: If no run has this measure.
    """
    runs = store.read(RUNS, names=("run", "scenario", "point", "replication"))
    rows = store.read(MEASURES, measure=measure)
    if not len(rows["run"]):
        raise KeyError(measure)
    scenarios = design.experiment.scenarios
    ids, number = np.unique(runs["run"], return_inverse=True)
    value = np.full(len(ids), np.nan)
    value[np.searchsorted(ids, rows["run"])] = rows["value"]
    side = np.array([scenarios.index(name) for name in runs["scenario"]])
    replications = int(runs["replication"].max()) + 1
    found = np.full((len(scenarios), len(design), replications), np.nan)
    found[side, runs["point"], runs["replication"]] = value[number]
    which = np.full(found.shape, -1)
    which[side, runs["point"], runs["replication"]] = number
    first = np.take_along_axis(which, (which >= 0).argmax(axis=2)[..., None], axis=2)[..., 0]
    alone = -1 - np.arange(first.size).reshape(first.shape)  # nothing is known of them yet
    return Values(measure, scenarios, found, np.where(first >= 0, first, alone))
