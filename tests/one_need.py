"""A city where nothing happens but what a test puts into it: one need, one case, at a chosen place and minute."""

from __future__ import annotations

import datetime as dt

from tiny_city import tiny_spec

from cogov.model import engine, ledger, wheel
from cogov.model import state as S
from cogov.model.calendar import DAY, add_in_hours
from cogov.model.city import build_city
from cogov.model.crews import draw_crews
from cogov.model.draws import NOTICE, exponential
from cogov.model.occasions import LOOKED_AT
from cogov.model.plan import RunPlan
from cogov.model.reporting import DIRECT, PATROL
from cogov.model.roster import ALL_DAY
from cogov.model.simulation import Simulation

MONDAY = dt.date(2024, 6, 3)
CITY = build_city(tiny_spec(), 1)
"""Community 0 is urban (grids 0 to 2, the last two with a managed compound), community 1 a village (grids 3 to 5)."""
SURE = {
    "hotline.consultations": 0, "handling.patrol": 0, "handling.property_rounds": 0, "handling.misroute": 0,
    "handling.fix": 1, "handling.reopen": 0, "handling.convener": 0, "handling.overflow": 0,
    "handling.social_share": 0, "handling.mass_share": 0, "handling.matching": 0, "work.unskilled_factor": 1,
}  # fmt: skip
"""Parameters under which a visit always solves and nothing goes astray."""
SILENT = {"resident__report_intercept": -5, "resident__report_friction": 5}
"""Parameters under which no resident reports anything."""
BY_PATROL, BY_WATCH = (1, 480, 1080), (4, 360, 1320)
"""Codes of those who look round, and minutes of the day between which they do."""


def quiet(days=30, policies=(), city=CITY, **parameters):
    """Return a run of ``days`` measured days in which no need arises by itself."""
    named = SURE | {name.replace("__", "."): value for name, value in parameters.items()}
    return Simulation(RunPlan(city, MONDAY, days, 0, 1, 0.0, named, policies=policies))


def open_day(sim, day=0, hands=True):
    """Open a day; ``hands``: everybody is on duty in the field all day, else nobody is."""
    people, pools = sim.tables["responders"], sim.tables["pools"]
    if not hands:
        people["active"] = 0
    engine.open_day(sim.w, day)
    if hands:
        people["on"] = people["field"] = ALL_DAY
        draw_crews(sim.w)
    pools["fresh"] = pools["busy_until"] = 0


def run(sim, start, end):
    """Run the minutes [start, end) of one day."""
    assert engine.run_minutes(sim.w, start, end, 0) == end


def run_days(sim, first, last, hands=True):
    """Open and run the days [first, last)."""
    for day in range(first, last):
        open_day(sim, day, hands)
        run(sim, day * DAY, (day + 1) * DAY)


def put(sim, category, grid, t, event=wheel.REPORT, number=1, **columns):
    """Put a need into the city that is reported at minute ``t`` (or meets another event); return its row."""
    place = sim.plan.city.grids[grid]
    n = ledger.new_need(sim.w)
    row = sim.tables["needs"][n]
    values = {
        "key": number, "category": sim.catalogue.ids.index(category), "grid": grid, "community": place["community"],
        "owner": place["first_resident"], "severity": 0.4, "level": 0, "parties": 1, "channel": DIRECT,
        "phase": S.PENDING if event == wheel.ARISE else S.UNREPORTED, "arose": t, "mark": t, "noticed": t,
        "counted": 1,
    }  # fmt: skip
    for name, value in (values | columns).items():
        row[name] = value
    wheel.push(sim.w, t, event, number, n, int(row["generation"]))
    return n


def flow(sim, measure):
    """Return a flow summed over days and streets."""
    return int(sim.tables["counts"][:, :, measure].sum())


def case_of(sim, n):
    """Return the open case of a need."""
    assert sim.tables["needs"]["case"][n] >= 0
    return sim.tables["cases"][sim.tables["needs"]["case"][n]]


def members(sim, pool):
    """Return the rows of the members of a pool, apart from volunteers who are not called up."""
    people = sim.tables["responders"]
    return [r for r in range(len(people)) if people["pool"][r] == pool and people["active"][r]]


def crew(sim, pool):
    """Return the rows of today's crew of a roster."""
    row = sim.tables["pools"][pool]
    return sim.tables["crew"][row["crew"] : row["crew_end"]].tolist()


def under(*policies, hands=True, city=CITY, **parameters):
    """Return a run whose policies have acted for the first day, opened with everybody in the field, or nobody."""
    sim = quiet(policies=policies, city=city, **parameters)
    sim._act()
    open_day(sim, hands=hands)
    return sim


def spent(sim, stage):
    """Return the minutes of a stage, of needs that have ended."""
    return int(sim.tables["stage_table"].sum(axis=(0, 1))[stage])


def decision_of_one_case(*policies):
    """Return the minutes at which a case is handed up and decided: by paper it takes 2,001 office minutes."""
    sim = under(*policies, handling__decide_median=2000, handling__decide_sigma=0)
    n, t = put(sim, "sanitation", 0, 900, channel=PATROL, level=3), 900
    while sim.tables["needs"]["phase"][n] != S.DECISION:
        run(sim, t, t + 1)
        t += 1
    handed, day = t - 1, 0
    while sim.tables["needs"]["phase"][n] == S.DECISION:
        run(sim, t, t + 1)
        t += 1
        if t % 1440 == 0:
            day += 1
            open_day(sim, day)
    return handed, t - 1


def reported(sim, grid, day=0, category="sanitation", number=1):
    """Return when a need that arises half an hour into an open day is reported on that day, -1 if it is not."""
    n = put(sim, category, grid, day * DAY + 30, wheel.ARISE, number, channel=-1)
    run(sim, day * DAY, (day + 1) * DAY)
    return int(sim.tables["needs"]["reported"][n])


def looked(sim, who, a_day, day=0, number=1):
    """Return when the report is due of one who looks at such a need so many times a day: after his keyed wait."""
    code, opens, closes = who
    wait = exponential(sim.keys[NOTICE], number, LOOKED_AT + code) / a_day * (closes - opens)
    return add_in_hours(day * DAY + 30, 1 + int(wait), opens, closes) + 1


def skilled_sent(sim, days=40):
    """Return on which days the skilled one is sent to a need, while one without the skill is nearer: one need a day.

    Each need has the number of its day, and the levers of the first day hold on all of them.
    """
    people, skill = sim.tables["responders"], 1 << int(sim.catalogue.rows["skill"][sim.catalogue.ids.index("noise")])
    far, near, *others = members(sim, int(sim.tables["nets"][0, 1]))
    people["active"][others] = 0
    people["skills"][far], people["skills"][near] = skill, 0
    people["grid"][far], people["grid"][near] = 2, 0
    days_sent = set()
    for day in range(1, days + 1):
        open_day(sim, day)
        n = put(sim, "noise", 0, day * DAY + 600, number=day, channel=PATROL)
        run(sim, day * DAY, day * DAY + 610)
        if case_of(sim, n)["responder"] == far:
            days_sent.add(day)
        run(sim, day * DAY + 610, (day + 1) * DAY)
        assert sim.tables["needs"]["phase"][n] == S.ENDED
    return days_sent
