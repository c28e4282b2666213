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
from cogov.experiments.results import open_results
from cogov.experiments.tables import sha256
from cogov.experiments.verify import verify
from cogov.viz.report import render, report_of, write_files
from cogov.viz.seals import check, parts_of_page, parts_of_pdf, remade


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


def looked(path, kept=None, **more):
    verdict = verify(path, workers=1, engine=engine, keep=kept, **more)
    assert verdict.holds
    return check(path, verdict, kept).altered


def spoil(page, old, new):
    text = page.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


def figure_of(page):
    """Return a difference that stands in the table of key measures of a page."""
    part = parts_of_page(page.read_text(encoding="utf-8"))["effects-zh"].decode()
    return re.search(r'<td class="better">(−[^<]+)<', part)[1]


@pytest.mark.parametrize("name", ["comparison", "experiment", "run"])
def test_untouched_reports_hold_alone_and_in_their_folder(made, name, tmp_path):
    assert looked(made / name, sample=1) == {}
    alone = shutil.copy(made / name / "report.html", tmp_path)
    if name != "experiment":  # that needs its folder
        assert looked(tmp_path / "report.html", tmp_path / "kept") == {}
    assert alone


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
    spoil(page, f'<td class="better">{figure_of(page)}', '<td class="better">−9,999 件')
    text = page.read_text(encoding="utf-8")
    parts = parts_of_page(text)
    manifest = json.loads(text.partition(OPENING)[2].partition("</script>")[0])
    old = manifest["parts"]["effects-zh"]
    assert old != sha256(parts["effects-zh"])
    page.write_text(text.replace(old, sha256(parts["effects-zh"])), encoding="utf-8")
    assert looked(page, sample=1) == {}  # a sample of the runs cannot tell
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
    spoil(page, "情景下", "情景之下")
    assert list(check(page, verify(page, workers=1, engine=engine)).altered) == [str(page)]


def test_results_made_again_give_the_same_report(made, tmp_path):
    page = made / "comparison" / "report.html"
    verdict = verify(page, workers=1, engine=engine, keep=tmp_path)
    again = remade(verdict.manifest, tmp_path)
    beside = open_results([made / "comparison"])
    assert again.comparison.to_dict() == beside.comparison.to_dict()
    assert report_of(again, "zh").documents == report_of(beside, "zh").documents


def test_pages_and_data_of_a_pdf_bear_hashes():
    pytest.importorskip("weasyprint")
    from small_report import small

    from cogov.viz.to_pdf import pdf

    report = small()
    report = type(report)(report.documents, report.version, b'{"format": 1, "kind": "run"}')
    content = pdf(report)
    parts = parts_of_pdf(content)
    from io import BytesIO

    from pypdf import PdfReader

    told = json.loads(PdfReader(BytesIO(content)).attachments["manifest.json"][0])["parts"]
    assert told == {name: sha256(part) for name, part in parts.items()}
    assert {"p1", "p2", "one.csv"} <= set(told)
    assert len(set(told.values())) > 3
