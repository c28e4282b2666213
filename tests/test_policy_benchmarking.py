"""Benchmarking: settings are copied after visits and training, with a loss at each copy; a history can be repeated."""

import numpy as np
import pytest
from one_need import BY_PATROL, SILENT, decision_of_one_case, looked, open_day, quiet, reported, skilled_sent, under
from policy_city import ALL, CITY, PLACES, levers, make, pushed, setting

from cogov.model.calendar import OFFICE_CLOSES, OFFICE_OPENS, add_in_hours
from cogov.model.decisions import MEETING_ENDS
from cogov.model.draws import WORK, uniform
from cogov.model.occasions import MATCHED
from cogov.scenarios.policies.benchmarking import Benchmarking

AIM, MATCH, MEET, OVERHEAD = (
    "community.patrol_aim", "community.matching", "community.meetings", "pool.overhead_minutes",
)  # fmt: skip
EAGER = {"by_contact": 20, "by_training": 0.3, "decay": 0}


def history(weeks=20, **parameters):
    """Return how much of the settings each community has, week by week, shape (weeks, communities)."""
    policy = make(Benchmarking, **{"aim_gain": 1.0, **parameters})
    rows = np.zeros((weeks, len(ALL)))
    for week in range(weeks):
        for c, value in pushed(policy.act(setting(), 7 * week), AIM).items():
            rows[week, c] = value
    return rows


def models(**parameters):
    """Return the communities that have the whole of it on the first day."""
    return np.flatnonzero(history(1, **parameters)[0] == 1.0)


def test_settings_are_copied_after_visits_and_training_with_a_loss():
    policy = make(Benchmarking, **EAGER, fidelity=0.7, visit_hours=5, host_hours=2, meeting_hours=0, training_days=730)
    first = set(pushed(policy.act(setting(), 0), AIM))
    seen, visits = set(first), 0
    for day in range(1, 140):
        actions = policy.act(setting(), day)
        assert levers(actions) <= {AIM, MATCH, MEET, OVERHEAD}
        have = pushed(actions, AIM)
        new = have.keys() - seen
        asked = {pool: minutes for pool, minutes in pushed(actions, OVERHEAD).items() if minutes > 0}
        guests = {int(setting().community_pool[c]) for c in new}
        assert {pool: minutes for pool, minutes in asked.items() if pool in guests} == dict.fromkeys(guests, 300.0)
        assert sum(m for pool, m in asked.items() if pool not in guests) == pytest.approx(120.0 * len(new))
        assert set(asked) - guests <= set(setting().street_pool.tolist())
        visits += len(new)
        seen |= new
        for c in new:
            generation = np.log(have[c] / 0.4) / np.log(0.7)
            assert generation == pytest.approx(round(generation), abs=1e-9)
            assert round(generation) >= 1
        match, meet = pushed(actions, MATCH), pushed(actions, MEET)
        assert all(match[c] == pytest.approx(0.15 / 0.4 * have[c]) for c in have)
        assert all(meet[c] == pytest.approx(have[c] / 0.4 / 7) for c in have)
    assert visits > 5
    assert len(first) < len(seen)


def test_models_are_whole_streets_and_as_many_as_declared():
    for n in (0, 1, 2, 4):
        at = models(model_streets=n)
        streets = set(PLACES["street"][at].tolist())
        assert len(streets) == n
        assert sorted(at) == np.flatnonzero(np.isin(PLACES["street"], list(streets))).tolist()
    assert set(models(model_streets=1)) < set(models(model_streets=2))


def test_a_model_lies_within_the_places_named():
    where = PLACES["street"] == 2
    assert models(communities=where).tolist() == np.flatnonzero(where).tolist()


def test_without_contact_or_training_nobody_follows():
    rows = history(by_contact=0, by_training=0, decay=0)
    assert (rows == rows[0]).all()
    assert not history(model_streets=0, by_training=5).any()


def test_training_alone_is_copied_from_models_and_contact_makes_chains():
    alone = history(60, by_contact=0, by_training=1, decay=0, fidelity=0.5)[-1]
    assert set(alone.tolist()) == {1.0, 0.5}
    chains = history(60, by_contact=20, by_training=0.05, decay=0, fidelity=0.5)[-1]
    assert {0.5, 0.25} <= set(chains.tolist())


def test_contact_reaches_only_the_district_of_those_who_have_it():
    rows = history(60, by_contact=20, by_training=0, decay=0)
    near = PLACES["district"] == PLACES["district"][models()[0]]
    assert (rows[-1] > 0).tolist() == near.tolist()


def test_those_who_have_it_keep_it_and_what_was_copied_decays_by_the_month():
    rows = history(60, **{**EAGER, "decay": 0.1})
    have = rows > 0
    assert (have[1:] >= have[:-1]).all()
    kept = have[:-1] & have[1:] & (rows[:-1] < 1.0)
    assert (rows[1:][kept] / rows[:-1][kept]) == pytest.approx(0.9 ** (7 * 12 / 365))
    assert (rows[:, models()] == 1.0).all()


def test_the_weekly_chance_is_the_declared_rate():
    """One week at three a month by training alone: 1 - exp(-3 * 7 * 12 / 365) follow, over 60 instances (4 sd)."""
    due = 1 - np.exp(-3 * 84 / 365)
    took = n = 0
    for k in range(60):
        policy = make(Benchmarking, instance=f"b{k}", by_training=3, by_contact=0)
        before, after = (len(pushed(policy.act(setting(), day), AIM)) for day in (0, 7))
        took, n = took + after - before, n + len(ALL) - before
    assert took / n == pytest.approx(due, abs=4 * (due * (1 - due) / n) ** 0.5)


