"""A report says what it said when it was made, and what its results give: part by part, so that a change is named.

Its manifest bears a hash of every part: of the chapters of a page, of the pages, outline and attachments of a PDF, of
the chapters and files of Markdown. Where the results are at hand, or were just made again, the report is made anew and
set against it too, so that no one can change a figure and the hash with it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..experiments.borne import ATTACHMENT, OPENING, manifest_of, of_report, record_of
from ..experiments.integrity import differences, few, from_runs
from ..experiments.manifest import digest
from ..experiments.results import Campaign, Record, ResultsError, Runs, open_results
from ..experiments.tables import json_bytes, sha256
from ..experiments.verify import Verdict
from .pdf_parts import parts_of_pdf
from .words import LANGUAGES, catalogue, w

Parts = dict[str, bytes]
"""Contents of a report by the name of the part."""
SUFFIXES = {".html": "html", ".htm": "html", ".pdf": "pdf", ".md": "md"}
OWN = "manifest"
"""Name of the part that is the manifest itself, but for the hashes it bears; older reports have none."""
_LONGEST, _BEFORE = 60, 20


@cache
def code() -> str:
    """Return a digest of what makes reports: one of other words and figures cannot be made anew to the byte."""
    folder = Path(__file__).parent
    sources = [path for pattern in ("*.py", "templates/*", "fonts/*.otf") for path in folder.glob(pattern)]
    return digest({path.name: path.read_bytes() for path in sources})[:16]


def libraries(form: str) -> dict[str, str]:
    """Return versions of the libraries that draw and write a report of some form; ``—`` for one that is not here."""
    found = {"zlib": zlib.ZLIB_RUNTIME_VERSION}
    for name in ("fonttools", "jinja2", "matplotlib", *(("pydyf", "weasyprint") if form == "pdf" else ())):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "—"
    return found | ({"pango": _pango()} if form == "pdf" else {})


def _pango() -> str:
    """Return the version of Pango, which sets the lines of a PDF; ``—`` where it is not here."""
    try:
        from weasyprint.text.ffi import pango
    except (ImportError, OSError):
        return "—"
    number = int(pango.pango_version())
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def sealed(manifest: bytes, parts: Mapping[str, bytes], **how: Any) -> bytes:
    """Return a manifest that bears the hashes of the parts of its report, and ``how`` and by what it is made again."""
    facts = json.loads(manifest)
    if "kind" not in facts:  # a page on something else than runs
        return manifest
    facts["report"] = {**how, "code": code(), "libraries": libraries(how["form"])}
    every = {**parts, OWN: json_bytes(facts)}
    return json_bytes({**facts, "parts": {name: sha256(content) for name, content in every.items()}})


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


@dataclass(frozen=True)
class Held:
    """What came of holding a report against what is at hand.

    Attributes:
        places: Where it is not as it was made, or not as its results give it.
        versions: Versions then and now of what makes reports, where they differ.
        own: Why its text and figures were held against its own hashes only, a key of `Verdict.own`; ``""`` where they
            were held against its results.
    """

    places: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    own: str = ""


def check(path: Path, verdict: Verdict, kept: Path | None = None) -> Verdict:
    """Add to a verdict what of a report, or of the reports in a folder of results, is not as it was made.

    A report that cannot be made anew is held against its own hashes only, and the verdict says so and why.

    Args:
        path: The report, or the folder.
        verdict: What came of making the runs again.
        kept: Folder with what they gave (see `verify`).
    """
    reports = [path] if path.is_file() else [file for file in sorted(path.iterdir()) if file.suffix in SUFFIXES]
    altered, versions, seen, own = dict(verdict.altered), dict(verdict.versions), [], {}
    for report in reports:
        try:
            manifest = of_report(report)
        except ResultsError:  # a page of somebody else's, or one on something else than runs
            continue
        if "parts" not in manifest or report.suffix not in SUFFIXES:
            own[str(report)] = "bare"
            continue
        seen.append(report.name)
        held = _held(report, manifest, verdict, kept if path.is_file() else None)
        versions |= held.versions
        if held.places:
            altered[str(report)] = held.places
        if held.own:
            alone = held.own in ("experiment", "sample")
            own[str(report)] = "folder" if alone and path.is_dir() else held.own
    return replace(verdict, altered=altered, versions=versions, reports=tuple(seen), own=own)


def _held(report: Path, manifest: Mapping[str, Any], verdict: Verdict, kept: Path | None) -> Held:
    """Hold a report against its own hashes, its manifest against the results beside it, and all against one anew."""
    how: Any = manifest.get("report")
    if not _is_how(how, SUFFIXES[report.suffix]) or not isinstance(manifest["parts"], dict):
        return Held(("manifest.report",))
    there = _files(report)
    here, told = _parts(there, how["form"]), manifest["parts"]
    own = {OWN: json_bytes({key: value for key, value in manifest.items() if key != "parts"})} if OWN in told else {}
    here |= own
    odd = dict.fromkeys(name for name in (*told, *here) if told.get(name) != _hash(here, name))
    changed = _changed(how)
    beside, places = _beside(report, manifest, verdict)
    results, why = _results(manifest, verdict, kept, beside, changed)
    if results is None:
        return Held((*places, *map(_named, _in_order(odd))), changed, why)
    files = _anew(results, how)
    anew = _parts(files, how["form"]) | own
    odd |= dict.fromkeys(name for name in (*anew, *here) if _hash(anew, name) != _hash(here, name))
    said = [_named(name) + ("" if how["form"] == "pdf" else _where(here.get(name, b""), anew.get(name, b"")))
            for name in _in_order(odd)]  # fmt: skip
    if not (said or places):  # all that parts leave out: the font of a page, the manifest itself
        said = [name or report.name for name in {**files, **there} if files.get(name) != there.get(name)]
    return Held((*places, *said), changed)


def _changed(how: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return versions then and now of what makes a report, where they differ."""
    then, now = {"report": how.get("code"), **how["libraries"]}, {"report": code(), **libraries(how["form"])}
    return {name: (str(then.get(name, "—")), now.get(name, "—")) for name in {**now, **then}
            if then.get(name) != now.get(name)}  # fmt: skip


