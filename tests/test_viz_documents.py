"""Reports in every form: the same content, both languages whole, nothing from outside, the same bytes each time."""

import base64
import csv
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_results import make_results

from cogov.experiments.results import open_results
from cogov.viz import style, to_html, to_pdf
from cogov.viz.blocks import Fold, Note, Sheet, figures_of
from cogov.viz.report import MOST_BYTES, TooLargeError, build_report, render, report_of, write_report
from cogov.viz.to_html import html as html_of
from cogov.viz.words import LANGUAGES

KINDS = ["comparison", "run", "experiment"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def reports(made):
    return {kind: report_of(open_results([made / kind])) for kind in KINDS}


def outside(text):
    """Return what of a page could lead out of it: any address that is no name of an XML namespace and no text.

    The text of a page may name an address, such as a DOI or the one of a licence, for that is how works are cited and
    it fetches nothing: a reader has to copy it. No mark of the page may, nor style, script or picture.
    """
    text = re.sub(r"data:[\w/+.-]+(?:;[\w=-]+)*,[A-Za-z0-9+/=]*", "data:", text)
    text = re.sub(r'\bxmlns(?::\w+)?="http://www\.w3\.org/[^"]*"', "", text)
    shown = re.sub(r"<(script|style|svg)\b.*?</\1>", "", text, flags=re.DOTALL)
    cited = {found for piece in re.findall(r">([^<>]+)<", shown) for found in re.findall(r"https?://[^\s<\"]+", piece)}
    for address in sorted(cited, key=len, reverse=True):
        text = text.replace(f">{address}", ">").replace(f" {address}", " ")
    found = re.findall(r"(?:\b[a-z]{3,6}:)?//(?=[\w\[])[^\s\"'<>)]{1,60}", text, flags=re.IGNORECASE)
    marks = re.findall(r'(?:src|href|srcset|action|poster|data)\s*=\s*"([^"]*)"', text)
    marks += re.findall(r"url\(([^)]*)\)", text)
    return [*found, *(m[:60] for m in marks if not m.startswith(("#", "data:"))), *re.findall("@import", text)]


@pytest.mark.parametrize("mark", ['<img src="https://example.org/a.png">', '<a href="//example.org">', "fetch('http://a.b')",
                                  "<style>@import 'x.css'</style>", '<svg><image xlink:href="x.png"/></svg>',
                                  'style="background: url(//a.b/c)"', '<p title="https://example.org">'])  # fmt: skip
def test_an_outside_address_is_found_wherever_it_stands(mark):
    assert outside(f"<p>{mark}</p>")


def test_a_citation_and_a_namespace_are_no_outside_address():
    assert (
        outside('<svg xmlns="http://www.w3.org/2000/svg"></svg><p>See https://doi.org/10.1/x.</p><a href="#a">') == []
    )


@pytest.mark.parametrize("kind", KINDS)
def test_dates_are_those_of_the_language(reports, kind):
    for document in reports[kind].documents:
        page = html_of(replace(reports[kind], documents=(document,)))
        shown = re.sub(r"<(script|style|pre)\b.*?</\1>|data:[^\"]*|<!--.*?-->", "", page, flags=re.DOTALL)
        assert re.findall(r"\b\d{4}-\d\d-\d\d\S{0,9}|>\d\d-\d\d<", shown) == []
        assert re.search({"zh": r"自 2024年6月1日起", "en": "from 1 June 2024"}[document.lang], shown)
        assert re.search({"zh": r"\d月\d+日<", "en": r">\d+ (May|Jun|Jul)<"}[document.lang], shown)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_says_nothing_of_replications_or_bands(reports, lang):
    document = next(d for d in reports["run"].documents if d.lang == lang)
    page = html_of(replace(reports["run"], documents=(document,)))
    shown = re.sub(r"<(script|style|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
    shown = re.sub(rf'<section id="dictionary-{lang}">.*?</section>', "", shown, flags=re.DOTALL)
    word = {
        "zh": "重复运行|次重复|各次重复|阴影|配对|区间宽",
        "en": "replication|bands run|paired (?!reserve)|intervals are",
    }[lang]
    assert re.findall(rf".{{20}}(?:{word}).{{20}}", shown) == []


def test_sentences_use_no_labels_of_tables(reports):
    for document in (d for kind in KINDS for d in reports[kind].documents):
        assert [text for _, text in document.answer if " · " in text] == []


def shape(blocks):
    """Return kinds and sizes of blocks, whatever their words."""
    found = []
    for block in blocks:
        inner = shape(block.blocks) if isinstance(block, Fold) else ()
        rows = [len(row) for row in block.rows] if isinstance(block, Sheet) else ()
        found.append((block.kind, rows, inner))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_have_the_same_blocks(reports, kind):
    zh, en = reports[kind].documents
    assert (zh.lang, en.lang) == LANGUAGES
    for one, other in zip(zh.sections, en.sections, strict=True):
        assert shape(one.blocks) == shape(other.blocks), one.id
        assert re.search("[一-鿿]", one.title)
        assert not re.search("[一-鿿]", other.title)
    assert [(f.name, f.data) for f in figures_of(zh)] == [(f.name, f.data) for f in figures_of(en)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_vector_has_words_and_data(reports, kind):
    figures = [f for document in reports[kind].documents for f in figures_of(document)]
    assert len(figures) >= 6
    for figure in figures:
        assert "<image" not in figure.svg
        ET.fromstring(figure.svg)
        assert len(figure.alt) > 20
        rows = list(csv.reader(io.StringIO(figure.data)))
        assert len(rows) > 1
        assert {len(row) for row in rows} == {len(rows[0])}


def test_the_data_of_a_figure_are_the_values_of_the_comparison(made, reports):
    comparison = open_results([made / "comparison"]).comparison
    data = {f.name: list(csv.DictReader(io.StringIO(f.data))) for f in figures_of(reports["comparison"].documents[0])}
    row = next(r for r in data["intervals"] if r["measure"] == "backlog")
    pair = comparison.effects["cadre_sinking"]["backlog"].pair
    assert [float(row[k]) for k in ("reference", "difference", "low", "high")] == pytest.approx(
        [pair.baseline, pair.difference, pair.low, pair.high], rel=1e-5
    )
    day = data["curves"][-1]
    values = comparison.curves["cadre_sinking"][day["measure"]][:, -1]
    assert [float(day[k]) for k in ("mean", "low", "high")] == pytest.approx(
        [values.mean(), values.min(), values.max()], rel=1e-5
    )
    base = comparison.grids["baseline"]
    communities = np.unique(base["community"])
    for name in ("maps", "maps-1"):
        levels = [row["level"] for row in data[name]]
        assert levels == ["community"] * len(communities) + ["grid"] * len(base["grid"])
    own = [float(row["solution_minutes.cadre_sinking"] or "nan") for row in data["maps-1"] if row["level"] == "grid"]
    assert own == pytest.approx(comparison.grids["cadre_sinking"]["solution_minutes"], rel=1e-5, nan_ok=True)
    assert {"solution_minutes.baseline", "solution_minutes.cadre_sinking"} < data["maps-1"][0].keys()
    first, second = ([row["solution_minutes.baseline"] for row in data[name]] for name in ("maps", "maps-1"))
    assert first == second


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_nothing_from_outside_and_is_small(made, reports, kind):
    (page,) = render(reports[kind], form="html").values()
    text = page.decode()
    assert outside(text) == []
    assert len(page) < MOST_BYTES == 5_000_000
    assert build_report([made / kind], name="report") == {"report.html": page}


def test_a_page_that_would_be_too_large_is_refused_with_what_to_do(made, reports, tmp_path, monkeypatch):
    monkeypatch.setattr("cogov.viz.report.MOST_BYTES", 100_000)
    for make in (lambda: render(reports["run"], form="html"),
                 lambda: write_report(open_results([made / "comparison"]), tmp_path / "report.html")):  # fmt: skip
        with pytest.raises(TooLargeError) as failure:
            make()
        assert re.match(r"the report would have \d\.\d MB, and a page may have 0.1 MB at most: ", str(failure.value))
        assert "--lang zh" in failure.value.told("zh")
    assert list(tmp_path.iterdir()) == []
    assert render(reports["run"], form="md")


@pytest.mark.parametrize(("lang", "other"), [("zh", "en"), ("en", "zh")])
def test_a_page_in_one_language_has_no_other(made, lang, other):
    (page,) = build_report([made / "run"], lang=lang).values()
    text = page.decode()
    assert f'class="page-{lang}"' in text
    assert f'class="page-{other}"' not in text
    assert 'type="radio"' not in text
    assert text.startswith(f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"')


def test_markdown_comes_with_its_figures_and_data(made):
    files = build_report([made / "comparison"], form="md", name="mine")
    text = files["mine.md"].decode()
    links = set(re.findall(r"\]\((mine_files/[^)]+)\)", text))
    assert links == set(files) - {"mine.md", "mine_files/manifest.json"}
    assert text.count("\n# ") + text.startswith("# ") == 2
    for line in text.splitlines():
        assert not line.startswith("|") or line.endswith("|")
    assert files == build_report([made / "comparison"], form="md", name="mine")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_to_read_a_cell_says_what_the_cell_says(made, lang):
    document = report_of(open_results([made / "comparison"]), lang).documents[0]
    blocks = next(s for s in document.sections if s.id == "effects").blocks
    solution, how = {"zh": ("发生到解决", "怎样读"), "en": ("Need to solution", "How to read")}[lang]
    cell = next(row[2] for row in blocks[0].rows if row[0].text.startswith(solution))
    note = next(b.text for b in blocks if isinstance(b, Note) and b.text.startswith(how))
    assert cell.text.partition(" (")[0] in note
    assert cell.below.rpartition(" · ")[2] in note


def test_figures_that_are_files_need_no_font(made):
    files = build_report([made / "comparison"], form="md", name="mine")
    drawn = {name: content.decode() for name, content in files.items() if name.endswith(".svg")}
    assert len(drawn) >= 14
    for name, svg in drawn.items():
        ET.fromstring(svg)
        assert "<text" not in svg, name
        assert "font" not in svg, name
        assert "aria-label=" in svg
        inside = set(re.findall(r'\bid="([^"]+)"', svg))
        assert set(re.findall(r'href="#([^"]+)"', svg)) <= inside, name
    assert any("<text" in f.svg for f in figures_of(report_of(open_results([made / "comparison"])).documents[0]))


def test_a_page_bears_just_the_signs_that_it_shows(reports):
    from fontTools.ttLib import TTFont

    (page,) = render(reports["run"], form="html").values()
    text = page.decode()
    coded = re.search(r"data:font/woff;base64,([^)]+)\)", text)[1]
    covered = set(TTFont(io.BytesIO(base64.b64decode(coded))).getBestCmap())
    whole = set(TTFont(Path(style.__file__).parent / "fonts" / f"{style.FONT}.otf").getBestCmap())
    shown = {ord(c) for c in text.replace(coded, "")}
    assert shown & whole <= covered
    assert len(coded) < 400_000 < 844_668
    assert [chr(c) for c in sorted(shown - covered) if c > 127] == []


def test_an_unknown_form_or_language_is_refused(made):
    with pytest.raises(KeyError):
        build_report([made / "run"], form="docx")
    with pytest.raises(KeyError):
        build_report([made / "run"], lang="fr")


# PDF ----------------------------------------------------------------------------------------------------------------


def test_a_real_report_prints_the_official_rates_with_their_values(made, reports):
    pypdf = pytest.importorskip("pypdf")
    zh = reports["run"].documents[0]
    reader = pypdf.PdfReader(io.BytesIO(to_pdf.pdf(replace(reports["run"], documents=(zh,)))))
    whole = "".join("".join(page.extract_text() for page in reader.pages).split())
    means = open_results([made / "run"]).comparison.means["baseline"]
    for name, key in (("响应率", "response_rate"), ("解决率", "resolution_rate"), ("满意率", "satisfaction_rate"),
                      ("按期办结率", "on_time_rate")):  # fmt: skip
        assert f"{name}{100 * means[key]:.1f}%" in whole, name
    assert "附录：模型参数" in whole


def test_any_process_gives_the_same_bytes(made, tmp_path):
    code = (
        "import hashlib, sys\n"
        "from pathlib import Path\n"
        "from small_report import small\n"
        "from test_viz_documents import build_report, to_pdf\n"
        "for folder in sys.argv[1:]:\n"
        "    print(hashlib.sha256(*build_report([Path(folder)]).values()).hexdigest())\n"
        "print(hashlib.sha256(to_pdf.pdf(small())).hexdigest())\n"
    )
    folders = [str(made / kind) for kind in KINDS]
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    told = {
        subprocess.run([sys.executable, "-c", code, *folders], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}).stdout
        for seed in ("1", "4711")
    }  # fmt: skip
    assert len(told) == 1


# Parts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "pages"), [(None, ["zh", "en"]), ("zh", ["zh"])])
def test_a_comparison_writes_both_languages_or_the_one_asked_for(made, tmp_path, lang, pages):
    write_report(open_results([made / "comparison"]), tmp_path / "report.html", lang)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'<main[^>]* lang="(\w\w)', text) == pages


def test_the_best_of_two_runs_each_is_a_hint(reports):
    best = next(section for section in reports["experiment"].documents[1].sections if section.id == "best")
    assert best.blocks[0].text.startswith("Each scenario ran only 2 times: verdicts here are hints")


def titles(document):
    (section,) = [s for s in document.sections if s.id == "dictionary"]
    return [block.title for block in section.blocks if isinstance(block, Fold)]


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        ("run", {"daily", "grids", "stages", "organisations", "places"}),
        ("experiment", {"runs/*", "measures/*", "daily/*", "grids/*"}),
    ],
)
def test_the_data_dictionary_lists_the_tables_that_are_there_and_no_others(reports, kind, there):
    shown = [title for title in titles(reports[kind].documents[1]) if "parquet" in title]
    assert set(shown) == {f"Table {name}.parquet" for name in there}


