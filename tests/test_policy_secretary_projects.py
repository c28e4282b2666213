"""Secretary projects: one class of needs a season goes ahead in queues; secretaries pay with their hours."""

import dataclasses

import numpy as np
import pytest
from one_need import case_of, open_day, put, quiet, run, under
from policy_city import ALL, PLACES, levers, make, pushed, setting

from cogov.model.queues import dequeue
from cogov.model.reporting import PATROL
from cogov.scenarios.policies.secretary_projects import SecretaryProjects

HEAD, OVERHEAD = "topic.head_start", "pool.overhead_minutes"
IDS = setting().catalogue.ids
N = len(IDS)
NOISE, PARKING, LIFT = (IDS.index(name) for name in ("noise", "parking", "sanitation"))


def known(**by_name):
    """Return a setting in which so many cases of these categories are open, and overdue, everywhere.

    Args:
        by_name: Category and (open, overdue) cases of it in each community.
    """
    open_, overdue = np.zeros((len(ALL), N), dtype=np.int64), np.zeros((len(ALL), N), dtype=np.int64)
    for name, (a, b) in by_name.items():
        open_[:, IDS.index(name)], overdue[:, IDS.index(name)] = a, b
    return dataclasses.replace(setting(), known_cases=lambda: (open_, overdue))


SEEN = known(noise=(9, 1), parking=(4, 3), sanitation=(1, 0))


def taken_up(day=0, at=SEEN, policy=None, **parameters):
    """Return the categories that go ahead, and by how many minutes."""
    asked = pushed((policy or make(SecretaryProjects, **parameters)).act(at, day), HEAD)
    return {(row % N, value) for row, value in asked.items()}


def test_hours_are_to_go_to_the_class_chosen_and_to_no_other():
    actions = make(SecretaryProjects, head_start=3, street_hours=7.3, community_hours=3.65).act(SEEN, 0)
    assert levers(actions) == {HEAD, OVERHEAD}
    assert pushed(actions, HEAD) == {int(c) * N + PARKING: 3 * 1440.0 for c in ALL}
    street = dict.fromkeys(setting().street_pool.tolist(), 14.4)
    assert pushed(actions, OVERHEAD) == pytest.approx(street | dict.fromkeys(setting().community_pool.tolist(), 7.2))
    assert len(actions.postings) == 0


@pytest.mark.parametrize("chosen", ["parking", "noise", None])
def test_direct_effect_a_case_of_the_class_is_served_before_one_that_falls_due_sooner(chosen):
    """Three cases in a queue; two hours ahead for the class of two, for another one, or none: their order, exact."""
    sim = under(*(() if chosen is None else (make(SecretaryProjects, chosen=chosen, head_start=1 / 12),)), hands=False)
    other = put(sim, "sanitation", 0, 600, number=1, channel=PATROL)
    soon = put(sim, "parking", 0, 719, number=2, channel=PATROL)
    late = put(sim, "parking", 0, 721, number=3, channel=PATROL)
    run(sim, 0, 800)
    pool = int(case_of(sim, other)["pool"])
    assert pool == case_of(sim, soon)["pool"] == case_of(sim, late)["pool"]
    due = [soon, other, late] if chosen == "parking" else [other, soon, late]
    assert [int(sim.tables["cases"]["need"][dequeue(sim.w, pool, 800)]) for _ in range(3)] == due
    assert case_of(sim, late)["deadline"] - case_of(sim, soon)["deadline"] == 2


def test_a_head_start_leaves_the_class_of_priority_alone():
    sim = quiet()
    open_day(sim, hands=False)
    sim.tables["topic_levers"]["head_start"] = 400_000.0
    n = put(sim, "sanitation", 0, 600, channel=PATROL)
    run(sim, 0, 700)
    assert case_of(sim, n)["order"] == 2 << 32


def test_the_class_is_the_one_with_most_cases_overdue_or_open_or_the_one_named():
    assert taken_up() == {(PARKING, 7200.0)}
    assert taken_up(chosen="most_open") == {(NOISE, 7200.0)}
    assert taken_up(chosen="sanitation") == {(LIFT, 7200.0)}


def test_each_street_chooses_its_own():
    open_, overdue = (x.copy() for x in SEEN.known_cases())
    there = PLACES["street"] == 2
    overdue[there, NOISE] = 50
    asked = pushed(
        make(SecretaryProjects).act(dataclasses.replace(SEEN, known_cases=lambda: (open_, overdue)), 0), HEAD
    )
    assert sorted(asked) == sorted(int(c) * N + (NOISE if there[c] else PARKING) for c in ALL)


def test_tasks_of_a_shock_are_nobodys_project():
    shock = int(np.flatnonzero(setting().catalogue.rows["shock"] >= 0)[0])
    assert taken_up(at=known(noise=(2, 2), **{IDS[shock]: (99, 99)})) == {(NOISE, 7200.0)}


def test_a_season_holds_its_choice_and_the_next_chooses_anew():
    policy = make(SecretaryProjects, season_days=30)
    assert taken_up(policy=policy) == {(PARKING, 7200.0)}
    turned = known(noise=(9, 9), parking=(1, 1))
    assert taken_up(29, turned, policy) == {(PARKING, 7200.0)}
    assert taken_up(30, turned, policy) == {(NOISE, 7200.0)}


def test_a_street_with_no_case_to_speak_of_waits_for_the_first():
    policy = make(SecretaryProjects)
    assert list(policy.act(known(noise=(5, 0)), 0).contributions) == []
    assert taken_up(1, known(noise=(5, 1)), policy) == {(NOISE, 7200.0)}
    assert taken_up(2, SEEN, policy) == {(NOISE, 7200.0)}


def test_open_and_overdue_cases_are_those_of_the_books():
    sim = quiet()
    open_day(sim, hands=False)
    put(sim, "sanitation", 0, 600, number=1, channel=PATROL)
    put(sim, "sanitation", 4, 600, number=2, channel=PATROL)
    put(sim, "hazard", 4, 600, number=3, channel=PATROL)
    run(sim, 0, 1440)
    open_day(sim, 1, hands=False)
    run(sim, 1440, 1440 + 700)
    open_, overdue = sim.known_cases()
    at = [sim.catalogue.ids.index(name) for name in ("sanitation", "hazard")]
    assert open_[:, at].tolist() == [[1, 0], [1, 1]]
    assert overdue[:, at].tolist() == [[0, 0], [0, 1]]
    assert (open_.sum(), overdue.sum()) == (3, 1)
