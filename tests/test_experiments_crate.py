"""The RO-Crate of a folder of results: whole, true to the files, and as the profiles ask."""

import json
from urllib.parse import unquote

import pytest
from synthetic import FakeScenario, engine
from test_experiments_campaign import run as run_campaign
from test_experiments_campaign import written
from test_experiments_results import one_run

from cogov.experiments.compare import compare
from cogov.experiments.crate import NAME, PROFILES, SPECIFICATION, WORKFLOW, describe_run, hashes_in
from cogov.experiments.tables import sha256


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("made")
    compare([FakeScenario(), FakeScenario("cadre_sinking")], replications=2, workers=1, engine=engine, out=out / "cmp")
    run_campaign(written(out), out / "experiment")
    describe_run(one_run(out / "run"))
    return out


def entities(folder):
    crate = json.loads((folder / NAME).read_text(encoding="utf-8"))
    assert crate["@context"][0] == f"{SPECIFICATION}/context"
    found = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(found) == len(crate["@graph"]), "ids are unique"
    return found


def references(value):
    if isinstance(value, dict):
        yield from [value["@id"]] if set(value) == {"@id"} else [x for v in value.values() for x in references(v)]
    elif isinstance(value, list):
        yield from (x for v in value for x in references(v))


TERMS = {
    "about", "actionStatus", "conformsTo", "datePublished", "description", "encodingFormat", "endTime", "hasPart",
    "identifier", "instrument", "license", "mainEntity", "mentions", "name", "object", "programmingLanguage", "result",
    "softwareRequirements", "version",
    "ComputationalWorkflow", "ComputerLanguage", "CreateAction", "CreativeWork", "Dataset", "File",
    "SoftwareApplication", "SoftwareSourceCode",
}  # fmt: skip
"""Properties and types that a crate of ours uses, and that the context of RO-Crate 1.1 has."""


