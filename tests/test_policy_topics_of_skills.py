"""Which needs ask for a skill, and how people of a street go round its communities."""

import numpy as np
import pytest
from policy_city import ALL, PLACES, setting

from cogov.model.organisations import CARE, MEDIATION
from cogov.scenarios.policies.topics_of_skills import by_street, topics_of

CATS = setting().catalogue


@pytest.mark.parametrize("people", [0.0, 0.4, 1.0, 2.5])
def test_people_of_a_street_go_round_its_communities(people):
    host, person, street = by_street(setting(), ALL, people)
    size = np.bincount(PLACES["street"])
    assert np.bincount(street, minlength=len(size)).tolist() == np.rint(people * size).astype(int).tolist()
    assert np.array_equal(PLACES["street"][host], street)
    assert len(set(zip(host.tolist(), person.tolist(), strict=True))) == len(host)
    for s in range(len(size)):
        load = np.bincount(host[street == s], minlength=len(ALL))[PLACES["street"] == s]
        assert np.ptp(load) <= 1


def test_topics_of_skills_are_everyday_ones():
    own = {CATS.ids[k % len(CATS.ids)] for k in topics_of(setting(), ALL[:1], 255)}
    assert own == {name for name, row in zip(CATS.ids, CATS.rows, strict=True) if row["shock"] < 0}


def test_topics_are_those_that_ask_for_one_of_the_skills_in_each_place():
    n = len(CATS.rows)
    asked = topics_of(setting(), ALL[[1, 4]], CARE | MEDIATION)
    assert {int(k) // n for k in asked} == {1, 4}
    assert {CATS.ids[k % n] for k in asked} == {"care", "dispute", "noise"}
    assert len(asked) == len(set(asked.tolist())) == 6
    assert len(topics_of(setting(), ALL, 0)) == 0
