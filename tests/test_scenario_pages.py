"""Pages made of the code stand in docs as they would be written now."""

import re
from pathlib import Path

import pytest

from cogov.scenarios import pages
from cogov.scenarios.registry import cards
from cogov.scenarios.words import LANGUAGES

DOCS = Path(__file__).resolve().parents[1] / "docs"
MADE = pages.pages()


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_page_in_docs_is_what_the_code_says(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert text == MADE[name], f"write it anew: {pages.COMMAND}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_policy_has_a_card_with_all_its_parameters(lang):
    text = pages.policies_page(lang)
    for card in cards().values():
        _, _, rest = text.partition(f'<a id="{card.id}"></a>')
        part = rest.partition("<a id=")[0]
        assert getattr(card, f"changes_{lang}") in part
        assert getattr(card, f"costs_{lang}") in part
        assert [p.name for p in card.parameters if f"| `{p.name}` {getattr(p, lang)} |" not in part] == []
        assert [name for name in card.levers if f"`{name}`" not in part] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_protocol_has_its_seven_elements(lang):
    heads = re.findall(r"^## (\d)\. ", pages.filled_page("odd", lang), re.MULTILINE)
    assert heads == list("1234567")


def test_both_languages_of_a_page_have_the_same_chapters_tables_and_rules():
    for name in ("odd", "parameters"):
        zh, en = (pages.filled_page(name, lang) for lang in ("zh", "en"))
        for mark in (r"^#+ ", r"^\| ", r"^```python", r"^\*\*.*\*\* `"):
            assert len(re.findall(mark, zh, re.MULTILINE)) == len(re.findall(mark, en, re.MULTILINE)), (name, mark)


def test_a_gap_that_the_code_cannot_fill_is_an_error(monkeypatch):
    monkeypatch.delattr(pages.d, "levers_table")
    with pytest.raises(AttributeError):
        pages.filled_page("odd", "en")


def test_all_files_are_written(tmp_path):
    pages.main(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == MADE.keys()
