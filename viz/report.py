"""Reports: one document, made of a run, a comparison or an experiment, as HTML, PDF or Markdown, in two languages.

From Python::

    from cogov.viz.report import build_report
    files = build_report([Path("out/demo")], form="html", lang="both")   # {"report.html": b"..."}

Equal results give equal bytes in every form; nothing in a report tells when or where the report itself was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from .. import __version__
from ..experiments import integrity
from ..experiments.borne import manifest_of, runs_beside
from ..experiments.comparison import Comparison
from ..experiments.manifest import versions
from ..experiments.results import Campaign, Runs, open_results
from ..experiments.tables import json_bytes, write_bytes, write_together
from ..scenarios.sentences import Told, t
from . import style
from .blocks import Document, Section
from .numbers import NOTHING
from .to_html import html
from .words import LANGUAGES, joined_sentences, listed, w

FORMS = {"html": ".html", "pdf": ".pdf", "md": ".md"}
"""What a report may be, and how its file ends."""
MOST_BYTES = 5_000_000
"""Most that a page may have."""


MOST_NAMED = 5
"""Most altered files that a report names."""
CODE = ("model", "policies")
"""Digests among the versions of the code that defaults, sources and ranges in a report come from."""


class TooLargeError(Told, ValueError):
    """A page that has more than `MOST_BYTES`."""


@dataclass(frozen=True)
class Report:
    """A report before it takes a form.

    Attributes:
        documents: The same content in each language.
        version: Software that made the results.
        manifest: What `cogov verify` needs to run it again, as JSON.
    """

    documents: tuple[Document, ...]
    version: str
    manifest: bytes


def build_report(
    folders: Sequence[Path], *, form: str = "html", lang: str = "both", name: str = "report",
    opens_in: str | None = None,
) -> dict[str, bytes]:  # fmt: skip
    """Return a report on what folders hold, as files by name: the report first, and with it what it links to.

    Args:
        folders: A run, a comparison or an experiment, or several runs that make a comparison, the reference first.
        form: ``"html"``, ``"pdf"`` or ``"md"``; HTML and PDF are one file each.
        lang: ``"zh"``, ``"en"`` or ``"both"``.
        name: Name of the file, without its ending.
        opens_in: Language that a page in both opens in; without it, that of the reader's browser.

    Raises:
        ResultsError: If a folder is missing or damaged, or if several do not belong together.
        MissingExtraError: For a PDF where WeasyPrint is not installed.
        TooLargeError: If a page would have more than `MOST_BYTES`.
        KeyError: For another form or language.
    """
    report = report_of(open_results(folders), lang, form, altered_in(folders))
    return render(report, form=form, name=name, opens_in=opens_in)


def altered_in(folders: Sequence[Path]) -> tuple[str, ...]:
    """Return the files of folders of results that are not as they were written; see `integrity.altered`."""
    several = len(folders) > 1
    return tuple(str(folder / name) if several else name for folder in folders for name in integrity.altered(folder))


def report_of(
    results: Runs | Campaign, lang: str = "both", form: str = "html", altered: Sequence[str] = (),
    told: Callable[[int], None] | None = None,
) -> Report:  # fmt: skip
    """Return the report on results that are read already; see `build_report`.

    It opens with a warning where files are ``altered``, not as they were written, and where another model made them.
    Where figures become files of their own, as in Markdown, their letters are outlines and need no font. After each
    language ``told`` is called with how many are done.
    """
    langs = {"both": LANGUAGES, "zh": ("zh",), "en": ("en",)}[lang]
    facts = results.facts["versions"] if isinstance(results, Campaign) else results.comparison.versions
    with style.letters_as_paths() if FORMS[form] == ".md" else nullcontext():
        documents = list[Document]()
        for each in langs:
            documents.append(replace(_document(results, each), warning=_warning(altered, facts, each)))
            if told:
                told(len(documents))
    return Report(tuple(documents), f"cogov {facts['cogov']}", json_bytes(manifest_of(results)))


def _warning(altered: Sequence[str], made: Mapping[str, str], lang: str) -> str:
    """Return what has to be known first: that files were altered, and that other code than this made the results."""
    named = listed([*altered[:MOST_NAMED], *([f"+{len(altered) - MOST_NAMED}"] if altered[MOST_NAMED:] else [])], lang)
    found = [w("page.altered", lang, files=named)] if altered else []
    now = versions()
    changed = [w(f"page.code_of_{key}", lang, then=made.get(key, NOTHING), now=now[key])
               for key in CODE if made.get(key) != now[key]]  # fmt: skip
    found += [w("page.other_code", lang, changed=listed(changed, lang))] if changed else []
    return joined_sentences(found, lang)


def _document(results: Runs | Campaign, lang: str) -> Document:
    if isinstance(results, Campaign):
        from . import campaign

        return campaign.document(results, lang)
    from . import document

    return document.document(results, lang)


def render(report: Report, *, form: str, name: str = "report", opens_in: str | None = None) -> dict[str, bytes]:
    """Return the files of a report in one form; see `build_report`."""
    file = name + FORMS[form]
    if form == "html":
        return {file: within_limit(html(report, opens_in or "").encode())}
    if form == "pdf":
        from .to_pdf import pdf

        return {file: pdf(report)}
    from .to_markdown import markdown

    return markdown(report, name)


def write_files(files: dict[str, bytes], folder: Path) -> list[Path]:
    """Write the files of a report, all or none, and return their paths."""
    write_together(folder, files)
    return [folder / name for name in files]


def write_report(results: Comparison | Runs, out_path: Path, lang: str | None = None) -> str:
    """Write the page on a comparison whole or not at all, and return the SHA-256 of its contents.

    It is in ``"zh"`` or ``"en"``, and without ``lang`` in both, as ``cogov report`` makes it with ``--lang``. Where its
    runs lie beside it in ``runs``, as ``cogov compare --out`` leaves them, the page bears their hashes.

    Raises:
        TooLargeError: If it would have more than `MOST_BYTES`.
    """
    if isinstance(results, Comparison):
        results = runs_beside(results, out_path.parent)
    return write_bytes(out_path, within_limit(_one_or_both(results, lang).encode()))


def _one_or_both(results: Comparison | Runs, lang: str | None) -> str:
    runs = Runs("comparison", results) if isinstance(results, Comparison) else results
    return html(report_of(runs, lang or "both"))


def within_limit(page: bytes) -> bytes:
    """Return a page that is small enough to be sent and opened anywhere.

    Raises:
        TooLargeError: If it is not.
    """
    if len(page) > MOST_BYTES:
        raise TooLargeError(t("the report would have {size} MB, and a page may have {most} MB at most: make it in one "
                              "language (--lang zh or --lang en), of fewer scenarios, or as a PDF (--format pdf)",
                              size=f"{len(page) / 1e6:.1f}", most=f"{MOST_BYTES / 1e6:g}"))  # fmt: skip
    return page


def report_html(results: Comparison | Runs, lang: str | None = None) -> str:
    """Return the report as one HTML page: both languages are in it, fonts and figures too.

    Args:
        results: What to report; a comparison that never was in a folder has no hashes to show.
        lang: Language that it opens in, ``"zh"`` or ``"en"``; without it, that of the reader's browser. An address
            that ends in ``?lang=zh`` or ``#lang-zh`` has the last word.
    """
    runs = Runs("comparison", results) if isinstance(results, Comparison) else results
    return html(report_of(runs), lang or "")


def page_of(lang: str, title: str, answer: Sequence[str], sections: Sequence[Section]) -> Document:
    """Return a page on something else than runs: a title, what came out, and chapters."""
    cited = w("how.cite_software", lang, version=__version__)
    return Document(lang, title, w("section.answer", lang), tuple(("", sentence) for sentence in answer),
                    tuple(sections), w("page.contents", lang), cited)  # fmt: skip


def page_html(pages: Sequence[Document], lang: str | None = None) -> str:
    """Return such pages, one in each language, as one HTML file."""
    return html(Report(tuple(pages), f"cogov {__version__}", b"{}"), lang or "")
