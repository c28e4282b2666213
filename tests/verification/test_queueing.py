"""What the studies of queues rest on: Poisson arrivals, whole distributions, published figures, honest accounts.

The studies themselves are held in ``test_studies``. Every test runs ``model.simulation.Simulation`` itself, in the
setting of ``theory_city``: villages as queues, tens to hundreds of thousands of customers each cell. A test asks
whether the exact value of ``theory`` lies in a two-sided interval made from independent replications (a village in a
stretch of days that is long against the queue's memory).
The chance that a right engine fails one test function is at most ``ALARM``, shared evenly among the values it checks
(Bonferroni). Seeds are fixed, so a test that passes does so always; the rate matters when a change redraws chance.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from tiny_city import tiny_spec

from cogov.experiments.verification import studies
from cogov.experiments.verification import theory as T
from cogov.experiments.verification import theory_city as city
from cogov.experiments.verification.studies import ALARM, CELLS, WORK, mean_wait
from cogov.model import engine
from cogov.model import state as S
from cogov.model.city import build_city
from cogov.model.ledger import LOG_ARISE, LOG_LAPSED, LOG_SOLVED
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation

FIGURES = {(1, 0.7): 2.3, (1, 0.8): 4.0, (1, 0.9): 9.0, (2, 0.7): 0.96, (2, 0.8): 1.8, (2, 0.9): 4.3, (5, 0.7): 0.25,
       (5, 0.8): 0.55, (5, 0.9): 1.5, (10, 0.7): 0.07, (10, 0.8): 0.20, (10, 0.9): 0.67}  # fmt: skip
"""Published figures for the mean wait in mean service times."""


@pytest.fixture(scope="module")
def markov():
    """Return one run with villages of every number of servers and load."""
    return studies.markov()


def test_arrivals_at_the_queue_are_poisson(markov):
    """Counts an hour have a Poisson's spread, no hour of the day has more, and hours tell nothing of the next."""
    first, end = markov.window
    queues = CELLS[5, 0.8]
    hours = (end - first) * 24
    at = markov.entered // 60 - first * 24
    mine = (at >= 0) & (at < hours) & np.isin(markov.queue, queues)
    n = np.zeros((len(queues), hours))
    np.add.at(n, (markov.queue[mine] - queues[0], at[mine]), 1.0)
    mean = 5 * 0.8
    of_day = n.reshape(-1, 24).sum(axis=0)
    lagged = np.corrcoef((n[:, :-1] - mean).ravel(), (n[:, 1:] - mean).ravel())[0, 1] * math.sqrt(n.size)
    # Var of a Poisson's squared deviation is mean + 2 mean^2
    spread = (((n - mean) ** 2).mean() - mean) / math.sqrt((mean + 2 * mean**2) / n.size)
    level = (n.mean() - mean) / math.sqrt(mean / n.size)
    even = stats.chisquare(of_day).pvalue
    assert max(abs(lagged), abs(spread), abs(level)) < stats.norm.isf(ALARM / 8)
    assert even > ALARM / 4


@pytest.mark.parametrize("load", [0.7, 0.8, 0.9])
def test_mean_waits_are_those_of_the_published_figures(markov, load):
    """The published figures, within a tenth: the ratio of wait to figure, averaged over the four numbers of servers.

    One cell's interval is wider than a tenth, that of the average is not (which is asserted too).
    """
    ratios = []
    for servers in (1, 2, 5, 10):
        got, figure = mean_wait(markov, CELLS[servers, load], servers, ALARM), FIGURES[servers, load] * WORK
        assert T.mmc_wait(servers, load, WORK) == pytest.approx(figure, rel=0.1)
        ratios.append((got.mean / figure, got.half / figure))
    means, halves = np.array(ratios).T
    assert np.hypot.reduce(halves) / 4 < 0.1
    assert means.mean() == pytest.approx(1.0, abs=0.1)


