"""What a page of measured figures says once the model has changed since they were made.

Pages of validation, verification and sensitivity name the revision of the model that made them. They say so when they
are written from figures of another revision than this one; ``python -m cogov.viz.older docs`` makes the pages that
stand in docs say so, after a change of the model that does not make them anew.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ..agents.rules import source_digest
from ..experiments.tables import write_together
from .words import LANGUAGES, w

PAGES = ("validation", "verification", "sensitivity")
"""Pages whose figures come from long runs, and whose first paragraph ends with the revision of the model."""


def older(revision: str, lang: str) -> str:
    """Return the sentence that figures of a revision bear, empty if it is this one."""
    return "" if revision == source_digest() else w("older.note", lang)


def revision_of(page: str) -> str:
    """Return the revision that the first paragraph of a page names last.

    Raises:
        ValueError: If it names none.
    """
    found = re.findall(r"\b[0-9a-f]{16}\b", page.split("\n\n")[1])
    if not found:
        raise ValueError("the first paragraph names no revision of the model")
    return str(found[-1])


def marked(page: str, lang: str) -> str:
    """Return a page with the sentence after its first paragraph, or without it, as its revision asks."""
    title, intro, *rest = page.split("\n\n")
    note = older(revision_of(page), lang)
    return "\n\n".join(
        [title, intro, *([note] if note else []), *(rest[1:] if rest[0] == w("older.note", lang) else rest)]
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Mark the pages of a folder; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.viz.older", description="Mark pages older than the model.")
    parser.add_argument("folder", type=Path, help="where the pages stand, such as docs")
    folder = parser.parse_args(argv).folder
    made = {}
    for name, lang in ((f"{page}.{lang}.md", lang) for page in PAGES for lang in LANGUAGES):
        try:
            made[name] = marked((folder / name).read_text(encoding="utf-8"), lang).encode()
        except (OSError, ValueError, IndexError) as error:
            sys.stderr.write(f"{folder / name}: cannot be marked ({error}); give the folder of the project's pages\n")
            return 2
    write_together(folder, made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
