"""What a scenario says about categories of need, and what the engine makes of it."""

import datetime as dt

import numpy as np
import pytest

from cogov.model.incidents import load_catalogue
from cogov.scenarios.categories import catalogue_of, season
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.schema import Scenario

HEAD = """
format = 1
id = "mine"
extends = "baseline"
city = "street"
name = { zh = "我的", en = "Mine" }
question = { zh = "？", en = "?" }
"""


def scenario(tmp_path, body, **wishes):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + body, encoding="utf-8")
    return load_scenario(path, **wishes)


def told(tmp_path, body, lang="en"):
    with pytest.raises(ScenarioError) as error:
        scenario(tmp_path, body)
    return error.value.told(lang)


def test_without_a_word_the_catalogue_is_the_models_own():
    assert catalogue_of(load_scenario("baseline")).rows.tobytes() == load_catalogue().rows.tobytes()
    assert season(load_scenario("baseline"), load_catalogue()) is None


def test_profiles_work_and_dispersion_are_laid_over_a_copy(tmp_path):
    hours, months = [0.0] * 23 + [5.0], [0.0] * 11 + [1.0]
    body = f"[category.noise]\nhours = {hours}\nmonths = {months}\nwork = 90\ndispersion = 0.1\n"
    made = scenario(tmp_path, body, settings={"category.parking.work": 10, "demand.work": 2.0})
    catalogue, own = catalogue_of(made), load_catalogue()
    noise, parking = (catalogue.rows[catalogue.ids.index(name)] for name in ("noise", "parking"))
    assert (noise["work"], noise["dispersion"], parking["work"]) == (180, 0.1, 20)
    assert list(noise["hours"][22:]) == [0, 1]
    assert np.allclose(noise["ceiling"], own.rows[own.ids.index("noise")]["ceiling"] * 12)
    assert season(made, catalogue)[11, catalogue.ids.index("noise")] == 12
    assert Scenario.from_resolved(made.resolved()) == made
    assert made.digest() != load_scenario("baseline", city="street").digest()


def test_needs_arise_in_the_hours_and_months_that_are_given(tmp_path):
    hours, months = [1.0 if hour == 20 else 0.0 for hour in range(24)], [0.0] * 6 + [1.0] * 6
    body = f"[category.sanitation]\nhours = {hours}\nmonths = {months}\n"
    made = scenario(tmp_path, body, start=dt.date(2024, 6, 17), days=28, warm_up_days=0, follow_up_days=1)
    rows = []
    CityModel(made, 1, rows.append).run_to_end()
    events = np.concatenate(rows)
    arisen = events[(events["kind"] == 0) & (events["incident"] >> 62 == 0) & (events["incident"] >> 20 & 63 == 0)]
    assert set(arisen["minute"] // 60 % 24) == {20}
    assert arisen["minute"].min() // 1440 == 14  # the first of July
    plain = []
    CityModel("baseline", 1, plain.append, city="street", start="2024-07-01", days=14, warm_up_days=0,
              follow_up_days=1).run_to_end()  # fmt: skip
    usual = np.concatenate(plain)
    usual = usual[(usual["kind"] == 0) & (usual["incident"] >> 62 == 0) & (usual["incident"] >> 20 & 63 == 0)]
    assert len(arisen) / len(usual) == pytest.approx(2.0, rel=0.35)  # busy days differ from run to run


def test_what_is_wrong_is_said_with_its_place(tmp_path):
    assert "category.noize: no category of need has this id" in told(tmp_path, "[category.noize]\nwork = 90\n")
    assert "did you mean noise?" in told(tmp_path, "[category.noize]\nwork = 90\n")
    hours = "category.noise.hours ([1.0]): must be a list of 24 values"
    assert hours in told(tmp_path, "[category.noise]\nhours = [1.0]\n")
    assert "category.noise.work (0.0): must be 1 to 6000" in told(tmp_path, "[category.noise]\nwork = 0.0\n")
    assert "mine.toml:10: category.noise.wrk" in told(tmp_path, "\n[category.noise]\nwrk = 3\n")
    assert "did you mean work?" in told(tmp_path, "[category.noise]\nwrk = 3\n")
    assert "category.noise.weekdays: must not all be 0" in told(
        tmp_path, "[category.noise]\nweekdays = [0,0,0,0,0,0,0]\n"
    )
    assert "没有这个编号的事项类别" in told(tmp_path, "[category.noize]\nwork = 90\n", "zh")


def test_a_setting_of_an_unknown_category_is_refused_with_the_near_one():
    with pytest.raises(ScenarioError, match=r"did you mean category\.noise\.work"):
        load_scenario("baseline", settings={"category.noise.wrk": 3})
