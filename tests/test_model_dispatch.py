"""Who is sent: the nearest, the skilled, those at paperwork to an emergency; and how ordinary work is put aside."""

from __future__ import annotations

import pytest
from one_need import CITY, case_of, members, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.reporting import PATROL

VILLAGE = 1
HOMES = (3, 4, 5)
MORNING = 600
HALF = MORNING // 30


def village(hands=3, **parameters):
    """Return a run whose village office has so many hands at home in its grids, its pool, and they."""
    sim = quiet(**parameters)
    open_day(sim)
    pool = int(sim.tables["nets"][VILLAGE, 5])
    people = sim.tables["responders"]
    mine = members(sim, pool)
    people["active"][mine[hands:]] = 0
    people["productivity"] = 1.0
    for r, home in zip(mine[:hands], HOMES, strict=False):
        people["grid"][r] = home
    return sim, pool, mine[:hands]


def ordinary(sim, t, number=1, grid=3, **columns):
    """Put an ordinary need of the village office that a patrol reports: it is accepted after a minute."""
    return put(sim, "care", grid, t, number=number, channel=PATROL, level=1, **columns)


def emergency(sim, t, number=2, grid=3, **columns):
    """Put an emergency that is accepted after a minute."""
    return put(sim, "emergency", grid, t, number=number, channel=PATROL, **columns)


def doing(sim, r):
    p = sim.tables["responders"][r]
    return int(p["state"]), int(p["doing"]), int(p["case"])


@pytest.mark.parametrize("where", [0, 1, 2])
def test_the_nearest_goes_and_travels_the_distance(where):
    sim, _, mine = village(travel__set_out=7)
    n = ordinary(sim, MORNING, grid=HOMES[where])
    run(sim, 0, MORNING + 2)
    assert [sim.tables["responders"]["state"][r] for r in mine].index(R.ENGAGED) == where
    assert sim.tables["responders"]["left"][mine[where]] == 7
    assert case_of(sim, n)["status"] == S.OUT


def test_among_equals_the_smallest_key_goes():
    sim, _, mine = village()
    sim.tables["responders"]["grid"][mine] = 4
    ordinary(sim, MORNING)
    run(sim, 0, MORNING + 2)
    keys = sim.tables["responders"]["key"][mine] % 1000
    assert [doing(sim, r)[0] for r in mine].index(R.ENGAGED) == int(keys.argmin())


@pytest.mark.parametrize(("matching", "sent"), [(1, 2), (0, 0)])
def test_the_skilled_come_before_the_near_if_the_match_is_found(matching, sent):
    sim, _, mine = village(handling__matching=matching)
    skill = 1 << int(sim.catalogue.rows["skill"][sim.catalogue.ids.index("care")])
    sim.tables["responders"]["skills"][mine] = (1, 1, 1 | skill)
    ordinary(sim, MORNING, grid=3)
    run(sim, 0, MORNING + 2)
    assert [doing(sim, r)[0] for r in mine] == [int(k == sent) for k in range(3)]


def test_travel_is_set_out_and_kilometres_slowed_by_a_storm():
    sim, _, (r,) = village(1, travel__set_out=5)
    people, grids = sim.tables["responders"], CITY.grids
    sim.tables["misc"][S.MISC_STORM], sim.tables["shock_field"][VILLAGE] = 0.5, 1.0
    ordinary(sim, MORNING, grid=5)
    run(sim, 0, MORNING + 2)
    cells = abs(grids["x"][5] - grids["x"][3]) + abs(grids["y"][5] - grids["y"][3])
    km = float(cells) * float(CITY.districts["cell_km"][0])
    assert cells > 0
    assert people["left"][r] == int((5 + km * sim.par[R.MINUTES_PER_KM]) * 1.5 + 0.5)


