"""The measures of four short runs of the model street, to the last digit: a change of results is never unnoticed.

Where a change is meant, write the file anew and look at the difference:

    python tests/golden/test_golden.py
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from cogov.scenarios.city_model import CityModel

GOLDEN = Path(__file__).with_name("street.json")
RUNS = {
    "baseline": {"scenario": "baseline"},
    "three_together": {"scenario": "three_together"},
    "everything": {"scenario": "everything"},
    "shocks_and_other_rules": {
        "scenario": "three_together",
        "layers": ("storm_month", "outbreak_month", "surge_month"),
        "settings": {"cadre_sinking.placement": "home_grid", "emergency_pairing.rule": "nearest"},
    },
}
CALENDAR = {"days": 14, "warm_up_days": 35, "follow_up_days": 10}
"""The warm-up reaches the monthly decisions of day 30."""


def summary(name):
    """Return the measures of a run, those without a value as ``None``."""
    model = CityModel(**RUNS[name], seed=1, city="street", **CALENDAR)
    model.run_to_end()
    return {name: value if math.isfinite(value) else None for name, value in model.result().summary.items()}


@pytest.mark.parametrize("name", RUNS)
def test_the_street_gives_its_golden_measures(name):
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8"))[name], summary(name)
    assert sorted(now) == sorted(golden)
    changed = {
        key: (golden[key], now[key])
        for key in golden
        if (golden[key] is None) != (now[key] is None)
        or (now[key] is not None and not math.isclose(golden[key], now[key], rel_tol=1e-9, abs_tol=0.0))
    }
    assert changed == {}


if __name__ == "__main__":
    text = json.dumps({name: summary(name) for name in RUNS}, indent=2, sort_keys=True, allow_nan=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
