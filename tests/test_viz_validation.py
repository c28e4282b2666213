"""The page of patterns says what came out, and does not hide what failed."""

import json
import math
import re
from pathlib import Path

import pytest

from cogov.agents.rules import source_digest
from cogov.experiments.patterns import load_patterns
from cogov.viz import validation
from cogov.viz.words import LANGUAGES

DOCS = Path(__file__).resolve().parents[1] / "docs"
REGISTER = load_patterns()
CHECKS = [(p, c) for p in REGISTER.pattern for c in p.check]


def made(verdict="met"):
    rows = [{"check": c.id, "n": 3, "value": 0.5, "low": 0.4, "high": None, "verdict": verdict} for _, c in CHECKS]
    return {"city": "street", "replications": 3, "model": "abc", "patterns": REGISTER.model_dump(mode="json"),
            "verdicts": rows}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verdict", validation.VERDICTS)
def test_every_check_has_a_row_and_a_reason_unless_it_is_met(lang, verdict):
    page = validation.validation_page(made(verdict), lang)
    table, reasons, unchecked = page.split("\n## ")
    assert table.count("\n| ") == len(CHECKS) + 1
    assert reasons.count("\n- **P") == (0 if verdict == "met" else len(CHECKS))
    assert unchecked.count("\n- **P") == 7


def test_ranges_and_figures_are_shown_in_their_units():
    share = {"unit": "share", "low": 0.04, "high": None}
    assert validation.accepted(share, "en") == "≥ 4 %"
    assert validation.accepted({"unit": "1", "low": 3, "high": 12}, "zh") == "3 至 12"
    points = {"unit": "points", "low": None, "high": 0.0}
    assert validation.accepted(points, "en") == "≤ 0 %"
    assert validation.value(points, {"value": -0.012, "low": -0.02, "high": 0.001}, "en") == "−1.2 (−2 to 0.1) %"
    assert validation.value(points, {"value": None, "low": None, "high": None}, "en") == "—"


def test_notes_are_of_checks_that_there_are():
    assert validation.notes().keys() <= {c.id for _, c in CHECKS}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_in_docs_is_of_this_register_and_explains_what_is_not_met(lang):
    text = (DOCS / f"validation.{lang}.md").read_text(encoding="utf-8")
    for pattern, c in CHECKS:
        assert f"**{pattern.id}** " in text
        assert getattr(c.what, lang) in text
        assert validation.accepted(c.model_dump(), lang) in text
    assert validation.w("validation.no_note", lang) not in text
    assert text.endswith(validation.unchecked(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_verdicts_of_the_page_in_docs_follow_from_its_figures(lang):
    """A figure, a range or a verdict that was changed by hand, or a wrong count, is found."""
    text = (DOCS / f"validation.{lang}.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ") and "(" in line.split(" | ")[-2]]
    assert len(rows) == len(CHECKS)
    words = {v: validation.w(f"validation.{v}", lang) for v in validation.VERDICTS}
    said = []
    for (_, c), (*_, what, accepted, figure, verdict) in zip(CHECKS, rows, strict=True):
        assert what == getattr(c.what, lang)
        assert accepted == validation.accepted(c.model_dump(), lang)
        mean, low, high = (float(x.replace("−", "-").replace(",", "")) for x in re.findall(r"−?[\d.,]+\d|−?\d", figure))
        assert low <= mean <= high
        size = 100.0 if c.unit in ("share", "points") else 1.0
        least, most = (end if x is None else x * size for x, end in ((c.low, -math.inf), (c.high, math.inf)))
        met, missed = least <= low and high <= most, high < least or low > most
        said.append("met" if met else "missed" if missed else "open")
        assert verdict.strip("|* ") == words[said[-1]], c.id
    counts = {verdict: said.count(verdict) for verdict in validation.VERDICTS}
    whole = sum(all(v == "met" for (q, _), v in zip(CHECKS, said, strict=True) if q is p) for p in REGISTER.pattern)
    count = validation.w("validation.count", lang, all=len(said), patterns=len(REGISTER.pattern), whole=whole, **counts)
    assert count in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_ends_with_what_is_not_checked_and_says_when_it_is_older_than_the_model(lang):
    page = validation.validation_page(made(), lang)
    assert page.endswith(validation.unchecked(lang))
    assert validation.w("older.note", lang) in page
    assert validation.w("older.note", lang) not in validation.validation_page(made() | {"model": source_digest()}, lang)


def test_pages_are_written_from_a_folder_and_a_bad_one_is_named(tmp_path, capsys):
    (tmp_path / "validation.json").write_text(json.dumps(made("missed")), encoding="utf-8")
    assert validation.main([str(tmp_path), str(tmp_path / "docs")]) == 0
    assert (tmp_path / "docs" / "validation.zh.md").exists()
    assert validation.main([str(tmp_path / "none"), str(tmp_path)]) == 2
    assert "cogov validate" in capsys.readouterr().err
