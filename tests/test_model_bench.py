"""The people whom policies post: one row each for good, on duty only while posted."""

import datetime as dt

import numpy as np
import pytest
from test_model_interventions import CITY, Stub, claims, on_call

from cogov.agents import responders as R
from cogov.model import interventions as iv
from cogov.model import postings as ps
from cogov.model.bench import Bench
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation


def test_who_is_on_duty_is_counted_by_line():
    sim = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))
    bench, tables = Bench((Stub("a"),)), dict(sim.tables)
    n = len(tables["responders"])
    assert bench.called(tables["responders"], 4).tolist() == [0] * 4
    people = bench.post(tables, on_call([(k, 0, ps.FROM_LINE, k % 3) for k in range(5)]), sim.setting, 0)
    assert bench.called(people, 4).tolist() == [0] * 4
    people["active"][n : n + 3] = 1
    assert bench.called(people, 4).tolist() == [1, 1, 1, 0]


# Leading --------------------------------------------------------------------------------------------------------------


def test_a_posted_person_is_one_row_for_good_on_duty_only_while_posted():
    sim = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))
    bench = Bench((Stub("a"),))
    tables, n = dict(sim.tables), len(sim.tables["responders"])
    for day, wanted in ((0, [(0, 1), (1, 1)]), (1, [(1, 1), (2, 0)]), (2, []), (3, [(0, 1)])):
        rows = claims([(person, place, ps.FROM_LINE, 3) for person, place in wanted])
        tables["responders"] = bench.post(tables, rows, sim.setting, day)
        new = tables["responders"][n:]
        on = {(int(p["key"]) & 4095, int(p["community"])): int(p["from_minute"]) for p in new if p["active"] == 1}
        assert on.keys() == set(wanted)
        if day == 1:
            assert on == {(1, 1): 0, (2, 0): 1440}
        if day == 3:
            assert on == {(0, 1): 3 * 1440}
    assert len(tables["responders"]) == n + 3
    assert len(set(tables["responders"]["key"].tolist())) == n + 3
    assert (tables["responders"][n:]["home_line"] == 3).sum() >= 1


def test_one_who_is_out_on_a_case_stays_until_he_is_free():
    sim = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))
    bench, tables = Bench((Stub("a"),)), dict(sim.tables)
    tables["responders"] = bench.post(tables, claims([(0, 0, ps.FROM_LINE, 0)]), sim.setting, 0)
    tables["responders"]["state"][-1] = R.ENGAGED
    bench.post(tables, claims([]), sim.setting, 1)
    assert tables["responders"]["active"][-1] == 1
    tables["responders"]["state"][-1] = R.IDLE
    bench.post(tables, claims([]), sim.setting, 2)
    assert tables["responders"]["active"][-1] == 0


def test_ids_whose_people_could_not_be_told_apart_are_refused():
    seen = {}
    for k in range(5000):
        short = iv.instance_number(f"p{k}") & 0x7FFF
        if short in seen:
            break
        seen[short] = f"p{k}"
    with pytest.raises(ValueError, match="rename one of them"):
        Bench((Stub(seen[short]), Stub(f"p{k}")))


def test_hired_people_serve_where_they_are_told_and_are_never_short():
    sim = Simulation(RunPlan(CITY, dt.date(2024, 6, 3), 2, 0, 1))
    rows = ps.posting_rows(3)
    rows["person"], rows["kind"], rows["shift"], rows["productivity"] = range(3), R.SOCIAL_WORKER, R.OFFICE, 1.0
    rows["source"], rows["pool"], rows["grid"] = ps.HIRED, [-1, 7, 7], [-1, -1, 4]
    nobody = tuple(np.zeros(4) for _ in range(3))
    assert len(iv.ration(rows, nobody, (Stub("a"),), sim.setting)) == 3
    people = Bench((Stub("a"),)).post(dict(sim.tables), rows, sim.setting, 0)[-3:]
    assert people["pool"].tolist() == [int(sim.setting.community_pool[0]), 7, 7]
    assert people["grid"].tolist()[2] == 4
    assert people["home_line"].tolist() == people["home_unit"].tolist() == [-1, -1, -1]
