"""Pages of measured figures say so when the model has changed since."""

from pathlib import Path

import pytest

from cogov.agents.rules import source_digest
from cogov.viz import older
from cogov.viz.words import LANGUAGES, w

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLACES = [(page, lang) for page in older.PAGES for lang in LANGUAGES]


@pytest.mark.parametrize(("page", "lang"), PLACES)
def test_a_page_in_docs_says_whether_it_is_older_than_the_model(page, lang):
    text = (DOCS / f"{page}.{lang}.md").read_text(encoding="utf-8")
    is_older = older.revision_of(text) != source_digest()
    assert (w("older.note", lang) in text) == is_older, "run python -m cogov.viz.older docs"
    assert text == older.marked(text, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sentence_comes_once_and_goes_when_the_page_is_made_anew(lang):
    page = f"# Title\n\nMade by 0123456789abcdef, revision {'f' * 16}.\n\nMore.\n"
    once = older.marked(page, lang)
    assert once.split("\n\n") == ["# Title", page.split("\n\n")[1], w("older.note", lang), "More.\n"]
    assert older.marked(once, lang) == once
    new = page.replace("f" * 16, source_digest())
    assert older.marked(new, lang) == new
    assert older.marked(once.replace("f" * 16, source_digest()), lang) == new


def test_all_pages_of_a_folder_are_marked_or_none(tmp_path, capsys):
    for page, lang in PLACES:
        (tmp_path / f"{page}.{lang}.md").write_text(f"# T\n\nRevision {'a' * 16}.\n\nMore.\n", encoding="utf-8")
    assert older.main([str(tmp_path)]) == 0
    assert all(w("older.note", lang) in (tmp_path / f"{page}.{lang}.md").read_text("utf-8") for page, lang in PLACES)
    (tmp_path / "verification.zh.md").write_text("# T\n\nNothing.\n", encoding="utf-8")
    assert older.main([str(tmp_path)]) == 2
    assert "verification.zh.md: cannot be marked" in capsys.readouterr().err
