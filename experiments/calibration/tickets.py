"""An export of tickets, read row by row: what can be used, and every row that cannot, with its line and the reason."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
import pandas as pd

from ...scenarios.errors import Problem, ScenarioError, listed, nearest
from ...scenarios.sentences import Sentence, t
from ...scenarios.sources import shown
from .mapping import ISO, Mapping, Pick

ENCODINGS = ("utf-8", "gb18030")
REASONS: dict[str, tuple[str, str]] = {
    "fields": ("字段数与表头不符", "another number of fields than the first line"),
    "bytes": ("有不属于该编码的字节", "bytes that are not of the encoding"),
    "repeated": ("编号重复", "a number that came before"),
    "no_category": ("没有类别", "no category"),
    "no_opened": ("没有开单时间", "no time of opening"),
    "opened": ("开单时间无法识别", "a time of opening that cannot be read"),
    "closed": ("办结时间无法识别", "a time of closing that cannot be read"),
    "due": ("时限无法识别", "a due time that cannot be read"),
    "backwards": ("办结早于开单", "closed before it was opened"),
    "future": ("开单或办结晚于导出时刻", "opened or closed after the moment as of which the export stands"),
}
"""Why a row cannot be used: code, Chinese, English; the first that holds is given."""

_GZIP = b"\x1f\x8b"
_HEAD = 1


@dataclass(frozen=True)
class Tickets:
    """Tickets that can be used, and what is to be said about the others.

    Attributes:
        rows: One row a ticket: ``opened``, ``closed`` and ``due`` in UTC, ``local`` (opened, local time), ``hours``
            (open to close, or to ``until``), ``is_open``, ``category``, ``group``, ``place``, ``duplicate``,
            ``arrival``.
        bad: One row a bad row: ``line``, ``reason``, ``value``.
        until: Moment as of which the export stands, UTC.
        encoding: Encoding of the file.
        clock: Opening times that the clock shows twice or never (summer time), and how many there are.
    """

    rows: pd.DataFrame
    bad: pd.DataFrame
    until: pd.Timestamp
    encoding: str
    clock: int

    @property
    def total(self) -> int:
        """Rows of the file, good and bad."""
        return len(self.rows) + len(self.bad)

    def reasons(self) -> dict[str, int]:
        """Return how many rows are bad for each reason that occurs, in the order of `REASONS`."""
        found = Counter(self.bad["reason"])
        return {reason: found[reason] for reason in REASONS if found[reason]}


def read_tickets(path: Path, mapping: Mapping) -> Tickets:
    """Return the tickets of a CSV file, plain or compressed by gzip.

    Raises:
        ScenarioError: If the file cannot be read, lacks a column, or has no row that can be used.
    """
    name = shown(path)
    encoding: str = mapping.file.encoding
    if encoding == "auto":
        encoding = _detect(path, name)
    raw, bad = _raw(path, name, mapping, encoding)
    if raw.empty and not bad:
        _refuse(name, t("has no rows below its first line"))
    made = _Reading(raw, bad, mapping, name).tickets(encoding)
    if made.rows.empty:
        worst = ", ".join(f"{reason} {n}" for reason, n in made.reasons().items())
        _refuse(name, t("none of its {n} rows can be used ({reasons}); is it the file that the map is for?",
                        n=made.total, reasons=worst))  # fmt: skip
    return made


def _refuse(name: str, reason: Sentence, key: str = "", near: str | None = None, line: int | None = None) -> NoReturn:
    raise ScenarioError(Problem(name, key, reason, near=near, line=line))


@contextmanager
def _opened(path: Path, name: str) -> Iterator[BinaryIO]:
    """Open a file, unpacked where it is packed; what goes wrong while it is read is one message."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == _GZIP
            plain.seek(0)
            with gzip.open(plain) if packed else plain as stream:
                yield stream  # type: ignore[misc]
    except (gzip.BadGzipFile, zlib.error, EOFError):
        _refuse(name, t("is damaged: it cannot be unpacked to its end; get it anew"))
    except OSError as error:
        if path.is_dir():
            _refuse(name, t("is a folder, not a file"))
        _refuse(name, t("no such file") if not path.exists() else t("cannot be read: {reason}", reason=error.strerror))


