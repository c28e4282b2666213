"""The real engine from scenario to files, comparison and report: that what is written is what was simulated."""

import gc
import json
import math
import os
import re
import subprocess
import sys
import weakref
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from cogov.experiments.compare import compare
from cogov.experiments.run import run_resolved, run_scenario
from cogov.experiments.tables import read_table
from cogov.experiments.verify import verify
from cogov.model.ledger import LOG_KINDS
from cogov.model.measures import measure_of
from cogov.model.state import STAGES
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.loader import load_scenario, load_scenarios
from cogov.viz.report import write_report
from cogov.viz.words import measure_name

DAYS = {"days": 10, "warm_up_days": 14, "follow_up_days": 7}
POLICIES = ("cadre_sinking", "alliance_lists", "emergency_pairing")
DOCUMENT = (Path(__file__).parents[1] / "docs" / "output.md").read_text(encoding="utf-8")
TABLES = ("daily", "grids", "stages", "organisations", "places", "events")

POINTS = ("mean", "median", "p90", "p99")
TIMES = ("first_response_minutes", "solution_minutes", "first_response_from_report_minutes",
         "solution_from_report_minutes")  # fmt: skip
DEMANDED = {
    **dict.fromkeys(("needs_arisen", "needs_solved", "needs_lapsed", "needs_open"), "needs"),
    "reports": "reports", "cases": "cases", "backlog": "cases", "overdue": "cases", "trust": "1",
    **{f"{time}.{point}": "min" for time in TIMES for point in POINTS},
    **dict.fromkeys(("response_rate", "resolution_rate", "satisfaction_rate", "on_time_rate",
                     "administrative_closure_rate"), "share"),
    **{f"utilisation.{kind}": "share" for kind in ("all", "grid_workers", "part_time_grid_workers",
       "community_workers", "property_staff", "street_officers", "line_officers", "social_workers")},
    **{f"utilisation_spread.{kind}.{point}": "share" for kind in ("all", "grid_net", "community", "property", "street",
       "line", "city_line", "social") for point in ("p10", "p50", "p90")},
    **{f"person_hours.{source}": "person-hours" for source in ("total", "grid_workers", "community_workers",
       "street_officers", "line_officers", "cadres", "unit_helpers", "reserve")},
    "equity.gini": "1", "equity.p90_p10": "1",
    **{f"stage_minutes.{stage}": "min" for stage, _, _ in STAGES},
}  # fmt: skip
"""What the summary of a run of all three policies must hold, with units."""


