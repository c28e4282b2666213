"""Running results again and comparing hashes: whether a folder or a report says what its runs give."""

from __future__ import annotations

import gc
import json
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..scenarios.sentences import t
from .borne import fingerprint, fingerprints, of_report, run_entry
from .experiment import Experiment
from .inputs import located
from .integrity import Findings, of_experiment, of_runs, rebuilt, run_places
from .manifest import versions
from .manifest_keys import COMPARISON, MANIFEST
from .parallel import Progress, default_workers, run_tasks
from .points import Design, scenario_of, seed_of
from .results import ResultsError, kind_of, read_json, read_record, see_runs
from .run import Simulate, first_minute, run_contents, simulate
from .store import MEASURES, Store
from .tables import EventLog, file_hashes, json_bytes, sha256, write_together

EVENTS = "events.parquet"
FAILED = "failed"
"""Stands for the reason where a run could not be made again."""

OWN = {
    "bare": t("it bears no hashes of its parts, so its text and figures were not looked at; make it again"),
    "versions": t("its text and figures were held against its own hashes only, since it was made with other code or "
                  "other versions, see above"),
    "runs": t("its text and figures were held against its own hashes only, since its results are not as they were"),
    "folder": t("its text and figures were held against its own hashes only, since it is on other results than those "
                "in this folder; give the report itself to have its runs made again"),
    "experiment": t("its text and figures were held against its own hashes only, since a report on an experiment can "
                    "be made anew only in the folder of its results"),
    "sample": t("its text and figures were held against its own hashes only, since its results do not lie beside it; "
                "without --sample it is made anew from its runs"),
}  # fmt: skip
"""Why a report was held against its own hashes only: these show a slip or an edit, not one who makes hashes anew."""


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
        keep: Folder for what it gives, if that is wanted.
    """

    name: str
    resolved: Mapping[str, Any]
    digest: str
    seed: int
    expected: Mapping[str, str]
    engine: Simulate
    keep: str = ""


@dataclass(frozen=True)
class Verdict:
    """What came of it.

    Attributes:
        runs: Runs that results tell of.
        differing: What differs, by run that was made again: names of files.
        checked: Names of the runs that were made again.
        damaged: Files of the folder that are not what was written.
        versions: Versions then and now, by name, where they differ.
        missing: Files of the folder that are not there.
        altered: Files that say something else than the runs, or a report something else than when it was made, and
            where.
        failed: Why a run could not be made again, by its name.
        manifest: What the results tell of themselves.
        files: Files of the folder that were held against their hashes.
        crate: How many of them its RO-Crate lists.
        rebuilt: Files of it that were worked out anew from the runs.
        reports: Reports that were held against the hashes of their parts.
        own: Reports whose text and figures were held against their own hashes only, a key of `OWN`.
    """

    runs: int
    differing: Mapping[str, tuple[str, ...]]
    checked: tuple[str, ...]
    damaged: tuple[str, ...]
    versions: Mapping[str, tuple[str, str]]
    missing: tuple[str, ...] = ()
    altered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    files: int = 0
    crate: int = 0
    rebuilt: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all runs were made again, every report was held against its results, and all is as it was."""
        return self.holds and len(self.checked) == self.runs and not self.own

    @property
    def holds(self) -> bool:
        """Whether all that was looked at is as it was."""
        return not (self.differing or self.damaged or self.missing or self.altered or self.failed)

    def to_dict(self) -> dict[str, Any]:
        """Return what came of it as JSON-able facts, without what the results tell of themselves."""
        return {
            "holds": self.holds, "complete": self.complete, "own_hashes": dict(self.own),
            "runs": self.runs, "checked": list(self.checked), "files": self.files,
            "crate": self.crate, "rebuilt": list(self.rebuilt), "reports": list(self.reports),
            "differing": {run: list(files) for run, files in self.differing.items()}, "failed": dict(self.failed),
            "damaged": list(self.damaged), "missing": list(self.missing),
            "altered": {path: list(places) for path, places in self.altered.items()},
            "versions": {name: {"then": then, "now": now} for name, (then, now) in self.versions.items()},
        }  # fmt: skip


def verify(
    path: Path,
    *,
    sample: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    engine: Simulate = simulate,
    keep: Path | None = None,
) -> Verdict:
    """Make the runs of results again and compare; results of another version too, as far as this one can.

    Args:
        path: A folder of results, or a report on some.
        sample: How many runs are made again; all without it. The same ones each time.
        workers: Processes; default one for each core.
        progress: Called with runs done and runs in all.
        engine: What runs a scenario; an importable function.
        keep: Folder for the files of the runs that are made again, each in one of its own.

    Raises:
        ResultsError: If there is nothing to verify, or what there is cannot be read.
    """
    with tempfile.TemporaryDirectory() as cities:
        try:
            manifest, found = _of_folder(path) if path.is_dir() else (of_report(path), Findings())
            tasks = _tasks(manifest, path, Path(cities), engine)
            tasks = [replace(task, keep=str(keep / str(i))) for i, task in enumerate(tasks)] if keep else tasks
            count = manifest["runs"] if isinstance(manifest["runs"], int) else len(manifest["runs"])
            then = dict(manifest["versions"])
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            if isinstance(error, ResultsError) or hasattr(error, "told"):
                raise
            raise ResultsError(t("{path}: its manifest is damaged; make the results or the report again",
                                 path=path)) from None  # fmt: skip
        if not tasks:
            raise ResultsError(t("{path} tells of no run that could be made again: the report was made without the "
                                 "folder of its runs", path=path))  # fmt: skip
        chosen = _chosen(tasks, sample)
        made = run_tasks(again, chosen, workers=workers or default_workers(len(chosen)), progress=progress or _silent)
    differing, failed = {}, {}
    for task, hashes in zip(chosen, made, strict=True):
        names = sorted({*task.expected, *hashes})
        if FAILED in hashes:
            failed[task.name] = hashes[FAILED]
        elif odd := tuple(name for name in names if task.expected.get(name) != hashes.get(name)):
            differing[task.name] = odd
    now = versions()
    changed = {name: (str(then.get(name)), str(now.get(name))) for name in sorted({*then, *now})
               if then.get(name) != now.get(name)}  # fmt: skip
    return Verdict(
        count, differing, tuple(task.name for task in chosen), tuple(map(str, found.damaged)), changed,
        tuple(map(str, found.missing)), {str(file): places for file, places in found.altered.items()}, failed, manifest,
        len(found.held), found.crate, found.rebuilt,
    )  # fmt: skip


