"""``cogov report`` and ``cogov verify``: what they write, what they say, and their exit codes, in both languages."""

import json
import re
import shutil
from contextlib import contextmanager

import pytest
from synthetic import FakeScenario, engine
from test_experiments_campaign import run as run_campaign
from test_experiments_campaign import written
from test_experiments_results import one_run
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiments import verify
from cogov.experiments.compare import compare


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    compare([FakeScenario(), FakeScenario("cadre_sinking")], replications=2, workers=1, engine=engine, out=out / "cmp")
    run_campaign(written(out), out / "experiment")
    one_run(out / "run")
    one_run(out / "other", "cadre_sinking")
    return out


@pytest.fixture
def call(monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr("cogov.model.compiled.is_warm", lambda: True)

    def run(*words):
        result = CliRunner().invoke(app, [str(word) for word in words], prog_name="cogov")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def test_a_report_goes_into_the_folder_unless_told_otherwise(call, made, tmp_path):
    folder = shutil.copytree(made / "run", tmp_path / "run")
    assert call("report", folder) == (0, f"{folder / 'report.html'}\n", "")
    assert (folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    out = tmp_path / "new" / "mine.md"
    assert call("report", folder, "--out", out, "--lang", "zh")[:2] == (0, f"{out}\n")
    assert out.read_text(encoding="utf-8").startswith("# ")
    assert (out.parent / "mine_files" / "curves.zh.svg").exists()
    assert not (out.parent / "mine_files" / "curves.en.svg").exists()


@pytest.mark.parametrize(("lang", "steps"), [("both", 4), ("zh", 3)])
def test_how_far_a_report_is_shows_language_by_language(call, made, tmp_path, monkeypatch, lang, steps):
    told = []

    @contextmanager
    def bar(label, lang=None):
        assert (label, lang) == ("mine.html", None)  # so that nothing is said where there is no terminal
        yield lambda done, total: told.append((done, total))

    monkeypatch.setattr("cogov.report_cli.progress_bar", bar)
    assert call("report", made / "cmp", "--lang", lang, "--out", tmp_path / "mine.html")[0] == 0
    assert told == [(done, steps) for done in range(steps + 1)]


def test_the_form_is_that_of_the_option_or_of_the_ending(call, made, tmp_path):
    assert call("report", made / "experiment", "--format", "html", "--out", tmp_path / "committee")[0] == 0
    assert (tmp_path / "committee").read_bytes().startswith(b"<!doctype html>")


def test_several_runs_make_one_report(call, made, tmp_path):
    code, _, _ = call("report", made / "run", made / "other", "--lang", "en", "--out", tmp_path / "a.html")
    assert code == 0
    assert "What does Cadre sinking change, compared with Baseline?" in (tmp_path / "a.html").read_text(
        encoding="utf-8"
    )


def test_compare_and_report_give_the_same_page(made, tmp_path, call):
    from cogov.experiments.reading import read_comparison
    from cogov.viz.report import write_report

    write_report(read_comparison(made / "cmp"), made / "cmp" / "report.html")
    call("report", made / "cmp", "--out", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (made / "cmp" / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["DIR/nowhere"], "DIR/nowhere: there is no such folder", "没有这个文件夹"),
        (["DIR"], "DIR holds no results", "没有结果"),
        (["DIR/run", "DIR/cmp"], "DIR/cmp holds a whole comparison", "单独成一份报告"),
        (["DIR/run", "--out", "x.docx"], "--out x.docx: .docx is no form of a report", "不是报告的格式"),
        (
            ["DIR/run", "--format", "pdf", "--out", "x.docx"],
            "x.docx: .docx is not the ending of a report in pdf",
            "扩展名",
        ),
        (["DIR/run", "--format", "html", "--out", "x.pdf"], "call it x.html, or leave out --format", "x.html"),
        (["DIR/run", "--out", "DIR"], "--out DIR: is a folder", "是文件夹"),
        (["DIR/run", "--out", ""], "the name of the file is empty", "文件名是空的"),
        (["DIR/run", "--format", "docx"], '--format ("docx"): must be one of', "应为其中之一"),
        ([], "is missing", "缺少"),
    ],
)
def test_bad_input_is_one_message_in_both_languages(call, made, monkeypatch, words, english, chinese):
    words = [word.replace("DIR", str(made)) for word in words]
    code, out, err = call("report", *words)
    assert (code, out) == (2, "")
    assert english.replace("DIR", str(made)) in err
    assert len(err.splitlines()) == 1
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert chinese in call("report", *words)[2]


def test_an_unknown_language_is_one_message(call, made):
    code, _, err = call("report", made / "run", "--lang", "fr")
    assert (code, err) == (2, "cogov report: --lang (\"fr\"): must be one of 'zh', 'en', 'both' "
                              "(see cogov report --help)\n")  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "注意：结果文件夹在写成之后被改动过"), ("en", "Mind: the folder of results was altered")]
)
@pytest.mark.parametrize("form", ["html", "md"])
def test_a_report_on_an_altered_folder_says_so_first(call, made, tmp_path, lang, words, form):
    folder = shutil.copytree(made / "cmp", tmp_path / "cmp")
    place = tmp_path / f"said.{form}"
    code, _, err = call("report", folder, "--lang", lang, "--out", place)
    assert (code, err) == (0, "")
    assert words not in place.read_text(encoding="utf-8")
    facts = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    (folder / "comparison.json").write_text(json.dumps({**facts, "replications": 99}), encoding="utf-8")
    (folder / "grids.parquet").unlink()
    code, _, err = call("report", folder, "--lang", lang, "--out", place)
    text = place.read_text(encoding="utf-8")
    assert (code, len(err.splitlines())) == (1, 1)
    assert err.startswith(words)
    assert "comparison.json" in err
    assert "grids.parquet" in err
    assert text.index(words) < text.index({"zh": "结论", "en": "The answer"}[lang])


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", "注意：这些结果由另一份代码得出，而 cogov 的版本号相同（模型代码当时为 0123456789abcdef，现在为 NOW）"),
    ("en", "Mind: other code than this made these results, though the version of cogov is the same (code of the model: "
           "0123456789abcdef then, NOW now)"),
])  # fmt: skip
@pytest.mark.parametrize(("name", "file"), [("cmp", "comparison.json"), ("experiment", "manifest.json")])
def test_a_report_on_results_of_another_model_says_so_first(call, made, tmp_path, lang, words, name, file):
    folder, place = shutil.copytree(made / name, tmp_path / name), tmp_path / "said.md"
    facts = json.loads((folder / file).read_text(encoding="utf-8"))
    words = words.replace("NOW", facts["versions"]["model"])
    then = {**facts["versions"], "model": "0123456789abcdef"}
    (folder / file).write_text(json.dumps({**facts, "versions": then}), encoding="utf-8")
    code, _, err = call("report", folder, "--lang", lang, "--out", place)
    assert (code, len(err.splitlines())) == (1, 1)
    assert words in err
    text = place.read_text(encoding="utf-8").replace("\\", "")
    assert text.index(words) < text.index({"zh": "结论", "en": "The answer"}[lang])


