"""Declared numbers: ranges, defaults, and messages that say what is allowed."""

from __future__ import annotations

import numpy as np
import pytest

from cogov.agents import parameters as pm
from cogov.agents import residents
from cogov.model import organisations


def test_the_vector_holds_each_default_at_its_index():
    values, declared = pm.vector(), pm.parameters()
    assert values.tolist() == [p.default for p in declared]
    assert declared[residents.REPORT_TRUST].name == "resident.report_trust"
    assert values[residents.REPORT_TRUST] == 1.2
    assert values[organisations.NOVICE] == 0.6


def test_an_override_moves_its_own_number_only():
    base, changed = pm.vector(), pm.vector({"resident.neighbours": 5})
    assert np.flatnonzero(base != changed).tolist() == [residents.NEIGHBOURS]
    assert changed[residents.NEIGHBOURS] == 5.0


@pytest.mark.parametrize(("name", "value", "message"), [
    ("resident.neighbors", 3, r"file\.toml: no parameter is called 'resident.neighbors'; "
                              r"did you mean resident.neighbours\?"),
    ("zzz", 3, r"file\.toml: no parameter is called 'zzz'$"),
    ("resident.neighbours", 20.5, r"file\.toml\.resident\.neighbours: 20\.5 is outside 0 to 20 persons"),
    ("resident.neighbours", -1, "-1 is outside 0 to 20 persons"),
    ("resident.neighbours", float("nan"), "nan is outside 0 to 20 persons"),
    ("resident.neighbours", "3", "'3' is not a number; resident.neighbours is in persons, 0 to 20"),
    ("resident.neighbours", True, "True is not a number"),
])  # fmt: skip
def test_a_wrong_override_is_refused_with_what_is_allowed(name, value, message):
    with pytest.raises(ValueError, match=message):
        pm.vector({name: value}, "file.toml")


@pytest.mark.parametrize("edge", ["low", "high"])
def test_the_ends_of_every_range_are_allowed(edge):
    wanted = {p.name: getattr(p, edge) for p in pm.parameters()}
    assert pm.vector(wanted).tolist() == list(wanted.values())


def test_names_are_taken_once_and_defaults_lie_in_range():
    before = len(pm.parameters())
    with pytest.raises(ValueError, match=r"resident\.neighbours is declared twice"):
        pm.parameter("resident.neighbours", 1, "1", 0, 2, "名", "name", "test")
    with pytest.raises(ValueError, match=r"default of test\.far: 3 is outside 0 to 2 1"):
        pm.parameter("test.far", 3, "1", 0, 2, "远", "far", "test")
    assert len(pm.parameters()) == before


def test_every_number_says_where_it_comes_from():
    for p in pm.parameters():
        assert p.confidence in "SCDE", p.name
        assert p.source, p.name
        assert p.unit, p.name
        assert p.low < p.high, p.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in p.zh), p.name