def scenario(name="three_together", layers=("storm_month",), days=DAYS, **settings):
    named = {key.replace("__", "."): value for key, value in settings.items()}
    return load_scenario(name, city="street", layers=layers, settings=named, **days)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a run of all three policies with a storm, event log included."""
    out = tmp_path_factory.mktemp("run")
    run_scenario(scenario(), seed=3, events=True, out=out)
    return out


@pytest.fixture(scope="module")
def summary(folder):
    return read(folder / "summary.json")


@pytest.fixture(scope="module")
def log(folder):
    """Return the event log as columns, kinds as words."""
    table = pq.read_table(folder / "events.parquet")
    columns = {name: table[name].to_numpy() for name in ("incident", "minute", "organisation", "responder")}
    return columns | {"kind": np.array(table["kind"].to_pylist())}


# Files --------------------------------------------------------------------------------------------------------------


def test_the_summary_holds_what_it_must_with_units(summary):
    values, units = summary["values"], summary["units"]
    assert {key: units.get(key) for key in DEMANDED} == DEMANDED
    assert [key for key in DEMANDED if values[key] is None or not math.isfinite(values[key])] == []
    assert values.keys() == units.keys()
    for time in TIMES:
        assert 0 <= values[f"{time}.median"] <= values[f"{time}.p90"] <= values[f"{time}.p99"]
    for key in (key for key, unit in DEMANDED.items() if unit == "share" and "utilisation" not in key):
        assert 0 < values[key] <= 1, key


def documented(table):
    """Return the columns that the document describes for a table, in its order."""
    section = DOCUMENT.split(f"\n## {table}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.M)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_every_table_is_documented_and_there(folder, table):
    assert sorted(pq.read_schema(folder / f"{table}.parquet").names) == sorted(documented(table))
    assert f"`{table}.parquet`" in DOCUMENT
    assert pq.read_metadata(folder / f"{table}.parquet").num_rows > 0


def test_the_example_of_the_document_names_organisations(folder):
    names = {}
    exec(re.search(r"```python\n(.*?)```", DOCUMENT, re.S)[1].replace("DIR/", f"{folder}/"), names)
    log, who = names["log"], read_table(folder / "organisations.parquet")
    rows = np.flatnonzero(log["organisation"].to_numpy() >= 0)
    assert len(rows) > 100
    for lang in ("zh", "en"):
        told = np.array(log[lang].to_pylist(), dtype=object)
        assert (told[rows] == who[lang][log["organisation"].to_numpy()[rows]]).all()
        assert told[log["organisation"].to_numpy() < 0].tolist() == [None] * (len(told) - len(rows))


def test_tables_join_without_a_loose_end(folder, log):
    tables = {name: read_table(folder / f"{name}.parquet") for name in TABLES if name != "events"}
    places, who = tables["places"], tables["organisations"]
    known = set(zip(places["level"].tolist(), places["place"].tolist(), strict=True))
    daily = tables["daily"]
    assert set(zip(daily["level"].tolist(), daily["place"].tolist(), strict=True)) <= known
    for level in ("community", "street", "district", "grid"):
        ours = {(level, int(row)) for row in tables["grids"][level]}
        theirs = {(level, int(row)) for row in who[level] if row >= 0} if level in who else set()
        assert ours <= known
        assert theirs <= known
    assert set(log["organisation"].tolist()) <= {-1, *who["organisation"].tolist()}


def test_any_process_gives_the_same_bytes(tmp_path):
    command = [sys.executable, "-m", "cogov", "run", "three_together", "--with", "storm_month", "--city", "street",
               "--days", "8", "--warm-up", "8", "--follow-up", "4", "--seed", "7", "--events", "--out"]  # fmt: skip
    outs = {seed: tmp_path / seed for seed in ("0", "4711")}
    running = [
        subprocess.Popen([*command, str(out)], env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, cwd=tmp_path)
        for seed, out in outs.items()
    ]  # fmt: skip
    for process in running:
        errors = process.communicate()[1]
        assert process.returncode == 0, errors.decode()
    here = tmp_path / "here"
    days = {"days": 8, "warm_up_days": 8, "follow_up_days": 4}
    run_scenario(scenario(days=days), seed=7, events=True, out=here)
    names = {f"{table}.parquet" for table in TABLES} | {"summary.json"}
    for out in (here, *outs.values()):
        assert {path.name for path in out.iterdir()} == names | {"run.json", "ro-crate-metadata.json"}
        assert [name for name in names if (out / name).read_bytes() != (here / name).read_bytes()] == []
        assert read(out / "run.json")["content_hash"] == read(here / "run.json")["content_hash"]
        assert read(out / "run.json")["files"].keys() == names


# Events -------------------------------------------------------------------------------------------------------------


def of_kind(log, *kinds):
    """Return the rows of the log of these kinds, in which every kind must be a known one."""
    assert set(kinds) <= {kind for kind, _, _ in LOG_KINDS}
    return np.isin(log["kind"], kinds)


def test_the_log_tells_the_needs_of_the_summary(summary, log):
    values, phases = summary["values"], summary["phases"]
    first = phases["warm_up_days"] * 1440
    at = of_kind(log, "arise") & (log["minute"] >= first) & (log["minute"] < first + phases["window_days"] * 1440)
    ours = log["incident"][at]
    assert len(ours) == len(set(ours.tolist())) == values["needs_arisen"] > 500
    mine = np.isin(log["incident"], ours)
    ended = {kind: int((mine & of_kind(log, kind)).sum()) for kind in ("solve", "lapse")}
    assert ended == {"solve": values["needs_solved"], "lapse": values["needs_lapsed"]}
    assert values["needs_open"] == len(ours) - ended["solve"] - ended["lapse"]
    assert (mine & of_kind(log, "report", "duplicate")).sum() == values["reports"]
    assert (mine & of_kind(log, "report", "reopen")).sum() == values["cases"]


def test_the_log_tells_the_flows_of_every_day(folder, log):
    """A report of a need whose case was closed unsolved opens the next one: the need is reported once more."""
    daily = read_table(folder / "daily.parquet")
    city = daily["level"] == "city"
    days = np.unique(daily["date"]).size
    again = of_kind(log, "report")
    again[np.flatnonzero(again)[np.unique(log["incident"][again], return_index=True)[1]]] = False
    for measure, rows in (
        ("arisen", of_kind(log, "arise")), ("solved", of_kind(log, "solve")), ("lapsed", of_kind(log, "lapse")),
        ("reports", of_kind(log, "report", "duplicate")), ("duplicates", of_kind(log, "duplicate") | again),
        ("opened", of_kind(log, "report", "reopen")), ("reopened", of_kind(log, "reopen") | again),
        ("overdue_in", of_kind(log, "overdue")), ("closed", of_kind(log, "close", "close_unsolved")),
        ("forced", of_kind(log, "close_unsolved")),
    ):  # fmt: skip
        flow = daily["value"][city & (daily["measure"] == measure)]
        told = np.bincount(log["minute"][rows] // 1440, minlength=days)
        assert flow.tolist() == told.tolist(), measure
        assert flow.sum() > 0, measure


def test_every_case_that_is_opened_is_closed_or_open(folder, log):
    begins, ends = of_kind(log, "report", "reopen"), of_kind(log, "close", "close_unsolved")
    open_cases = {}
    for incident, begin, end in zip(log["incident"].tolist(), begins.tolist(), ends.tolist(), strict=True):
        if begin or end:
            open_cases[incident] = open_cases.get(incident, 0) + int(begin) - int(end)
            assert open_cases[incident] in (0, 1), "a case was closed twice, or opened beside an open one"
    daily = read_table(folder / "daily.parquet")
    backlog = daily["value"][(daily["level"] == "city") & (daily["measure"] == "backlog")]
    assert sum(open_cases.values()) == backlog[-1] > 0


def test_each_life_begins_once_and_ends_at_most_once(log):
    for kind in ("arise", "solve", "lapse"):
        incidents = log["incident"][of_kind(log, kind)]
        assert len(set(incidents.tolist())) == len(incidents), kind
    last = dict(zip(log["incident"].tolist(), log["kind"].tolist(), strict=True))
    ended = set(log["incident"][of_kind(log, "solve", "lapse")].tolist())
    assert {last[incident] for incident in ended} <= {"solve", "lapse"}
    assert ended < set(last)


# Policies that are not there ----------------------------------------------------------------------------------------


def test_three_policies_of_no_intensity_are_the_baseline_to_the_byte(tmp_path):
    off = dict.fromkeys((f"{policy}__intensity" for policy in POLICIES), 0)
    base, three = tmp_path / "base", tmp_path / "three"
    run_scenario(scenario("baseline"), seed=5, events=True, out=base)
    run_scenario(scenario(**off), seed=5, events=True, out=three)
    assert read(three / "run.json")["scenario"]["policy"], "the policies are in the scenario all the same"
    facts = [read(out / "summary.json") for out in (base, three)]
    assert facts[0]["values"] == facts[1]["values"]
    assert facts[0]["phases"] == facts[1]["phases"]
    for table in TABLES:
        assert (base / f"{table}.parquet").read_bytes() == (three / f"{table}.parquet").read_bytes(), table


# Comparison and report ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """Return the folder of a comparison of two scenarios, two replications each, run by two processes."""
    out = tmp_path_factory.mktemp("compared")
    sides = load_scenarios(["baseline", "cadre_sinking"], city="street", **DAYS)
    comparison = compare(sides, replications=2, workers=2, seed=11, out=out)
    write_report(comparison, out / "report.html")
    return out


def test_the_results_come_out_the_same_when_they_are_made_again(compared):
    for path in (compared, compared / "report.html"):
        verdict = verify(path, sample=1, workers=1)
        assert (verdict.holds, verdict.runs, len(verdict.checked), verdict.versions) == (True, 4, 1, {})


def values_of(compared, side):
    """Return the summaries of a side's two runs."""
    return [read(compared / "runs" / side / str(r) / "summary.json")["values"] for r in range(2)]


