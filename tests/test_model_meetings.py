"""Meetings, registers and supervision: what is asked of a pool is done by those on duty, to the minute."""

from __future__ import annotations

import numpy as np
import pytest
from one_need import members, quiet

from cogov.agents import responders as R
from cogov.model import engine
from cogov.model import state as S


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
