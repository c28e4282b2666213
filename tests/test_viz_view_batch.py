"""The folder of an experiment on the page: how far it is, what came out, and what is said of a folder that is none."""

import re
from dataclasses import replace

import numpy as np
import pytest
import synthetic

from cogov.experiments.campaign import run_experiment
from cogov.scenarios.registry import cards
from cogov.viz.view import batch
from cogov.viz.view.batch_tables import WIDTH, effects, front, indices, standings
from cogov.viz.words import pick

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
    key, part = facts["measure"], facts["found"]["solution_minutes.mean"]
    names, ranked = facts["names"], standings(key, part, facts["names"], lang)
    name = {"zh": "党员干部下沉（每社区人数 1）", "en": "Cadre sinking (people for each community reached 1)"}[lang]
    assert name in ranked
    drawn = front(key, part, names, lang)
    assert "<circle" in drawn
    assert name in drawn
    spots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn)]
    ends = [words.endswith(" e") for words in re.findall(r'class="(n(?: e)?)"', drawn)]
    assert ends == [x >= WIDTH / 2 for x in spots]  # no name runs out of the picture on the right
    assert True in ends
    assert not re.search(r"\w#\d", ranked + drawn + effects(key, part["effects"], names, lang))
    p = next(p for p in cards()["cadre_sinking"].parameters if p.name == "people_per_community")
    assert pick((p.zh, p.en), lang) in indices(key, part, names, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_hold_the_effects(folder, lang):
    facts = batch.look(str(folder), "solution_minutes.mean")
    key, part = facts["measure"], facts["found"]["solution_minutes.mean"]
    names = facts["names"]
    table = effects(key, part["effects"], names, lang)
    assert "−3.3" in table
    assert "class='better'" in table
    assert standings(key, part, names, lang) == ""  # nobody chooses demand
    assert "demand.scale" in indices(key, part, names, lang)


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
