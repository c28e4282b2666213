"""The command line: a thin face over functions that Python code can call as well.

Nothing heavy is imported here. A command imports what it needs when it runs, so that ``cogov --help`` is quick.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import __version__
from .failures import Guarded, listen, make_folder, stop

if TYPE_CHECKING:
    from rich.console import RenderableType

    from .experiments.parallel import Progress
    from .scenarios.schema import Scenario

DEMO = ("cadre_sinking", "alliance_lists", "emergency_pairing")
DEMO_SHOCK = "storm_month"


class Lang(StrEnum):
    """Languages of the output."""

    zh = "zh"
    en = "en"


app = typer.Typer(
    cls=Guarded,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Simulate how a city notices, routes and settles what its residents need, and what policies change.\n\n"
    "First steps: [b]cogov demo[/b], or [b]cogov scenarios[/b], then [b]cogov show cadre_sinking[/b] and "
    "[b]cogov compare cadre_sinking --city street[/b].",
    rich_markup_mode="rich",
)

Language = Annotated[Lang | None, typer.Option("--lang", help="Language of the output; default from LANG.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="SCENARIO", help="Lay another scenario over it, such as storm_month; may be given again."
    ),
]
City = Annotated[
    str | None,
    typer.Option(
        "--city", metavar="NAME|FILE", help="City instead of the scenario's own: nanjing, gulou, street, or a file."
    ),
]
WindowDays = Annotated[
    int | None, typer.Option("--days", min=1, metavar="N", help="Days of the window that is measured.")
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Set a number of the model, such as handling.fix=0.9, or a parameter of a "
        "policy, such as cadre_sinking.people_per_community=8; may be given again.",
    ),
]
Start = Annotated[
    datetime | None,
    typer.Option("--start", formats=["%Y-%m-%d"], metavar="DATE", help="First day of the window, such as 2024-06-01."),
]
WarmUp = Annotated[
    int | None, typer.Option("--warm-up", min=0, metavar="N", help="Days before the window, not measured.")
]
FollowUp = Annotated[
    int | None, typer.Option("--follow-up", min=0, metavar="N", help="Days after it, to see its needs end.")
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, metavar="N", help="Root of all random draws; same seed, same results.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder for the results.")]
Replications = Annotated[int, typer.Option("--replications", "-n", min=1, metavar="N", help="Runs of each scenario.")]
Workers = Annotated[
    int | None, typer.Option("--workers", "-w", min=1, metavar="N", help="Processes; default one a core.")
]
Name = Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or path of a file.")]


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False) -> None:
    if version:
        typer.echo(f"cogov {__version__}")
        raise typer.Exit()


@app.command()
def scenarios(as_json: Json = False, lang: Language = None) -> None:
    """List scenario files, policies and cities."""
    from .scenarios import show as view

    facts = view.listing()
    _give(facts, as_json, lambda: view.render_listing(facts, _lang(lang)))


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Scenario, policy, or path of a scenario file.")],
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
    """Print a scenario resolved, or a policy's card, with units and sources."""
    from .scenarios import show as view
    from .scenarios.registry import cards
    from .scenarios.sources import LIBRARY, is_path, names

    if policy or (name in cards() and name not in names(LIBRARY)):
        card = view.describe_card(_card(name))
        _give(card, as_json, lambda: view.render_card(card, _lang(lang)))
        return
    if not is_path(name) and name not in names(LIBRARY):
        _unknown(name, [*names(LIBRARY), *cards()], "no scenario or policy has this name")
    (scenario,) = _load([name], layers=layers, settings=settings, city=city)
    facts = view.describe_scenario(scenario, everything)
    _give(facts, as_json, lambda: view.render_scenario(facts, _lang(lang)))


@app.command()
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario or city files, or shipped names.")],
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Check files; each error names file, line, key, value, what is allowed, and the nearest right spelling."""
    from .scenarios.loader import check_file
    from .scenarios.words import w

    found = {file: check_file(file) for file in files}
    if as_json:
        _print_json([{"file": file, "ok": not problems, "problems": [p.to_dict() for p in problems]}
                     for file, problems in found.items()])  # fmt: skip
    for file, problems in found.items():
        if not as_json and not problems:
            typer.echo(f"{file}: {w('ok', _lang(lang))}")
        for problem in problems if not as_json else ():
            typer.echo(str(problem), err=True)
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

    (scenario,) = _load([name], layers=layers, settings=settings, city=city)
    facts = planning.plan(scenario)
    _give(facts, as_json, lambda: view.render_plan(facts, _lang(lang)))


@app.command()
def run(
    name: Name, layers: With = None, settings: Set = None, city: City = None, days: WindowDays = None,
    start: Start = None, warm_up: WarmUp = None, follow_up: FollowUp = None, seed: Seed = 1, out: Out = None,
    events: Annotated[bool, typer.Option("--events", help="Write the event log as well; needs --out.")] = False,
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Run a scenario once: warm-up, window, follow-up."""
    if events and out is None:
        stop("--events: the event log is a file and needs a folder; add --out DIR")
    (scenario,) = _load(
        [name], layers=layers, settings=settings, city=city, start=start, days=days, warm_up=warm_up,
        follow_up=follow_up,
    )  # fmt: skip
    make_folder(out)
    _announce_compilation(_lang(lang))
    from .experiments.run import run_scenario, summary

    with _progress(getattr(scenario.name, _lang(lang))) as progress:
        result = run_scenario(scenario, seed=seed, events=events, out=out, progress=progress)
    if as_json:
        from .experiments.tables import json_bytes

        typer.echo(json_bytes(summary(result, scenario.resolved(), scenario.digest(), seed)).decode())
        return
    from .viz.terminal import summary_table

    _print(summary_table(result, _lang(lang)))
    if out is not None:
        typer.echo(str(out))


