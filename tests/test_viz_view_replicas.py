"""A comparison that builds up ends where ``compare`` ends, and leaves nothing running when it is given up."""

import multiprocessing
import time

import pytest

from cogov.experiments.compare import ComparisonError, compare
from cogov.experiments.tables import json_bytes
from cogov.scenarios.loader import load_paired
from cogov.viz.view.replicas import Replicas, build_up

SIDES = load_paired(["baseline", "cadre_sinking"], city="street", warm_up_days=4, days=6, follow_up_days=3)


def waited(replicas, wanted, seconds=240.0):
    end, view = time.monotonic() + seconds, replicas.view
    while not wanted(view):
        assert time.monotonic() < end, f"in vain: {view.done} of {view.total}, {view.failure}"
        view = replicas.newer(view.version, 0.5) or view
    return view


def test_it_grows_by_whole_replications_to_what_compare_says():
    said = list(build_up(SIDES, 2, 1, workers=1))
    assert [done for done, _ in said] == [1, 2, 3, 4]
    grown = [comparison for _, comparison in said if comparison is not None]
    assert [comparison.replications for comparison in grown] == [1, 2]
    whole = compare(SIDES, replications=2, seed=1, workers=1)
    assert json_bytes(grown[-1].to_dict()) == json_bytes(whole.to_dict())


def test_it_runs_beside_and_can_be_given_up():
    before = set(multiprocessing.active_children())
    replicas = Replicas()
    try:
        replicas.start(SIDES, 40)
        view = waited(replicas, lambda v: v.comparison is not None)
        assert view.running
        assert view.total == 80
        replicas.stop()
        view = waited(replicas, lambda v: not v.running)
        assert view.comparison is not None  # what was found stays
        assert view.failure is None
        assert set(multiprocessing.active_children()) <= before
    finally:
        replicas.close()


def test_what_cannot_be_compared_is_refused_before_anything_runs():
    replicas = Replicas()
    with pytest.raises(ComparisonError):
        replicas.start(SIDES[:1], 2)
    assert replicas.view.total == 0
