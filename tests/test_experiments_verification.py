"""The formulas of queueing theory in known cases, and the bookkeeping of studies."""

import math
from dataclasses import replace

import numpy as np
import pytest

from cogov.experiments.verification import studies
from cogov.experiments.verification import theory as T
from cogov.experiments.verification import theory_city as city


def test_erlang_and_its_relatives_agree_where_they_must():
    assert T.erlang_c(1, 0.7) == pytest.approx(0.7)
    assert T.mmc_wait(1, 0.8, 60.0) == pytest.approx(240.0)
    assert T.allen_cunneen(1, 0.8, 60.0, 1.0) == pytest.approx(T.pollaczek_khinchine(0.8 / 60, 60.0, 7200.0))
    assert T.mmc_length(2, 0.8) == pytest.approx(T.mmc_wait(2, 0.8, 60.0) * 2 * 0.8 / 60)


def test_the_recursion_for_several_servers_agrees_with_theory_where_there_is_one(monkeypatch):
    monkeypatch.setattr(T, "CUSTOMERS", 40_000)
    work = T.exponential_minutes(60.0)
    for servers in (1, 3):
        near = T.kiefer_wolfowitz(servers, servers * 0.7 / 60.0, work, 0.001)
        assert near.holds(T.mmc_wait(servers, 0.7, 60.0))
        assert near.half < 0.1 * near.mean
    skewed = T.log_normal_minutes(60.0, 1.0)
    near = T.kiefer_wolfowitz(1, 0.6 / skewed.first, skewed, 0.001)
    assert near.holds(T.pollaczek_khinchine(0.6 / skewed.first, skewed.first, skewed.second))
    assert not T.kiefer_wolfowitz(5, 3.5 / skewed.first, skewed, 0.001).holds(
        T.allen_cunneen(5, 0.7, skewed.first, skewed.scv)
    )


def test_priorities_keep_the_mean_over_classes():
    loads = [0.3, 0.5]
    waits = T.mmc_priority_waits(3, loads, 45.0)
    assert waits[0] < waits[1]
    mean = sum(load * wait for load, wait in zip(loads, waits, strict=True)) / sum(loads)
    assert mean == pytest.approx(T.mmc_wait(3, 0.8, 45.0))
    assert T.cobham([0.01, 0.01], [40.0, 40.0], [3200.0, 3200.0]) == pytest.approx(
        T.mmc_priority_waits(1, [0.4] * 2, 40)
    )


def test_without_retrials_calls_are_lost_as_erlang_says():
    offered = 2.5
    blocked = offered**3 / 6 / sum(offered**k / math.factorial(k) for k in range(4))
    assert T.retrials(3, offered / 60, 60.0, 0.0, 30.0) == pytest.approx((blocked, 1.0))


def test_retrials_after_long_pauses_are_fresh_calls():
    """Those who come back as if new raise the flow to that at which flow = callers + refused x chance."""
    flow = 0.04
    for _ in range(200):
        offered = flow * 60
        blocked = offered**3 / 6 / sum(offered**k / math.factorial(k) for k in range(4))
        flow = 0.04 / (1 - 0.5 * blocked)
    refused, attempts = T.retrials(3, 0.04, 60.0, 0.5, 2000.0)
    assert refused == pytest.approx(blocked, rel=0.02)
    assert attempts == pytest.approx(flow / 0.04, rel=0.02)


def test_a_server_who_is_always_there_is_that_of_pollaczek_and_khinchine():
    work = T.exponential_minutes(20.0)
    exact = T.pollaczek_khinchine(0.02, work.first, work.second)
    assert T.visiting_server_wait(0.02, work, 100, 0) == pytest.approx(exact, rel=1e-3)


def test_one_who_comes_seldom_and_has_nothing_to_do_is_waited_for():
    work = T.exponential_minutes(2.0)
    assert T.visiting_server_wait(1e-5, work, 60, 180) == pytest.approx(180**2 / 2 / 240, rel=0.01)


def test_a_line_holds_within_its_interval_and_what_theory_may_be_off():
    line = studies.Line("mmc", "M/M/1", 0.7, 100.0, 104.0, 5.0)
    assert line.holds
    assert not replace(line, half=3.0).holds
    assert replace(line, half=3.0, within=0.02).holds
    assert "104" in str(line)


def test_queues_of_cells_stand_one_after_another():
    assert studies.numbered({"a": 2, "b": 3}) == {"a": range(2), "b": range(2, 5)}


def test_the_service_clock_stands_still_at_night():
    minutes = np.array([0, 480, 1079, 1080, 1439, 1440 + 480])
    assert city.service_clock(minutes).tolist() == [0, 0, 599, 600, 600, 600]


def test_a_wrong_engine_is_found_out(monkeypatch):
    """If calls took a tenth longer than they are said to, the study of retrials would say so."""
    right = city.hotline
    monkeypatch.setattr(city, "hotline", lambda rate, seats, talk, *rest: right(rate, seats, talk * 0.9, *rest))
    assert not all(line.holds for line in studies.retrials())
