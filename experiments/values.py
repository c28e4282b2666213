"""The values of a measure in an experiment's folder, by scenario, point and replication."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..scenarios.errors import listed, nearest
from ..scenarios.sentences import t
from .experiment import Experiment
from .points import Design
from .store import MEASURES, RUNS, Store, StoreError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Values:
    """One measure of an experiment.

    Attributes:
        measure: Its key.
        scenarios: Scenarios, the one compared with first.
        values: Shape (scenarios, points, replications); ``nan`` where a run is missing or has no value.
    """

    measure: str
    scenarios: tuple[str, ...]
    values: Floats


def opened(out: Path) -> tuple[Store, Design]:
    """Return the store of a folder and the design of its experiment.

    Raises:
        StoreError: If it is no such folder.
    """
    store = Store(out)
    experiment = Experiment.model_validate_json(json.dumps(store.manifest()["experiment"]))
    return store, Design(experiment, out)


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


def values_of(store: Store, design: Design, measure: str) -> Values:
    """Return a measure of all finished runs.

    Raises:
        StoreError: If the store holds no measures yet.
        KeyError: If no run has this measure.
    """
    runs, rows = store.read(RUNS), store.read(MEASURES, measure=measure)
    if not len(rows["run"]):
        raise KeyError(measure)
    scenarios = design.experiment.scenarios
    at = np.searchsorted(runs["run"], rows["run"])  # both in the order of the runs
    side = np.array([scenarios.index(name) for name in runs["scenario"]])
    found = np.full((len(scenarios), len(design), int(runs["replication"].max()) + 1), np.nan)
    found[side[at], runs["point"][at], runs["replication"][at]] = rows["value"]
    return Values(measure, scenarios, found)
