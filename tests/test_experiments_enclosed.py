"""What goes into the folder of results beside them: it alone is enough to make the results again."""

import json
import shutil
import tomllib

import pytest
from small_experiment import HEAD, PEOPLE, design
from synthetic import engine
from test_experiments_campaign import run

from cogov.experiments.crate import NAME
from cogov.experiments.enclosed import EXPERIMENT, POINTS, enclosed
from cogov.experiments.experiment import load_experiment
from cogov.experiments.results import open_results
from cogov.experiments.tables import sha256
from cogov.experiments.verify import verify
from cogov.viz.report import build_report

WORDS = '[name]\nzh = "方案"\nen = "Plan"\n[question]\nzh = "有用吗？"\nen = "Does it help?"\n'


def scenario(path, extends="", more=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    base = f'extends = "{extends}"\n' if extends else ""
    path.write_text(f'format = 1\nid = "{path.stem}"\n{base}{more}{WORDS}', encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path):
    """Return the folder of an experiment whose scenario rests on files of two other folders, one of them shipped."""
    scenario(tmp_path / "shared" / "deep.toml", "cadre_sinking")
    scenario(tmp_path / "shared" / "middle.toml", "deep")
    scenario(tmp_path / "home" / "own" / "mine.toml", "../../shared/middle.toml")
    scenario(tmp_path / "home" / "extra.toml", "alliance_lists")
    head = HEAD.replace('scenarios = ["baseline", "cadre_sinking"]', 'scenarios = ["baseline", "own/mine.toml"]')
    assert "own/mine.toml" in head
    text = (
        head
        + 'layers = ["extra.toml"]\n'
        + PEOPLE
        + "levels = [2, 8]\n"
        + design("full_factorial")
        + "[run]\nreplications = 2\n"
    )
    (tmp_path / "home" / "trial.toml").write_text(text, encoding="utf-8")
    return tmp_path / "home"


def test_every_file_that_others_extend_comes_along(home, tmp_path):
    out = tmp_path / "out"
    run(home / "trial.toml", out)
    kept = {"home/own/mine.toml", "shared/middle.toml", "shared/deep.toml", "home/extra.toml"}
    assert {p.relative_to(out).as_posix() for p in out.rglob("*.toml")} == kept | {EXPERIMENT}
    made = tomllib.loads((out / EXPERIMENT).read_text(encoding="utf-8"))
    assert (made["scenarios"], made["layers"]) == (["baseline", "home/own/mine.toml"], ["home/extra.toml"])
    crate = {e["@id"]: e for e in json.loads((out / NAME).read_text(encoding="utf-8"))["@graph"]}
    assert {part["@id"] for part in crate["#run"]["object"]} == kept
    assert kept <= {part["@id"] for part in crate["./"]["hasPart"]}
    assert all(crate[name]["sha256"] == sha256((out / name).read_bytes()) for name in kept)


@pytest.mark.parametrize("form", ["folder", "html", "md"])
def test_the_copied_folder_alone_can_be_verified(home, tmp_path, form):
    run(home / "trial.toml", tmp_path / "out")
    folder = shutil.move(tmp_path / "out", tmp_path / "elsewhere" / "archive")
    shutil.rmtree(home)
    shutil.rmtree(tmp_path / "shared")
    path = folder
    if form != "folder":
        for name, content in build_report([folder], form=form).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        path = folder / f"report.{form}"
    verdict = verify(path, workers=1, engine=engine)
    assert (verdict.holds, len(verdict.checked), verdict.runs) == (True, 6, 6)


def test_names_of_the_report_are_those_of_the_scenarios(home, tmp_path):
    run(home / "trial.toml", tmp_path / "out")
    campaign = open_results([tmp_path / "out"])
    assert [s.name("en") for s in campaign.scenarios] == ["Baseline", "Plan"]
    (page,) = build_report([tmp_path / "out"], lang="en").values()
    shown = page.decode().partition("<main")[2].partition('id="assumptions-en"')[0]
    assert "Paired differences from Baseline" in shown
    assert "Plan (people for each community" in shown


def test_the_experiment_goes_on_where_it_was_broken_off(home, tmp_path):
    run(home / "trial.toml", tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_bytes()

    def never(*_, **__):
        raise AssertionError

    assert len(run(home / "trial.toml", tmp_path / "out", engine=never).finished()) == 6
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before


def test_an_absolute_path_is_made_relative(tmp_path):
    base = scenario(tmp_path / "far" / "away.toml", "cadre_sinking")
    scenario(tmp_path / "home" / "mine.toml", str(base))
    head = HEAD.replace('scenarios = ["baseline", "cadre_sinking"]', 'scenarios = ["baseline", "mine.toml"]')
    (tmp_path / "home" / "trial.toml").write_text(head, encoding="utf-8")
    made, files = enclosed(load_experiment(tmp_path / "home" / "trial.toml"), tmp_path / "home")
    assert made.scenarios == ("baseline", "home/mine.toml")
    assert set(files) == {"home/mine.toml", "far/away.toml", EXPERIMENT}
    assert tomllib.loads(files["home/mine.toml"].decode())["extends"] == "../far/away.toml"
    assert str(tmp_path).encode() not in b"".join(files.values())


def test_files_beside_the_experiment_keep_their_names(tmp_path):
    scenario(tmp_path / "mine.toml", "base")
    scenario(tmp_path / "base.toml", "cadre_sinking")
    (tmp_path / "some.csv").write_text("cadre_sinking.people_per_community\n2\n8\n", encoding="utf-8")
    head = HEAD.replace('scenarios = ["baseline", "cadre_sinking"]', 'scenarios = ["baseline", "mine.toml"]')
    text = head + design("list", file="some.csv")
    (tmp_path / "trial.toml").write_text(text, encoding="utf-8")
    made, files = enclosed(load_experiment(tmp_path / "trial.toml"), tmp_path)
    assert made.scenarios == ("baseline", "mine.toml")
    assert set(files) == {"mine.toml", "base.toml", POINTS, EXPERIMENT}
    assert files["mine.toml"] == (tmp_path / "mine.toml").read_bytes()
