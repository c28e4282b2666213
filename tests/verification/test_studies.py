"""Every study of the engine against theory holds, and is sharp enough to find an engine that is wrong."""

import numpy as np
import pytest

from cogov.experiments.verification.studies import STUDIES

LINES = {}


@pytest.fixture(params=STUDIES)
def lines(request):
    """The lines of a study, run once."""
    if request.param not in LINES:
        LINES[request.param] = STUDIES[request.param]()
    return LINES[request.param]


def test_theory_lies_in_every_interval(lines):
    assert [str(line) for line in lines if not line.holds] == []


def test_studies_look_at_several_loads_and_are_sharp(lines):
    assert len({line.load for line in lines}) >= 2
    spreads = [line.half / line.exact for line in lines if line.exact]
    assert not spreads or np.median(spreads) < 0.2


def test_pooling_gains_much_at_high_load_and_nothing_that_matters_at_low():
    found = {(line.case, line.load): line.mean for line in LINES.get("pooling") or STUDIES["pooling"]()}
    assert found["saved", 0.9] / found["5 × M/M/2", 0.9] == pytest.approx(0.84, abs=0.05)
    assert found["saved", 0.5] < 0.4 * 60.0