@pytest.mark.parametrize("name", ["run", "cmp", "experiment"])
def test_every_key_and_type_is_a_term_of_the_context(made, name):
    crate = json.loads((made / name / NAME).read_text(encoding="utf-8"))
    own = {key: meaning for part in crate["@context"][1:] for key, meaning in part.items()}
    assert own == {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
    keys = {key for entity in crate["@graph"] for key in entity if not key.startswith("@")}
    types = {kind for e in crate["@graph"] for kind in ([e["@type"]] if isinstance(e["@type"], str) else e["@type"])}
    assert own.keys() <= keys, "nothing is declared that is not used"
    assert (keys | types) - own.keys() <= TERMS


@pytest.mark.parametrize("name", ["run", "cmp", "experiment"])
def test_the_crate_is_whole(made, name):
    found = entities(made / name)
    root, descriptor = found["./"], found[NAME]
    assert descriptor["about"] == {"@id": "./"}
    assert [x["@id"] for x in descriptor["conformsTo"]] == [SPECIFICATION, WORKFLOW]
    assert [x["@id"] for x in root["conformsTo"]] == list(PROFILES)
    for key in ("name", "description", "datePublished", "license"):
        assert root[key], key
    known = {*found, SPECIFICATION}
    assert {x for entity in found.values() for x in references(entity)} <= known


@pytest.mark.parametrize("name", ["run", "cmp", "experiment"])
def test_its_parts_are_the_files_that_are_there(made, name):
    found, folder = entities(made / name), made / name
    parts = [part["@id"] for part in found["./"]["hasPart"]]
    for part in parts:
        path = folder / unquote(part)
        assert path.is_dir() if part.endswith("/") else path.is_file(), part
        if digest := found[part].get("sha256"):
            assert digest == sha256(path.read_bytes())
    told = {part.partition("/")[0] for part in parts}
    assert {path.name for path in folder.iterdir()} - told == {NAME}


@pytest.mark.parametrize("name", ["run", "cmp", "experiment"])
def test_a_workflow_was_run_by_an_action_with_results(made, name):
    found = entities(made / name)
    workflow = found[found["./"]["mainEntity"]["@id"]]
    assert workflow["@type"] == ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    assert "ComputerLanguage" in found[workflow["programmingLanguage"]["@id"]]["@type"]
    action = found[found["./"]["mentions"]["@id"]]
    assert action["@type"] == "CreateAction"
    assert action["instrument"] == {"@id": workflow["@id"]}
    assert action["result"]
    assert action["endTime"] == found["./"]["datePublished"]


@pytest.mark.parametrize("name", ["run", "cmp", "experiment"])
def test_it_has_what_the_profiles_recommend_and_a_folder_can_know(made, name):
    """What rocrate-validator 0.13.0 asked for at the severity RECOMMENDED."""
    found = entities(made / name)
    alone = [(id_, key) for id_, entity in found.items() for key, value in entity.items()
             if isinstance(value, list) and len(value) == 1]  # fmt: skip
    assert not alone, "a single value is no list"
    assert found["#run"]["actionStatus"] == "http://schema.org/CompletedActionStatus"
    assert found[found["./"]["mainEntity"]["@id"]]["version"]
    assert "version" in found["#cogov"]
    assert "softwareVersion" not in found["#cogov"], "one of the two"


def test_the_workflow_has_another_version_where_another_was_run(tmp_path):
    folder = one_run(tmp_path / "run")
    versions = []
    for digest in ("4ae051a768736ae9", "a8f7282815e3540f"):
        facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        (folder / "run.json").write_text(json.dumps(facts | {"scenario_digest": digest}), encoding="utf-8")
        describe_run(folder)
        versions.append(entities(folder)["run.json"]["version"])
    assert versions == ["4ae051a768736ae9", "a8f7282815e3540f"]


@pytest.mark.parametrize(
    ("name", "id_"),
    [("inputs/我的 城.toml", "inputs/我的%20城.toml"), ("inputs/a#1/50%.toml", "inputs/a%231/50%25.toml"),
     ("inputs/plain-1_b.toml", "inputs/plain-1_b.toml")],
)  # fmt: skip
def test_ids_are_references_of_uris(tmp_path, name, id_):
    folder = one_run(tmp_path / "run")
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text("format = 1", encoding="utf-8")
    describe_run(folder, [name])
    found = entities(folder)
    assert found["#run"]["object"] == {"@id": id_}
    assert found[id_]["name"] == name
    assert hashes_in(folder)[name] == sha256(b"format = 1")


def test_a_crate_is_held_against_its_own_hash_and_an_older_one_that_has_none_is_not(made, tmp_path):
    crate = json.loads((made / "cmp" / NAME).read_text(encoding="utf-8"))
    (tmp_path / NAME).write_text(json.dumps(crate), encoding="utf-8")
    known = hashes_in(tmp_path)
    assert known == hashes_in(made / "cmp")
    crate["@graph"][1]["name"] = "Something else"
    (tmp_path / NAME).write_text(json.dumps(crate), encoding="utf-8")
    with pytest.raises(ValueError, match="not what was written"):
        hashes_in(tmp_path)
    del crate["@graph"][0]["identifier"]
    (tmp_path / NAME).write_text(json.dumps(crate), encoding="utf-8")
    assert hashes_in(tmp_path) == known


def test_inputs_of_earlier_results_go_unless_they_were_changed(tmp_path):
    folder, inputs = one_run(tmp_path / "run"), tmp_path / "run" / "inputs"
    inputs.mkdir()
    for name in ("kept.toml", "gone.toml", "changed.toml"):
        (inputs / name).write_text(name)
    describe_run(folder, [f"inputs/{path.name}" for path in inputs.iterdir()])
    (inputs / "changed.toml").write_text("by hand")
    (inputs / "mine.txt").write_text("not of the results")
    describe_run(folder, ["inputs/kept.toml"])
    assert {path.name for path in inputs.iterdir()} == {"kept.toml", "changed.toml", "mine.txt"}
    for name in ("changed.toml", "mine.txt"):
        (inputs / name).unlink()
    describe_run(folder)
    assert not inputs.exists()
