"""What is made of tickets: families and their parameters come back, as do arrivals, over-dispersion and shares."""

import csv
import json
import math
import tomllib

import made_up_export as export
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cogov.experiments.calibration import laws
from cogov.experiments.calibration.arrivals import profile
from cogov.experiments.calibration.calibrate import calibrate, whole_days
from cogov.experiments.calibration.mapping import load_mapping
from cogov.experiments.calibration.simulated import phase_of, tickets_of
from cogov.experiments.calibration.targets import share, targets
from cogov.experiments.calibration.written import write
from cogov.model.ledger import LOG_KINDS
from cogov.model.state import C_CLOSED, C_ON_TIME
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.loader import load_scenario


@pytest.mark.parametrize(
    ("law", "family", "shape"),
    [
        (stats.lognorm(1.6, scale=40.0), "log_normal", (1.6, 40.0)),
        (stats.weibull_min(0.6, scale=90.0), "weibull", (0.6, 90.0)),
        (stats.gamma(0.4, scale=200.0), "gamma", (0.4, 200.0)),
        (stats.fisk(1.3, scale=50.0), "log_logistic", (1.3, 50.0)),
        (stats.expon(scale=70.0), "exponential", (70.0,)),
    ],
)
def test_a_family_and_its_parameters_come_back_from_censored_times(law, family, shape):
    """5,000 tickets, a quarter open: the family is found, its parameters within 10 %."""
    rng = np.random.default_rng(5)
    hours = law.rvs(5000, random_state=rng)
    seen = rng.uniform(0.2, 4.0, 5000) * law.ppf(0.75)
    is_open = hours > seen
    fits = laws.fit(np.minimum(hours, seen), is_open)
    assert 0.1 < is_open.mean() < 0.4
    best = fits[0] if family != "exponential" else next(f for f in fits if f.family == family)
    assert best.family == family
    assert best.aic - fits[0].aic < 4.0
    assert np.allclose([*best.shape[:-2], best.shape[-1]], shape, rtol=0.1)
    assert laws.misfit(laws.kaplan_meier(np.minimum(hours, seen), is_open), best) < 0.03


def test_fits_agree_with_scipys_own_search():
    rng = np.random.default_rng(6)
    hours, is_open = rng.lognormal(3, 2, 500), rng.uniform(size=500) < 0.3
    data = stats.CensoredData.right_censored(hours, is_open)
    for fit in laws.fit(hours, is_open):
        law = {"log_normal": stats.lognorm, "weibull": stats.weibull_min, "gamma": stats.gamma,
               "log_logistic": stats.fisk, "exponential": stats.expon}[fit.family]  # fmt: skip
        own = law.fit(data, floc=0)
        assert -2 * (law.logpdf(hours[~is_open], *own).sum() + law.logsf(hours[is_open], *own).sum()) > (
            fit.aic - 2 * (len(fit.shape) - 1) - 1e-3
        )


def test_few_or_equal_times_are_not_fitted():
    assert laws.fit(np.arange(1.0, 11.0), np.zeros(10, dtype=bool)) == []
    assert laws.fit(np.ones(100), np.zeros(100, dtype=bool)) == []


def test_kaplan_meier_by_hand():
    curve = laws.kaplan_meier(np.array([1.0, 2.0, 2.0, 3.0, 4.0]), np.array([False, False, True, False, True]))
    assert np.allclose(curve.open, [0.8, 0.6, 0.3, 0.3])
    assert curve.closed_within(2.5)[0] == pytest.approx(0.4)
    assert curve.closed_within(0.5) == (0.0, 0.0, 0.0)
    assert curve.quantile(0.5)[0] == 3.0
    assert math.isnan(curve.quantile(0.9)[0])
    assert (curve.low <= curve.open).all()
    assert (curve.open <= curve.high).all()


def days_of(counts, first="2023-01-01"):
    days = pd.date_range(first, periods=len(counts), freq="D")
    return pd.Series(np.repeat(days.to_numpy(), counts) + np.timedelta64(10, "h"))


def test_over_dispersion_comes_back_about_weekday_and_month():
    """Three years, k = 12: its interval covers it; daily shapes within 5 %."""
    rng = np.random.default_rng(7)
    days = pd.date_range("2021-01-01", "2023-12-31", freq="D")
    weekday, month = np.array([1.2, 1.3, 1.2, 1.1, 1.0, 0.7, 0.5]), 1 + 0.3 * np.sin(np.arange(12) / 2)
    mean = 80 * weekday[days.day_of_week] * month[days.month - 1]
    found = profile(days_of(rng.negative_binomial(12, 12 / (12 + mean)), "2021-01-01"), days[0], days[-1])
    assert found.low < 12 < found.high
    assert found.high / found.low < 1.6
    assert np.allclose(found.weekdays, weekday / weekday.mean(), rtol=0.06)
    assert np.allclose(found.months, month / month.mean(), rtol=0.12)
    assert found.hours[10] == 1
    assert found.variance_ratio[0] > found.variance_ratio[1] > 3


