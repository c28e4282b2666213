"""The page on the sensitivity of conclusions, in both languages, from the experiment ``experiments/sensitivity.toml``.

``python -m cogov.viz.sensitivity out/sensitivity docs`` writes docs/sensitivity.en.md and docs/sensitivity.zh.md.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from .. import experiments
from ..experiments.analysis import analyse_folder
from ..experiments.experiment import Experiment, Factor, load_experiment
from ..experiments.points import scenarios_at
from ..experiments.store import StoreError
from ..experiments.tables import json_bytes, write_together
from ..experiments.values import opened
from ..model.measures import measure_of
from ..scenarios.registry import cards, declared
from ..scenarios.sentences import Told, t
from ..scenarios.words import confidence_word, source_word, span_word
from .discovery import setting_name, where_tables
from .numbers import NOTHING
from .older import older
from .plain import Plain
from .words import LANGUAGES, city_name, joined, listed, measure_name, pick, w
from .worlds import CONCLUSIONS, ahead, pair_name, worlds_table

SHIPPED = Path(experiments.__file__).with_name("sensitivity.toml")
"""The experiment that the page of the project is of."""
ROBUST = ("better", "worse", "unchanged")
"""Conclusions that leave nothing to be looked for."""
LOOKED_FOR = ("boxes", "no_rule")
"""Verdicts of trees that were grown; the others say that one answer has too few worlds."""


@dataclass(frozen=True)
class Sensitivity:
    """What an experiment over worlds came to.

    Attributes:
        experiment: The experiment.
        facts: Manifest of its store.
        done: Finished runs.
        failed: Failed ones.
        analysis: What ``analysis.analyse`` says of each measure.
    """

    experiment: Experiment
    facts: Mapping[str, Any]
    done: int
    failed: int
    analysis: dict[str, dict[str, Any]]

    @property
    def worlds(self) -> dict[str, list[dict[str, Any]]]:
        """Shares of worlds by measure (see ``worlds.WorldShares``)."""
        return {key: part["worlds"] for key, part in self.analysis.items()}


def digest(experiment: Experiment) -> str:
    """Return what tells one experiment from another."""
    plain = experiment.model_dump(mode="json", exclude_none=True)
    return hashlib.sha256(json_bytes(plain)).hexdigest()[:16]


def look(out: Path) -> Sensitivity:
    """Return what the experiment of a folder says of worlds.

    Raises:
        StoreError: If it is no folder of an experiment, or of one whose design is no sample of worlds.
    """
    store, design = opened(out)
    experiment, state = design.experiment, store.look()
    keys = [key for key in experiment.keep.measures or store.measures() if measure_of(key).better]
    found, _ = analyse_folder(out, keys)
    if not any(part.get("worlds") for part in found.values()):
        raise StoreError(t("{out}: shares of worlds need two scenarios, and a design that is a sample: latin_hypercube "
                           "or sobol", out=out))  # fmt: skip
    return Sensitivity(experiment, store.manifest(), len(state.finished()), len(state.failures), found)


def sensitivity_page(found: Sensitivity, folder: Path, lang: str) -> str:
    """Return the page in ``"zh"`` or ``"en"``, as Markdown.

    Args:
        found: What came out.
        folder: Folder that scenarios beside the experiment are looked for in.
        lang: The language.
    """
    experiment = found.experiment
    sides = scenarios_at(experiment, {}, folder)
    names = {key: pick((side.name.zh, side.name.en), lang) for key, side in sides.items()}
    days = next(iter(sides.values())).calendar
    worlds = max(one["worlds"] for rows in found.worlds.values() for one in rows)
    layers = joined([_layer(name, lang) for name in experiment.layers], lang)
    intro = w("sensitivity.intro", lang, layers=layers, factors=len(experiment.factor), worlds=worlds,
              n=experiment.run.replications, city=city_name(next(iter(sides.values())).city, lang), days=days.days,
              warm_up=days.warm_up_days, follow_up=days.follow_up_days, done=f"{found.done:,}",
              all=f"{found.facts['runs']:,}")  # fmt: skip
    made = w("sensitivity.made", lang, digest=digest(experiment), model=found.facts["versions"]["model"])
    parts = [f"# {w('sensitivity.title', lang)}\n", f"{intro}{' ' if lang == 'en' else ''}{made}\n"]
    if note := older(found.facts["versions"]["model"], lang):
        parts.append(f"{note}\n")
    if digest(experiment) != digest(load_experiment(SHIPPED)):
        parts.append(f"{w('sensitivity.other', lang)}\n")
    if found.failed:
        parts.append(f"{w('sensitivity.failed', lang, n=found.failed)}\n")
    parts += [_heading("judged", lang), f"{w('sensitivity.judged', lang)}\n", f"{w('sensitivity.means', lang)}\n",
              _heading("short", lang), *_short(found, names, lang), "", _heading("shares", lang),
              f"{w('sensitivity.shares_note', lang)}\n", *_matrices(found, names, lang),
              _heading("turns", lang), *_turns(found, names, lang), _heading("details", lang)]  # fmt: skip
    parts += [_markdown(worlds_table(key, rows, lang, names)) for key, rows in found.worlds.items()]
    parts += [_heading("inputs", lang), _inputs(experiment.factor, lang), "", _heading("limits", lang),
              f"{w('sensitivity.limits', lang)}\n"]  # fmt: skip
    return "\n".join(parts)


def _heading(key: str, lang: str) -> str:
    return f"## {w(f'sensitivity.{key}_title', lang)}\n"


def _layer(name: str, lang: str) -> str:
    from ..scenarios.loader import list_scenarios

    return next((str(s["name"][lang]) for s in list_scenarios() if s["id"] == name), name)


def _pairs(found: Sensitivity) -> list[tuple[str, str]]:
    """Return which scenario is set against which, those against the first one first."""
    return [(s, f) for f, s in combinations(found.experiment.scenarios, 2)]


def _of(rows: Sequence[Mapping[str, Any]], pair: tuple[str, str]) -> Mapping[str, Any]:
    return next(row for row in rows if (row["scenario"], row["against"]) == pair)


def _short(found: Sensitivity, names: Mapping[str, str], lang: str) -> list[str]:
    """Return lines for each pair: on which measures it is better, worse, or neither."""
    lines = []
    for pair in _pairs(found):
        rows = {key: _of(rows, pair) for key, rows in found.worlds.items()}
        lines.append(f"- **{pair_name(next(iter(rows.values())), lang, names)}**")
        for conclusion in CONCLUSIONS:
            keys = [key for key, row in rows.items() if row["conclusion"] == conclusion]
            if keys:
                measures = listed([measure_name(measure_of(key), lang) for key in keys], lang)
                part = w("sensitivity.part", lang, conclusion=w(f"worlds.{conclusion}", lang), measures=measures)
                lines.append(f"  - {part}")
    return lines


def _matrices(found: Sensitivity, names: Mapping[str, str], lang: str) -> list[str]:
    """Return the shares, a row a measure and a column a pair: those against the first scenario, then the others."""
    first, parts = found.experiment.scenarios[0], []
    for chosen in ([p for p in _pairs(found) if p[1] == first], [p for p in _pairs(found) if p[1] != first]):
        if not chosen:
            continue
        one = next(iter(found.worlds.values()))
        heads = [w("column.measure", lang), *(pair_name(_of(one, pair), lang, names) for pair in chosen)]
        rows = [[measure_name(measure_of(key), lang), *(ahead(_of(rows, pair), lang) for pair in chosen)]
                for key, rows in found.worlds.items()]  # fmt: skip
        parts.append(_table(heads, rows))
    return parts


def _turns(found: Sensitivity, names: Mapping[str, str], lang: str) -> list[str]:
    """Return where conclusions that are not robust turn; measure by measure."""
    parts, tested = [], 0
    for key, rows in found.worlds.items():
        turning = [one for one in found.analysis[key]["where"] if one["verdict"] in LOOKED_FOR
                   and _of(rows, (one["scenario"], one["against"]))["conclusion"] not in ROBUST]  # fmt: skip
        tested += len(turning)
        named = [one | {side: names[one[side]] for side in ("scenario", "against")} for one in turning]
        parts += [_markdown(plain) for plain in where_tables(key, named, lang)]
    if not parts:
        return [f"{w('sensitivity.nothing_turns', lang)}\n"]
    return [f"{w('sensitivity.turns_note', lang, n=tested)}\n", *parts]


def _inputs(factors: Sequence[Factor], lang: str) -> str:
    heads = [w(key, lang) for key in ("analysis.factor", "column.range", "column.default", "column.confidence",
                                      "column.source")]  # fmt: skip
    return _table(heads, [_input(f, lang) for f in factors], numbers=2)


def _input(factor: Factor, lang: str) -> list[str]:
    policy, _, own = factor.name.partition(".")
    card = cards().get(policy)
    of_policy = [p for p in card.parameters if p.name == own] if card else []
    number = declared().get(factor.name) or next(iter(of_policy), None)
    name = f"{setting_name(factor.name, lang)} `{factor.name}`"
    low, high = (f"{x:g}".replace("-", "−") for x in (factor.low or 0.0, factor.high or 0.0))
    span = joined([str(x) for x in factor.levels], lang) or span_word(low, high, lang)
    if number is None:  # demand and shocks have no declaration: their default is as a scenario says
        return [name, span, "1", NOTHING, NOTHING]
    default, mark = f"{number.default:g}".replace("-", "−"), confidence_word(number.confidence, lang)
    return [name, span, default, mark, source_word(number.source, lang)]


def _markdown(plain: Plain) -> str:
    parts = [f"### {plain.title}\n"]
    if plain.heads:
        parts.append(_table(plain.heads, plain.rows))
    return "\n".join([*parts, f"{plain.note}\n" if plain.note else ""])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: int | None = None) -> str:
    """Return a table, the first column text, as many numbers as said (default all), then text again."""
    right = len(heads) - 1 if numbers is None else numbers
    lines = [heads, ["---", *["--:"] * right, *["---"] * (len(heads) - 1 - right)], *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page in both languages; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.viz.sensitivity", description=__doc__)
    parser.add_argument("results", type=Path, help="folder of the experiment's results")
    parser.add_argument("folder", type=Path, help="where the pages go, such as docs")
    given = parser.parse_args(argv)
    try:
        found = look(given.results)
        pages = {f"sensitivity.{lang}.md": sensitivity_page(found, given.results, lang).encode() for lang in LANGUAGES}
        write_together(given.folder, pages)
    except Told as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
