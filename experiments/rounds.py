"""Experiments that stop by themselves: which runs the rule asks for next, and what it says of those in a store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..model.measures import measure_of
from ..scenarios.errors import Problem, ScenarioError, listed
from ..scenarios.sentences import Sentence, t
from .experiment import Experiment
from .plan import Plan, Unit
from .points import Design, undecided
from .stopping import Decision, choose, narrow
from .store import MEASURES, RUNS, Store

MOST_ALTERNATIVES = 500
"""Most that are compared each with each."""


class Rounds:
    """The rule of an experiment, and the values that a store has for it.

    An alternative is a scenario at a point; its row is its place among those of the plan. Where several rows are the
    same run, they are one alternative, called after the first.

    Args:
        plan: The runs of the experiment; its rule is not ``never``.
        store: Where they are.
    """

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan, self.store = plan, store
        self.experiment, self.design = plan.experiment, plan.design
        self._read: set[str] = set()
        self._values = np.full((len(self.experiment.scenarios) * len(self.design), 0), np.nan)
        self._there = np.zeros(self._values.shape, dtype=bool)

    def decide(self) -> Decision:
        """Return what the rule says of the runs that the store has now."""
        self._look()
        stop, most = self.experiment.stop, self.experiment.run.replications
        if stop.rule == "best":
            rows, better = self.plan.alternatives(), measure_of(stop.measure).better
            found = choose(better * self._values[rows], stop.indifference, stop.first, stop.step, most)
            return found.called(rows.tolist())
        groups = self._values.reshape(len(self.design), len(self.experiment.scenarios), -1)
        return narrow(groups, stop.half_width, stop.first, stop.step, most)

    def missing(self, decision: Decision) -> list[int]:
        """Return the numbers of the runs that a decision still wants, those of a replication after another."""
        rows = np.array(decision.wanted, dtype=np.int64)
        found = [self.plan.numbers(rows[~self._has(rows, r)], r) for r in range(decision.up_to)]
        return [int(i) for numbers in found for i in np.unique(numbers)]

    def _has(self, rows: NDArray[np.int64], r: int) -> NDArray[np.bool_]:
        return self._there[rows, r] if r < self._there.shape[1] else np.zeros(len(rows), dtype=bool)

    def without_value(self, decision: Decision) -> list[Unit]:
        """Return the finished runs on which a decision is stuck, since they have no value of the measure."""
        rows, found = np.array(decision.wanted, dtype=np.int64), []
        for r in range(min(decision.up_to, self._there.shape[1])):
            stuck = rows[self._there[rows, r] & ~np.isfinite(self._values[rows, r])]
            found += [self.plan.unit(int(i)) for i in np.unique(self.plan.numbers(stuck, r))]
        return found

    def _look(self) -> None:
        """Read the parts that are new since the last look."""
        for part in self.store.look().parts.values():
            if part.name in self._read or MEASURES not in part.files:
                continue
            try:
                self._take(*(self._table(table, part.name) for table in (RUNS, MEASURES)))
            except FileNotFoundError:  # another writer has just merged it; the merged part is read at the next look
                continue
            self._read.add(part.name)

    def _table(self, table: str, part: str) -> dict[str, NDArray[Any]]:
        names = ["run", "scenario", "point", "replication"] if table == RUNS else ["run", "measure", "value"]
        found = pq.read_table(self.store.folder / table / f"{part}.parquet", columns=names)
        return {name: np.asarray(found.column(name).to_pylist()) for name in names}

    def _take(self, runs: dict[str, NDArray[Any]], rows: dict[str, NDArray[Any]]) -> None:
        mine = rows["measure"] == self.experiment.stop.measure
        value = dict(zip(rows["run"][mine], rows["value"][mine], strict=True))
        sides, most = self.experiment.scenarios, int(runs["replication"].max()) + 1
        more = ((0, 0), (0, max(0, most - self._values.shape[1])))
        self._values = np.pad(self._values, more, constant_values=np.nan)
        self._there = np.pad(self._there, more)
        side = np.array([sides.index(name) for name in runs["scenario"]])
        at = runs["point"] * len(sides) + side, runs["replication"]
        self._values[at] = [value.get(run, np.nan) for run in runs["run"]]
        self._there[at] = True

    def name(self, row: int) -> str:
        """Return the name of an alternative, such as ``cadre_sinking#2``."""
        point, side = divmod(row, len(self.experiment.scenarios))
        scenario = self.experiment.scenarios[side]
        return f"{scenario}#{point}" if len(self.design) > 1 else scenario


