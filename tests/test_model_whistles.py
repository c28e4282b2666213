"""The whistle: parties called together, desks left, limits kept, attention that saturates."""

from __future__ import annotations

import pytest
from one_need import case_of, flow, members, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.draws import HANDLING, uniform
from cogov.model.occasions import HEEDED, WHISTLED
from cogov.model.reporting import PATROL, PHONE
from cogov.model.roster import ALL_DAY

DAY = 1440
MORNING = 600
CALLED = MORNING + 1 + 1 + 15
"""Minute at which a whistle has been blown: accepted by the patrol, and called in the usual fifteen minutes."""


def ready(chance=1.0, limit=1080.0, hands=True, **parameters):
    """Return a run in which joint cases are whistled for with a chance."""
    sim = quiet(**parameters)
    open_day(sim, hands=hands)
    sim.tables["topic_levers"]["whistle"], sim.tables["topic_levers"]["whistle_limit"] = chance, limit
    return sim


def joint(sim, t=MORNING, category="facility", **columns):
    """Put a joint need of three parties: the grid's net, and lines 0 and 11."""
    return put(sim, category, 0, t, **{"channel": PATROL, "parties": 3, **columns})


def parties(sim, n):
    """Return the case rows of a joint case, the lead first."""
    rows = [int(sim.tables["needs"]["case"][n])]
    p = int(sim.tables["cases"]["first_party"][rows[0]])
    while p >= 0:
        rows.append(p)
        p = int(sim.tables["cases"]["next_party"][p])
    return rows


def line_pool(sim, line=0):
    return int(sim.tables["line_pool"][0, line])


def busy(sim, pool):
    """Return the members of a pool who are out."""
    return [r for r in members(sim, pool) if sim.tables["responders"]["state"][r] == R.ENGAGED]


def test_parties_that_heed_a_whistle_agree_at_once_and_come_before_all_but_emergencies():
    sim = ready()
    n = joint(sim)
    run(sim, 0, CALLED)
    assert parties(sim, n) == [int(sim.tables["needs"]["case"][n])]
    run(sim, CALLED, CALLED + 1)
    cases = sim.tables["cases"][parties(sim, n)]
    assert cases["whistled"].tolist() == [2, 2, 2]
    assert cases["status"].tolist() == [S.OUT] * 3
    assert (cases["order"] == (1 << 31) + CALLED).all()
    assert [int(c["pool"]) for c in cases] == [sim.tables["nets"][0, 3], line_pool(sim), line_pool(sim, 11)]
    run(sim, CALLED + 1, DAY)
    assert (flow(sim, S.C_JOINT), flow(sim, S.C_SOLVED), sim.tables["sc"][S.CASES_LIVE]) == (1, 1, 0)
    assert not sim.tables["pools"]["promised"].any()


def test_without_a_whistle_nothing_is_whistled_for():
    sim = ready(0.0)
    n = joint(sim)
    run(sim, 0, MORNING + 60)
    assert not sim.tables["cases"]["whistled"].any()
    assert not sim.tables["whistles"].any()
    assert parties(sim, n) == [int(sim.tables["needs"]["case"][n])]


def test_whistles_are_blown_for_the_declared_share_of_cases():
    sim = ready(0.4)
    for number in range(1, 31):
        joint(sim, number=number)
    run(sim, 0, MORNING + 2)
    n_of = {int(k): n for n, k in enumerate(sim.tables["needs"]["key"]) if sim.tables["needs"]["live"][n]}
    blown = [bool(sim.tables["cases"]["whistled"][sim.tables["needs"]["case"][n_of[k]]]) for k in range(1, 31)]
    lot = [uniform(sim.keys[HANDLING], k, WHISTLED) < 0.4 for k in range(1, 31)]
    assert blown[: len(lot)] == lot
    assert 0 < sum(blown) < 30


def desks(sim, pool):
    """Put all members of a pool to their desks."""
    people = sim.tables["responders"]
    people["field"][members(sim, pool)] = 0
    sim.tables["pools"]["fresh"] = sim.tables["pools"]["busy_until"] = 0


@pytest.mark.parametrize("whistle", [0.0, 1.0])
def test_a_whistle_takes_officers_from_their_desks_and_the_line_loses_those_minutes(whistle):
    sim = ready(whistle, handling__convener=1)
    pool = line_pool(sim)
    desks(sim, pool)
    joint(sim)
    run(sim, 0, DAY)
    people, line = sim.tables["responders"], int(sim.tables["pools"]["line_row"][pool])
    lent = sim.tables["line_work"]["lent"]
    worked = people["work_minutes"][members(sim, pool)] + people["travel_minutes"][members(sim, pool)]
    assert flow(sim, S.C_SOLVED) == int(whistle)
    assert lent[line] == worked.sum()
    assert (lent[line] > 0) == (whistle > 0)
    assert lent.sum() == lent[line]  # the others came in field time
    assert not people["owed_minutes"][members(sim, pool)].any()


def test_a_grid_worker_owes_the_desk_time_that_a_whistle_takes():
    sim = ready()
    net = int(sim.tables["nets"][0, 3])
    desks(sim, net)
    sim.tables["responders"]["on"][members(sim, net)] = ALL_DAY
    n = joint(sim, channel=PHONE)
    sim.tables["cases"]["target"] = net
    run(sim, 0, DAY)
    owed = sim.tables["responders"]["owed_minutes"][members(sim, net)]
    worked = sim.tables["responders"]["work_minutes"] + sim.tables["responders"]["travel_minutes"]
    assert flow(sim, S.C_SOLVED) == 1, n
    assert owed.sum() == worked[members(sim, net)].sum() > 0


