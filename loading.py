"""From the words of a command to scenarios and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .failures import stop
from .scenarios.sentences import t

if TYPE_CHECKING:
    from .experiments.checkpoint import Checkpoint
    from .scenarios.schema import Scenario


def load(
    names: Sequence[str], *, layers: Sequence[str] | None, settings: Sequence[str] | None, city: str | None,
    start: date | None = None, days: int | None = None, warm_up: int | None = None, follow_up: int | None = None,
    paired: bool = False,
) -> list[Scenario]:  # fmt: skip
    """Load scenarios with what the options ask for; ``paired`` ones are to be compared with the first."""
    from .scenarios.loader import load_paired, load_scenarios
    from .scenarios.settings import COMMAND_LINE, parse_settings

    return (load_paired if paired else load_scenarios)(
        names, layers=layers or (), settings=parse_settings(settings or ()), city=city,
        start=start, days=days, warm_up_days=warm_up, follow_up_days=follow_up, said_by=COMMAND_LINE,
    )  # fmt: skip


def open_checkpoint(folder: Path) -> Checkpoint:
    """Return a checkpoint that is whole and of this version."""
    from .experiments.checkpoint import Checkpoint

    return Checkpoint.open(folder)


def scenario_of_run(name: str | None, begun: Checkpoint | None, wishes: Mapping[str, Any]) -> Scenario:
    """Return the scenario of a run: city and days are a checkpoint's if nothing else is said, and so is all of it."""
    if name is None and begun is None:
        missing = t("{x} is missing", x=t("SCENARIO"))
        stop("{command}: {what} (see {command} --help)", command="cogov run", what=missing)
    if begun is None:
        return load([str(name)], **wishes)[0]
    there = begun.scenario
    if name is None:
        if given := [key for key, value in wishes.items() if value is not None]:
            option = {"layers": "with", "settings": "set"}.get(given[0], given[0].replace("_", "-"))
            stop("--{option}: is a wish about a scenario, which has to be named beside --from", option=option)
        from .scenarios.schema import Scenario

        return Scenario.from_resolved(there)
    known = {"city": there["city"], "start": date.fromisoformat(there["calendar"]["start"]),
             "days": there["calendar"]["days"], "warm_up": there["calendar"]["warm_up_days"],
             "follow_up": there["calendar"]["follow_up_days"]}  # fmt: skip
    return load([name], **{**wishes, **{k: v for k, v in known.items() if wishes[k] is None}})[0]
