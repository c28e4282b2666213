"""The command line: a thin face over functions that Python code can call as well.

Nothing heavy is imported here. A command imports what it needs when it runs, so that ``cogov --help`` is quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from . import __version__, calibrate_cli, experiment_cli, report_cli, validation_cli
from .commands import Speaking, folder, whole
from .failures import listen, make_folder, say, stop
from .loading import load, open_checkpoint, scenario_of_run
from .options import (
    CheckpointAt,
    City,
    FollowUp,
    FromCheckpoint,
    Json,
    Language,
    Name,
    Out,
    Replications,
    Seed,
    Set,
    Start,
    WarmUp,
    WindowDays,
    With,
    Workers,
)  # fmt: skip
from .scenarios.errors import Problem, ScenarioError
from .scenarios.sentences import Sentence, t
from .showing import announce_compilation, give, lang_of, print_json, print_made, progress_bar

if TYPE_CHECKING:
    from .scenarios.schema import Scenario

DEMO = ("cadre_sinking", "alliance_lists", "emergency_pairing")
DEMO_SHOCK = "storm_month"

COMMANDS = (
    "demo", "view", "scenarios", "show", "check", "plan", "run", "compare", "experiment", "report", "verify",
    "validate", "calibrate", "fit", "tickets",
)  # fmt: skip
"""Commands in the order in which somebody meets them, and in which ``--help`` lists them."""


class _Commands(Speaking):
    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands in the order of `COMMANDS`."""
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Simulate how a city notices, routes and settles what its residents need, and what policies change.\n\n"
    "First steps: [b]cogov demo[/b], or [b]cogov scenarios[/b], then [b]cogov show cadre_sinking[/b] and "
    "[b]cogov compare cadre_sinking --city street[/b].",
    rich_markup_mode="rich",
)


app.add_typer(experiment_cli.app, name="experiment")
app.command()(calibrate_cli.calibrate)
app.command()(calibrate_cli.tickets)
app.command()(report_cli.report)
app.command()(report_cli.verify)
app.command()(calibrate_cli.fit)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
    lang: Language = None,
) -> None:
    if version:
        typer.echo(f"cogov {__version__}")
        raise typer.Exit()


