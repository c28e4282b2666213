"""What a run hands back: every key declared, sums that must hold, and tables that agree with each other."""

from __future__ import annotations

import numpy as np
import pytest
from one_need import CITY, MONDAY

from cogov.agents import responders as R
from cogov.agents.places import GRID_KINDS
from cogov.model import state as S
from cogov.model.measures import MEASURES, measure_of
from cogov.model.plan import RunPlan, ShockPlan
from cogov.model.simulation import Simulation

WARM, WINDOW, FOLLOW = 5, 12, 6


@pytest.fixture(scope="module")
def sim():
    shock = ShockPlan("s", "rainstorm", 8 * 1440, 9 * 1440, 2.0)
    sim = Simulation(RunPlan(CITY, MONDAY, WINDOW, WARM, FOLLOW, 15.0, shocks=(shock,)), 5)
    sim.run_to_end()
    return sim


@pytest.fixture(scope="module")
def result(sim):
    return sim.result()


def family(summary, name, *apart):
    """Return the members of a family of keys."""
    return {k: v for k, v in summary.items() if k.startswith(f"{name}.") and k not in apart}


def test_every_key_of_the_summary_is_declared(result):
    assert [key for key in result.summary if measure_of(key).group == "other"] == []


def test_every_declared_measure_is_reported(result):
    """A family has a member; an ordinary key stands itself; what a set of runs adds is not a run's."""
    missing = [
        key for key in MEASURES
        if key not in result.summary and not (key.endswith(".*") and family(result.summary, key[:-2]))
    ]  # fmt: skip
    assert missing in ([], ["resilience.recovered"])


def test_needs_are_solved_lapsed_or_open(result):
    s = result.summary
    assert s["needs_arisen"] > 100
    assert s["needs_arisen"] == s["needs_solved"] + s["needs_lapsed"] + s["needs_open"]


def test_arisen_is_what_arose_in_the_window_by_day(sim, result):
    in_window = slice(WARM, WARM + WINDOW)
    assert result.summary["needs_arisen"] == sim.tables["counts"][in_window, :, S.C_ARISEN].sum()


def test_closings_by_level_sum_to_one(result):
    closed = family(result.summary, "closed_at")
    assert list(closed) == [f"closed_at.{level[0]}" for level in S.LEVELS]
    assert sum(closed.values()) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("name", ["person_hours", "busy_hours", "overhead_hours", "money_cny"])
def test_totals_are_sums_over_kinds(result, name):
    total = f"{name}.total"
    parts = family(result.summary, name, total)
    assert len(parts) > 5
    assert result.summary[total] == pytest.approx(sum(parts.values()), rel=1e-12)


def test_stage_minutes_are_a_mean_need_and_their_table_adds_up(sim, result):
    stages = result.stages
    assert len(stages["minutes"]) == len(sim.catalogue.ids) * len(GRID_KINDS) * len(S.STAGES)
    arisen = result.summary["needs_arisen"]
    for name, _, _ in S.STAGES:
        total = stages["minutes"][stages["stage"] == name].sum()
        assert result.summary[f"stage_minutes.{name}"] == pytest.approx(total / arisen, rel=1e-12)
    assert stages["needs"][stages["stage"] == "work"].sum() == arisen
    assert result.summary["stage_minutes.work"] > 0


def test_times_of_grids_categories_levels_and_kinds_have_one_mean(sim, result):
    tables = sim.tables
    total = int(tables["hist_solution"].sum())
    minutes = int(np.dot(tables["hist_solution"], np.arange(len(tables["hist_solution"]))))
    assert result.summary["solution_minutes.mean"] == pytest.approx(minutes / total, rel=1e-12)
    for table, n, sums in (("by_grid", S.G_NEEDS, S.G_SOLUTION), ("by_category", S.CAT_NEEDS, S.CAT_SOLUTION),
                           ("by_level", S.L_NEEDS, S.L_SOLUTION), ("by_kind", S.K_NEEDS, S.K_SOLUTION)):  # fmt: skip
        assert (tables[table][:, n].sum(), tables[table][:, sums].sum()) == (total, minutes), table
    seen = result.grids["needs"] > 0
    mean = np.average(result.grids["solution_minutes"][seen], weights=result.grids["needs"][seen])
    assert result.summary["solution_minutes.mean"] == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("name", ["first_response_minutes", "solution_minutes", "first_response_from_report_minutes",
                                  "solution_from_report_minutes", "on_site_minutes"])  # fmt: skip
