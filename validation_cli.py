"""``cogov validate``: the model held against patterns that were seen in cities."""

from __future__ import annotations

import typer

from .failures import make_folder, stop
from .options import Json, Language, Out, Replications, Workers
from .showing import announce_compilation, lang_of, print_made, progress_bar


def validate(
    city: str = typer.Option("gulou", "--city", metavar="NAME|FILE", help="City to run it in."),
    ablations: bool = typer.Option(
        False, "--ablations", help="Put reasons for missed patterns to the test: take away what they blame."
    ),
    replications: Replications = 6, workers: Workers = None, out: Out = None, as_json: Json = False,
    lang: Language = None,
) -> None:  # fmt: skip
    """Hold the model against patterns seen in cities' tickets, and say where it fails."""
    from .experiments.ablations import ablated, load_ablations
    from .experiments.patterns import load_patterns
    from .experiments.patterns import validate as hold
    from .experiments.tables import json_bytes

    if replications < 2:
        stop("--replications {n}: an interval needs at least 2", n=replications)
    words = lang_of(lang)
    make_folder(out)
    announce_compilation(words)
    patterns = ablated(load_patterns(), load_ablations()) if ablations else load_patterns()
    name = "ablations.json" if ablations else "validation.json"
    with progress_bar(city, words) as progress:
        found = hold(city, replications, patterns=patterns, workers=workers, out=out, progress=progress, name=name)
    if out is not None and not ablations:
        from .viz.validation import write_pages

        write_pages(found, out)
    if as_json:
        typer.echo(json_bytes(found).decode())
        return
    from .viz.validation import validation_table

    print_made(validation_table(found, words))
    if out is not None:
        typer.echo(str(out / (name if ablations else f"validation.{words}.md")))
