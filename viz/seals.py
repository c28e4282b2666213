"""A report says what it said when it was made, and what its results give: part by part, so that a change is named.

Its manifest bears a hash of every part: of the chapters of a page, of the pages and attachments of a PDF, of the
chapters and files of Markdown. Where the results are at hand, or were just made again, the report is made anew and
set against it too, so that no one can change a figure and the hash with it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ..experiments.borne import ATTACHMENT, OPENING, manifest_of, of_report, record_of
from ..experiments.integrity import from_runs
from ..experiments.manifest import digest
from ..experiments.results import Campaign, Record, ResultsError, Runs, open_results
from ..experiments.tables import json_bytes, sha256
from ..experiments.verify import Verdict
from .words import LANGUAGES, catalogue, w

Parts = dict[str, bytes]
"""Contents of a report by the name of the part."""
SUFFIXES = {".html": "html", ".htm": "html", ".pdf": "pdf", ".md": "md"}
_LONGEST = 60


@cache
def code() -> str:
    """Return a digest of what makes reports: one of other words and figures cannot be made anew to the byte."""
    folder = Path(__file__).parent
    sources = [path for pattern in ("*.py", "templates/*", "fonts/*.otf") for path in folder.glob(pattern)]
    return digest({path.name: path.read_bytes() for path in sources})[:16]


def sealed(manifest: bytes, parts: Mapping[str, bytes], **how: Any) -> bytes:
    """Return a manifest that bears the hashes of the parts of its report, and ``how`` the report is made again."""
    facts = json.loads(manifest)
    if "kind" not in facts:  # a page on something else than runs
        return manifest
    return json_bytes(
        {
            **facts,
            "report": {**how, "code": code()},
            "parts": {name: sha256(content) for name, content in parts.items()},
        }
    )


def parts_of_page(text: str) -> Parts:
    """Return the chapters of a page, without its font and its manifest."""
    head, opening, rest = text.partition(OPENING)
    text = head + opening + rest[rest.find("</script>") :] if opening else text
    text = re.sub(r"(data:font/woff;base64,)[^)]*", r"\1", text)
    found = Parts()
    for chunk in re.split(r'(?=<section id="|<main class=")', text):
        name = re.match(r'<section id="([^"]+)"|<main class="page-(\w+)"', chunk)
        key = "head" if not name else name[1] or f"answer-{name[2]}"
        found[key] = chunk.encode()
    return found


def parts_of_markdown(files: Mapping[str, bytes], name: str) -> Parts:
    """Return the chapters of a text by their headings, and the files beside it by their names."""
    found = Parts()
    for chunk in re.split(r"(?m)^(?=#{1,2} )", files[f"{name}.md"].decode()):
        key = chunk.partition("\n")[0].strip("# ") or "head"
        while key in found:
            key += "'"
        found[key] = chunk.encode()
    beside = {path.partition("/")[2]: content for path, content in files.items() if "/" in path}
    return found | {path: content for path, content in beside.items() if path != ATTACHMENT}


def parts_of_pdf(content: bytes) -> Parts:
    """Return what stands on each page of a PDF, and its attachments by their names."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    found = Parts()
    for i, page in enumerate(reader.pages, 1):
        stream = page.get_contents()
        found[f"p{i}"] = stream.get_data() if stream is not None else b""
    return found | {name: data[0] for name, data in reader.attachments.items() if name != ATTACHMENT}


def check(path: Path, verdict: Verdict, kept: Path | None = None) -> Verdict:
    """Add to a verdict what of a report, or of the reports in a folder of results, is not as it was made.

    A report that other code has made is held against its own hashes only, and the verdict names that code as a version.

    Args:
        path: The report, or the folder.
        verdict: What came of making the runs again.
        kept: Folder with what they gave (see `verify`).
    """
    reports = [path] if path.is_file() else [file for file in sorted(path.iterdir()) if file.suffix in SUFFIXES]
    found, versions, seen = dict(verdict.altered), dict(verdict.versions), []
    for report in reports:
        try:
            manifest = of_report(report)
        except ResultsError:  # a page of somebody else's, or one on something else than runs
            continue
        if "parts" not in manifest:
            continue
        seen.append(report.name)
        then = str(manifest["report"].get("code"))
        if then != code():
            versions["report"] = (then, code())
        if odd := _odd(report, manifest, verdict, kept if path.is_file() else None):
            found[str(report)] = tuple(odd)
    return replace(verdict, altered=found, versions=versions, reports=tuple(seen))


