"""Whether a folder of results is as it was written: its files are there, are whole, and say what its runs say."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..scenarios.errors import short
from .comparison import Comparison, ScenarioInfo, assemble
from .crate import NAME as CRATE
from .crate import hashes_in
from .enclosed import EXPERIMENT, POINTS
from .experiment import Experiment
from .manifest_keys import COMPARISON, MANIFEST
from .outcome import condense
from .plan import identity_of
from .reading import read_run
from .results import Record
from .store import Store
from .tables import file_sha256, json_bytes, read_table, sha256

MOST_PLACES = 5
"""Most places of a file that are named where it says something else than its runs."""


@dataclass
class Findings:
    """What is wrong with the files of a folder.

    Attributes:
        missing: Files that are not there.
        damaged: Files that are not what was written.
        altered: Files that say something else than the runs beside them, and where.
        held: Files that were held against a hash.
        crate: How many of them the folder's crate has a hash of.
        rebuilt: Files that were worked out anew from the runs.
    """

    missing: list[Path] = field(default_factory=list)
    damaged: list[Path] = field(default_factory=list)
    altered: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    held: set[Path] = field(default_factory=set)
    crate: int = 0
    rebuilt: tuple[str, ...] = ()

    def look(self, path: Path, digest: str) -> None:
        """See whether a file is there and has the hash that was written down for it."""
        self.held.add(path)
        if not path.is_file():
            if path not in self.missing:
                self.missing.append(path)
        elif path not in self.damaged and file_sha256(path) != digest:
            self.damaged.append(path)


def of_runs(folder: Path, records: Mapping[Path, Record]) -> Findings:
    """Return what is wrong with the files of runs and of their folder, by the hashes that were written down."""
    found = Findings()
    for place, record in records.items():
        for name, digest in record.files.items():
            found.look(place / name, digest)
    _by_crate(folder, found, always=(folder / COMPARISON).is_file())
    return found


def of_experiment(folder: Path, facts: Mapping[str, Any]) -> tuple[Findings, set[str]]:
    """Return what is wrong with the files of an experiment, and the parts of its store that cannot be read.

    Its manifest and its own file are held against each other and the digest of the experiment, and against hashes too
    once all runs are there: until then the crate may be of a time before it was gone on with.
    """
    found, bad = Findings(), Store(folder).unsound()
    for paths in bad.values():
        for path in paths:
            (found.damaged if path.is_file() else found.missing).append(path)
    found.held |= Store(folder).told_of()
    listed = folder / POINTS
    points = sha256(listed.read_bytes() if listed.is_file() else b"")
    if identity_of(facts["experiment"], facts["bases"], facts["versions"], points) != facts.get("digest"):
        found.damaged.append(folder / MANIFEST)
    own = folder / EXPERIMENT
    try:
        said = Experiment.model_validate(tomllib.loads(own.read_text(encoding="utf-8")))
        same = said.model_dump(mode="json", exclude_none=True) == facts["experiment"]
    except FileNotFoundError:
        found.missing.append(own)
    except (ValueError, KeyError):
        found.damaged.append(own)
    else:
        if not same:
            found.damaged.append(own)
    whole = len(Store(folder).look().finished()) >= facts["runs"] and not bad
    _by_crate(folder, found, but=() if whole else (MANIFEST, EXPERIMENT), always=whole)
    return found, set(bad)


def altered(folder: Path) -> list[str]:
    """Return the files of a folder of results that are missing or not as they were written, by the hashes at hand.

    Of runs only what stands beside their own files is looked at, for whoever reads a run has seen to those.
    """
    found = Findings()
    if (folder / MANIFEST).is_file():
        found, _ = of_experiment(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    else:
        _by_crate(folder, found, always=(folder / COMPARISON).is_file())
    return [str(path.relative_to(folder)) for path in dict.fromkeys((*found.missing, *found.damaged))]


def _by_crate(folder: Path, found: Findings, but: Sequence[str] = (), *, always: bool = False) -> None:
    """Hold files against the hashes of the folder's crate, and the crate against its own.

    A run of a comparison has no crate of its own; where there ``always`` is one, it must not be missing.
    """
    try:
        digests = hashes_in(folder)
    except FileNotFoundError:
        if always:
            found.missing.append(folder / CRATE)
        return
    except (ValueError, KeyError, TypeError, StopIteration):
        found.damaged.append(folder / CRATE)
        return
    for name, digest in digests.items():
        if name not in but:
            found.look(folder / name, digest)
            found.crate += 1


def rebuilt(folder: Path, facts: Mapping[str, Any], records: Mapping[Path, Record]) -> dict[Path, tuple[str, ...]]:
    """Work a comparison out anew from its runs; return its files that say something else, and where.

    Args:
        folder: Folder of the comparison.
        facts: What its ``comparison.json`` says.
        records: How its runs were made, those of a side after one another.

    Raises:
        ValueError: If its runs give no comparison; KeyError, TypeError and OSError likewise.
    """
    made = from_runs(facts, records)
    wrong: dict[Path, tuple[str, ...]] = {}
    if places := list(differences(json.loads(json_bytes(made.to_dict())), facts)):
        wrong[folder / COMPARISON] = few(places)
    for name, columns in (("curves", made.curve_table()), ("grids", made.grid_table())):
        path = folder / f"{name}.parquet"
        if path.is_file() and (odd := _columns(path, columns)):
            wrong[path] = few(odd)
    return wrong


def from_runs(facts: Mapping[str, Any], records: Mapping[Path, Record]) -> Comparison:
    """Return the comparison that runs in folders give."""
    seeds, sides, infos = list(facts["seeds"]), [], []
    places = list(records)
    for i, plain in enumerate(facts["scenarios"]):
        mine = places[i * len(seeds) : (i + 1) * len(seeds)]
        record = records[mine[0]]
        city = plain["resolved"]["city"] if "city_digest" in record.resolved else record.resolved["city"]
        infos.append(replace(ScenarioInfo.of({**record.resolved, "city": city}, record.digest), id=plain["id"]))
        sides.append([condense(read_run(place)) for place in mine])
    seeds = [records[place].seed for place in places[: len(seeds)]]
    made = assemble(infos, sides, seed=facts["seed"], seeds=seeds, command=facts["command"])
    return replace(made, versions=dict(facts["versions"]))


def differences(expected: Any, found: Any, at: str = "") -> Iterator[str]:
    """Yield the places at which plain values differ, each with what stands there and what should."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}):
            yield from differences(expected.get(key), found.get(key), f"{at}.{key}" if at else key)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for i, (one, other) in enumerate(zip(expected, found, strict=True)):
            name = one.get("measure") or one.get("id") if isinstance(one, dict) else None
            yield from differences(one, other, f"{at}.{name or i}")
    elif expected != found:
        yield f"{at}: {_short(found)} ≠ {_short(expected)}"