@app.command()
def scenarios(as_json: Json = False, lang: Language = None) -> None:
    """List scenario files, policies and cities."""
    from .scenarios import show as view

    facts = view.listing()
    give(facts, as_json, lambda: view.render_listing(facts, lang_of(lang)))


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Scenario, policy or city, by id or by name, or path of a file.")
    ],
    policy: Annotated[
        bool, typer.Option("--policy", help="Where a policy and a scenario share a name: the policy's card alone.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="All numbers of the model, not only those set.")] = False,
    layers: With = None,
    settings: Set = None,
    city: City = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Print a scenario resolved, a policy's card, or a city, with units and sources."""
    from .scenarios import show as view
    from .scenarios.city_files import is_city_file
    from .scenarios.loader import find_file
    from .scenarios.naming import Names
    from .scenarios.registry import cards, named, policy_of
    from .scenarios.sources import CITIES, LIBRARY, called, id_of, is_path, names

    known = id_of(name, LIBRARY) in names(LIBRARY) or id_of(name, CITIES) in names(CITIES)
    if policy or (policy_of(name) in cards() and not known):
        card = view.describe_card(_card(name))
        give(card, as_json, lambda: view.render_card(card, lang_of(lang)))
        return
    if not is_path(name) and not known:
        every = Names({**called(CITIES), **called(LIBRARY), **named().every}, places=True)
        said = t("no scenario, policy or city has this name{near}; all of them: cogov scenarios")
        _unknown(name, every.nearest(name), every.unknown(name, said))
    if is_city_file(path := find_file(name)):
        from .scenarios.city_files import load_spec
        from .scenarios.show_city import describe_city, render_city

        facts = describe_city(load_spec(path))
        give(facts, as_json, lambda: render_city(facts, lang_of(lang)))
        return
    (scenario,) = load([name], layers=layers, settings=settings, city=city)
    facts = view.describe_scenario(scenario, everything)
    give(facts, as_json, lambda: view.render_scenario(facts, lang_of(lang)))


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario or city files, or shipped ones by id or name.")
    ],
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Check files; each error names file, line, key, value, what is allowed, and the nearest right spelling."""
    from .scenarios.loader import check_file
    from .scenarios.words import w

    found, words = {file: check_file(file) for file in files}, lang_of(lang)
    if as_json:
        print_json([{"file": file, "ok": not problems, "problems": [p.to_dict(words) for p in problems]}
                     for file, problems in found.items()])  # fmt: skip
    for file, problems in found.items():
        if not as_json and not problems:
            typer.echo(f"{file}: {w('ok', words)}")
        for problem in problems if not as_json else ():
            typer.echo(problem.of(words), err=True)
    if any(found.values()):
        raise typer.Exit(2)


@app.command()
def plan(
    name: Name, layers: With = None, settings: Set = None, city: City = None, as_json: Json = False,
    lang: Language = None,
) -> None:  # fmt: skip
    """Print the order of a day, kinds of events, which policy hooks where, and the random streams of each."""
    from .scenarios import plan as planning
    from .scenarios import show as view

    (scenario,) = load([name], layers=layers, settings=settings, city=city)
    facts = planning.plan(scenario)
    give(facts, as_json, lambda: view.render_plan(facts, lang_of(lang)))


@app.command()
def run(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO", help="Shipped scenario by id or name (Chinese or English), or path of a file."
        ),
    ] = None,
    layers: With = None, settings: Set = None, city: City = None, days: WindowDays = None,
    start: Start = None, warm_up: WarmUp = None, follow_up: FollowUp = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", parser=whole(0), metavar="N", help="Root of all random draws; same seed, same results.",
                     show_default="1, or that of the checkpoint"),
    ] = None,
    out: Out = None,
    events: Annotated[bool, typer.Option("--events", help="Write the event log as well; needs --out.")] = False,
    checkpoint_at: CheckpointAt = None, from_: FromCheckpoint = None,
    everything: Annotated[bool, typer.Option("--all", help="Print all measures, not only the main ones.")] = False,
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Run a scenario once: warm-up, window, follow-up."""
    if events and out is None:
        stop("--events: the event log is a file and needs a folder; add --out DIR")
    if checkpoint_at and out is None:
        stop("--checkpoint-at: a checkpoint is a folder of files; add --out DIR")
    wishes = {"layers": layers, "settings": settings, "city": city, "start": start, "days": days, "warm_up": warm_up,
              "follow_up": follow_up}  # fmt: skip
    begun = None if from_ is None else open_checkpoint(from_)
    scenario = scenario_of_run(name, begun, wishes)
    seed = seed if seed is not None else begun.seed if begun is not None else 1
    if begun is not None:
        begun.check(scenario.resolved(), seed, events)
    make_folder(out)
    announce_compilation(lang_of(lang))
    from .experiments.run import run_scenario, summary

    with progress_bar(getattr(scenario.name, lang_of(lang))) as progress:
        result = run_scenario(scenario, seed=seed, events=events, out=out, progress=progress, start=begun,
                              checkpoints=checkpoint_at or (),
                              sources=(*((name,) if name else ()), *(layers or ())))  # fmt: skip
    if as_json:
        from .experiments.tables import json_bytes

        typer.echo(json_bytes(summary(result, scenario.resolved(), scenario.digest(), seed)).decode())
        return
    from .viz.terminal import summary_table

    print_made(summary_table(result, lang_of(lang), scenario.resolved(), seed, everything))
    if out is not None:
        typer.echo(str(out))


@app.command()
def compare(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO...",
            help="What to compare with the baseline: ids or names (Chinese or English) of scenarios, or files.",
        ),
    ],
    against: Annotated[
        str, typer.Option("--against", metavar="SCENARIO", help="What they are compared with.")
    ] = "baseline",
    layers: With = None, settings: Set = None, city: City = None, days: WindowDays = None, start: Start = None,
    warm_up: WarmUp = None, follow_up: FollowUp = None, replications: Replications = 5, workers: Workers = None,
    seed: Seed = 1, out: Out = None, as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Compare scenarios with the baseline over the same replications, paired by common random numbers."""
    names, against = _ids(names), _ids([against])[0]
    others = [name for name in names if name != against]
    if not others:
        _nothing_to_compare(against)
    sides = load(
        [against, *others], layers=layers, settings=settings, city=city, start=start, days=days, warm_up=warm_up,
        follow_up=follow_up, paired=True,
    )  # fmt: skip
    _compare(sides, replications, workers, seed, out, as_json, lang_of(lang), None if lang is None else lang_of(lang),
             (against, *others, *(layers or ())))  # fmt: skip


@app.command()
def view(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCENARIO...]", help="What to open: one runs at once, several side by side."),
    ] = None,
    city: Annotated[str, typer.Option("--city", metavar="NAME|FILE", help="City to show it in.")] = "nanjing",
    port: Annotated[
        int,
        typer.Option("--port", parser=whole(0, 65535), metavar="N", help="Port on this machine; 0 for any free one."),
    ] = 8765,
    browse: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    lang: Language = None,
) -> None:  # fmt: skip
    """Open the page on which a city runs and policies are tried; it needs no net. Ctrl-C ends it."""
    from .scenarios.sources import CITIES, id_of
    from .viz.view.opening import Opening
    from .viz.view.server import serve

    names, city = _ids(names or ()), id_of(city, CITIES)
    load(names or ["baseline"], layers=None, settings=None, city=city)
    words, opening = lang_of(lang), Opening(tuple(names), lang.value if lang else "", city)

    def tell(address: str) -> None:
        say(t("the page is at {address}; Ctrl-C ends it", address=address), words)

    serve(opening, port, tell, browse)


@app.command()
def demo(
    city: Annotated[str, typer.Option("--city", metavar="NAME|FILE", help="City to run it in.")] = "nanjing",
    replications: Replications = 3, workers: Workers = None, seed: Seed = 1,
    out: Annotated[
        Path, typer.Option("--out", parser=folder, metavar="DIR", help="Folder for the results.")
    ] = Path("out/demo"),
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Compare three policies with the baseline in a month with a rainstorm, and write a report.

    The same as: cogov compare cadre_sinking alliance_lists emergency_pairing --with storm_month
    --city nanjing --replications 3 --out out/demo
    """
    compare(list(DEMO), "baseline", layers=[DEMO_SHOCK], city=city, replications=replications, workers=workers,
            seed=seed, out=out, as_json=as_json, lang=lang)  # fmt: skip


