"""The model class: a scenario in any form, one shared city, days and shocks in place, and Mesa's batch runner."""

import datetime as dt
import gc
import inspect
import math
import weakref

import mesa
import numpy as np
import pytest

from cogov.scenarios.city_model import CityModel, plan_of
from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import load_scenario

SHORT = {"city": "street", "days": 3, "warm_up_days": 2, "follow_up_days": 2}


def _summary(model):
    model.run_to_end()
    return model.result().summary


def _equal(a, b):
    return a.keys() == b.keys() and all(x == b[k] or (math.isnan(x) and math.isnan(b[k])) for k, x in a.items())


@pytest.fixture(scope="module")
def summary():
    return _summary(CityModel("cadre_sinking", 5, **SHORT))


def test_a_name_an_object_and_plain_data_are_one_scenario(summary):
    scenario = load_scenario("cadre_sinking", **SHORT)
    for form in (scenario, scenario.resolved()):
        assert _equal(_summary(CityModel(form, seed=5)), summary)
    assert not _equal(_summary(CityModel(scenario, seed=6)), summary)


def test_rng_is_another_name_of_the_seed(summary):
    assert _equal(_summary(CityModel("cadre_sinking", rng=5, **SHORT)), summary)


def test_no_seed_is_a_fresh_one_that_makes_the_run_again():
    first, second = CityModel("baseline", None, **SHORT), CityModel("baseline", seed=None, **SHORT)
    assert first.run_seed != second.run_seed
    assert _equal(_summary(first), _summary(CityModel("baseline", first.run_seed, **SHORT)))
    assert not _equal(_summary(first), _summary(second))


@pytest.mark.parametrize("seed", [-1, 1.5, "1", True, [1]])
@pytest.mark.parametrize("name", ["seed", "rng"])
def test_a_bad_seed_is_one_clear_error(name, seed):
    with pytest.raises(ScenarioError) as caught:
        CityModel("baseline", **{name: seed}, **SHORT)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"argument: {name} (")
    assert str(problem).endswith(": must be a whole number of at least 0, or None for a fresh one")


def test_a_seed_may_be_an_integer_of_numpy(summary):
    assert _equal(_summary(CityModel("cadre_sinking", np.int64(5), **SHORT)), summary)


def test_errors_of_python_code_speak_of_arguments():
    with pytest.raises(ScenarioError, match=r'^argument: city \("nowhere"\): no such city file'):
        CityModel("baseline", city="nowhere")


def test_intensity_zero_is_the_baseline():
    off = CityModel("three_together", 5, **SHORT, settings={
        "cadre_sinking.intensity": 0, "alliance_lists.intensity": 0, "emergency_pairing.intensity": 0})  # fmt: skip
    assert off.plan.policies == ()
    assert _equal(_summary(off), _summary(CityModel("baseline", 5, **SHORT)))


def test_runs_share_one_city_and_do_not_write_to_it():
    first = CityModel("three_together", 1, **SHORT, layers="storm_month", settings={"storm.day": 1})
    city = first.plan.city
    tables = ("districts", "streets", "communities", "grids", "compounds", "firms", "units", "lines")
    before = {name: getattr(city, name).tobytes() for name in tables}
    before |= {name: column.tobytes() for name, column in city.residents.items()}
    first.run_to_end()
    after = {name: getattr(city, name).tobytes() for name in tables}
    after |= {name: column.tobytes() for name, column in city.residents.items()}
    assert before == after
    assert CityModel("baseline", 2, **SHORT).plan.city is city


def test_the_plan_counts_minutes_and_days_from_the_first_day():
    scenario = load_scenario("cadre_sinking", city="gulou", days=20, warm_up_days=7, follow_up_days=3,
                             layers=["storm_month"], settings={"demand.scale": 1.5, "line.lendable": 0.1})  # fmt: skip
    plan = plan_of(scenario)
    (shock,), (policy,) = plan.shocks, plan.policies
    assert (plan.start, plan.first_day, plan.days) == (dt.date(2024, 6, 1), dt.date(2024, 5, 25), 30)
    assert (shock.id, shock.kind, shock.severity, shock.communities) == ("storm", "rainstorm", 1.0, None)
    assert (shock.start, shock.end) == ((7 + 9) * 1440 + 16 * 60, (7 + 12) * 1440 + 16 * 60)
    assert policy.settings.start_day == 7
    assert (plan.demand, plan.parameters) == (1.5, {"line.lendable": 0.1})


