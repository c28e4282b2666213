"""The benchmarks at a tiny size: every piece gives its figures, and what is compared is the same work. No timings."""

import json
import sys

import numpy as np
import pytest

from cogov.experiments import benchmarks
from cogov.experiments.benchmarks import (
    against_simpy,
    bare_queue,
    building,
    draws,
    lines,
    many_runs,
    network,
    simpy_parts,
    simpy_twin,
    speed,
    starting,
    table,
)
from cogov.experiments.benchmarks.__main__ import PIECES, main
from cogov.experiments.statistics import t_half_width
from cogov.model import ledger, wheel
from cogov.model.calendar import DAY
from cogov.model.state import POPS
from cogov.scenarios.city_model import CityModel

TINY = lines.Settings("street", days=3, repeats=1, warm_up_days=2)
SMALL = network.Network(stations=6, servers=3, work_minutes=30.0, load=0.7, days=6)

CITY_FILE = """
format = 1
id = "tiny"
name = { zh = "小城", en = "Tiny" }

[staff]
full_time_grid_workers = 2
part_time_grid_workers = 0
community_workers = 2
street_staff = 3
district_officials = 24
city_officials = 12
social_workers = 0
hotline_seats_day = 1
hotline_seats_night = 1

[stock]
old_compounds = 1
commercial_compounds = 1
firms = 1
units = 2

[[district]]
name = { zh = "甲区", en = "D" }
residents = 400
area_km2 = 1.0
streets = 1
urban_communities = 1
villages = 0
grids = 2
"""


def keys(found):
    """Return the keys of lines, after a check of what holds for each."""
    for line in found:
        assert np.isfinite(line.value)
        assert line.low <= line.value <= line.high
        assert line.what
    names = [line.key for line in found]
    assert len(set(names)) == len(names)
    assert len({line.piece for line in found}) == 1
    return set(names)


def test_building_gives_each_city_up_to_the_one_asked_for():
    assert keys(building.measure(TINY)) == {"street_s"}


def test_starting_gives_cold_cached_and_help(tmp_path, monkeypatch):
    city = tmp_path / "tiny.toml"
    city.write_text(CITY_FILE, encoding="utf-8")
    monkeypatch.setattr(starting, "CITY", str(city))
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")  # or this would compile the whole engine
    found = starting.measure(lines.Settings("street", days=1, repeats=1))
    assert keys(found) == {"cold_s", "cached_s", "help_s"}


def test_a_year_gives_its_time_events_and_memory_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(speed, "SCENARIOS", ("three_together",))
    found = {line.key.partition(".")[2]: line for line in speed.measure(TINY)}
    assert set(found) == {
        "total_s", "year_s", "median_day_s", "making_s", "events", "events_per_s", "deciders_share", "policies_share",
        "peak_memory_mb",
    }  # fmt: skip
    assert 0 < found["policies_share"].value < 1
    here = CityModel("three_together", city="street", days=3, warm_up_days=2, follow_up_days=1)
    assert found["events"].value == speed.timed_days(here, 2, 3)[1]


def test_midnights_are_watched_and_change_nothing():
    found = speed.run("baseline", "street", 8, 0)
    assert 0 < found["deciders_share"] < 1
    plain = CityModel("baseline", city="street", days=8, warm_up_days=0, follow_up_days=1)
    assert found["events"] == speed.timed_days(plain, 0, 8)[1]


def test_the_bare_queue_passes_the_traffic_of_the_real_run():
    def model():
        return CityModel("baseline", city="street", days=3, warm_up_days=2, follow_up_days=1)

    traffic = bare_queue.record(model(), 2, 3)
    assert int(traffic.pops.sum()) == speed.timed_days(model(), 2, 3)[1]
    assert traffic.pushes.sum() > 0
    assert (traffic.live + np.cumsum(traffic.pushes - traffic.pops) >= 0).all()
    for newest in (False, True):
        queue = bare_queue.BareQueue(model, traffic, newest)
        pushed = np.repeat(np.arange(-1, len(traffic.pushes)), [traffic.live, *traffic.pushes])
        assert (queue.due > pushed)[queue.due >= 0].all()
        popped = np.bincount(queue.due[queue.due >= 0], minlength=len(traffic.pops))
        assert popped.sum() == queue.seconds()[1]
        assert np.abs(popped - traffic.pops).sum() < 0.01 * traffic.pops.sum()


