"""Midnight: lines book their day, meetings are shared among those on duty, and who waited in vain goes home."""

from __future__ import annotations

import numpy as np
import pytest
from one_need import case_of, members, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import engine
from cogov.model import state as S
from cogov.model.calendar import DAY
from cogov.model.reporting import PATROL


def asked(sim, pool, minutes, day):
    """Open a day on which a pool is asked for so many minutes; return hours booked and owed so far by its members."""
    sim.tables["pool_levers"]["overhead_minutes"][pool] = minutes
    engine.open_day(sim.w, day)
    people = sim.tables["responders"]
    return people["overhead_minutes"][members(sim, pool)], people["owed_minutes"][members(sim, pool)]


def community_pool(sim, community=0):
    pools = sim.tables["pools"]
    return int(np.flatnonzero((pools["kind"] == S.COMMUNITY) & (pools["community"] == community))[0])


def test_those_on_duty_share_all_that_is_asked():
    sim = quiet()
    pool = community_pool(sim)
    mine = members(sim, pool)
    sim.tables["responders"]["shift"][mine] = R.LONG_DAY
    sim.tables["responders"]["shift"][mine[0]] = R.WEEKEND_EVENING
    booked, _ = asked(sim, pool, 100.0, 0)
    on = sim.tables["responders"]["on"][mine] != 0
    assert on.any()
    assert booked.sum() == pytest.approx(100.0)
    assert (booked[on] == 100.0 / on.sum()).all()
    assert not booked[~on].any()


def test_what_nobody_is_there_for_waits_for_the_next_day():
    sim = quiet()
    pool = community_pool(sim)
    mine = members(sim, pool)
    sim.tables["responders"]["active"][mine] = 0
    assert not asked(sim, pool, 60.0, 0)[0].any()
    sim.tables["responders"]["active"][mine] = 1
    booked, _ = asked(sim, pool, 40.0, 1)
    assert booked.sum() == pytest.approx(100.0)


def test_the_time_is_taken_from_the_field_and_the_rest_is_owed():
    free, busy = quiet(), quiet()
    pool = community_pool(free)
    for day in range(12):
        asked(free, pool, 0.0, day)
        asked(busy, pool, 90.0, day)
    people, others = busy.tables["responders"], free.tables["responders"]
    mine = members(busy, pool)
    lost = others["field_minutes"][mine] - people["field_minutes"][mine]
    assert (people["on_minutes"] == others["on_minutes"]).all()
    assert lost.sum() > 0
    assert (lost + people["owed_minutes"][mine]).tolist() == pytest.approx(people["overhead_minutes"][mine].tolist())
    rest = np.setdiff1d(np.arange(len(people)), mine)
    assert (people["field"][rest] == others["field"][rest]).all()


def test_helpers_and_night_duty_sit_in_no_meetings():
    sim = quiet()
    street = int(sim.tables["street_pool"][0])
    asked(sim, street, 500.0, 0)
    people = sim.tables["responders"]
    assert not people["overhead_minutes"][(people["kind"] == R.STREET_DUTY) | (people["kind"] > R.LINE_OFFICER)].any()
    assert people["overhead_minutes"].sum() == pytest.approx(500.0)


def test_hours_that_return_join_the_inflow_of_a_working_day():
    sim, plain = quiet(), quiet()
    for s, hours in ((sim, 50.0), (plain, 0.0)):
        s.tables["line_work"]["capacity"] = 0.0
        for day in range(7):
            s.tables["line_levers"]["own_hours"] = hours
            engine.open_day(s.w, day)
        engine.open_day(s.w, 7)
    more = sim.tables["line_work"]["backlog"] - plain.tables["line_work"]["backlog"]
    assert more == pytest.approx(5 * 50.0)  # Monday to Friday


def test_a_day_is_booked_under_its_own_lever():
    sim = quiet()
    sim.tables["line_work"]["capacity"] = sim.tables["line_work"]["inflow"] = 0.0
    engine.open_day(sim.w, 0)
    sim.tables["line_levers"]["own_hours"] = 8.0
    engine.open_day(sim.w, 1)
    assert (sim.tables["line_work"]["backlog"] == 0.0).all()
    engine.open_day(sim.w, 2)
    assert (sim.tables["line_work"]["backlog"] == 8.0).all()


