"""Occasions: no two of a stream share a number, and every draw of a stream that knows several names one of them."""

import ast
from pathlib import Path

import pytest

from cogov.model import draws as D
from cogov.model import occasions as O

ROOT = Path(O.__file__).parents[1]
DRAWS = {"uniform", "uniforms", "normal", "exponential", "fill_uniforms", "fill_normals"}
STREAMS = list(D.STREAMS)
BY_STREAM = {}
for _name, (_stream, _, _) in O.OCCASIONS.items():
    BY_STREAM.setdefault(_stream, set()).add(_name)


def test_every_occasion_has_a_range_of_its_own():
    for stream, names in BY_STREAM.items():
        firsts = sorted(O.OCCASIONS[name][1] for name in names)
        assert firsts == [k * O.ROOM for k in range(len(names))], STREAMS[stream]
        assert firsts[-1] + O.ROOM < 1 << 63


def test_the_constants_are_what_is_declared():
    for name, (_, first, meaning) in O.OCCASIONS.items():
        assert getattr(O, name) == first
        assert meaning


@pytest.mark.parametrize("largest", [32767])
def test_what_rooms_count_fits_into_a_range(largest):
    """Counters of needs and cases are 16-bit; neighbours and parties count by 64 and 8, callers by slots of a grid."""
    attempts = (64 + 16 * largest) * 16 + 15
    assert max(O.twice.py_func(largest, largest) if hasattr(O.twice, "py_func") else O.twice(largest, largest),
               largest * 64 + 63, largest * 8 + 7, attempts << 20) < O.ROOM  # fmt: skip


def test_two_counters_make_one_number():
    seen = {O.twice(case, visit) for case in range(40) for visit in range(40)}
    assert len(seen) == 1600


def _calls():
    """Return of every draw in the model: where it stands, its stream's constant, and the names in its occasion."""
    for folder in ("agents", "model"):
        for path in sorted((ROOT / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in DRAWS or len(node.args) < 3:
                    continue
                key = node.args[0]
                if isinstance(key, ast.Subscript) and isinstance(key.slice, ast.Name):
                    names = {n.id for n in ast.walk(node.args[2]) if isinstance(n, ast.Name)}
                    yield f"{path.name}:{node.lineno}", key.slice.id.removesuffix("_STREAM"), names


def test_draws_of_a_stream_with_occasions_name_one():
    """One may be named a line before, in a variable: then the variable's name ends in ``occasion``."""
    found, used = 0, set()
    for where, stream, names in _calls():
        known = BY_STREAM.get(getattr(D, stream), set())
        if not known:
            continue
        found += 1
        used |= names & known
        assert len(names & known) == 1 or any(n.endswith("occasion") for n in names), where
        others = set(O.OCCASIONS) - known
        assert not names & others, where
    assert found > 40
    assert set(O.OCCASIONS) - used - {"AT_START", "HANDS_ON"} == set()
