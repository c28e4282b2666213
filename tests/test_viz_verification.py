"""The page of verification shows every line, says plainly which do not hold, and draws them."""

from dataclasses import replace
from pathlib import Path

import pytest

from cogov.experiments.verification.studies import STUDIES, VILLAGES, Line
from cogov.viz import verification
from cogov.viz.words import LANGUAGES

DOCS = Path(__file__).resolve().parents[1] / "docs"
LINES = [
    *(Line("mmc", f"M/M/{c}", load, 10.0, 10.1, 1.0) for c, load in VILLAGES),
    Line("mg1", "M/G/1", 0.6, 100.0, 99.0, 5.0), Line("mgc", "M/G/5", 0.8, 40.0, 37.0, 1.0, within=0.1),
    Line("priority", "M/M/3, soon (0.4+0.4)", 0.8, 16.0, 16.1, 1.0), Line("pooling", "saved", 0.9, 200.0, 190.0, 20.0),
    Line("tandem", "office, M/M/3", 0.5, 5.0, 5.1, 0.5),
    Line("jackson", "line, 1 server", 0.4, 0.3, 0.31, 0.05, "customers"),
    Line("little", "tandem, line", 0.5, 0.0, 0.01, 0.05, "customers"),
    Line("whole", "kind.street", 0.5, 3.0, 3.0, 0.0, "customers"), Line("polling", "3", 0.4, 470.0, 465.0, 14.0),
    Line("retrial", "refused", 0.5, 0.21, 0.21, 0.01, "share"),
]  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_is_shown_under_its_study(lang):
    page = verification.verification_page(LINES, lang)
    assert page.count("\n## ") == len(STUDIES)
    assert sum(page.count(f"\n| {verification.case_name(line, lang)} |") > 0 for line in LINES) == len(LINES)
    assert verification.w("verification.count", lang, n=len(LINES), held=len(LINES), missed=0) in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_line_that_does_not_hold_is_counted_and_marked(lang):
    page = verification.verification_page([replace(LINES[0], mean=20.0), *LINES[1:]], lang)
    assert verification.w("verification.count", lang, n=len(LINES), held=len(LINES) - 1, missed=1) in page
    assert page.count(verification.w("verification.no", lang)) == 1


def test_names_of_queues_are_in_chinese_too():
    assert verification.case_name(LINES[14], "zh") == "M/M/3，急件（0.4+0.4）"
    assert verification.case_name(LINES[17], "zh") == "部门，1 人"
    assert verification.case_name(LINES[19], "zh") == "街道"
    assert verification.case_name(LINES[20], "en") == "there on one day in 3"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figure_is_a_picture_and_the_same_each_time(lang):
    first = verification.picture(LINES, lang)
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert first == verification.picture(LINES, lang)


def test_a_run_writes_pages_and_pictures_and_fails_with_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(verification, "STUDIES", dict.fromkeys(STUDIES, list) | {"mmc": lambda: LINES})
    assert verification.main([str(tmp_path)]) == 0
    assert {p.name for p in tmp_path.rglob("*.*")} == {
        *(f"verification.{lang}.md" for lang in LANGUAGES), *(f"verification.{lang}.png" for lang in LANGUAGES)
    }  # fmt: skip
    monkeypatch.setattr(
        verification, "STUDIES", {**verification.STUDIES, "mmc": lambda: [replace(LINES[0], mean=99.0), *LINES[1:]]}
    )
    assert verification.main([str(tmp_path)]) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_in_docs_has_every_study_and_nothing_that_failed_goes_unsaid(lang):
    text = (DOCS / f"verification.{lang}.md").read_text(encoding="utf-8")
    for study in STUDIES:
        assert f"## {verification.w(f'verification.{study}', lang)}" in text
    rows = text.count(f" | {verification.w('verification.yes', lang)} |")
    missed = text.count(f" | {verification.w('verification.no', lang)} |")
    assert rows + missed >= 60
    assert verification.w("verification.count", lang, n=rows + missed, held=rows, missed=missed) in text
