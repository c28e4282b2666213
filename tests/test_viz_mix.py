"""Needs of other kinds: what of a change of mean times is due to the composition alone."""

import math
import re
from dataclasses import replace

import pytest
from made_up_comparison import made, with_effect

from cogov.experiments.results import Runs
from cogov.viz.blocks import Note
from cogov.viz.document import document
from cogov.viz.mix import brought, composition, mix, shares
from cogov.viz.numbers import NO_BREAK


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def test_a_storm_that_brings_quick_needs_is_not_taken_for_quicker_help(comparison):
    means = {s: dict(m) for s, m in comparison.means.items()}
    for times in means.values():
        times |= {"first_response_of.noise": 2400.0, "first_response_of.flood_damage": 60.0}
    means["cadre_sinking"]["first_response_of.noise"] = 2640.0
    needs = {"baseline": {"noise": 1000.0}, "alliance_lists": {"noise": 990.0, "flood_damage": 10.0},
             "cadre_sinking": {"noise": 900.0, "flood_damage": 300.0}}  # fmt: skip
    storm = with_effect(replace(comparison, means=means, needs=needs), "cadre_sinking", "first_response_minutes.mean",
                        difference=-405.0, low=-420.0, high=-390.0, verdict="better")  # fmt: skip
    info = {s.id: s for s in storm.others}
    text = mix(storm, info["cadre_sinking"], "en").replace(NO_BREAK, " ")
    assert "25.0% (reference 0.0%)" in text
    assert (
        composition(storm, info["cadre_sinking"], "first_response_of.", {"noise": -0.25, "flood_damage": 0.25})
        == -615.0
    )
    assert "about −0.43 days of it for the other kinds alone, about +0.15 days as needs of the same kind" in text
    assert mix(storm, info["alliance_lists"], "en") == ""
    chapters = {s.id: s for s in document(Runs("comparison", storm), "zh").sections}
    assert any("下诉求的构成与“基线”不同" in b.text for b in chapters["effects"].blocks if isinstance(b, Note))
    assert any("下诉求的构成与“基线”不同" in item for item in chapters["figures"].blocks[1].items)
    assert "Cadre sinking" in brought(storm, "en")
    assert "25.0%" in brought(storm, "en")


def test_shares_are_of_all_needs_and_none_where_there_are_none(comparison):
    some = replace(comparison, needs={"baseline": {"noise": 3.0, "care": 1.0}, "cadre_sinking": {"noise": 0.0}})
    assert shares(some, "baseline") == {"noise": 0.75, "care": 0.25}
    assert shares(some, "cadre_sinking") == shares(some, "nobody") == {}
    assert mix(some, comparison.others[0], "en") == ""


def test_a_time_that_no_side_knows_leaves_the_split_unknown_if_it_matters(comparison):
    info = comparison.others[0]
    assert math.isnan(composition(comparison, info, "solution_of.", {"noise": 0.25}))
    assert composition(comparison, info, "solution_of.", {"noise": 0.001}) == 0.0


def test_many_small_shifts_name_the_largest_and_parts_add_up_as_they_are_told(comparison):
    kinds = [f"k{i}" for i in range(20)]
    needs = {"baseline": dict.fromkeys(kinds, 100.0), "alliance_lists": dict.fromkeys(kinds, 100.0),
             "cadre_sinking": {k: 109.0 if i < 10 else 91.0 for i, k in enumerate(kinds)}}  # fmt: skip
    times = {f"solution_of.{k}": 1440.0 * (1 + i) for i, k in enumerate(kinds)}
    means = {s: {**m, **times} for s, m in comparison.means.items()}
    mixed = with_effect(replace(comparison, means=means, needs=needs), "cadre_sinking", "solution_minutes.mean",
                        difference=-100.0, low=-110.0, high=-90.0, verdict="better")  # fmt: skip
    text = mix(mixed, next(s for s in mixed.others if s.id == "cadre_sinking"), "en").replace(NO_BREAK, " ")
    assert re.search(r"are of other kinds than under Baseline: .*5\.\d% \(reference 5\.0%\)", text)
    split = re.search(r"changes by ([−+][\d.]+) days: about ([−+][\d.]+) days of it .* about ([−+][\d.]+) days", text)
    whole, of_mix, own = (float(x.replace("−", "-")) for x in split.groups())
    assert whole == pytest.approx(of_mix + own, abs=1e-9)
