"""The folder of an experiment on the page: how far it is, what came out, and what is said of a folder that is none."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import synthetic

from cogov.experiments.campaign import run_experiment
from cogov.scenarios.registry import cards
from cogov.viz.experiment import tables
from cogov.viz.plain import Plain
from cogov.viz.view import batch
from cogov.viz.view.batch_tables import OPEN_ROWS, _table, bars, cards_of, front
from cogov.viz.words import pick, w

pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")

EXPERIMENT = """format = 1
name = { zh = "试验", en = "Trial" }
question = { zh = "如何？", en = "How?" }
scenarios = ["baseline", "cadre_sinking"]
city = "street"
days = 3
warm_up_days = 0
follow_up_days = 2

[[factor]]
name = "handling.fix"
low = 0.5
high = 0.9

[[factor]]
name = "demand.scale"
low = 0.5
high = 1.5

[design]
kind = "full_factorial"

[run]
replications = 3
workers = 1
"""


def toy(resolved, seed, events=None, progress=None):
    """A run whose time depends on the policy, the factors and the seed."""
    noise = np.random.default_rng(seed % 1000).normal(0, 1)
    helped = bool(resolved["policy"])
    time = 1000.0 - 200.0 * helped + 100.0 * resolved["demand"]["scale"] + noise
    values = {"solution_minutes.mean": time, "money_cny.total": 1e6 + 2e5 * helped}
    return replace(synthetic.engine(resolved, seed), summary=values)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("batch") / "trial.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    out = path.parent / "out" / "trial"
    run_experiment(path, out, engine=toy)
    return out


def test_a_folder_says_how_far_it_is_and_what_came_out(folder):
    facts = batch.look(str(folder), "")
    assert (facts["state"]["done"], facts["state"]["total"], facts["state"]["failed"]) == (24, 24, 0)
    assert facts["measure"] == "solution_minutes.mean"
    assert "money_cny.total" in facts["kept"]
    assert batch.folders(folder.parent) == [str(folder)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_points_that_can_be_chosen_are_ranked(tmp_path, lang):
    path, (head, *_, tail) = tmp_path / "chosen.toml", EXPERIMENT.split("[[factor]]")
    factor = '[[factor]]\nname = "cadre_sinking.people_per_community"\nlow = 1\nhigh = 4\n\n'
    path.write_text(head + factor + tail[tail.index("[design]") :], encoding="utf-8")
    run_experiment(path, tmp_path / "out", engine=toy)
    facts = batch.look(str(tmp_path / "out"), "solution_minutes.mean")
    key, names = facts["measure"], facts["names"]
    part = facts["found"][key]
    p = next(p for p in cards()["cadre_sinking"].parameters if p.name == "people_per_community")
    name = pick((p.zh, p.en), lang)
    picture = front(key, part, names, lang)
    assert "<circle" in picture
    assert f"{pick(('党员干部下沉（', 'Cadre sinking ('), lang)}{name}{pick(('：', ': '), lang)}1" in picture
    assert name in bars(key, part, names, lang)
    whole = "".join(cards_of(key, part, names, lang))
    assert w("analysis.standings", lang, measure="")[:-1].strip() in whole
    assert "cadre_sinking" not in whole
    assert "#" not in re.sub(r"#[0-9a-f]{6}", "", whole)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cards_hold_the_effects_with_names_units_and_tones(folder, lang):
    facts = batch.look(str(folder), "solution_minutes.mean")
    key, part = facts["measure"], facts["found"]["solution_minutes.mean"]
    whole = "".join(cards_of(key, part, facts["names"], lang))
    assert "−3.3" in whole
    assert "class='number better'" in whole
    assert w("analysis.demand.scale", lang) in whole
    assert "demand.scale" not in whole
    assert w("analysis.standings", lang, measure="")[:-1].strip() not in whole  # nobody chooses demand
    assert front(key, part, facts["names"], lang) == ""


def test_without_an_interval_there_is_no_p(tmp_path):
    path = tmp_path / "once.toml"
    path.write_text(EXPERIMENT.replace("replications = 3", "replications = 1"), encoding="utf-8")
    run_experiment(path, tmp_path / "out", engine=toy)
    facts = batch.look(str(tmp_path / "out"), "solution_minutes.mean")
    found = tables(facts["found"], facts["names"].design, "en", facts["names"].scenarios)
    effects = next(plain for plain in found if "Paired" in plain.title)
    assert {(row[4], row[5]) for row in effects.rows} == {("—", "—")}


def test_a_long_table_opens_with_its_first_rows():
    plain = Plain("title", ["a", "b", "c"], [[f"<{k}>", "", "1"] for k in range(OPEN_ROWS + 3)])
    first, more = _table(plain, "en").split("<details>")
    assert first.count("<tr>") == 1 + OPEN_ROWS
    assert more.count("<tr>") == 1 + 3
    assert "&lt;0&gt;" in first
    assert w("view.batch_.more", "en", n=3) in more


def test_a_damaged_folder_is_said_to_be_one(folder, tmp_path):
    facts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    facts["experiment"]["scenarios"] = 7
    (tmp_path / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    assert "manifest.json is damaged" in batch.look(str(tmp_path), "")["failure"].en


def test_what_is_no_folder_of_an_experiment_is_said(tmp_path):
    failure = batch.look(str(tmp_path), "")["failure"]
    assert "manifest.json" in failure.en
    assert failure.zh != failure.en
    assert batch.look("", "") == {}
    assert batch.folders(tmp_path / "nowhere") == []


def test_before_the_first_run_is_finished_there_is_only_progress(folder, tmp_path):
    import shutil

    early = tmp_path / "early"
    early.mkdir()
    for name in ("manifest.json", "experiment.toml"):
        shutil.copy(folder / name, early / name)
    facts = batch.look(str(early), "")
    assert facts["state"]["done"] == 0
    assert "found" not in facts
