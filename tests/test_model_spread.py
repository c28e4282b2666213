"""Spread of a practice: models, copies of copies, contact within a district, and a pace that is the declared one."""

import numpy as np
import pytest
from policy_city import ALL, PLACES, setting

from cogov.model.spread import WEEKS_A_MONTH, Pace, Spread

FIRST = ALL == 0
FAST = Pace(by_training=1.0, by_contact=5.0, fidelity=0.5, decay=0.1)


def spread(pace=FAST, instance="s", models=FIRST, start=0):
    return Spread(setting(), instance, start, models, pace)


def everybody(day):
    return ALL


def until(day, reach=everybody, **changes):
    """Return a spread that has been brought up to a day."""
    made = spread(**changes)
    made.advance(day, reach)
    return made


def test_it_begins_with_the_models_who_keep_the_whole():
    made = until(0)
    assert made.held(0).tolist() == FIRST.astype(float).tolist()
    assert until(700).held(700)[0] == 1.0


def test_each_copy_loses_its_part_and_decays_by_the_month():
    made = until(140, pace=Pace(0.5, 8.0, 0.5, 0.0))
    held = made.held(140)
    generations = {0: 0}
    for c in np.argsort(made.since, kind="stable"):
        if made.teacher[c] >= 0:
            generations[int(c)] = generations[int(made.teacher[c])] + 1
            assert held[c] == 0.5 ** generations[int(c)]
    assert max(generations.values()) > 1
    month = 7 * WEEKS_A_MONTH
    faded = until(140, pace=Pace(0.5, 8.0, 0.5, 0.1))
    copied = faded.teacher >= 0
    assert faded.held(140 + month)[copied] == pytest.approx(0.9 * faded.held(140)[copied])


def test_a_history_does_not_depend_on_the_days_it_was_asked_for():
    steps = spread()
    for day in range(0, 100, 3):
        steps.advance(day, everybody)
    assert np.array_equal(steps.held(99), until(99).held(99))


def test_nobody_out_of_reach_learns_and_nobody_without_models():
    reach = ALL[ALL < 5]
    assert set(np.flatnonzero(until(300, reach=lambda day: reach).held(300)).tolist()) <= set(reach.tolist())
    assert not until(300, models=ALL < 0).held(300).any()


def test_those_who_learned_on_a_day_are_those_whose_first_day_it_is():
    made = until(140)
    learned = sum(made.learned_on(day) for day in range(141))
    assert np.array_equal(learned == 1, made.teacher >= 0)
    assert not made.learned_on(3).any()  # weeks alone


@pytest.mark.parametrize(("training", "contact"), [(2.0, 0.0), (0.0, 4.0), (1.0, 2.0)])
def test_the_pace_is_the_declared_one(training, contact):
    """The first week over 150 instances, by the hazard of a rate; false alarms: 6 in 100,000 of each."""
    pace = Pace(training, contact, 1.0, 0.0)
    near = (PLACES["district"] == PLACES["district"][0]) & ~FIRST
    took = np.mean([until(7, pace=pace, instance=f"s{k}").teacher >= 0 for k in range(150)], axis=0)
    for who, rate in ((near, training + contact / near.sum()), (~near & ~FIRST, training)):
        due, n = 1 - np.exp(-rate / WEEKS_A_MONTH), 150 * int(who.sum())
        assert took[who].mean() == pytest.approx(due, abs=4 * (due * (1 - due) / n) ** 0.5)


def test_what_began_earlier_has_spread_further():
    late, early = until(35), until(35, start=-70)
    assert early.week == 15
    assert late.week == 5
    assert early.held(35).astype(bool).sum() >= late.held(35).astype(bool).sum()
