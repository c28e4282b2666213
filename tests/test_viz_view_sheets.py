"""Tables of a comparison as HTML, and bars of where the time went."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")

from made_up_comparison import made

from cogov.viz.blocks import Cell, Sheet, number
from cogov.viz.view.sheets import BARS, bar, stage_bars, table


def parsed(text):
    return ET.fromstring(text.replace("class=number", "class='number'").replace("\u00a0", " "))


def test_cells_are_escaped_and_columns_of_numbers_stand_to_the_right():
    sheet = Sheet(
        ("<a>", "n"), ((Cell("x & y", "below"), number("1")), (Cell("group"),), (Cell("T", tone="total"), number("2")))
    )
    root = parsed(table(sheet))
    heads = root.findall(".//thead/tr/th")
    assert [(h.text, h.get("class")) for h in heads] == [("<a>", None), ("n", "number")]
    first, group, total = root.findall(".//tbody/tr")
    assert (first.find("th").text, first.find("th/small").text) == ("x & y", "below")
    assert group.find("th").get("colspan") == "2"
    assert total.get("class") == "total"


@pytest.mark.parametrize(
    ("share", "side", "width"), [(-0.5, "left", "25.0%"), (1.0, "right", "50.0%"), (0.0, "right", "0.0%")]
)
def test_a_bar_goes_to_its_side_by_its_share(share, side, width):
    fill = parsed(bar("<n>", share, "−5")).find(".//span[@style]")
    assert fill.get("class") == f"fill {side}"
    assert fill.get("style") == f"width:{width}"


def test_the_stages_that_changed_most_are_drawn_and_the_largest_fills_its_side():
    comparison = made("baseline", "cadre_sinking")
    rows = parsed(stage_bars(comparison, "cadre_sinking", "en")).findall("div")
    assert len(rows) == BARS
    assert "width:50.0%" in {row.find(".//span[@style]").get("style") for row in rows}
    names = [row.find("span[@class='name']").text for row in rows]
    assert "Queue in grid and community" in names


def test_where_no_stage_changed_that_is_said():
    comparison = made("baseline", "cadre_sinking")
    same = {k: e for k, e in comparison.effects["cadre_sinking"].items() if not k.startswith("stage_minutes.")}
    text = stage_bars(replace(comparison, effects={"cadre_sinking": same}), "cadre_sinking", "en")
    assert text.startswith("<p class='cg-note'>")
