"""The result of a paired comparison: effects with intervals, stages, shocks, curves and maps, as plain values."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.measures import Measure, measure_of, place_of
from .manifest import versions
from .outcome import Floats, Outcome
from .statistics import MATTERS, MATTERS_POINTS, Paired, judged, paired

STAGE = "stage_minutes."
"""Family of measures that say where a need's minutes go."""
SOLUTION = "solution_minutes.mean"
"""The measure that says which scenario is quickest."""
BY_KIND = "solution_of."
"""Family of the times to solution by kind of grid."""
ACCOUNTS = ("person_hours.", "busy_hours.", "overhead_hours.", "money_cny.")
"""Families in which a run leaves out who was not there: what is missing is zero, not unknown."""
FIXED = ("grid", "key", "community", "street", "district", "kind", "x", "y", "residents")
"""Columns of the table of grids that are the same in every run."""


@dataclass(frozen=True)
class ScenarioInfo:
    """A side of the comparison: what it is called, what it asks, and its resolved content."""

    id: str
    zh: str
    en: str
    question_zh: str
    question_en: str
    digest: str
    resolved: Mapping[str, Any]

    def name(self, lang: str) -> str:
        """Return what the scenario is called in ``"zh"`` or ``"en"``."""
        return self.zh if lang == "zh" else self.en

    @classmethod
    def of(cls, resolved: Mapping[str, Any], digest: str) -> ScenarioInfo:
        """Read a resolved scenario."""
        key = str(resolved["id"])
        name, question = resolved.get("name") or {}, resolved.get("question") or {}
        return cls(
            key,
            name.get("zh") or key,
            name.get("en") or key,
            question.get("zh", ""),
            question.get("en", ""),
            digest,
            resolved,
        )


@dataclass(frozen=True)
class Effect:
    """What a scenario does to one measure, compared with the baseline."""

    measure: Measure
    pair: Paired
    verdict: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        m = self.measure
        return {
            "measure": m.key,
            "unit": m.unit,
            "better": m.better,
            "ideal": m.ideal,
            "group": m.group,
            "verdict": self.verdict,
            **asdict(self.pair),
        }


