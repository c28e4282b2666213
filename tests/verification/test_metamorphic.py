"""Metamorphic relations of the engine: what one change of a city or of a roster must do to a run, and nothing else.

Every comparison is exact: draws are pure functions of (seed, stream, semantic key).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.model import engine, roster
from cogov.model import ledger as L
from cogov.model import state as S
from cogov.model.city import City, build_city
from cogov.model.incidents import Catalogue
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.policies.cadre_sinking import CadreSinking

DAY = 1440
START = dt.date(2024, 6, 1)
CHILD = 1 << 62
"""Keys of primary needs lie below."""
GAP = 1 << 20
"""Residents of every second piece of a rearranged city lie this many rows apart: reporting draws use the row of a
resident modulo this (and its divisor 65536), so that rearranging moves no draw."""

SPEC = tiny_spec(({"residents": 2400, "grids": 12, "urban_communities": 2, "villages": 2, "streets": 2}, {"grids": 7}))
STAFF = {"full_time_grid_workers": 11, "part_time_grid_workers": 14, "community_workers": 20}
"""Numbers that fall to communities without a tie: of two equal claims on the last person the first row has it."""
CITY = build_city(SPEC.model_copy(update={"staff": SPEC.staff.model_copy(update=STAFF)}), 3)


def simulation(
    city=CITY, seed=1, days=(2, 8, 4), demand=5.0, policies=(), shocks=(), events=None, catalogue=None, **parameters
):
    """Return a run that has not begun."""
    warm, window, follow = days
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    more = {} if catalogue is None else {"catalogue": catalogue}
    return Simulation(RunPlan(city, START, window, warm, follow, demand, named, shocks, policies, **more), seed, events)


def run(city=CITY, **how):
    """Return a finished run."""
    sim = simulation(city, **how)
    sim.run_to_end()
    return sim


def primary_needs(monkeypatch, city=CITY, **how):
    """Run, and return every primary need as it stood when its day was planned, by key.

    A need is (minute it arose, category, grid key, slot in the grid, severity, level, parties).
    """
    found, logs = {}, []
    sim = simulation(city, events=logs.append, **how)
    run_minutes = engine.run_minutes

    def note(w, *span):
        needs = sim.tables["needs"]
        for n in needs[(needs["live"] == 1) & (needs["phase"] == S.PENDING) & (needs["primary"] == 1)]:
            grid = city.grids[n["grid"]]
            found[int(n["key"])] = (int(n["category"]), int(grid["key"]), int(n["owner"] - grid["first_resident"]),
                                    float(n["severity"]), int(n["level"]), int(n["parties"]))  # fmt: skip
        return run_minutes(w, *span)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "run_minutes", note)
        sim.run_to_end()
    log = np.concatenate(logs)
    log = log[(log["kind"] == L.LOG_ARISE) & (log["incident"] < CHILD)]
    minute = dict(zip(log["incident"].tolist(), log["minute"].tolist(), strict=True))
    assert minute.keys() == found.keys()
    return {key: (minute[key], *need) for key, need in found.items()}


# Candidates --------------------------------------------------------------------------------------------------------


def filled(city: City, grid: int, more: int) -> City:
    """Return the city with ``more`` residents in the first empty slots of a grid."""
    tables = {name: getattr(city, name).copy() for name in ("districts", "streets", "communities", "grids")}
    grids = tables["grids"]
    assert grids["residents"][grid] + more <= grids["slots"][grid]
    at = int(grids["first_resident"][grid] + grids["residents"][grid])
    grids["residents"][grid] += more
    grids["first_resident"][grid + 1 :] += more
    for name, row in (("communities", "community"), ("streets", "street"), ("districts", "district")):
        tables[name]["residents"][grids[row][grid]] += more
    blank = {"grid": grid, "age": 2, "flags": 0, "trust": 0.6, "participation": 0.3, "employer": -1}
    residents = {name: np.insert(column, at, [blank[name]] * more) for name, column in city.residents.items()}
    return replace(city, residents=residents, **tables)


@pytest.mark.parametrize(("grid", "more"), [(0, 1), (7, 3), (len(CITY.grids) - 1, 8)])
def test_filling_empty_slots_adds_the_needs_of_those_residents_and_moves_nothing_else(monkeypatch, grid, more):
    before = primary_needs(monkeypatch, demand=300.0)
    after = primary_needs(monkeypatch, filled(CITY, grid, more), demand=300.0)
    was = int(CITY.grids["residents"][grid])
    assert {key: need for key, need in after.items() if key in before} == before
    added = [need for key, need in after.items() if key not in before]
    assert {(place, slot) for _, _, place, slot, *_ in added} <= {
        (int(CITY.grids["key"][grid]), was + k) for k in range(more)}  # fmt: skip
    assert len(added) >= more


def test_more_staff_leave_every_primary_need_as_it_was(monkeypatch):
    cadres = CadreSinking(Settings("c", 1.0, parameters={"full_time_share": 1.0}))
    before, after = (primary_needs(monkeypatch, demand=20.0, policies=stack) for stack in ((), (cadres,)))
    assert len(before) > 300
    assert before == after


# Queues ------------------------------------------------------------------------------------------------------------

ONE_CLASS = """
[[category]]
id = "one"
zh = "唯一"
en = "The only one"
rate = [RATE, RATE, RATE, RATE]
eyes = 0
visible = 0
work = 60
sigma = 0.9
severity = [0.5, 0]
net = 5
skill = 0
levels = [1, 0, 0, 0, 0]
parties = [1, 0, 0, 0]
lines = [0]
deadline = "emergency"
fester_days = 300
lapse_days = 300
recur = 0
recur_days = 300
profile = "flat"
dispersion = 0.3
phone = 0
"""
NO_FEEDBACK = {
    "resident.report_intercept": 5.0, "resident.trust_gain": 0.0, "resident.trust_loss": 0.0,
    "resident.participation_step": 0.0, "channel.counter": 0.0, "channel.app": 0.0, "handling.accept_urgent": 0.0,
    "handling.fix": 1.0, "handling.force": 0.0, "handling.overflow": 0.0, "travel.set_out": 0.0,
    "roster.field_share": 1.0, "roster.volunteers": 0.0, "hotline.consultations": 0.0,
}  # fmt: skip


def waits(servers, seed, a_year):
    """Return the minutes in the queue of every need of one class at ``servers`` alike, by key; none for those left."""
    spec = tiny_spec(({"villages": 0, "rural_share": 0.0},))
    spec = spec.model_copy(update={"staff": spec.staff.model_copy(update={"community_workers": 12})})
    city = build_city(spec, 3)
    city.districts["cell_km"][:] = 0.0
    rows = []
    plan = RunPlan(city, START, 14, 0, 4, 1.0, NO_FEEDBACK, catalogue=Catalogue(ONE_CLASS.replace("RATE", str(a_year))))
    sim = Simulation(plan, seed, rows.append)
    people = sim.tables["responders"]
    mine = np.flatnonzero(people["pool"] == sim.tables["nets"][0, 5])
    people["shift"][mine], people["productivity"][mine], people["skills"][mine] = R.LONG_DAY, 1.0, 1
    people["active"][mine[servers:]] = 0
    sim.tables["shifts"][R.LONG_DAY] = roster.ALL_DAY
    sim.run_to_end()
    log = np.concatenate(rows)
    assert not np.isin(log["kind"], [L.LOG_PREEMPTED, L.LOG_HAND_UP, L.LOG_FORCED]).any()
    at = {kind: dict(zip(log["incident"][log["kind"] == kind].tolist(), log["minute"][log["kind"] == kind].tolist(),
                         strict=True)) for kind in (L.LOG_QUEUE, L.LOG_ASSIGNED)}  # fmt: skip
    return {need: at[L.LOG_ASSIGNED].get(need, sim.plan.days * DAY) - t for need, t in at[L.LOG_QUEUE].items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("servers", "a_year"), [(1, 7000), (2, 17000), (5, 45000)])
def test_one_more_server_lengthens_no_wait_of_one_first_come_class(servers, a_year, seed):
    fewer, more = waits(servers, seed, a_year), waits(servers + 1, seed, a_year)
    assert fewer.keys() == more.keys()
    change = np.array([fewer[need] - more[need] for need in fewer])
    assert change.min() >= 0
    assert (change > 0).mean() > 0.2


# Copies and rearrangements -----------------------------------------------------------------------------------------


def no_city_level() -> Catalogue:
    """Return the shipped catalogue without needs that only the city can finish."""
    text = (files("cogov.model") / "incidents.toml").read_text(encoding="utf-8")
    catalogue = Catalogue(text)
    catalogue.rows["levels"][:, 3] += catalogue.rows["levels"][:, 4]
    catalogue.rows["levels"][:, 4] = 0.0
    return catalogue


def starts(counts):
    return np.cumsum(counts) - counts


def spread(city: City, first, size: int, grid_of):
    """Return the residents of each grid moved to rows from ``first[grid]`` on, with blanks between."""
    blank = {"age": 2, "employer": -1}
    where = np.concatenate([first[g] + np.arange(n) for g, n in enumerate(city.grids["residents"])])
    out = {}
    for name, column in city.residents.items():
        out[name] = np.full(size, blank.get(name, 0), dtype=column.dtype)
        out[name][where] = column
    out["grid"][where] = grid_of[city.residents["grid"]]
    return out


def doubled(city: City) -> City:
    """Return two copies of a city in one, far apart, with the same keys; the hotline has seats for everybody."""
    n = {name: len(getattr(city, name)) for name in ("districts", "streets", "communities", "grids", "compounds",
                                                      "firms", "units")}  # fmt: skip
    table_of = {"district": "districts", "street": "streets", "community": "communities", "grid": "grids",
                "compound": "compounds", "firm": "firms", "first_street": "streets", "first_community": "communities",
                "first_grid": "grids"}  # fmt: skip

    def copy(rows):
        second = rows.copy()
        for name in set(table_of) & set(rows.dtype.names):
            at = second[name] >= 0
            second[name][at] += n[table_of[name]]
        return second

    tables = {name: np.concatenate([getattr(city, name), copy(getattr(city, name))]) for name in n}
    assert len(city.residents["grid"]) < GAP
    tables["grids"]["first_resident"][n["grids"] :] += GAP
    low, high = (spread(city, city.grids["first_resident"] + shift, size, np.arange(n["grids"]) + move)
                 for shift, size, move in ((0, GAP, 0), (0, len(city.residents["grid"]), n["grids"])))  # fmt: skip
    high["employer"][high["employer"] >= 0] += n["units"]
    residents = {name: np.concatenate([low[name], high[name]]) for name in low}
    own, common = city.lines[city.lines["district"] >= 0], city.lines[city.lines["district"] < 0]
    staff = city.spec.staff
    staff = staff.model_copy(update={
        name: 2 * getattr(staff, name)
        for name in ("full_time_grid_workers", "part_time_grid_workers", "community_workers")})  # fmt: skip
    return replace(city, spec=city.spec.model_copy(update={"staff": staff}), residents=residents,
                   lines=np.concatenate([own, copy(own), common]), **tables)  # fmt: skip


def with_many_seats(city: City) -> City:
    seats = {"hotline_seats_day": 5000, "hotline_seats_night": 5000}
    return replace(city, spec=city.spec.model_copy(update={"staff": city.spec.staff.model_copy(update=seats)}))


def test_two_copies_of_a_city_give_exactly_twice_the_totals():
    """Both copies meet the same fate, so each is the single city and the totals are twice its own.

    A city has one hotline and one set of its own lines. So that the copies do not meet there, the hotline has a seat
    for every call and takes no consultations (they are keyed by the city, not by place), and what only the city could
    finish is finished by the district.
    """
    one = with_many_seats(CITY)
    two = doubled(one)
    outbreak = [ShockPlan("x", "outbreak", 6 * DAY, 9 * DAY, 2.0)]
    base, pair = (
        run(city, days=(10, 20, 8), shocks=outbreak, catalogue=no_city_level(), hotline__consultations=0.0)
        for city in (one, two)
    )
    for name in ("counts", "by_grid", "trust", "participation", "hazard"):
        axis = 1 if name == "counts" else 0
        single, both = base.tables[name], pair.tables[name]
        first = np.take(both, np.arange(single.shape[axis]), axis)
        second = np.take(both, np.arange(both.shape[axis] - single.shape[axis], both.shape[axis]), axis)
        assert np.array_equal(first, single), name
        assert np.array_equal(second, single), name
    for name in ("hist_response", "hist_solution", "hist_contact", "hist_from_report", "hist_on_site", "by_category",
                 "stage_table"):  # fmt: skip
        assert np.array_equal(pair.tables[name], 2 * base.tables[name]), name
    books = [S.ARISEN, S.SOLVED, S.LAPSED, S.REPORTS, S.DUPLICATES, S.CASES_OPENED, S.CASES_CLOSED, S.ATTEMPTS,
             S.ANSWERED, S.COHORT_SOLVED, S.COHORT_OPEN, S.COHORT_REPORTS, S.COHORT_CASES]  # fmt: skip
    assert (pair.tables["sc"][books] == 2 * base.tables["sc"][books]).all()
    assert base.tables["sc"][S.SOLVED] > 300
    assert base.tables["sc"][S.RETRIES] == base.tables["sc"][S.ABANDONED] == 0
    assert hours(pair) == {key: tuple(2 * n for n in mine) for key, mine in hours(base).items()}


def hours(sim):
    """Return, by key of responders below the city's level, how many have it and their minutes on duty and at work."""
    people, pools = sim.tables["responders"], sim.tables["pools"]
    found = {}
    for p in people[pools["kind"][people["pool"]] != S.CITY_LINE]:
        mine = (1, *(int(p[name]) for name in ("on_minutes", "work_minutes", "travel_minutes")))
        found[int(p["key"])] = tuple(a + b for a, b in zip(found.get(int(p["key"]), (0, 0, 0, 0)), mine, strict=True))
    return found


