"""An experiment read and tried on its scenarios: all that is wrong with it is said at once, each thing with its line.

Every scenario is loaded with the settings, and with each factor at the ends of its range. Where a name is misspelt, the
nearest stands for it, so that what follows from it is not complained about too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..scenarios.errors import ABSENT, Problem, Reason, ScenarioError
from ..scenarios.loader import load_scenarios
from ..scenarios.registry import cards
from ..scenarios.settings import ARGUMENT, DEMAND
from ..scenarios.sources import find, is_path
from . import histories
from .experiment import Experiment, read_experiment
from .points import Design, Listed, at, beside
from .rounds import check_rule
from .sheet import Place, Sheet

MOST_VALUES = 40
"""Most different values of a column of a list that are all tried; of more, the ends and whatever is no plain number."""

Said = Callable[[Reason, Any, str | None], Problem]
"""Makes a problem of what is wrong with a value: the reason, the value, the nearest right one."""


def load_checked(path: Path) -> tuple[Experiment, Design]:
    """Return an experiment and its design, both known to be sound.

    Raises:
        ScenarioError: With one problem for each thing that is wrong: form, names, values, rule and date to fork at.
    """
    sheet = Sheet.read(path)
    experiment, problems, unknown = read_experiment(sheet, path.stem)
    design = Design(experiment, path.parent)
    listed, wrong = _listed(design)
    problems += wrong
    problems += _Trial(sheet, experiment, design, unknown).problems(listed)
    problems += _asked(sheet, experiment, design)
    if problems:
        once = {str(problem): problem for problem in problems}.values()
        raise ScenarioError(sorted(once, key=lambda p: (p.file != sheet.name, p.line or 0)))
    return experiment, design


def _listed(design: Design) -> tuple[Listed | None, list[Problem]]:
    """Return the list of points of a design, ``None`` if it has none, and what is wrong with it."""
    if design.experiment.design.kind != "list" or not design.experiment.design.file:
        return None, []
    try:
        return design.listed, []
    except ScenarioError as error:
        return None, list(error.problems)


def _asked(sheet: Sheet, experiment: Experiment, design: Design) -> Iterator[Problem]:
    """Yield what is wrong with the rule and the date to fork at; what else is wrong has been told."""
    for ask in (check_rule, histories.count):
        try:
            ask(experiment, design)
        except ScenarioError as error:
            for said in error.problems:
                if said.key in ("stop.rule", "run.fork_at"):
                    yield sheet.problem(said.key.split("."), said.reason, said.value, said.near)


@dataclass(frozen=True)
class _Varied:
    """What is varied: its name, what is said of it as a whole, and the values to try, each with what is said of it."""

    name: str
    said: Said
    values: tuple[tuple[float | str, Said], ...]


class _Trial:
    """Scenarios, layers, settings and factors of an experiment, tried on one another."""

    def __init__(self, sheet: Sheet, experiment: Experiment, design: Design, unknown: frozenset[Place]) -> None:
        self.sheet, self.experiment, self.design, self.unknown = sheet, experiment, design, unknown
        self.named: dict[str, list[str]] = {"scenarios": [], "layers": []}
        self.sure = not unknown & {("scenarios",), ("layers",)}

    def problems(self, listed: Listed | None) -> list[Problem]:
        """Return what is wrong with them; ``listed`` are the points of a list."""
        found = list(self._find())
        if not self.named["scenarios"]:
            return found
        base = self._complaints({})
        found += [self._placed(said) for said in base]
        varied = list(self._columns(listed) if listed else self._factors())
        middle = {each.name: each.values[0][0] for each in varied}
        if listed is None and not found and not any(place[0] in ("factor", "design") for place in self.unknown):
            middle = self.design.point(0)
        common = [said for said in self._complaints(middle) if said not in base]
        for each in varied:
            found += self._of_values(each, middle, base, common)
        names = {each.name for each in varied}
        return found + [self._placed(said) for said in common if _setting(said) not in names]

    def _find(self) -> Iterator[Problem]:
        """Yield the names of scenarios and layers that mean no file."""
        for table, names in self.named.items():
            for i, name in enumerate(() if (table,) in self.unknown else getattr(self.experiment, table)):
                wanted = beside(self.design.folder, name)
                try:
                    find(wanted)
                except ScenarioError as error:
                    (said,) = error.problems
                    yield self.sheet.problem((table, i), said.reason, name, said.near)
                    if said.near is None:
                        self.sure = False
                        continue
                    wanted = str(Path(wanted).with_name(said.near)) if is_path(wanted) else said.near
                names.append(wanted)

    def _complaints(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Return what the scenarios have to say of these settings beside those of the file."""
        wishes = self.experiment
        try:
            load_scenarios(
                self.named["scenarios"], layers=self.named["layers"], settings={**wishes.settings, **settings},
                city=beside(self.design.folder, wishes.city) or None, start=wishes.start, days=wishes.days,
                warm_up_days=wishes.warm_up_days, follow_up_days=wishes.follow_up_days,
            )  # fmt: skip
        except ScenarioError as error:
            return [said for said in error.problems if self.sure or not _homeless(said)]
        return []

    def _placed(self, said: Problem) -> Problem:
        """Return a complaint about what the file wishes for all runs, with its place there."""
        if said.file != ARGUMENT:
            return said
        if said.key == "city":
            return self.sheet.problem(("city",), said.reason, self.experiment.city, said.near)
        if said.key.startswith("calendar."):
            return self.sheet.problem(said.key.split(".")[1:], said.reason, said.value, said.near)
        return self.sheet.problem(("settings", _setting(said)), said.reason, said.value, _near(said))

    def _factors(self) -> Iterator[_Varied]:
        for i, f in enumerate(self.experiment.factor):
            broken = any(place[:2] == ("factor", i) and place[2:] in ((), ("name",), ("levels",), ("low",), ("high",))
                         for place in self.unknown)  # fmt: skip
            if broken or not (f.levels or (f.low is not None and f.high is not None)):
                continue
            places = [(v, ("factor", i, "levels")) for v in f.levels]
            if not places and (f.scale != "log" or f.low > 0.0):  # type: ignore[operator]
                places = [(at(f, 0.0), ("factor", i, "low")), (at(f, 1.0), ("factor", i, "high"))]
            values = tuple((value, self._at(place)) for value, place in places)
            if values:
                yield _Varied(f.name, self._at(("factor", i)), values)

    def _at(self, place: Place) -> Said:
        return lambda reason, value, near: self.sheet.problem(place, reason, value, near)

    def _columns(self, listed: Listed) -> Iterator[_Varied]:
        def at_line(head: str, line: int) -> Said:
            return lambda reason, value, near: Problem(listed.name, head, reason, value, line, near)

        for head in listed.points[0]:
            lines: dict[float | str, int] = {}
            for line, point in zip(listed.lines, listed.points, strict=True):
                lines.setdefault(point[head], line)
            tried = tuple((value, at_line(head, lines[value])) for value in _chosen(lines))
            yield _Varied(head, at_line(head, listed.head), tried)

    def _of_values(
        self, each: _Varied, middle: Mapping[str, Any], base: list[Problem], common: list[Problem]
    ) -> Iterator[Problem]:
        """Yield what is wrong with something that is varied: once, where no value of it is right."""
        reasons: dict[tuple[str, str | None], list[Problem]] = {}
        for value, said in each.values:
            for wrong in self._complaints({**middle, each.name: value}):
                if wrong not in base and (_setting(wrong) == each.name or wrong not in common):
                    made = said(wrong.reason, value, _near(wrong)) if wrong.file == ARGUMENT else wrong
                    reasons.setdefault((str(wrong.reason), wrong.near), []).append(made)
        for found in reasons.values():
            if len(found) == len(each.values) > 1:
                yield each.said(found[0].reason, ABSENT, found[0].near)
            else:
                yield from found


