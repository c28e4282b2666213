"""The folder of an experiment: tables that grow part by part, and a journal that says which parts are whole.

A part is one Parquet file in each table's folder, written under a hidden name and moved into place; the line in a
journal comes last. What has no line was not finished, and is set aside when the folder is opened again. So any moment
is a good one to be killed, and pandas, Polars or DuckDB can read ``runs/*.parquet`` while the experiment still runs.
"""

from __future__ import annotations

import fcntl
import functools
import json
import operator
import os
import socket
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..scenarios.sentences import Sentence, Told, t
from .experiment import Experiment
from .journal import Failure, Part, State, append, lines, state_of
from .manifest_keys import MANIFEST, lacking
from .parts import columns, join
from .tables import file_sha256, json_bytes, parquet_bytes, sha256, write_together

RUNS, MEASURES, DAILY, GRIDS = "runs", "measures", "daily", "grids"
TABLES = (MEASURES, DAILY, GRIDS, RUNS)
"""Tables in the order in which a part is moved into place; a run that stands in ``runs`` is all there."""
ORDER: dict[str, tuple[str, ...]] = {
    RUNS: ("run", "scenario", "point"), MEASURES: ("run", "measure"),
    DAILY: ("run", "measure", "date"), GRIDS: ("run", "grid"),
}  # fmt: skip
"""By which columns the rows of a table are sorted when they are read."""
JOURNAL, ASIDE, FAILURES = "journal", "aside", "failures.parquet"
OTHERS = ("run.json", "comparison.json", "runs/*/*/run.json")
"""Files of results of another kind, a run or a comparison."""
MANY_PARTS = 128
"""Parts of a table from which on they are merged."""
MERGED = "-merged-"
"""What stands in the name of a part that was merged of others."""

Columns = Mapping[str, NDArray[Any]]


class StoreError(Told, ValueError):
    """A folder that is no store of this experiment, or that somebody else is writing to."""


