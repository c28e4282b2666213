"""Running results again and comparing hashes: whether a folder or a report says what its runs give."""

from __future__ import annotations

import gc
import hashlib
import json
import math
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..scenarios.sentences import t
from .comparison import Comparison
from .experiment import Experiment
from .manifest import versions
from .parallel import Progress, default_workers, run_tasks
from .points import Design, scenario_of, seed_of
from .results import (
    COMPARISON,
    RUN,
    Campaign,
    Record,
    ResultsError,
    Runs,
    kind_of,
    open_results,
    read_json,
    read_record,
)
from .run import Simulate, first_minute, run_contents, simulate
from .store import MEASURES, RUNS, Store
from .tables import EventLog, file_hashes, json_bytes, sha256

EVENTS = "events.parquet"
MOST_IN_REPORT = 5000
"""Runs of an experiment whose hashes a report bears; of more, as many evenly spread ones."""
OPENING = '<script type="application/json" id="cogov-manifest">'
ATTACHMENT = "manifest.json"


@dataclass(frozen=True)
class Again:
    """A run to be made again, as plain data for a worker process.

    Attributes:
        name: What it is called, such as ``cadre_sinking/0``.
        resolved: Its scenario in full.
        digest: Digest of that.
        seed: Its seed.
        expected: SHA-256 of its files, or of its ``measures`` for a run of an experiment.
        engine: What runs a scenario.
    """

    name: str
    resolved: Mapping[str, Any]
    digest: str
    seed: int
    expected: Mapping[str, str]
    engine: Simulate


@dataclass(frozen=True)
class Verdict:
    """What came of it.

    Attributes:
        runs: Runs that results tell of.
        differing: What differs, by run that was made again: names of files.
        checked: Names of the runs that were made again.
        damaged: Files of the folder that are not what their manifest says.
        versions: Versions then and now, by name, where they differ.
    """

    runs: int
    differing: Mapping[str, tuple[str, ...]]
    checked: tuple[str, ...]
    damaged: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]]

    @property
    def holds(self) -> bool:
        """Whether all that was looked at is as it was."""
        return not self.differing and not self.damaged


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
        "format": 1, "kind": results.kind, "versions": made.versions, "command": made.command,
        "scenarios": {info.digest: info.resolved for info in made.scenarios},
        "runs": [{"scenario": r.scenario, "digest": r.digest, "replication": r.replication, "seed": r.seed,
                  "files": dict(r.files)} for r in results.records],
    }  # fmt: skip


def fingerprints(store: Store) -> list[list[Any]]:
    """Return scenario, point, replication and a hash of the measures of every finished run, in their order."""
    runs, rows = store.read(RUNS), store.read(MEASURES)
    values: dict[str, dict[str, float]] = {}
    for run, measure, value in zip(rows["run"].tolist(), rows["measure"].tolist(), rows["value"].tolist(), strict=True):
        values.setdefault(run, {})[measure] = value
    found = [[scenario, point, replication, fingerprint(values[run])]
             for run, scenario, point, replication in zip(*(runs[k].tolist() for k in (
                 "run", "scenario", "point", "replication")), strict=True)]  # fmt: skip
    return sorted(found, key=lambda row: (row[1], row[2], row[0]))


def fingerprint(values: Mapping[str, float]) -> str:
    """Return a hash of measures by key, to the last digit."""
    content = {key: value.hex() for key, value in values.items()}
    return hashlib.sha256(json_bytes(content)).hexdigest()


def verify(
    path: Path,
    *,
    sample: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    engine: Simulate = simulate,
) -> Verdict:
    """Make the runs of results again and compare.

    Args:
        path: A folder of results, or a report on some.
        sample: How many runs are made again; all without it. The same ones each time.
        workers: Processes; default one for each core.
        progress: Called with runs done and runs in all.
        engine: What runs a scenario; an importable function.

    Raises:
        ResultsError: If there is nothing to verify, or what there is cannot be read.
    """
    manifest, damaged = _of_folder(path) if path.is_dir() else (_of_report(path), ())
    try:
        tasks = _tasks(manifest, path if path.is_dir() else path.parent, engine)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ResultsError) or hasattr(error, "told"):
            raise
        raise ResultsError(t("{path}: its manifest is damaged; make the results or the report again",
                             path=path)) from None  # fmt: skip
    if not tasks:
        raise ResultsError(t("{path} tells of no run that could be made again: the report was made without the folder "
                             "of its runs", path=path))  # fmt: skip
    chosen = _chosen(tasks, sample)
    found = run_tasks(again, chosen, workers=workers or default_workers(len(chosen)), progress=progress or _silent)
    differing = {}
    for task, hashes in zip(chosen, found, strict=True):
        names = sorted({*task.expected, *hashes})
        if odd := tuple(name for name in names if task.expected.get(name) != hashes.get(name)):
            differing[task.name] = odd
    then, now = manifest["versions"], versions()
    changed = {name: (str(then.get(name)), str(now.get(name))) for name in sorted({*then, *now})
               if then.get(name) != now.get(name)}  # fmt: skip
    count = manifest["runs"]
    return Verdict(count if isinstance(count, int) else len(count), differing, tuple(task.name for task in chosen),
                   damaged, changed)  # fmt: skip


