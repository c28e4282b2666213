"""Levers: how several contributions become one value, whatever their order, clamped once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogov.agents.parameters import vector
from cogov.model import levers as lv
from cogov.model.levers import LEVERS, Contribution, entities, fold, lever_table


def base(n=3, **values):
    rows = {of: lever_table(of).rows(n) for of in entities()}
    for name, value in values.items():
        of, column = name.split("__")
        rows[of][column] = value
    return rows


def everywhere(name, value, n=3):
    return Contribution(name, np.arange(n), value)


def test_each_fold_combines_in_its_own_way():
    rows = base(community__misroute=0.4, community__merging=0.2, community__convener=0.3)
    out = fold(rows, [
        everywhere("community.misroute", 0.5), everywhere("community.misroute", 0.8),
        everywhere("community.merging", 0.1), everywhere("community.merging", 0.25),
        everywhere("community.convener", 0.6), everywhere("community.convener", 0.5),
    ])  # fmt: skip
    assert out["community.misroute"] == pytest.approx(0.4 * 0.5 * 0.8, rel=1e-12)
    assert out["community.merging"] == pytest.approx(0.55, rel=1e-12)
    assert out["community.convener"].tolist() == [0.6, 0.6, 0.6]
    assert rows["community"]["misroute"].tolist() == [0.4, 0.4, 0.4]


def test_a_lever_that_is_set_takes_one_value_and_two_are_refused(monkeypatch):
    monkeypatch.setitem(LEVERS, "pool.field_share", replace(LEVERS["pool.field_share"], fold=lv.SET))
    rows = base(pool__field_share=0.1)
    some = Contribution("pool.field_share", np.array([0, 2]), 0.4)
    other = Contribution("pool.field_share", np.array([1]), -0.2)
    assert fold(rows, [some, other])["pool.field_share"].tolist() == [0.4, -0.2, 0.4]
    assert fold(rows, [some])["pool.field_share"].tolist() == [0.4, 0.1, 0.4]
    with pytest.raises(ValueError, match=r"two policies set pool\.field_share of the same pool"):
        fold(rows, [some, Contribution("pool.field_share", np.array([2]), 0.3)])


def test_a_weaker_push_on_the_largest_changes_nothing():
    out = fold(base(community__convener=0.3), [everywhere("community.convener", 0.1)])
    assert out["community.convener"].tolist() == [0.3, 0.3, 0.3]


def test_values_are_clamped_once_after_all_contributions():
    pushes = [everywhere("community.merging", 0.9), everywhere("community.merging", 0.7),
              everywhere("community.merging", -1.0)]  # fmt: skip
    out = fold(base(community__merging=0.2), pushes)["community.merging"]
    assert out == pytest.approx(0.8, rel=1e-12)  # clamping after each would give 0
    over = fold(base(community__merging=0.2), pushes[:2])["community.merging"]
    assert over.tolist() == [1.0, 1.0, 1.0]
    under = fold(base(), [everywhere("pool.overhead_minutes", -5.0)])["pool.overhead_minutes"]
    assert under.tolist() == [0.0, 0.0, 0.0]


def test_a_contribution_touches_its_own_rows_and_lever_only():
    rows = base(5, line__lent_hours=2.0, community__patrol=0.2)
    out = fold(rows, [Contribution("line.lent_hours", np.array([1, 4]), np.array([3.0, 0.5]))])
    assert out["line.lent_hours"].tolist() == [2.0, 5.0, 2.0, 2.0, 2.5]
    assert rows["line"]["lent_hours"].tolist() == [2.0] * 5
    assert list(out) == ["line.lent_hours"]


def test_where_nothing_is_asked_for_nothing_is_turned():
    assert fold(base(community__misroute=0.1, pool__field_share=0.2), []) == {}


def test_an_unknown_lever_is_refused():
    with pytest.raises(KeyError, match=r"community\.speed"):
        fold(base(), [everywhere("community.speed", 2.0)])


def test_no_lever_sets_an_outcome_and_every_lever_has_a_fold():
    assert {lever.fold for lever in LEVERS.values()} <= {lv.SUM, lv.SCALE, lv.MAX, lv.SET}
    assert all(name == lever.name == f"{lever.of}.{lever.column.name}" for name, lever in LEVERS.items())
    assert sum(len(lever_table(of).columns) for of in entities()) == len(LEVERS)


pushes = st.lists(
    st.tuples(st.sampled_from(["community.misroute", "community.merging", "community.convener",
                               "pool.overhead_minutes", "line.lent_hours"]),
              st.sets(st.integers(0, 3), min_size=1), st.integers(1, 32)), max_size=12)  # fmt: skip


@given(pushes, st.randoms(use_true_random=False))
def test_the_order_of_contributions_does_not_matter(asked, chance):
    # Sums of multiples of 1/32 and products of powers of two carry no rounding, so equality is exact.
    made = [Contribution(name, np.array(sorted(rows)), 2.0 ** -(k % 5) if "misroute" in name else k / 32.0)
            for name, rows, k in asked]  # fmt: skip
    turned = list(made)
    chance.shuffle(turned)
    rows = base(4, community__misroute=0.5, community__merging=0.25)
    one, two = fold(rows, made), fold(rows, turned)
    assert one.keys() == two.keys() == {name for name, _, _ in asked}
    for name in one:
        assert one[name] == pytest.approx(two[name], rel=1e-14, abs=0)


def test_a_base_is_a_constant_or_a_declared_number():
    sizes = dict.fromkeys(entities(), 2)
    rows = lv.base_rows(sizes, vector({"handling.misroute": 0.3}))["community"]
    assert rows["misroute"].tolist() == [0.3, 0.3]
    assert rows["acceptance"].tolist() == [1.0, 1.0]
    assert rows["friction"].tolist() == [0.0, 0.0]