class Store:
    """A folder of results.

    Args:
        folder: Where it lies.
        tag: Which of several writers this is, such as ``1of4``; parts and journals bear it.
    """

    def __init__(self, folder: Path, tag: str = "all") -> None:
        self.folder = folder
        self.tag = tag
        self._lock: TextIO | None = None

    def begin(self, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> list[Sentence]:
        """Make the folder, or see that it belongs to the same experiment; keep every other writer of this tag out.

        A manifest of the same experiment that lacks a key is written anew, and that is what is returned to be said.

        Args:
            facts: What identifies the experiment; ``digest`` is compared.
            files: What else tells of the experiment, contents by name.

        Raises:
            StoreError: If the folder holds other results or does not say which, or another process writes to it under
                this tag.
            OSError: If it cannot be written to.
        """
        if any(next(self.folder.glob(place), None) for place in OTHERS):
            raise StoreError(t("{out} holds the results of a run or a comparison; give another folder with --out",
                               out=self.folder))  # fmt: skip
        (self.folder / JOURNAL).mkdir(parents=True, exist_ok=True)
        self._lock = (self.folder / JOURNAL / f"{self.tag}.lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.end()
            raise StoreError(t("{out}: another process is running this experiment here", out=self.folder)) from None
        path = self.folder / MANIFEST
        if not path.exists():
            write_together(self.folder, {**files, MANIFEST: json_bytes(facts)})
            return []
        try:
            known = self._same(facts["digest"])
        except StoreError:
            self.end()
            raise
        if known == json.loads(json_bytes(facts)):
            return []
        key = lacking(MANIFEST, known)  # else other replications or another rule to stop, of the same experiment
        write_together(self.folder, {**files, MANIFEST: json_bytes(facts)})
        return [t("{folder}: {file} was damaged at {key}; it is written anew", folder=self.folder, file=MANIFEST,
                  key=key)] if key else []  # fmt: skip

    def _same(self, digest: str) -> dict[str, Any]:
        """Return what the manifest says, which is of the experiment of a digest; a key may be lacking."""
        known = self._told()
        if not isinstance(known.get("digest"), str):
            raise StoreError(t("{folder}: {file} is damaged: it does not say of which experiment the results are; give "
                               "another folder with --out", folder=self.folder, file=MANIFEST))  # fmt: skip
        if known["digest"] != digest:
            raise StoreError(t("{out} holds the results of another experiment, or of another version of it; give "
                               "another folder with --out", out=self.folder))  # fmt: skip
        return known

    def end(self) -> None:
        """Let other writers in again."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def manifest(self) -> dict[str, Any]:
        """Return what identifies the experiment of this folder.

        Raises:
            StoreError: If there is none, it cannot be read, or lacks a key.
        """
        facts = self._told()
        if key := lacking(MANIFEST, facts):
            raise StoreError(t("{folder}: {file} is damaged: {key} is missing in it, or is not of its kind; make the "
                               "results again with the command that made them", folder=self.folder, file=MANIFEST,
                               key=key))  # fmt: skip
        return facts

    def experiment(self) -> Experiment:
        """Return the experiment of this folder.

        Raises:
            StoreError: As for `manifest`.
        """
        return Experiment.model_validate_json(json.dumps(self.manifest()["experiment"]))

    def _told(self) -> dict[str, Any]:
        path = self.folder / MANIFEST
        try:
            facts = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise StoreError(t("{out} is no folder of an experiment: it has no {file}", out=self.folder,
                               file=MANIFEST)) from None  # fmt: skip
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            raise StoreError(t("{out}: its {file} is damaged", out=self.folder, file=MANIFEST))
        return facts

    def look(self) -> State:
        """Return what the journals say, without touching anything."""
        state = state_of(self._journals())
        whole = (all(self._path(table, p.name).exists() for table in p.files) for p in state.parts.values())
        state.parts = {p.name: p for p, there in zip(list(state.parts.values()), list(whole), strict=True) if there}
        return state

    def _journals(self) -> list[Path]:
        return sorted((self.folder / JOURNAL).glob("*.jsonl"))

    def recover(self) -> State:
        """Return what the store holds, once broken merges are finished and all that is not whole is set aside.

        Only parts of this writer's tag are touched, or all where it writes alone (tag ``all``).
        """
        self._finish_merges()
        state = state_of(self._journals())
        for part in list(state.parts.values()):
            if self._ours(part.name) and (bad := self._damaged(part)):
                state.said.append(t("{part} is damaged ({n} runs); it is set aside, and they are run again",
                                    part=bad, n=len(part.runs)))  # fmt: skip
                self._set_aside(part.name)
                del state.parts[part.name]
        state.said += self.set_aside_unfinished(state)
        return state

    def set_aside_unfinished(self, state: State | None = None) -> list[Sentence]:
        """Set aside the files of this writer's tag that no journal tells of, and return what there is to say.

        A worker that was killed between a part and its line leaves such files; no worker may write meanwhile.
        """
        known, said = (state or state_of(self._journals())).parts, list[Sentence]()
        for table in TABLES:
            for path in sorted((self.folder / table).glob("*.parquet")):
                if path.stem not in known and self._ours(path.stem):
                    said.append(t("{part} was not finished; it is set aside", part=path))
                    self._set_aside(path.stem)
        return said

    def _ours(self, part: str) -> bool:
        return self.tag == "all" or part.startswith(f"{self.tag}-")

    def _path(self, table: str, part: str) -> Path:
        return self.folder / table / f"{part}.parquet"

    def _damaged(self, part: Part) -> Path | None:
        for table, digest in part.files.items():
            path = self._path(table, part.name)
            try:
                if file_sha256(path) != digest:
                    return path
            except OSError:
                return path
        return None

    def _set_aside(self, part: str) -> None:
        for table in TABLES:
            path = self._path(table, part)
            if path.exists():
                (self.folder / ASIDE / table).mkdir(parents=True, exist_ok=True)
                os.replace(path, self.folder / ASIDE / table / path.name)

    def merge(self) -> None:
        """Merge the parts of this writer, as soon as there are many, into one; and those that were merged likewise.

        The merged files are whole under hidden names before the journal says so; only then the old ones go. Parts are
        copied one by one, so it takes little memory however many there are.
        """
        for merged in (False, True):
            parts = sorted(name for name in self.look().parts if self._ours(name) and (MERGED in name) == merged)
            if len(parts) >= MANY_PARTS:
                self._merge(parts)

    def _merge(self, parts: Sequence[str]) -> None:
        state = self.look()
        runs = tuple(run for name in parts for run in state.parts[name].runs)
        name = f"{self.tag}{MERGED}{sha256(' '.join(runs).encode())[:12]}"
        files = {}
        for table in TABLES:
            paths = [self._path(table, part) for part in parts if table in state.parts[part].files]
            if paths:
                files[table] = join(paths, self._hidden(table, name))
        seconds = sum(state.parts[part].seconds for part in parts)
        line = {"part": name, "runs": runs, "files": files, "seconds": seconds, "merged": parts}
        append(self.folder / JOURNAL / f"{self.tag}.jsonl", line)
        self._swap(name, parts)

    def _hidden(self, table: str, part: str) -> Path:
        return self.folder / table / f".{part}.merged"

    def _swap(self, name: str, old: Sequence[str]) -> None:
        for table in TABLES:
            for part in old:
                self._path(table, part).unlink(missing_ok=True)
            hidden = self._hidden(table, name)
            if hidden.exists():
                os.replace(hidden, self._path(table, name))

    def _finish_merges(self) -> None:
        """Finish merges that the journal tells of, and remove what others left hidden."""
        for path in self._journals():
            for line in lines(path):
                if "merged" in line and self._ours(line["part"]):
                    self._swap(line["part"], line["merged"])
        for table in TABLES:
            for hidden in (self.folder / table).glob(f".{'' if self.tag == 'all' else self.tag + '-'}*"):
                hidden.unlink(missing_ok=True)

    def unsound(self) -> dict[str, list[Path]]:
        """Return the files of each part that the journals tell of and that are missing or are not what they say."""
        paths = {p.name: [(self._path(table, p.name), digest) for table, digest in p.files.items()]
                 for p in state_of(self._journals()).parts.values()}  # fmt: skip
        bad = {name: [path for path, digest in files if not path.is_file() or file_sha256(path) != digest]
               for name, files in paths.items()}  # fmt: skip
        return {name: files for name, files in bad.items() if files}

    def told_of(self) -> set[Path]:
        """Return the files of all parts that the journals tell of."""
        parts = state_of(self._journals()).parts.values()
        return {self._path(table, part.name) for part in parts for table in part.files}

    def write_failures(self, state: State) -> None:
        """Write the runs that did not end well as a table of their own, a row each; none where there are none."""
        rows = sorted(state.failures.values(), key=lambda failure: failure.run)
        if not rows:
            (self.folder / FAILURES).unlink(missing_ok=True)
            return
        table = {key: np.array([getattr(row, key) for row in rows]) for key in asdict(rows[0])}
        write_together(self.folder, {FAILURES: parquet_bytes(table)})

    def files(self, table: str) -> list[tuple[Path, tuple[str, ...]]]:
        """Return the files of a table's whole parts, each with its runs; one that was lost may be in two of them."""
        return [(self._path(table, p.name), p.runs) for p in self.look().parts.values() if table in p.files]

    def read(
        self,
        table: str,
        *,
        measure: str = "",
        run: str = "",
        names: Sequence[str] | None = None,
        without: Collection[str] = (),
    ) -> dict[str, NDArray[Any]]:
        """Return a table of all whole parts, its rows in the table's order; of one measure or run if it is named.

        ``names`` are the columns that are read, all without it; those by which the table is sorted are among them.
        ``without`` names parts that are left out.

        Raises:
            StoreError: If the store has no such table.
        """
        paths = [path for path, _ in self.files(table) if path.stem not in without]
        if not paths:
            raise StoreError(t("{out} has no table {table} yet", out=self.folder, table=table))
        named = [ds.field(key) == value for key, value in (("measure", measure), ("run", run)) if value]
        wanted = functools.reduce(operator.and_, named) if named else None
        found = columns(
            ds.dataset([str(p) for p in paths], format="parquet").to_table(columns=names and list(names), filter=wanted)
        )
        rows = np.lexsort([found[key] for key in reversed(ORDER[table])])
        keys = [found[key][rows] for key in ORDER[table]]
        again = np.logical_and.reduce([key[1:] == key[:-1] for key in keys])  # a lost task may be run twice, to the bit
        rows = rows[np.append(True, ~again)] if len(rows) else rows
        return {name: values[rows] for name, values in found.items()}

    def measures(self) -> list[str]:
        """Return the keys of the measures that were kept of any run, in the order in which a run has them.

        Raises:
            StoreError: If there are none yet.
        """
        parts = self.files(MEASURES)
        if not parts:
            raise StoreError(t("{out} has no table {table} yet", out=self.folder, table=MEASURES))
        found = [pq.read_table(path, columns=["measure"])["measure"].unique() for path, _ in parts]
        return list(dict.fromkeys(key for column in found for key in column.to_pylist()))


class Writer:
    """Collects the tables of finished runs in a worker, and writes them as parts.

    Args:
        store: Where to.
        worker: A name that no other worker of the store has.
    """

    def __init__(self, store: Store, worker: str) -> None:
        self._store = store
        self._worker = f"{store.tag}-{worker}"
        self._rows: dict[str, list[Columns]] = {}
        self._runs: list[str] = []
        self._seconds = 0.0

    def add(self, run: str, tables: Mapping[str, Columns], seconds: float) -> None:
        """Take the rows of a finished run."""
        for table, rows in tables.items():
            self._rows.setdefault(table, []).append(rows)
        self._runs.append(run)
        self._seconds += seconds

    def fail(self, failure: Failure) -> None:
        """Note a run that did not end well."""
        line = asdict(failure)
        append(self._journal, {"failed": line.pop("run"), **line})

    @property
    def _journal(self) -> Path:
        return self._store.folder / JOURNAL / f"{self._worker}.jsonl"

    def flush(self) -> None:
        """Write what was taken as one part.

        Raises:
            OSError: If it cannot be written; nothing of it counts then.
        """
        if not self._runs:
            return
        name, files = self._new_name(), {}
        for table in TABLES:
            if table in self._rows:
                content = parquet_bytes(_stacked(self._rows[table]))
                files[table] = write_together(self._store.folder / table, {f"{name}.parquet": content})[
                    f"{name}.parquet"
                ]
        append(self._journal, {"part": name, "runs": self._runs, "files": files, "seconds": round(self._seconds, 3)})
        self._rows, self._runs, self._seconds = {}, [], 0.0

    def _new_name(self) -> str:
        """Return a name that no part had before, not even one set aside: its line would tell of the new files."""
        name = f"{self._worker}-{self._runs[0]}"
        told = {line.get("part") for line in lines(self._journal)} if self._journal.exists() else set()
        return next(each for each in (name, *(f"{name}-{i}" for i in range(2, len(told) + 3))) if each not in told)


def worker_name() -> str:
    """Return a name of this process that no other process of any machine has at this time."""
    return _name_of(os.getpid())


@cache
def _name_of(process: int) -> str:
    return f"{socket.gethostname().partition('.')[0]}-{process}-{os.urandom(3).hex()}"


def _stacked(parts: Sequence[Columns]) -> dict[str, NDArray[Any]]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
