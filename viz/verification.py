"""The page of verification: the engine against queueing theory, with a figure, from studies that are run for it.

``python -m cogov.viz.verification docs`` runs the studies (some minutes) and writes the page and its figure into docs.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..agents.rules import source_digest
from ..experiments.tables import write_together
from ..experiments.verification import theory as T
from ..experiments.verification.studies import ALARM, STUDIES, VILLAGES, WORK, Line
from ..model.state import POOL_KINDS
from .style import INK, colour, mark, styled
from .words import LANGUAGES, catalogue, pick, w

PICTURE = "verification.{lang}.png"
_PARTS = "verification.case."
"""Words of the names of queues, longer ones first."""


def verification_page(lines: Sequence[Line], lang: str) -> str:
    """Return the page in ``"zh"`` or ``"en"``, as Markdown."""
    missed = sum(not line.holds for line in lines)
    parts = [
        f"# {w('verification.title', lang)}\n",
        f"{w('verification.intro', lang, n=len(lines), alarm=f'{ALARM:g}', model=source_digest())}\n",
        f"{w('verification.count', lang, n=len(lines), held=len(lines) - missed, missed=missed)}\n",
        f"![{w('verification.picture', lang)}](images/{PICTURE.format(lang=lang)})\n",
    ]
    for study in STUDIES:
        mine = [line for line in lines if _of(line) == study]
        parts += [f"## {w(f'verification.{study}', lang)}\n", f"{w(f'verification.{study}_note', lang)}\n",
                  _table(mine, lang), ""]  # fmt: skip
    return "\n".join([*parts, f"{w('verification.more', lang)}\n"])


def _of(line: Line) -> str:
    return "general" if line.study in ("mg1", "mgc") else line.study


def _table(lines: Sequence[Line], lang: str) -> str:
    heads = [w(f"verification.{key}", lang) for key in ("queue", "load", "exact", "engine", "holds")]
    rows = [
        [case_name(line, lang), f"{line.load:.3g}", _shown(line, line.exact, lang), _engine(line, lang),
         w(f"verification.{'yes' if line.holds else 'no'}", lang)]
        for line in lines
    ]  # fmt: skip
    return "\n".join(["| " + " | ".join(row) + " |" for row in [heads, ["---", "--:", "--:", "--:", "---"], *rows]])


def case_name(line: Line, lang: str) -> str:
    """Return which queue of a study a line is about."""
    if line.study == "polling":
        return w("verification.every", lang, n=line.case)
    if line.study == "whole":
        kinds = {code: (zh, en) for code, zh, en in POOL_KINDS}
        kind = line.case.removeprefix("kind.")
        return pick(kinds[kind], lang) if kind in kinds else w("verification.worst", lang)
    name = line.case
    for key in (key for key in catalogue() if key.startswith(_PARTS)):
        name = name.replace(key.removeprefix(_PARTS), w(key, lang))
    return name if lang == "en" else name.replace(", ", "，").replace(" (", "（").replace(")", "）")


def _shown(line: Line, x: float, lang: str) -> str:
    unit = {"min": f" {w('verification.min', lang)}", "customers": "", "share": "", "1": ""}[line.unit]
    return f"{x:.4g}".replace("-", "−") + unit


def _engine(line: Line, lang: str) -> str:
    within = w("verification.within", lang, share=f"{100 * line.within:g}") if line.within else ""
    return f"{_shown(line, line.mean, lang)} ± {line.half:.2g}{within}"


def picture(lines: Sequence[Line], lang: str) -> bytes:
    """Return the figure as PNG: the knee of M/M/c with the engine's waits, and all other lines over exact values."""
    with styled("verification"):
        figure = Figure(figsize=(9.6, 5.4), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.15])
        _knee(left, [line for line in lines if line.study == "mmc"], lang)
        _ratios(right, [line for line in lines if line.exact and line.half and line.study != "mmc"], lang)
        buffer = io.BytesIO()
        figure.patch.set_facecolor("white")
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _knee(axes: Any, lines: Sequence[Line], lang: str) -> None:
    loads = np.linspace(0.5, 0.93, 80)
    for k, servers in enumerate(dict.fromkeys(c for c, _ in VILLAGES)):
        axes.plot(loads, [T.mmc_wait(servers, x, WORK) for x in loads], color=colour(k), lw=1.4,
                  label=w("verification.servers", lang, n=servers))  # fmt: skip
        mine = [line for line in lines if line.case == f"M/M/{servers}"]
        axes.errorbar([x.load for x in mine], [x.mean for x in mine], [x.half for x in mine], fmt=mark(k), ms=4.5,
                      color=colour(k), ecolor=INK, elinewidth=1.0, capsize=2.5)  # fmt: skip
    axes.set_yscale("log")
    axes.set(xlabel=w("verification.load", lang), ylabel=w("verification.wait", lang))
    axes.set_title(w("verification.knee", lang))
    axes.legend(loc="upper left")


def _ratios(axes: Any, lines: Sequence[Line], lang: str) -> None:
    place = np.arange(len(lines))[::-1]
    for k, study in enumerate(dict.fromkeys(_of(line) for line in lines)):
        mine = [i for i, line in enumerate(lines) if _of(line) == study]
        axes.errorbar([lines[i].mean / lines[i].exact for i in mine], place[mine],
                      xerr=[lines[i].half / lines[i].exact for i in mine], fmt=mark(k), ms=3.5, color=colour(k),
                      ecolor=colour(k), elinewidth=1.0, capsize=1.5,
                      label=w(f"verification.{study}_short", lang))  # fmt: skip
    axes.axvline(1.0, color=INK, lw=0.8)
    axes.set(yticks=[], xlabel=w("verification.ratio", lang), xlim=(0.3, 1.7))
    axes.grid(visible=False, axis="y")
    axes.set_title(w("verification.others", lang))
    axes.legend(loc="upper left", fontsize=8, labelspacing=0.3)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the studies and write page and figure in both languages; return 1 if a line does not hold."""
    parser = argparse.ArgumentParser(prog="python -m cogov.viz.verification", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the page goes, such as docs")
    folder = parser.parse_args(argv).folder
    lines: list[Line] = []
    for name, study in STUDIES.items():
        sys.stderr.write(f"{name} ...\n")
        lines += study()
    write_together(folder / "images", {PICTURE.format(lang=lang): picture(lines, lang) for lang in LANGUAGES})
    write_together(folder, {f"verification.{lang}.md": verification_page(lines, lang).encode() for lang in LANGUAGES})
    return int(not all(line.holds for line in lines))


if __name__ == "__main__":
    sys.exit(main())