def _is_how(how: Any, form: str) -> bool:
    """Return whether a manifest says how a report of some form is made."""
    if not isinstance(how, dict) or how.get("form") != form or how.get("opens_in") not in ("", *LANGUAGES):
        return False
    if not isinstance(how.get("name"), str) or not isinstance(how.get("libraries"), dict):
        return False
    return how.get("langs") in (list(LANGUAGES), *([each] for each in LANGUAGES))


def _in_order(names: Iterable[str]) -> list[str]:
    """Return parts as they are told of: as they come, and then pages by their numbers, many in a row as ``p3-7``."""
    pages = sorted(int(found[1]) for name in names if (found := re.fullmatch(r"p(\d+)", name)))
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    return [*(name for name in names if not re.fullmatch(r"p\d+", name)),
            *(f"p{first}" if first == last else f"p{first}-{last}" for first, last in runs)]  # fmt: skip


def _hash(parts: Parts, name: str) -> str | None:
    return sha256(parts[name]) if name in parts else None


def _files(report: Path) -> dict[str, bytes]:
    """Return the report under an empty name, and the files beside that are part of it."""
    files = {"": report.read_bytes()}
    if SUFFIXES[report.suffix] == "md":
        folder = report.with_name(f"{report.stem}_files")
        files |= {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
    return files


def _parts(files: Mapping[str, bytes], form: str) -> Parts:
    """Return the parts of a report of such files."""
    if form == "pdf":
        return parts_of_pdf(files[""])
    if form == "html":
        return parts_of_page(files[""].decode())
    return parts_of_markdown({f"{'/' if name else '.md'}{name}": content for name, content in files.items()}, "")


def _beside(
    report: Path, manifest: Mapping[str, Any], verdict: Verdict
) -> tuple[Runs | Campaign | None, tuple[str, ...]]:
    """Return the results beside a report, if it is on these, and the keys of its manifest that tell otherwise.

    A report on other results, or on more than these, is no report on these; a folder that is not as it was written
    says nothing of a report.
    """
    if verdict.damaged or verdict.missing or verdict.altered:
        return None, ()
    try:
        beside = open_results([report.parent])
    except ResultsError:
        return None, ()
    expected = json.loads(json_bytes(manifest_of(beside)))
    core = {key: value for key, value in manifest.items() if key not in ("parts", "report")}
    if core == expected:
        return beside, ()
    ours, theirs = _runs_of(core), _runs_of(expected)
    if not ours & theirs or theirs < ours:
        return None, ()
    return beside, few(list(differences(expected, core, "manifest")))


def _runs_of(manifest: Mapping[str, Any]) -> set[str]:
    """Return what tells the runs of a manifest from others: what they gave."""
    if manifest["kind"] == "experiment":
        return {json.dumps(row) for row in manifest["fingerprints"]}
    return {json.dumps(run["files"], sort_keys=True) for run in manifest["runs"]}


def _results(
    manifest: Mapping[str, Any], verdict: Verdict, kept: Path | None, beside: Runs | Campaign | None,
    changed: Mapping[str, object],
) -> tuple[Runs | Campaign | None, str]:  # fmt: skip
    """Return the results that a report can be made anew of, or none and the key of `Verdict.own` that says why."""
    if verdict.versions or changed:
        return None, "versions"
    if not verdict.holds:
        return None, "runs"
    if beside is not None:
        return beside, ""
    if manifest["kind"] == "experiment":
        return None, "experiment"
    made = remade(manifest, kept) if kept and len(verdict.checked) == verdict.runs else None
    return made, "" if made else "sample"


def remade(manifest: Mapping[str, Any], kept: Path) -> Runs | None:
    """Return results as a manifest and the files of their runs tell of them; nothing if a run is missing."""
    records: dict[Path, Record] = {}
    for i, entry in enumerate(manifest["runs"]):
        if not (kept / str(i) / "summary.json").is_file():
            return None
        records[kept / str(i)] = record_of(entry, manifest["scenarios"][entry["side"]], manifest["versions"])
    return Runs(manifest["kind"], from_runs(manifest, records), tuple(records.values()), manifest["cities"])


def _anew(results: Runs | Campaign, how: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the files of a report made anew, by their names as in `_files`."""
    from .report import render, report_of

    langs = how["langs"]
    made = report_of(results, "both" if tuple(langs) == LANGUAGES else langs[0], how["form"])
    files = render(made, form=how["form"], name=how["name"], opens_in=how["opens_in"])
    return {path.partition("/")[2]: content for path, content in files.items()}


def _named(name: str) -> str:
    """Return what a part is called for people, in both languages where it has no name of its own."""
    key, _, lang = name.rpartition("-")
    if f"section.{key}" in catalogue() and lang in LANGUAGES:
        return w("numbers.quoted", lang, text=w(f"section.{key}", lang))
    if found := re.fullmatch(r"p(\d+(?:-\d+)?)", name):
        return f"p. {found[1].replace('-', '–')}"
    return name


def _where(here: bytes, anew: bytes) -> str:
    """Return the first words that differ: what stands there, and what the results give."""
    try:
        pairs = zip(_words(here), _words(anew), strict=False)
        one, other = next((a, b) for a, b in pairs if a != b)
    except (StopIteration, UnicodeDecodeError):
        return ""
    same = next(i for i in range(len(one) + 1) if one[: i + 1] != other[: i + 1])
    first = max(0, same - _BEFORE) if max(len(one), len(other)) > _LONGEST else 0
    return f": {_from(one, first)} ≠ {_from(other, first)}"


def _from(text: str, first: int) -> str:
    return ("…" if first else "") + text[first : first + _LONGEST]


def _words(part: bytes) -> Iterator[str]:
    """Yield the texts of a part between its marks."""
    text = part.decode()
    yield from (found for piece in re.split(r"<[^<>]*>|\n", text) if (found := piece.strip()))
