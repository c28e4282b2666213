"""Who may finish a need: its own level, the street with powers handed down, officers who sit in the community."""

from __future__ import annotations

import pytest
from one_need import case_of, flow, members, open_day, put, quiet, run

from cogov.agents import responders as R
from cogov.model import authority
from cogov.model import state as S
from cogov.model.draws import HANDLING, uniform
from cogov.model.occasions import EMPOWERED
from cogov.model.reporting import APP, PATROL, PHONE
from cogov.model.roster import ALL_DAY

DAY = 1440
MORNING = 600
SHARE = 0.4


def luck(sim, key):
    """Return the keyed draw of whether powers handed down cover a need."""
    return uniform(sim.keys[HANDLING], key, EMPOWERED)


def ready(lever=None, value=1.0, category="sanitation", **parameters):
    """Return a run in which a lever of one category is pushed in all communities."""
    sim = quiet(**parameters)
    open_day(sim)
    if lever:
        rows = slice(sim.catalogue.ids.index(category), None, len(sim.catalogue.ids))
        sim.tables["topic_levers"][lever][rows] = value
    return sim


def officer(sim, line=0, hours=ALL_DAY):
    """Make the first member of community 0's pool an officer of a line who sits there in these half-hours."""
    people, pool = sim.tables["responders"], pools(sim)[1]
    r = members(sim, pool)[0]
    people["kind"][r], people["on"][r], people["field"][r] = R.LINE_OFFICER, hours, hours
    people["home_line"][r] = sim.tables["pools"]["line_row"][sim.tables["line_pool"][0, line]]
    sim.tables["pools"]["fresh"][pool] = 0


def pools(sim):
    """Return the grid's net, community, street, district and city pool of sanitation in community 0."""
    t = sim.tables
    return [int(t["nets"][0, 3]), int(t["nets"][0, 5]), int(t["street_pool"][0]), int(t["line_pool"][0, 0]),
            int(t["line_pool"][-1, 0])]  # fmt: skip


def test_powers_cover_a_fixed_share_of_what_asks_for_the_district():
    sim = ready("powers", SHARE)
    street, seen = pools(sim)[2], []
    for key in range(1, 41):
        n = put(sim, "sanitation", 0, 700, number=key, level=3, channel=PHONE)
        covered = luck(sim, key) < SHARE
        assert authority.finishing_level(sim.w, n) == (2 if covered else 3)
        assert authority.may_finish(sim.w, n, street) == covered
        assert (authority.first_pool(sim.w, n) == street) == covered
        assert (authority.next_pool(sim.w, n) == street) == covered
        assert (authority.lead_pool(sim.w, n) == street) == covered
        seen.append(covered)
    assert 0 < sum(seen) < len(seen)


@pytest.mark.parametrize("level", [0, 1, 2, 4])
def test_powers_and_officers_leave_every_other_level_alone(level):
    plain, sim = ready(), ready("powers", 1.0)
    sim.tables["topic_levers"]["officers"] = 1.0
    officer(sim)
    for channel in (PHONE, PATROL):
        a, b = (put(s, "sanitation", 0, 700, level=level, channel=channel) for s in (plain, sim))
        assert authority.first_pool(sim.w, b) == authority.first_pool(plain.w, a)
        assert authority.lead_pool(sim.w, b) == authority.lead_pool(plain.w, a)
        assert [authority.may_finish(sim.w, b, p) for p in pools(sim)] == [k >= level for k in range(5)]


def test_powers_of_one_category_leave_another_alone():
    sim = ready("powers", 1.0, category="parking")
    n = put(sim, "sanitation", 0, 700, level=3)
    assert authority.finishing_level(sim.w, n) == 3


def finished(sim, **need):
    """Put one need and run it to its end; return hand-ups, cases closed by level, minutes of decision."""
    put(sim, "sanitation", 0, MORNING, **{"channel": PATROL, "level": 3, **need})
    run(sim, 0, DAY)
    open_day(sim, 1)
    run(sim, DAY, 2 * DAY)
    stages = sim.tables["stage_table"].sum(axis=(0, 1))
    return flow(sim, S.C_HANDUPS), sim.tables["by_level"][:, S.L_CLOSED].tolist(), int(stages[S.DECISION])


def test_with_powers_the_street_finishes_what_the_grid_hands_up():
    waits = {"handling__decide_median": 60, "handling__decide_sigma": 0}
    assert finished(ready(**waits)) == (1, [0, 0, 0, 1, 0], 61)
    assert finished(ready("powers", 1.0, **waits)) == (1, [0, 0, 1, 0, 0], 61)


def test_officers_on_the_spot_finish_in_the_community_without_a_hand_up():
    sim = ready("officers")
    officer(sim)
    assert finished(sim) == (0, [0, 1, 0, 0, 0], 0)


@pytest.mark.parametrize(("line", "hours", "lever"), [
    (1, ALL_DAY, "officers"), (0, 0, "officers"), (0, (1 << 20) - 1, "officers"),
    (0, ALL_DAY & ~((1 << 40) - 1), "officers"),
    (0, ALL_DAY, "powers"),
])  # fmt: skip
def test_only_officers_of_the_line_who_sit_there_now_finish_in_the_community(line, hours, lever):
    sim = ready(lever, 1e-9, handling__decide_sigma=0)
    officer(sim, line, hours)
    assert finished(sim)[1] == [0, 0, 0, 1, 0]


def test_officers_who_come_while_a_case_is_looked_at_take_it_at_once():
    sim = ready()
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL, level=3)
    run(sim, 0, MORNING + 5)
    assert case_of(sim, n)["pool"] == pools(sim)[0]
    sim.tables["topic_levers"]["officers"] = 1.0
    officer(sim)
    run(sim, MORNING + 5, DAY)
    assert flow(sim, S.C_HANDUPS) == 1
    assert sim.tables["by_level"][:, S.L_CLOSED].tolist() == [0, 1, 0, 0, 0]
    assert sim.tables["stage_table"].sum(axis=(0, 1))[S.DECISION] == 1


@pytest.mark.parametrize("level", [0, 3])
@pytest.mark.parametrize(("line", "hours", "returns"), [(0, ALL_DAY, 0), (0, (1 << 20) - 1, 1), (1, ALL_DAY, 1)])
def test_nothing_of_his_line_is_misrouted_while_an_officer_sits_there(level, line, hours, returns):
    """Of any level; after he has left, and with an officer of another line, as without any."""
    sim = ready("officers", 1.0, handling__misroute=0.6, handling__accept_median=1, handling__accept_sigma=0)
    sim.tables["community_levers"]["misroute"] = 1.0
    officer(sim, line, hours)
    put(sim, "sanitation", 0, MORNING, channel=APP, level=level)
    run(sim, 0, MORNING + 10)
    assert flow(sim, S.C_RETURNS) == returns


def test_authority_is_that_of_the_moment_of_arrival():
    sim = ready("officers")
    officer(sim)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL, level=3)
    t = MORNING + 1
    run(sim, 0, t)
    while not case_of(sim, n)["authority"]:
        run(sim, t, t + 1)
        t += 1
    sim.tables["topic_levers"]["officers"] = 0.0
    run(sim, t, DAY)
    assert (flow(sim, S.C_SOLVED), flow(sim, S.C_HANDUPS)) == (1, 0)