def _odd(report: Path, manifest: Mapping[str, Any], verdict: Verdict, kept: Path | None) -> list[str]:
    """Return the parts of a report that are not as they were made or as its results give them."""
    here = _parts(report)
    told: dict[str, str] = manifest["parts"]
    odd = dict.fromkeys(name for name in (*told, *here) if told.get(name) != _hash(here, name))
    same = not verdict.versions and manifest["report"].get("code") == code()
    whole = same and not (verdict.damaged or verdict.missing or verdict.differing or verdict.failed)
    results = _results(report, manifest, verdict, kept) if whole else None
    if results is None:
        return [_named(name) for name in odd]
    anew = _anew(results, manifest["report"])
    odd |= dict.fromkeys(name for name in (*anew, *here) if _hash(anew, name) != _hash(here, name))
    return [_named(name) + _where(here.get(name, b""), anew.get(name, b"")) for name in odd]


def _hash(parts: Parts, name: str) -> str | None:
    return sha256(parts[name]) if name in parts else None


def _parts(report: Path) -> Parts:
    form = SUFFIXES.get(report.suffix, "html")
    if form == "pdf":
        return parts_of_pdf(report.read_bytes())
    if form == "html":
        return parts_of_page(report.read_text(encoding="utf-8"))
    folder = report.with_name(f"{report.stem}_files")
    files = {f"{folder.name}/{file.name}": file.read_bytes() for file in sorted(folder.iterdir())}
    return parts_of_markdown({report.name: report.read_bytes(), **files}, report.stem)


def _results(report: Path, manifest: Mapping[str, Any], verdict: Verdict, kept: Path | None) -> Runs | Campaign | None:
    """Return the results that a report is on: those beside it, or those that were just made again, if they are all."""
    core = {key: value for key, value in manifest.items() if key not in ("parts", "report")}
    try:
        beside = open_results([report.parent])
        if json.loads(json_bytes(manifest_of(beside))) == core:
            return beside
    except ResultsError:
        pass
    return remade(manifest, kept) if kept and len(verdict.checked) == verdict.runs else None


def remade(manifest: Mapping[str, Any], kept: Path) -> Runs | None:
    """Return results as a manifest and the files of their runs tell of them; nothing if a run is missing."""
    if manifest["kind"] == "experiment":
        return None
    records: dict[Path, Record] = {}
    for i, entry in enumerate(manifest["runs"]):
        if not (kept / str(i) / "summary.json").is_file():
            return None
        records[kept / str(i)] = record_of(entry, manifest["scenarios"][entry["side"]], manifest["versions"])
    return Runs(manifest["kind"], from_runs(manifest, records), tuple(records.values()), manifest["cities"])


def _anew(results: Runs | Campaign, how: Mapping[str, Any]) -> Parts:
    from .report import render, report_of

    langs = how["langs"]
    made = report_of(results, "both" if tuple(langs) == LANGUAGES else langs[0], how["form"])
    files = render(made, form=how["form"], name=how["name"], opens_in=how["opens_in"])
    if how["form"] == "pdf":
        return parts_of_pdf(next(iter(files.values())))
    if how["form"] == "md":
        return parts_of_markdown(files, how["name"])
    return parts_of_page(next(iter(files.values())).decode())


def _named(name: str) -> str:
    """Return what a part is called for people, in both languages where it has no name of its own."""
    key, _, lang = name.rpartition("-")
    if f"section.{key}" in catalogue() and lang in LANGUAGES:
        return w("numbers.quoted", lang, text=w(f"section.{key}", lang))
    if found := re.fullmatch(r"p(\d+)", name):
        return f"p. {found[1]}"
    return name


def _where(here: bytes, anew: bytes) -> str:
    """Return the first words that differ: what stands there, and what the results give."""
    try:
        pairs = zip(_words(here), _words(anew), strict=False)
        one, other = next((a, b) for a, b in pairs if a != b)
    except (StopIteration, UnicodeDecodeError):
        return ""
    return f": {one[:_LONGEST]} ≠ {other[:_LONGEST]}"


def _words(part: bytes) -> Iterator[str]:
    """Yield the texts of a part between its marks."""
    text = part.decode()
    yield from (found for piece in re.split(r"<[^<>]*>|\n", text) if (found := piece.strip()))