def rearranged(city: City, streets, communities) -> City:
    """Return the city with its rows in another order: streets and communities as told, and so whatever lies in them.

    Districts, lines and firms are turned round too. Within a community the order of grids, compounds and units stays.
    """
    order = {"districts": np.arange(len(city.districts))[::-1], "streets": np.array(streets),
             "communities": np.array(communities), "firms": np.arange(len(city.firms))[::-1],
             "lines": np.arange(len(city.lines))[::-1]}  # fmt: skip
    rank = {name: np.argsort(rows) for name, rows in order.items()}
    order["grids"] = np.argsort(rank["communities"][city.grids["community"]], kind="stable")
    rank["grids"] = np.argsort(order["grids"])
    for name in ("compounds", "units"):
        order[name] = np.argsort(rank["grids"][getattr(city, name)["grid"]], kind="stable")
        rank[name] = np.argsort(order[name])
    tables = {name: getattr(city, name)[rows] for name, rows in order.items()}
    of = {"district": "districts", "street": "streets", "community": "communities", "grid": "grids",
          "compound": "compounds", "firm": "firms"}  # fmt: skip
    for rows in tables.values():
        for name in set(of) & set(rows.dtype.names):
            rows[name] = np.where(rows[name] >= 0, rank[of[name]][rows[name]], -1)
    tables["districts"]["first_street"] = starts(tables["districts"]["n_streets"])
    tables["streets"]["first_community"] = starts(tables["streets"]["n_communities"])
    tables["communities"]["first_grid"] = starts(tables["communities"]["n_grids"])
    first = city.grids["first_resident"] + rank["grids"] * 65536
    tables["grids"]["first_resident"] = first[order["grids"]]
    return replace(city, residents=spread(city, first, int(first.max()) + 65536, rank["grids"]), **tables)