def _detect(path: Path, name: str) -> str:
    """Return the encoding in which fewer lines have wrong bytes, UTF-8 before GB18030."""
    wrong = dict.fromkeys(ENCODINGS, 0)
    with _opened(path, name) as stream:
        for line in stream:
            if not line.isascii():
                for encoding in ENCODINGS:
                    try:
                        line.decode(encoding)
                    except UnicodeDecodeError:
                        wrong[encoding] += 1
    return min(ENCODINGS, key=wrong.__getitem__)


def _raw(path: Path, name: str, mapping: Mapping, encoding: str) -> tuple[pd.DataFrame, list[tuple[int, str, str]]]:
    """Return the columns that the map names as text, with the line of each row, and the rows that have not the form."""
    wanted = list(dict.fromkeys([*mapping.columns.used().values(), *(p.column for p in mapping.picks().values())]))
    kept: list[list[str]] = []
    bad: list[tuple[int, str, str]] = []
    with _opened(path, name) as stream:
        text = io.TextIOWrapper(stream, encoding.replace("utf-8", "utf-8-sig"), "surrogateescape", newline="")
        reader = csv.reader(text, delimiter=mapping.file.delimiter)
        try:
            head = [field.strip() for field in next(reader, [])]
            places = _places(head, wanted, mapping, name)
            for fields in reader:
                if not fields:
                    continue
                if len(fields) != len(head):
                    bad.append((reader.line_num, "fields", str(len(fields))))
                    continue
                row = [fields[place].strip() for place in places]
                if wrong := next((field for field in row if not _is_text(field)), None):
                    bad.append((reader.line_num, "bytes", wrong.encode("utf-8", "replace").decode()))
                    continue
                kept.append([str(reader.line_num), *row])
        except csv.Error as error:
            _refuse(name, t("is no table of fields: {why}", why=str(error)), line=reader.line_num)
    return pd.DataFrame(kept, columns=["", *wanted], dtype=object), bad


def _is_text(field: str) -> bool:
    return field.isascii() or not any("\udc80" <= sign <= "\udcff" for sign in field)


def _places(head: list[str], wanted: list[str], mapping: Mapping, name: str) -> list[int]:
    """Return where the columns stand that the map names."""
    if not any(head):
        _refuse(name, t("is empty: its first line must name the columns"))
    meanings = {name: f"columns.{meaning}" for meaning, name in mapping.columns.used().items()}
    problems = []
    for column in wanted:
        key = meanings.get(column, "rules")
        if (times := head.count(column)) != 1:
            reason = (
                t("{times} columns are called {column}", times=times, column=column)
                if times
                else t("the map names a column {column} that the file lacks; its columns: {head}",
                       column=column, head=listed(head, 40))
            )  # fmt: skip
            problems.append(Problem(name, key, reason, line=_HEAD, near=nearest(column, head)))
    if problems:
        raise ScenarioError(problems)
    return [head.index(column) for column in wanted]


