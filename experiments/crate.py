"""A folder of results as an RO-Crate that tells of a workflow run, so that archives and other programs understand it.

It follows RO-Crate 1.1 and the profiles Process Run Crate 0.5, Workflow Run Crate 0.5 and Workflow RO-Crate 1.0: what
was run (the file that holds the scenarios in full) is the workflow, cogov its language, the command an action, and
the files what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from .. import __version__
from .inputs import FOLDER
from .tables import file_sha256, json_bytes, sha256, write_together

NAME = "ro-crate-metadata.json"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
WORKFLOW = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    WORKFLOW: ("Workflow RO-Crate", "1.0"),
}
CONTEXT: list[str | dict[str, str]] = [
    f"{SPECIFICATION}/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
]  # fmt: skip
"""What the keys of a crate mean: those of RO-Crate 1.1, and the one of Workflow Run Crate that it lacks."""
FORMATS = {".json": "application/json", ".parquet": "application/vnd.apache.parquet", ".toml": "application/toml",
           ".csv": "text/csv"}  # fmt: skip
REPORTS = (".html", ".pdf", ".md")
"""Endings of reports, which are made anew at any time and are no part of the results."""
Entity = dict[str, Any]


def describe_run(folder: Path, inputs: Sequence[str] = ()) -> None:
    """Make the folder of a run an RO-Crate, from what its ``run.json`` says.

    Args:
        folder: The folder.
        inputs: Names of the files that the run rests on: scenarios and a city of the user's own.
    """
    facts = _json(folder / "run.json")
    scenario = facts["scenario"]
    names, question = scenario.get("name") or {}, scenario.get("question") or {}
    write_crate(
        folder, workflow="run.json", title=names.get("en", scenario["id"]),
        description=f"{question.get('en', '')} City {scenario['city']}, seed {facts['seed']}.".strip(),
        version=facts["scenario_digest"], command=facts["command"], ended=facts["ended"], files=sorted(facts["files"]),
        versions=facts["versions"], hashes=facts["files"], inputs=inputs,
    )  # fmt: skip


def describe_comparison(folder: Path, inputs: Sequence[str] = ()) -> None:
    """Make the folder of a comparison an RO-Crate; it ended when the last of its runs did.

    Args:
        folder: The folder.
        inputs: Names of the files that the comparison rests on: scenarios and a city of the user's own.
    """
    facts = _json(folder / "comparison.json")
    sides, n = facts["scenarios"], facts["replications"]
    runs = [f"runs/{side['id']}/{r}" for side in sides for r in range(n)]
    told = [f"{run}/run.json" for run in runs if (folder / run / "run.json").is_file()]
    made = [_json(folder / name) for name in told]
    write_crate(
        folder, workflow="comparison.json", title=" / ".join(side["en"] for side in sides),
        description=f"What the scenarios change, compared with {sides[0]['en']}, over {n} paired runs of each.",
        version=" ".join(side["digest"] for side in sides),
        command=facts["command"], ended=max((run["ended"] for run in made if "ended" in run), default=_now()),
        files=["curves.parquet", "grids.parquet", *told], folders=runs, inputs=inputs, versions=facts["versions"],
    )  # fmt: skip


def describe_experiment(folder: Path, command: str, inputs: Sequence[str] = ()) -> None:
    """Make the folder of an experiment an RO-Crate that ends now.

    Args:
        folder: The folder.
        command: How the experiment was started.
        inputs: Names of the files that its own file rests on: scenarios, cities, a list of points.
    """
    facts = _json(folder / "manifest.json")
    experiment = facts["experiment"]
    kept = {"experiment.toml", NAME, *inputs}
    files = sorted(path.name for path in folder.iterdir()
                   if path.is_file() and path.name not in kept and path.suffix not in REPORTS)  # fmt: skip
    write_crate(
        folder, workflow="experiment.toml", title=experiment["name"]["en"], description=experiment["question"]["en"],
        version=facts["digest"], command=command, ended=_now(), files=files, inputs=inputs, versions=facts["versions"],
        folders=[name for name in ("runs", "measures", "daily", "grids", "journal") if (folder / name).is_dir()],
    )  # fmt: skip


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_crate(
    folder: Path,
    *,
    workflow: str,
    title: str,
    description: str,
    version: str,
    command: str,
    ended: str,
    files: Sequence[str],
    folders: Sequence[str] = (),
    inputs: Sequence[str] = (),
    versions: Mapping[str, str],
    hashes: Mapping[str, str] | None = None,
) -> None:
    """Write ``ro-crate-metadata.json`` into a folder of results.

    Args:
        folder: Where the results lie.
        workflow: Name of the file that holds what was run in full.
        title: What the results are, in a few words.
        description: What was asked, in a sentence.
        version: Digest of what was run, which is another if that is.
        command: How it was started.
        ended: When it ended, ISO 8601.
        files: Names of the files of results, without the workflow.
        folders: Names of folders of results.
        inputs: Names of the files that the workflow rests on.
        versions: Versions of the software that results depend on, ``cogov`` among them.
        hashes: SHA-256 of files by name, as far as known; of others it is worked out.
    """
    given = [_file(name, sha256((folder / name).read_bytes())) for name in inputs]
    known = {name: sha256((folder / name).read_bytes()) for name in (*files, workflow)} | dict(hashes or {})
    parts = [_file(name, known[name]) for name in files] + [_folder(name) for name in folders]
    main = _file(workflow, known[workflow])
    graph = [
        {"@id": NAME, "@type": "CreativeWork", "about": {"@id": "./"},
         "conformsTo": [{"@id": SPECIFICATION}, {"@id": WORKFLOW}]},
        {"@id": "./", "@type": "Dataset", "name": title, "description": description, "datePublished": ended,
         "license": {"@id": "#terms"}, "conformsTo": [{"@id": profile} for profile in PROFILES],
         "mainEntity": _to([main]), "mentions": {"@id": "#run"}, "hasPart": _to([main, *given, *parts])},
        *({"@id": profile, "@type": "CreativeWork", "name": name, "version": version}
          for profile, (name, version) in PROFILES.items()),
        {"@id": "#terms", "@type": "CreativeWork", "name": "Terms not stated",
         "description": "Whoever made these results has stated no terms of use; ask them."},
        {**main, "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"], "name": f"What was run: {title}",
         "version": version, "programmingLanguage": {"@id": "#cogov"}},
        {"@id": "#cogov", "@type": ["ComputerLanguage", "SoftwareApplication"], "name": "cogov",
         "version": versions.get("cogov", __version__),
         "softwareRequirements": [f"{name} {version}" for name, version in sorted(versions.items())]},
        {"@id": "#run", "@type": "CreateAction", "name": command.splitlines()[0], "description": command,
         "instrument": _to([main]), "endTime": ended, "actionStatus": "http://schema.org/CompletedActionStatus",
         **({"object": _to(given)} if given else {}), "result": _to(parts)},
        *given, *parts,
    ]  # fmt: skip
    graph[0]["identifier"] = _seal(graph)
    _forget(folder, inputs)
    crate = {"@context": CONTEXT, "@graph": graph}
    write_together(folder, {NAME: json_bytes(crate)})


def _seal(graph: Sequence[Entity]) -> str:
    """Return what tells a crate from any other: a hash of all that it says but of this."""
    bare = [{key: value for key, value in entity.items() if entity["@id"] != NAME or key != "identifier"}
            for entity in graph]  # fmt: skip
    return f"sha256:{sha256(json_bytes(bare))}"


def _forget(folder: Path, inputs: Sequence[str]) -> None:
    """Remove the inputs of earlier results of a folder, as far as they are still what its crate says."""
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError, StopIteration):
        for name, digest in hashes_in(folder).items():
            path, old = folder / name, name.startswith(f"{FOLDER}/") and name not in inputs
            if old and path.is_file() and file_sha256(path) == digest:
                path.unlink()
        with suppress(OSError):  # something else lies there
            (folder / FOLDER).rmdir()


def hashes_in(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of the files that the crate of a folder tells of, by name.

    Raises:
        FileNotFoundError: If the folder is no crate.
        ValueError: If the crate cannot be read, or is not as it was written; KeyError and TypeError likewise.
    """
    graph = json.loads((folder / NAME).read_text(encoding="utf-8"))["@graph"]
    own = next(entity for entity in graph if entity["@id"] == NAME)
    if own.get("identifier", _seal(graph)) != _seal(graph):  # older crates have none
        raise ValueError("the crate is not what was written")
    return {unquote(str(entity["@id"])): str(entity["sha256"]) for entity in graph if "sha256" in entity}


def ended(folder: Path) -> str:
    """Return when the results of a folder were done, as its crate says (ISO 8601, UTC); ``""`` if it has none."""
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError, StopIteration):
        graph = _json(folder / NAME)["@graph"]
        return str(next(entity["endTime"] for entity in graph if entity["@id"] == "#run"))
    return ""


def _to(entities: Sequence[Entity]) -> Any:
    """Return what leads to other entities; a single one stands for itself, as RO-Crate recommends."""
    found = [{"@id": entity["@id"]} for entity in entities]
    return found[0] if len(found) == 1 else found


def _id(name: str) -> str:
    """Return the id of a file or a folder: blanks and signs of ASCII that have a meaning in a URI are escaped."""
    return "".join(quote(c) if c.isascii() else c for c in name)


def _file(name: str, digest: str) -> Entity:
    entity: Entity = {"@id": _id(name), "@type": "File", "name": name}
    if kind := FORMATS.get(Path(name).suffix):
        entity["encodingFormat"] = kind
    return {**entity, "sha256": digest}


def _folder(name: str) -> Entity:
    return {"@id": f"{_id(name.rstrip('/'))}/", "@type": "Dataset", "name": name.rstrip("/")}
