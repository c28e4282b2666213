"""How long a city takes: building, first compilation, simulated days, events a second, peak memory.

Run with ``python -m cogov.experiments.benchmarks.speed [--city nanjing] [--days 365]``; prints JSON. Days are timed one
by one in the running process and their median is given beside the total, because a machine may be shared.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

from ...agents.rules import is_warm
from ...model.city import build_city
from ...model.city_file import load_city_file
from ...model.state import POPS
from ...scenarios.city_model import CityModel

_WARM_UP_DAYS = 60


def measure(scenario: str, city: str, days: int) -> dict[str, Any]:
    """Run a scenario once for ``days`` days after its warm-up and return seconds, events and memory."""
    warm = is_warm()
    build_city(load_city_file("street"))
    began = time.perf_counter()
    build_city(load_city_file(city))
    built = time.perf_counter() - began
    began = time.perf_counter()
    CityModel("baseline", city="street", days=1, warm_up_days=0, follow_up_days=1).run_to_end()
    compiled = time.perf_counter() - began
    model = CityModel(scenario, city=city, days=days, warm_up_days=_WARM_UP_DAYS, follow_up_days=1)
    for _ in range(_WARM_UP_DAYS):
        model.step()
    before = int(model.tables["sc"][POPS])
    seconds = []
    for _ in range(days):
        start = time.perf_counter()
        model.step()
        seconds.append(time.perf_counter() - start)
    events = int(model.tables["sc"][POPS]) - before
    return {
        "scenario": scenario, "city": city, "days": days, "city_building_s": round(built, 2),
        "compiled_before": warm, "first_small_run_s": round(compiled, 2), "total_s": round(sum(seconds), 2),
        "median_day_s": round(statistics.median(seconds), 4), "events": events,
        "events_per_s": round(events / sum(seconds)),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip


def help_seconds(times: int = 5) -> float:
    """Return the median seconds of ``cogov --help``."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "cogov", "--help"], capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    return round(statistics.median(seconds), 3)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--city", default="nanjing")
    parser.add_argument("--days", type=int, default=365)
    wanted = parser.parse_args()
    result = measure(wanted.scenario, wanted.city, wanted.days) | {"help_s": help_seconds()}
    sys.stdout.write(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
