"""The look of figures: a font with Chinese, colours that colour-blind readers tell apart, the same bytes each time."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from fontTools import subset
from matplotlib import font_manager
from matplotlib import style as mpl_style
from matplotlib.figure import Figure
from matplotlib.text import Text

from ..scenarios.sentences import Told, t
from . import blocks

FAMILY = "Noto Sans SC"
FONT = "NotoSansSC-Regular-gb2312"

INK, SOFT, FAINT = "#1f2933", "#5f6b76", "#d5dae0"
BASE = "#4a4a4a"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's colours in an order that also steps in lightness."""
Dash = tuple[float, tuple[float, ...]]
DASHES: tuple[Dash, ...] = (
    (0, (6, 2)),
    (0, (2, 1)),
    (0, (6, 2, 1, 2)),
    (0, (1, 1)),
    (0, (8, 2, 1, 2, 1, 2)),
    (0, (4, 4)),
)
MARKS = ("o", "s", "^", "D", "v", "P")
LEVEL_COLOURS = "cividis_r"
"""Colours of values on maps, of reports and pages alike: dark is more; made for all kinds of colour vision."""
CHANGE_COLOURS = "PuOr_r"
"""Colours of differences on maps: purple is less, orange is more."""

_SETTINGS: dict[str, Any] = {
    "font.family": [FAMILY], "font.size": 10.0, "axes.unicode_minus": True, "text.color": INK,
    "axes.edgecolor": SOFT, "axes.labelcolor": INK, "xtick.color": SOFT, "ytick.color": INK, "axes.linewidth": 0.7,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 10.5, "axes.titlelocation": "left",
    "axes.grid": True, "axes.axisbelow": True, "grid.color": FAINT, "grid.linewidth": 0.6, "legend.frameon": False,
    "figure.facecolor": "none", "axes.facecolor": "none", "image.composite_image": False,
    "figure.dpi": 100.0, "savefig.dpi": 150.0, "hatch.linewidth": 0.6,
}  # fmt: skip


def colour(i: int) -> str:
    """Return the colour of the i-th scenario after the reference; colours come again after six."""
    return COLOURS[i % len(COLOURS)]