def _silent(done: int, total: int) -> None:
    """Say nothing."""


def _chosen(tasks: Sequence[Again], sample: int | None) -> list[Again]:
    """Return as many runs as asked for, spread over all by a hash of their names."""
    if sample is None or sample >= len(tasks):
        return list(tasks)
    picked = {task.name for task in sorted(tasks, key=lambda task: sha256(task.name.encode()))[:sample]}
    return [task for task in tasks if task.name in picked]


def again(task: Again) -> dict[str, str]:
    """Make a run again, and return the hashes of what it gives, or why it could not be made."""
    gc.collect()  # the model of the run before is as large as this one's will be
    try:
        return _again(task)
    except Exception as error:  # of whatever kind: it is told of this run, and the others are made
        return {FAILED: str(error) or type(error).__name__}


def _again(task: Again) -> dict[str, str]:
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
    if task.keep:
        write_together(Path(task.keep), {**contents, "run.json": json_bytes({"measures": list(result.summary)})})
    return {name: sha256(content) for name, content in contents.items()} | extra


def _tasks(manifest: Mapping[str, Any], path: Path, cities: Path, engine: Simulate) -> list[Again]:
    """Return the runs that a manifest tells of.

    Args:
        manifest: The manifest.
        path: Where it was found: a folder of results, or a report.
        cities: An empty folder, for the city files that a report bears.
        engine: What runs a scenario.
    """
    if manifest["kind"] == "experiment":
        return _of_experiment(manifest, path if path.is_dir() else path.parent, engine)
    for i, (name, text) in enumerate(manifest.get("cities", {}).items()):
        write_together(cities / str(i), {Path(name).name: text.encode()})
    kept = {name: str(cities / str(i) / Path(name).name) for i, name in enumerate(manifest.get("cities", {}))}
    found = []
    for run in manifest["runs"]:
        side = manifest["scenarios"][run["side"]]
        resolved = located(side["resolved"], Path(side.get("folder", path.parent)))
        city = kept.get(side["resolved"]["city"], resolved["city"])
        found.append(Again(f"{side['id']}/{run['replication']}", {**resolved, "city": city}, side["digest"],
                           run["seed"], dict(run["files"]), engine))  # fmt: skip
    return found


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


def _of_folder(folder: Path) -> tuple[dict[str, Any], Findings]:
    """Return the manifest of a folder, and what is wrong with its files; results of any version will do."""
    kind = kind_of(folder)
    if kind == "experiment":
        facts = read_json(folder, MANIFEST, any_version=True)
        found, unread = of_experiment(folder, facts)
        return {"format": 1, "kind": kind, "versions": facts["versions"], "experiment": facts["experiment"],
                "runs": len(Store(folder).look().finished()),
                "fingerprints": fingerprints(Store(folder), unread)}, found  # fmt: skip
    if kind == "run":
        records = {folder: read_record(folder, whole=False, any_version=True)}
        facts = {"versions": records[folder].facts["versions"], "seeds": [records[folder].seed]}
    else:
        facts = read_json(folder, COMPARISON, any_version=True)
        places = run_places(folder, facts["scenarios"], facts["seeds"])
        see_runs(folder, (place for place, _ in places))
        records = {place: read_record(place, r, whole=False, any_version=True) for place, r in places}
    found = of_runs(folder, records)
    if kind == "comparison" and not any(path.parent in records for path in (*found.damaged, *found.missing)):
        found.altered |= _worked_out(lambda: rebuilt(folder, facts, records), folder / COMPARISON)
        tables = [f"{name}.parquet" for name in ("curves", "grids")]
        found.rebuilt = (COMPARISON, *(name for name in tables if (folder / name).is_file()))
    width = len(facts["seeds"])
    sides = [{"id": record.scenario, "digest": record.digest, "resolved": record.resolved, "folder": str(place)}
             for place, record in list(records.items())[::width]]  # fmt: skip
    made = {"format": 1, "kind": kind, "versions": facts["versions"], "scenarios": sides,
            "runs": [run_entry(record, i // width) for i, record in enumerate(records.values())]}  # fmt: skip
    return made, found


def _worked_out(work: Callable[[], dict[Path, tuple[str, ...]]], path: Path) -> dict[Path, tuple[str, ...]]:
    """Return what working a comparison out anew finds; where this version cannot, that is what is found."""
    try:
        return work()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError) as error:
        return {path: (f"{type(error).__name__}: {error}",)}