class _Reading:
    """The rows of a file on their way from text to tickets."""

    def __init__(self, raw: pd.DataFrame, bad: list[tuple[int, str, str]], mapping: Mapping, name: str) -> None:
        self.raw, self.bad, self.mapping, self.name = raw, bad, mapping, name
        self.reason = np.full(len(raw), "", dtype=object)
        self.value = np.full(len(raw), "", dtype=object)
        self.clock = 0

    def tickets(self, encoding: str) -> Tickets:
        """Return what can be used, and what cannot."""
        columns = self.mapping.columns
        if columns.id:
            ids = self.raw[columns.id]
            self._refuse("repeated", ids.duplicated() & (ids != ""), ids)
        category = self.raw[columns.category]
        self._refuse("no_category", category == "", category)
        self._refuse("no_opened", self.raw[columns.opened] == "", self.raw[columns.opened])
        opened, closed, due = (self._times(meaning) for meaning in ("opened", "closed", "due"))
        until = self._until(opened, closed)
        self._refuse("backwards", closed < opened, self.raw[columns.closed])
        self._refuse("future", (opened > until) | (closed > until), self.raw[columns.opened])
        good = self.reason == ""
        zone, is_open = self.mapping.time.zone, closed.isna()
        rows = pd.DataFrame(
            {
                "opened": opened, "closed": closed, "due": due, "is_open": is_open,
                "local": opened.dt.tz_convert(zone).dt.tz_localize(None),
                "hours": (closed.fillna(until) - opened).dt.total_seconds() / 3600.0,
                "category": category, "group": self._text("group"), "place": self._text("place"),
                "duplicate": self._picked("duplicate", False), "arrival": self._picked("arrivals", True),
            }
        )[good].reset_index(drop=True)  # fmt: skip
        wrong = [(int(line), reason, value) for line, reason, value in
                 zip(self.raw[""][~good], self.reason[~good], self.value[~good], strict=True)]  # fmt: skip
        bad = pd.DataFrame(sorted([*self.bad, *wrong]), columns=["line", "reason", "value"])
        return Tickets(rows, bad, until, encoding, self.clock)

    def _refuse(self, reason: str, where: Any, values: pd.Series) -> None:
        """Note a reason for rows that have none yet."""
        new = np.asarray(where, dtype=bool) & (self.reason == "")
        self.reason[new], self.value[new] = reason, values[new]

    def _text(self, meaning: str) -> Any:
        column = getattr(self.mapping.columns, meaning)
        return self.raw[column] if column else ""

    def _picked(self, rule: str, otherwise: bool) -> Any:
        pick: Pick | None = self.mapping.picks().get(rule)
        if pick is None:
            return otherwise
        values = self.raw[pick.column]
        return values.isin(pick.values) if pick.values else values.str.contains(pick.pattern, regex=True)

    def _times(self, meaning: str) -> pd.Series:
        """Return the times of a column in UTC; a text that is none is a bad row."""
        column = getattr(self.mapping.columns, meaning)
        texts = self.raw[column] if column else pd.Series("", index=self.raw.index, dtype=object)
        found = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns, UTC]")
        for form in self.mapping.time.formats:
            left = texts[found.isna() & (texts != "")]
            if not left.empty:
                found[left.index] = self._read(left, form, meaning)
        self._refuse(meaning, found.isna() & (texts != ""), texts)
        return found

    def _read(self, texts: pd.Series, form: str, meaning: str) -> pd.Series:
        """Return times that are written in one form; those without an offset are local."""
        if form == ISO:
            offset = texts.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
            return pd.concat(
                [
                    pd.to_datetime(texts[offset], format=form, errors="coerce", utc=True),
                    self._local(pd.to_datetime(texts[~offset], format=form, errors="coerce"), meaning),
                ]
            ).reindex(texts.index)
        if "%z" in form:
            return pd.to_datetime(texts, format=form, errors="coerce", utc=True)
        return self._local(pd.to_datetime(texts, format=form, errors="coerce"), meaning)

    def _local(self, times: pd.Series, meaning: str) -> pd.Series:
        """Return local times in UTC: the earlier of what the clock shows twice, the next of what it never shows."""
        zone = self.mapping.time.zone
        if meaning == "opened":
            strict = times.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
            self.clock += int((strict.isna() & times.notna()).sum())
        first = np.ones(len(times), dtype=bool)
        return times.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward").dt.tz_convert("UTC")

    def _until(self, opened: pd.Series, closed: pd.Series) -> pd.Timestamp:
        """Return the moment as of which the export stands: as declared, or else the latest time in it."""
        declared = self.mapping.time.until
        if declared is not None:
            zone = self.mapping.time.zone
            return (
                pd.Timestamp(declared).tz_localize(zone, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
            )
        return pd.Timestamp(
            max((s.max() for s in (opened, closed) if s.notna().any()), default=pd.Timestamp(0, tz="UTC"))
        )
