"""How long a hand-up waits: approval steps that are spared, and meetings at which it is decided."""

from __future__ import annotations

import pytest
from one_need import flow, open_day, put, quiet, run

from cogov.model import decisions
from cogov.model import state as S
from cogov.model.draws import OFFICE, uniform
from cogov.model.occasions import LEADER
from cogov.model.reporting import PATROL

DAY = 1440
MORNING = 600
WAIT = {"handling__decide_median": 120, "handling__decide_sigma": 0}


def decided(level=2, category="sanitation", t=MORNING, days=2, small=False, **levers):
    """Return the minutes that the hand-up of one need waited; ``small``: nets serve in the community's pool."""
    sim = quiet(**{**WAIT, **levers.pop("parameters", {})})
    if small:
        sim.tables["nets"][0, :5] = sim.tables["nets"][0, 5]
    open_day(sim)
    for name, value in levers.items():
        of, column = name.split("__")
        sim.base[of][column] = sim.tables[f"{of}_levers"][column] = value
    put(sim, category, 0, t, channel=PATROL, level=level)
    run(sim, 0, DAY)
    for day in range(1, days):
        open_day(sim, day)
        run(sim, day * DAY, (day + 1) * DAY)
    assert (flow(sim, S.C_HANDUPS), flow(sim, S.C_SOLVED)) == (1, 1)
    return int(sim.tables["stage_table"].sum(axis=(0, 1))[S.DECISION])


@pytest.mark.parametrize(("level", "spared", "left"), [
    (2, 0, 1.0), (2, 1, 1 / 2), (2, 2, 0.0), (2, 3, 0.0), (3, 1, 2 / 3), (3, 2, 1 / 3), (4, 1, 3 / 4), (2, 0.5, 3 / 4),
])  # fmt: skip
def test_each_step_spared_takes_its_even_share_of_the_wait(level, spared, left):
    assert decided(level, topic__approvals_spared=spared) == 1 + int(120 * left)


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize(("level", "left"), [(2, 1 / 2), (3, 2 / 3), (4, 3 / 4)])
def test_one_leader_of_grid_and_community_spares_the_step_between_them(level, left, small):
    assert decided(level, small=small, community__one_leader=1.0) == 1 + int(120 * left)


def test_one_leader_spares_nothing_where_a_case_does_not_come_from_a_grids_net():
    """A utilities case starts with the community's own staff."""
    assert decided(2, "utilities", community__one_leader=1.0) == decided(2, "utilities") == 121


def test_one_leader_and_approvals_add_up():
    assert decided(3, community__one_leader=1.0, topic__approvals_spared=1.0) == 1 + int(120 / 3)


def test_which_grids_have_one_leader_is_drawn_once_for_each():
    share = uniform(quiet().keys[OFFICE], int(quiet().plan.city.grids["key"][0]), LEADER)
    assert decided(2, community__one_leader=share + 1e-6) == 61
    assert decided(2, community__one_leader=share - 1e-6) == 121


# Meetings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("every", "t", "at"), [
    (1, 600, 660),  # Monday 3 June before eleven
    (1, 660, DAY + 660),
    (1, 4 * DAY + 700, 8 * DAY + 660),  # Friday noon: weekend, then the Dragon Boat Festival on Monday 10 June
    (7, 600, 660),
    (7, 661, 8 * DAY + 660),  # planned for the festival, held on the day after
    (7, 7 * DAY + 600, 8 * DAY + 660),
    (7, 8 * DAY + 661, 14 * DAY + 660),
    (14, 661, 14 * DAY + 660),
    (30, 661, 30 * DAY + 660),
])  # fmt: skip
def test_the_next_meeting_is_the_next_planned_one_or_the_working_day_after_it(every, t, at):
    assert decisions.next_meeting(quiet(60).w, 1.0 / every, t) == at


def test_a_meeting_decides_what_paper_would_decide_later_and_no_more():
    slow = {"parameters": {"handling__decide_median": 2000}}
    looked_at = 430  # the visit of a need reported at seven is over before eleven
    paper, meeting = decided(t=looked_at, days=8, **slow), decided(t=looked_at, days=8, community__meetings=1.0, **slow)
    assert meeting < 660 - looked_at
    assert paper > 2000
    assert decided(t=looked_at, community__meetings=1.0, parameters={"handling__decide_median": 10}) == decided(
        t=looked_at, parameters={"handling__decide_median": 10}
    )
