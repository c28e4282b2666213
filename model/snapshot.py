"""What a run has become, taken out of it and put into another: the inside of a checkpoint.

A run is made anew from its plan and its seed. What it has done since is found by walking all its objects, so nothing is
listed here that changes: a new table, a new attribute of a decider or of a policy is kept without being named, and what
cannot be kept is an error. Only what follows from plan and seed is left out, by the names in ``REBUILT`` of the run's
class and by the types and arrays of ``fixtures``.

A snapshot is plain: a tree as JSON has it, and arrays by name. A node of the tree is a number, a text, ``null``, or a
dictionary with one key that says what it is: ``array``, ``list``, ``dict``, ``object``, ``same`` (seen before under
this path) and so on. Arrays that share memory do so again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from importlib import import_module
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.lib.array_utils import byte_bounds
from numpy.typing import NDArray

from ..agents.columns import zeros

if TYPE_CHECKING:
    from .simulation import Simulation

_ROOT = __package__.partition(".")[0]
"""Our own package: objects of its data classes, such as a policy's memory, are made again from their attributes."""
_FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType, partial)
_MANY = 32
"""Numbers from which on a list of them is kept as an array."""


class SnapshotError(TypeError):
    """A run has something that a snapshot cannot hold, or a snapshot does not fit a run."""


@dataclass(frozen=True)
class Snapshot:
    """A run at a midnight: what it has changed, as a tree of plain values and arrays by name.

    Arrays that `take` returns are those of the run; they are to be written or copied before it goes on.
    """

    tree: dict[str, Any]
    arrays: Mapping[str, NDArray[Any]]


def fixtures(sim: Simulation) -> dict[str, Any]:
    """Return what is the plan's and not the run's, by name: it is never written to, and a run is given its own.

    The rows of the catalogue are not among it: their rates may follow the months. The policies are the plan's; what
    they remember is the run's.
    """
    plan = sim.plan
    found: dict[str, Any] = {"plan": plan, "city": plan.city, "calendar": sim.calendar, "catalogue": sim.catalogue}
    for name in ("city", "calendar"):
        for key, value in vars(found[name]).items():
            if isinstance(value, np.ndarray):
                found[f"{name}.{key}"] = value
    found |= {f"residents.{key}": values for key, values in plan.city.residents.items()}
    return found | {f"policy.{p.instance}": p for p in sim.instruments}


def _own(thing: Any) -> dict[str, Any]:
    """Return the attributes of an object that a snapshot holds: of what Mesa made for a model, only its numbers."""
    rebuilt: frozenset[str] = getattr(thing, "REBUILT", frozenset())
    of_mesa = vars(mesa.Model(rng=1)) if isinstance(thing, mesa.Model) else {}
    own = vars(thing) if hasattr(thing, "__dict__") else {f.name: getattr(thing, f.name) for f in fields(thing)}
    return {
        name: value
        for name, value in own.items()
        if name not in rebuilt and (name not in of_mesa or isinstance(value, int | float))
    }


# Taking ---------------------------------------------------------------------------------------------------------------


def take(sim: Simulation) -> Snapshot:
    """Return what a run has become at the midnight before its next day.

    Raises:
        SnapshotError: If it has something that cannot be kept; it says where.
    """
    taker = _Taker(sim)
    run = taker.attributes(sim, "")
    taker.closed = True
    policies = {p.instance: taker.attributes(p, f"policy/{p.instance}") for p in sim.instruments}
    views = _views(taker.arrays)
    whole = {name: values for name, values in taker.arrays.items() if name not in views}
    return Snapshot({"run": run, "policies": policies, "views": views}, whole)