def test_verify_says_what_holds(call, made, monkeypatch):
    monkeypatch.setattr(verify, "run_tasks", lambda work, tasks, **_: [dict(task.expected) for task in tasks])
    code, out, _ = call("verify", made / "cmp", "--sample", "3", "--lang", "en")
    assert (code, out.splitlines()[1:]) == (0, [
        "worked out anew from the files of the runs: comparison.json, curves.parquet, grids.parquet; not the same: 0",
        *out.splitlines()[2:-2],
        "runs made again: 3 of 4; the same to the byte: 3",
        "verified as far as looked at; without --sample all runs are made again",
    ])  # fmt: skip
    held = re.match(r"files held against the hashes written down for them: (\d+), of which the RO-Crate lists (\d+); "
                    "missing or altered: 0", out)  # fmt: skip
    crate = json.loads((made / "cmp" / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    assert int(held[2]) == sum("sha256" in entity for entity in crate)
    assert int(held[1]) == int(held[2]) + 4 * len(
        json.loads((made / "cmp/runs/baseline/0/run.json").read_text())["files"]
    )
    chinese = call("verify", made / "cmp", "--lang", "zh")[1]
    assert chinese.endswith("重跑：4 次运行中的 4 次；结果逐字节相同的：4 次\n核对通过\n")
    code, out, _ = call("verify", made / "cmp", "--sample", "1", "--json")
    assert (code, json.loads(out)) == (
        0,
        {"holds": True, "complete": False, "own_hashes": {}, "runs": 4,
         "checked": json.loads(out)["checked"], "differing": {}, "failed": {}, "damaged": [],
         "missing": [], "altered": {}, "versions": {}, "files": int(held[1]), "crate": int(held[2]),
         "rebuilt": ["comparison.json", "curves.parquet", "grids.parquet"], "reports": json.loads(out)["reports"]},
    )  # fmt: skip
    assert len(json.loads(out)["checked"]) == 1


def test_verify_says_which_reports_only_their_own_hashes_speak_for(call, made, monkeypatch, tmp_path):
    monkeypatch.setattr(verify, "run_tasks", lambda work, tasks, **_: [dict(task.expected) for task in tasks])
    folder = shutil.copytree(made / "cmp", tmp_path / "cmp")
    call("report", made / "run", "--out", folder / "other.html")
    code, out, err = call("verify", folder, "--lang", "en")
    said = "runs verified; reports named above as far as their own hashes go"
    assert (code, out.splitlines()[-1]) == (0, said)
    assert "other.html: its text and figures were held against its own hashes only, since it is on other " in err
    facts = json.loads(call("verify", folder, "--json")[1])
    assert (facts["holds"], facts["complete"]) == (True, False)
    assert facts["own_hashes"] == {str(folder / "other.html"): "folder"}


def test_verify_names_what_differs_and_fails(call, made, monkeypatch, tmp_path):
    def spoilt(work, tasks, **_):
        return [{**task.expected, "daily.parquet": "0"} if task.name == "baseline/1" else dict(task.expected)
                for task in tasks]  # fmt: skip

    folder = shutil.copytree(made / "cmp", tmp_path / "cmp")
    facts = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    facts["versions"]["numpy"] = "1.0"
    (folder / "comparison.json").write_text(json.dumps(facts), encoding="utf-8")
    monkeypatch.setattr(verify, "run_tasks", spoilt)
    code, out, err = call("verify", folder)
    said = "runs made again: 4 of 4; the same to the byte: 3\nNOT verified: something differs, see above\n"
    assert (code, out.endswith(said)) == (1, True)
    assert "; missing or altered: 1\n" in out
    assert "baseline/1: daily.parquet came out differently\n" in err
    assert "made with numpy 1.0, and this is " in err
    code, out, err = call("verify", folder, "--json")
    facts = json.loads(out)
    assert (code, err) == (1, "")
    assert (facts["holds"], facts["runs"], len(facts["checked"])) == (False, 4, 4)
    assert facts["differing"] == {"baseline/1": ["daily.parquet"]}
    assert facts["versions"]["numpy"]["then"] == "1.0"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["DIR/nowhere"], "there is no such file or folder"),
        (["DIR/cmp", "--sample", "0"], "must be a whole number, at least 1"),
    ],
)
def test_verify_refuses_what_it_cannot_read(call, made, words, said):
    code, _, err = call("verify", *(word.replace("DIR", str(made)) for word in words))
    assert (code, len(err.splitlines())) == (2, 1)
    assert said in err