@dataclass(frozen=True)
class Comparison:
    """Several scenarios over the same replications, the baseline first.

    Attributes:
        scenarios: What was compared.
        seed: Root seed; ``seeds`` holds the seed of each replication.
        command: How to do it again.
        versions: Versions of everything that results depend on.
        phases: Calendar of a run, tau and shocks.
        means: Mean over replications by scenario and measure.
        effects: Effects by scenario (without the baseline) and measure.
        stage_totals: Minutes a need in all stages together, paired, by scenario (without the baseline).
        categories: Minutes a need by scenario, category and stage, means over replications.
        dates: Days of a run.
        curves: City-wide daily curves by scenario and measure, each (replications, days).
        grids: Means over replications of the table of grids, by scenario.
        needs: Needs by scenario and category, means over replications.
        kinds: How the time to solution changes in each kind of grid, as a share of the baseline's in the same
            replication: by scenario (without the baseline) and measure, each (replications,).
        solution: Mean time to solution by scenario, minutes, each (replications,).
    """

    scenarios: tuple[ScenarioInfo, ...]
    seed: int
    seeds: tuple[int, ...]
    command: str
    versions: dict[str, str]
    phases: dict[str, Any]
    means: dict[str, dict[str, float]]
    effects: dict[str, dict[str, Effect]]
    stage_totals: dict[str, Paired]
    categories: dict[str, dict[str, dict[str, float]]]
    dates: NDArray[np.datetime64]
    curves: dict[str, dict[str, Floats]]
    grids: dict[str, dict[str, NDArray[Any]]]
    needs: dict[str, dict[str, float]] = field(default_factory=dict)
    kinds: dict[str, dict[str, Floats]] = field(default_factory=dict)
    solution: dict[str, Floats] = field(default_factory=dict)

    @property
    def baseline(self) -> ScenarioInfo:
        """The scenario that the others are compared with."""
        return self.scenarios[0]

    @property
    def others(self) -> tuple[ScenarioInfo, ...]:
        """All but the baseline."""
        return self.scenarios[1:]

    @property
    def replications(self) -> int:
        """Runs of each scenario."""
        return len(self.seeds)

    @property
    def stages(self) -> dict[str, dict[str, Paired]]:
        """Minutes a need in each stage, paired, by scenario (without the baseline) and stage."""
        return {
            scenario: {key.removeprefix(STAGE): e.pair for key, e in effects.items() if key.startswith(STAGE)}
            for scenario, effects in self.effects.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the contents of ``comparison.json``; numbers that are not finite become ``null`` there."""
        return {
            "format": 1,
            "baseline": self.baseline.id,
            "command": self.command,
            "effects": {s: [e.to_dict() for e in effects.values()] for s, effects in self.effects.items()},
            "means": self.means,
            "needs_by_category": self.needs,
            "phases": self.phases,
            "replications": self.replications,
            "scenarios": [asdict(s) for s in self.scenarios],
            "seed": self.seed,
            "seeds": list(self.seeds),
            "smallest_that_matters": {"relative": MATTERS, "share": MATTERS_POINTS},
            "stage_minutes_by_category": self.categories,
            "versions": self.versions,
        }

    def curve_table(self) -> dict[str, NDArray[Any]]:
        """Return the daily curves as one tidy table: scenario, measure, date, mean, low and high over replications."""
        rows: dict[str, list[Any]] = {k: [] for k in ("scenario", "measure", "date", "mean", "low", "high")}
        for scenario, curves in self.curves.items():
            for measure, values in sorted(curves.items()):
                mean, low, high = band(values)
                days = len(self.dates)
                rows["scenario"] += [scenario] * days
                rows["measure"] += [measure] * days
                for key, column in (("date", self.dates), ("mean", mean), ("low", low), ("high", high)):
                    rows[key].append(column)
        numbers = {key: np.concatenate(rows[key]) for key in ("date", "mean", "low", "high")}
        return {"scenario": np.array(rows["scenario"]), "measure": np.array(rows["measure"]), **numbers}

    def grid_table(self) -> dict[str, NDArray[Any]]:
        """Return the mean tables of grids one below the other, with the scenario in front."""
        names = list(self.grids[self.baseline.id])
        labels = [np.full(len(self.grids[s.id]["grid"]), s.id) for s in self.scenarios]
        stacked = {name: np.concatenate([self.grids[s.id][name] for s in self.scenarios]) for name in names}
        return {"scenario": np.concatenate(labels), **stacked}


def band(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, lowest and highest of curves (replications, days) for each day; ``nan`` where none is known."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a day without any value is nan, as said
        return np.nanmean(values, axis=0), np.nanmin(values, axis=0), np.nanmax(values, axis=0)


def assemble(
    infos: Sequence[ScenarioInfo], sides: Sequence[Sequence[Outcome]], *, seed: int, seeds: Sequence[int], command: str
) -> Comparison:
    """Compare outcomes: ``sides[s][r]`` is scenario ``s``, replication ``r``, the baseline first.

    Raises:
        ValueError: If two runs do not cover the same days.
    """
    dates = sides[0][0].dates
    for info, side in zip(infos, sides, strict=True):
        if any(not np.array_equal(outcome.dates, dates) for outcome in side):
            raise ValueError(f"the runs of {info.id} do not cover the same days as the baseline's first")
    ids = [info.id for info in infos]
    base = sides[0]
    others = dict(zip(ids[1:], sides[1:], strict=True))
    return Comparison(
        scenarios=tuple(infos), seed=seed, seeds=tuple(seeds), command=command, versions=versions(),
        phases=dict(base[0].phases),
        means={i: _means(side) for i, side in zip(ids, sides, strict=True)},
        effects={i: _effects(base, side, _keys(*sides)) for i, side in others.items()},
        stage_totals={i: paired(_stage_total(base), _stage_total(side)) for i, side in others.items()},
        categories={i: _categories(side) for i, side in zip(ids, sides, strict=True)},
        dates=dates,
        curves={i: _curves(side) for i, side in zip(ids, sides, strict=True)},
        grids={i: _grid_means(side) for i, side in zip(ids, sides, strict=True)},
        needs={i: _needs(side) for i, side in zip(ids, sides, strict=True)},
        kinds={i: _shares_by_kind(base, side) for i, side in others.items()},
        solution={i: _column(side, SOLUTION) for i, side in zip(ids, sides, strict=True)},
    )  # fmt: skip


def _column(side: Sequence[Outcome], key: str) -> Floats:
    missing = 0.0 if key.startswith(ACCOUNTS) else math.nan
    return np.array([outcome.summary.get(key, missing) for outcome in side], dtype=np.float64)


def _stage_total(side: Sequence[Outcome]) -> Floats:
    """Return the minutes a need spends in all stages, one value a replication; ``nan`` if the runs count no stages."""
    families = [[value for key, value in outcome.summary.items() if key.startswith(STAGE)] for outcome in side]
    return np.array([sum(values) if values else math.nan for values in families], dtype=np.float64)


def _keys(*sides: Sequence[Outcome]) -> list[str]:
    """Return all keys of summaries in the order of the declared measures, within a family as they are met."""
    met = dict.fromkeys(key for side in sides for outcome in side for key in outcome.summary)
    return sorted(met, key=place_of)


def _means(side: Sequence[Outcome]) -> dict[str, float]:
    columns = {key: _column(side, key) for key in _keys(side)}
    return {k: float(np.mean(v[np.isfinite(v)])) if np.isfinite(v).any() else math.nan for k, v in columns.items()}


def _effects(base: Sequence[Outcome], side: Sequence[Outcome], keys: Sequence[str]) -> dict[str, Effect]:
    effects = {}
    for key in keys:
        measure = measure_of(key)
        effects[key] = Effect(measure, *judged(measure, _column(base, key), _column(side, key)))
    return effects


def _shares_by_kind(base: Sequence[Outcome], side: Sequence[Outcome]) -> dict[str, Floats]:
    found = {}
    for key in (key for key in _keys(base, side) if key.startswith(BY_KIND)):
        before, after = _column(base, key), _column(side, key)
        found[key] = np.divide(after - before, before, out=np.full(len(before), math.nan), where=before > 0)
    return found


def _categories(side: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    categories = sorted({c for outcome in side for c in outcome.stages.categories})
    names = sorted({s for outcome in side for s in outcome.stages.stages})
    return {c: {s: float(np.mean([o.stages.cell(c, s) for o in side])) for s in names} for c in categories}


def _needs(side: Sequence[Outcome]) -> dict[str, float]:
    rows = [dict(zip(o.stages.categories, o.stages.needs.tolist(), strict=True)) for o in side]
    return {c: float(np.mean([row.get(c, 0.0) for row in rows])) for c in sorted({c for row in rows for c in row})}


def _curves(side: Sequence[Outcome]) -> dict[str, Floats]:
    names = sorted(set.intersection(*(set(outcome.curves) for outcome in side)))
    return {name: np.stack([outcome.curves[name] for outcome in side]) for name in names}


def _grid_means(side: Sequence[Outcome]) -> dict[str, NDArray[Any]]:
    """Average the tables of grids over replications, but for what is `FIXED`."""
    first = side[0].grids
    return {
        name: first[name] if name in FIXED else band(np.stack([outcome.grids[name] for outcome in side]))[0]
        for name in first
    }
