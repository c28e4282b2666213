"""Whether two objects are alike in all that can be reached from them; it knows nothing of what a snapshot keeps."""

import random
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType

import mesa
import numpy as np
from mesa.agent import AgentSet

from cogov.model.world import World

OPAQUE = (FunctionType, MethodType, BuiltinFunctionType, partial, type, World, random.Random, np.random.Generator,
          AgentSet)  # fmt: skip
"""Code, views of what is compared anyway, and Mesa's own generators, from which the model never draws."""


def differences(one, two, path="", seen=None):
    """Return the paths at which two objects differ."""
    seen = set() if seen is None else seen
    if one is two or (id(one), id(two)) in seen or isinstance(one, OPAQUE):
        return []
    seen.add((id(one), id(two)))
    if type(one) is not type(two):
        return [f"{path}: {type(one).__name__} and {type(two).__name__}"]
    if isinstance(one, np.ndarray):
        columns = one.dtype.names or [...]  # what lies between the columns of a table is nobody's
        same = one.dtype == two.dtype and one.shape == two.shape
        same = same and all(one[c].tobytes() == two[c].tobytes() for c in columns)
        return [] if same else [f"{path}: {one.dtype} {one.shape}, {two.dtype} {two.shape}"]
    if isinstance(one, dict):
        if list(one) != list(two):
            return [f"{path}: keys {list(one)} and {list(two)}"]
        return [found for key in one for found in differences(one[key], two[key], f"{path}[{key!r}]", seen)]
    if isinstance(one, list | tuple):
        if len(one) != len(two):
            return [f"{path}: {len(one)} and {len(two)} items"]
        pairs = enumerate(zip(one, two, strict=True))
        return [found for i, (a, b) in pairs for found in differences(a, b, f"{path}[{i}]", seen)]
    if hasattr(one, "__dict__") or hasattr(one, "__slots__"):
        names = _names(one) | _names(two)
        if isinstance(one, mesa.Model):
            names -= {"_agents", "_agents_by_type", "_user_step", "step"}
        lacking = [name for name in sorted(names) if not (hasattr(one, name) and hasattr(two, name))]
        return [f"{path}.{name}: one lacks it" for name in lacking] + [
            found
            for name in sorted(names - set(lacking))
            for found in differences(getattr(one, name), getattr(two, name), f"{path}.{name}", seen)
        ]
    same = one == two or (one != one and two != two)
    return [] if same else [f"{path}: {one!r} and {two!r}"]


def _names(thing):
    return set(getattr(thing, "__dict__", ())) | set(getattr(type(thing), "__slots__", ()))
