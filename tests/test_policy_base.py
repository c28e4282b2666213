"""Who gets a policy: dates, ramp, coverage and place, the same for every policy."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from policy_city import ALL, PLACES, make, setting

from cogov.scenarios.policies.alliance_lists import AllianceLists
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.policies.cadre_sinking import CadreSinking
from cogov.scenarios.policies.emergency_pairing import EmergencyPairing

POLICIES = (AllianceLists, CadreSinking, EmergencyPairing)
each = pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.card.id)


def _dated(**changes):
    return CadreSinking(Settings("p", **changes))


def test_a_policy_is_in_force_from_its_start_to_the_day_before_its_end():
    policy = _dated(intensity=0.8, start_day=3, end_day=6)
    assert [policy.strength(day) for day in range(8)] == [0, 0, 0, 0.8, 0.8, 0.8, 0, 0]


def test_a_ramp_rises_by_equal_steps_to_the_intensity():
    policy = _dated(intensity=0.8, start_day=2, ramp_days=4)
    assert [policy.strength(day) for day in range(1, 8)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert _dated(start_day=2, ramp_days=0).strength(2) == 1.0


def test_raising_the_intensity_adds_places_and_removes_none():
    reached = [set(_dated(intensity=x).covered(setting(), 0).tolist()) for x in (0.0, 0.2, 0.5, 0.8, 1.0)]
    assert all(less <= more for less, more in pairwise(reached))
    assert (reached[0], reached[-1]) == (set(), set(ALL.tolist()))
    assert 0 < len(reached[2]) < len(ALL)


def test_coverage_is_the_share_of_places_on_average():
    n = sum(len(CadreSinking(Settings(f"p{k}", 0.3)).covered(setting(), 0)) for k in range(400))
    assert n / (400 * len(ALL)) == pytest.approx(0.3, abs=4 * (0.21 / (400 * len(ALL))) ** 0.5)


def test_a_ramp_reaches_ever_more_places():
    policy = _dated(ramp_days=5)
    reached = [set(policy.covered(setting(), day).tolist()) for day in range(5)]
    assert all(less <= more for less, more in pairwise(reached))
    assert len(reached[0]) < len(reached[-1]) == len(ALL)


def test_parameters_are_the_cards_unless_given():
    policy = make(EmergencyPairing, rule="nearest", drill_hours=5)
    assert (policy.choice("rule"), policy.number("drill_hours"), policy.number("delay_minutes")) == ("nearest", 5, 120)


def _touched(actions):
    """Return the communities that are posted to or pushed, by their own row or by their pool."""
    pool = {int(p): c for c, p in enumerate(setting().community_pool)}
    places = set(actions.postings["community"].tolist())
    for c in actions.contributions:
        if c.lever.startswith("community."):
            places |= set(c.rows.tolist())
        elif c.lever.startswith("pool."):
            places |= {pool[row] for row in c.rows.tolist() if row in pool}
    return places


@each
def test_only_the_places_named_are_touched(policy):
    where = np.isin(ALL, [1, 4, 7])
    actions = make(policy, communities=where, turnout=1.0, take_up=1.0).act(setting(), 0)
    assert _touched(actions) == {1, 4, 7}
    assert make(policy, communities=where, intensity=0.5).covered(setting(), 0).tolist() == [
        c for c in (1, 4, 7) if setting().coverage("p")[c] < 0.5
    ]
    nowhere = make(policy, communities=np.zeros(len(ALL), dtype=bool)).act(setting(), 0)
    assert (len(nowhere.postings), list(nowhere.contributions)) == (0, [])


@each
def test_where_leaves_streets_elsewhere_alone(policy):
    there = PLACES["street"] == 3
    actions = make(policy, communities=there).act(setting(), 0)
    streets = setting().street_pool.tolist()
    pools = {row for c in actions.contributions if c.lever.startswith("pool.") for row in c.rows.tolist()}
    assert pools & set(streets) <= {streets[3]}


@each
def test_outside_its_dates_nothing_is_asked_for(policy):
    made = policy(Settings("p", start_day=7, end_day=14))
    for day, acts in ((6, False), (8, True), (13, True), (14, False)):
        actions = made.act(setting(), day)
        assert bool(len(actions.contributions) or len(actions.postings)) == acts


@each
def test_people_have_numbers_of_their_own_within_their_community(policy):
    postings = make(policy, take_up=1.0).act(setting(), 0).postings
    names = set(zip(postings["community"].tolist(), postings["person"].tolist(), strict=True))
    assert len(names) == len(postings) > 0
    assert (postings["person"] < 1 << 12).all()


def test_what_stands_is_made_anew_when_what_it_depends_on_changes():
    policy, made = make(CadreSinking), []

    def count(seen, places, month):
        made.append((seen, month))
        return len(made)

    other = replace(setting())
    asked = [(setting(), ALL, 0), (setting(), ALL.copy(), 0), (setting(), ALL[1:], 0), (setting(), ALL[1:], 1),
             (other, ALL[1:], 1), (other, ALL[1:], 1)]  # fmt: skip
    assert [policy.standing(count, *given) for given in asked] == [1, 1, 2, 3, 4, 4]
    assert make(CadreSinking).standing(count, *asked[0]) == 5, "each policy keeps its own"
