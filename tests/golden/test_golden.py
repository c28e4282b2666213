"""The measures of two short runs of the model street, to the last digit: a change of results is never unnoticed.

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
SCENARIOS = ("baseline", "three_together")
CALENDAR = {"days": 14, "warm_up_days": 35, "follow_up_days": 10}
"""The warm-up reaches the monthly decisions of day 30."""


def summary(scenario):
    """Return the measures of a run, those without a value as ``None``."""
    model = CityModel(scenario, seed=1, city="street", **CALENDAR)
    model.run_to_end()
    return {name: value if math.isfinite(value) else None for name, value in model.result().summary.items()}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_street_gives_its_golden_measures(scenario):
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8"))[scenario], summary(scenario)
    assert sorted(now) == sorted(golden)
    changed = {
        name: (golden[name], now[name])
        for name in golden
        if (golden[name] is None) != (now[name] is None)
        or (now[name] is not None and not math.isclose(golden[name], now[name], rel_tol=1e-9, abs_tol=0.0))
    }
    assert changed == {}


if __name__ == "__main__":
    text = json.dumps({name: summary(name) for name in SCENARIOS}, indent=2, sort_keys=True, allow_nan=False)
    GOLDEN.write_text(text + "\n", encoding="utf-8")