def test_the_data_dictionary_lists_events_where_they_were_written(made):
    found = open_results([made / "run"])
    with_events = [replace(record, files={**record.files, "events.parquet": "0"}) for record in found.records]
    document = report_of(replace(found, records=tuple(with_events)), "en").documents[0]
    assert any("events.parquet" in title for title in titles(document))


def test_what_an_experiment_varies_is_not_shown_with_its_default(reports):
    for document, word in zip(
        reports["experiment"].documents, ("试验的因素", "a factor of the experiment"), strict=True
    ):
        (chapter,) = [section for section in document.sections if section.id == "assumptions"]
        varied = [row for block in chapter.blocks if isinstance(block, Sheet) for row in block.rows
                  if row[1].below == word]  # fmt: skip
        assert [(row[0].below, row[1].text) for row in varied] == [("people_per_community", "● 2; 8")]


@pytest.mark.parametrize("kind", KINDS)
def test_letters_of_printed_figures_are_no_smaller_than_six_points(reports, kind):
    share = float(re.search(r"figure svg \{[^}]*calc\(var\(--wide\) \* ([.\d]+)\)", to_html._text("print.css"))[1])
    page = 180.0 / 25.4 * 72.0  # A4 within its margins, points
    for figure in figures_of(reports[kind].documents[0]):
        wide = float(re.search(r"--wide:(\d+)px", figure.svg)[1]) * share * 0.75
        high = 215.0 / 25.4 * 72.0
        box = [float(x) for x in re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', figure.svg).groups()]
        scale = min(wide / box[0], page / box[0], high / box[1])
        letters = [float(x) for x in re.findall(r"font-size: ([\d.]+)px", figure.svg)]
        assert letters, figure.name
        assert min(letters) * scale >= 6.0, (figure.name, min(letters), scale)
