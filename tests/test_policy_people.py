"""From which lines people and hours come: heads of a district's lines and its part of the city's; pools that serve."""

from __future__ import annotations

import numpy as np
import pytest
from policy_city import ALL, CITY, LINES, PLACES, setting

from cogov.scenarios.policies.people import heads_of_lines, home_lines, over_lines, staffed, star


def test_a_districts_lines_count_in_full_and_the_citys_by_their_equal_part():
    own, heads = heads_of_lines(CITY, 1)
    assert set(LINES["district"][own].tolist()) == {1, -1}
    mine = LINES["district"][own] == 1
    assert heads[mine].tolist() == LINES["headcount"][own[mine]].tolist()
    assert heads[~mine] == pytest.approx(LINES["headcount"][own[~mine]] / 2)
    total = sum(heads_of_lines(CITY, d)[1].sum() for d in (0, 1))
    assert total == pytest.approx(LINES["headcount"].sum())


def test_hours_are_spread_by_heads_and_none_is_lost():
    hours = np.where(PLACES["district"] == 0, 2.0, 0.0)
    spread = over_lines(CITY, hours)
    own, heads = heads_of_lines(CITY, 0)
    assert spread.sum() == pytest.approx(hours.sum())
    assert spread[own] == pytest.approx(hours.sum() * heads / heads.sum())
    assert not spread[LINES["district"] == 1].any()
    assert not over_lines(CITY, np.zeros(len(ALL))).any()


def test_people_come_from_their_hosts_district_or_the_city_in_proportion_to_heads():
    host = np.repeat(np.flatnonzero(PLACES["district"] == 1)[:1], 4000)
    person = np.arange(4000)
    home = home_lines(setting(), "p", host, person, 7)
    own, heads = heads_of_lines(CITY, 1)
    found = np.bincount(home, minlength=len(LINES))
    assert found.sum() == found[own].sum() == 4000
    share = heads / heads.sum()
    assert (np.abs(found[own] / 4000 - share) <= 4 * np.sqrt(share * (1 - share) / 4000)).all()


def test_who_lends_a_person_does_not_hang_on_who_else_is_asked():
    host, person = np.repeat(ALL, 3), np.tile(np.arange(3), len(ALL))
    every = home_lines(setting(), "p", host, person, 7)
    some = np.arange(len(host))[::-2]
    assert home_lines(setting(), "p", host[some], person[some], 7).tolist() == every[some].tolist()
    assert home_lines(setting(), "q", host, person, 7).tolist() != every.tolist()
    assert home_lines(setting(), "p", host, person, 8).tolist() != every.tolist()


def test_pools_that_serve_places_are_their_nets_once_each():
    found = staffed(setting(), ALL[[2, 3]])
    assert found.tolist() == sorted({int(p) for p in setting().nets[[2, 3]].ravel()})
    assert set(setting().community_pool[[2, 3]].tolist()) <= set(found.tolist())


def test_a_star_joins_those_chosen_to_the_first_of_them_and_nobody_to_himself():
    pools = np.array([[5, 6, 7], [8, 8, 9], [1, 2, 3]])
    some = np.array([[False, True, True], [True, True, True], [False, False, False]])
    assert star(pools, some).tolist() == [[6, 7], [8, 9]]
    assert star(np.empty((0, 3), dtype=np.int64), np.empty((0, 3), dtype=bool)).shape == (0, 2)
