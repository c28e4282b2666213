"""A run goes on from where another one stood: the same until then, under its own plan from then on."""

import pytest
from object_graph import differences
from one_history import CUT, DAYS, OUTBREAK, STORM, begun, kept, plan, resumed

from cogov.model.plan import ShockPlan


@pytest.fixture(scope="module")
def history():
    """Return ten days without any policy."""
    return kept(begun(plan()))


@pytest.mark.parametrize("shocks", [(OUTBREAK, STORM), (OUTBREAK,)], ids=["one more", "one less"])
def test_shocks_to_come_may_be_others(shocks):
    """The storm's id sorts before the outbreak's, so it must come later in the order of the file's ids."""
    later = ShockPlan("storm", STORM.kind, STORM.start, STORM.end, STORM.severity)
    there = [shock if shock is OUTBREAK else later for shock in shocks]
    before = [OUTBREAK] if len(there) == 2 else [OUTBREAK, later]
    forked = resumed(plan(shocks=there), kept(begun(plan(shocks=before))))
    straight = begun(plan(shocks=there))
    for sim in (straight, forked):
        sim.run_to_end()
    assert differences(straight.result(), forked.result()) == []
    assert (straight.tables["shocks"] == forked.tables["shocks"]).all()


def test_shocks_that_have_begun_may_not():
    with pytest.raises(ValueError, match="that have begun"):
        resumed(plan(shocks=(OUTBREAK, STORM)), kept(begun(plan())))


def test_an_event_log_goes_on_where_there_is_one():
    whole, first, second = [], [], []
    begun(plan(), DAYS, events=whole.append)
    cut = begun(plan(), CUT, events=first.append)
    resumed(plan(), kept(cut), events=second.append).run_to_end()
    assert [piece.tobytes() for piece in (*first, *second)] == [piece.tobytes() for piece in whole]
    quiet = resumed(plan(), kept(cut))
    quiet.run_to_end()
    assert differences(quiet.result(), begun(plan(), DAYS).result()) == []
    with pytest.raises(ValueError, match="no event log"):
        resumed(plan(), kept(begun(plan())), events=whole.append)
