"""The catalogue of needs: what is shipped fits together, and a bad entry is refused with its place and reason."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pytest
from one_category import LEAK

from cogov.model import incidents as inc


def test_an_entry_is_packed_for_the_engine():
    row = inc.Catalogue(LEAK).rows[0]
    assert row["lines"].tolist() == [5, 1, -1, -1]
    assert [int(row["deadline"]), int(row["law"]), int(row["shock"]), row["surge"]] == [1, 0, -1, 0.0]
    assert [row["fester_minutes"], row["lapse_minutes"], row["recur_minutes"]] == [2880.0, 28800.0, 43200.0]
    assert row["hours"][6] == 0.5 / np.sum(inc.PROFILES["office"][0])
    assert row["hours"][-1] == pytest.approx(1.0, abs=1e-12)
    assert row["weekdays"].sum() == pytest.approx(7.0, rel=1e-12)
    assert row["ceiling"] == pytest.approx(np.array([10, 20, 5, 0]) * 1.4 * 1.25 / 365_000, rel=1e-12)  # Mondays


@pytest.mark.parametrize(("old", "new", "message"), [
    ('sigma = 0.7\n', '', r"mine\.toml: category leak: missing \['sigma'\], unknown \[\]"),
    ('sigma = 0.7', 'sigma = 0.7\nspeed = 2', r"category leak: missing \[\], unknown \['speed'\]"),
    ('[0.9, 0.1, 0.0, 0.0]', '[0.9, 0.2, 0.0, 0.0]', r"category leak: parties must sum to 1, found 1\.1"),
    ('[0.5, 0.2, 0.2, 0.1, 0.0]', '[0.5, 0.2, 0.2, 0.0, 0.0]', r"category leak: levels must sum to 1, found 0\.9"),
    ('eyes = 0.5', 'eyes = -1', r"row 0, column eyes: .* is outside 0 to 1000 1/day"),
    ('visible = 0.5', 'visible = 1.5', r"column visible: .* is outside 0 to 1"),
    ('work = 60', 'work = 0', r"column work: .* is outside 1 to 6000 min"),
    ('net = 3', 'net = 7', r"column net: .* is outside 0 to 6"),
    ('skill = 1', 'skill = 8', r"column skill: .* is outside 0 to 7"),
    ('lines = [5, 1]', 'lines = [5, 12]', r"column lines: .* is outside -1 to 11"),
    ('recur = 0.1', 'recur = nan', r"column recur: .*nan.* is outside 0 to 1"),
    ('fester_days = 2', 'fester_days = 0.01', r"column fester_minutes: .* is outside 60"),
    ('[0.5, 0.2, 0.2, 0.1, 0.0]', '[1.5, -0.5, 0.0, 0.0, 0.0]', r"column levels: .* is outside 0 to 1"),
])  # fmt: skip
def test_a_bad_entry_is_refused_with_its_place_and_reason(old, new, message):
    assert old in LEAK
    with pytest.raises(ValueError, match=message):
        inc.Catalogue(LEAK.replace(old, new), "mine.toml")


@pytest.mark.parametrize(("old", "new"), [
    ('"urgent"', '"soon"'), ('phone = 0.4', 'phone = 0.4\nlaw = "uniform"'),
    ('phone = 0.4', 'phone = 0.4\nshock = "war"'),
    ('lines = [5, 1]', 'lines = [1, 2, 3, 4, 5]'),
])  # fmt: skip
def test_an_unknown_word_is_refused(old, new):
    with pytest.raises(ValueError):  # noqa: PT011 (the words are only checked to be known)
        inc.Catalogue(LEAK.replace(old, new))


def test_what_may_be_left_out_can_be_given():
    text = LEAK + 'law = "exponential"\nshock = "rainstorm"\nsurge = 3\n'
    row = inc.Catalogue(text).rows[0]
    assert [int(row["law"]), int(row["shock"]), row["surge"]] == [inc.EXPONENTIAL, 1, 3.0]


def test_the_shipped_catalogue_agrees_with_its_file():
    text = (files("cogov.model") / "incidents.toml").read_text(encoding="utf-8")
    entries, shipped = tomllib.loads(text)["category"], inc.load_catalogue()
    assert shipped.ids == tuple(e["id"] for e in entries)
    assert len(set(shipped.ids)) == len(shipped.ids)
    assert shipped.rows["rate"].tolist() == [[float(x) for x in e["rate"]] for e in entries]
    ordinary = shipped.rows["shock"] < 0
    assert (shipped.rows["rate"][ordinary] > 0).all()
    assert (shipped.rows["rate"][~ordinary] == 0).all()
    assert set(shipped.rows["shock"][~ordinary].tolist()) == {0, 1, 2}


def test_no_rate_of_a_weekday_passes_the_ceiling():
    for row in inc.load_catalogue().rows:
        busiest = row["rate"] * row["weekdays"].max() / 365_000
        assert np.allclose(row["ceiling"], busiest * inc.HEADROOM, rtol=1e-12)
        assert (np.diff(row["hours"]) >= 0).all()
