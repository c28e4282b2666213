"""On-site office: whose officers sit where on which day, what is decided there, and what it costs their homes."""

import numpy as np
from one_need import flow, open_day, put, run, spent, under
from policy_city import ALL, CITY, LINES, MONDAY, PLACES, levers, make, pushed, setting

from cogov.agents import responders as R
from cogov.model import state as S
from cogov.model.organisations import LINE_SKILLS
from cogov.model.plan import RunPlan
from cogov.model.postings import FROM_LINE
from cogov.model.reporting import PATROL
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.onsite_office import OnsiteOffice
from cogov.scenarios.policies.topics import GROUPS

WORKDAYS = [0, 1, 2, 3, 4, 8, 9, 10, 11, 14]
"""First working days of a run that begins on Monday, 3 June 2024; the tenth is a festival."""
SATURDAY, FESTIVAL = 5, 7


def sit(day=0, **parameters):
    """Return what the policy asks for on a day."""
    return make(OnsiteOffice, **parameters).act(setting(), day)


def visits(days, **parameters):
    """Return the pairs of community and line that are visited on each of these days."""
    pairs = []
    for day in days:
        rows = sit(day, **parameters).postings
        pairs.append(set(zip(rows["community"].tolist(), rows["home"].tolist(), strict=True)))
    return pairs


def test_each_department_of_the_district_comes_to_each_community_once_in_the_interval():
    seen = visits(WORKDAYS[:5], interval_days=5)
    due = {(int(c), k) for c in ALL for k in range(len(LINES))
           if LINES["district"][k] == PLACES["district"][c] and LINES["line"][k] in GROUPS["order"]}  # fmt: skip
    assert set().union(*seen) == due
    assert sum(map(len, seen)) == len(due)
    assert visits(WORKDAYS[5:], interval_days=5) == seen


def test_days_differ_between_places_and_departments():
    seen = visits(WORKDAYS[:5], interval_days=5, group="all")
    n = 12 * len(ALL)
    assert all(abs(len(day) - n / 5) <= 4 * (n * 0.2 * 0.8) ** 0.5 for day in seen)
    first = {c for c, _ in seen[0]}
    assert len(first) > 1
    assert len({line for c, line in seen[0] if c == min(first)}) < 12


def test_nobody_sits_out_on_a_day_off():
    for day in (SATURDAY, FESTIVAL):
        assert levers(sit(day, interval_days=1)) == set()
        assert len(sit(day, interval_days=1).postings) == 0


def test_officers_bring_the_skills_of_their_line_and_serve_with_the_community():
    rows = sit(interval_days=1, officers=2, productivity=0.8).postings
    assert len(rows) == 2 * len(GROUPS["order"]) * len(ALL)
    assert set(rows["kind"].tolist()) == {R.LINE_OFFICER}
    assert set(rows["source"].tolist()) == {FROM_LINE}
    assert set(rows["shift"].tolist()) == {R.OFFICE}
    assert set(rows["productivity"].tolist()) == {0.8}
    assert (rows["pool"] == -1).all()
    assert rows["skills"].tolist() == [LINE_SKILLS[k] for k in LINES["line"][rows["home"]]]
    people = set(zip(rows["community"].tolist(), rows["person"].tolist(), strict=True))
    assert len(people) == len(rows)


def test_officers_decide_what_is_their_lines_where_they_sit():
    ids = setting().catalogue.ids
    asked = sit(interval_days=3)
    here = set(zip(asked.postings["community"].tolist(), LINES["line"][asked.postings["home"]].tolist(), strict=True))
    first = setting().catalogue.rows["lines"][:, 0]
    due = {c * len(ids) + k for c in ALL.tolist() for k in range(len(ids)) if (c, int(first[k])) in here}
    assert set(pushed(asked, "topic.officers")) == due
    assert set(pushed(asked, "topic.officers").values()) == {1.0}


def test_receiving_them_takes_the_communitys_time():
    asked = sit(interval_days=1, officers=2, reception_minutes=15)
    due = {int(setting().community_pool[c]): 15.0 * 2 * len(GROUPS["order"]) for c in ALL}
    assert pushed(asked, "pool.overhead_minutes") == due


def test_direct_effect_a_districts_case_ends_in_the_community_while_its_officer_sits_there():
    """One case; nothing is by chance: with the officer no hand-up, no decision, and the community closes it."""
    found = []
    for policies in ((), (make(OnsiteOffice, interval_days=1),)):
        sim = under(*policies, handling__decide_sigma=0, line__lendable=1)
        put(sim, "sanitation", 0, 510, channel=PATROL, level=3)
        run(sim, 0, 1440)
        open_day(sim, 1)
        run(sim, 1440, 2880)
        closed = sim.tables["by_level"][:, S.L_CLOSED].tolist()
        found.append((flow(sim, S.C_HANDUPS), closed, spent(sim, S.DECISION) > 0))
    assert found == [(1, [0, 0, 0, 1, 0], True), (0, [0, 1, 0, 0, 0], False)]


def test_direct_effect_home_days_are_gone():
    sims = []
    for policies in ((), (make(OnsiteOffice, interval_days=1, group="all"),)):
        sims.append(Simulation(RunPlan(CITY, MONDAY, 12, 0, 1, policies=policies), 2))
        sims[-1].run_to_end()
    base, sat = sims
    people = sat.tables["responders"]
    out = people[(people["kind"] == R.LINE_OFFICER) & (people["home_line"] >= 0)]
    hours = np.bincount(out["home_line"], out["on_minutes"], minlength=len(LINES))
    assert np.array_equal(hours, sat.tables["line_work"]["lent_minutes"])
    assert hours.sum() > 0
    assert not base.tables["line_work"]["lent_minutes"].any()
    assert set(out["community"].tolist()) <= set(ALL.tolist())
    assert (out["pool"] == sat.setting.community_pool[out["community"]]).all()