def test_poisson_days_have_no_over_dispersion_and_short_files_no_months():
    rng = np.random.default_rng(8)
    found = profile(days_of(rng.poisson(20, 60)), pd.Timestamp("2023-01-01"), pd.Timestamp("2023-03-01"))
    assert found.months is None
    assert found.k > 100
    assert found.dispersion() < 0.25


def test_days_that_vary_hardly_more_than_by_chance_have_no_size_and_no_end_of_its_interval():
    """A negative binomial that fits best as a Poisson has no k, whatever the number at which a search gives up."""
    counts = np.random.default_rng(18).poisson(20, 60)
    found = profile(days_of(counts), pd.Timestamp("2023-01-01"), pd.Timestamp("2023-03-01"))
    assert 1.0 < found.variance_ratio[1] < 1.3
    assert (found.k, found.high) == (math.inf, math.inf)
    assert found.dispersion() == 0.0


@pytest.mark.parametrize("places", [12.0, math.inf])
def test_the_models_busy_factors_vary_the_city_as_much_as_k_says(places):
    found = profile(days_of(np.random.default_rng(9).negative_binomial(8, 8 / 68, 365)), pd.Timestamp("2023-01-01"),
                    pd.Timestamp("2023-12-31"))  # fmt: skip
    sigma, rng = found.dispersion(places), np.random.default_rng(10)
    city = np.exp(0.5 * sigma * rng.normal(size=400_000) - (0.5 * sigma) ** 2 / 2)
    if math.isfinite(places):
        own = np.exp(sigma * rng.normal(size=(400_000, int(places))) - sigma**2 / 2).mean(axis=1)
        city = city * own
    assert city.var() == pytest.approx(1 / found.k, rel=0.03)


def test_first_and_last_day_count_only_where_they_are_whole():
    local = pd.Series(pd.to_datetime(["2024-03-01 09:00", "2024-03-20 12:00", "2024-03-31 10:00"]))
    assert [str(d.date()) for d in whole_days(local)] == ["2024-03-02", "2024-03-30"]


def test_a_share_of_none_or_all_has_an_interval_too():
    rows = pd.DataFrame({"hours": np.full(30, 100.0), "is_open": False, "duplicate": False})
    rows["opened"] = pd.Timestamp("2024-01-01", tz="UTC")
    rows["closed"], rows["due"] = (
        rows["opened"] + pd.to_timedelta(100, unit="h"),
        pd.Series(pd.NaT, index=rows.index, dtype="datetime64[ns, UTC]"),
    )
    found = targets(rows, 0.05)
    assert found["closed_1d"] == share(0, 30)
    assert 0.05 < found["closed_1d"].high < 0.15
    rows["hours"] = np.linspace(300, 400, 30)
    rows.loc[0, "hours"] = 10.0
    assert targets(rows, 0.05)["closed_14d"].value < 1.0 == targets(rows.assign(hours=24.0), 0.05)["closed_1d"].value


def test_targets_by_hand():
    rows = pd.DataFrame({"hours": [0.01] * 10 + [30.0] * 20 + [100.0] * 10, "is_open": [False] * 30 + [True] * 10,
                         "duplicate": [False] * 35 + [True] * 5})  # fmt: skip
    rows["opened"] = pd.Timestamp("2024-01-01", tz="UTC")
    rows["closed"] = (rows["opened"] + pd.to_timedelta(rows["hours"], unit="h")).where(~rows["is_open"])
    rows["due"] = rows["opened"] + pd.to_timedelta(24, unit="h")
    found = targets(rows, 0.05)
    assert found["duplicate"].value == 5 / 40
    assert found["instant"].value == 10 / 35
    assert found["closed_1d"].value == pytest.approx(10 / 35)
    assert found["closed_3d"].value == pytest.approx(30 / 35)
    assert found["on_time"] == share(10, 35)
    assert found["hours_p50"].value == 30.0
    assert "closed_7d" not in found  # nobody was watched for so long
    assert found["closed_1d"].low < found["closed_1d"].value < found["closed_1d"].high


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    return calibrate(export.write(folder, export.tickets()), load_mapping(export.mapping(folder)))