class _Taker:
    """Walks a run and writes down what it finds."""

    def __init__(self, sim: Simulation) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self.closed = False
        """Whether all objects are known: a policy may refer to those of the run, and has none of its own."""
        self._fixed = {id(thing): name for name, thing in fixtures(sim).items()}
        self._seen: dict[int, str] = {id(sim): ""}

    def attributes(self, thing: Any, path: str) -> dict[str, Any]:
        """Return the attributes of an object."""
        return {name: self.node(value, f"{path}/{name}".lstrip("/")) for name, value in _own(thing).items()}

    def node(self, value: Any, path: str) -> Any:
        """Return the node of a value."""
        if value is None or isinstance(value, bool | str) or type(value) is int:
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": str(value)}
        if id(value) in self._fixed:
            return {"fixed": self._fixed[id(value)]}
        if id(value) in self._seen:
            return {"same": self._seen[id(value)]}
        if isinstance(value, np.generic) and not isinstance(value, np.void):
            return {"scalar": self._keep(np.asarray(value), path)}
        if isinstance(value, MethodType) and (id(value.__self__) in self._fixed or id(value.__self__) in self._seen):
            return {"method": [self.node(value.__self__, path), value.__name__]}
        if isinstance(value, _FUNCTIONS):
            return {"function": None}
        if type(value) is tuple:
            return {"tuple": [self.node(item, f"{path}/{i}") for i, item in enumerate(value)]}
        return self._shared(value, path)

    def _shared(self, value: Any, path: str) -> dict[str, Any]:
        """Return the node of what may be referred to from several places."""
        self._seen[id(value)] = path
        if isinstance(value, np.ndarray):
            return {"array": self._keep(value, path)}
        if type(value) is slice:
            return {"slice": [value.start, value.stop, value.step]}
        if type(value) is list:
            if len(value) >= _MANY and {type(item) for item in value} in ({int}, {float}):
                return {"numbers": self._keep(np.array(value), path)}
            return {"list": [self.node(item, f"{path}/{i}") for i, item in enumerate(value)]}
        if type(value) is dict:
            return {"dict": [[self.node(k, path), self.node(v, f"{path}/{k}")] for k, v in value.items()]}
        kind = type(value)
        ours = kind.__module__.startswith(f"{_ROOT}.")
        if ours and is_dataclass(kind):
            return {"record": [kind.__module__, kind.__qualname__, self.attributes(value, path)]}
        if not self.closed and (ours or isinstance(value, mesa.DataCollector)):
            return {"object": self.attributes(value, path)}
        raise SnapshotError(f"{path}: a checkpoint cannot keep a {type(value).__qualname__}")

    def _keep(self, values: NDArray[Any], path: str) -> str:
        if values.dtype.hasobject or path in self.arrays:
            raise SnapshotError(f"{path}: a checkpoint cannot keep this array")
        self.arrays[path] = values
        return path


def _views(arrays: Mapping[str, NDArray[Any]]) -> dict[str, dict[str, Any]]:
    """Return the arrays that lie in the memory of another one: in which, from which byte on, and in what form."""
    spans = [(*byte_bounds(values), name) for name, values in arrays.items() if values.size]
    found: dict[str, dict[str, Any]] = {}
    owner, start, end = "", 0, -1
    for low, high, name in sorted(spans, key=lambda span: (span[0], -span[1])):
        if low >= end:
            owner, start, end = name, low, high
            continue
        whole, part = arrays[owner], arrays[name]
        if high > end or not whole.flags.c_contiguous or (part.dtype.names and part.dtype != whole.dtype):
            raise SnapshotError(f"{name}: shares memory with {owner}, but does not lie in it")
        kind = None if part.dtype.names else part.dtype.str
        found[name] = {"of": owner, "byte": low - start, "kind": kind, "shape": part.shape, "strides": part.strides}
    return found


# Giving back ----------------------------------------------------------------------------------------------------------


def give(sim: Simulation, snapshot: Snapshot) -> None:
    """Let a new run become what another one was, which had the same plan and seed up to then.

    Policies of the other one that this one lacks are passed over: they cannot have acted yet.

    Raises:
        SnapshotError: If the snapshot does not fit the run.
    """
    giver = _Giver(sim, snapshot)
    giver.fill(sim, snapshot.tree["run"], "")
    for policy in sim.instruments:
        giver.fill(policy, snapshot.tree["policies"].get(policy.instance, {}), f"policy/{policy.instance}")