def test_the_history_does_not_depend_on_the_days_on_which_it_was_asked_for():
    steady = history(12, **EAGER)[-1]
    at_once = pushed(make(Benchmarking, aim_gain=1.0, **EAGER).act(setting(), 77), AIM)
    assert at_once == {c: v for c, v in enumerate(steady) if v > 0}
    back = make(Benchmarking, aim_gain=1.0, **EAGER)
    back.act(setting(), 110)
    assert pushed(back.act(setting(), 77), AIM) == at_once


def test_training_takes_hours_of_all_at_its_intervals():
    policy = make(Benchmarking, by_contact=0, by_training=0, training_days=30, training_hours=6, meeting_hours=0)
    for day in range(65):
        asked = {p: minutes for p, minutes in pushed(policy.act(setting(), day), OVERHEAD).items() if minutes > 0}
        assert asked == (dict.fromkeys(setting().community_pool.tolist(), 360.0) if day % 30 == 0 else {})


def test_what_began_before_the_run_has_spread_by_its_first_day():
    early = make(Benchmarking, start=-70, aim_gain=1.0, **EAGER)
    assert pushed(early.act(setting(), 0), AIM) == {c: v for c, v in enumerate(history(11, **EAGER)[-1]) if v > 0}


def test_meetings_take_hours_of_those_who_hold_them_and_the_more_seldom_the_less():
    """A model meets every 5 days for 3 hours: 36 minutes a day; its street sits in each meeting once."""
    policy = make(Benchmarking, by_contact=0, by_training=0, meeting_days=5, meeting_hours=3, training_days=730)
    policy.act(setting(), 0)
    actions = policy.act(setting(), 1)
    at = models()
    streets = np.unique(setting().street_pool[PLACES["street"][at]])
    assert pushed(actions, MEET) == dict.fromkeys(at.tolist(), 0.2)
    pools = [*setting().community_pool[at].tolist(), *streets.tolist()]
    assert pushed(actions, OVERHEAD) == pytest.approx(dict.fromkeys(pools, 36.0))


@pytest.mark.parametrize("streets", [0, 101])
def test_direct_effect_what_is_handed_up_in_a_model_street_is_decided_at_the_next_meeting(streets):
    """One case; nothing is by chance: paper takes 2,001 office minutes, a meeting of every day is over at eleven."""
    policy = make(Benchmarking, model_streets=streets, by_contact=0, by_training=0, meeting_days=1)
    handed, decided = decision_of_one_case(policy)
    by_paper = add_in_hours(handed, 2001, OFFICE_OPENS, OFFICE_CLOSES)
    assert decided == (1440 + MEETING_ENDS if streets else by_paper)


ALONE = {"by_contact": 0, "by_training": 0}


@pytest.mark.parametrize("grid", [0, 2])
def test_direct_effect_patrols_of_a_model_street_go_where_risk_is_high(grid):
    """Of the grids of a community the one of least and of most risk: when a patrol sees a need there, to the minute."""
    seen = []
    for streets, aim in ((0, 0.0), (101, 0.8)):
        policy = make(Benchmarking, model_streets=streets, aim_gain=0.8, **ALONE)
        sim = under(policy, hands=False, handling__patrol=6, **SILENT)
        risk = float(sim.tables["risk"][grid])
        seen.append(reported(sim, grid))
        assert seen[-1] == looked(sim, BY_PATROL, 6 * (1 - aim + aim * risk))
    assert (seen[1] < seen[0]) == (risk > 1)
    assert seen[1] != seen[0]


def test_direct_effect_a_model_street_sends_the_skilled_more_often():
    """Forty needs, one a day, under the lots of the baseline: those days on which the skilled one goes are exact."""
    for streets, share in ((0, 0.3), (101, 0.7)):
        policy = make(Benchmarking, model_streets=streets, matching_gain=0.4, meeting_hours=0, **ALONE)
        sim = under(policy, days=42, handling__matching=0.3, office__spread=0)
        assert skilled_sent(sim) == {day for day in range(1, 41) if uniform(sim.keys[WORK], day, MATCHED) < share}


def test_direct_effect_who_has_learned_patrols_so_with_a_loss_and_has_spent_the_hours_of_a_visit():
    """Six weeks with one model street, from which all others learn; minutes of a visit and of a patrol, exact."""
    policy = make(
        Benchmarking, model_streets=1, by_contact=0, by_training=10, decay=0, fidelity=0.5, aim_gain=0.8,
        visit_hours=5, host_hours=0, meeting_hours=0, training_hours=0,
    )  # fmt: skip
    model = int(models()[0])
    other = next(c for c in ALL if c not in models())
    for policies, aims in (((), {other: 0.0, model: 0.0}), ((policy,), {other: 0.4, model: 0.8})):
        sim = quiet(days=45, city=CITY, policies=policies, handling__patrol=6, staff__quit=0, **SILENT)
        for _ in range(42):
            sim.step()
        sim._act()
        people, pools = sim.tables["responders"], sim.setting.community_pool
        minutes = np.bincount(people["pool"], people["overhead_minutes"], minlength=len(sim.tables["pools"]))[pools]
        guests = ~np.isin(ALL, models()) & bool(policies)
        assert minutes == pytest.approx(np.where(guests, 300.0, 0.0))
        for day, (c, aim) in enumerate(aims.items(), 42):
            open_day(sim, day, hands=False)
            place = PLACES[c]
            grid = int(place["first_grid"] + np.argmax(sim.tables["risk"][place["first_grid"] :][: place["n_grids"]]))
            risk = sim.tables["risk"][grid]
            rounds = float(sim.base["community"]["patrol"][c]) * (1 - aim + aim * risk)
            assert risk > 1.2
            assert reported(sim, grid, day) == looked(sim, BY_PATROL, rounds, day)