def test_quantiles_are_those_of_the_sorted_values(sim, result, name):
    table = {"first_response_minutes": "hist_response", "solution_minutes": "hist_solution",
             "first_response_from_report_minutes": "hist_contact", "on_site_minutes": "hist_on_site",
             "solution_from_report_minutes": "hist_from_report"}[name]  # fmt: skip
    each = np.repeat(np.arange(len(sim.tables[table])), sim.tables[table])
    for label, q in (("median", 0.5), ("p90", 0.9), ("p99", 0.99)):
        assert result.summary[f"{name}.{label}"] == each[int(np.ceil(q * len(each))) - 1], label


def test_times_are_cut_at_tau(sim, result):
    tau = FOLLOW * 1440
    assert result.phases["tau_minutes"] == tau
    assert len(sim.tables["hist_solution"]) == tau + 1
    assert max(result.summary[f"solution_minutes.{p}"] for p in ("median", "p90", "p99")) <= tau


def series(result, measure, level="city"):
    daily = result.daily
    at = (daily["measure"] == measure) & (daily["level"] == level)
    return daily["value"][at]


def test_daily_stocks_follow_from_flows_and_levels_agree(result):
    backlog = np.cumsum(series(result, "opened") - series(result, "closed"))
    assert series(result, "backlog").tolist() == backlog.tolist()
    still = np.cumsum(series(result, "arisen") - series(result, "solved") - series(result, "lapsed"))
    assert series(result, "open_needs").tolist() == still.tolist()
    for measure in ("arisen", "backlog", "overdue"):
        city = series(result, measure)
        assert len(city) == WARM + WINDOW + FOLLOW
        assert city.tolist() == series(result, measure, "street").reshape(len(city), -1).sum(axis=1).tolist()
        assert city.tolist() == series(result, measure, "district").reshape(len(city), -1).sum(axis=1).tolist()
    assert result.summary["backlog"] == pytest.approx(backlog[WARM : WARM + WINDOW].mean(), rel=1e-12)


def test_rates_are_those_of_the_flows_of_the_window(sim, result):
    sums = sim.tables["counts"][WARM : WARM + WINDOW].sum(axis=(0, 1))
    flows = {name: n for (name, _, _), n in zip(S.COUNTS, sums, strict=True)}
    s = result.summary
    assert s["satisfaction_rate"] == flows["satisfied"] / flows["rated"]
    assert s["resolution_rate"] == flows["rated_solved"] / flows["rated"]
    assert s["on_time_rate"] == flows["on_time"] / flows["due"]
    assert s["duplicate_share"] == flows["duplicates"] / flows["reports"]
    assert s["handups_per_case"] == flows["handups"] / flows["opened"]
    parts = 0.2 * s["response_rate"] + 0.4 * s["resolution_rate"] + 0.4 * s["satisfaction_rate"]
    assert s["composite_score"] == pytest.approx(parts, rel=1e-12)


def test_shares_are_shares(result):
    for key, value in result.summary.items():
        if measure_of(key).unit == "share" and value == value:
            assert 0 <= value <= 1 or key.startswith("utilisation"), (key, value)


def test_phases_tell_the_plan(result):
    assert {k: v for k, v in result.phases.items() if k != "shocks"} == {
        "warm_up_days": 5, "window_days": 12, "follow_up_days": 6, "start": "2024-06-03", "first_day": "2024-05-29",
        "tau_minutes": 8640}  # fmt: skip
    assert result.phases["shocks"] == [{"id": "s", "kind": "rainstorm", "start_day": 3, "days": 1}]


def test_grids_have_their_places_and_people(result):
    g = result.grids
    assert g["grid"].tolist() == list(range(len(CITY.grids)))
    assert g["residents"].sum() == 900
    assert set(g["kind"]) <= {kind[0] for kind in GRID_KINDS}
    assert (g["solved"] <= g["needs"]).all()
    assert (g["satisfied"] <= g["rated"]).all()


def test_utilisation_is_work_over_field_time_of_those_on_ordinary_duty(sim, result):
    people = sim.tables["responders"]
    stand_by = np.isin(people["kind"], [R.STREET_DUTY, R.LINE_DUTY, R.MEMBER, R.RESERVE, R.MASS_VOLUNTEER])
    assert (people["on_minutes"][stand_by] > 0).any()
    ours = people[~stand_by]
    busy = (ours["work_minutes"] + ours["travel_minutes"]).sum()
    assert result.summary["utilisation.all"] == pytest.approx(busy / ours["field_minutes"].sum(), rel=1e-12)