def test_an_export_is_taken_apart_by_category_group_and_category_of_the_model(made):
    assert {(each.level, each.key) for each in made.handling} == {
        ("category", "噪声扰民"), ("category", "路灯"), ("category", "道路破损"), ("group", "城管"), ("group", "街道"),
        ("model", "noise"), ("model", "facility"),
    }  # fmt: skip
    by = {each.key: each for each in made.handling}
    assert by["noise"].of("log_normal").aic < by["noise"].of("weibull").aic
    assert by["facility"].of("weibull").aic < by["facility"].of("log_normal").aic
    assert by["facility"].instant == pytest.approx(0.1, abs=0.04)
    assert made.places == pytest.approx(3.0)
    assert [each.category for each in made.of_model] == ["noise", "facility"]
    assert made.of_model[0].targets["duplicate"].value == pytest.approx(0.05, abs=0.01)


def test_duplicates_may_count_in_fits_and_never_in_targets(made, tmp_path):
    """Simulated tickets are held to the targets, and their duplicates are closed in the minute in which they come."""
    text = export.MAP.replace("least_tickets = 50", "least_tickets = 50\nduplicates_in_times = true")
    other = calibrate(export.write(tmp_path, export.tickets()), load_mapping(export.mapping(tmp_path, text)))
    assert sum(each.n for each in other.level("model")) == 900 > sum(each.n for each in made.level("model"))
    assert [each.targets for each in other.of_model] == [each.targets for each in made.of_model]


def test_its_files_can_be_read_again_and_run(made, tmp_path):
    names = write(made, tmp_path)
    assert set(names) == {"arrivals.toml", "targets.toml", "fits.csv", "bad_rows.csv", "calibration.json"}
    over = load_scenario("baseline", layers=[tmp_path / "arrivals.toml"], city="street", days=3, warm_up_days=0,
                         follow_up_days=1)  # fmt: skip
    assert set(over.category) == {"noise", "facility"}
    assert over.category["noise"].hours == pytest.approx(100 * made.of_model[0].arrivals.hours, abs=0.006)
    CityModel(over).run_to_end()
    read = tomllib.loads((tmp_path / "targets.toml").read_text(encoding="utf-8"))
    assert read["category"]["noise"]["closed_7d"]["value"] == pytest.approx(
        made.of_model[0].targets["closed_7d"].value, rel=1e-5
    )
    assert read["source"]["licence"] == "CC0"
    rows = list(csv.DictReader((tmp_path / "fits.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(made.handling)
    assert json.loads((tmp_path / "calibration.json").read_text(encoding="utf-8"))["used"] == 900


def test_tickets_of_a_run_are_the_cases_of_its_window():
    rows = []
    scenario = load_scenario("baseline", city="street", days=20, warm_up_days=5, follow_up_days=20)
    model = CityModel(scenario, 4, rows.append)
    model.run_to_end()
    events = np.concatenate(rows)
    found = tickets_of(events, phase_of(scenario.resolved()))
    begins, ends, until = 5 * 1440, 25 * 1440, 45 * 1440
    kinds = [name for name, _, _ in LOG_KINDS]
    under_way, expected, recurred = {}, [], 0
    for event in events:  # one by one, as somebody at a desk would keep them
        need, minute, kind = int(event["incident"]), int(event["minute"]), kinds[event["kind"]]
        if need >= 1 << 62:
            recurred += 1
        elif kind == "duplicate" and begins <= minute < ends:
            expected.append((minute, minute))
        elif kind in ("report", "reopen"):
            under_way[need] = minute
        elif kind in ("close", "close_unsolved") and begins <= (opened := under_way.pop(need)) < ends:
            expected.append((opened, minute))
    expected += [(opened, until) for opened in under_way.values() if begins <= opened < ends]
    start = pd.Timestamp(scenario.calendar.first, tz="UTC")
    minutes = ((found["opened"] - start).dt.total_seconds() / 60).astype(int)
    made = zip(minutes, (minutes + found["hours"] * 60).round().astype(int), strict=True)
    assert sorted(made) == sorted(expected)
    assert recurred > 0
    assert set(found["category"]) <= set(model.catalogue.ids)
    cases, counts = found[~found["duplicate"]], model.tables["counts"][5:].sum(axis=(0, 1))
    on_time = (cases["closed"] <= cases["due"]).sum() / cases["closed"].notna().sum()
    assert on_time == pytest.approx(counts[C_ON_TIME] / counts[C_CLOSED], abs=0.03)