# Lines ------------------------------------------------------------------------------------------------------------


def steady(**parameters):
    """Return a run whose departments have ten hours' work for eight hours' capacity on every working day."""
    sim = quiet(handling__line_volatility=0, **parameters)
    sim.tables["line_work"]["inflow"], sim.tables["line_work"]["capacity"] = 10.0, 8.0
    return sim


def test_a_working_day_adds_what_comes_in_less_what_a_line_can_do_and_a_weekend_nothing():
    sim = steady()
    for day in range(8):  # Monday to the midnight after Sunday
        engine.open_day(sim.w, day)
    assert sim.tables["line_work"]["backlog"] == pytest.approx(5 * 2.0)
    assert sim.tables["line_work"]["delay_days"].tolist() == [5] * len(sim.tables["line_work"])
    assert sim.tables["line_work"]["delay_sum"] == pytest.approx((2 + 4 + 6 + 8 + 10) / 8)


def test_hours_lent_or_taken_are_missing_at_the_line_for_one_day():
    sim = steady()
    engine.open_day(sim.w, 0)
    sim.tables["line_work"]["lent"] = 90  # minutes
    sim.tables["line_work"]["taken"] = 0.5
    engine.open_day(sim.w, 1)
    work = sim.tables["line_work"]
    assert work["backlog"] == pytest.approx(10 - (8 - 0.5 - 1.5))
    assert (work["lent_minutes"] == 90).all()
    assert (work["taken_hours"] == 0.5).all()
    assert not work["lent"].any()


def test_a_line_never_owes_less_than_nothing():
    sim = steady()
    sim.tables["line_work"]["capacity"] = 100.0
    engine.open_day(sim.w, 0)
    engine.open_day(sim.w, 1)
    assert (sim.tables["line_work"]["backlog"] == 0.0).all()


# Parties ----------------------------------------------------------------------------------------------------------


def test_a_party_that_waited_in_vain_goes_home_at_midnight_and_its_part_is_queued_again():
    sim = quiet(handling__convener=1, handling__setup_minutes=30)
    open_day(sim)
    n = put(sim, "facility", 0, 600, channel=PATROL, parties=2)
    run(sim, 0, 635)
    case, people = case_of(sim, n), sim.tables["responders"]
    own, other = int(case["responder"]), int(sim.tables["cases"]["responder"][case["first_party"]])
    assert own >= 0
    assert other >= 0
    people["left"][other] = 10**6  # on a way without end
    people["generation"][other] += 1
    run(sim, 635, DAY)
    assert (people["doing"][own], people["case"][own], case["missing"]) == (
        R.PRESENT,
        sim.tables["needs"]["case"][n],
        1,
    )
    open_day(sim, 1, hands=False)
    case = case_of(sim, n)
    assert (people["state"][own], people["case"][own]) == (R.IDLE, -1)
    assert (case["missing"], case["status"], case["responder"]) == (2, S.QUEUED, -1)
    assert people["doing"][other] == R.TRAVEL


def test_whoever_comes_later_in_the_day_is_not_on_duty_at_midnight():
    sim = quiet()
    people = sim.tables["responders"]
    people["from_minute"] = DAY + 1
    engine.open_day(sim.w, 1)
    assert not people["on"].any()
    assert not people["field"].any()
    engine.open_day(sim.w, 2)
    assert people["on"].any()


def test_in_an_outbreak_absence_keeps_staff_of_the_place_at_home():
    free, ill = quiet(), quiet()
    ill.tables["absence"][0] = 0.95
    for sim in (free, ill):
        engine.open_day(sim.w, 0)
    there = free.tables["responders"]["community"] == 0
    on, still = (sim.tables["responders"]["on"] != 0 for sim in (free, ill))
    assert (still[~there] == on[~there]).all()
    assert (still[there] <= on[there]).all()
    assert still[there].sum() < 0.3 * on[there].sum()
