"""Little's law at every organisation of the whole model, and that a wrong book would be found out."""

import numpy as np
import pytest

from cogov.experiments.verification import little
from cogov.experiments.verification.little import Watched, books
from cogov.model.ledger import LOG_ASSIGNED
from cogov.model.state import POOL_KINDS
from cogov.scenarios.city_model import CityModel

SHORT = {"city": "street", "days": 7, "warm_up_days": 7, "follow_up_days": 1}


@pytest.fixture(scope="module")
def sides():
    return books(1.6)


def test_length_is_arrivals_times_wait_at_every_organisation_to_the_minute(sides):
    assert (sides.area == sides.waited).all()


def test_every_kind_of_organisation_had_a_queue_and_cases_of_several_parties(sides):
    assert set(sides.kind[sides.area > 0]) == {code for code, _, _ in POOL_KINDS}
    assert 0 < sides.of_several.sum() < 0.6 * sides.area.sum()


def test_another_city_and_another_seed_keep_the_law():
    found = books(1.0, city="lishui", days=7, warm_up=7, seed=3)
    assert (found.area == found.waited).all()
    assert found.area.sum() > 0


def test_a_run_that_is_read_minute_by_minute_is_the_same_run():
    watched, plain = Watched("baseline", 5, [].append, **SHORT), CityModel("baseline", 5, **SHORT)
    watched.log = [np.zeros(0, dtype=watched.tables["log"].dtype)]
    watched.watch()
    plain.run_to_end()
    ours, theirs = watched.result().summary, plain.result().summary
    assert {key: x for key, x in ours.items() if x == x} == {key: x for key, x in theirs.items() if x == x}


@pytest.mark.parametrize("wrong", ["late", "lost", "elsewhere"])
def test_a_log_that_is_wrong_is_found_out(monkeypatch, wrong):
    """One entry that is a minute late, missing, or written at another organisation breaks the law there."""
    right = little.Watched._waits

    def spoilt(self, start, end):
        log = np.concatenate(self.log)
        window = (log["minute"] >= start) & (log["minute"] < end - 1)
        alone = ~np.isin(log["incident"], np.fromiter(self._several, np.int64))
        kind = LOG_ASSIGNED if wrong != "elsewhere" else little.LOG_QUEUE
        i = int(np.flatnonzero(window & alone & (log["kind"] == kind))[-1])
        if wrong == "late":
            log["minute"][i] += 1
        elif wrong == "lost":
            log = np.delete(log, i)
        else:
            waits = np.flatnonzero(window & alone & (log["kind"] == kind))
            until = {int(k): int(m) for k, m in zip(log["incident"], log["minute"], strict=True)}
            i = next(int(j) for j in waits if until[int(log["incident"][j])] > log["minute"][j])
            log["organisation"][i] = (log["organisation"][i] + 1) % len(self.tables["pools"])
        self.log = [log]
        return right(self, start, end)

    monkeypatch.setattr(little.Watched, "_waits", spoilt)
    found = books(1.0, days=14, warm_up=7)
    assert (found.area != found.waited).any()
