"""An ordinary year holds: the baseline neither drains nor chokes, and lies where the facts put it.

The bounds are what cities report (see docs/model.md, where the figures of the whole city stand); a district of Nanjing
stands for it here.
"""

from __future__ import annotations

import numpy as np
import pytest

from cogov.model import state as S
from cogov.scenarios.city_model import CityModel

FIELD_KINDS = ("grid_workers", "part_time_grid_workers", "community_workers", "property_staff", "street_officers",
               "line_officers", "social_workers")  # fmt: skip


@pytest.fixture(scope="module")
def model():
    """A district over 60 days of warm-up, 180 of window and 30 of follow-up."""
    made = CityModel("baseline", seed=1, city="gulou", days=180, warm_up_days=60, follow_up_days=30)
    made.run_to_end()
    return made


@pytest.fixture(scope="module")
def summary(model):
    return model.result().summary


def _backlog(model):
    counts = model.tables["counts"].sum(axis=1)
    return np.cumsum(counts[:, S.C_OPENED] - counts[:, S.C_CLOSED])


def test_the_backlog_of_cases_is_the_same_in_the_first_and_the_last_two_months_of_the_window(model):
    backlog = _backlog(model)
    early, late = backlog[60:120].mean(), backlog[180:240].mean()
    assert late == pytest.approx(early, rel=0.25)


def test_what_is_solved_keeps_up_with_what_arises_and_does_not_lapse(model):
    counts = model.tables["counts"][180:240].sum(axis=(0, 1))
    assert counts[S.C_SOLVED] + counts[S.C_LAPSED] == pytest.approx(counts[S.C_ARISEN], rel=0.06)


def test_field_utilisation_is_near_six_tenths_and_no_organisation_idles_or_chokes(summary):
    assert 0.5 < summary["utilisation.all"] < 0.7
    for kind in FIELD_KINDS:
        assert 0.3 < summary[f"utilisation.{kind}"] < 0.95, kind


def test_most_hazards_and_disputes_end_in_the_grid(summary):
    assert 0.85 < summary["hazards_ended_in_grid_share"] < 0.95


def test_closing_is_not_solving(summary):
    assert summary["administrative_closure_rate"] - summary["satisfaction_rate"] > 0.2
    assert summary["satisfaction_rate_selective"] > summary["satisfaction_rate"]


def test_duplicates_lie_within_what_cities_report(summary):
    assert 0.05 < summary["duplicate_share"] < 0.30
