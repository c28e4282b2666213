"""The files that a calibration leaves: tables, targets, and arrival profiles in the form of a scenario."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..tables import json_bytes, write_together
from .calibrate import Calibration, Handling
from .laws import FAMILIES
from .tickets import REASONS

ARRIVALS, TARGETS, FITS, BAD, SUMMARY = "arrivals.toml", "targets.toml", "fits.csv", "bad_rows.csv", "calibration.json"
_FITS = ("level", "key", "n", "instant", "censored", "median_hours", "median_low", "median_high", "p90_hours",
         "best", "mu", "sigma", "best_median_hours", "best_p90_hours", "distance")  # fmt: skip


def write(made: Calibration, folder: Path, more: Mapping[str, bytes] | None = None) -> dict[str, str]:
    """Write all files of a calibration, all or none; ``more`` are others beside them. Return their hashes by name."""
    return write_together(
        folder,
        {
            ARRIVALS: arrivals_toml(made).encode(),
            TARGETS: targets_toml(made).encode(),
            FITS: fits_csv(made.handling).encode(),
            BAD: bad_csv(made).encode(),
            SUMMARY: json_bytes(summary(made)),
            **(more or {}),
        },
    )


def arrivals_toml(made: Calibration) -> str:
    """Return the arrival profiles as a scenario file, to be laid over any other with ``--with``."""
    about = made.mapping
    lines = [
        *_head(made), "format = 1", 'id = "arrivals"', 'extends = "baseline"',
        f"name = {_words(f'到达规律：{about.name.zh}', f'Arrivals as in {about.name.en}')}",
        f"question = {_words('诉求按工单的时段、星期、月份发生时如何？', 'What if needs arise when tickets do?')}",
    ]  # fmt: skip
    for each in made.of_model:
        if (found := each.arrivals) is None:
            continue
        lines += ["", f"[category.{each.category}]   # n = {found.n}", f"hours = {_numbers(100 * found.hours, 2)}",
                  f"weekdays = {_numbers(found.weekdays, 3)}"]  # fmt: skip
        if found.months is not None:
            lines.append(f"months = {_numbers(found.months, 3)}")
        lines.append(f"dispersion = {found.dispersion(made.places):.3f}")
    return "\n".join(lines) + "\n"


def targets_toml(made: Calibration) -> str:
    """Return the targets of the categories of the model, with their source."""
    about, tickets = made.mapping, made.tickets
    lines = [
        *_head(made), "format = 1", 'id = "targets"', f"name = {_words(about.name.zh, about.name.en)}",
        f"instant_minutes = {about.rules.instant_minutes!r}", f"days = {(made.last - made.first).days + 1}",
        f"tickets = {len(tickets.rows)}", "", "[source]",
        f"name = {_words(about.source.name.zh, about.source.name.en)}",
        f"licence = {_text(about.source.licence)}", f"address = {_text(about.source.address)}",
    ]  # fmt: skip
    for each in made.of_model:
        if each.targets:
            lines += ["", f"[category.{each.category}]"]
            lines += [f"{name} = {{ value = {_number(x.value)}, low = {_number(x.low)}, high = {_number(x.high)}, "
                      f"n = {x.n} }}" for name, x in each.targets.items()]  # fmt: skip
    return "\n".join(lines) + "\n"


def _head(made: Calibration) -> list[str]:
    about, tickets = made.mapping, made.tickets
    source = "; ".join(part for part in (about.source.name.en, about.source.licence, about.source.address) if part)
    zone = about.time.zone
    return [
        f"# {source}.",
        f"# {len(tickets.rows)} of {tickets.total} rows used, {made.first.date()} to {made.last.date()}, as of "
        f"{tickets.until.tz_convert(zone):%Y-%m-%d %H:%M} ({zone}). Made by: cogov calibrate --map {about.id}",
        "# A share of tickets closed in time is an outcome of the model; it is never its hands-on work.",
    ]


def fits_csv(handling: Iterable[Handling]) -> str:
    """Return the fits as a table, one row a set of tickets; AIC stands as the difference to the log-normal's."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    others = [family for family in FAMILIES if family != "log_normal"]
    writer.writerow([*_FITS, *(f"aic_{family}" for family in others)])
    for each in handling:
        median, low, high = each.curve.quantile(0.5)
        row: list[Any] = [each.level, each.key, each.n, each.instant, each.censored, median, low, high,
                          each.curve.quantile(0.9)[0]]  # fmt: skip
        normal = each.of("log_normal")
        if normal is None:
            row += [""] * (len(_FITS) - len(row) + len(others))
        else:
            best = each.fits[0]
            fitted = dict.fromkeys(others, math.nan) | {f.family: f.aic - normal.aic for f in each.fits}
            row += [best.family, math.log(normal.shape[-1]), normal.shape[0], *best.quantile([0.5, 0.9]), each.distance,
                    *(fitted[family] for family in others)]  # fmt: skip
        writer.writerow([f"{x:.6g}" if isinstance(x, float) and math.isfinite(x) else "" if isinstance(x, float) else x
                         for x in row])  # fmt: skip
    return text.getvalue()


def bad_csv(made: Calibration) -> str:
    """Return the rows that could not be used: line, reason in both languages, and what stands there."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "reason", "zh", "en", "value"])
    for row in made.tickets.bad.itertuples():
        writer.writerow([row.line, row.reason, *REASONS[row.reason], row.value])
    return text.getvalue()


def summary(made: Calibration) -> dict[str, Any]:
    """Return counts of rows and what was made of them."""
    tickets = made.tickets
    return {
        "format": 1,
        "map": made.mapping.id,
        "rows": tickets.total,
        "used": len(tickets.rows),
        "bad": tickets.reasons(),
        "clock_twice_or_never": tickets.clock,
        "encoding": tickets.encoding,
        "first_day": str(made.first.date()),
        "last_day": str(made.last.date()),
        "until": tickets.until.isoformat(),
        "fitted": {level: len(made.level(level)) for level in ("category", "group", "model")},
        "without_category_of_model": made.unmapped,
        "too_few_to_fit": made.sparse,
        "variance_over_mean": list(made.all_arrivals.variance_ratio),
        "negative_binomial_k": [made.all_arrivals.k, made.all_arrivals.low, made.all_arrivals.high],
    }


def _words(zh: str, en: str) -> str:
    return f"{{ zh = {_text(zh)}, en = {_text(en)} }}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(x: float) -> str:
    return "inf" if math.isinf(x) else f"{x:.6g}" if x != int(x) else f"{x:.1f}"


def _numbers(values: Sequence[float] | NDArray[np.float64], digits: int) -> str:
    return "[" + ", ".join(f"{float(x):.{digits}f}" for x in values) + "]"
