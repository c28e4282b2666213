"""The commands about experiments: ``cogov experiment check``, ``run`` and ``status``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .commands import Misread, folder
from .failures import make_folder, say, stop
from .options import Json, Language, Workers
from .scenarios.sentences import Sentence, t
from .showing import announce_compilation, lang_of, print_made

if TYPE_CHECKING:
    from collections.abc import Callable

    from .experiments.campaign import Progress

app = typer.Typer(no_args_is_help=True)


def shard(text: str | tuple[int, int]) -> tuple[int, int]:
    """Read which part of how many, such as 2/8."""
    if isinstance(text, tuple):
        return text
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise Misread(t('("{text}"): must be a part of how many, such as 2/8', text=text))
    return int(number), int(of)


def results(text: str | Path) -> Path:
    """Read a folder of results; a file of an experiment means the folder that it runs into by itself."""
    path = folder(text)
    return _usual(path) if path.suffix == ".toml" and path.is_file() else path


def _usual(file: Path) -> Path:
    """Return the folder of an experiment's results where none is given; its id is the name of its file."""
    return Path("out") / file.stem


File = Annotated[Path, typer.Argument(metavar="FILE", help="The experiment, a TOML file.")]
Store = Annotated[
    Path | None,
    typer.Option("--out", parser=folder, metavar="DIR", help="Folder of its results.", show_default="out/ and its id"),
]
Results = Annotated[
    Path,
    typer.Argument(metavar="DIR|FILE", parser=results, help="Folder of its results; its file means out/ and its id."),
]
Shard = Annotated[
    tuple | None,  # type: ignore[type-arg]
    typer.Option("--shard", parser=shard, metavar="I/N", help="Run only the I-th of N parts, as in an array of jobs."),
]


@app.callback()
def _experiment(lang: Language = None) -> None:
    """Check, run and look at experiments: many scenarios, settings and replications."""


@app.command()
def check(file: File, as_json: Json = False, lang: Language = None) -> None:
    """Check an experiment, and say how large it is and about how long it takes."""
    from .experiments.extent import describe

    facts = describe(file)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True))
        return
    words = lang_of(lang)
    typer.echo(t("{file}: ok", file=file).of(words))
    for sentence in _size(facts):
        typer.echo(sentence.of(words))


@app.command()
def run(
    file: File, out: Store = None, shard: Shard = None, workers: Workers = None,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS", help="Address of a Dask scheduler; local for one of its own."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing while it runs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say how far it is as lines of JSON.")] = False,
    lang: Language = None,
) -> None:  # fmt: skip
    """Run what is left of an experiment; what is finished in its folder already is not run again."""
    from .experiments.campaign import run_experiment
    from .experiments.clusters import executor
    from .experiments.extent import describe
    from .experiments.rounds import outcome

    words, facts = lang_of(lang), describe(file)
    out = out or _usual(file)
    make_folder(out)

    def begun() -> None:
        for said in () if quiet or as_json else _size(facts):
            say(said, words)
        announce_compilation(words)

    with executor(dask) as (make, lost), _told(quiet, as_json) as progress:
        state = run_experiment(file, out, shard=shard or (1, 1), make=make, lost=lost, workers=workers, begun=begun,
                               progress=progress, tell=lambda said: say(said, words))  # fmt: skip
    for failure in list(state.failures.values())[:5]:
        say(t("run {run} {status}: {reason}", run=failure.run, status=failure.status, reason=failure.reason), words)
    found = outcome(out)
    if as_json:
        facts = {"done": len(state.finished()), "failed": len(state.failures), "out": str(out), "rule": found}
        typer.echo(json.dumps(facts, ensure_ascii=False, sort_keys=True))
    else:
        typer.echo(t("{out}: {done} runs are finished, {failed} failed", out=out, done=len(state.finished()),
                     failed=len(state.failures)).of(words))  # fmt: skip
        if found:
            typer.echo(_rule(out, found, words))
    if state.failures:
        raise typer.Exit(1)


