"""What the catalogue brings to each organisation, against a calculation by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from one_category import leak
from one_need import CITY

from cogov.agents.parameters import vector
from cogov.model.incidents import Catalogue
from cogov.model.workload import workload

TEXT = leak(rate=[10, 20, 40, 80], levels=[0.5, 0.1, 0.1, 0.2, 0.1], parties=[0.75, 0.0, 0.25, 0.0])
"""Work of one hour; a quarter of the needs asks for three parties; 40 % are reported by phone."""
AT_HOME = {
    "travel.set_out": 30.0,
    "travel.minutes_per_km": 1.0,
    "travel.minutes_per_km_car": 0.5,
    "handling.diagnosis": 0.2,
    "handling.social_share": 0.3,
    "handling.mass_share": 0.1,
}
SET_OUT = 0.5
PLAIN = Catalogue(TEXT)
EVERYWHERE = np.ones(len(CITY.grids), dtype=bool)


def load(text=TEXT, city=CITY, **changed):
    """Return the workload of a city whose grids lie so near each other that a journey is the setting out alone."""
    near = replace(city, districts=city.districts.copy())
    near.districts["cell_km"] = 0.0
    return workload(near, Catalogue(text), vector(AT_HOME | changed))


def needs(mask):
    """Return needs a year of the only category in the grids of a mask."""
    g = CITY.grids[mask]
    return float((g["residents"] / 1000 * np.array([10, 20, 40, 80])[g["kind"]]).sum())


def of(community):
    return CITY.grids["community"] == community


ALONE, JOINT = 1.0 + SET_OUT, 1 / 3 + SET_OUT
"""Hours of the only party, and of each of three."""
FINISH = 0.75 * ALONE + 0.25 * JOINT
LOOK = 0.2 + SET_OUT


def test_a_net_finishes_what_the_grid_may_and_looks_at_what_the_street_is_not_phoned_about():
    nets = load().nets
    assert nets.shape == (2, 6)
    for c in (0, 1):
        expected = needs(of(c)) * (0.5 * FINISH + 0.4 * 0.6 * LOOK)
        assert nets[c].tolist() == pytest.approx([0, 0, 0, expected, 0, needs(of(c)) * 0.1 * FINISH], rel=1e-12)


def test_the_street_finishes_what_it_may():
    assert load().street.tolist() == pytest.approx([needs(EVERYWHERE) * 0.1 * FINISH], rel=1e-12)


def test_the_property_desk_has_the_needs_of_managed_grids_and_hands_the_rest_up():
    made = load(TEXT.replace("net = 3", "net = 6"))
    compound = CITY.grids["compound"]
    managed = (compound >= 0) & (CITY.compounds["firm"][compound] >= 0)
    assert 0 < managed.sum() < len(managed)
    for c in (0, 1):
        theirs, ours = needs(of(c) & managed), needs(of(c) & ~managed)
        assert made.property[c] == pytest.approx(theirs * (0.5 * FINISH + (0.1 + 0.4 * 0.6) * LOOK), rel=1e-12)
        assert made.nets[c].sum() == made.nets[c, 5]
        assert made.nets[c, 5] == pytest.approx(ours * (0.6 * FINISH + 0.4 * 0.6 * LOOK), rel=1e-12)
    expected = 0.1 * (needs(EVERYWHERE) + needs(managed)) * FINISH
    assert made.street.tolist() == pytest.approx([expected], rel=1e-12)


@pytest.mark.parametrize(("skill", "theirs"), [(1, 0.0), (2, 0.3), (3, 0.3), (4, 0.0)])
def test_social_and_mass_organisations_take_their_part_of_talks_and_care(skill, theirs):
    made = load(TEXT.replace("skill = 1", f"skill = {skill}"))
    assert made.social.tolist() == pytest.approx([needs(EVERYWHERE) * 0.5 * theirs * FINISH], rel=1e-12)
    left = 0.5 * (1.0 - theirs * 4 / 3) * FINISH + 0.4 * 0.6 * LOOK
    assert made.nets[0, 3] == pytest.approx(needs(of(0)) * left, rel=1e-12)


def test_a_line_has_its_own_level_and_its_parts_of_joint_cases():
    n = needs(EVERYWHERE)
    expected = np.zeros((2, 12))
    expected[0, 5] = n * 0.2 * FINISH
    expected[1, 5] = n * 0.1 * FINISH
    # second and third party: a case below the district asks lines 0 and 1, one at the district or above 1 and then
    # (there is no third line) the first again
    low, high = 0.25 * 0.7 * JOINT * n, 0.25 * 0.3 * JOINT * n
    expected[0, 5] += low + high
    expected[0, 1] += low + high
    assert load().lines == pytest.approx(expected, rel=1e-12)


def test_a_journey_takes_longer_where_the_seat_is_farther_and_officers_go_by_car():
    usual = workload(CITY, PLAIN, vector({"travel.set_out": 0.0}))
    slower = workload(CITY, PLAIN, vector({"travel.set_out": 0.0, "travel.minutes_per_km": 8.0}))
    assert (slower.nets[:, 3] > usual.nets[:, 3]).all()
    assert slower.lines.tolist() == usual.lines.tolist()
    driven = workload(CITY, PLAIN, vector({"travel.set_out": 0.0, "travel.minutes_per_km_car": 4.0}))
    assert driven.nets.tolist() == usual.nets.tolist()
    assert driven.lines[0, 5] > usual.lines[0, 5]


def test_tasks_of_shocks_count_for_no_roster():
    shock = Catalogue(TEXT + 'shock = "rainstorm"\nsurge = 3\n')
    made = workload(CITY, shock, vector())
    assert all(part.sum() == 0 for part in (made.nets, made.property, made.street, made.social, made.lines))