def test_the_comparison_is_that_of_the_summaries_of_its_runs(compared):
    found = read(compared / "comparison.json")
    base, cadres = (values_of(compared, side) for side in ("baseline", "cadre_sinking"))
    effects = {effect["measure"]: effect for effect in found["effects"]["cadre_sinking"]}
    assert effects.keys() == base[0].keys() | cadres[0].keys()
    checked = 0
    for key, effect in effects.items():
        pairs = [(b.get(key), c.get(key)) for b, c in zip(base, cadres, strict=True)]
        if any(value is None for pair in pairs for value in pair):
            continue
        means = [sum(side) / 2 for side in zip(*pairs, strict=True)]
        assert (effect["baseline"], effect["mean"]) == pytest.approx(means, rel=1e-9), key
        assert effect["difference"] == pytest.approx(means[1] - means[0], rel=1e-9, abs=1e-9), key
        checked += 1
    assert checked > 100
    assert effects["person_hours.cadres"]["difference"] > 0
    assert found["seeds"] == [read(compared / "runs" / "baseline" / str(r) / "run.json")["seed"] for r in range(2)]


class Rows(HTMLParser):
    """The tables of a page, row by row, as plain text without the notes on a row, by language."""

    def __init__(self):
        super().__init__()
        self.rows, self._lang, self._in_cell = {"zh": [], "en": []}, None, False
        self._of_row = False

    def handle_starttag(self, tag, attrs):
        if tag == "main":
            self._lang = dict(attrs)["class"].removeprefix("page-")
        elif tag == "tr" and self._lang:
            self.rows[self._lang].append([])
        elif tag in ("td", "th") and self._lang:
            self.rows[self._lang][-1].append("")
            self._in_cell, self._of_row = True, tag == "th"
        elif tag == "small" and self._of_row:
            self._in_cell = False

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data):
        if self._in_cell:
            self.rows[self._lang][-1][-1] += data


