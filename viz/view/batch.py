"""Batch: the folder of an experiment, also while it runs: how far it is, and what came out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as v
import solara

from ...experiments.analysis import HEADLINES, analyse_folder
from ...experiments.extent import how_far
from ...experiments.manifest_keys import MANIFEST
from ...experiments.results import damaged
from ...experiments.rounds import sentence
from ...experiments.store import MEASURES, Store
from ...model.measures import measure_of
from ...scenarios.sentences import Told
from ..alternatives import Names
from ..words import measure_name, pick, w
from .batch_tables import cards_of
from .hooks import use_poll
from .parts import Button, choice, failure, raw, say
from .tab import Tab
from .worker import Failure

EVERY = 3.0
"""Seconds between two looks into the folder."""
ROOT = Path("out")
"""Where ``cogov experiment run`` puts its folders by default."""


def folders(root: Path = ROOT) -> list[str]:
    """Return the folders of experiments below the usual place, the newest first."""
    found = [path for path in root.glob("*") if _is_store(path)] if root.is_dir() else []
    return [str(path) for path in sorted(found, key=lambda path: -path.stat().st_mtime)]


def _is_store(path: Path) -> bool:
    try:
        Store(path).manifest()
    except (Told, OSError):
        return False
    return True


def look(folder: str, measure: str) -> dict[str, Any]:
    """Return how far a folder's experiment is, what was kept, and what its finished runs say of a measure."""
    if not folder:
        return {}
    facts: dict[str, Any] = {}
    try:
        facts["state"], facts["names"] = _opened(Path(folder))
        if facts["state"]["done"]:
            facts["kept"] = list(dict.fromkeys(Store(Path(folder)).read(MEASURES)["measure"].tolist()))
            wanted = next(k for k in (measure, *HEADLINES, *facts["kept"]) if k in facts["kept"])
            facts["measure"] = wanted
            facts["found"] = _analysed(folder, wanted, facts["state"]["done"])
    except (Told, OSError) as error:
        return {"failure": Failure.of(error)}
    except ValueError as error:  # too few runs yet for what the design asks
        facts["waiting"] = str(error)
    return facts


def _opened(folder: Path) -> tuple[dict[str, Any], Names]:
    try:
        return how_far(folder), Names.of(folder)
    except Told:
        raise
    except ValueError:
        raise damaged(folder, MANIFEST) from None


@lru_cache(maxsize=8)
def _analysed(folder: str, measure: str, done: int) -> dict[str, Any]:
    """Return the analysis of a folder in which ``done`` runs are finished."""
    return analyse_folder(Path(folder), [measure])[0]


@solara.component
def Batch(tab: Tab) -> None:
    """Show the experiment of a folder."""
    lang = tab.lang.value
    known = solara.use_memo(folders, [])
    folder, set_folder = solara.use_state(known[0] if known else "")
    typed, set_typed = solara.use_state(folder)
    measure, set_measure = solara.use_state("")

    def take(name: str) -> None:
        set_folder(name)
        set_typed(name)

    facts = use_poll(lambda: look(folder, measure), EVERY, [folder, measure]) or {}
    with solara.Div(classes=["cg-bar"]):
        v.TextField(label=w("view.batch_.folder", lang), v_model=typed, on_v_model=set_typed, dense=True, outlined=True,
                    hide_details=True, class_="cg-wide")  # fmt: skip
        Button(w("view.open", lang), lambda: set_folder(typed.strip()), icon="mdi-folder-open-outline", main=True)
        if known:
            choice(w("view.batch_.known", lang), folder, {k: k for k in known}, take)
        if kept := facts.get("kept"):
            options = {key: measure_name(measure_of(key), lang) for key in kept}
            choice(w("view.batch_.measure", lang), facts["measure"], options, set_measure, classes="cg-wider")
    failure(facts.get("failure"), lang, "unusable")
    if "state" in facts:
        _state(facts["state"], facts["names"], lang)
    elif "failure" not in facts:
        raw(say(w("view.batch_.none_yet", lang)), "cg-note")
    if "found" in facts:
        _found(facts, lang)
    elif "waiting" in facts or facts.get("state", {}).get("done") == 0:
        raw(say(w("view.batch_.too_few", lang)), "cg-note")


def _state(state: dict[str, Any], names: Names, lang: str) -> None:
    """Show what it asks, how far it is, what its rule has found, and why runs failed."""
    experiment = names.design.experiment
    name, question = (pick((words.zh, words.en), lang) for words in (experiment.name, experiment.question))
    raw(f"<h2>{say(name)}</h2><p>{say(question)}</p>", "cg-asked")
    label = w("view.batch_.progress", lang, **{key: state[key] for key in ("done", "total", "failed")})
    v.ProgressLinear(value=100.0 * state["done"] / max(1, state["total"]), height=8, attributes={"aria-label": label})
    raw(say(label), "cg-status", role="status")
    if rule := state["rule"]:
        rule = {**rule, "measure": measure_name(measure_of(rule["measure"]), lang)}
        raw(say(sentence(rule, lambda text: names.alternative(text, lang)).of(lang)), "cg-note")
    for reason, n in state["reasons"].items():
        raw(say(w("view.batch_.reason", lang, n=n, reason=reason)), "cg-note")


def _found(facts: dict[str, Any], lang: str) -> None:
    """Show what was found of the chosen measure."""
    key = facts["measure"]
    for text in cards_of(key, facts["found"][key], facts["names"], lang):
        raw(text, "cg-card cg-part")
