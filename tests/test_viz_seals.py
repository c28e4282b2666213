"""A figure changed by hand in a report is found and named, whatever the form, and though its hash is changed too."""

import json
import re
import shutil

import pytest
from synthetic import FakeScenario, engine
from test_experiments_campaign import FEW, written
from test_experiments_campaign import run as run_campaign
from test_experiments_results import one_run

from cogov.experiments.borne import OPENING
from cogov.experiments.compare import compare
from cogov.experiments.results import ResultsError, open_results
from cogov.experiments.tables import sha256
from cogov.experiments.verify import verify
from cogov.viz import seals
from cogov.viz.report import render, report_of, write_files
from cogov.viz.seals import check, libraries, parts_of_page, remade


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
    compare(sides, replications=2, workers=1, engine=engine, out=out / "comparison")
    run_campaign(written(out, FEW), out / "experiment")
    one_run(out / "run")
    for name in ("comparison", "experiment", "run"):
        for form in ("html", "md") if name == "comparison" else ("html",):
            write_files(render(report_of(open_results([out / name]), "zh", form), form=form), out / name)
    return out


@pytest.fixture
def copy(made, tmp_path):
    return shutil.copytree(made, tmp_path / "copy")


def judged(path, kept=None, **more):
    verdict = verify(path, workers=1, engine=engine, keep=kept, **more)
    assert verdict.holds
    return check(path, verdict, kept)


def looked(path, kept=None, **more):
    return judged(path, kept, **more).altered


def spoil(page, old, new):
    text = page.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


def forge(page, old, new, **more):
    """Change a part of a page, its hash with it, and more keys of its manifest."""
    spoil(page, old, new)
    text = page.read_text(encoding="utf-8")
    body = text.partition(OPENING)[2].partition("</script>")[0]
    manifest = json.loads(body.replace("<\\/", "</"))
    manifest["parts"] = {name: sha256(part) for name, part in parts_of_page(text).items()}
    told = json.dumps({**manifest, **more}, sort_keys=True, ensure_ascii=False).replace("</", "<\\/")
    page.write_text(text.replace(body, told), encoding="utf-8")


def figure_of(page):
    """Return a difference that stands in the table of key measures of a page."""
    part = parts_of_page(page.read_text(encoding="utf-8"))["effects-zh"].decode()
    return re.search(r'<td class="better">(−[^<]+)<', part)[1]


@pytest.mark.parametrize("name", ["comparison", "experiment", "run"])
def test_untouched_reports_hold_alone_and_in_their_folder(made, name, tmp_path):
    assert looked(made / name, sample=1) == judged(made / name, sample=1).own == {}
    alone = shutil.copy(made / name / "report.html", tmp_path)
    verdict = judged(tmp_path / "report.html", tmp_path / "kept")
    why = {str(alone): "experiment"} if name == "experiment" else {}
    assert (verdict.altered, verdict.own, verdict.complete) == ({}, why, not why)


@pytest.mark.parametrize(("key", "value"), [("command", "other"), ("cities", {"x.json": ""})])
def test_a_manifest_changed_with_figure_and_hash_is_named_beside_its_results(copy, key, value):
    page = copy / "comparison" / "report.html"
    forge(page, f'<td class="better">{figure_of(page)}', '<td class="better">−9,999 件', **{key: value})
    for verdict in (judged(page, sample=1), judged(copy / "comparison", sample=1)):
        manifest, figure = verdict.altered[str(page)]
        assert manifest.startswith(f"manifest.{key}")
        assert figure.startswith("“主要指标”: −9,999 件 ≠ ")
        assert not verdict.holds


def test_a_report_on_an_experiment_is_held_against_the_experiment_beside_it(copy):
    page = copy / "experiment" / "report.html"
    forge(page, "cogov verify ", "cogov trust ", experiment={})
    with pytest.raises(ResultsError):
        judged(page)
    places = judged(copy / "experiment", sample=1).altered[str(page)]
    assert {place.partition(".")[0].partition(":")[0] for place in places} >= {"manifest", "“结果如何产生”"}


def test_a_report_on_other_results_than_its_folder_says_so(made, copy):
    other = shutil.copy(made / "run" / "report.html", copy / "comparison" / "other.html")
    verdict = judged(copy / "comparison", sample=1)
    assert (verdict.altered, verdict.own, verdict.complete) == ({}, {str(other): "folder"}, False)
    spoil(other, "情景下", "情景之下")
    assert list(looked(copy / "comparison", sample=1)) == [str(other)]


def test_a_report_that_lost_its_hashes_is_no_report_that_was_looked_at(copy):
    page = copy / "comparison" / "report.html"
    forge(page, "情景", "情况", parts={}, report=None)
    assert looked(page, sample=1) == {str(page): ("manifest.report",)}
    spoil(page, '"parts":', '"bits":')
    verdict = judged(page)
    assert (verdict.own, verdict.reports, verdict.complete) == ({str(page): "bare"}, (), False)


def test_what_parts_leave_out_is_held_against_a_report_made_anew(copy):
    page = copy / "comparison" / "report.html"
    spoil(page, "data:font/woff;base64,", "data:font/woff;base64,AAAA")
    assert looked(page, sample=1) == {str(page): ("report.html",)}


def test_a_changed_figure_of_a_page_is_named_with_what_should_stand_there(copy, tmp_path):
    page = copy / "comparison" / "report.html"
    figure = figure_of(page)
    spoil(page, f'<td class="better">{figure}', '<td class="better">−9,999 件')
    assert looked(page, sample=1) == looked(copy / "comparison", sample=1)
    ((place,),) = looked(page, sample=1).values()
    assert place.startswith("“主要指标”: −9,999 件 ≠ ")
    assert figure in place
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(page, alone)
    assert looked(alone / "report.html", sample=1) == {str(alone / "report.html"): ("“主要指标”",)}  # by its own hashes
    assert looked(alone / "report.html", tmp_path / "kept") == {str(alone / "report.html"): (place,)}  # by the runs