def test_the_whole_distribution_of_waits_of_mmc(markov):
    """P(W > 0) and the exponential tail; a wait of k whole minutes stands for one above k - 1/2."""
    servers, load = 5, 0.8
    limits = (1, 10, 20, 40, 60, 90, 120, 180, 240)
    for k in limits:
        share = mean_wait(markov, CELLS[servers, load], servers, ALARM / len(limits), (markov.waited >= k) * 1.0)
        exact = T.mmc_wait_beyond(k - 0.5, servers, load, WORK)
        assert share.holds(exact), f"wait of {k} minutes or more: {share}, not {exact:.4g}"


def test_waits_in_the_log_are_the_stages_of_the_engine(markov):
    """The minutes in the queue by the need's own clock are, for all needs of the window, those of the log."""
    first, end = markov.window
    epoch = markov.key >> 44
    day = epoch - epoch.min()
    mine = (day >= first) & (day < end)
    stages = markov.sim.tables["stage_table"][:, :, : len(S.STAGES)].sum(axis=(0, 1))
    assert stages[S.QUEUE_GRID] == markov.waited[mine].sum()
    assert stages[[S.PAPERWORK, S.OFF_SHIFT, S.TRAVELLING]].sum() == 0


def test_the_engine_counts_its_queues_as_the_log_does(markov):
    """At every midnight and in every village, the length is entries less departures so far."""
    days, queues = markov.lengths.shape
    net = np.zeros((days + 1, queues), dtype=np.int64)
    np.add.at(net, (markov.entered // city.DAY, markov.queue), 1)
    np.add.at(net, (markov.left // city.DAY, markov.queue), -1)
    assert np.array_equal(np.cumsum(net[:days], axis=0), markov.lengths)


# The whole model ------------------------------------------------------------------------------------------------


def test_open_needs_of_the_full_model_obey_littles_law():
    """Open needs on average = needs arising a minute x mean life, up to the lives that cross the window's ends.

    The average number comes from the log, checked against the engine's count at every midnight; the mean life comes
    from the minutes that the engine booked to stages, of all needs of the window, cut at the horizon.
    """
    warm_up, window, follow_up = 120, 600, 120
    town = build_city(tiny_spec(({"residents": 4000, "urban_communities": 2, "grids": 12},)), 3)
    parts = []
    sim = Simulation(RunPlan(town, city.START, window, warm_up, follow_up), 5, parts.append)
    counted = []
    for _ in range(sim.plan.days):
        sim.step()
        phases = np.zeros(24, dtype=np.int64)
        engine.living(sim.w, phases)
        counted.append(int(phases.sum()))
    born, died = lives(np.concatenate(parts), sim.plan.days * city.DAY)
    midnights = np.arange(1, sim.plan.days + 1) * city.DAY
    alive = np.searchsorted(np.sort(born), midnights) - np.searchsorted(np.sort(died), midnights)
    assert alive.tolist() == counted
    start, end = warm_up * city.DAY, (warm_up + window) * city.DAY
    within = np.clip(died, start, end) - np.clip(born, start, end)
    average = within.sum() / (end - start)
    mine = (born >= start) & (born < end)
    table = sim.tables["stage_table"]
    assert table[:, :, -1].sum() == mine.sum()
    rate, life = mine.sum() / (end - start), table[:, :, :-1].sum() / mine.sum()
    before = within[born < start].sum() / (end - start)
    after = (died[mine] - np.clip(died[mine], start, end)).sum() / (end - start)
    assert average == pytest.approx(rate * life + before - after, rel=1e-12)
    assert max(before, after) < 0.05 * average


def lives(log, horizon):
    """Return the minutes at which needs arose and ended; an open one has the horizon."""
    arise = log[log["kind"] == LOG_ARISE]
    gone = log[np.isin(log["kind"], (LOG_SOLVED, LOG_LAPSED))]
    arise, gone = arise[np.argsort(arise["incident"])], gone[np.argsort(gone["incident"])]
    died = np.full(len(arise), horizon)
    died[np.searchsorted(arise["incident"], gone["incident"])] = gone["minute"]
    return arise["minute"], died
