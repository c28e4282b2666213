"""Checkpoints as files: runs go on from them to the same bytes, and what cannot be used is said in one message."""

import datetime as dt
import errno
import json
import shutil

import numpy as np
import pytest
from object_graph import differences

from cogov.experiments import checkpoint as files
from cogov.experiments.checkpoint import Checkpoint, CheckpointError, check_dates, save
from cogov.experiments.run import TABLES, run_scenario
from cogov.scenarios.city_model import CityModel
from cogov.scenarios.loader import load_scenario

DATE = dt.date(2024, 6, 1)
LATER = dt.date(2024, 6, 8)
FILES = ("summary.json", *(f"{name}.parquet" for name in TABLES))
WINDOW = {"city": "street", "days": 12, "warm_up_days": 12, "follow_up_days": 6}


def scenario(name="baseline", **wishes):
    """Return a scenario of a month in the street."""
    return load_scenario(name, **{**WINDOW, **wishes})


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """Return the folder of a run of the baseline with its events and two checkpoints."""
    out = tmp_path_factory.mktemp("base")
    run_scenario(scenario(), seed=4, out=out, events=True, checkpoints=[LATER, DATE])
    return out


@pytest.fixture
def there(base, tmp_path):
    """Return a copy of the first checkpoint."""
    return shutil.copytree(base / "checkpoints" / str(DATE), tmp_path / "there")


def same_files(one, two, names=(*FILES, "events.parquet")):
    """Return the names of those files of two runs that are not the same bytes."""
    return [name for name in names if (one / name).read_bytes() != (two / name).read_bytes()]


def test_the_same_run_goes_on_to_the_same_bytes(base, tmp_path):
    for date in (DATE, LATER):
        start = Checkpoint.open(base / "checkpoints" / str(date))
        run_scenario(scenario(), seed=4, out=tmp_path / str(date), events=True, start=start)
        assert same_files(base, tmp_path / str(date)) == []
        assert json.loads((tmp_path / str(date) / "run.json").read_bytes())["from"] == {
            "date": str(date), "hash": start.facts["hash"],
        }  # fmt: skip
    assert "from" not in json.loads((base / "run.json").read_bytes())
    assert sorted(path.name for path in (base / "checkpoints").iterdir()) == [str(DATE), str(LATER)]


@pytest.mark.parametrize("layers", [[], ["storm_month"]], ids=["calm", "with a later storm"])
@pytest.mark.parametrize("name", ["everything", "emergency_pairing"])
def test_another_policy_goes_on_to_the_bytes_of_its_run_from_the_start(base, tmp_path, name, layers):
    other = scenario(name, layers=layers)
    run_scenario(other, seed=4, out=tmp_path / "straight", events=True)
    start = Checkpoint.open(base / "checkpoints" / str(DATE))
    run_scenario(other, seed=4, out=tmp_path / "forked", events=True, start=start, checkpoints=[LATER])
    assert same_files(tmp_path / "straight", tmp_path / "forked") == []
    again = Checkpoint.open(tmp_path / "forked" / "checkpoints" / str(LATER))
    run_scenario(other, seed=4, out=tmp_path / "again", start=again)
    assert same_files(tmp_path / "straight", tmp_path / "again", FILES) == []


def test_rates_that_follow_the_months_go_on(tmp_path):
    path = tmp_path / "seasons.toml"
    words = ("name", "question")
    body = 'format = 1\nextends = "baseline"\n' + "".join(f'{w} = {{ zh = "季节", en = "Seasons" }}\n' for w in words)
    months = [*range(1, 13)]
    path.write_text(f"{body}[category.sanitation]\nmonths = {months}\n[category.noise]\nmonths = {months[::-1]}\n")
    made = scenario(path)
    run_scenario(made, seed=4, out=tmp_path / "whole", checkpoints=[DATE, LATER])
    for date in (DATE, LATER):  # the first day of a month, and one in its midst
        start = Checkpoint.open(tmp_path / "whole" / "checkpoints" / str(date))
        model, straight = start.model(made.resolved(), 4), CityModel(made.resolved(), 4)
        while straight.day < model.day:
            straight.step()
        assert differences(straight, model) == []
        run_scenario(made, seed=4, out=tmp_path / "on", start=start)
        assert same_files(tmp_path / "whole", tmp_path / "on", FILES) == []


def test_a_model_and_what_it_collects_go_on(there):
    start = Checkpoint.open(there)
    model, straight = start.model(start.scenario, start.seed), CityModel(scenario(), 4)
    assert (start.date, model.day) == (DATE, 12)
    while straight.day < model.day:
        straight.step()
    assert differences(straight.datacollector.model_vars, model.datacollector.model_vars) == []
    for one in (straight, model):
        one.run_to_end()
    assert differences(straight.datacollector.model_vars, model.datacollector.model_vars) == []
    assert len(model.datacollector.model_vars["date"]) == model.days_total