def test_a_case_waits_for_field_time_and_the_first_minute_of_it_is_used():
    sim, pool, (r,) = village(1, travel__set_out=7)
    people = sim.tables["responders"]
    people["on"][r], people["field"][r] = 0b1111 << HALF, 0b100 << HALF
    n = ordinary(sim, MORNING)
    run(sim, 0, MORNING + 60)
    assert (sim.tables["pools"]["length"][pool], doing(sim, r)[0]) == (1, R.IDLE)
    run(sim, MORNING + 60, MORNING + 61)
    assert (sim.tables["pools"]["length"][pool], doing(sim, r)[:2]) == (0, (R.ENGAGED, R.TRAVEL))
    assert people["since"][r] == MORNING + 60
    assert people["owed_minutes"][r] == 0
    assert sim.tables["needs"]["minutes"][n][S.PAPERWORK] == 59  # from acceptance at 10:01 on


def test_one_who_is_not_due_yet_or_stands_by_does_not_go_to_ordinary_work():
    sim, pool, mine = village(2)
    people = sim.tables["responders"]
    people["from_minute"][mine[0]] = MORNING + 30
    people["kind"][mine[1]] = R.STREET_DUTY
    ordinary(sim, MORNING)
    run(sim, 0, MORNING + 30)
    assert sim.tables["pools"]["length"][pool] == 1
    run(sim, MORNING + 30, MORNING + 31)
    assert [doing(sim, r)[0] for r in mine] == [R.ENGAGED, R.IDLE]


def test_an_emergency_takes_one_at_paperwork_before_one_at_work_and_he_owes_the_paperwork():
    sim, _, (worker, clerk) = village(2, travel__set_out=7)
    people = sim.tables["responders"]
    people["field"][clerk] = 0
    ordinary(sim, MORNING)
    run(sim, 0, MORNING + 5)
    emergency(sim, MORNING + 5)
    run(sim, MORNING + 5, MORNING + 7)
    assert [doing(sim, r)[0] for r in (worker, clerk)] == [R.ENGAGED, R.ENGAGED]
    assert [int(people["parked"][r]) for r in (worker, clerk)] == [-1, -1]
    run(sim, MORNING + 7, 1440)
    assert people["month_busy"][clerk] > 30
    assert people["owed_minutes"][[worker, clerk]].tolist() == [0, people["month_busy"][clerk]]


def test_an_emergency_takes_the_idle_before_those_at_paperwork_however_far():
    sim, _, mine = village(3)
    sim.tables["responders"]["field"][mine[:2]] = 0
    emergency(sim, MORNING, grid=3)
    run(sim, 0, MORNING + 2)
    assert [doing(sim, r)[0] for r in mine] == [0, 0, 1]


def check_parked(sim, r, first, case):
    people, needs = sim.tables["responders"], sim.tables["needs"]
    assert people["parked"][r] == case
    assert needs["phase"][first] == S.WAITING
    assert sim.tables["cases"]["responder"][case] == -1


def test_an_emergency_puts_ordinary_work_aside_which_is_taken_up_to_the_minute():
    sim, _, (r,) = village(1, travel__set_out=7)
    people = sim.tables["responders"]
    first = ordinary(sim, MORNING)
    run(sim, 0, MORNING + 20)  # accepted at 10:01, arrived at 10:08, at work since
    case = int(sim.tables["needs"]["case"][first])
    assert doing(sim, r) == (R.ENGAGED, R.WORK, case)
    whole = int(people["left"][r])
    people["left"][r] = 100  # whatever was drawn; the event planned for it is made stale by the emergency
    second = emergency(sim, MORNING + 27)
    run(sim, MORNING + 20, MORNING + 29)
    assert whole > 28  # else it had ended before
    check_parked(sim, r, first, case)
    assert sim.tables["cases"]["to_do"][case] == 80  # at work from 10:08 to 10:28
    assert doing(sim, r)[2] == int(sim.tables["needs"]["case"][second])
    run(sim, MORNING + 29, MORNING + 36)
    assert doing(sim, r)[1] == R.WORK  # arrived at 10:35
    ends = MORNING + 35 + int(people["left"][r])
    run(sim, MORNING + 36, ends + 1)
    assert doing(sim, r) == (R.ENGAGED, R.WORK, case)
    assert (people["parked"][r], people["left"][r], people["since"][r]) == (-1, 80, ends)
    run(sim, ends + 1, ends + 80)
    assert sim.tables["sc"][S.SOLVED] == 1
    run(sim, ends + 80, ends + 81)
    assert sim.tables["sc"][S.SOLVED] == 2
    assert sim.tables["needs"]["minutes"][first][S.WORKING] == 100
    assert doing(sim, r)[:2] == (R.IDLE, R.NOTHING)


