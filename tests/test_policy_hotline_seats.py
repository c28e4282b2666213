"""Hotline seats: seats are added in the hours chosen, and paid; a call that finds one is answered."""

import numpy as np
import pytest
from one_need import quiet
from policy_city import ALL, PLACES, levers, make, pushed, setting

from cogov.model import engine
from cogov.model import state as S
from cogov.model.wheel import CALL, push
from cogov.scenarios.policies.hotline_seats import HotlineSeats

SEATS, BILL = "hour.extra_seats", "community.spending"


def ask(**parameters):
    """Return what the policy asks for."""
    return make(HotlineSeats, **parameters).act(setting(), 0)


def answered(extra, hour=10, calls=5):
    """Return how many of so many calls in one minute are answered with ``extra`` seats added at ten o'clock."""
    sim = quiet(hotline__retry=0)
    engine.open_day(sim.w, 0)
    sim.tables["seats"][:] = 2
    sim.tables["hour_levers"]["extra_seats"][10] = extra
    rows = sim.tables["calls"]
    for c in range(calls):
        rows["need"][c], rows["key"][c], rows["attempt"][c] = -1, c, 0
        push(sim.w, hour * 60, CALL, c, c, int(rows["generation"][c]))
    assert engine.run_minutes(sim.w, 0, 1440, 0) == 1440
    return int(sim.tables["sc"][S.ANSWERED]), int(sim.tables["sc"][S.ABANDONED])


def test_direct_effect_more_calls_find_a_seat_in_those_hours_only():
    assert answered(0) == (2, 3)
    assert answered(2) == (4, 1)
    assert answered(2.9) == (4, 1)
    assert answered(10) == (5, 0)
    assert answered(10, hour=11) == (2, 3)


def test_direct_effect_seats_stand_by_in_the_hours_chosen_and_are_paid():
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
