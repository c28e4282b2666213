"""A button that takes a text file from the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

MOST = 1_000_000
"""Most characters that are taken; a scenario file has a few thousand."""


class UploadWidget(anywidget.AnyWidget):
    """A native file button; see ``upload.js`` beside this file."""

    _esm = Path(__file__).with_name("upload.js")
    label = traitlets.Unicode("").tag(sync=True)
    most = traitlets.Int(MOST).tag(sync=True)
    file = traitlets.List().tag(sync=True)


def upload(label: str, on_file: Callable[[str, str], None]) -> Any:
    """Return the button; ``on_file`` gets name and content of the file."""

    def taken(file: list[Any]) -> None:
        if file:
            on_file(str(file[0]), str(file[1]))

    return UploadWidget.element(label=label, on_file=taken)
