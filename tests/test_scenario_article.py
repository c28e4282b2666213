"""The article passage by passage: no policy or bundle is forgotten, and what is named exists."""

import re

import pytest

from cogov.scenarios.article import article_page, passages
from cogov.scenarios.registry import cards
from cogov.scenarios.sources import LIBRARY, names
from cogov.scenarios.words import LANGUAGES

ROWS = [passage for part in passages() for passage in part["passage"]]
BUNDLES = {name for name in names(LIBRARY) if name.startswith(("lead_", "explore_", "action_"))} | {"strong_base"}


def test_every_policy_and_every_bundle_stands_for_a_passage():
    named = {key for row in ROWS for key in row.get("in", ())}
    assert cards().keys() - named == set()
    assert BUNDLES - named == set()
    assert named <= cards().keys() | {*names(LIBRARY)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["en"][:40])
def test_a_passage_has_its_place_or_the_reason_why_it_has_none(row):
    assert row.get("in") or row.get("left")
    assert ("in" in row) == ("how" in row)
    for text in (row, row.get("how", row), row.get("left", row)):
        assert text["en"]
        assert text["zh"]
        assert not re.search(r"[一-鿿][,:;()]", text["zh"]), "full-width signs in Chinese"
    parameters = {p.name for key in row.get("in", ()) if key in cards() for p in cards()[key].parameters}
    for words in row.get("how", {}).values():
        assert set(re.findall(r"`(\w+)`", words)) <= parameters


def test_both_languages_name_the_same_parameters():
    for row in ROWS:
        one, other = (re.findall(r"`(\w+)`", row.get("how", {}).get(lang, "")) for lang in LANGUAGES)
        assert one == other


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_has_a_row_a_passage_under_its_part(lang):
    text = article_page(lang, "")
    assert [part["name"][lang] for part in passages()] == re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert len(re.findall(r"^\| (?!---)", text, re.MULTILINE)) == len(ROWS) + len(passages())
    assert all(f"| {row[lang]} |" in text for row in ROWS)