def test_an_emergency_that_waits_comes_before_the_case_put_aside():
    sim, pool, (r,) = village(1, travel__set_out=7)
    first = ordinary(sim, MORNING)
    run(sim, 0, MORNING + 20)
    emergency(sim, MORNING + 20, number=2)
    third = emergency(sim, MORNING + 22, number=3)
    run(sim, MORNING + 20, MORNING + 30)
    case = int(sim.tables["needs"]["case"][first])
    check_parked(sim, r, first, case)
    assert sim.tables["pools"]["length"][pool] == 1  # nobody puts a second case aside
    ends = MORNING + 28 + int(sim.tables["responders"]["left"][r])
    run(sim, MORNING + 30, ends + 1)
    assert doing(sim, r)[1:] == (R.TRAVEL, int(sim.tables["needs"]["case"][third]))
    check_parked(sim, r, first, case)
    arrives = ends + 7
    run(sim, ends + 1, arrives + 1)
    last = arrives + int(sim.tables["responders"]["left"][r])
    run(sim, arrives + 1, last + 1)
    assert doing(sim, r)[2] == case


def test_one_interrupted_on_his_way_sets_out_again():
    sim, _, (r,) = village(1, travel__set_out=9)
    first = ordinary(sim, MORNING)
    run(sim, 0, MORNING + 3)
    case = int(sim.tables["needs"]["case"][first])
    assert doing(sim, r) == (R.ENGAGED, R.TRAVEL, case)
    emergency(sim, MORNING + 3)
    run(sim, MORNING + 3, MORNING + 5)
    assert sim.tables["cases"]["to_do"][case] == -1
    run(sim, MORNING + 5, MORNING + 14)
    ends = MORNING + 13 + int(sim.tables["responders"]["left"][r])
    run(sim, MORNING + 14, ends + 1)
    assert doing(sim, r) == (R.ENGAGED, R.TRAVEL, case)
    assert sim.tables["responders"]["left"][r] == 9


def test_an_emergency_does_not_interrupt_another():
    sim, pool, (r,) = village(1)
    first = emergency(sim, MORNING, number=1)
    run(sim, 0, MORNING + 5)
    emergency(sim, MORNING + 5, number=2)
    run(sim, MORNING + 5, MORNING + 8)
    assert doing(sim, r)[2] == int(sim.tables["needs"]["case"][first])
    assert sim.tables["pools"]["length"][pool] == 1


def test_an_emergency_is_worked_at_beyond_the_shift_as_overtime():
    sim, _, (r,) = village(1, travel__set_out=7)
    people = sim.tables["responders"]
    people["on"][r] = people["field"][r] = 1 << HALF
    before = people[r].copy()
    n = emergency(sim, MORNING)
    run(sim, 0, MORNING + 9)
    work = int(people["left"][r])
    assert work > 22  # beyond 10:30
    run(sim, MORNING + 9, 1440)
    assert sim.tables["needs"]["live"][n] == 0
    assert people["work_minutes"][r] == work
    extra = -(-(8 + work - 30) // 30) * 30
    assert people["overtime_minutes"][r] == extra
    assert people["on_minutes"][r] - before["on_minutes"] == extra


@pytest.mark.parametrize(("skills", "factor"), [(255, 1.0), (1, 1.5)])
def test_work_takes_longer_without_the_skill_and_with_less_productivity(skills, factor):
    def drawn(skills, productivity):
        sim, _, (r,) = village(1, work__unskilled_factor=1.5)
        people = sim.tables["responders"]
        people["skills"][r], people["productivity"][r] = skills, productivity
        ordinary(sim, MORNING)
        run(sim, 0, MORNING + 30)
        assert doing(sim, r)[1] == R.WORK
        return int(people["left"][r])

    assert drawn(skills, 0.5) == pytest.approx(drawn(255, 1.0) * factor * 2, abs=2)
