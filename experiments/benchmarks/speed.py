"""The year of a city: seconds, events a second, the share of midnight decisions, peak memory.

Each run is a process of its own, so that its peak memory is its own. One of them by hand, printed as JSON:
``python -m cogov.experiments.benchmarks.speed [--scenario baseline] [--city nanjing] [--days 365] [--warm-up 60]``.
Days are timed one by one and their median stands beside the total, because a machine may be shared.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ...model.simulation import Simulation
from ...model.state import ARISEN, CASES_OPENED, POPS
from ...scenarios.city_model import CityModel
from ..manifest import peak_memory_mb
from .lines import Line, Settings, measured

SCENARIOS = ("baseline", "three_together", "everything")
YEAR = 365
"""Days to which the total is scaled for its target."""


class Watched(CityModel):
    """A model that notes the seconds of its midnights.

    Attributes:
        deciding: Seconds in which offices, departments and firms decided.
        acting: Seconds in which policies turned their levers and posted people.
        midnights: Midnights seen.
    """

    deciding = 0.0
    acting = 0.0
    midnights = 0

    def _decide(self) -> None:
        began = time.perf_counter()
        super()._decide()
        self.deciding += time.perf_counter() - began
        self.midnights += 1

    def _act(self) -> None:
        began = time.perf_counter()
        super()._act()
        self.acting += time.perf_counter() - began


def compile_all() -> None:
    """Run the model street past a turn of the month, so that nothing is left to compile or to load."""
    CityModel("baseline", city="street", days=30, warm_up_days=0, follow_up_days=1).run_to_end()


def timed_days(model: Simulation, warm_up_days: int, days: int) -> tuple[list[float], int]:
    """Simulate the warm-up, then ``days`` days; return the seconds of each of these and the events in all of them."""
    for _ in range(warm_up_days):
        model.step()
    before = int(model.tables["sc"][POPS])
    taken = []
    for _ in range(days):
        began = time.perf_counter()
        model.step()
        taken.append(time.perf_counter() - began)
    return taken, int(model.tables["sc"][POPS]) - before


def run(scenario: str, city: str, days: int, warm_up_days: int) -> dict[str, Any]:
    """Run a scenario in this process and return what it took.

    Raises:
        RuntimeError: If the model has its midnights elsewhere, so that their share would be wrong.
    """
    compile_all()
    began = time.perf_counter()
    model = Watched(scenario, city=city, days=days, warm_up_days=warm_up_days, follow_up_days=1)
    made = time.perf_counter() - began
    for _ in range(warm_up_days):
        model.step()
    model.deciding = model.acting = 0.0
    taken, events = timed_days(model, 0, days)
    if model.midnights != warm_up_days + days:
        raise RuntimeError(f"{model.midnights} midnights were seen in {warm_up_days + days} days: see Simulation.step")
    total, sc = sum(taken), model.tables["sc"]
    return {
        "scenario": scenario, "city": city, "days": days, "making_s": made, "total_s": total,
        "year_s": total / days * YEAR, "median_day_s": statistics.median(taken), "events": events,
        "events_per_s": events / total, "deciders_share": model.deciding / total,
        "policies_share": model.acting / total, "needs": int(sc[ARISEN]), "cases": int(sc[CASES_OPENED]),
        "peak_memory_mb": _peak_mb(),
    }  # fmt: skip


def _peak_mb() -> float:
    """Return the most memory of this process, MB; on Linux without what the process that started it held."""
    status = Path("/proc/self/status")
    if status.is_file():
        for row in status.read_text().splitlines():
            if row.startswith("VmHWM:"):
                return int(row.split()[1]) * 1024 / 1e6
    return peak_memory_mb()


def apart(scenario: str, city: str, days: int, warm_up_days: int) -> dict[str, Any]:
    """Do the same in a process of its own."""
    words = ["--scenario", scenario, "--city", city, "--days", str(days), "--warm-up", str(warm_up_days)]
    line = [sys.executable, "-m", __name__, *words]
    done = subprocess.run(line, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(settings: Settings) -> list[Line]:
    """Return time, events and memory of the baseline, of three policies and of all, their runs in turn."""
    found: dict[str, list[dict[str, Any]]] = {scenario: [] for scenario in SCENARIOS}
    for _ in range(settings.repeats):
        for scenario in SCENARIOS:
            found[scenario].append(apart(scenario, settings.city, settings.days, settings.warm_up_days))
    lines = [line for scenario in SCENARIOS for line in _lines(settings, scenario, found[scenario])]
    if {"baseline", "everything"} <= found.keys():
        ratios = [a["total_s"] / b["total_s"] for a, b in zip(found["everything"], found["baseline"], strict=True)]
        lines.append(measured("year", "everything.ratio", f"{settings.city}, all policies over none: time", "times",
                              ratios, "< 2", "runs in turn"))  # fmt: skip
    return lines


def _lines(settings: Settings, scenario: str, runs: list[dict[str, Any]]) -> list[Line]:
    warm = f"after {settings.warm_up_days} days of warm-up"
    wanted = (
        ("total_s", f"{settings.days} days", "s", "", f"{warm}; one core"),
        ("year_s", f"{YEAR} days at that pace", "s", "< 30", ""),
        ("median_day_s", "median day", "s", "", ""),
        ("making_s", "making the model, city included", "s", "", "before its first day"),
        ("events", "events", "events", "", "popped from the queue, stale ones included"),
        ("events_per_s", "events a second", "events/s", "", "everything included"),
        ("deciders_share", "time of midnight decisions", "share", "", "offices, departments, firms"),
        ("policies_share", "time of policies at midnight", "share", "", "levers and postings"),
        ("peak_memory_mb", "peak memory", "MB", "< 1500", "MB of 10^6 bytes, whole process"),
    )
    return [
        measured("year", f"{scenario}.{key}", f"{settings.city}, {scenario}: {what}", unit,
                 [float(r[key]) for r in runs], target, note)
        for key, what, unit, target, note in wanted
    ]  # fmt: skip


def main() -> None:
    """Measure one run in this process and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--city", default="nanjing")
    parser.add_argument("--days", type=int, default=YEAR)
    parser.add_argument("--warm-up", type=int, default=60)
    wanted = parser.parse_args()
    sys.stdout.write(json.dumps(run(wanted.scenario, wanted.city, wanted.days, wanted.warm_up), indent=1) + "\n")


if __name__ == "__main__":
    main()
