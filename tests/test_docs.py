"""What the documents show works: commands and files of the tutorials, the how-to and the READMEs, in both languages."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiments.calibration.mapping import load_mapping
from cogov.scenarios.sources import parse
from cogov.viz.dictionary import columns

ROOT = Path(__file__).resolve().parents[1]
PAIRS = [("docs/tutorial.md", "docs/tutorial.zh.md"), ("README.md", "README.zh.md"),
         ("docs/howto.en.md", "docs/howto.zh.md"), ("docs/design.en.md", "docs/design.zh.md")]  # fmt: skip
CALIBRATION = ("docs/calibration.en.md", "docs/calibration.zh.md")
MODEL = ("docs/model.md", "docs/model.zh.md")
PAGES = [*PAIRS, ("docs/experiments.md", "docs/experiments.zh.md"), CALIBRATION, MODEL]
RUN = [english for english, _ in PAIRS[:3]]
"""Documents with commands, which are the same in Chinese."""
ALSO = ["CONTRIBUTING.md", *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*.md")))]
FEW = ["--replications", "1", "--workers", "1"]
"""Appended to comparisons, whose number of runs is not what is tested."""


def blocks(name, language=""):
    """Return the fenced blocks of a document in one language."""
    text = (ROOT / name).read_text(encoding="utf-8")
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for kind, block in fenced if kind == language]


def commands(name):
    """Return the words after ``cogov`` of every command line of a document."""
    lines = [line for block in blocks(name) for line in block.splitlines() if line.startswith(".venv/bin/cogov ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def without_comments(block):
    return [line.split("#")[0].rstrip() for line in block.splitlines() if "（E）" not in line and "(E)" not in line]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder with the files that the tutorial and the how-to have their reader write."""
    for block in blocks("docs/tutorial.md", "toml") + blocks("docs/howto.en.md", "toml"):
        name = parse(block, "block")["id"]
        (tmp_path / f"{name}.toml").write_text(block, encoding="utf-8")
    (tmp_path / "my_scenario.toml").write_text(
        (tmp_path / "mine.toml").read_text(encoding="utf-8").replace('"mine"', '"my_scenario"'), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", RUN)
def test_every_command_works(name, workplace):
    found = commands(name)
    assert len(found) >= 6
    for words in found:
        more = FEW if words[0] == "compare" else FEW[2:] if words[0] == "validate" else []
        result = CliRunner().invoke(app, [*words, *more], prog_name="cogov")
        assert (result.exit_code, result.exception) == (0, None), (words, result.stderr)
    for folder in (words[words.index("--out") + 1] for words in found if "--out" in words):
        assert any((workplace / folder).glob("*.json")), folder


@pytest.mark.parametrize(
    ("name", "lang", "quoted"),
    [("docs/tutorial.md", "en", r"(?<!\*)\*([^*\n]+)\*(?!\*)"), ("docs/tutorial.zh.md", "zh", r"“([^”]+)”")],
)
def test_what_the_tutorial_has_its_reader_look_at_is_shown(name, lang, quoted, workplace):
    """Names that are quoted in the chapters on a run and on a question stand on the screen, and in the report."""
    _, _, run, question, *_ = re.split(r"^## ", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    shown = []
    for words, more in zip([w for w in commands(name) if w[0] in ("run", "compare")][:2], ([], FEW), strict=True):
        result = CliRunner().invoke(app, [*words, *more, "--lang", lang], prog_name="cogov", env={"COLUMNS": "200"})
        assert result.exit_code == 0, result.stderr
        shown.append(result.stdout)
    for marks in ("▲", "▼", "=", "○"):
        assert marks in question
        assert marks in shown[1]
    report = (workplace / "out" / "cadres" / "report.html").read_text(encoding="utf-8")
    for chapter, text in ((run, shown[0]), (question, report)):
        names = re.findall(quoted, chapter)
        assert len(names) >= 6
        assert [found for found in names if found not in text.replace("&#39;", "'")] == []


def test_the_experiment_of_its_page_runs_and_is_analysed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, *_ = blocks("docs/experiments.md", "toml")
    (tmp_path / "cadres.toml").write_text(text, encoding="utf-8")
    found = commands("docs/experiments.md")
    assert [words[1] for words in found] == ["check", "run", "status", "analyse"]
    for words in found:
        more = ["--workers", "1"] if words[1] == "run" else []
        result = CliRunner().invoke(app, [*words, *more], prog_name="cogov")
        assert (result.exit_code, result.exception) == (0, None), (words, result.stderr)
    assert (tmp_path / "out" / "numbers" / "analysis.json").exists()
    assert pd.read_parquet("out/numbers/measures")["run"].nunique() == 20


def test_the_batch_file_of_its_page_does_all_of_it_in_eight_jobs(tmp_path):
    """Each job is run as SLURM would, by bash with its number; together they are the experiment."""
    (text, *_), scripts = blocks("docs/experiments.md", "toml"), blocks("docs/experiments.md", "bash")
    (script,) = scripts
    (other,) = blocks("docs/experiments.zh.md", "bash")
    bare = [[line.partition("   #")[0].rstrip() for line in one.splitlines()] for one in (script, other)]
    assert bare[0] == bare[1]
    head, array, *_ = (line for line in bare[0] if line.startswith("#SBATCH --"))
    assert (head, array) == ("#SBATCH --job-name=cadres", "#SBATCH --array=1-8")
    (tmp_path / "cadres.toml").write_text(text, encoding="utf-8")
    (tmp_path / "cogov").write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m cogov "$@"\n', encoding="utf-8")
    (tmp_path / "cogov").chmod(0o755)
    here = script.replace("/shared/cadres", str(tmp_path / "out")).replace("--workers 4", "--workers 1")
    (tmp_path / "cadres.sbatch").write_text(here, encoding="utf-8")
    for job in range(1, 9):
        env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_ARRAY_TASK_ID": str(job)}
        done = subprocess.run(
            ["bash", "cadres.sbatch"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
    runs = pd.read_parquet(tmp_path / "out" / "runs")
    assert (runs["run"].nunique(), len(runs)) == (20, 32)
    assert "--shard" not in json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["command"]


def test_a_checkpoint_is_gone_on_from_as_the_page_on_files_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = commands("docs/output.md")
    assert [words[0] for words in found] == ["run", "run"]
    for words in found:
        result = CliRunner().invoke(app, words, prog_name="cogov")
        assert (result.exit_code, result.exception) == (0, None), (words, result.stderr)
    assert json.loads(Path("out/cadres/run.json").read_text(encoding="utf-8"))["from"]["date"] == "2024-06-01"


def test_tickets_become_a_fit_as_its_page_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mapping, fit = blocks(CALIBRATION[0], "toml")
    (tmp_path / "our_map.toml").write_text(mapping, encoding="utf-8")
    (tmp_path / "my_fit.toml").write_text(fit, encoding="utf-8")
    assert load_mapping("./our_map.toml").source.licence == "internal"
    found = commands(CALIBRATION[0])
    assert [words[0] for words in found] == ["run", "tickets", "calibrate", "check", "run", "fit"]
    for words in found:
        more = ["--workers", "1"] if words[0] == "fit" else []
        result = CliRunner().invoke(app, [*words, *more], prog_name="cogov")
        assert (result.exit_code, result.exception) == (0, None), (words, result.stderr)
    for page in ("calibration/calibration.html", "fit/fit.html"):
        assert (tmp_path / "out" / page).exists()


@pytest.mark.parametrize("pair", PAGES)
def test_both_languages_show_the_same_commands_and_files(pair):
    english, chinese = pair
    assert commands(english) == commands(chinese)
    for language in ("toml", "python"):
        one, other = blocks(english, language), blocks(chinese, language)
        assert [without_comments(block) for block in one] == [without_comments(block) for block in other]


def test_the_page_on_files_says_what_the_data_dictionary_says():
    text = (ROOT / "docs" / "output.md").read_text(encoding="utf-8")
    shown = {}
    for table, body in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE):
        rows = re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|(.*?)\|$", body.replace("`, ", ", "), re.MULTILINE)
        if rows:
            shown[table] = {
                name: tuple(x.strip().replace("`", "") for x in (unit, zh, en)) for name, unit, en, zh in rows
            }
    assert shown == columns()


@pytest.mark.parametrize("pair", PAGES)
def test_both_languages_have_the_same_chapters(pair):
    counts = [len(re.findall(r"^## ", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)) for name in pair]
    assert counts[0] == counts[1]


def test_both_pages_of_the_model_show_the_same_figures():
    shown = []
    for name in MODEL:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        rows = [re.sub(r"（|）|\(|\)", " ", line) for line in lines if line.startswith("| ")]
        shown.append([re.findall(r"\d[\d.,]*\d|\d", row) for row in rows])
    assert len(shown[0]) > 40
    assert shown[0] == shown[1]


@pytest.mark.parametrize("name", PAIRS[0])
def test_the_tutorial_fits_into_half_an_hour(name):
    """By a slow reader: 130 words or 250 characters a minute, a minute a command, three a file to be written."""
    text = re.sub(r"^```.*?^```$", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    chinese = len(re.findall(r"[一-鿿]", text))
    reading = chinese / 250 if chinese > 100 else len(text.split()) / 130
    assert reading + len(commands(name)) + 3 * len(blocks(name, "toml")) + 5 <= 30  # five for the environment


def test_one_word_stands_for_scenario():
    pages = ("tutorial", "experiments", "howto", "design", "odd", "model")
    for name in ("README.zh.md", *(f"docs/{page}.zh.md" for page in pages)):
        assert "场景" not in (ROOT / name).read_text(encoding="utf-8")


def test_one_word_stands_for_experiment():
    for path in (ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.zh.md"))):
        assert "实验" not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_python_of_the_readme_runs(name):
    place = {"__name__": "readme"}
    for block in blocks(name, "python"):
        exec(compile(block, name, "exec"), place)  # in one namespace, as a reader would
    seeds = [(row["scenario"], row["seed"]) for row in place["rows"]]
    assert seeds == [(scenario, seed) for scenario in ("baseline", "cadre_sinking") for seed in range(3)]
    assert len({row["solution_minutes.mean"] for row in place["rows"]}) == 6


def test_what_the_howto_calls_from_python_is_what_the_commands_print(workplace):
    place = {"__name__": "howto"}
    for block in blocks("docs/howto.en.md", "python"):
        exec(compile(block, "howto", "exec"), place)

    def printed(*words):
        return json.loads(CliRunner().invoke(app, [*words, "--json"], prog_name="cogov").stdout)

    days = ("--city", "street", "--days", "5", "--warm-up", "5", "--follow-up", "5")
    assert place["names"] == [entry["id"] for entry in printed("scenarios")["scenarios"]]
    assert json.loads(json.dumps(place["steps"])) == printed("plan", "cadre_sinking")["day"]
    shown = printed("show", "cadre_sinking", "--with", "storm_month", "--city", "street")
    assert place["shown"].keys() == shown.keys()
    for part in ("policy", "shock", "city"):
        assert json.loads(json.dumps(place["shown"]["scenario"][part])) == shown["scenario"][part]
    assert (place["problems"], printed("check", "storm_month")[0]["problems"]) == ([], [])
    run = printed("run", "cadre_sinking", "--with", "storm_month", *days)
    assert {key: None if value != value else value for key, value in place["result"].summary.items()} == run["values"]
    pair = printed("compare", "cadre_sinking", *days, "--replications", "2", "--workers", "1")
    found = {effect["measure"]: effect for effect in pair["effects"]["cadre_sinking"]}
    assert place["effect"].to_dict() == found["solution_minutes.mean"] | {
        key: value for key, value in place["effect"].to_dict().items() if value != value
    }
    for made in ("run/report.html", "run/events.parquet", "run/summary.json", "pair/report.html"):
        assert (workplace / "out" / "python" / made).exists()


def test_every_function_of_the_howto_stands_in_the_reference():
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    (block,) = blocks("docs/howto.en.md", "python")
    imported = [name for names in re.findall(r"^from cogov\S+ import (.*)$", block, re.MULTILINE)
                for name in names.split(", ")]  # fmt: skip
    assert len(imported) >= 10
    assert [name for name in [*imported, "how_far", "analyse_folder"] if f"\n### {name}\n" not in text] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", *ALSO])
def test_links_lead_to_files_and_chapters(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", ["README.zh.md", *(name for name in ALSO if name.endswith(".zh.md"))])
def test_chinese_pages_lead_to_chinese_pages_where_there_are_any(name):
    text = re.sub(r"^.*English.*$", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for target in re.findall(r"\]\(([^)#:]+)\.md(?:#[^)]*)?\)", text):
        own = target.removesuffix(".en").removesuffix(".zh")
        assert target.endswith(".zh") or not ((ROOT / name).parent / f"{own}.zh.md").exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", *ALSO])
def test_links_lead_to_headings_that_are_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target, heading in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text):
        there = ((ROOT / name).parent / target if target else ROOT / name).read_text(encoding="utf-8")
        assert heading in {*anchors(there), *re.findall(r'<a id="([^"]+)"', there)}, f"{target}#{heading}"


def anchors(text):
    """Return the anchors that GitHub makes of headings."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
