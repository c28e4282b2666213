"""A tab opens as it was asked for, and shares nothing with another."""

import pytest

pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")

from cogov.viz.view.opening import Opening
from cogov.viz.view.tab import tab_for


@pytest.fixture
def opened():
    made = []

    def make(*names, lang="en", usual="zh"):
        made.append(tab_for(Opening(names, lang, "street"), usual))
        return made[-1]

    yield make
    for tab in made:
        tab.close()


@pytest.mark.parametrize(("names", "page", "chosen", "sides"), [
    ((), "home", "baseline", ("baseline",)),
    (("baseline",), "live", "baseline", ("baseline",)),
    (("whistle",), "live", "whistle", ("baseline", "whistle")),
    (("a", "b"), "compare", "a", ("a", "b")),
    (("a", "b", "c", "d", "e"), "compare", "a", ("a", "b", "c", "d")),
])  # fmt: skip
def test_one_scenario_opens_live_and_several_are_compared(opened, names, page, chosen, sides):
    tab = opened(*names)
    assert (tab.page.value, tab.chosen.value, tab.side_by_side.value) == (page, chosen, sides)
    assert tab.city.value == "street"


def test_the_language_asked_for_goes_before_the_usual_one(opened):
    assert (opened(lang="en").lang.value, opened(lang=None).lang.value) == ("en", "zh")


def test_two_tabs_share_nothing_and_closing_ends_all_that_runs(opened):
    one, other = opened("baseline"), opened("baseline")
    one.page.value = "try"
    assert other.page.value == "live"
    one.close()
    assert all(s.closed for s in (one.live, one.race, one.trial, one.compared, one.tried))
    assert not other.live.closed
