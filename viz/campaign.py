"""The report on an experiment, in one language: many scenarios and points, one measure at a time."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure

from ..experiments.analysis import COST
from ..experiments.borne import fingerprints
from ..experiments.comparison import Comparison
from ..experiments.crate import ended
from ..experiments.results import Campaign
from ..experiments.seeds import replication_seed
from ..experiments.store import FAILURES, TABLES, Store
from ..model.measures import measure_of
from ..scenarios.words import span_word
from . import style
from .alternatives import alternative, factor_name, name_of, value_word
from .assumptions import FEW_VALUES, of_scenarios
from .blocks import Block, Cell, Code, Document, Fold, Items, Note, Section, number, row, sheet
from .blocks import Figure as Drawn
from .brief import cut, of_run, price, whom
from .certainty import ends, is_weak, lead_text, pair_of, steady
from .contrast import neutral
from .costs import cost_table
from .data import csv_text
from .dictionary import Columns, dictionary, of_experiment
from .effects import KEY, PRIMARY, change_scale, effects_table
from .experiment import equal_notes, is_slight, once, standing_scales, standing_words, tables
from .labels import together
from .limits import FEW, limits, of_start
from .limits import of_scenarios as limits_of_scenarios
from .numbers import date_text, fixed, scale_of, scale_of_changes
from .plain import Plain
from .provenance import cite
from .registered import registered
from .sections import findings, got_worse
from .words import city_name, joined, joined_sentences, listed, measure_name, pick, said_name, w

MOST = 40
"""Most alternatives that a figure names; the CSV with it holds all."""

MOST_RUNS = 200
"""Most runs whose hashes a report shows; its manifest bears them all, or as many as `cogov verify` takes."""

WIDTH = {"zh": 26, "en": 46}
"""Characters of a line of such a name."""


def document(campaign: Campaign, lang: str) -> Document:
    """Return the report on an experiment in ``"zh"`` or ``"en"``."""
    experiment = campaign.design.experiment
    sides = neutral(campaign.pooled) if campaign.pooled else None
    keys = dict.fromkeys(key for means in campaign.means.values() for key in means)
    chapters: dict[str, list[Block]] = {
        "design": _design(campaign, lang),
        "best": _best(campaign, lang),
        "leader": _leader(campaign, lang),
        "outcomes": [block for key, part in campaign.analysis.items() for block in _outcome(campaign, key, part, lang)],
        "front": _front(campaign, lang),
        **(_by_scenario(campaign, sides, lang) if sides else {}),
        "registered": _registered(campaign, sides, lang),
        "assumptions": of_scenarios(campaign.scenarios, lang, _varied(campaign)),
        "limits": [Items((*_limits(campaign, sides, lang), w("limit.campaign", lang)))],
        "dictionary": dictionary(keys, lang, _tables(campaign)),
        "provenance": _provenance(campaign, lang),
        "reproduce": _reproduce(campaign, lang),
    }
    sections = tuple(Section(k, w(f"section.{k}", lang), tuple(blocks)) for k, blocks in chapters.items() if blocks)
    title = pick((experiment.question.zh, experiment.question.en), lang)
    line = cite(campaign.facts["versions"]["cogov"], [campaign.facts["digest"]], lang)
    return Document(lang, title, w("section.answer", lang), _answer(campaign, sides, lang), sections,
                    w("page.contents", lang), line)  # fmt: skip


def _varied(campaign: Campaign) -> dict[str, list[float | str]]:
    """Return the values that the design gives each number it varies, as often as they are different."""
    found: dict[str, dict[float | str, None]] = {}
    for i in range(len(campaign.design)):
        for name, value in campaign.design.point(i).items():
            found.setdefault(name, {})[value] = None
    return {name: list(values) for name, values in found.items()}


def _tables(campaign: Campaign) -> dict[str, Columns]:
    """Return the tables that the experiment has."""
    store = Store(campaign.design.folder)
    names = {table for table in TABLES if store.files(table)}
    if (store.folder / FAILURES).exists():
        names.add(FAILURES.removesuffix(".parquet"))
    return of_experiment(names, campaign.design.point(0))


def _by_scenario(campaign: Campaign, sides: Comparison, lang: str) -> dict[str, list[Block]]:
    """Return the chapters of a comparison of the scenarios; where there are several points, each says it is a mean."""
    chapters = {key: blocks for key, blocks in findings(sides, lang).items() if blocks}
    if len(campaign.design) == 1:
        return chapters
    facts = {"points": len(campaign.design), "n": sides.replications}
    notes = dict.fromkeys(chapters, Note(w("note.pooled_brief", lang, **facts)))
    notes[next(iter(chapters))] = Note(w("note.pooled", lang, **facts))
    return {key: [notes[key], *blocks] for key, blocks in chapters.items()}


def _registered(campaign: Campaign, sides: Comparison | None, lang: str) -> list[Block]:
    """Return the registered questions that the experiment is on: none where it varies something."""
    if sides is None or not sides.others or len(campaign.design) > 1:
        return [Note(w("note.not_registered", lang))]
    return registered(sides, lang)


def _limits(campaign: Campaign, sides: Comparison | None, lang: str) -> list[str]:
    if sides is not None:
        return limits(sides, lang)
    days = campaign.scenarios[0].resolved["calendar"]
    phases = {"window_days": days["days"], "follow_up_days": days["follow_up_days"]}
    n = campaign.design.experiment.run.replications
    few = [w("limit.few", lang, n=n)] if n < FEW else []
    return [*limits_of_scenarios(campaign.scenarios, phases, lang), *few]


def _alternative(campaign: Campaign, text: str, lang: str) -> str:
    return alternative(campaign.scenarios, campaign.design, text, lang)


def _answer(campaign: Campaign, sides: Comparison | None, lang: str) -> tuple[tuple[str, str], ...]:
    """Return the answer in three: which alternative works, for whom, and at what cost."""
    experiment, key = campaign.design.experiment, campaign.primary
    part, measure = campaign.analysis[key], measure_of(key)
    standings = part.get("standings", ())
    first = sorted(standings, key=lambda s: -measure.better * s["mean"])
    works = []
    if first:
        may = [s for s in first if s["verdict"] != "not_best"]
        scale = scale_of(measure, lang, first[0]["mean"])
        facts = {"measure": said_name(measure, lang), "name": _alternative(campaign, first[0]["name"], lang),
                 "value": scale.with_unit(scale.value(first[0]["mean"]), lang), "count": len(standings)}  # fmt: skip
        if key == PRIMARY and sides is not None:
            facts["value"] = cut(str(facts["value"]), sides.phases, lang)
        word = "among" if len(may) > 1 else "sole_slight" if is_slight(measure, first[0]) else "sole"
        works.append(w(f"brief.{word}", lang, n=len(may), **facts))
        works += _cheapest(campaign, [s["name"] for s in may], first[0]["name"], lang)
    effects = once(part)
    clear = [e for e in effects if math.isfinite(e["adjusted"]) and e["adjusted"] < 0.05]
    if effects:
        works.append(w("brief.clear", lang, clear=len(clear), count=len(effects),
                       reference=campaign.scenarios[0].name(lang), measure=said_name(measure, lang)))  # fmt: skip
    sure = w("brief.campaign_sure", lang, runs=campaign.finished, points=len(campaign.design),
             n=experiment.run.replications, all=campaign.facts["runs"])  # fmt: skip
    if works and is_weak(experiment.run.replications):
        works.insert(0, w("note.weak", lang, n=experiment.run.replications))
    lines = [("works", joined_sentences(works, lang) or w("brief.not_yet", lang))]
    about, where = _answered(campaign, sides, lang)
    if about is not None:
        lines.append(("whom", where + whom(about, lang)))
        sure = joined_sentences([where + price(about, lang) + w("brief.stop", lang), sure], lang)
    elif sides is not None and not sides.others:
        lines.append(("whom_run", of_run(sides, lang).get("whom_run", w("brief.not_yet", lang))))
    else:
        lines.append(("whom", w("brief.not_yet", lang)))
    lines.append(("sure", sure))
    if sides is not None and (start := of_start(sides, lang)):
        lines.append(("mind", start))
    return tuple((w(f"brief.{lead}", lang), text) for lead, text in lines)


def _cheapest(campaign: Campaign, may: Sequence[str], first: str, lang: str) -> list[str]:
    """Say which of the alternatives that may be best takes least money, if that is not the one that leads."""
    price = {row["name"]: row["cost"] for row in campaign.analysis[campaign.primary].get("prices", ())}
    known = [name for name in may if math.isfinite(price.get(name, math.nan))]
    least = min(known, key=price.__getitem__, default=first)
    if first not in known or not price[least] < price[first]:
        return []
    best = _of_leader(campaign)
    scale = (change_scale(best, COST, lang) if best
             else scale_of_changes(measure_of(COST), lang, price[first] - price[least]))  # fmt: skip
    return [w("brief.cheapest", lang, name=_alternative(campaign, least, lang),
              less=scale.with_unit(scale.value(price[first] - price[least]), lang))]  # fmt: skip


def _answered(campaign: Campaign, sides: Comparison | None, lang: str) -> tuple[Comparison | None, str]:
    """Return the comparison that for whom and at what cost are told of, and words that say which one it is.

    It is that of the alternative that leads; where none does, or one of the first scenario, scenarios are compared in
    their means over the points.
    """
    if (best := _of_leader(campaign)) is not None:
        return best, ""
    if sides is None or not sides.others or sides.replications < 2:
        return None, ""
    return sides, w("brief.on_average", lang, points=len(campaign.design)) if len(campaign.design) > 1 else ""


def _of_leader(campaign: Campaign) -> Comparison | None:
    """Return the alternative that leads, called by its name, against the first scenario at the same point."""
    best = campaign.at_best
    if best is None or best.replications < 2:
        return None
    base, info = best.scenarios
    zh, en = (_alternative(campaign, campaign.leader, each) for each in ("zh", "en"))
    return replace(neutral(best), scenarios=(base, replace(info, zh=zh, en=en)))


def _leader(campaign: Campaign, lang: str) -> list[Block]:
    """Return effects and costs of the alternative that leads, where scenarios are else told of by means over points."""
    best = _of_leader(campaign)
    if best is None or len(campaign.design) == 1:
        return []
    names = {"name": best.others[0].name(lang), "reference": best.baseline.name(lang)}
    return [Note(w("note.leader", lang, n=best.replications, **names)), effects_table(best, KEY, lang),
            Note(w("section.worse", lang), heading=True), *got_worse(best, lang),
            Note(w("section.costs", lang), heading=True), cost_table(best, lang)]  # fmt: skip


def _design(campaign: Campaign, lang: str) -> list[Block]:
    experiment = campaign.design.experiment
    plain = campaign.scenarios[0].resolved
    days = plain["calendar"]
    found: list[Block] = [
        Note(w("note.campaign", lang, name=pick((experiment.name.zh, experiment.name.en), lang),
               scenarios=joined([info.name(lang) for info in campaign.scenarios], lang),
               city=city_name(str(plain["city"]), lang), n=experiment.run.replications, points=len(campaign.design),
               kind=w(f"design.{experiment.design.kind}", lang), start=date_text(days["start"], lang),
               window_days=days["days"],
               warm_up_days=days["warm_up_days"], follow_up_days=days["follow_up_days"]))]  # fmt: skip
    if experiment.factor:
        heads, varied = [w(key, lang) for key in ("analysis.factor", "analysis.set")], _varied(campaign)
        found.append(
            sheet(
                heads,
                [
                    [Cell(factor_name(f.name, lang), f.name), Cell(_levels(varied[f.name], lang))]
                    for f in experiment.factor
                ],
            )
        )
    return found


def _levels(values: Sequence[float | str], lang: str) -> str:
    """Return the values that a design gives a factor, of many numbers the ends."""
    if len(values) > FEW_VALUES and not any(isinstance(x, str) for x in values):
        return span_word(min(values), max(values), lang)
    return listed([value_word(x, lang) for x in values], lang)


def _best(campaign: Campaign, lang: str) -> list[Block]:
    """Return which alternatives are best or may be, by measure."""
    found: list[Block] = []
    for key, part in campaign.analysis.items():
        standings = part.get("standings", ())
        if not standings:
            continue
        measure, on_front = measure_of(key), {r["name"] for r in part.get("front", ())}
        rows = []
        level, scale = standing_scales(measure, lang, standings)
        for s in sorted(standings, key=lambda s: -measure.better * s["mean"]):
            rows.append([Cell(_alternative(campaign, s["name"], lang), s["name"]),
                         Cell(standing_words(measure, s, on_front, lang)),
                         number(level.with_unit(level.value(s["mean"]), lang)),
                         number(lead_text(measure, s["low"], s["high"], scale, lang))])  # fmt: skip
        heads = [w(k, lang) for k in ("column.alternative", "analysis.verdict", "column.value", "analysis.lead")]
        found += [Note(measure_name(measure, lang), heading=True), sheet(heads, rows[:MOST])]
        if len(rows) > MOST:
            found.append(Note(w("analysis.more", lang, n=len(rows) - MOST)))
        found += map(Note, equal_notes(part, campaign.design, lang, campaign.scenarios))
    n = campaign.design.experiment.run.replications
    weak = [Note(w("note.weak", lang, n=n))] if is_weak(n) else []
    return [*weak, Note(w("note.best", lang)), *found] if found else []


def _outcome(campaign: Campaign, key: str, part: Mapping[str, Any], lang: str) -> list[Block]:
    """Return what the experiment says of one measure: a figure of all effects, then its tables."""
    found: list[Block] = [Note(measure_name(measure_of(key), lang), heading=True)]
    if part["effects"]:
        found += [Note(w("note.campaign_effects", lang, reference=campaign.scenarios[0].name(lang))),
                  _effects(campaign, key, once(part), lang)]  # fmt: skip
    shown = {name: values for name, values in part.items() if name != "standings"}  # they have a chapter of their own
    parts = tables({key: shown}, campaign.design, lang, campaign.scenarios)
    return [*found, *(Fold(plain.title, tuple(_told(plain))) for plain in parts)]


def _told(plain: Plain) -> Iterator[Block]:
    if plain.heads:
        yield sheet(plain.heads, [row(*cells) for cells in plain.rows])
    if plain.note:
        yield Note(plain.note)


def _effects(campaign: Campaign, key: str, effects: Sequence[Mapping[str, Any]], lang: str) -> Drawn:
    """Draw the paired difference of each alternative from the first scenario at the same point, with its interval."""
    measure = measure_of(key)
    order = sorted(effects, key=lambda e: -measure.better * e["pair"]["difference"])[:MOST]
    scale = scale_of_changes(measure, lang, *(e["pair"]["difference"] for e in order))
    name = f"effects-{key.replace('.', '-').replace('_', '-')}"
    with style.styled(f"{name}-{lang}"):
        labels = [
            "\n".join(
                textwrap.wrap(
                    name_of(campaign.scenarios, campaign.design, e["scenario"], e["point"], lang), WIDTH[lang]
                )
            )
            for e in order
        ]
        lines = max(label.count("\n") + 1 for label in labels)
        figure = Figure(figsize=(9.0, 0.9 + (0.16 + 0.18 * lines) * len(order)), layout="constrained")
        axes = figure.subplots()
        for y, e in enumerate(order):
            clear = math.isfinite(e["adjusted"]) and e["adjusted"] < 0.05
            pair, tint = pair_of(e["pair"]), style.colour(0)
            most = ends(measure, pair)
            if math.isfinite(most.low + most.high) and not steady(pair):
                axes.plot([most.low * scale.factor, most.high * scale.factor], [y, y], color=tint, linewidth=1.6)
            axes.plot(pair.difference * scale.factor, y, "o", color=tint, fillstyle="full" if clear else "none")
        axes.axvline(0, color=style.INK, linewidth=0.9)
        axes.set_yticks(range(len(order)), labels)
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0, labelsize=8.5)
        axes.set_xlabel(w("fig.difference_axis", lang, measure=measure_name(measure, lang), unit=scale.word(lang)))
        heads = ("scenario", "point", "unit", "reference", "mean", "difference", "low", "high", "adjusted_p")
        parts = ("baseline", "mean", "difference", "low", "high")
        rows = [(e["scenario"], e["point"], measure.unit, *(e["pair"][k] for k in parts), e["adjusted"])
                for e in effects]  # fmt: skip
        alt = w("alt.campaign_effects", lang, measure=measure_name(measure, lang), count=len(order))
        return style.drawn(figure, name, lang, alt, csv_text(heads, rows))


def _front(campaign: Campaign, lang: str) -> list[Block]:
    """Return the figure of effect against money: every alternative, and those that none beats."""
    key = campaign.primary
    part, measure = campaign.analysis[key], measure_of(key)
    front = part.get("front", ())
    if not front:
        return []
    cost = scale_of(measure_of(COST), lang, *(r["cost"] for r in part["prices"]))
    scale = scale_of(measure, lang, *(r["mean"] for r in part["prices"]))
    with style.styled(f"front-{lang}"):
        figure = Figure(figsize=(8.2, 4.4), layout="constrained")
        axes = figure.subplots()
        points = [(r["cost"] * cost.factor, r["mean"] * scale.factor) for r in front]
        beaten = [(r["cost"] * cost.factor, r["mean"] * scale.factor) for r in part["prices"] if r not in front]
        if beaten:
            axes.plot(*zip(*beaten, strict=True), "o", color=style.INK, fillstyle="none", markersize=4, alpha=0.6)
        axes.plot(*zip(*sorted(points), strict=True), "-o", color=style.colour(0), linewidth=1.2)
        axes.margins(0.15)
        axes.autoscale_view()
        for group, _ in together(axes.transData.transform(points).tolist()):
            text = listed([str(k + 1) for k in group], lang)
            axes.annotate(text, points[group[0]], xytext=(6, 6), textcoords="offset points")
        axes.set_xlabel(w("fig.front_axis", lang, measure=measure_name(measure_of(COST), lang), unit=cost.word(lang)))
        axes.set_ylabel(w("fig.front_axis", lang, measure=measure_name(measure, lang), unit=scale.word(lang)))
        alt = w("alt.front", lang, measure=measure_name(measure, lang), n=len(front))
        data = csv_text(("alternative", "cost_cny", key, "on_front"),
                        [(r["name"], r["cost"], r["mean"], int(r in front)) for r in part["prices"]])  # fmt: skip
        drawn = style.drawn(figure, "front", lang, alt, data)
    names = tuple(_alternative(campaign, r["name"], lang) for r in front)
    return [Note(w("note.front", lang)), drawn, Items(names, numbered=True)]


def _provenance(campaign: Campaign, lang: str) -> list[Block]:
    facts = campaign.facts
    when = ended(campaign.design.folder)
    note = w("how.campaign", lang, n=campaign.finished, all=facts["runs"], seconds=fixed(campaign.seconds, 0),
             platform=facts.get("platform", ""), digest=facts["digest"],
             ended=w("how.campaign_ended", lang, ended=date_text(when, lang)) if when else "")  # fmt: skip
    heads = [w(f"column.{key}", lang) for key in ("scenario", "id", "digest")]
    rows = [[Cell(s.name(lang)), Cell(s.id, tone="code"), Cell(s.digest, tone="code")] for s in campaign.scenarios]
    return [Note(note), sheet(heads, rows), *_runs(campaign, lang), Note(w("how.verify", lang)),
            Code(f"cogov verify {w('how.folder', lang)} --sample 2")]  # fmt: skip


def _runs(campaign: Campaign, lang: str) -> list[Block]:
    """Return the runs with seed and hash of their measures, the first ones only where they are many."""
    found = fingerprints(Store(campaign.design.folder))
    seed = campaign.design.experiment.run.seed
    heads = [w(f"column.{key}", lang) for key in ("scenario", "point", "replication", "seed", "hash_of_measures")]
    names = {info.id: info.name(lang) for info in campaign.scenarios}
    rows = [[Cell(names.get(scenario, scenario), scenario), number(str(point)), number(str(r)),
             number(str(replication_seed(seed, r))), Cell(digest, tone="code")]
            for scenario, point, r, digest in found[:MOST_RUNS]]  # fmt: skip
    more = [Note(w("note.more_runs", lang, n=len(found) - MOST_RUNS))] if len(found) > MOST_RUNS else []
    return [Fold(w("fold.runs", lang, count=len(found)), (sheet(heads, rows), *more))]


def _reproduce(campaign: Campaign, lang: str) -> list[Block]:
    versions = [row(name, version) for name, version in sorted(campaign.facts["versions"].items())]
    seed = campaign.design.experiment.run.seed
    heads = [w(f"column.{key}", lang) for key in ("library", "version")]
    return [
        Note(w("how.campaign_again", lang, seed=seed)),
        Code(campaign.facts.get("command", f"cogov experiment run experiment.toml --out {w('how.folder', lang)}")),
        Fold(w("fold.versions", lang), (sheet(heads, versions),)),
        Fold(w("fold.experiment", lang), (Code((campaign.design.folder / "experiment.toml").read_text("utf-8")),)),
    ]
