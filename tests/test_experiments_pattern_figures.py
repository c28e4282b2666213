"""Figures of patterns, on made-up tickets whose figures are known, and on a real run."""

from types import SimpleNamespace

import numpy as np
import pytest
from made_up_tickets import CATALOGUE, DAYS, START, WARM_UP, WINDOW, both, made, seen

from cogov.experiments import pattern_figures as F
from cogov.experiments.seen import Seen
from cogov.experiments.tickets import LogOfTickets
from cogov.model.calendar import DAY
from cogov.model.incidents import DEADLINES
from cogov.scenarios.city_model import CityModel

RNG = np.random.default_rng(1)
SPREAD = START + np.sort(RNG.integers(0, WINDOW * DAY, 4000))


def test_hours_and_weekdays():
    noon = START + np.arange(28) * DAY + 720
    night = START + np.arange(28) * DAY + 1380
    there = seen(made(noon, np.zeros(28, dtype=int)))
    assert (F.closed_by_day(there), F.reported_by_day(there), F.reported_at_night(there)) == (1.0, 1.0, 0.0)
    assert F.closed_at_weekends(there) == pytest.approx(2 / 7)
    assert F.reported_at_weekends(there) == pytest.approx(1 / 7)
    late = seen(made(night, np.zeros(28, dtype=int)))
    assert (F.closed_by_day(late), F.reported_at_night(late)) == (0.0, 1.0)


def test_over_dispersion_is_that_of_the_daily_factor():
    k = 20.0
    counts = RNG.negative_binomial(k, k / (k + 500), DAYS)
    reported = np.repeat(np.arange(DAYS) * DAY + 600, counts)
    assert F.dispersion_k(seen(made(reported, np.ones(len(reported), dtype=int)))) == pytest.approx(k, rel=0.4)
    even = np.repeat(np.arange(DAYS) * DAY + 600, 500)
    assert F.dispersion_k(seen(made(even, np.ones(len(even), dtype=int)))) == np.inf


def test_what_offices_do_with_tickets():
    tickets = made(SPREAD, np.full(4000, 100))
    tickets.duplicates[:1000] = 1
    tickets.misrouted[:400] = 1
    there = seen(tickets)
    assert F.most_duplicated(there) == pytest.approx(1000 / 5000)
    assert F.misrouted_share(there) == pytest.approx(0.1)
    urgent = int(np.flatnonzero(CATALOGUE.rows["deadline"] == DEADLINES.index("urgent"))[0])
    complex_ = int(np.flatnonzero(CATALOGUE.rows["deadline"] == DEADLINES.index("complex"))[0])
    late = made(SPREAD, np.full(4000, 2880), category=urgent, overdue=np.ones(4000, dtype=bool))
    met = made(SPREAD, np.full(4000, 21 * 720), category=complex_)
    assert F.time_over_limit_median(seen(late)) == 2.0
    assert F.time_over_limit_p90(seen(met)) == 0.5
    assert F.longer_limits_met(seen(both(late, met))) == 1.0


def test_busy_days_and_busy_weeks():
    days = np.repeat(np.arange(DAYS - WARM_UP - 30), np.arange(DAYS - WARM_UP - 30) % 30 + 10)
    reported = START + days * DAY + 600
    busy = np.bincount(days)[days] > 25
    slow = made(reported, np.where(busy, 5000, 100), overdue=busy)
    assert F.busy_days_on_time(seen(slow)) < -0.3
    assert F.types_slowed_by_volume(seen(slow)) == 1.0
    assert F.types_slowed_by_volume(seen(made(reported, np.where(busy, 100, 5000)))) == 0.0


def test_calls_of_a_surge():
    calls = np.tile([100, 90, 5], (DAYS, 1))
    calls[WARM_UP + 10] = [5000, 400, 3000]
    there = seen(made(SPREAD, np.ones(4000, dtype=int)), calls, shocks=[SimpleNamespace(start=(WARM_UP + 9) * DAY)])
    assert F.answered_on_worst_day(there) == 0.08
    assert F.attempts_per_caller(there) == 2.5
    assert F.surge_factor(there) == 50.0


def test_small_communities_under_a_shock():
    city = SimpleNamespace(communities={"key": np.arange(6), "residents": np.array([10, 20, 30, 40, 50, 60])})
    tickets = made(SPREAD, np.ones(4000, dtype=int), community=np.arange(4000) % 6)
    tickets.overdue[tickets.community < 2] = True
    shock = SimpleNamespace(start=START, end=START + 10 * DAY)
    assert F.small_communities_late(seen(tickets, city=city, shocks=[shock])) == 1.0


def test_a_name_that_is_no_figure_is_a_measure():
    there = seen(made(SPREAD, np.ones(4000, dtype=int)))
    assert F.figure("backlog", there) == 3.0
    assert np.isnan(F.figure("no_such_measure", there))


def test_every_figure_can_be_made_of_a_real_run():
    sink = LogOfTickets()
    model = CityModel(layers="outbreak_month", seed=1, events=sink, city="street", days=28, warm_up_days=7,
                      follow_up_days=60)  # fmt: skip
    model.run_to_end()
    calls = np.tile([100, 90, 5], (model.plan.days, 1))
    there = Seen(model, model.result(), sink.tickets(), calls)
    values = {name: F.figure(name, there) for name in F.FIGURES}
    assert [name for name, x in values.items() if np.isnan(x)] == []
    for name in ("skewed_share", "instant_share", "closed_by_day", "misrouted_share", "dispatched_share", "top_grids"):
        assert 0.0 <= values[name] <= 1.0, name
    assert values["reporting_ratio"] >= 1.0