def check_rule(experiment: Experiment, design: Design) -> None:
    """See that a rule has something to choose from, and not too much.

    Raises:
        ScenarioError: If it has not.
    """
    rule, file = experiment.stop.rule, f"{experiment.id}.toml"
    if rule == "best" and (names := undecided(experiment)):
        reason = t("finds the best of what can be chosen, and nobody chooses {names}; vary it in another "
                   "experiment, or set it under settings", names=", ".join(names))  # fmt: skip
        raise ScenarioError(Problem(file, "stop.rule", reason, rule))
    if rule == "best" and not 2 <= (k := Plan(experiment, design).distinct) <= MOST_ALTERNATIVES:
        reason = t("needs 2 to {most} alternatives (scenarios times points); there are {k}", k=k,
                   most=MOST_ALTERNATIVES)  # fmt: skip
        raise ScenarioError(Problem(file, "stop.rule", reason, rule))


def outcome(out: Path) -> dict[str, Any] | None:
    """Return what the rule of a folder's experiment has found, as plain values; ``None`` if it has no rule.

    ``state`` is ``reached``, ``running`` (more runs are wanted), ``at_most`` (all replications are made, and it is not
    reached) or ``stuck`` (on runs without a value).

    Raises:
        StoreError: If it is no such folder.
    """
    store = Store(out)
    experiment = store.experiment()
    if experiment.stop.rule == "never":
        return None
    rounds = Rounds(Plan(experiment, Design(experiment, out)), store)
    decision = rounds.decide()
    stuck = rounds.without_value(decision)
    state = ("reached" if decision.reached else "at_most" if not decision.wanted else
             "stuck" if stuck and not rounds.missing(decision) else "running")  # fmt: skip
    stop = experiment.stop
    return {
        "rule": stop.rule, "measure": stop.measure, "state": state, "replications": decision.up_to,
        "wish": stop.indifference if stop.rule == "best" else stop.half_width,
        "best": None if decision.best is None else rounds.name(decision.best),
        "open": [rounds.name(row) for row in decision.open],
        "left": [{"name": rounds.name(x.alternative), "after": x.after, "why": x.why,
                  "by": "" if x.by < 0 else rounds.name(x.by)} for x in decision.left],
        "missing": len(rounds.missing(decision)),
        "without_value": [(rounds.name(unit.rows[0]), unit.replication) for unit in stuck[:5]],
        "runs": len(store.look().finished()), "most": len(rounds.plan),
    }  # fmt: skip


def sentence(found: dict[str, Any], called: Callable[[str], str] = str) -> Sentence:
    """Return what `outcome` found in one sentence; ``called`` gives the words for the name of an alternative."""
    still = listed(map(called, found["open"]), most=8) if found["open"] else "-"
    gaps = {"measure": found["measure"], "wish": f"{found['wish']:g}", "runs": found["runs"], "most": found["most"],
            "open": still, "n": found["replications"]}  # fmt: skip
    if found["state"] == "stuck":
        runs = "; ".join(f"{called(name)}, {replication}" for name, replication in found["without_value"])
        return t("{measure} has no value in {runs}: the rule cannot go on; choose another measure",
                 measure=found["measure"], runs=runs)  # fmt: skip
    if found["state"] == "running":
        return t("{measure}: not decided yet after {runs} of at most {most} runs; {missing} more are wanted before the "
                 "next look; still in question: {open}", missing=found["missing"], **gaps)  # fmt: skip
    if found["rule"] == "best":
        if found["state"] == "reached":
            return t("{measure}: {best} is best at 95 % (differences below {wish} do not count), known after {runs} of "
                     "at most {most} runs", best=called(found["best"]), **gaps)  # fmt: skip
        return t("{measure}: the best is not known after all {n} replications; still in question: {open}; raise "
                 "run.replications, or stop.indifference ({wish})", **gaps)  # fmt: skip
    if found["state"] == "reached":
        return t("{measure}: every interval is at most {wish} wide to each side, after {runs} of at most {most} runs",
                 **gaps)  # fmt: skip
    return t("{measure}: after all {n} replications these are still wider than {wish} to each side: {open}; raise "
             "run.replications, or stop.half_width", **gaps)  # fmt: skip