def dash(i: int) -> Dash:
    """Return the line style of the i-th scenario after the reference, with colours that come again another one."""
    return DASHES[(i + i // len(COLOURS)) % len(DASHES)]


def mark(i: int) -> str:
    """Return the marker of the i-th scenario after the reference, with colours that come again another one."""
    return MARKS[(i + i // len(COLOURS)) % len(MARKS)]


@cache
def _register_font() -> frozenset[int]:
    """Make the font known and return the code points that it holds."""
    with as_file(files(__package__) / "fonts" / f"{FONT}.otf") as path:
        font_manager.fontManager.addfont(str(path))
        return frozenset(font_manager.get_font(str(path)).get_charmap())


class LackingSigns(Told, UserWarning):
    """Signs that the font of figures lacks, with the texts that hold them."""


def lacking(figure: Figure) -> dict[str, str]:
    """Return the signs of a figure that was drawn which its font lacks, each with the first text that holds it."""
    held, found = _register_font(), dict[str, str]()
    for part in figure.findobj(Text):
        text = part.get_text()
        found |= {sign: text for sign in text if sign.isprintable() and ord(sign) not in held and sign not in found}
    return found


_told = set[str]()
"""Signs that were told of."""


def _tell_of_lacking(figure: Figure) -> None:
    """Say in words, and of each sign once, what Matplotlib would say of it in every figure."""
    found = {sign: text for sign, text in lacking(figure).items() if sign not in _told}
    if not found:
        return
    _told.update(found)
    signs, texts = " ".join(found), "; ".join(dict.fromkeys(found.values()))
    warnings.warn(LackingSigns(t("the font of reports lacks {signs} ({texts}): in figures such a character prints as a "
                                 "box, unless the reader's machine has a font for it; write the name with other "
                                 "characters to be sure", signs=signs, texts=texts)), stacklevel=4)  # fmt: skip


_LETTERS: ContextVar[str] = ContextVar("letters", default="none")


@contextmanager
def letters_as_paths() -> Iterator[None]:
    """Draw letters as outlines, for figures that are files of their own and have no page to bring their font."""
    before = _LETTERS.set("path")
    try:
        yield
    finally:
        _LETTERS.reset(before)


@contextmanager
def styled(name: str) -> Iterator[None]:
    """Draw with the house's settings; ``name`` keys the ids inside the SVG."""
    _register_font()
    own = {"svg.hashsalt": f"cogov {name}", "svg.fonttype": _LETTERS.get()}
    with mpl_style.context(["default", {**_SETTINGS, **own}]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        yield


def drawn(figure: Figure, name: str, lang: str, alt: str, data: str, *, digits: int = 2) -> blocks.Figure:
    """Return a figure as a block of a report. Call it inside `styled`.

    Args:
        figure: The drawing.
        name: What it is called in all languages.
        lang: Language of its words.
        alt: What it shows, in words.
        data: Its numbers as CSV.
        digits: Digits of a point that its lines are drawn with.
    """
    return blocks.Figure(svg(figure, f"{name}-{lang}", alt, digits), name, data, alt)


def svg(figure: Figure, name: str, title: str, digits: int = 2) -> str:
    """Return a figure as an inline ``<svg>`` with a text for those who cannot see it.

    Its ids bear ``name`` in front, so several figures can stand in one page. Call it inside `styled`.
    """
    buffer = io.StringIO()
    figure.savefig(
        buffer,
        format="svg",
        bbox_inches="tight",
        pad_inches=0.05,
        metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
    )
    _tell_of_lacking(figure)
    text = buffer.getvalue()
    text = text[text.index("<svg") :].strip()
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r' id="image[0-9a-f]+"', "", text)  # nobody refers to them, and equal images bear equal ones
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(url\(#|href="#)', rf"\1{name}-", text)
    text = re.sub(r'^<svg\b([^>]*?) width="[^"]*"([^>]*?)height="[^"]*"', r"<svg\1\2", text, count=1)
    text = re.sub(r'^<svg\b([^>]*?) height="[^"]*"([^>]*?)width="[^"]*"', r"<svg\1\2", text, count=1)
    text = re.sub(r'\bd="([^"]*)"', lambda found: f'd="{_short(found[1], digits)}"', text)
    text = re.sub(r'( [xy]="-?\d+\.\d\d)\d+"', r'\1"', text)
    text = _MARKS_ALIKE.sub(_grouped, text)
    label = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}" style="--wide:{_width(text)}px"', 1)


_MARKS_ALIKE = re.compile(r'<use [^>]*? style="([^"]*)"/>(?:\s*<use [^>]*? style="\1"/>){3,}')


def _grouped(found: re.Match[str]) -> str:
    """Return marks that look alike as a group, which says once how they look."""
    look = f' style="{found[1]}"'
    marks = re.sub(r"\s*(<use)", r"\1", found[0]).replace(look, "")
    return f"<g{look}>{marks}</g>"


def _short(path: str, digits: int = 2) -> str:
    """Return an SVG path with a few digits of a point, and with h and v for lines along an axis."""
    made: list[str] = []
    x = y = 0.0
    for letter, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = [round(float(number), digits) for number in rest.split()]
        if letter == "L" and len(numbers) == 2 and x == numbers[0]:
            made.append(f"v{_plain(numbers[1] - y)}")
        elif letter == "L" and len(numbers) == 2 and y == numbers[1]:
            made.append(f"h{_plain(numbers[0] - x)}")
        else:
            made.append(letter + " ".join(map(_plain, numbers)))
        if len(numbers) >= 2:
            x, y = numbers[-2:]
    return "".join(made)


def _plain(number: float) -> str:
    return f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _width(text: str) -> int:
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+)', text)
    return round(float(box.group(1)) * 1.28) if box else 900


def font_of(text: str) -> str:
    """Return the font with just the signs that a text holds, as base64 of WOFF: a small part of the whole."""
    options = subset.Options(layout_features=["kern", "palt"], hinting=False, notdef_outline=True)
    with as_file(files(__package__) / "fonts" / f"{FONT}.otf") as path:
        font = subset.load_font(str(path), options)
    chosen = subset.Subsetter(options)
    chosen.populate(text="".join(sorted(set(text))))
    chosen.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return base64.b64encode(buffer.getvalue()).decode()