def test_night_duty_does_not_answer_a_whistle():
    sim = ready()
    pool, people = line_pool(sim), sim.tables["responders"]
    for r in members(sim, pool):
        duty = people["kind"][r] == R.LINE_DUTY
        people["on"][r] = people["field"][r] = ALL_DAY if duty else 0
    assert (people["kind"][members(sim, pool)] == R.LINE_DUTY).any()
    joint(sim)
    run(sim, 0, MORNING + 200)
    assert busy(sim, pool) == []


def occupied(limit):
    """Return a run in which all officers of a line are on other ordinary work when the whistle goes, and the need."""
    sim = ready(limit=limit)
    pool = line_pool(sim)
    for number in range(100, 100 + len(members(sim, pool))):
        put(sim, "sanitation", 0, 500, number=number, level=3, channel=PHONE, parties=1)
    run(sim, 0, MORNING)
    people = sim.tables["responders"]
    officers = [r for r in members(sim, pool) if people["kind"][r] == R.LINE_OFFICER]
    assert set(busy(sim, pool)) == set(officers)
    people["left"][officers] = 10**6
    people["generation"][officers] += 1
    n = joint(sim)
    for r in members(sim, pool):
        if r not in officers:
            people["active"][r] = 0
    return sim, n, officers


def test_who_has_not_set_out_by_the_limit_drops_ordinary_work_and_goes():
    sim, n, officers = occupied(90)
    people = sim.tables["responders"]
    run(sim, MORNING, CALLED + 90)
    assert (people["parked"][officers] >= 0).sum() == 0
    assert sim.tables["cases"]["status"][parties(sim, n)[1]] == S.QUEUED
    run(sim, CALLED + 90, CALLED + 91)
    assert (people["parked"][officers] >= 0).sum() == 1
    party = sim.tables["cases"][parties(sim, n)[1]]
    assert (party["status"], party["rank"]) == (S.OUT, 0)


def test_the_limit_counts_office_hours():
    sim, n, officers = occupied(540)
    run(sim, MORNING, DAY)
    assert (sim.tables["responders"]["parked"][officers] >= 0).sum() == 0
    assert sim.tables["cases"]["rank"][parties(sim, n)[1]] == 2


# Attention --------------------------------------------------------------------------------------------------------


def heeded(sim, numbers):
    """Return, in the order of whistles, how many of the two lines heeded each."""
    needs = sim.tables["needs"]
    n_of = {int(needs["key"][n]): n for n in range(len(needs)) if needs["live"][n]}
    return [int((sim.tables["cases"]["whistled"][parties(sim, n_of[k])[1:]] > 0).sum()) for k in numbers]


def test_beyond_the_attention_limit_ever_fewer_whistles_are_heeded():
    numbers = range(1, 25)
    sim = ready(hands=False, whistle__attention=2)
    for k in numbers:
        joint(sim, MORNING + 5 * k, number=k)
    run(sim, 0, 1100)
    assert sim.tables["whistles"].tolist() == [len(numbers)]
    chance = [2 / count for count in numbers]
    lot = [[uniform(sim.keys[HANDLING], k, HEEDED + party) for party in (1, 2)] for k in numbers]
    due = [sum(u < c for u in us) for us, c in zip(lot, chance, strict=True)]
    assert heeded(sim, numbers) == due
    assert due[:2] == [2, 2]
    assert sum(due) < 24


def test_a_new_day_begins_with_full_attention():
    sim = ready(hands=False)
    joint(sim)
    run(sim, 0, DAY)
    assert sim.tables["whistles"].tolist() == [1]
    open_day(sim, 1, hands=False)
    assert sim.tables["whistles"].tolist() == [0]


def test_who_does_not_heed_a_whistle_agrees_in_his_turn():
    sim = ready(hands=False, whistle__attention=0.1)
    key = next(k for k in range(1, 1000) if min(uniform(sim.keys[HANDLING], k, HEEDED + p) for p in (1, 2)) >= 0.1)
    n = joint(sim, number=key)
    run(sim, 0, CALLED + 1)
    cases = sim.tables["cases"][parties(sim, n)]
    assert cases["whistled"].tolist() == [1, 0, 0]
    assert cases["agreed"].tolist() == [1, 0, 0]
    assert cases["status"].tolist() == [S.HELD, S.QUEUED, S.QUEUED]
    assert sim.tables["pools"]["promised"].sum() == 1


def test_one_who_does_not_heed_and_agrees_later_starts_the_visit_once():
    sim = ready(whistle__attention=0.1)
    key = next(k for k in range(1, 1000) if uniform(sim.keys[HANDLING], k, HEEDED + 2) >= 0.1)
    joint(sim, number=key)
    run(sim, 0, DAY)
    assert (flow(sim, S.C_JOINT), flow(sim, S.C_SOLVED), sim.tables["sc"][S.CASES_LIVE]) == (1, 1, 0)


def test_the_streets_staff_spend_the_minutes_of_the_call():
    sim = ready(hands=False, whistle__call_minutes=40)
    n = joint(sim)
    run(sim, 0, MORNING + 2 + 41)
    assert len(parties(sim, n)) == 3
    street = sim.tables["street_pool"][0]
    asked = sim.tables["pools"]["overhead"]
    assert asked.sum() == asked[street] == 40


def test_a_whistle_brings_the_parties_of_an_emergency_together_and_they_set_out_at_once():
    sim = ready()
    n = joint(sim, category="emergency")
    run(sim, 0, MORNING + 4)
    cases = sim.tables["cases"][parties(sim, n)]
    assert cases["status"].tolist() == [S.OUT] * 3
    assert sim.tables["whistles"].tolist() == [1]
    assert case_of(sim, n)["missing"] == 3