def test_a_hash_changed_with_the_figure_does_not_help(copy, tmp_path):
    page = tmp_path / "report.html"
    shutil.copy(copy / "comparison" / "report.html", page)
    forge(page, f'<td class="better">{figure_of(page)}', '<td class="better">−9,999 件')
    verdict = judged(page, sample=1)
    assert (verdict.altered, verdict.own) == ({}, {str(page): "sample"})  # a sample of the runs cannot tell
    ((place,),) = looked(page, tmp_path / "kept").values()
    assert place.startswith("“主要指标”: −9,999 件 ≠ ")


def test_changed_data_beside_markdown_are_named(copy):
    folder = copy / "comparison"
    data = folder / "report_files" / "tradeoff.csv"
    data.write_bytes(data.read_bytes() + b"x,1\n")
    text = folder / "report.md"
    spoil(text, "## 结论", "## 结论\n\n一切都好。")
    found = looked(text, sample=1)[str(text)]
    assert {place.partition(":")[0] for place in found} == {"结论", "tradeoff.csv"}


def test_a_removed_chapter_is_named(copy):
    page = copy / "comparison" / "report.html"
    chapter = parts_of_page(page.read_text(encoding="utf-8"))["worse-zh"].decode()
    spoil(page, chapter, "")
    assert "“什么变差了”" in looked(page, sample=1)[str(page)]


def test_a_report_of_other_code_is_held_against_its_own_hashes(copy, monkeypatch):
    monkeypatch.setattr("cogov.viz.seals.code", lambda: "another")
    page = copy / "run" / "report.html"
    verdict = check(page, verify(page, workers=1, engine=engine))
    assert (verdict.holds, verdict.versions["report"][1]) == (True, "another")
    assert (verdict.own, verdict.complete) == ({str(page): "versions"}, False)
    spoil(page, "情景下", "情景之下")
    assert list(check(page, verify(page, workers=1, engine=engine)).altered) == [str(page)]


def test_a_report_of_other_libraries_is_held_against_its_own_hashes_and_names_them(copy, monkeypatch):
    page = copy / "run" / "report.html"
    now = libraries("html")
    assert {"fonttools", "jinja2", "matplotlib"} <= set(now)
    assert {"weasyprint", "pydyf", "pango"} == set(libraries("pdf")) - set(now)
    monkeypatch.setattr("cogov.viz.seals.libraries", lambda form: {**now, "matplotlib": "99.0"})
    monkeypatch.setattr("cogov.viz.seals._anew", lambda *_: pytest.fail("made anew by another library"))
    for path in (page, copy / "run"):
        verdict = judged(path)
        assert (verdict.altered, verdict.own) == ({}, {str(page): "versions"})
        assert verdict.versions == {"matplotlib": (now["matplotlib"], "99.0")}
    spoil(page, "情景下", "情景之下")
    assert list(looked(page)) == [str(page)]


def test_results_made_again_give_the_same_report(made, tmp_path):
    page = made / "comparison" / "report.html"
    verdict = verify(page, workers=1, engine=engine, keep=tmp_path)
    again = remade(verdict.manifest, tmp_path)
    beside = open_results([made / "comparison"])
    assert again.comparison.to_dict() == beside.comparison.to_dict()
    assert report_of(again, "zh").documents == report_of(beside, "zh").documents


def test_a_pdf_is_held_against_one_made_anew_to_the_byte(copy):
    pytest.importorskip("weasyprint")
    folder = copy / "run"
    write_files(render(report_of(open_results([folder]), "en", "pdf"), form="pdf"), folder)
    pdf = folder / "report.pdf"
    verdict = judged(pdf)
    assert (verdict.altered, verdict.own, verdict.complete) == ({}, {}, True)
    pdf.write_bytes(pdf.read_bytes() + b"% more\n")
    assert looked(pdf) == {str(pdf): ("report.pdf",)}


def test_pages_are_named_in_their_order(copy, monkeypatch):
    monkeypatch.setattr(seals, "parts_of_page", lambda text: {f"p{i}": b"other" for i in range(1, 12)})
    found = next(iter(looked(copy / "run" / "report.html").values()))
    assert [place for place in found if place.startswith("p. ")] == ["p. 1–11"]
    parts = ["answer-zh", "p1", "p2", "p10", "p3", "p11", "data.csv"]
    assert [seals._named(name) for name in seals._in_order(parts)] == ["“结论”", "data.csv", "p. 1–3", "p. 10–11"]


@pytest.mark.parametrize("name", ["comparison/report.html", "comparison/report.md"])
def test_a_seed_changed_in_a_manifest_alone_is_found_by_a_sample_too(copy, tmp_path, name):
    report = copy / name
    for path in (p for p in report.parent.iterdir() if p.name not in (report.name, f"{report.stem}_files")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    bears = report if report.suffix == ".html" else report.parent / "report_files" / "manifest.json"
    seed = re.search(r'"seed": (\d{6,})', bears.read_text(encoding="utf-8"))[1]
    spoil(bears, f'"seed": {seed}', f'"seed": {seed[:-1]}{9 - int(seed[-1])}')
    verdict = check(report, verify(report, workers=1, engine=engine, sample=1))
    assert verdict.altered[str(report)][0] == "manifest"