def test_one_that_lies_there_is_replaced_by_the_same(base, there):
    model = Checkpoint.open(there).model(scenario().resolved(), 4)
    save(model, there)
    assert [path.name for path in there.parent.iterdir()] == ["there"]
    assert not (there / "events.npz").exists()
    assert not Checkpoint.open(there).facts["events"]
    with np.load(there / "state.npz") as one, np.load(base / "checkpoints" / str(DATE) / "state.npz") as two:
        assert differences({k: one[k] for k in two.files if k not in ("tables/log", "tables/sc")},
                           {k: two[k] for k in two.files if k not in ("tables/log", "tables/sc")}) == []  # fmt: skip


def test_nothing_in_it_is_code(there):
    for name in ("state.npz", "events.npz"):
        with np.load(there / name, allow_pickle=False) as arrays:
            assert all(arrays[key].dtype.hasobject is False for key in arrays.files)


def refused(folder, lang="en"):
    """Return what is said of a folder that cannot be used."""
    with pytest.raises(CheckpointError) as caught:
        Checkpoint.open(folder)
    return caught.value.told(lang)


@pytest.mark.parametrize("name", ["checkpoint.json", "state.json", "state.npz", "events.npz"])
@pytest.mark.parametrize("harm", ["cut", "bit", "gone"])
def test_what_is_damaged_is_named(there, name, harm):
    path = there / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] if harm == "cut" else content)
    message = refused(there)
    none = harm == "gone" and name == "checkpoint.json"
    assert message == (
        f"{there} is no checkpoint: it has no {name}"
        if none
        else f"{there}: its {name} is damaged or not whole; make the checkpoint again"
    )
    assert ("不是检查点" if none else "已损坏或不完整") in refused(there, "zh")


def altered(folder, **changes):
    """Change what a checkpoint says of itself, as another version might have written it."""
    facts = json.loads((folder / "checkpoint.json").read_bytes())
    del facts["hash"]
    facts |= changes
    (folder / "checkpoint.json").write_bytes(files.json_bytes({**facts, "hash": files._hash(facts)}))


def test_other_versions_are_told_apart(there):
    versions = json.loads((there / "checkpoint.json").read_bytes())["versions"]
    altered(there, versions={**versions, "model": "0123456789abcdef"})
    message = refused(there)
    assert f"(model: 0123456789abcdef ≠ {versions['model']})" in message
    assert "make it again: cogov run baseline --city" in message
    altered(there, format=2)
    assert "is a checkpoint of form 2, and this version reads form 1" in refused(there)


@pytest.mark.parametrize(
    ("name", "wishes", "said"),
    [
        ("baseline", {"days": 13}, "calendar.days: 12 ≠ 13"),
        ("baseline", {"settings": {"handling.fix": 0.9}}, "parameters.handling.fix: — ≠ 0.9"),
        ("cadre_sinking", {"start": dt.date(2024, 5, 31)}, 'calendar.start: "2024-06-01" ≠ "2024-05-31"'),
    ],
)
def test_another_history_is_refused(there, name, wishes, said):
    with pytest.raises(CheckpointError) as caught:
        run_scenario(scenario(name, **wishes), seed=4, start=Checkpoint.open(there))
    assert f"{name} says something else of the days before 2024-06-01" in str(caught.value)
    assert said in str(caught.value)
    assert "不一致" in caught.value.told("zh")


def test_another_seed_and_a_log_that_was_not_kept_are_refused(there):
    start = Checkpoint.open(there)
    with pytest.raises(CheckpointError, match="was made with seed 4, and the run has 5"):
        start.check(start.scenario, 5, False)
    altered(there, events=False)
    with pytest.raises(CheckpointError, match="kept no event log, so it would lack the days before 2024-06-01"):
        Checkpoint.open(there).check(start.scenario, 4, True)


def test_checkpoints_are_made_on_days_that_are_run(there):
    made = scenario().resolved()
    check_dates((dt.date(2024, 5, 21), dt.date(2024, 6, 18)), made)
    for date, start in ((dt.date(2024, 5, 20), None), (dt.date(2024, 6, 19), None), (DATE, Checkpoint.open(there))):
        with pytest.raises(CheckpointError, match=f"--checkpoint-at {date}: must be after the day on which"):
            check_dates((date,), made, start)
    with pytest.raises(ValueError, match="need a folder"):
        run_scenario(scenario(), checkpoints=[DATE])


def test_a_full_disk_leaves_nothing_and_says_where(tmp_path, monkeypatch):
    model = CityModel(scenario(), 4)
    model.step()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="No space left") as caught:
        save(model, tmp_path / "here")
    assert caught.value.filename == str(tmp_path / "here" / "state.npz")
    assert list(tmp_path.iterdir()) == []
