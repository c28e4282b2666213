"""Nominated heads: which hand-ups spare an approval, how much less firms are watched, and what vetting takes."""

import numpy as np
import pytest
from one_need import open_day, put, quiet, run, spent, under
from policy_city import ALL, CITY, PLACES, levers, make, pushed, setting

from cogov.agents.offices import EFFORT_COST, EFFORT_SPEED, MONITOR_PULL
from cogov.model import state as S
from cogov.model.reporting import PATROL
from cogov.scenarios.policies.nominated_heads import NominatedHeads

COMPOUNDS, FIRMS = CITY.compounds, CITY.firms


def head(communities=None, **parameters):
    """Return what the policy asks for."""
    return make(NominatedHeads, communities=communities, **parameters).act(setting(), 0)


def test_hand_ups_of_the_named_categories_spare_their_share_of_a_step():
    ids = setting().catalogue.ids
    asked = pushed(head(share=0.3), "topic.approvals_spared")
    assert {"property", "repair", "utilities"} <= {ids[row % len(ids)] for row in asked}
    assert not {"care", "sanitation"} & {ids[row % len(ids)] for row in asked}
    assert {row // len(ids) for row in asked} == set(ALL.tolist())
    assert set(asked.values()) == {0.3}
    assert levers(head(share=0.0)) == set()


def test_firms_are_watched_less_by_the_share_of_their_compounds_concerned():
    where = PLACES["street"] == 0
    asked = pushed(head(where, share=0.5, monitoring_loss=0.4), "firm.monitoring")
    managed = COMPOUNDS["firm"] >= 0
    here = managed & where[COMPOUNDS["community"]]
    part = np.bincount(COMPOUNDS["firm"][here], minlength=len(FIRMS)) / FIRMS["compounds"]
    assert asked == pytest.approx({f: -0.2 * part[f] for f in np.flatnonzero(part).tolist()})
    assert len(asked) > 0


def test_firms_are_not_concerned_by_heads_of_other_organisations():
    assert "firm.monitoring" not in levers(head(group="livelihood"))
    assert "firm.monitoring" in levers(head(group="all"))


def test_a_firm_watched_less_does_less_down_to_what_it_does_unwatched():
    def effort(change):
        sim = quiet(firm__effort_noise=0, firm__effort_speed=1)
        sim.tables["firms"]["monitoring"], sim.tables["firm_levers"]["monitoring"] = 0.3, change
        sim.firms[0].monthly(1)
        return float(sim.tables["firms"]["effort"][0])

    assert effort(0.0) - effort(-0.2) == pytest.approx(quiet().par[MONITOR_PULL] * 0.2 / 2, rel=1e-9)
    assert effort(-0.3) == effort(-1.0)


def test_vetting_takes_hours_of_each_community_and_as_many_of_its_street():
    minutes = pushed(head(vetting_hours=5), "pool.overhead_minutes")
    places = np.bincount(PLACES["street"])
    due = {int(p): 5 * 60 * 12 / 365 for p in setting().community_pool}
    due |= {int(p): 5 * 60 * 12 / 365 * places[s] for s, p in enumerate(setting().street_pool)}
    assert minutes == pytest.approx(due)


def test_direct_effect_decisions_wait_less_and_firms_are_watched_less():
    """A hand-up of the community to the district, one of two steps spared; a firm's decision of a month: all exact."""
    waits, efforts = [], []
    for policies in ((), (make(NominatedHeads, share=1.0, monitoring_loss=0.15),)):
        sim = under(*policies, handling__decide_median=300, handling__decide_sigma=0)
        put(sim, "utilities", 0, 510, channel=PATROL, level=3)
        run(sim, 0, 1440)
        open_day(sim, 1)
        run(sim, 1440, 2880)
        waits.append(spent(sim, S.DECISION))
        sim.firms[0].monthly(1)
        efforts.append(float(sim.tables["firms"]["effort"][0]))
    assert waits == [301, 151]
    par = sim.par
    due = par[EFFORT_SPEED] * par[MONITOR_PULL] * -0.15 / (2 * par[EFFORT_COST])
    assert efforts[1] - efforts[0] == pytest.approx(due)
