"""Parquet files of a table that grew part by part: joined into one, and read as NumPy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from .tables import file_sha256


def join(paths: Sequence[Path], target: Path) -> str:
    """Write all rows of several Parquet files to one, a row group each, and return its SHA-256."""
    schema = pa.unify_schemas([pq.read_schema(path) for path in paths], promote_options="default")
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for path in paths:
            table = pq.read_table(path)
            lacking = [f for f in schema if f.name not in table.column_names]
            for f in lacking:
                table = table.append_column(f, pa.nulls(len(table), f.type))
            writer.write_table(table.select(schema.names).cast(schema))
    return file_sha256(target)


def columns(table: pa.Table) -> dict[str, NDArray[Any]]:
    """Return the columns of a table by name."""
    return {name: _column(table.column(name)) for name in table.column_names}


def _column(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column as NumPy has it: text by its distinct values, of which there are few."""
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    if not pa.types.is_dictionary(column.type):
        return np.asarray(column.to_numpy())
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # without any chunk
        return np.array([], dtype=str)
    if whole.null_count:
        return np.array(whole.to_pylist(), dtype=str)
    distinct: NDArray[Any] = np.array(whole.dictionary.to_pylist(), dtype=str)
    found: NDArray[Any] = distinct[whole.indices.to_numpy()]
    return found