def test_the_queue_gives_both_sides_and_ratios():
    expected = {"engine_ns", "bare_ns", "newest_ns", "ratio", "ratio_newest"}
    assert keys(bare_queue.measure(TINY)) == expected


def test_the_engine_and_simpy_do_the_very_same_work():
    same = against_simpy.agreement(SMALL, range(1, 7))
    assert same.needs > 10_000
    assert same.figures > 6 * 2 * 12_000  # trust and participation of every resident are among them
    assert same.same
    assert same.steps == pytest.approx(same.events, rel=0.002)
    near = SMALL.expected_wait()
    assert abs(same.wait.mean() - near) < t_half_width(same.wait, 0.999)


@pytest.mark.parametrize(("what", "value"), [("LIMIT_MINUTES", 121), ("_LONGEST_VISIT", 60.0), ("REPORT_MINUTES", 4)])
def test_other_work_is_found_out(monkeypatch, what, value):
    monkeypatch.setattr(simpy_twin, what, value)
    small = network.Network(stations=2, servers=2, work_minutes=30.0, days=2)
    same = against_simpy.agreement(small, range(1, 2))
    assert not same.same
    assert same.same_needs < same.needs
    assert same.same_figures < same.figures
    monkeypatch.setattr(against_simpy, "timing", lambda *_: against_simpy.Timing([1.0], [1.0], [1.0], [1], [1]))
    notes = [line.note for line in against_simpy.measure(TINY, small)]
    assert any("NOT THE SAME" in note for note in notes)


def test_both_sides_have_the_same_events_by_kind():
    plan = network.plan_of(SMALL)
    log, history = [], []
    sim = network.Stations(SMALL, plan, 3, log.append)
    sim.run_to_end()
    env = simpy_parts.Counting(SMALL.minutes)
    twin = simpy_twin.Twin(SMALL, plan, 3, env, history)
    twin.run()
    kinds = np.bincount(np.concatenate(log)["kind"], minlength=len(ledger.LOG_KINDS))
    assert len(history) == kinds[ledger.LOG_ARISE]
    for event, entry in (
        (wheel.NOTICE, ledger.LOG_NOTICE), (wheel.REPORT, ledger.LOG_REPORT), (wheel.ACCEPT, ledger.LOG_ACCEPT),
        (wheel.ARRIVE, ledger.LOG_ARRIVED), (wheel.FINISH, ledger.LOG_FINISHED),
    ):  # fmt: skip
        assert env.steps[event] == kinds[entry] > 0
    assert kinds[ledger.LOG_OVERDUE] >= env.steps[wheel.FORCE] > 0
    # All the other events of the engine are deadlines, most of them of closed cases; and work that ends at midnight
    # has been planned a second time there.
    again = sum(need.solved % DAY == 0 for need in history if need.solved >= 0)
    assert sim.tables["sc"][POPS] - again == len(history) + sum(env.steps)
    assert set(twin.trust_by_day) == set(sim.trust_by_day)
    for day, means in twin.trust_by_day.items():
        assert means == pytest.approx(sim.trust_by_day[day], rel=1e-12)


def test_every_need_of_the_network_lives_its_plain_life():
    plan = network.plan_of(SMALL)
    sim = network.Stations(SMALL, plan, 1)
    sim.run_to_end()
    assert sum(sim.arisen()) == pytest.approx(SMALL.stations * SMALL.days * SMALL.needs_a_day, rel=0.05)
    summary = sim.result().summary
    for key in ("returns_per_case", "handups_per_case", "duplicate_share", "forced_closure_share", "recurrence_share"):
        assert summary[key] == 0
    assert summary["calls.attempts"] == summary["needs_lapsed"] == summary["stage_minutes.travel"] == 0
    assert summary["stage_minutes.off_shift"] == summary["stage_minutes.paperwork"] == 0
    assert summary["stage_minutes.work"] == pytest.approx(SMALL.work_minutes, rel=0.05)
    busy = sim.tables["responders"]["work_minutes"].sum() / (SMALL.stations * SMALL.servers * SMALL.minutes)
    assert busy == pytest.approx(SMALL.load, abs=0.05)


def test_erlangs_formula_agrees_with_known_values():
    single = network.Network(servers=1, work_minutes=10.0, load=0.5)
    assert single.expected_wait() == pytest.approx(10.0)  # M/M/1: load / (1 - load) times the work
    assert network.Network(servers=2, work_minutes=30.0, load=0.7).expected_wait() == pytest.approx(28.82, abs=0.01)
    with pytest.raises(ValueError, match="1 to 30"):
        network.plan_of(network.Network(days=31))


