"""Responders: how long work and travel take, and that every kind has its share of field time and its pay."""

import pytest

from cogov.agents import responders as R
from cogov.agents.parameters import parameters


@pytest.mark.parametrize(("base", "productivity", "skilled", "minutes"), [
    (60.0, 1.0, 1, 60), (60.0, 0.5, 1, 120), (60.0, 1.0, 0, 75), (60.0, 1.2, 0, 63), (0.1, 1.4, 1, 1),
])  # fmt: skip
def test_work_takes_longer_for_the_slow_and_the_unskilled(base, productivity, skilled, minutes):
    assert R.work_minutes(base, productivity, skilled, 1.25) == minutes


@pytest.mark.parametrize(("dx", "dy", "slow", "minutes"), [
    (0, 0, 1.0, 5), (3, -4, 1.0, 19), (-3, 4, 1.0, 19), (3, 4, 1.8, 34),
])  # fmt: skip
def test_travel_is_taxicab_distance_and_setting_out(dx, dy, slow, minutes):
    assert R.travel_minutes(dx, dy, 0.5, 5.0, 4.0, slow) == minutes


def test_work_and_travel_are_whole_minutes_rounded_and_never_negative():
    assert R.work_minutes(10.5, 1.0, 1, 1.25) == 11
    assert R.work_minutes(10.4, 1.0, 1, 1.25) == 10
    assert R.travel_minutes(0, 0, 0.5, 0.0, 4.0, 1.0) == 0
    assert R.travel_minutes(1, 0, 0.3, 0.0, 4.0, 1.0) == 1


def test_every_kind_has_a_field_share_that_is_a_share():
    assert len(R.SHARE_OF_KIND) == len(R.KINDS)
    declared = parameters()
    for (kind, _, _), at in zip(R.KINDS, R.SHARE_OF_KIND, strict=True):
        if at == R.FULL:
            continue
        assert declared[at].name.startswith("roster.field_share"), kind
        assert 0 < declared[at].low <= declared[at].high <= 1, kind
    on_duty = [R.STREET_DUTY, R.LINE_DUTY]
    assert all(R.SHARE_OF_KIND[kind] == R.FULL for kind in on_duty)
