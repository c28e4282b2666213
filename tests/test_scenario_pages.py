"""The page of policies is the code's: it stands in docs as it would be written now."""

from pathlib import Path

import pytest

from cogov.scenarios import pages
from cogov.scenarios.registry import cards
from cogov.scenarios.words import LANGUAGES

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_in_docs_is_what_the_code_says(lang):
    text = (DOCS / f"policies.{lang}.md").read_text(encoding="utf-8")
    assert text == pages.policies_page(lang), "write it anew: python -m cogov.scenarios.pages docs"


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


def test_both_files_are_written(tmp_path):
    pages.main(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"policies.en.md", "policies.zh.md"}


def test_a_bar_in_a_text_does_not_break_its_table():
    assert pages._cell("a|b") == "a\\|b"