def _short(value: Any) -> str:
    return short(json.dumps(value, ensure_ascii=False), 40)


def _columns(path: Path, expected: Mapping[str, Any]) -> list[str]:
    """Return the columns of a table that are not as expected."""
    try:
        found = read_table(path)
    except (pa.ArrowException, OSError, ValueError):
        return ["*"]
    both = expected.keys() & found.keys()
    return [name for name in dict.fromkeys((*expected, *found))
            if name not in both or not _same(found[name], np.asarray(expected[name]))]  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    if len(one) != len(other):
        return False
    if one.dtype.kind == "f" or other.dtype.kind == "f":
        return bool(np.array_equal(one.astype(float), other.astype(float), equal_nan=True))
    if one.dtype.kind == "M":
        return bool((one.astype("datetime64[D]") == other.astype("datetime64[D]")).all())
    return bool((one.astype(str) == other.astype(str)).all())


def few(places: Sequence[str]) -> tuple[str, ...]:
    """Return the first places, and how many more there are."""
    more = len(places) - MOST_PLACES
    return (*places[:MOST_PLACES], f"+{more}") if more > 0 else tuple(places)


def run_places(folder: Path, scenarios: Sequence[Mapping[str, Any]], seeds: Sequence[int]) -> list[tuple[Path, int]]:
    """Return the folder and replication of each run of a comparison, side by side."""
    return [(folder / "runs" / side["id"] / str(r), r) for side in scenarios for r in range(len(seeds))]
