"""What a report bears of its results: the manifest, fingerprints of runs, and how it is read back."""

import json
import math
import shutil

import pytest
from synthetic import FakeScenario, engine
from test_experiments_campaign import fails, run, written

from cogov.experiments import borne
from cogov.experiments.borne import ATTACHMENT, OPENING, fingerprint, fingerprints, manifest_of, of_report, record_of
from cogov.experiments.compare import compare
from cogov.experiments.reading import read_comparison
from cogov.experiments.results import ResultsError, open_results
from cogov.experiments.store import RUNS, Store


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
    compare(sides, replications=2, workers=1, engine=engine, out=out / "comparison")
    run(written(out), out / "experiment")
    return out


def test_a_comparison_bears_its_scenarios_and_the_hashes_of_every_run(made):
    results = open_results([made / "comparison"])
    found = json.loads(json.dumps(manifest_of(results)))
    assert (found["kind"], len(found["scenarios"]), len(found["runs"])) == ("comparison", 2, 4)
    assert [(r["side"], r["replication"]) for r in found["runs"]] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    for entry, record in zip(found["runs"], results.records, strict=True):
        assert entry["content_hash"] == record.content_hash
        assert record_of(entry, found["scenarios"][entry["side"]], found["versions"]).files == record.files
        assert "command" not in entry


def test_an_experiment_bears_as_many_fingerprints_as_asked_evenly_spread(made, monkeypatch):
    results = open_results([made / "experiment"])
    every = manifest_of(results)
    assert every["runs"] == len(every["fingerprints"]) == 6
    monkeypatch.setattr(borne, "MOST_IN_REPORT", 3)
    few = manifest_of(results)
    assert (few["runs"], few["fingerprints"]) == (6, every["fingerprints"][::2])


def test_a_run_that_stands_at_several_points_is_named_after_the_first(made):
    rows = fingerprints(Store(made / "experiment"))
    assert [row[:3] for row in rows] == [
        ["baseline", 0, 0], ["cadre_sinking", 0, 0], ["baseline", 0, 1], ["cadre_sinking", 0, 1],
        ["cadre_sinking", 1, 0], ["cadre_sinking", 1, 1],
    ]  # fmt: skip
    assert len(Store(made / "experiment").read(RUNS)["run"]) == 8
    assert len({row[3] for row in rows}) == 4  # the made-up engine knows no number of people, only the seed


def test_a_fingerprint_sees_the_last_digit_and_no_order():
    one = fingerprint({"a": 1.0, "b": math.nan})
    assert one == fingerprint({"b": math.nan, "a": 1.0})
    assert one != fingerprint({"a": math.nextafter(1.0, 2.0), "b": math.nan})
    assert one != fingerprint({"a": 1.0})


def test_failed_runs_have_no_fingerprint(tmp_path):
    run(written(tmp_path), tmp_path / "out", engine=fails)
    assert len(fingerprints(Store(tmp_path / "out"))) == 4


# Read back --------------------------------------------------------------------------------------------------------

BORNE = {"format": 1, "kind": "comparison", "runs": [], "versions": {}, "note": "</script>"}


def test_a_page_a_text_and_a_plain_file_give_back_what_they_bear(tmp_path):
    text = json.dumps(BORNE)
    page, plain, words = tmp_path / "r.html", tmp_path / "r.json", tmp_path / "r.md"
    page.write_text(f"<html>{OPENING}{text.replace('</', '<' + chr(92) + '/')}</script><p>x</p>", encoding="utf-8")
    plain.write_text(text, encoding="utf-8")
    words.write_text("# Report", encoding="utf-8")
    (tmp_path / "r_files").mkdir()
    (tmp_path / "r_files" / ATTACHMENT).write_text(text, encoding="utf-8")
    assert [of_report(path) for path in (page, plain, words)] == [BORNE] * 3


@pytest.mark.parametrize("text", ["<html></html>", f"{OPENING}{{broken</script>", f"{OPENING}[1]</script>",
                                  f'{OPENING}{{"format": 2, "kind": "run", "runs": [], "versions": {{}}}}</script>',
                                  f'{OPENING}{{"format": 1, "kind": "run"}}</script>'])  # fmt: skip
def test_a_page_that_bears_no_manifest_is_refused(tmp_path, text):
    page = tmp_path / "r.html"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(ResultsError, match="bears no manifest"):
        of_report(page)


def test_other_files_are_refused_each_with_its_reason(tmp_path):
    with pytest.raises(ResultsError, match="there is no such file"):
        of_report(tmp_path / "nowhere.html")
    with pytest.raises(ResultsError, match="there is no such file"):
        of_report(tmp_path / "nowhere.md")
    (tmp_path / "r.md").write_text("# Report", encoding="utf-8")
    (tmp_path / "r.pdf").write_bytes(b"no pdf")
    (tmp_path / "r.bin").write_bytes(b"\xff\xfe\x00")
    for name in ("r.md", "r.pdf", "r.bin"):
        with pytest.raises(ResultsError, match="bears no manifest"):
            of_report(tmp_path / name)


def test_runs_are_found_beside_a_comparison_only_if_they_are_those(made, tmp_path):
    there = read_comparison(made / "comparison")
    folder = shutil.copytree(made / "comparison", tmp_path / "copy")
    assert [r.seed for r in borne.runs_beside(there, folder).records] == [*there.seeds] * 2
    own = folder / "runs" / "baseline" / "1" / "run.json"
    facts = json.loads(own.read_text(encoding="utf-8"))
    own.write_text(json.dumps(facts | {"seed": 1}), encoding="utf-8")
    assert borne.runs_beside(there, folder).records == ()
    own.unlink()
    assert borne.runs_beside(there, folder).records == ()
