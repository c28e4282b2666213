"""Running the register: which runs are made, what is written, and the page of it in both languages."""

import hashlib
import json
from pathlib import Path

import pytest
import synthetic
from test_experiments_hypotheses import HEAD, one, register

from cogov.experiments import findings as runner
from cogov.experiments.findings import find, main, scenario_of
from cogov.experiments.hypotheses import load_register
from cogov.experiments.tables import json_bytes
from cogov.viz import findings as page

ROOT = Path(__file__).resolve().parents[1]

STORM = """
[arm.storm]
scenario = "baseline"
layers = ["storm_month"]
[arm.cadres_in_storm]
scenario = "cadre_sinking"
layers = ["storm_month"]
"""


@pytest.fixture
def small(tmp_path):
    """Return a register of two hypotheses over two loads."""
    rest = 'arm = "cadres_in_storm"\nagainst = "storm"\nloads = ["high"]'
    return register(tmp_path, one(), one(rest, key="storm"), head=HEAD + STORM)


@pytest.fixture
def found(small, tmp_path):
    return find(small, out=tmp_path / "out", workers=1, engine=synthetic.engine)


def test_an_arm_is_its_scenario_with_settings_layers_and_load(small):
    scenario = scenario_of(small, ("by_need", "low"))
    assert scenario.policies[0].parameters["placement"] == "need_weighted"
    assert (scenario.demand.scale, scenario.city, scenario.calendar.days) == (0.5, "street", 7)
    assert scenario_of(small, ("storm", "high")).shocks[0].kind == "rainstorm"
    assert scenario.id != scenario_of(small, ("by_need", "high")).id


def test_an_arm_may_have_a_warm_up_of_its_own(tmp_path):
    more = '[arm.plain]\nscenario = "baseline"\nwarm_up_days = 90\n'
    made = register(tmp_path, one(), head=HEAD + more)
    assert scenario_of(made, ("plain", "low")).calendar.warm_up_days == 90
    assert scenario_of(made, ("by_need", "low")).calendar.warm_up_days == 60


def test_only_what_is_needed_is_run_and_the_references_with_it(small, found, tmp_path):
    folders = {path.name for path in (tmp_path / "out" / "runs").iterdir()}
    assert folders == {"low-by_need", "low-baseline", "high-by_need", "high-baseline", "high-storm",
                       "high-cadres_in_storm"}  # fmt: skip
    assert found["runs"] == 6 * 4
    assert [(f["hypothesis"], f["load"]) for f in found["findings"]] == [("h", "low"), ("h", "high"), ("storm", "high")]


def test_cadres_shorten_the_backlog_of_the_synthetic_engine(found):
    assert {f["outcome"] for f in found["findings"]} == {"borne_out"}
    assert found["spill_overs"]["high"]["cadres_in_storm"]["solution_minutes.mean"]["difference"] < 0
    assert set(found["spill_overs"]["low"]) == {"by_need"}


def test_the_file_holds_what_was_returned_and_a_second_time_nothing_is_run(small, found, tmp_path):
    path = tmp_path / "out" / "findings.json"
    first = path.read_bytes()
    assert json.loads(first)["register_digest"] == found["register_digest"]
    find(small, out=tmp_path / "out", workers=1, engine=_never)
    assert path.read_bytes() == first


def _never(resolved, seed, events=None, progress=None):
    raise AssertionError("was run again")


def test_bad_input_ends_with_one_message(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "out"), "--register", str(tmp_path / "none.toml")]) == 2
    assert "none.toml" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert "file: File exists" in capsys.readouterr().err


def test_the_command_prints_a_line_a_test(small, found, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(runner, "load_register", lambda path: small)
    monkeypatch.setattr(runner, "find", lambda *args, **kwargs: found)
    assert main(["--out", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(found["findings"])


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


def test_a_share_is_shown_only_of_a_reference_to_speak_of():
    def moved(key, reference, difference):
        return page._moved(key, {"baseline": reference, "difference": difference}, "en").replace("\u00a0", " ")

    assert moved("overdue", 40.0, -10.0).endswith("−10.0 cases (−25.0%)")
    assert moved("overdue", 0.002, 1.0).endswith("+1.0 cases")  # +50,000 % of next to nothing
    assert moved("lent_hours", 1.5, 726.0).endswith("+726 person-hours")
    plain = {"difference": 1.0, "low": 0.5, "high": 1.5, "adjusted": 0.01, "outcome": "borne_out", "matters": True}
    shown = [page._numbers({"measure": "overdue", "expect": "rises"}, {**plain, "reference": reference}, "en")[0]
             for reference in (8.0, 0.002, 0.0, None)]  # fmt: skip
    assert [text.partition("(")[2] for text in shown] == ["+12.5%)", "", "", ""]