def test_a_shock_hits_only_the_places_named(tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\nextends = "storm_month"\ncity = "gulou"\nname = { zh = "甲", en = "A" }\n'
        'question = { zh = "乙", en = "B" }\n[[shock]]\nid = "storm"\nwhere = { street = ["2", "Gulou Street 03"] }\n',
        encoding="utf-8",
    )
    plan = plan_of(load_scenario(tmp_path / "mine.toml"))
    assert np.array_equal(plan.shocks[0].communities, np.isin(plan.city.communities["street"], [1, 2]))


def test_overrides_belong_to_names_and_paths():
    with pytest.raises(TypeError, match="days: can be set only for a scenario given by name or path"):
        CityModel(load_scenario("baseline", city="street"), days=3)
    with pytest.raises(TypeError):
        CityModel("baseline", colour="red")
    with pytest.raises(ScenarioError, match=r"start .*must be a date such as 2024-06-01"):
        CityModel("baseline", city="street", start="June")


def test_a_result_before_the_end_is_refused():
    model = CityModel("baseline", **SHORT)
    model.step()
    with pytest.raises(RuntimeError, match="day 1 of 7"):
        model.result()


def test_a_model_collects_each_day_and_stops_after_the_last():
    model = CityModel("baseline", 1, **SHORT, start="2024-06-03")
    while model.running:
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["date"]) == [f"2024-06-{day:02d}" for day in range(1, 8)]
    assert frame["day.arisen"].sum() > 0
    assert frame["response_rate"].isna().tolist() == [True] * 6 + [False]
    assert frame["response_rate"].iloc[-1] == model.result().summary["response_rate"]
    model.step()
    assert len(model.datacollector.get_model_vars_dataframe()) == 7


def test_a_model_that_has_run_is_not_kept():
    models = [CityModel("cadre_sinking", 1, **SHORT) for _ in range(2)]
    for model in models:
        model.run_to_end()
    kept = [weakref.ref(model) for model in models]
    del models, model
    gc.collect()
    assert [ref() for ref in kept] == [None, None]


def test_mesa_runs_it_in_batches():
    rows = mesa.batch_run(
        CityModel,
        {"scenario": ["baseline", "cadre_sinking"], "seed": range(2), "settings": [{"demand.scale": 0.5}], **SHORT},
        display_progress=False,
    )
    assert [(r["scenario"], r["seed"]) for r in rows] == [
        ("baseline", 0), ("baseline", 1), ("cadre_sinking", 0), ("cadre_sinking", 1)
    ]  # fmt: skip
    assert all(r["Step"] in (6, 7) and r["date"] == "2024-06-05" for r in rows)  # Mesa counts from 0 or from 1
    assert rows[0]["solution_minutes.mean"] != rows[1]["solution_minutes.mean"]


def test_iterations_without_a_seed_are_different_runs_that_tell_theirs():
    newer = "rng" in inspect.signature(mesa.batch_run).parameters
    often = {"rng": [None, None]} if newer else {"iterations": 2}
    rows = mesa.batch_run(CityModel, {"seed": None, **SHORT}, **often, display_progress=False)
    assert len({row["seed"] for row in rows}) == 2
    again = _summary(CityModel("baseline", rows[0]["seed"], **SHORT))
    assert again["solution_minutes.mean"] == rows[0]["solution_minutes.mean"]


def test_batches_take_seeds_in_mesas_newer_way_too():
    if "rng" not in inspect.signature(mesa.batch_run).parameters:
        pytest.skip("this Mesa has no rng in batch_run")
    rows = mesa.batch_run(CityModel, {"settings": [{"demand.scale": 0.5}], **SHORT}, rng=[4, 5], display_progress=False)
    assert [r["rng"] for r in rows] == [4, 5]
    assert rows[0]["solution_minutes.mean"] != rows[1]["solution_minutes.mean"]
