"""The page of findings: every hypothesis, load and outcome, and our reading of what came out contrary."""

import hashlib
from pathlib import Path

import pytest
from small_findings import found_of, small_register

from cogov.experiments.hypotheses import load_register
from cogov.experiments.tables import json_bytes
from cogov.viz import findings as page

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def small(tmp_path):
    return small_register(tmp_path)


@pytest.fixture
def found(small, tmp_path):
    return found_of(small, tmp_path)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_every_hypothesis_load_and_outcome(found, tmp_path, lang):
    assert page.main([str(tmp_path / "out"), str(tmp_path)]) == 0
    text = (tmp_path / f"hypotheses.{lang}.md").read_text(encoding="utf-8")
    for h in found["register"]["hypothesis"]:
        assert h["claim"][lang] in text
    outcome = {"zh": "成立", "en": "borne out"}[lang]
    assert sum(line.count("|") == 8 and outcome in line for line in text.splitlines()) == 3
    assert "`cadres_in_storm`" in text
    assert {"zh": "党员干部下沉", "en": "Cadre sinking"}[lang] in text
    assert "nan" not in text


def test_notes_speak_of_what_is_registered_in_both_languages():
    about = {h.about for h in load_register().hypothesis}
    assert set(page.notes()) <= about
    assert all(zh and en for zh, en in page.notes().values())


def test_the_pages_of_the_project_and_the_notes_are_of_its_register():
    """They were written from a run of the register as it stands."""
    plain = load_register().model_dump(mode="json")
    digest = hashlib.sha256(json_bytes(plain)).hexdigest()[:16]
    for file in ("docs/hypotheses.zh.md", "docs/hypotheses.en.md", "experiments/findings_notes.toml"):
        assert digest in (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize(("lang", "contrary"), [("zh", "| 相反"), ("en", "| contrary")])
def test_what_came_out_contrary_has_our_reading_beside_it(lang, contrary):
    page_of_project = (ROOT / "docs" / f"hypotheses.{lang}.md").read_text(encoding="utf-8")
    sections = [section for section in page_of_project.split("\n## ") if contrary in section]
    assert sections
    for section in sections:
        title = section.partition("\n")[0]
        assert any(page.pick(note, lang) in section for note in page.notes().values()), title


def test_a_borne_out_difference_too_small_to_matter_says_so(found):
    finding = {**found["findings"][0], "outcome": "borne_out", "matters": False}
    h = found["register"]["hypothesis"][0]
    assert "smaller than what matters" in page._numbers(h, finding, "en")[-1]
    assert page._numbers({**h, "expect": "unchanged"}, finding, "en")[-1] == "borne out"


def test_a_folder_without_findings_is_named(tmp_path, capsys):
    assert page.main([str(tmp_path), str(tmp_path)]) == 2
    assert "findings.json" in capsys.readouterr().err
    (tmp_path / "findings.json").write_text("{}")
    assert page.main([str(tmp_path), str(tmp_path)]) == 2
