"""The pictures of the README, drawn from a comparison by the report's own figures.

``python -m cogov.viz.pictures out/demo docs/images`` writes ``report.en.png`` and ``report.zh.png`` from the folder
that ``cogov compare --out`` or ``cogov demo`` filled.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from ..experiments.comparison import Comparison
from ..experiments.reading import read_comparison
from ..experiments.tables import write_together
from . import style
from .effects import KEY, known
from .figures import interval_figure
from .words import LANGUAGES

DOTS = 110
"""Pixels an inch: 900 pixels wide, below 200 kB."""


def picture(comparison: Comparison, lang: str) -> bytes:
    """Return the interval plot of a comparison as PNG on white."""
    buffer = io.BytesIO()
    with style.styled(f"picture-{lang}"):
        figure = interval_figure(comparison, known(comparison, KEY), lang)
        figure.savefig(buffer, format="png", dpi=DOTS, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def write_pictures(comparison: Comparison, folder: Path) -> list[Path]:
    """Write one picture in each language and return their paths."""
    contents = {f"report.{lang}.png": picture(comparison, lang) for lang in LANGUAGES}
    return [folder / name for name in write_together(folder, contents)]


def main(argv: Sequence[str] | None = None) -> int:
    """Draw the pictures of the comparison in a folder into another; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.viz.pictures", description="Draw the README's pictures.")
    parser.add_argument("comparison", type=Path, help="folder that cogov compare --out or cogov demo filled")
    parser.add_argument("folder", type=Path, help="where the pictures go, such as docs/images")
    given = parser.parse_args(argv)
    try:
        paths = write_pictures(read_comparison(given.comparison), given.folder)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}; give a folder that cogov compare --out has filled\n")
        return 2
    sys.stdout.write("".join(f"{path}\n" for path in paths))
    return 0


if __name__ == "__main__":
    sys.exit(main())
