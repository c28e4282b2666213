"""The commands about reports: ``cogov report`` makes one of results, ``cogov verify`` makes results again."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from .commands import Misread, whole
from .failures import make_folder, say, stop
from .options import Json, Language, Workers
from .scenarios.sentences import Sentence, t
from .showing import announce_compilation, lang_of, print_json, progress_bar

if TYPE_CHECKING:
    from .experiments.verify import Verdict


CODE = {"model": t("code of the model"), "policies": t("code of scenarios and policies"),
        "report": t("code of reports")}  # fmt: skip
"""What digests of our own code are called among the versions."""


class Langs(StrEnum):
    """Languages of a report."""

    zh = "zh"
    en = "en"
    both = "both"


class Form(StrEnum):
    """Forms of a report."""

    html = "html"
    pdf = "pdf"
    md = "md"


def place(text: str | Path) -> Path:
    """Read the name of a file."""
    if not str(text).strip():
        raise Misread(t('(""): the name of the file is empty'))
    return Path(text)


def report(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Folders of results: a run, a comparison or an experiment, or several "
                       "runs to compare, the reference first."),
    ],
    langs: Annotated[Langs, typer.Option("--lang", help="Language of the report.")] = Langs.both,
    form: Annotated[
        Form | None, typer.Option("--format", help="Form of the report.", show_default="that of --out, or html")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", parser=place, metavar="FILE", help="Where the report goes.",
                     show_default="report.html, .pdf or .md in the first folder"),
    ] = None,
) -> None:  # fmt: skip
    """Make the report on results: for those who decide, and for those who check; exit code 1 if they were altered."""
    chosen = _form_of(form, out)
    out = out or folders[0] / f"report.{chosen.value}"
    if out.is_dir():
        stop("--out {out}: is a folder; give the name of a file in it, such as {near}", out=out,
             near=out / f"report.{chosen.value}")  # fmt: skip
    with progress_bar(out.name) as progress:  # begun before the libraries are read, which takes seconds
        steps = 3 + (langs is Langs.both)
        progress(0, steps)
        from .experiments.results import open_results
        from .viz.report import altered_in, render, report_of, write_files

        results, altered = open_results(folders), altered_in(folders)
        progress(1, steps)
        made = report_of(results, langs.value, chosen.value, altered, told=lambda n: progress(1 + n, steps))
        files = render(made, form=chosen.value, name=out.stem)
        progress(steps, steps)
    if out.suffix != f".{chosen.value}":
        files = {out.name if name == f"{out.stem}.{chosen.value}" else name: c for name, c in files.items()}
    make_folder(out.parent)
    write_files(files, out.parent)
    shown = next((each for each in made.documents if each.lang == lang_of(None)), made.documents[0])
    if shown.warning:
        typer.echo(shown.warning, err=True)
    typer.echo(str(out))
    if altered:
        raise typer.Exit(1)


def _form_of(form: Form | None, out: Path | None) -> Form:
    """Return the form that the option or the ending of a file asks for, HTML without either; they may not disagree."""
    if out is None or not out.suffix:
        return form or Form.html
    endings = {f".{each.value}": each for each in Form} | {".htm": Form.html}
    if form is not None and endings.get(out.suffix.lower()) is not form:
        stop("--out {out}: {ending} is not the ending of a report in {form}; call it {near}, or leave out --format",
             out=out, ending=out.suffix, form=form.value, near=out.with_suffix(f".{form.value}"))  # fmt: skip
    if out.suffix.lower() not in endings:
        stop("--out {out}: {ending} is no form of a report; give .html, .pdf or .md, or say which with --format",
             out=out, ending=out.suffix)  # fmt: skip
    return endings[out.suffix.lower()]


def verify(
    path: Annotated[Path, typer.Argument(metavar="REPORT|DIR", help="A report, or a folder of results.")],
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample", parser=whole(1), metavar="N", help="How many runs are made again.", show_default="all"
        ),
    ] = None,
    workers: Workers = None,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Make the runs of results again and compare hashes; exit code 1 where something differs."""
    words = lang_of(lang)
    from .experiments.verify import verify as check
    from .viz.seals import check as look

    announce_compilation(words)
    with progress_bar(path.name, words) as progress, TemporaryDirectory() as folder:
        kept = Path(folder) if path.is_file() else None
        verdict = check(path, sample=sample, workers=workers, progress=progress, keep=kept)
        verdict = look(path, verdict, kept)
    if as_json:
        print_json(verdict.to_dict())
    else:
        _tell(verdict, words)
    if not verdict.holds:
        raise typer.Exit(1)


def _tell(verdict: Verdict, words: str) -> None:
    """Say what came of it: what holds on standard output, what does not on standard error."""
    from .experiments.verify import OWN

    for name, (then, now) in verdict.versions.items():
        called = t("{what} ({name})", what=CODE[name], name=name) if name in CODE else name
        say(t("made with {name} {then}, and this is {now}", name=called, then=then, now=now), words)
    for path in verdict.missing:
        say(t("{path} is missing; copy it back, or make the results again with the command that made them", path=path),
            words)  # fmt: skip
    for path in verdict.damaged:
        say(t("{path} is not what was written", path=path), words)
    for path, places in verdict.altered.items():
        say(t("{path} says something else than its runs, or than when it was made: {places}", path=path,
              places="; ".join(places)), words)  # fmt: skip
    for run, reason in verdict.failed.items():
        say(t("{run} cannot be made again by this version: {reason}", run=run, reason=reason), words)
    for run, files in verdict.differing.items():
        say(t("{run}: {files} came out differently", run=run, files=", ".join(files)), words)
    for path, reason in verdict.own.items():
        say(t("{path}: {reason}", path=path, reason=OWN[reason]), words)
    for said in _looked_at(verdict):
        typer.echo(said.of(words))


def _looked_at(verdict: Verdict) -> Iterator[Sentence]:
    """Yield what was looked at, and what was found of each."""
    if verdict.files:
        odd = len(verdict.missing) + len(verdict.damaged)
        yield t("files held against the hashes written down for them: {n}, of which the RO-Crate lists {crate}; "
                "missing or altered: {odd}", n=verdict.files, crate=verdict.crate, odd=odd)  # fmt: skip
    if verdict.rebuilt:
        odd = sum(Path(file).name in verdict.rebuilt for file in verdict.altered)
        yield t("worked out anew from the files of the runs: {names}; not the same: {odd}",
                names=", ".join(verdict.rebuilt), odd=odd)  # fmt: skip
    if verdict.reports:
        odd = sum(Path(file).name in verdict.reports for file in verdict.altered)
        yield t("reports held against the hashes of their parts: {names}; not as they were made: {odd}",
                names=", ".join(verdict.reports), odd=odd)  # fmt: skip
    same = len(verdict.checked) - len(verdict.differing) - len(verdict.failed)
    yield t("runs made again: {checked} of {all}; the same to the byte: {same}", same=same,
            checked=len(verdict.checked), all=verdict.runs)  # fmt: skip
    if not verdict.holds:
        yield t("NOT verified: something differs, see above")
    elif len(verdict.checked) < verdict.runs:
        yield t("verified as far as looked at; without --sample all runs are made again")
    elif verdict.own:
        yield t("runs verified; reports named above as far as their own hashes go")
    else:
        yield t("verified")