def test_the_comparison_gives_its_figures():
    found = against_simpy.measure(TINY, network.Network(stations=2, servers=2, work_minutes=30.0, days=2))
    assert keys(found) == {
        "needs", "same_needs", "same_figures", "wait_min", "expected_wait_min",
        "engine_us", "simpy_us", "ratio", "bare_us", "bare_ratio", "engine_event_ns", "simpy_event_ns", "event_ratio",
    }  # fmt: skip


def test_without_simpy_the_message_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.delattr(benchmarks, "against_simpy")
    for name in ("against_simpy", "simpy_twin", "simpy_parts"):
        monkeypatch.delitem(sys.modules, f"{benchmarks.__name__}.{name}")
    monkeypatch.setitem(sys.modules, "simpy", None)
    main(["--only", "simpy", "--json"])
    written = capsys.readouterr()
    assert "make venv EXTRAS=dev" in written.err
    assert json.loads(written.out)["lines"] == []


def test_one_command_prints_data_markdown_or_a_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(draws, "DRAWS", 1000)
    out = tmp_path / "speed.json"
    words = ["--only", "draws", "building", "--city", "street", "--repeats", "2"]
    main([*words, "--json", "--out", str(out)])
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(out.read_text(encoding="utf-8"))
    assert {line["piece"] for line in printed["lines"]} == {"draws", "building"}
    assert {"processor", "cores", "load", "versions"} <= printed["machine"].keys()
    main([*words, "--markdown"])
    rows = capsys.readouterr().out.splitlines()
    assert sum(row.startswith("| ") for row in rows) == 2 + len(printed["lines"])
    assert len({row.count("|") for row in rows if row.startswith("|")}) == 1
    main(words)
    assert "building street" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--only", "nothing"])


def test_experiments_give_overhead_memory_and_scaling(tmp_path, monkeypatch):
    for name in ("overhead", "memory", "waiting", "scaling"):
        (tmp_path / name).mkdir()
    found = many_runs.overhead(TINY, tmp_path / "overhead", runs=40)
    found += many_runs.memory(TINY, tmp_path / "memory", runs=200)
    monkeypatch.setattr(many_runs, "WAIT_SECONDS", 0.01)
    found += many_runs.waiting(TINY, tmp_path / "waiting", runs=4)
    found += many_runs.scaling(TINY, tmp_path / "scaling", runs=4, days=2)
    by_key = {line.key: line for line in found}
    assert {"overhead_ms", "parent_mb", "growth_kb", "files", "scaling", "control", "waiting"} <= by_key.keys()
    assert by_key["overhead_ms"].value > 0
    assert by_key["parent_mb"].value > 50
    assert by_key["files"].value < 200
    with pytest.raises(RuntimeError, match="runs failed"):
        many_runs._run(many_runs._experiment(tmp_path, "street", 2, 4, (1.0,)), tmp_path / "bad", 1, None)


def test_all_pieces_are_there():
    assert list(PIECES) == ["building", "starting", "year", "forks", "queue", "simpy", "peers", "draws", "experiments"]


def test_a_line_knows_whether_its_target_is_met():
    few = lines.measured("p", "k", "what", "s", [3.0, 1.0, 2.0], "< 2.5")
    assert (few.value, few.low, few.high, few.n, few.met) == (2.0, 1.0, 3.0, 3, True)
    slow = lines.ratio("p", "r", "what", [10.0, 40.0], [1.0, 2.0], "> 50")
    assert slow.value == pytest.approx(25 / 1.5)
    assert (slow.low, slow.high, slow.met) == (10.0, 20.0, False)
    assert lines.measured("p", "k", "what", "s", [1.0]).met is None
    assert table.cells(slow)[5] == "> 50 MISSED"
    assert [table.number(x) for x in (1234.5, 12.34, 1.234, 0.1234, 0.00001, 7.0)] == [
        "1,234", "12.3", "1.23", "0.123", "1e-05", "7"]  # fmt: skip


def test_forks_are_timed_against_runs_from_the_start():
    found = {line.key: line for line in PIECES["forks"](lines.Settings("street", days=3, repeats=1, warm_up_days=4))}
    assert list(found) == ["size_mb", "save_s", "stand_s", "history_s", "forked"]
    assert all(line.value > 0 for line in found.values())
    assert found["forked"].note == "4 days in common, 3 and one more apart"
