"""What the catalogue brings to nets and lines, against a calculation by hand; rosters follow it."""

from __future__ import annotations

import numpy as np
import pytest
from one_category import leak
from one_need import CITY, quiet

from cogov.agents import responders as R
from cogov.model import workload
from cogov.model.city import build_city
from cogov.model.incidents import Catalogue

TEXT = leak(rate=[10, 20, 40, 80], levels=[0.5, 0.1, 0.1, 0.2, 0.1], parties=[0.75, 0.0, 0.25, 0.0])
PLAIN = Catalogue(TEXT)


def needs(mask):
    """Return needs a year of the only category in the grids of a mask."""
    g = CITY.grids[mask]
    return float((g["residents"] / 1000 * np.array([10, 20, 40, 80])[g["kind"]]).sum())


def test_a_net_has_the_needs_that_the_grid_may_finish():
    load = workload.net_workload(CITY, PLAIN)
    assert load.shape == (2, 5)
    for c in (0, 1):
        expected = needs(CITY.grids["community"] == c) * 0.5 * (1.0 + 0.5)
        assert load[c].tolist() == pytest.approx([0, 0, 0, expected, 0], rel=1e-12)


def test_a_line_has_its_own_level_and_its_parts_of_joint_cases():
    load = workload.line_workload(CITY, PLAIN)
    n = needs(np.ones(len(CITY.grids), dtype=bool))
    alone, joint = 1.0 + 0.5, 1 / 3 + 0.5  # hours of the only party, and of each of three
    expected = np.zeros((2, 12))
    expected[0, 5] = n * 0.2 * (0.75 * alone + 0.25 * joint)
    expected[1, 5] = n * 0.1 * (0.75 * alone + 0.25 * joint)
    # second and third party: a case below the district asks lines 0 and 1, one at the district or above 1 and then
    # (there is no third line) the first again
    low, high = 0.25 * 0.7 * joint * n, 0.25 * 0.3 * joint * n
    expected[0, 5] += low + high
    expected[0, 1] += low + high
    assert load == pytest.approx(expected, rel=1e-12)


def test_tasks_of_shocks_count_for_no_roster():
    shock = Catalogue(TEXT + 'shock = "rainstorm"\nsurge = 3\n')
    assert workload.net_workload(CITY, shock).sum() == workload.line_workload(CITY, shock).sum() == 0


def test_officers_of_a_district_are_spread_by_the_workload_of_lines():
    staff = CITY.spec.staff.model_copy(update={"district_officials": 4000})
    big = build_city(CITY.spec.model_copy(update={"staff": staff}), 1)
    sim = quiet(city=big)
    people, pools = sim.tables["responders"], sim.tables["pools"]
    load = workload.line_workload(big, sim.catalogue)[0]
    officers = np.array([
        ((people["pool"] == p) & (people["kind"] == R.LINE_OFFICER)).sum() for p in sim.tables["line_pool"][0]
    ])  # fmt: skip
    head = np.empty(12)
    rows = big.lines[big.lines["district"] == 0]
    head[rows["line"]] = rows["headcount"]
    assert officers.min() >= 2
    free = (officers < np.floor(head)) & (officers > 2)
    assert free.sum() >= 3
    assert (pools["level"][sim.tables["line_pool"][0]] == 3).all()
    total = round(4000 * 0.17)
    share = (officers - 2)[free] / (total - 24)
    weight = load + 1e-3 * load.max() + 1e-9
    assert share == pytest.approx((weight / weight.sum())[free], abs=1.01 / (total - 24))


def test_grid_workers_of_a_community_are_split_over_nets_by_workload():
    sim = quiet()
    people, pools = sim.tables["responders"], sim.tables["pools"]
    full = people[people["kind"] == R.GRID_WORKER]
    assert len(full) == CITY.spec.staff.full_time_grid_workers
    assert (people["kind"] == R.PART_TIMER).sum() == CITY.spec.staff.part_time_grid_workers
    load = workload.net_workload(CITY, sim.catalogue)
    in_city = full[pools["community"][full["pool"]] == 0]
    by_net = np.bincount(pools["net"][in_city["pool"]], minlength=5)
    exact = load[0] / load[0].sum() * len(in_city)
    assert (np.abs(by_net - exact) < 1).all()  # largest remainders: within one of the exact share