class _Giver:
    """Walks a tree beside a new run, and sets what it finds there."""

    def __init__(self, sim: Simulation, snapshot: Snapshot) -> None:
        self._arrays, self._views = snapshot.arrays, snapshot.tree["views"]
        self._fixed = fixtures(sim)
        self._never = {id(thing) for thing in self._fixed.values()}
        self._seen: dict[str, Any] = {"": sim}

    def fill(self, thing: Any, attributes: Mapping[str, Any], path: str) -> None:
        """Set the attributes of an object."""
        new = getattr(thing, "__dict__", {})
        for name, node in attributes.items():
            value = self._value(node, new.get(name), f"{path}/{name}".lstrip("/"))
            object.__setattr__(thing, name, value)  # a record may be frozen

    def _value(self, node: Any, new: Any, path: str) -> Any:
        """Return what a node stands for; ``new`` is what the new run has in this place."""
        if not isinstance(node, dict):
            return node
        (kind, what), *_ = node.items()
        if kind == "float":
            return float(what)
        if kind == "fixed":
            return self._fixed[what]
        if kind == "same":
            return self._seen[what]
        if kind == "function":
            return new
        if kind == "method":
            return getattr(self._value(what[0], None, path), what[1])
        if kind == "scalar":
            return self._arrays[what][()]
        if kind == "tuple":
            return tuple(self._value(item, None, f"{path}/{i}") for i, item in enumerate(what))
        return self._shared(kind, what, new, path)

    def _shared(self, kind: str, what: Any, new: Any, path: str) -> Any:
        """Return what may be referred to from several places; containers of the new run are filled, not replaced."""
        if kind == "array":
            self._seen[path] = self._array(what, new)
        elif kind == "slice":
            self._seen[path] = slice(*what)
        elif kind in ("list", "numbers"):
            self._seen[path] = new if type(new) is list else []
            self._fill_list(self._seen[path], kind, what, path)
        elif kind == "dict":
            self._seen[path] = new if type(new) is dict else {}
            self._fill_dict(self._seen[path], what, path)
        elif kind == "record":
            self._seen[path] = held = _empty(what[0], what[1], new)
            self.fill(held, what[2], path)
        elif kind == "object" and hasattr(new, "__dict__"):
            self._seen[path] = new
            self.fill(new, what, path)
        else:
            raise SnapshotError(f"{path}: the run has nothing in this place")
        return self._seen[path]

    def _fill_list(self, held: list[Any], kind: str, what: Any, path: str) -> None:
        if kind == "numbers":
            held[:] = self._arrays[what].tolist()
            return
        new = [*held, *[None] * len(what)]
        held[:] = [self._value(node, new[i], f"{path}/{i}") for i, node in enumerate(what)]

    def _fill_dict(self, held: dict[Any, Any], what: Any, path: str) -> None:
        new = dict(held)
        held.clear()
        for named, node in what:
            key = self._value(named, None, path)
            held[key] = self._value(node, new.get(key), f"{path}/{key}")

    def _array(self, name: str, new: Any) -> NDArray[Any]:
        """Return an array: in the place of the new run's own where that has the same form."""
        if name in self._seen:
            array: NDArray[Any] = self._seen[name]
            return array
        if name in self._views:
            return self._view(name, new)
        kept = self._arrays[name]
        same_kind = isinstance(new, np.ndarray) and new.dtype == kept.dtype
        if same_kind and new.shape == kept.shape and new.flags.carray and id(new) not in self._never:
            made = new
        else:  # the type that the model declared, which knows that its columns are aligned
            dtype = new.dtype if same_kind else kept.dtype
            made = zeros(len(kept), dtype) if kept.ndim == 1 else np.empty(kept.shape, dtype)
        made.reshape(-1).view(np.uint8)[:] = np.ascontiguousarray(kept).reshape(-1).view(np.uint8)
        self._seen[name] = made
        return made

    def _view(self, name: str, new: Any) -> NDArray[Any]:
        """Return an array that lies in the memory of another one, which the walk may not have come to yet."""
        place = self._views[name]
        owner = self._array(place["of"], new)
        memory, kind = owner.reshape(-1).view(np.uint8), place["kind"] or owner.dtype
        view = np.ndarray(tuple(place["shape"]), kind, memory, place["byte"], tuple(place["strides"]))
        self._seen[name] = view
        return view


def _empty(module: str, name: str, new: Any) -> Any:
    """Return a record to be filled: that of the new run if it has one that may be written to, else an empty one."""
    kind = getattr(import_module(module), name, None) if module.startswith(f"{_ROOT}.") else None
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise SnapshotError(f"{module}.{name} is no data class of this package")
    frozen = kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    return new if type(new) is kind and not frozen else object.__new__(kind)
