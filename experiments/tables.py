"""Files that outlive a run: canonical JSON and tidy Parquet tables, whole or not there at all.

Equal contents give equal bytes: rows are put in one order, keys are sorted, nothing tells of time or machine.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..scenarios.sentences import t

Columns = Mapping[str, NDArray[Any]]
"""A table as named columns of one length."""

ORDER: dict[str, tuple[str, ...]] = {
    "daily": ("date", "level", "place", "measure"),
    "grids": ("grid",),
    "stages": ("category", "grid_kind", "stage"),
    "organisations": ("organisation",),
    "places": ("level", "place"),
}
"""By which columns the rows of each table are sorted; together they are the table's key."""

_LEVELS = {"city": 0, "district": 1, "street": 2, "community": 3, "grid": 4}
_UNITS = {
    "date": "day", "minute": "min since the run began", "minutes": "min", "needs": "needs", "residents": "persons",
    "solved": "needs", "first_response_minutes": "min", "solution_minutes": "min", "trust": "1",
    "x": "cell", "y": "cell", "members": "persons",
}  # fmt: skip


def json_bytes(content: Any) -> bytes:
    """Return canonical JSON: sorted keys, UTF-8, ``null`` for numbers that are not finite, one final newline."""
    return (json.dumps(finite(content), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def finite(content: Any) -> Any:
    """Return ``content`` with plain Python numbers, and ``None`` in place of ``nan`` and infinities."""
    if isinstance(content, Mapping):
        return {str(key): finite(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [finite(value) for value in content]
    if isinstance(content, np.ndarray):
        return finite(content.tolist())
    if isinstance(content, np.generic):
        content = content.item()
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


def write_bytes(path: Path, content: bytes) -> str:
    """Write a file whole or not at all, and return the SHA-256 of its contents."""
    return write_together(path.parent, {path.name: content})[path.name]


def write_together(folder: Path, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Write files of a folder, all or none: what stood there before is replaced once all are on disk, in their order.

    Args:
        folder: Where to; it is made if need be, and so are the folders inside it that names tell of.
        contents: Contents by name, such as ``grids.parquet`` or ``sources/mine.toml``.

    Returns:
        The SHA-256 of each file by its name.

    Raises:
        OSError: If one cannot be written, or would replace a device or a folder; it names that file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in contents:
        if (folder / name).exists() and not (folder / name).is_file():  # a device or a folder is not to be replaced
            reason = t("is no ordinary file and is not replaced; give another name")
            raise OSError(errno.EEXIST, reason, str(folder / name))
    parts = {name: (folder / name).with_name(f".{Path(name).name}.{os.getpid()}.tmp") for name in contents}
    try:
        for name, content in contents.items():
            with named(folder / name):
                parts[name].parent.mkdir(parents=True, exist_ok=True)
                parts[name].write_bytes(content)
        for name, part in parts.items():
            os.replace(part, folder / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return {name: sha256(content) for name, content in contents.items()}


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Let an error of writing, such as a full disk, name the file."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, os.strerror(error.errno) if error.errno else str(error), str(path)) from error


def in_order(name: str, columns: Columns) -> dict[str, NDArray[Any]]:
    """Return the columns of a table with its rows in the table's one order.

    Raises:
        ValueError: If a key column is missing or the columns differ in length.
    """
    keys = ORDER[name]
    missing = [key for key in keys if key not in columns]
    if missing:
        raise ValueError(f"table {name} lacks {', '.join(missing)}; it has {', '.join(columns) or 'no column'}")
    lengths = {key: len(values) for key, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of table {name} differ in length: {lengths}")
    rows = np.lexsort([_codes(key, columns[key]) for key in reversed(keys)])
    rest = [key for key in columns if key not in keys]
    return {key: np.asarray(columns[key])[rows] for key in (*keys, *rest)}


def _codes(key: str, values: NDArray[Any]) -> NDArray[np.int64]:
    """Return numbers that sort as the values should: levels from the city down, text by its letters."""
    distinct, codes = np.unique(np.asarray(values), return_inverse=True)
    if key == "level":
        rank = [_LEVELS.get(str(level), len(_LEVELS)) for level in distinct]
        codes = np.asarray(rank)[codes] * len(distinct) + codes
    return np.asarray(codes, dtype=np.int64)


def arrow_table(columns: Columns) -> pa.Table:
    """Return an Arrow table; text becomes a dictionary, a known column carries its unit as metadata."""
    arrays, fields = [], []
    for name, values in columns.items():
        array = _arrow_column(np.asarray(values))
        unit = _UNITS.get(name)
        fields.append(pa.field(name, array.type, metadata={"unit": unit} if unit else None))
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _arrow_column(values: NDArray[Any]) -> pa.Array:
    if values.dtype.kind in "UO":
        distinct, codes = np.unique(values.astype(str), return_inverse=True)
        return pa.DictionaryArray.from_arrays(
            pa.array(codes.astype(np.int32)), pa.array(distinct.tolist(), pa.string())
        )
    if values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[D]"), pa.date32())
    return pa.array(values)


def parquet_bytes(columns: Columns) -> bytes:
    """Return the columns as one Parquet file compressed by zstd."""
    buffer = io.BytesIO()
    pq.write_table(arrow_table(columns), buffer, compression="zstd")
    return buffer.getvalue()


def read_table(path: Path) -> dict[str, NDArray[Any]]:
    """Return a table that `parquet_bytes` made, text as NumPy strings and dates as ``datetime64[D]``."""
    table = pq.read_table(path)
    out = {}
    for field in table.schema:
        column = table.column(field.name)
        if pa.types.is_dictionary(field.type):
            out[field.name] = np.array(column.to_pylist(), dtype=str)
        else:
            out[field.name] = column.to_numpy()
    return out


class EventLog:
    """The event log of a run, streamed to one Parquet file: an activity a row, ready for process mining.

    Used as a context manager; the file appears when the block ends well, and not at all when it fails. Called with
    rows of the engine's log, it appends them in the order in which they happened.

    Args:
        path: Where the file shall be.
        start: First minute of the run, for the ``time`` column.
        kinds: Names of events by their codes.
    """

    SCHEMA = pa.schema(
        [
            pa.field("incident", pa.int64(), metadata={"role": "case"}),
            pa.field("minute", pa.int64(), metadata={"unit": _UNITS["minute"]}),
            pa.field("time", pa.timestamp("s"), metadata={"role": "timestamp"}),
            pa.field("kind", pa.dictionary(pa.int32(), pa.string()), metadata={"role": "activity"}),
            pa.field("organisation", pa.int64(), metadata={"unit": "row of organisations, -1 none"}),
            pa.field("responder", pa.int64(), metadata={"role": "resource", "unit": "semantic key, -1 none"}),
        ]
    )

    def __init__(self, path: Path, start: np.datetime64, kinds: Sequence[str]) -> None:
        self.path = path
        self.start = start.astype("datetime64[s]")
        self.kinds = pa.array(kinds, pa.string())
        self._part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._open = False
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> EventLog:
        """Open no file yet: one that an interrupt finds before the block has begun would be left behind."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._open = True
        return self

    def _begun(self) -> pq.ParquetWriter:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._part, self.SCHEMA, compression="zstd")
        return self._writer

    def __call__(self, rows: NDArray[Any]) -> None:
        """Add rows with the fields incident, minute, kind (a code), organisation and responder, shape (rows,).

        Raises:
            RuntimeError: If the log is not open.
        """
        if not self._open:
            raise RuntimeError(f"the event log {self.path.name} is not open: use it in a with block")
        time = self.start + rows["minute"].astype("timedelta64[m]")
        columns = {name: pa.array(rows[name].astype(np.int64)) for name in rows.dtype.names or ()}
        columns["kind"] = pa.DictionaryArray.from_arrays(pa.array(rows["kind"].astype(np.int32)), self.kinds)
        columns["time"] = pa.array(time, pa.timestamp("s"))
        with named(self.path):
            self._begun().write_table(pa.Table.from_arrays([columns[f.name] for f in self.SCHEMA], schema=self.SCHEMA))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._begun()  # a run without any event has a log all the same
            if self._writer is not None:
                with named(self.path):
                    self._writer.close()
            if kind is None:
                os.replace(self._part, self.path)
        except OSError:
            if kind is None:  # else the first error says more
                raise
        finally:
            self._open, self._writer = False, None
            self._part.unlink(missing_ok=True)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_hashes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the named files of a folder."""
    return {name: sha256((folder / name).read_bytes()) for name in sorted(names)}