@app.command()
def compare(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="What to compare with the baseline.")],
    against: Annotated[
        str, typer.Option("--against", metavar="SCENARIO", help="What they are compared with.")
    ] = "baseline",
    layers: With = None, settings: Set = None, city: City = None, days: WindowDays = None, start: Start = None,
    warm_up: WarmUp = None, follow_up: FollowUp = None, replications: Replications = 5, workers: Workers = None,
    seed: Seed = 1, out: Out = None, as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Compare scenarios with the baseline over the same replications, paired by common random numbers."""
    others = [name for name in names if name != against]
    if not others:
        stop(f"{against}: name what to compare with it as well, such as cadre_sinking")
    sides = _load(
        [against, *others], layers=layers, settings=settings, city=city, start=start, days=days, warm_up=warm_up,
        follow_up=follow_up, paired=True,
    )  # fmt: skip
    _compare(sides, replications, workers, seed, out, as_json, _lang(lang))


@app.command()
def demo(
    city: Annotated[str, typer.Option("--city", metavar="NAME|FILE", help="City to run it in.")] = "nanjing",
    replications: Replications = 3, workers: Workers = None, seed: Seed = 1,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the report.")] = Path("out/demo"),
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Compare three policies with the baseline in a month with a rainstorm, and write a report.

    The same as: cogov compare cadre_sinking alliance_lists emergency_pairing --with storm_month
    --city nanjing --replications 3 --out out/demo
    """
    compare(list(DEMO), "baseline", layers=[DEMO_SHOCK], city=city, replications=replications, workers=workers,
            seed=seed, out=out, as_json=as_json, lang=lang)  # fmt: skip


def main() -> None:
    """Run the command line."""
    listen()
    app(prog_name="cogov")


def _compare(sides: Sequence[Scenario], replications: int, workers: int | None, seed: int, out: Path | None,
             as_json: bool, lang: str) -> None:  # fmt: skip
    """Compare loaded scenarios, write results and report where a folder is given, and print the outcome."""
    from .experiments.compare import check_comparable, compare

    try:
        check_comparable([side.resolved() for side in sides], replications)
    except ValueError as error:
        stop(str(error))
    make_folder(out)
    _announce_compilation(lang)
    with _progress(" / ".join(getattr(side.name, lang) for side in sides), lang) as progress:
        comparison = compare(sides, replications=replications, workers=workers, seed=seed, out=out, progress=progress)
    if out is not None:
        from .viz.report import write_report

        write_report(comparison, out / "report.html")
    if as_json:
        from .experiments.tables import json_bytes

        typer.echo(json_bytes(comparison.to_dict()).decode())
        return
    from .viz.terminal import comparison_table

    _print(comparison_table(comparison, lang))
    if out is not None:
        typer.echo(str(out / "report.html"))


def _load(
    names: Sequence[str], *, layers: Sequence[str] | None, settings: Sequence[str] | None, city: str | None,
    start: datetime | None = None, days: int | None = None, warm_up: int | None = None, follow_up: int | None = None,
    paired: bool = False,
) -> list[Scenario]:  # fmt: skip
    """Load scenarios with what the options ask for; ``paired`` ones are to be compared with the first."""
    from .scenarios.loader import load_paired, load_scenarios
    from .scenarios.settings import parse_settings

    return (load_paired if paired else load_scenarios)(
        names, layers=layers or (), settings=parse_settings(settings or ()), city=city,
        start=start.date() if start else None, days=days, warm_up_days=warm_up, follow_up_days=follow_up,
    )  # fmt: skip


def _card(name: str) -> Any:
    from .scenarios.registry import cards

    known = cards()
    if name not in known:
        _unknown(name, list(known), "no policy has this id")
    return known[name]


def _unknown(name: str, known: Sequence[str], reason: str) -> None:
    """Leave with a message that lists what there is and the nearest name."""
    from .scenarios.errors import Problem, ScenarioError, listed, nearest

    words = list(dict.fromkeys(known))
    raise ScenarioError(Problem(name, "", f"{reason}; there are: {listed(words, 60)}", near=nearest(name, words)))


def _announce_compilation(lang: str) -> None:
    """Say on standard error that the model has to be compiled first, where it has not been yet."""
    from .agents.rules import is_warm
    from .scenarios.words import w

    if not is_warm():
        typer.echo(w("compiling", lang), err=True)


@contextmanager
def _progress(label: str, lang: str | None = None) -> Iterator[Progress]:
    """Show a bar on standard error while something runs, and where that is no terminal, runs done (with ``lang``)."""
    from rich import progress as rp
    from rich.console import Console

    from .scenarios.words import w

    console = Console(stderr=True)
    columns = (rp.TextColumn("{task.description}"), rp.BarColumn(), rp.MofNCompleteColumn(), rp.TimeElapsedColumn(),
               rp.TimeRemainingColumn())  # fmt: skip
    with rp.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if lang and done and not console.is_terminal:
                typer.echo(f"{w('runs_done', lang)} {done}/{total}", err=True)

        yield tell


def _lang(lang: Lang | None) -> str:
    from .scenarios.words import default_lang

    return lang.value if lang else default_lang()


def _give(facts: Any, as_json: bool, render: Any) -> None:
    if as_json:
        _print_json(facts)
    else:
        _print(render())


def _print_json(facts: Any) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False))


def _print(made: RenderableType) -> None:
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=max(120, console.width))
    console.print(made)
