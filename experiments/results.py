"""What folders of results hold: told apart, checked, and read as one thing before anything is made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from .. import __version__
from ..model.measures import measure_of
from ..scenarios.sentences import Told, t
from .analysis import HEADLINES, analyse
from .comparison import Comparison, ScenarioInfo, assemble
from .experiment import Experiment
from .inputs import cities
from .manifest_keys import COMPARISON, MANIFEST, RUN, lacking
from .outcome import condense
from .points import Design
from .pooled import at_point, pooled
from .reading import read_run
from .store import DAILY, MEASURES, RUNS, Store
from .tables import file_hashes

Kind = Literal["run", "comparison", "experiment"]
KINDS: dict[str, Kind] = {COMPARISON: "comparison", MANIFEST: "experiment", RUN: "run"}
"""The file by which each kind of folder is known."""


SIGNS = {"runs": COMPARISON, "experiment.toml": MANIFEST, "summary.json": RUN}
"""What else is in a folder of each kind, by which it is known where that file is missing."""

WORDS = {"comparison": t("comparison"), "experiment": t("experiment"), "city": t("city"), "calendar": t("calendar")}
"""What kinds of results, and what runs share, are called in messages."""


class ResultsError(Told, ValueError):
    """Folders that hold no results, damaged ones, or results that do not belong together."""


@dataclass(frozen=True)
class Record:
    """What the ``run.json`` of a run says of how it was made.

    Attributes:
        scenario: Id of its scenario.
        replication: Which of the replications.
        seed: Its seed.
        resolved: The scenario in full.
        digest: Digest of the scenario.
        files: SHA-256 of every file of results.
        content_hash: One hash over them.
        facts: Command, versions, platform, processors, seconds, peak memory and when it ended, as far as known.
    """

    scenario: str
    replication: int
    seed: int
    resolved: Mapping[str, Any]
    digest: str
    files: Mapping[str, str]
    content_hash: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Runs:
    """A run or a comparison: a run is a comparison of one side.

    Attributes:
        kind: Which of the two.
        comparison: Its values.
        records: How each run was made; none where the values never were in a folder.
        cities: Text of the user's own city files, by the names they go by in the folder.
    """

    kind: Kind
    comparison: Comparison
    records: tuple[Record, ...] = ()
    cities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Campaign:
    """An experiment with its analysis.

    Attributes:
        design: Its scenarios, factors and points.
        facts: What its manifest says.
        analysis: What ``analysis.analyse`` found, by measure.
        scenarios: Its scenarios before a point is set, the one compared with first.
        finished: Runs that ended well.
        seconds: Worker time of all of them.
        means: Mean over points and replications by scenario and measure.
        pooled: The scenarios as sides of a comparison, each averaged over the points; nothing while no replication is
            whole.
        at_best: The alternative that leads as side of a comparison with the first scenario at the same point; nothing
            where none leads, or one of the first scenario does.
    """

    design: Design
    facts: Mapping[str, Any]
    analysis: Mapping[str, Any]
    scenarios: tuple[ScenarioInfo, ...]
    finished: int
    seconds: float
    means: Mapping[str, Mapping[str, float]]
    pooled: Comparison | None
    at_best: Comparison | None = None

    @property
    def primary(self) -> str:
        """The measure that the answer is about: the time to solution, or the first that was analysed."""
        return HEADLINES[1] if HEADLINES[1] in self.analysis else next(iter(self.analysis))

    @property
    def leader(self) -> str:
        """Name of the alternative with the best mean in that measure, ``""`` if alternatives are not ranked."""
        standings = self.analysis[self.primary].get("standings", ())
        better = measure_of(self.primary).better
        return str(max(standings, key=lambda s: better * s["mean"])["name"]) if standings else ""


def kind_of(folder: Path) -> Kind:
    """Return what a folder holds.

    Raises:
        ResultsError: If it is missing, or holds no results.
    """
    if not folder.exists():
        raise ResultsError(t("{folder}: there is no such folder; give one that cogov run, compare or experiment run "
                             "--out has filled", folder=folder))  # fmt: skip
    for file, kind in KINDS.items():
        if (folder / file).is_file():
            return kind
    for sign, file in SIGNS.items():
        if (folder / sign).exists():
            raise ResultsError(t("{folder}: {file} is missing, though {sign} is there: what made it did not end, or "
                                 "the file is lost; copy it back, or give the same command again", folder=folder,
                                 file=file, sign=sign))  # fmt: skip
    raise ResultsError(t("{folder} holds no results: it has no run.json, comparison.json or manifest.json; give a "
                         "folder that cogov run, compare or experiment run --out has filled",
                         folder=folder))  # fmt: skip


def open_results(folders: Sequence[Path]) -> Runs | Campaign:
    """Return what folders hold: one of any kind, or several runs that make a comparison, the reference first.

    Raises:
        ResultsError: If one is missing, damaged or of another version, or if they do not belong together.
    """
    kinds = [kind_of(folder) for folder in folders]
    if len(folders) == 1:
        if kinds[0] == "experiment":
            return _campaign(folders[0])
        return _comparison(folders[0]) if kinds[0] == "comparison" else _several(folders)
    for folder, kind in zip(folders, kinds, strict=True):
        if kind != "run":
            raise ResultsError(t("{folder} holds a whole {kind}, which has a report of its own; several folders make "
                                 "one report only where each is a single run", folder=folder,
                                 kind=WORDS[kind]))  # fmt: skip
    return _several(folders)


def read_json(folder: Path, name: str, *, any_version: bool = False) -> Any:
    """Return a JSON file of results; one of another version of cogov only if ``any_version`` will do.

    Raises:
        ResultsError: If it is missing, damaged or of another version.
    """
    try:
        facts = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise missing(folder, name) from None
    except ValueError:
        raise damaged(folder, name) from None
    if not isinstance(facts, dict):
        raise damaged(folder, name)
    for key, kind in (("format", int), ("versions", dict)):
        if not isinstance(facts.get(key), kind):
            raise damaged(folder, name, key)
    made = facts["versions"].get("cogov", __version__)
    if facts["format"] != 1 or (made != __version__ and not any_version):
        raise ResultsError(t("{folder} was made by cogov {made}, and this is cogov {version}; make the results again, "
                             "or install that version", folder=folder, made=made, version=__version__))  # fmt: skip
    if key := lacking(name, facts):
        raise damaged(folder, name, key)
    return facts


def missing(folder: Path, name: str) -> ResultsError:
    """Return what is said about a file of results that is not there."""
    return ResultsError(t("{folder}: {file} is missing; copy it back, or make the results again with the command that "
                          "made them", folder=folder, file=name))  # fmt: skip


def see_runs(folder: Path, places: Iterable[Path]) -> None:
    """See that each run of a comparison left its ``run.json``.

    Raises:
        ResultsError: If some are missing; it names them all.
    """
    lost = [str((place / RUN).relative_to(folder)) for place in places if not (place / RUN).is_file()]
    if lost:
        raise missing(folder, ", ".join(lost))


def damaged(folder: Path, name: str, key: str = "") -> ResultsError:
    """Return what is said about a file of results that is not as it was written, or about a key of it."""
    if key:
        return ResultsError(t("{folder}: {file} is damaged: {key} is missing in it, or is not of its kind; make the "
                              "results again with the command that made them", folder=folder, file=name,
                              key=key))  # fmt: skip
    return ResultsError(t("{folder}: {file} is damaged; make the results again with the command that made them",
                          folder=folder, file=name))  # fmt: skip


def read_record(folder: Path, replication: int = 0, *, whole: bool = True, any_version: bool = False) -> Record:
    """Return how a run was made, once its files are seen to be those that it wrote.

    Args:
        folder: Folder of the run.
        replication: Which replication it is.
        whole: Whether its files are to be looked at.
        any_version: Whether results of another version of cogov will do.

    Raises:
        ResultsError: If something is missing, damaged or of another version.
    """
    facts = read_json(folder, RUN, any_version=any_version)
    try:
        made = Record(facts["scenario"]["id"], replication, facts["seed"], facts["scenario"], facts["scenario_digest"],
                      facts["files"], facts["content_hash"],
                      {key: value for key, value in facts.items() if key not in ("scenario", "files", "measures")},
                      )  # fmt: skip
        files = dict(made.files)
    except (KeyError, TypeError, ValueError):
        raise damaged(folder, RUN) from None
    for name in files if whole else ():
        if not (folder / name).is_file():
            raise missing(folder, name)
        if file_hashes(folder, [name])[name] != files[name]:
            raise damaged(folder, name)
    if whole and _says_otherwise(folder, facts):
        raise damaged(folder, RUN)
    return made


def _says_otherwise(folder: Path, facts: Mapping[str, Any]) -> bool:
    """Return whether the summary, whose hash holds, is of another scenario or seed than ``run.json`` says."""
    said = json.loads((folder / "summary.json").read_text(encoding="utf-8")) if "summary.json" in facts["files"] else {}
    return any(said.get(key, facts[key]) != facts[key] for key in ("seed", "scenario_digest"))


def _several(folders: Sequence[Path]) -> Runs:
    """Return single runs as a comparison: sides by scenario in the order given, replications by seed."""
    records = [read_record(folder) for folder in folders]
    sides: dict[str, dict[int, tuple[Record, Path]]] = {}
    for record, folder in zip(records, folders, strict=True):
        side = sides.setdefault(record.digest, {})
        if record.seed in side:
            raise ResultsError(t("{one} and {other} hold the same run; give each once", one=side[record.seed][1],
                                 other=folder))  # fmt: skip
        side[record.seed] = (record, folder)
    first, *others = sides.values()
    _belong_together(records, folders)
    for side in others:
        if set(side) != set(first):
            lacking = min(set(side) ^ set(first))
            raise ResultsError(t("seed {seed} was run for one scenario only; runs are compared where each scenario has "
                                 "the same seeds", seed=lacking))  # fmt: skip
    seeds = list(first)
    found = tuple(replace(side[seed][0], replication=r) for side in sides.values() for r, seed in enumerate(seeds))
    infos = [ScenarioInfo.of(side[seeds[0]][0].resolved, digest) for digest, side in sides.items()]
    outcomes = [[condense(_read(side[seed][1])) for seed in seeds] for side in sides.values()]
    command = "\n".join(dict.fromkeys(str(record.facts["command"]) for record in records))
    made = assemble(_told_apart(infos), outcomes, seed=seeds[0], seeds=seeds, command=command)
    return Runs("run" if len(sides) == 1 else "comparison", replace(made, versions=dict(records[0].facts["versions"])),
                found, cities(folders[0], infos))  # fmt: skip


def _told_apart(infos: Sequence[ScenarioInfo]) -> list[ScenarioInfo]:
    """Give scenarios that bear one id another one each: ids name the columns."""
    ids = [info.id for info in infos]
    return [replace(info, id=f"{info.id}-{i}") if ids.index(info.id) != i else info for i, info in enumerate(infos)]


def _belong_together(records: Sequence[Record], folders: Sequence[Path]) -> None:
    """Raise a `ResultsError` unless all runs share city, days and versions."""
    for record, folder in zip(records, folders, strict=True):
        for key in ("city", "calendar"):
            if _shared(record, key) != _shared(records[0], key):
                raise ResultsError(t("{folder} has another {key} than {first}: they are not of one experiment and "
                                     "make no report together", folder=folder, key=WORDS[key],
                                     first=folders[0]))  # fmt: skip
        ours, theirs = record.facts["versions"], records[0].facts["versions"]
        if odd := [name for name in sorted({*ours, *theirs}) if ours.get(name) != theirs.get(name)]:
            raise ResultsError(t("{folder} was made with other versions than {first} ({names}); make both with the "
                                 "same", folder=folder, first=folders[0], names=", ".join(odd)))  # fmt: skip


def _shared(record: Record, key: str) -> Any:
    """Return what runs that are compared share: of a city what its file says, wherever that lies."""
    return (key == "city" and record.resolved.get("city_digest")) or record.resolved[key]


def _read(folder: Path) -> Any:
    """Return the result of a run whose files are known to be whole."""
    try:
        return read_run(folder)
    except (ValueError, KeyError, TypeError, pa.ArrowException):
        raise damaged(folder, RUN) from None


def _comparison(folder: Path) -> Runs:
    facts = read_json(folder, COMPARISON)
    try:
        infos = [ScenarioInfo(**plain) for plain in facts["scenarios"]]
        seeds, command, seed = list(facts["seeds"]), str(facts["command"]), int(facts["seed"])
    except (KeyError, TypeError, ValueError):
        raise damaged(folder, COMPARISON) from None
    places = {(info.id, r): folder / "runs" / info.id / str(r) for info in infos for r in range(len(seeds))}
    see_runs(folder, places.values())
    records = {key: read_record(place, key[1]) for key, place in places.items()}
    for (scenario, r), record in records.items():
        digest = next(info.digest for info in infos if info.id == scenario)
        if (record.digest, record.seed) != (digest, seeds[r]):
            raise ResultsError(t("{folder} is no run of the comparison in {out}; make the comparison again with the "
                                 "command that made it", folder=places[scenario, r], out=folder))  # fmt: skip
    outcomes = [[condense(_read(places[info.id, r])) for r in range(len(seeds))] for info in infos]
    made = assemble(infos, outcomes, seed=seed, seeds=seeds, command=command)
    return Runs("comparison", replace(made, versions=dict(facts["versions"])), tuple(records.values()),
                cities(folder, infos))  # fmt: skip


def _campaign(folder: Path) -> Campaign:
    facts = read_json(folder, MANIFEST)
    try:
        experiment = Experiment.model_validate_json(json.dumps(facts["experiment"]))
    except (KeyError, ValueError):
        raise damaged(folder, MANIFEST) from None
    design, store = Design(experiment, folder), Store(folder)
    state = store.look()
    if not state.finished():
        raise ResultsError(t("{folder}: no run of the experiment is finished yet", folder=folder))
    try:
        rows, runs = store.read(MEASURES), store.read(RUNS)
    except (pa.ArrowException, OSError):
        raise damaged(folder, MEASURES) from None
    kept = list(dict.fromkeys(rows["measure"].tolist()))
    try:
        infos = scenarios_of(facts, experiment)
    except (KeyError, TypeError):
        raise damaged(folder, MANIFEST) from None
    headlines = [key for key in HEADLINES if key in kept] or kept[:4]
    found = analyse(store, design, headlines)
    try:
        sides = pooled(store, design, runs, rows, infos, facts)
    except (pa.ArrowException, OSError, KeyError):
        raise damaged(folder, DAILY) from None
    made = Campaign(design, facts, found, tuple(infos), len(state.finished()),
                    state.seconds(), _means(rows, runs, experiment.scenarios), sides)  # fmt: skip
    scenario, _, point = made.leader.partition("#")
    if scenario in ("", infos[0].id):
        return made
    two = [info for info in infos if info.id in (infos[0].id, scenario)]
    of_two = np.isin(runs["scenario"], [info.id for info in two])
    runs = {name: values[of_two] for name, values in runs.items()}
    return replace(made, at_best=at_point(design, runs, rows, two, facts, int(point or 0)))


def scenarios_of(facts: Mapping[str, Any], experiment: Experiment) -> list[ScenarioInfo]:
    """Return the scenarios of an experiment from its manifest, called by the ids of its file.

    Raises:
        KeyError: If the manifest does not tell of them.
    """
    return [replace(ScenarioInfo.of(facts["scenarios"][name], facts["bases"][name]), id=name)
            for name in experiment.scenarios]  # fmt: skip


def _means(rows: Mapping[str, Any], runs: Mapping[str, Any], scenarios: Sequence[str]) -> dict[str, dict[str, float]]:
    values: dict[str, list[tuple[str, float]]] = {}
    for run, measure, value in zip(rows["run"].tolist(), rows["measure"].tolist(), rows["value"].tolist(), strict=True):
        values.setdefault(run, []).append((measure, value))
    found: dict[str, dict[str, list[float]]] = {name: {} for name in scenarios}
    for run, scenario in zip(
        runs["run"].tolist(), runs["scenario"].tolist(), strict=True
    ):  # a run may stand in several
        for measure, value in values[run]:
            found[scenario].setdefault(measure, []).append(value)
    return {s: {k: _mean(v) for k, v in measured.items()} for s, measured in found.items()}


def _mean(values: Sequence[float]) -> float:
    known = np.array([v for v in values if np.isfinite(v)])
    return float(known.mean()) if len(known) else float("nan")