def _chosen(values: Iterable[float | str]) -> list[float | str]:
    """Return the values of a column to try, the first first: all, or the ends and what is no finite number."""
    given = list(values)
    if len(given) <= MOST_VALUES:
        return given
    numbers = [v for v in given if isinstance(v, float) and abs(v) < float("inf")]
    return list(dict.fromkeys([given[0], min(numbers, default=given[0]), max(numbers, default=given[0]),
                               *(v for v in given if v not in numbers)]))[:MOST_VALUES]  # fmt: skip


def _setting(said: Problem) -> str:
    """Return the name of the setting that a complaint is about, empty if it is about none."""
    if said.file != ARGUMENT:
        return ""
    key = said.key
    for table in ("parameters.", "policy.", "shock."):
        if key.startswith(table):
            return key.removeprefix(table).replace(".parameters.", ".", 1)
    return key


def _homeless(said: Problem) -> bool:
    """Return whether a complaint says that no scenario has a place for a setting."""
    return said.file == ARGUMENT and "." in said.key and said.key.partition(".")[0] not in (
        "policy", "shock", "parameters", "calendar", "category", *(key.partition(".")[0] for key in DEMAND)
    )  # fmt: skip


def _near(said: Problem) -> str | None:
    """Return the nearest right spelling, that of a parameter with its policy."""
    head, _, _ = _setting(said).partition(".")
    if said.near and head in cards() and said.near in (p.name for p in cards()[head].parameters):
        return f"{head}.{said.near}"
    return said.near
