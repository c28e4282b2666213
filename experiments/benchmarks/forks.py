"""What a common history saves: several scenarios from one checkpoint against each from the start."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from pathlib import Path
from typing import Any

from ...scenarios.city_model import CityModel
from ...scenarios.history import until
from ...scenarios.loader import load_scenario
from ..checkpoint import Checkpoint, save
from ..course import run_until
from .lines import Line, Settings, measured, ratio
from .speed import compile_all

SCENARIOS = ("baseline", "cadre_sinking", "supervision", "one_net")
"""What goes on from the history, the warm-up; policies begin with the window."""


def once(settings: Settings, folder: Path) -> dict[str, float]:
    """Run all scenarios both ways, in turn, and return the seconds of each part and the checkpoint's size, MB.

    The city is built before, as it is in a worker of an experiment.

    Raises:
        RuntimeError: If a run gave something else than from the start.
    """
    days: dict[str, Any] = {"city": settings.city, "days": settings.days, "warm_up_days": settings.warm_up_days}
    resolved = [load_scenario(name, follow_up_days=1, **days).resolved() for name in SCENARIOS]
    date = dt.date.fromisoformat(resolved[0]["calendar"]["start"])
    CityModel(resolved[0]).forget()
    found = dict.fromkeys(("history_s", "save_s", "stand_s", "forked_s", "straight_s"), 0.0)

    def clock(part: str, began: float) -> float:
        found[part] += (now := time.perf_counter()) - began
        return now

    at = time.perf_counter()
    model = CityModel(until(resolved[0], date))
    run_until(model, date)
    at = clock("history_s", at)
    save(model, folder / "history")
    clock("save_s", at)
    model.forget()
    found["size_mb"] = sum(path.stat().st_size for path in (folder / "history").iterdir()) / 1e6
    for scenario in resolved:
        at = time.perf_counter()
        forked = Checkpoint.open(folder / "history").model(scenario, 1)
        at = clock("stand_s", at)
        forked.run_to_end()
        at = clock("forked_s", at)
        straight = CityModel(scenario)
        straight.run_to_end()
        clock("straight_s", at)
        if repr(forked.result().summary) != repr(straight.result().summary):
            raise RuntimeError(f"{scenario['id']} is not the same from a checkpoint and from the start")
    return found


def measure(settings: Settings) -> list[Line]:
    """Return the size of a checkpoint, the seconds to write it and to stand on it, and what a common history saves."""
    compile_all()
    runs = []
    for _ in range(settings.repeats):
        with tempfile.TemporaryDirectory(prefix="cogov-forks-") as folder:
            runs.append(once(settings, Path(folder)))
    n, after = len(SCENARIOS), f"after {settings.warm_up_days} days"
    together = [r["history_s"] + r["save_s"] + r["stand_s"] + r["forked_s"] for r in runs]
    wanted = (
        ("size_mb", f"{settings.city}: size of a checkpoint", "MB", 1, after),
        ("save_s", f"{settings.city}: writing it", "s", 1, ""),
        (
            "stand_s",
            f"{settings.city}: a run that stands where it was taken",
            "s",
            n,
            "model made, files checked, read",
        ),
        ("history_s", f"{settings.city}: the days before it, from the start", "s", 1, ""),
    )
    apart = f"{settings.warm_up_days} days in common, {settings.days} and one more apart"
    return [
        *(
            measured("forks", key, what, unit, [r[key] / of for r in runs], "", note)
            for key, what, unit, of, note in wanted
        ),
        ratio(
            "forks", "forked", f"{n} scenarios from one history over each from the start: time", together,
            [r["straight_s"] for r in runs], "", apart,
        ),
    ]  # fmt: skip
