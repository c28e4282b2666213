"""The commands about calibration: ``calibrate`` reads an export of tickets, ``fit`` fits the model to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .commands import folder
from .failures import make_folder
from .options import Json, Language, Workers
from .showing import announce_compilation, lang_of, print_made, progress_bar

Tickets = Annotated[Path, typer.Argument(metavar="TICKETS", help="Export of tickets: a CSV file, plain or .gz.")]
Map = Annotated[
    str, typer.Option("--map", metavar="NAME|FILE", help="What its columns mean: boston_311, hotline_12345, or a file.")
]
Into = Annotated[
    Path, typer.Option("--out", parser=folder, metavar="DIR", help="Folder for profiles, targets, tables and the page.")
]


def calibrate(
    tickets: Tickets, mapping: Map, out: Into = Path("out/calibration"), workers: Workers = None, as_json: Json = False,
    lang: Language = None,
) -> None:  # fmt: skip
    """Read an export of 311, Open311 or 12345 tickets: arrival profiles, targets of handling times, diagnostics."""
    from .experiments.calibration.calibrate import calibrate as make
    from .experiments.calibration.mapping import load_mapping
    from .experiments.calibration.written import summary, write
    from .viz.calibration import PAGE, calibration_html, calibration_table

    about = load_mapping(mapping)
    make_folder(out)
    with progress_bar(getattr(about.name, lang_of(lang))) as progress:
        made = make(tickets, about, workers=workers, progress=progress)
    write(made, out, {PAGE: calibration_html(made, None if lang is None else lang_of(lang)).encode()})
    if as_json:
        from .experiments.tables import json_bytes

        typer.echo(json_bytes(summary(made)).decode())
        return
    print_made(calibration_table(made, lang_of(lang)))
    typer.echo(str(out / PAGE))


def tickets(
    run: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that cogov run --events --out has filled.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV file to write.")] = Path("tickets.csv"),
    lang: Language = None,
) -> None:
    """Write the tickets of a run as a CSV file, to be read with --map simulated_run."""
    from .experiments.calibration.simulated import read_run, tickets_csv
    from .experiments.tables import write_bytes

    write_bytes(out, tickets_csv(read_run(run)).encode())
    typer.echo(str(out))


def fit(
    targets: Annotated[Path, typer.Argument(metavar="TARGETS", help="targets.toml of cogov calibrate.")],
    using: Annotated[
        str, typer.Option("--using", metavar="NAME|FILE", help="Parameters and ranges: street, boston, or a file.")
    ] = "street",
    out: Annotated[
        Path, typer.Option("--out", parser=folder, metavar="DIR", help="Folder for the posterior and the page.")
    ] = Path("out/fit"),
    workers: Workers = None, as_json: Json = False, lang: Language = None,
) -> None:  # fmt: skip
    """Fit hands-on work and other unobserved parameters to targets; others are held out to check the fit."""
    from .experiments.calibration.fit_file import find_fit, load_fit
    from .experiments.calibration.fit_written import facts, write
    from .experiments.calibration.fitting import fit as make
    from .experiments.calibration.fitting import needs_libraries, split
    from .experiments.calibration.target_file import load_targets
    from .viz.calibration_fit import PAGE, fit_html, fit_table

    needs_libraries()
    path = find_fit(using)
    asked, known = load_fit(path), load_targets(targets)
    split(asked, known)
    make_folder(out)
    announce_compilation(lang_of(lang))
    with progress_bar(getattr(asked.name, lang_of(lang))) as progress:
        made = make(asked, path.parent, known, workers=workers, progress=progress)
    write(made, out, {PAGE: fit_html(made, None if lang is None else lang_of(lang)).encode()})
    if as_json:
        from .experiments.tables import json_bytes

        typer.echo(json_bytes(facts(made)).decode())
        return
    print_made(fit_table(made, lang_of(lang)))
    typer.echo(str(out / PAGE))
