"""The one object that compiled rules receive: all arrays of a run under their names.

Uncompiled, a World is a plain object, so a rule reads ``w.needs[n].severity`` as any Python would. Compiled, it is
one pointer to a block of words that says of each array where its memory is and how long it is. The block does not
change while compiled code runs, so the compiler may keep what it read of it (``invariant.load``), and nothing
counts references: the run's tables own the memory. When a table must grow, Python makes a new World.

Columns are as narrow as their values allow, because time goes into waiting for memory; rules see none of it. Either
way a column is read as a 64-bit number and is narrowed again when it is written.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, intrinsic, lower_getattr_generic, register_model, unbox
from numba.np.arrayobj import record_getattr
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

from ..agents.columns import LINE
from ..agents.rules import COMPILED, rule
from .levers import entities

FIELDS: tuple[str, ...] = (
    "par",
    "keys",
    "sc",
    "kind_share",
    "cats",
    "grids",
    "communities",
    "streets",
    "districts",
    "compounds",
    "units",
    "served",
    "firms",
    "lines",
    "pools",
    "responders",
    "needs",
    "cases",
    "calls",
    "trust",
    "participation",
    "nets",
    "property_pool",
    "street_pool",
    "line_pool",
    "social_pool",
    "mass_pool",
    "roster",
    "roster_asked",
    "crew",
    "call_ups",
    "counter_use",
    "resident_minutes",
    *(f"{of}_levers" for of in entities()),
    "line_work",
    "whistles",
    "unit_minutes",
    "hazard",
    "risk",
    "wheel",
    "nodes",
    "later",
    "block_next",
    "day_block",
    "day_events",
    "bucket",
    "run_start",
    "now",
    "log",
    "counts",
    "hist_response",
    "hist_solution",
    "hist_contact",
    "hist_from_report",
    "hist_on_site",
    "by_category",
    "by_level",
    "by_kind",
    "by_grid",
    "stage_table",
    "day_kind",
    "weekday",
    "work_index",
    "work_days",
    "shifts",
    "shocks",
    "shock_field",
    "shock_hit",
    "seats",
    "extra_seats",
    "absence",
    "call_hours",
    "misc",
    "city_busy",
)
"""Attributes of the World, all arrays."""


class WorldType(types.Type):  # type: ignore[misc,unused-ignore]
    """Numba type of a World: the type of each array and the place of its words in the block."""

    def __init__(self, arrays: dict[str, types.Array]) -> None:
        self.arrays = arrays
        self.places: dict[str, int] = {}
        place = 0
        for name, array in arrays.items():
            self.places[name] = place
            place += 1 + array.ndim
        text = ";".join(f"{name}:{array}" for name, array in arrays.items())
        super().__init__(name=f"World_{hashlib.sha256(text.encode()).hexdigest()[:12]}")


class World:
    """What compiled code sees of a run's arrays, in the order of ``FIELDS``.

    Args:
        arrays: C-contiguous arrays by name; they must outlive every compiled call, which the World sees to.
    """

    def __init__(self, arrays: dict[str, NDArray[Any]]) -> None:
        self._arrays = {name: arrays[name] for name in FIELDS}
        if not all(a.flags.c_contiguous and a.flags.aligned for a in self._arrays.values()):
            raise ValueError("an array of the World is not contiguous")
        words = [word for a in self._arrays.values() for word in (a.ctypes.data, *a.shape)]
        self._block = np.array(words, dtype=np.uint64)
        self.address = self._block.ctypes.data
        self._numba_type_ = _type_of(tuple((a.dtype, a.ndim) for a in self._arrays.values()))

    def __getattr__(self, name: str) -> NDArray[Any]:
        try:
            return self._arrays[name]
        except KeyError:
            raise AttributeError(name) from None


@lru_cache(maxsize=16)
def _type_of(arrays: tuple[tuple[np.dtype[Any], int], ...]) -> WorldType:
    """Return the type of a World whose arrays, in the order of ``FIELDS``, have these elements and dimensions."""
    kinds = (types.Array(_item(dtype), ndim, "C") for dtype, ndim in arrays)
    return WorldType(dict(zip(FIELDS, kinds, strict=True)))


def _item(dtype: np.dtype[Any]) -> types.Type:
    """Return the Numba type of an element: a number, or a row of a table."""
    kind = from_dtype(dtype)
    return Row(list(kind.fields.items()), kind) if isinstance(kind, types.Record) else kind


class Row(types.Record):  # type: ignore[misc,unused-ignore]
    """Numba type of a row of a table, whose columns are read in 64 bits however narrow they are.

    Otherwise rules would do arithmetic in as many widths as there are, and be compiled once for each.
    """

    def __init__(self, columns: list[tuple[str, Any]], record: types.Record) -> None:
        described = [(name, {"type": c.type, "offset": c.offset, "title": c.title}) for name, c in columns]
        super().__init__(described, record.size, record.aligned)

    def read(self, column: str) -> types.Type:
        """Return the type in which rules read a column."""
        kind = self.typeof(column)
        if isinstance(kind, types.Integer):
            return types.int64
        return types.float64 if isinstance(kind, types.Float) else kind


register_model(Row)(models.RecordModel)


@infer_getattr
class _RowAttributes(AttributeTemplate):  # type: ignore[misc,unused-ignore]
    key = Row

    def generic_resolve(self, row: Row, column: str) -> types.Type:
        """Return the type of a column as rules read it."""
        return row.read(column)


@lower_getattr_generic(Row)  # type: ignore[untyped-decorator,unused-ignore]
def _read_column(context: Any, builder: Any, row: Row, pointer: Any, column: str) -> Any:
    value = record_getattr(context, builder, row, pointer, column)
    return context.cast(builder, value, row.typeof(column), row.read(column))


@register_model(WorldType)
class _WorldModel(models.OpaqueModel):  # type: ignore[misc,unused-ignore]
    """A bare pointer to the block."""


@unbox(WorldType)  # type: ignore[untyped-decorator,unused-ignore]
def _unbox(_kind: Any, world_object: Any, c: Any) -> Any:
    number = c.pyapi.object_getattr_string(world_object, "address")
    address = c.pyapi.long_as_ulonglong(number)
    c.pyapi.decref(number)
    return NativeValue(c.builder.inttoptr(address, cgutils.voidptr_t))


@infer_getattr
class _WorldAttributes(AttributeTemplate):  # type: ignore[misc,unused-ignore]
    key = WorldType

    def generic_resolve(self, kind: WorldType, name: str) -> types.Array:
        """Return the type of an array of the World."""
        return kind.arrays.get(name)


@lower_getattr_generic(WorldType)  # type: ignore[untyped-decorator,unused-ignore]
def _load(context: Any, builder: Any, kind: WorldType, block: Any, name: str) -> Any:
    """Return an array of the World as a view that owns nothing."""
    array = kind.arrays[name]
    word = ir.IntType(64)
    words = builder.bitcast(block, word.as_pointer())

    def read(place: int) -> Any:
        loaded = builder.load(builder.gep(words, [ir.Constant(ir.IntType(32), place)]))
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    first = kind.places[name]
    shape = [read(first + 1 + axis) for axis in range(array.ndim)]
    itemsize = context.get_abi_sizeof(context.get_data_type(array.dtype))
    stride, items = ir.Constant(word, itemsize), ir.Constant(word, 1)
    strides: list[Any] = []
    for length in reversed(shape):
        strides.insert(0, stride)
        stride, items = builder.mul(stride, length), builder.mul(items, length)
    view = context.make_array(array)(context, builder)
    view.meminfo = cgutils.get_null_value(view.meminfo.type)
    view.parent = cgutils.get_null_value(view.parent.type)
    view.nitems = items
    view.itemsize = ir.Constant(word, itemsize)
    view.data = builder.inttoptr(read(first), view.data.type)
    view.shape = cgutils.pack_array(builder, shape)
    view.strides = cgutils.pack_array(builder, strides)
    return view._getvalue()


@intrinsic  # type: ignore[untyped-decorator,unused-ignore]
def _fetch(_context: Any, rows: Any, _row: Any, _line: Any) -> Any:
    """Ask the processor for a cache line of a row without waiting for it."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, value=args[0])
        byte = ir.IntType(8).as_pointer()
        at = builder.add(builder.mul(args[1], view.itemsize), builder.mul(args[2], ir.Constant(ir.IntType(64), LINE)))
        address = builder.gep(builder.bitcast(view.data, byte), [at])
        flag = ir.IntType(32)
        call = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag]), "llvm.prefetch.p0i8"
        )
        builder.call(call, [address, flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.none(rows, types.int64, types.int64), codegen


if COMPILED:

    @rule
    def prefetch(rows: Any, row: int, line: int) -> None:
        """Fetch cache line number ``line`` of a row into the cache, ahead of the rule that will read it."""
        _fetch(rows, np.int64(row), np.int64(line))

else:

    def prefetch(rows: Any, row: int, line: int) -> None:
        """Do nothing: plain Python has no such thing."""


def world(arrays: dict[str, Any]) -> Any:
    """Return the World of these arrays: compiled if rules are compiled, else a plain twin.

    Raises:
        KeyError: If an array is missing.
    """
    if COMPILED:
        return World(arrays)
    return SimpleNamespace(**{name: _rows(arrays[name]) for name in FIELDS})


def _rows(array: Any) -> Any:
    return _PlainRows(array) if array.dtype.names else array


class _PlainRows:
    """The rows of a table in plain Python: as compiled rules see them."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self.rows = rows
        self.shape = rows.shape

    def __getitem__(self, row: Any) -> Any:
        return self.rows[row] if isinstance(row, str) else _PlainRow(self.rows[row])


class _PlainRow:
    """One row: its columns are read as Python's numbers, a vector column as a view."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        object.__setattr__(self, "_row", row)

    def __getattr__(self, column: str) -> Any:
        value = self._row[column]
        return value if value.ndim else value.item()

    def __setattr__(self, column: str, value: Any) -> None:
        self._row[column] = value
