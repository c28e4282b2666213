"""The peers: each does what the declaration says, the engine agrees with them, and a wrong one is found out."""

from dataclasses import replace

import numpy as np
import pytest

from cogov.experiments.benchmarks import lines
from cogov.experiments.benchmarks.peers import agreement as A
from cogov.experiments.benchmarks.peers.declaration import DAY, Stays, load

MODEL = load()
SMALL = replace(MODEL, districts=6, warm_up_days=6, days=60)


@pytest.fixture(scope="module")
def sides():
    return {side: run(MODEL, 1) for side, run in A.SIDES.items()}


@pytest.mark.parametrize("side", A.SIDES)
def test_a_side_does_what_is_declared(sides, side):
    stays = sides[side].within(MODEL)
    assert set(stays.district.tolist()) == set(range(MODEL.districts))
    minutes = (MODEL.days - 1) * DAY * MODEL.districts
    for office, rate in enumerate(MODEL.rates):
        n = int((stays.queue == office).sum())
        assert abs(n - rate * minutes) < 4 * (rate * minutes) ** 0.5
    n = int((stays.queue == MODEL.offices).sum())
    expected = sum(MODEL.rates) * MODEL.joint * minutes
    assert abs(n - expected) < 4 * expected**0.5
    assert (stays.waited >= 0).all()


def test_the_engine_and_its_peers_are_not_told_apart(sides):
    tests = A.agreement(MODEL, sides)
    queues = ("office 1", "office 2", "office 3", "line")
    assert {(test.peer, test.what, test.of) for test in tests} == {
        *((peer, what, "waits") for peer in A.PEERS for what in (*queues, "joint")),
        *((peer, what, "means") for peer in A.PEERS for what in queues),
    }
    assert min(min(test.n) for test in tests if test.of == "waits") >= 1400
    assert {test.n for test in tests if test.of == "means"} == {(MODEL.districts, MODEL.districts)}
    assert A.told_apart(MODEL, tests) == []


@pytest.mark.parametrize("wrong", [{"load_of_offices": 0.65}, {"sigma": 1.2}, {"joint": 0.35}], ids=str)
def test_a_peer_that_does_a_little_other_work_is_found_out(sides, wrong):
    other = A.SIDES["simpy"](replace(MODEL, **wrong), 1)
    apart = A.told_apart(MODEL, A.agreement(MODEL, {**sides, "simpy": other}))
    assert {test.peer for test in apart} == {"simpy"}


def test_cases_that_are_compared_lie_days_apart():
    joined = np.arange(0, 10 * DAY, 100)
    n = len(joined)
    stays = Stays(np.zeros(n, dtype=int), np.arange(n), np.zeros(n, dtype=int), joined, joined // 100)
    model = replace(MODEL, warm_up_days=0, days=10, every_days=3)
    chosen = A.samples(replace(model, servers_of_offices=(1,)), stays)["office 1"] * 100
    assert chosen.tolist() == [0, 4400, 8700]
    assert set(np.diff(chosen // (3 * DAY)).tolist()) == {1}


def test_the_measurement_states_agreement_times_and_ratios(monkeypatch):
    small = {side: run(SMALL, 1) for side, run in A.SIDES.items()}
    monkeypatch.setattr(A, "SIDES", {side: lambda model, seed, side=side: small[side] for side in small})
    found = {line.key: line for line in A.measure(lines.Settings("street", days=1, repeats=1), SMALL)}
    assert set(found) == {"told_apart", "engine_us", "ciw_us", "simpy_us", "ciw_ratio", "simpy_ratio"}
    assert found["told_apart"].value == 0
    assert found["told_apart"].to_dict()["met"] is True