@app.command()
def status(
    out: Results,
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Say how far an experiment is, also while it runs."""
    from .experiments.extent import how_far

    facts = how_far(out)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True))
        return
    words = lang_of(lang)
    typer.echo(t("{out}: {done} of {total} runs are finished, {failed} failed", **facts).of(words))
    for reason, n in facts["reasons"].items():
        typer.echo(t("{n} times: {reason}", n=n, reason=reason).of(words))
    if facts["rule"]:
        typer.echo(_rule(out, facts["rule"], words))


@app.command()
def analyse(
    out: Results,
    measures: Annotated[
        list[str] | None,
        typer.Option("--measure", "-m", metavar="KEY", help="Measure, such as backlog; may be given again.",
                     show_default="times to response and solution, on-time and satisfaction rates"),
    ] = None,
    half_width: Annotated[
        float, typer.Option("--half-width", metavar="SHARE", help="Wished half-width, a share of the mean.")
    ] = 0.01,
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Say what came out: paired effects, effects of factors, sensitivity indices; also in analysis.json."""
    from .experiments.analysis import analyse_folder
    from .experiments.rounds import outcome
    from .experiments.tables import json_bytes, write_together

    if not 0.0 < half_width < 1.0:
        stop("--half-width {x}: must be a share between 0 and 1, such as 0.01", x=half_width)
    found, design = analyse_folder(out, measures or None, half_width)
    write_together(out, {"analysis.json": json_bytes(found)})
    if as_json:
        typer.echo(json_bytes(found).decode())
        return
    from .viz.alternatives import Names
    from .viz.experiment import analysis_tables

    print_made(analysis_tables(found, design, lang_of(lang), Names.of(out).scenarios))
    if rule := outcome(out):
        typer.echo(_rule(out, rule, lang_of(lang)))
    typer.echo(str(out / "analysis.json"))


@app.command()
def split(
    out: Results,
    budget: Annotated[float, typer.Option("--budget", metavar="HOURS", help="Person-hours to be split.")],
    measure: Annotated[
        str, typer.Option("--measure", "-m", metavar="KEY", help="Measure that shall get better.")
    ] = "solution_minutes.mean",
    cost: Annotated[
        str, typer.Option("--cost", metavar="KEY", help="Measure that is the cost.")
    ] = "person_hours.total",
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME", help="Scenario that has the policies.",
                          show_default="the last of the experiment")
    ] = "",
    as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Split a budget of person-hours best over the factors, which are amounts of policies; also in split.json."""
    from .experiments.budget import split_folder
    from .experiments.tables import json_bytes, write_together

    if not budget > 0.0:
        stop("--budget {x}: must be above 0", x=budget)
    found = asdict(split_folder(out, measure, cost, budget, scenario))
    write_together(out, {"split.json": json_bytes(found)})
    if as_json:
        typer.echo(json_bytes(found).decode())
        return
    from .viz.discovery import split_tables

    print_made(split_tables(found, lang_of(lang)))
    typer.echo(str(out / "split.json"))


def _rule(out: Path, found: dict[str, Any], lang: str) -> str:
    """Return what a folder's rule has found in one sentence, alternatives called by their names."""
    from .experiments.rounds import sentence
    from .viz.alternatives import Names

    names = Names.of(out)
    return sentence(found, lambda text: names.alternative(text, lang)).of(lang)


def _size(facts: dict[str, Any]) -> Iterator[Sentence]:
    """Yield what there is to say about the size of an experiment before it starts."""
    if facts["rule"] == "never":
        yield t("runs: {runs}; scenarios: {scenarios}, points: {points}, replications: {replications}", **facts)
    else:
        yield t("runs: at most {runs}; scenarios: {scenarios}, points: {points}, replications: at most {replications}, "
                "as many as the rule asks for", **facts)  # fmt: skip
    if facts["runs"] < facts["rows"]:
        yield t("the table of runs has {rows} rows, of which {runs} are different runs: where a scenario has nothing "
                "that a factor sets, its points are the same run, made once", **facts)  # fmt: skip
    if facts["histories"]:
        yield t("the days before {fork_at} are run {histories} times, once for all runs that have them in common",
                **facts)  # fmt: skip
    if facts["workers"] == 1:
        yield t("about {time} (h:mm:ss) of worker time; on one worker about {wall}, its start included (about "
                "{start_seconds:g} s)", **facts)  # fmt: skip
    else:
        yield t("about {time} (h:mm:ss) of worker time; on {workers} workers about {wall}, their start included (about "
                "{start_seconds:g} s)", **facts)  # fmt: skip
    if facts["compile_seconds"]:
        yield t("of it about {compile_seconds:g} s are for the model to be compiled, which has to be done once",
                **facts)  # fmt: skip


@contextmanager
def _told(quiet: bool, as_json: bool) -> Iterator[Callable[[Progress], None]]:
    """Show how far it is: a bar on a terminal, lines of JSON if asked for, else a line now and then."""
    from rich import progress as rp
    from rich.console import Console

    console = Console(stderr=True)
    bar = rp.Progress(
        rp.BarColumn(), rp.MofNCompleteColumn(), rp.TextColumn("[red]{task.fields[failed]}"),
        rp.TextColumn("{task.fields[rate]}"), rp.TimeElapsedColumn(), rp.TimeRemainingColumn(), console=console,
        transient=True, disable=quiet or as_json or not console.is_terminal,
    )  # fmt: skip
    task, last, first = bar.add_task("", total=None, failed="", rate=""), [0.0], list[tuple[float, int]]()

    def tell(p: Progress) -> None:
        ended, now = p.done + p.failed, time.monotonic()
        first.append((now, ended))
        begun, before = first[0]
        del first[1:]
        rate = 60.0 * (ended - before) / (now - begun) if now > begun else 0.0
        failed, pace = f"{p.failed} ✗" if p.failed else "", f"{rate:.3g}/min" if rate else ""
        bar.update(task, completed=ended, total=p.total, failed=failed, rate=pace)
        if as_json:
            line = {"done": p.done, "failed": p.failed, "total": p.total, "seconds_a_run": round(p.seconds_a_run, 3),
                    "runs_a_minute": round(rate, 3),
                    "seconds_left": round(60.0 * (p.total - ended) / rate) if rate else None}  # fmt: skip
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
        elif not quiet and not console.is_terminal and (now - last[0] > 30 or ended == p.total):
            last[0] = now
            typer.echo(", ".join(filter(None, (f"{p.done}/{p.total}", failed, pace))), err=True)

    with bar:
        yield tell