FACTORS = {"%": 0.01, "min": 1, "分钟": 1, "h": 60, "小时": 60, "days": 1440, "天": 1440,
           "million CNY": 1e6, "万元": 1e4}  # fmt: skip
"""What one of a shown unit is in the unit of the summary; units of counts are those of the summary."""


def shown(text, unit):
    """Return the value of a cell in the unit of the summary, and how far rounding may have moved it."""
    number, word = re.fullmatch(r"≥?\s*([−+]?[\d,]+(?:\.\d+)?)\s*(.*)", text.strip()).groups()
    factor = FACTORS[word] if unit in ("min", "share") else FACTORS.get(word, 1) if unit == "CNY" else 1
    digits = len(number.partition(".")[2])
    value = float(number.replace(",", "").replace("−", "-"))
    return value * factor, 0.5001 * 10**-digits * factor


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_figures_of_the_report_are_those_of_the_summaries(compared, lang):
    parser = Rows()
    parser.feed((compared / "report.html").read_text(encoding="utf-8"))
    sides = [values_of(compared, side) for side in ("baseline", "cadre_sinking")]
    keys = {measure_name(measure_of(key), lang): key for key in {**sides[0][0], **sides[1][0]}}
    full = [row for row in parser.rows[lang] if len(row) == 9 and row[0] in keys]
    assert len(full) > 100
    seen, tau = set(), read(compared / "comparison.json")["phases"]["tau_minutes"]
    for name, *cells in full:
        key = keys[name]
        for cell, side in zip(cells[:2], sides, strict=True):
            numbers = [values.get(key, 0.0) for values in side]
            if None not in numbers:
                value, rounding = shown(cell, measure_of(key).unit)
                assert value == pytest.approx(sum(numbers) / 2, abs=rounding), (name, cell)
                assert not cell.startswith("≥") or tau in numbers, (name, cell)
                seen.add(key)
    for key in ("needs_arisen", "solution_minutes.mean", "backlog", "trust", "equity.gini", "utilisation.all",
                "person_hours.cadres", "stage_minutes.queue_grid", "utilisation_spread.all.p90"):  # fmt: skip
        assert key in seen


# Memory -------------------------------------------------------------------------------------------------------------


def test_a_finished_run_is_forgotten():
    model = CityModel("baseline", city="street", days=2, warm_up_days=1, follow_up_days=1)
    model.run_to_end()
    result, left = model.result(), weakref.ref(model)
    del model
    gc.collect()
    assert result.summary["needs_arisen"] > 0
    assert left() is None, "the model of a finished run is still in memory"


def models():
    """Return how many models are in memory, those that the fixtures of other tests keep included."""
    gc.collect()
    return sum(isinstance(thing, CityModel) for thing in gc.get_objects())


def test_runs_in_a_row_do_not_pile_up():
    """Scripts and the workers of a comparison run one after the other in one process."""
    short = scenario(days={"days": 2, "warm_up_days": 1, "follow_up_days": 1}, layers=())
    before = models()
    for seed in range(3):
        run_resolved(short.resolved(), short.digest(), seed=seed)
    assert models() <= before
