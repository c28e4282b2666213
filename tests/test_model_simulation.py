"""Laws that hold in every run, at any size and under any policy: conservation, stages, rosters, identities."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_city import tiny_spec

from cogov.agents import responders as R
from cogov.agents.offices import DECIDED
from cogov.model import engine
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.interventions import gather
from cogov.model.ledger import LOG_KINDS, LOG_REMINDED
from cogov.model.levers import LEVERS, fold
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation
from cogov.scenarios.policies.alliance_lists import AllianceLists
from cogov.scenarios.policies.base import Settings
from cogov.scenarios.policies.cadre_sinking import CadreSinking
from cogov.scenarios.policies.emergency_pairing import EmergencyPairing

POLICIES = (CadreSinking, AllianceLists, EmergencyPairing)
START = dt.date(2024, 6, 1)
DISTRICT = {"residents": 6000, "urban_communities": 2, "villages": 2, "grids": 14, "streets": 2}
SPEC = tiny_spec(({}, DISTRICT), units=40)
STAFF = SPEC.staff.model_copy(update={"district_officials": 600, "city_officials": 200})
CITY = build_city(SPEC.model_copy(update={"staff": STAFF}), 3)


def run(policies=(), shocks=(), demand=3.0, seed=1, days=(4, 6, 4), events=None, city=CITY, **parameters):
    """Return a finished run of a small city under heavy demand."""
    warm, window, follow = days
    named = {name.replace("__", "."): value for name, value in parameters.items()}
    plan = RunPlan(city, START, window, warm, follow, demand, named, tuple(shocks), tuple(policies))
    sim = Simulation(plan, seed, events)
    sim.run_to_end()
    return sim


def test_levers_stand_at_their_base_with_what_is_pushed_on_every_day_and_only_deciders_move_a_base():
    lists = AllianceLists(Settings("lists", start_day=3, end_day=33))
    sim = Simulation(RunPlan(CITY, START, 36, 0, 0, 3.0, policies=(lists,)))
    pushed = set()
    for day in range(36):
        sim.step()
        turned = fold(sim.base, gather(sim.instruments, sim.setting, day).contributions)
        pushed |= turned.keys()
        for name, lever in LEVERS.items():
            expected = turned.get(name, sim.base[lever.of][lever.column.name])
            assert np.array_equal(sim.tables[f"{lever.of}_levers"][lever.column.name], expected), (day, name)
    assert pushed
    assert not turned
    moved = {
        name for name, lever in LEVERS.items()
        if not np.array_equal(*(rows[lever.of][lever.column.name] for rows in (sim.base, sim.usual)))
    }  # fmt: skip
    assert set() < moved <= set(DECIDED)


def check_laws(sim):
    """Assert the conservation laws, the partition of time, and the bounds of rosters."""
    sc, tables = sim.tables["sc"], sim.tables
    phases = np.zeros(24, dtype=np.int64)
    pending = engine.living(sim.w, phases)
    alive = int(phases.sum())
    assert sc[S.ARISEN] == sc[S.SOLVED] + sc[S.LAPSED] + alive
    assert sc[S.NEEDS_LIVE] == alive + pending
    assert sc[S.REPORTS] == sc[S.FIRST_REPORTS] + sc[S.DUPLICATES]
    assert sc[S.ATTEMPTS] == sc[S.ANSWERED] + sc[S.ABANDONED] + sc[S.RETRIES]
    needs = tables["needs"][tables["needs"]["live"] == 1]
    needs = needs[needs["phase"] != S.PENDING]
    assert sc[S.CASES_OPENED] == sc[S.CASES_CLOSED] + int((needs["case"] >= 0).sum())
    horizon = sim.plan.days * 1440
    assert (needs["minutes"].sum(axis=1) == horizon - needs["arose"]).all()
    assert (needs["minutes"] >= 0).all()
    cohort = sc[S.COHORT_SOLVED] + sc[S.COHORT_LAPSED] + sc[S.COHORT_OPEN]
    assert cohort == tables["stage_table"][:, :, -1].sum()
    assert (tables["stage_table"] >= 0).all()
    people = tables["responders"]
    busy = people["work_minutes"] + people["travel_minutes"]
    assert (busy <= people["on_minutes"]).all()
    assert (people["field_minutes"] <= people["on_minutes"]).all()
    engaged = people[people["state"] == 1]["case"]
    assert len(set(engaged.tolist())) == len(engaged)
    assert (tables["pools"]["length"] >= 0).all()
    assert (tables["line_work"]["backlog"] >= 0).all()


intensities = st.sampled_from([0.0, 0.5, 1.0])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(1, 10_000),
    demand=st.sampled_from([0.5, 2.0, 8.0]),
    strengths=st.tuples(intensities, intensities, intensities),
    kind=st.sampled_from(["outbreak", "rainstorm", "fire", "hotline_surge", "none"]),
    severity=st.sampled_from([0.5, 3.0]),
)
def test_the_laws_hold_under_random_stacks_and_shocks(seed, demand, strengths, kind, severity):
    stack = [
        policy(Settings(policy.card.id, x, start_day=2, ramp_days=3))
        for policy, x in zip(POLICIES, strengths, strict=True)
    ]
    shocks = [] if kind == "none" else [ShockPlan("s", kind, 5 * 1440 + 700, 7 * 1440, severity)]
    check_laws(run(stack, shocks, demand, seed))


def test_every_kind_of_event_and_stakeholder_takes_part():
    rows = []
    sim = run(
        [p(Settings(p.card.id, 1.0, parameters={"take_up": 1.0} if p is AllianceLists else {})) for p in POLICIES],
        [ShockPlan("s", "rainstorm", 12 * 1440, 15 * 1440, 3.0)],
        demand=12.0, days=(10, 20, 10), events=lambda log: rows.append(log), hotline__consultations=3000.0,
        roster__field_share=0.5)  # fmt: skip
    check_laws(sim)
    kinds = set(np.concatenate([r["kind"] for r in rows]).tolist())
    missing = [LOG_KINDS[k][0] for k in range(len(LOG_KINDS)) if k not in kinds and k != LOG_REMINDED]
    assert missing in ([], ["preempt"], ["call_lost"])
    people = sim.tables["responders"]
    busy = np.bincount(people["kind"], people["work_minutes"], minlength=len(R.KINDS))
    idle = {k for k in range(len(R.KINDS)) if busy[k] == 0}
    assert idle <= {R.STREET_DUTY, R.LINE_DUTY, R.MEMBER, R.MASS_VOLUNTEER}  # who stands by may have had nothing to do


def test_a_log_changes_nothing_and_tells_each_life_in_order():
    rows = []
    with_log = run(events=lambda log: rows.append(log))
    without = run()
    assert with_log.result().summary == pytest.approx(without.result().summary, nan_ok=True, rel=0, abs=0)
    log = np.concatenate(rows)
    assert (np.diff(log["minute"]) >= 0).all()
    first = {}
    for incident, kind in zip(log["incident"].tolist(), log["kind"].tolist(), strict=True):
        first.setdefault(incident, kind)
    assert set(first.values()) == {0}


@pytest.mark.parametrize("policy", POLICIES)
def test_nothing_differs_before_a_policy_starts(policy):
    begins = 7
    base, late = run(), run([policy(Settings("late", 1.0, start_day=begins))])
    same = base.tables["counts"][:begins] == late.tables["counts"][:begins]
    assert same.all()


@pytest.mark.parametrize("policy", POLICIES)
def test_intensity_zero_is_the_baseline_to_the_bit(policy):
    base, off = run(), run([policy(Settings("off", 0.0))])
    for name in ("counts", "by_grid", "stage_table", "hist_solution", "trust"):
        assert (base.tables[name] == off.tables[name]).all()


def test_the_order_of_policies_does_not_matter():
    make = [policy(Settings(policy.card.id, 0.7)) for policy in POLICIES]
    again = [policy(Settings(policy.card.id, 0.7)) for policy in reversed(POLICIES)]
    assert (run(make).tables["counts"] == run(again).tables["counts"]).all()


def test_raising_the_intensity_adds_places_and_removes_none():
    def reached(x):
        sim = Simulation(RunPlan(CITY, START, 2, 1, 1))
        return set(CadreSinking(Settings("c", x)).covered(sim.setting, 0).tolist())

    assert reached(0.2) <= reached(0.6) <= reached(1.0) == set(range(len(CITY.communities)))


def test_cadres_leave_their_lines_hour_for_hour():
    sim = run([CadreSinking(Settings("c", 1.0, parameters={"full_time_share": 1.0}))])
    people = sim.tables["responders"]
    cadres = people[people["kind"] == 9]
    assert len(cadres) > 0
    assert cadres["on_minutes"].sum() == sim.tables["line_work"]["lent_minutes"].sum()
    assert people["overhead_minutes"].sum() > 0


def test_without_a_shock_a_paired_reserve_stays_at_home_and_costs_its_drills():
    base, paired = run(), run([EmergencyPairing(Settings("p", 1.0))])
    assert (base.tables["counts"] == paired.tables["counts"]).all()
    assert paired.tables["line_work"]["taken_hours"].sum() > 0
    assert base.tables["line_work"]["taken_hours"].sum() == 0


def test_a_paired_reserve_is_on_duty_after_exactly_its_delay():
    start = 5 * 1440 + 480
    sim = run([EmergencyPairing(Settings("p", 1.0))], [ShockPlan("s", "rainstorm", start, start + 2880, 2.0)])
    people = sim.tables["responders"]
    reserve = people[people["kind"] == 11]
    assert len(reserve) > 0
    assert (reserve["from_minute"] == start + reserve["delay"]).all()
    assert reserve["on_minutes"].sum() > 0


SCRIPT = """
import sys; sys.path.insert(0, "tests")
import test_model_simulation as t
stack = [p(t.Settings(p.card.id, 1.0)) for p in t.POLICIES]
sim = t.run(stack, [t.ShockPlan("s", "rainstorm", 3 * 1440, 4 * 1440, 2.0)],
            city=t.build_city(t.tiny_spec(units=10), 3), days=(2, 3, 2), demand=4.0)
import hashlib
names = ("counts", "by_grid", "stage_table", "trust", "needs")
print(hashlib.sha256(b"".join(sim.tables[n].tobytes() for n in names)).hexdigest())
"""


def _elsewhere(**environment):
    env = {**os.environ, **environment}
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_compiled_and_uncompiled_runs_are_identical_in_any_process():
    compiled = _elsewhere(PYTHONHASHSEED="1")
    assert compiled == _elsewhere(PYTHONHASHSEED="2")
    assert compiled == _elsewhere(NUMBA_DISABLE_JIT="1")


def test_the_summary_is_plain_json_numbers():
    summary = run().result().summary
    assert all(type(value) is float for value in summary.values())
    assert json.dumps({k: v for k, v in summary.items() if v == v})


def test_a_result_is_refused_before_the_end():
    with pytest.raises(RuntimeError, match="day 0 of"):
        Simulation(RunPlan(CITY, START, 2, 1, 1)).result()


def test_more_demand_means_more_of_everything_that_arises():
    few, many = run(demand=1.0), run(demand=2.0)
    assert many.tables["sc"][S.ARISEN] > 1.5 * few.tables["sc"][S.ARISEN]
