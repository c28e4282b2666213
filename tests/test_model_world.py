"""The object that rules receive: what it refuses, and that growth keeps what is in the tables."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from one_need import CITY, MONDAY, quiet

from cogov.agents.rules import COMPILED, entry
from cogov.model import engine, ledger
from cogov.model import state as S
from cogov.model.plan import RunPlan
from cogov.model.simulation import Simulation
from cogov.model.world import FIELDS, world


@pytest.mark.skipif(not COMPILED, reason="plain Python reads any array")
@pytest.mark.parametrize("name", ["par", "needs"])
def test_an_array_that_is_not_contiguous_is_refused(name):
    tables = dict(quiet().tables)
    tables[name] = tables[name][::2]
    with pytest.raises(ValueError, match="not contiguous"):
        world(tables)


def test_a_missing_array_is_refused():
    tables = dict(quiet().tables)
    del tables["seats"]
    with pytest.raises(KeyError, match="seats"):
        world(tables)


def test_every_array_has_one_name_and_an_unknown_one_is_no_attribute():
    sim = quiet()
    assert len(set(FIELDS)) == len(FIELDS)
    assert sim.w.needs.shape == sim.tables["needs"].shape
    with pytest.raises(AttributeError):
        sim.w.nothing  # noqa: B018


def test_rules_write_into_the_tables_of_the_run_not_into_copies():
    sim = quiet()
    n = ledger.new_need(sim.w)
    assert sim.tables["needs"]["live"][n] == 1
    assert sim.tables["sc"][S.NEEDS_LIVE] == 1


@pytest.mark.skipif(not COMPILED, reason="plain Python has no block of words")
def test_a_world_keeps_its_arrays_alive():
    w = world({name: array.copy() for name, array in quiet().tables.items() if name in FIELDS})
    gc.collect()
    rubbish = [np.full(10_000, -1) for _ in range(50)]
    assert ledger.new_need(w) == 0
    assert w.needs["phase"][0] == S.PENDING
    del rubbish


@entry
def _far_beyond(w: Any, n: int) -> int:
    """Multiply two narrow columns so that the product fits no narrow column."""
    need = w.needs[n]
    need.visits += 1
    return need.visits * need.mark * need.level + (need.level << 40)


def test_rules_read_narrow_columns_in_64_bits():
    sim = quiet()
    row = sim.tables["needs"][3:4]
    assert [row.dtype[name] for name in ("visits", "mark", "level")] == [np.int16, np.int32, np.int8]
    row["visits"], row["mark"], row["level"] = 20_000, 2_000_000_000, 4
    assert int(_far_beyond(sim.w, 3)) == 20_001 * 2_000_000_000 * 4 + (4 << 40)
    assert row["visits"] == 20_001


@pytest.mark.parametrize("name", ["needs", "cases", "calls", "nodes", "block_next"])
def test_growth_keeps_the_contents_and_adds_empty_rows(name):
    sim = quiet()
    table = sim.tables[name]
    if table.dtype.names:
        table["key" if "key" in table.dtype.names else "generation"] = np.arange(len(table))
    before = table.copy()
    later = sim.tables["later"].copy()
    sim._grow(name, len(before) + 300)
    grown = sim.tables[name]
    assert len(grown) == len(before) + 300
    assert (grown[: len(before)] == before).all()
    assert grown[len(before) :].tobytes() == bytes(300 * before.dtype.itemsize)
    if name == "block_next":
        assert len(sim.tables["later"]) == len(grown) * 64
        assert (sim.tables["later"][: len(later)] == later).all()


def test_tables_that_grow_in_the_middle_of_a_run_change_nothing():
    def counts(spare):
        sim = Simulation(RunPlan(CITY, MONDAY, 3, 0, 1, 20.0))
        if spare:
            before = {name: len(sim.tables[name]) for name in ("needs", "cases", "calls", "block_next")}
            for name, n in before.items():
                sim._grow(name, n + 5000)
            sim._renew()
            engine.chain(sim.w, *before.values())
        sim.run_to_end()
        return sim.tables["counts"]

    assert (counts(False) == counts(True)).all()
    assert counts(False).sum() > 100
