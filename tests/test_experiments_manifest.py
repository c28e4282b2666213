"""What is needed to make a run again: versions, the command, hashes of what came of it."""

import json
import platform
from pathlib import Path

from cogov.experiments import manifest
from cogov.experiments.manifest import command_line
from cogov.scenarios.loader import load_scenario


def test_policies_count_as_a_version(monkeypatch, tmp_path):
    (tmp_path / "policies").mkdir()
    monkeypatch.setattr(manifest.policies, "__file__", str(tmp_path / "policies" / "__init__.py"))
    seen = {manifest.policies_digest()}
    for place in (tmp_path / "policies" / "p.py", tmp_path / "categories.py"):  # what makes runs counts too
        for text in ("a = 1\n", "a = 2\n"):
            place.write_text(text, encoding="utf-8")
            seen.add(manifest.policies_digest())
    assert len(seen) == 5


def test_a_command_tells_no_place_of_this_machine(tmp_path):
    words = [
        "/opt/bin/cogov",
        "run",
        "baseline",
        "--out",
        f"{tmp_path}/a b",
        "--from=/var/x/2024-06-01",
        "--set",
        "a=1/2",
    ]
    assert command_line([], words) == "cogov run baseline --out 'a b' --from=2024-06-01 --set a=1/2"
    assert command_line(["cogov", "run", "x", "--city", "/srv/me/town.toml"], ["pytest"]) == (
        "cogov run x --city town.toml"
    )
    assert command_line([], ["cogov", "run", "baseline", "--out", "out/first"]) == "cogov run baseline --out out/first"


def test_the_command_of_the_module_and_of_python_are_told_as_such(tmp_path):
    main = Path(manifest.__file__).parents[1] / "__main__.py"
    assert command_line([], [str(main), "run", "baseline"]) == "python -m cogov run baseline"
    assert command_line(["cogov", "run"], [str(tmp_path / "__main__.py"), "serve"]) == "cogov run"
    assert command_line(["cogov", "run"], []) == "cogov run"


def test_options_give_a_scenario_its_layers_city_and_calendar():
    plain = load_scenario("baseline", layers=["storm_month"], city="gulou", days=9, warm_up_days=7).resolved()
    words = manifest.options(plain)
    start = plain["calendar"]["start"]
    assert words == ["--with", "storm_month", "--city", "gulou", "--start", str(start), "--days", "9", "--warm-up", "7",
                     "--follow-up", str(plain["calendar"]["follow_up_days"])]  # fmt: skip


def test_a_digest_of_named_contents_knows_no_order_and_misses_no_name():
    one = manifest.digest({"a": b"1", "b": b"2"})
    assert one == manifest.digest({"b": b"2", "a": b"1"})
    others = {manifest.digest(x) for x in ({"a": b"2", "b": b"1"}, {"a": b"12"}, {"a": b"1", "c": b"2"}, {})}
    assert len(others | {one}) == 5


def test_a_run_says_what_it_went_on_from_only_if_it_did(monkeypatch):
    usual = {"scenario": {"id": "x"}, "scenario_digest": "d", "seed": 3, "command": "cogov run x", "content_hash": "h",
             "files": {"b": "2", "a": "1"}, "measures": ["trust", "backlog"], "wall_seconds": 1.23456}  # fmt: skip
    made = manifest.run_manifest(**usual)
    assert "from" not in made
    assert (list(made["files"]), made["measures"], made["wall_seconds"]) == (["a", "b"], ["trust", "backlog"], 1.235)
    assert made["versions"] == manifest.versions()
    assert platform.node() not in json.dumps(made)
    start = {"date": "2024-06-01", "hash": "abc", "more": "left out"}
    assert manifest.run_manifest(**usual, start=start)["from"] == {"date": "2024-06-01", "hash": "abc"}