def _silent(done: int, total: int) -> None:
    """Say nothing."""


def _chosen(tasks: Sequence[Again], sample: int | None) -> list[Again]:
    """Return as many runs as asked for, spread over all by a hash of their names."""
    if sample is None or sample >= len(tasks):
        return list(tasks)
    picked = {task.name for task in sorted(tasks, key=lambda task: sha256(task.name.encode()))[:sample]}
    return [task for task in tasks if task.name in picked]


def again(task: Again) -> dict[str, str]:
    """Make a run again, and return the hashes of what it gives."""
    gc.collect()  # the model of the run before is as large as this one's will be
    if set(task.expected) == {MEASURES}:
        result = task.engine(task.resolved, task.seed)
        return {MEASURES: fingerprint(dict(result.summary))}
    with tempfile.TemporaryDirectory() as folder:
        from ..model.ledger import LOG_KINDS

        extra: dict[str, str] = {}
        if EVENTS in task.expected:
            kinds = [kind for kind, _, _ in LOG_KINDS]
            with EventLog(Path(folder) / EVENTS, first_minute(task.resolved), kinds) as log:
                result = task.engine(task.resolved, task.seed, log)
            extra = file_hashes(Path(folder), [EVENTS])
        else:
            result = task.engine(task.resolved, task.seed)
        contents = run_contents(result, task.resolved, task.digest, task.seed)
    return {name: sha256(content) for name, content in contents.items()} | extra


def _tasks(manifest: Mapping[str, Any], folder: Path, engine: Simulate) -> list[Again]:
    if manifest["kind"] == "experiment":
        return _of_experiment(manifest, folder, engine)
    scenarios = manifest["scenarios"]
    return [Again(f"{run['scenario']}/{run['replication']}", scenarios[run["digest"]], run["digest"], run["seed"],
                  dict(run["files"]), engine) for run in manifest["runs"]]  # fmt: skip


def _of_experiment(manifest: Mapping[str, Any], folder: Path, engine: Simulate) -> list[Again]:
    experiment = Experiment.model_validate_json(json.dumps(manifest["experiment"]))
    design = Design(experiment, folder)
    keep = set(experiment.keep.measures)
    found = []
    for scenario, point, replication, expected in manifest["fingerprints"]:
        made = scenario_of(experiment, scenario, design.point(point), folder)
        found.append(Again(f"{scenario}#{point}/{replication}", made.resolved(), made.digest(),
                           seed_of(experiment, point, replication), {MEASURES: expected},
                           _Kept(engine, frozenset(keep)) if keep else engine))  # fmt: skip
    return found


@dataclass(frozen=True)
class _Kept:
    """An engine whose result has only the measures that an experiment keeps."""

    engine: Simulate
    keys: frozenset[str]

    def __call__(self, resolved: Mapping[str, Any], seed: int, events: EventLog | None = None,
                 progress: Progress | None = None) -> Any:  # fmt: skip
        result = self.engine(resolved, seed, events, progress)
        return replace(result, summary={key: result.summary.get(key, math.nan) for key in self.keys})


def _of_folder(folder: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the manifest of a folder, and its files that are not what it says."""
    kind = kind_of(folder)
    if kind == "experiment":
        results = open_results([folder])
        return manifest_of(results), ()
    if kind == "run":
        records = {folder: read_record(folder, whole=False)}
        facts = {"versions": next(iter(records.values())).facts["versions"], "command": ""}
    else:
        facts = read_json(folder, COMPARISON)
        places = [
            (folder / "runs" / s["id"] / str(r), r) for s in facts["scenarios"] for r in range(len(facts["seeds"]))
        ]
        records = {place: read_record(place, r, whole=False) for place, r in places}
    odd = [str(path) for place, record in records.items() for path in _damaged(place, record)]
    made = {"format": 1, "kind": kind, "versions": facts["versions"],
            "scenarios": {r.digest: r.resolved for r in records.values()},
            "runs": [{"scenario": r.scenario, "digest": r.digest, "replication": r.replication, "seed": r.seed,
                      "files": dict(r.files)} for r in records.values()]}  # fmt: skip
    return made, tuple(odd)


def _damaged(folder: Path, record: Record) -> Iterable[Path]:
    for name, expected in record.files.items():
        path = folder / name
        if not path.is_file() or sha256(path.read_bytes()) != expected:
            yield path


def _of_report(path: Path) -> dict[str, Any]:
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
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise ResultsError(t("to verify a PDF, pypdf is needed; install it with: pip install 'cogov[pdf]', or give the "
                             "folder of the results")) from None  # fmt: skip
    try:
        return PdfReader(path).attachments[ATTACHMENT][0].decode()
    except (PyPdfError, KeyError, IndexError):
        return ""


def records_beside(comparison: Comparison, folder: Path) -> tuple[Record, ...]:
    """Return how the runs of a comparison were made, if all of them lie in a folder's ``runs``; else nothing."""
    found = []
    for info in comparison.scenarios:
        for r, seed in enumerate(comparison.seeds):
            place = folder / "runs" / info.id / str(r)
            if not (place / RUN).is_file():
                return ()
            record = read_record(place, r, whole=False)
            if (record.digest, record.seed) != (info.digest, seed):
                return ()
            found.append(record)
    return tuple(found)
