"""Hotline seats: seats are added in the hours chosen, and paid; a call that finds one is answered."""

import numpy as np
import pytest
from one_need import put, run, under
from policy_city import ALL, PLACES, levers, make, pushed, setting

from cogov.agents import handling as H
from cogov.model import state as S
from cogov.model.draws import CALL as CALL_STREAM
from cogov.model.draws import uniform
from cogov.model.occasions import CALLED
from cogov.model.wheel import CALL, push
from cogov.scenarios.policies.hotline_seats import HotlineSeats

SEATS, BILL = "hour.extra_seats", "community.spending"
NEVER = 10**7
"""A minute beyond the run: what is planned for it never happens."""


def ask(**parameters):
    """Return what the policy asks for."""
    return make(HotlineSeats, **parameters).act(setting(), 0)


def ringing(sim, minute, callers=5):
    """Let so many residents call at a minute, each about a need of his own; return the rows of the needs."""
    rows, needs = sim.tables["calls"], []
    for c in range(callers):
        n = put(sim, "sanitation", 0, NEVER, number=c + 1, arose=minute, mark=minute, noticed=minute)
        generation = sim.tables["needs"]["generation"][n]
        rows["need"][c], rows["need_generation"][c], rows["key"][c], rows["attempt"][c] = n, generation, c + 1, 0
        push(sim.w, minute, CALL, c + 1, c, int(rows["generation"][c]))
        needs.append(n)
    return needs


@pytest.mark.parametrize(("extra", "hour", "found"), [(0, 10, 2), (2, 10, 4), (10, 10, 5), (10, 11, 2), (10, 9, 2)])
def test_direct_effect_more_calls_find_a_seat_in_those_hours_only(extra, hour, found):
    """Five call in one minute, two seats without the policy, nobody tries again: who is answered is exact."""
    sim = under(make(HotlineSeats, seats=extra, from_hour=10, to_hour=11), hands=False, hotline__retry=0)
    ringing(sim, 60 * hour)
    run(sim, 0, 1440)
    assert (sim.tables["sc"][S.ANSWERED], sim.tables["sc"][S.ABANDONED]) == (found, 5 - found)


@pytest.mark.parametrize("extra", [0, 1, 2, 3])
def test_direct_effect_callers_who_find_a_seat_do_not_wait(extra):
    """Five call in one minute, talk briefly, and try again until they are answered: their waits are keyed, so exact."""
    sim = under(make(HotlineSeats, seats=extra), hands=False, hotline__retry=0.99, hotline__talk=1)
    needs = ringing(sim, 600)
    run(sim, 0, 1440)
    draws = [uniform(sim.keys[CALL_STREAM], key, CALLED) for key in range(1, 6)]
    again = [1 + int(-np.log(u) * sim.par[H.RETRY_MINUTES]) for u in draws]
    assert len(set(again[2:])) == 3
    waited = sim.tables["needs"]["minutes"][needs, S.RETRY].tolist()
    assert waited == [0] * (2 + extra) + again[2 + extra :]
    assert sim.tables["sc"][S.ATTEMPTS] == 5 + 3 - extra


def test_seats_stand_by_in_the_hours_chosen_and_are_paid():
    actions = ask(seats=6, from_hour=9, to_hour=12, pay=40)
    assert levers(actions) == {SEATS, BILL}
    assert pushed(actions, SEATS) == {9: 6.0, 10: 6.0, 11: 6.0}
    bill = pushed(actions, BILL)
    assert sum(bill.values()) == pytest.approx(6 * 3 * 40)
    assert [bill[c] for c in ALL] == pytest.approx(720 * PLACES["residents"] / PLACES["residents"].sum())


def test_where_some_are_covered_seats_follow_their_residents():
    some = np.isin(ALL, [0, 1, 2])
    share = PLACES["residents"][some].sum() / PLACES["residents"].sum()
    actions = ask(seats=50, communities=some)
    assert set(pushed(actions, SEATS).values()) == {round(50 * share)}
    assert sorted(pushed(actions, BILL)) == [0, 1, 2]


@pytest.mark.parametrize("nothing", [{"seats": 0}, {"from_hour": 12, "to_hour": 12}, {"from_hour": 20, "to_hour": 8}])
def test_no_seat_no_bill(nothing):
    assert list(ask(**nothing).contributions) == []