def happenings(rows, sim):
    """Return the event log in an order that does not depend on rows, with keys of pools for their rows."""
    log = np.concatenate(rows)
    key = np.append(sim.tables["pools"]["key"], -1)
    return sorted(zip(log["minute"].tolist(), log["kind"].tolist(), log["incident"].tolist(),
                      log["responder"].tolist(), key[log["organisation"]].tolist(), strict=True))  # fmt: skip


@pytest.mark.parametrize("order", ["turned round", "streets swapped"])
def test_rearranging_the_rows_rearranges_the_results(order):
    """Streets and communities stand in another order in every table, with their keys; so do the results.

    An office stands in the middle row of its grids, and rows move, so travel takes no time but to set out. Nobody
    phones here, as a call's draws use rows of residents modulo 2**20 and these move by multiples of 65536.
    """
    city = replace(CITY, districts=CITY.districts.copy())
    city.districts["cell_km"][:] = 0.0
    streets = np.arange(len(city.streets))[::-1]
    by_street = [np.flatnonzero(city.communities["street"] == s) for s in streets]
    communities = np.concatenate([c[::-1] if order == "turned round" else c for c in by_street])
    other = rearranged(city, streets, communities)
    catalogue = no_city_level()
    catalogue.rows["phone"] = 0.0
    logs = [], []
    base, moved = (
        run(c, days=(4, 18, 6), demand=9.0, catalogue=catalogue, events=log.append)
        for c, log in zip((city, other), logs, strict=True)
    )
    assert happenings(logs[0], base) == happenings(logs[1], moved)
    assert np.array_equal(moved.tables["counts"], base.tables["counts"][:, streets])
    place = {int(key): row for row, key in enumerate(other.grids["key"])}
    assert np.array_equal(moved.tables["by_grid"][[place[int(k)] for k in city.grids["key"]]], base.tables["by_grid"])
    assert hours(moved) == hours(base)
    assert base.tables["counts"][:, :, S.C_SOLVED].sum() > 300
