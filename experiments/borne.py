"""What a report bears of the results that it is on, so that they can be made again and set against it."""

from __future__ import annotations

import hashlib
import io
import json
import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..scenarios.sentences import t
from .comparison import Comparison
from .inputs import cities
from .manifest_keys import RUN
from .results import Campaign, Record, ResultsError, Runs, read_record
from .store import MEASURES, RUNS, Store
from .tables import json_bytes

if TYPE_CHECKING:
    from pypdf import PdfReader

MOST_IN_REPORT = 5000
"""Runs of an experiment whose hashes a report bears; of more, as many evenly spread ones."""
OPENING = '<script type="application/json" id="cogov-manifest">'
ATTACHMENT = "manifest.json"
HOW = ("ended", "peak_memory_mb", "platform", "processors", "wall_seconds")
"""What a report says of how a run went, beside its results."""


def manifest_of(results: Runs | Campaign) -> dict[str, Any]:
    """Return all that is needed to make results again and to compare them, as plain values."""
    if isinstance(results, Campaign):
        rows = fingerprints(Store(results.design.folder))
        step = max(1, -(-len(rows) // MOST_IN_REPORT))
        return {"format": 1, "kind": "experiment", "versions": results.facts["versions"],
                "experiment": results.facts["experiment"], "bases": results.facts["bases"],
                "runs": len(rows), "fingerprints": rows[::step]}  # fmt: skip
    made = results.comparison
    return {
        "format": 1, "kind": results.kind, "versions": made.versions, "command": made.command, "seed": made.seed,
        "seeds": list(made.seeds), "scenarios": [{"id": info.id, "digest": info.digest, "resolved": info.resolved}
                                                 for info in made.scenarios],
        "cities": dict(results.cities),
        "runs": [run_entry(record, i // len(made.seeds)) for i, record in enumerate(results.records)],
    }  # fmt: skip


def run_entry(record: Record, side: int) -> dict[str, Any]:
    """Return what a manifest says of a run; ``side`` is the place of its scenario in the manifest's list."""
    return {"side": side, "scenario": record.scenario, "replication": record.replication, "seed": record.seed,
            "files": dict(record.files), "content_hash": record.content_hash,
            **{key: record.facts[key] for key in HOW if key in record.facts}}  # fmt: skip


def record_of(entry: Mapping[str, Any], scenario: Mapping[str, Any], versions: Mapping[str, str]) -> Record:
    """Return the record that `run_entry` was made of, as far as a report shows it."""
    facts = {key: entry[key] for key in HOW if key in entry}
    return Record(entry["scenario"], entry["replication"], entry["seed"], scenario["resolved"], scenario["digest"],
                  entry["files"], entry["content_hash"], {**facts, "versions": versions})  # fmt: skip


def fingerprints(store: Store, without: Collection[str] = ()) -> list[list[Any]]:
    """Return scenario, point, replication and a hash of the measures of every finished run, in their order.

    ``without`` names parts of the store that are left out, since they cannot be read.
    """
    runs, rows = store.read(RUNS, without=without), store.read(MEASURES, without=without)
    values: dict[str, dict[str, float]] = {}
    for run, measure, value in zip(rows["run"].tolist(), rows["measure"].tolist(), rows["value"].tolist(), strict=True):
        values.setdefault(run, {})[measure] = value
    found: dict[str, list[Any]] = {}
    for run, scenario, point, replication in zip(*(runs[k].tolist() for k in (
            "run", "scenario", "point", "replication")), strict=True):  # fmt: skip
        if run not in found or point < found[run][1]:  # one that stands at several points is named after the first
            found[run] = [scenario, point, replication, fingerprint(values[run])]
    return sorted(found.values(), key=lambda row: (row[1], row[2], row[0]))


def fingerprint(values: Mapping[str, float]) -> str:
    """Return a hash of measures by key, to the last digit."""
    content = {key: value.hex() for key, value in values.items()}
    return hashlib.sha256(json_bytes(content)).hexdigest()


def of_report(path: Path) -> dict[str, Any]:
    """Return the manifest that a report bears.

    Raises:
        ResultsError: If the file is missing, or bears none.
    """
    try:
        text = _embedded(path)
        made = json.loads(text) if text else None
    except FileNotFoundError:
        raise ResultsError(t("{path}: there is no such file or folder", path=path)) from None
    except (ValueError, UnicodeDecodeError):
        made = None
    if not isinstance(made, dict) or made.get("format") != 1 or not {"kind", "runs", "versions"} <= made.keys():
        raise ResultsError(t("{path} is no report of cogov, or is damaged: it bears no manifest; give a folder of "
                             "results, or a report in HTML, PDF or Markdown with its _files folder",
                             path=path))  # fmt: skip
    return made


def _embedded(path: Path) -> str:
    if path.suffix == ".pdf":
        return _attached(path)
    if path.suffix == ".md":
        path.stat()
        beside = path.with_name(f"{path.stem}_files") / ATTACHMENT
        return beside.read_text(encoding="utf-8") if beside.is_file() else ""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return text
    return text.partition(OPENING)[2].partition("</script>")[0].replace("<\\/", "</")


def _attached(path: Path) -> str:
    """Return the manifest that is attached to a PDF."""
    try:
        from pypdf.errors import PyPdfError
    except ImportError:
        raise ResultsError(t("to verify a PDF, pypdf is needed; install it with: pip install 'cogov[pdf]', or give the "
                             "folder of the results")) from None  # fmt: skip
    try:
        return pdf_reader(path.read_bytes()).attachments[ATTACHMENT][0].decode()
    except (PyPdfError, KeyError, IndexError):
        return ""


def pdf_reader(content: bytes) -> PdfReader:
    """Return a reader of a PDF that logs nothing: what is wrong is said by whoever asks for a part."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    return PdfReader(io.BytesIO(content))


def runs_beside(comparison: Comparison, folder: Path) -> Runs:
    """Return a comparison with how its runs were made and the city files it needs, if all lie in a folder."""
    found = []
    for info in comparison.scenarios:
        for r, seed in enumerate(comparison.seeds):
            place = folder / "runs" / info.id / str(r)
            if not (place / RUN).is_file():
                return Runs("comparison", comparison)
            record = read_record(place, r, whole=False)
            if (record.digest, record.seed) != (info.digest, seed):
                return Runs("comparison", comparison)
            found.append(record)
    return Runs("comparison", comparison, tuple(found), cities(folder, comparison.scenarios))