app.command()(validation_cli.validate)


def main() -> None:
    """Run the command line."""
    listen()
    app(prog_name="cogov")


def _compare(sides: Sequence[Scenario], replications: int, workers: int | None, seed: int, out: Path | None,
             as_json: bool, lang: str, page: str | None, sources: Sequence[str] = ()) -> None:  # fmt: skip
    """Compare loaded scenarios, write results and report where a folder is given, and print the outcome.

    ``page`` is the language of the report, ``None`` for both.
    """
    from .experiments.compare import check_comparable, compare

    check_comparable([side.resolved() for side in sides], replications)
    make_folder(out)
    announce_compilation(lang)
    with progress_bar(" / ".join(getattr(side.name, lang) for side in sides), lang) as progress:
        comparison = compare(sides, replications=replications, workers=workers, seed=seed, out=out, progress=progress,
                             sources=sources, tell=lambda said: say(said, lang))  # fmt: skip
    if out is not None:
        from .viz.report import TooLargeError, write_report

        try:
            write_report(comparison, out / "report.html", page)
        except TooLargeError as error:  # the runs are there, and cogov report makes a smaller one
            say(error, lang)
    if as_json:
        from .experiments.tables import json_bytes

        typer.echo(json_bytes(comparison.to_dict()).decode())
        return
    from .viz.terminal import comparison_table

    print_made(comparison_table(comparison, lang))
    if out is not None:
        typer.echo(str(out / "report.html"))


def _card(name: str) -> Any:
    from .scenarios.registry import cards, named, no_policy, policy_of

    known = cards()
    if policy_of(name) not in known:
        _unknown(name, named().nearest(name), no_policy(name))
    return known[policy_of(name)]


def _ids(names: Sequence[str]) -> list[str]:
    """Return shipped scenarios by their ids, however they were called, and all else as it is."""
    from .scenarios.sources import LIBRARY, id_of

    return [id_of(name, LIBRARY) for name in names]


def _unknown(name: str, near: str | None, reason: Sentence) -> NoReturn:
    """End with a message that lists what there is and the nearest name."""
    raise ScenarioError(Problem(name, "", reason, near=near))


def _nothing_to_compare(against: str) -> NoReturn:
    """End where a scenario would be compared with itself alone, and say what could be."""
    from .scenarios.sources import LIBRARY, names

    other = next(name for name in ("cadre_sinking", *names(LIBRARY)) if name != against)
    stop("{name} would be compared with itself; name another scenario, such as: cogov compare {other}{against}",
         name=against, other=other, against="" if against == "baseline" else f" --against {against}")  # fmt: skip
