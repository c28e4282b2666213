"""The catalogue of needs: read from ``incidents.toml``, checked, and packed for the engine."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np

from ..agents.columns import Column, Rows, Table

DEADLINES = ("emergency", "urgent", "ordinary", "complex")
"""Deadline classes: 2 hours, 24 hours, 5 working days, 15 working days (published rules of Beijing and others)."""

LOG_NORMAL, EXPONENTIAL = 0, 1
WORK_LAWS = ("log_normal", "exponential")
"""Distributions of hands-on minutes: log-normal (facts: the best family of most ticket types), and exponential, with
which queues have exact formulas."""

PROFILES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    # hour 0..23 weights and Monday..Sunday factors; day and evening after Boston 2015
    "day": (
        (
            0.6,
            0.4,
            0.4,
            0.2,
            0.3,
            0.4,
            1.3,
            3.5,
            7.9,
            9.2,
            9.3,
            9.4,
            7.9,
            7.9,
            8.3,
            8.1,
            6.3,
            4.6,
            4.0,
            3.0,
            2.6,
            2.1,
            1.6,
            0.9,
        ),
        (1.16, 1.2, 1.16, 1.14, 1.06, 0.66, 0.62),
    ),
    "evening": (
        (
            0.9,
            0.8,
            0.8,
            0.4,
            0.6,
            0.7,
            2.0,
            4.5,
            6.1,
            6.2,
            6.9,
            6.8,
            6.8,
            6.5,
            6.3,
            5.9,
            6.4,
            6.9,
            6.7,
            5.3,
            4.3,
            3.6,
            2.9,
            1.6,
        ),
        (0.98, 1.0, 1.0, 1.0, 1.02, 1.02, 0.98),
    ),
    "office": (
        (0, 0, 0, 0, 0, 0, 0.5, 3, 12, 15, 14, 9, 3, 8, 13, 12, 8, 2.5, 0, 0, 0, 0, 0, 0),
        (1.4, 1.35, 1.3, 1.25, 1.2, 0.3, 0.2),
    ),
    "flat": (
        (
            2.8,
            2.4,
            2.2,
            2.0,
            2.2,
            2.8,
            3.6,
            4.4,
            4.8,
            4.8,
            4.8,
            4.8,
            4.8,
            4.6,
            4.6,
            4.6,
            4.8,
            5.2,
            5.4,
            5.4,
            5.2,
            4.8,
            4.2,
            3.6,
        ),
        (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    ),
}
"""Hour and weekday shapes of arrivals."""

KINDS_OF_GRID = 4

CATEGORIES = Table(
    "categories",
    "事项类别",
    "Categories of need",
    (
        Column("rate", "f8", "1/(1000 residents year)", "发生率", "needs arising, by grid kind", 0, 1e5, KINDS_OF_GRID),
        Column("surge", "f8", "1/(1000 residents day)", "冲击任务率", "tasks a shock of severity 1 brings", 0, 1e4),
        Column(
            "ceiling",
            "f8",
            "1/(slot day)",
            "候选上限",
            "ceiling rate of the thinning, by grid kind",
            0,
            None,
            KINDS_OF_GRID,
        ),
        Column("eyes", "f8", "1/day", "目击频次", "noticing residents a day", 0, 1000),
        Column("visible", "f8", "1", "可见度", "visibility to a patrol", 0, 1),
        Column("work", "f8", "min", "工时", "mean hands-on minutes, all parties", 1, 6000),
        Column("sigma", "f8", "1", "工时离散", "sigma of ln(work)", 0, 2),
        Column("law", "i8", "code", "工时分布", "distribution of hands-on minutes", 0, 1),
        Column("severity", "f8", "1", "严重程度", "mean and spread of severity", 0, 1, 2),
        Column("net", "i8", "code", "归口", "net that owns it", 0, 6),
        Column("skill", "i8", "code", "技能", "skill asked", 0, 7),
        Column("levels", "f8", "1", "办结层级", "share finished at each level", 0, 1, 5),
        Column("parties", "f8", "1", "协同方数", "chance of 1 to 4 parties", 0, 1, 4),
        Column("lines", "i8", "code", "条线", "department lines asked, -1 none", -1, 11, 4),
        Column("deadline", "i8", "code", "时限类别", "deadline class", 0, 3),
        Column("fester_minutes", "f8", "min", "恶化间隔", "interval at which an open need worsens", 60),
        Column("lapse_minutes", "f8", "min", "自行消失", "age at which an unhandled need lapses", 60),
        Column("recur", "f8", "1", "复发率", "chance that a solved need comes back", 0, 1),
        Column("recur_minutes", "f8", "min", "复发间隔", "mean time to recurrence", 60),
        Column("dispersion", "f8", "1", "过度离散", "sigma of the daily busy factor", 0, 2),
        Column("phone", "f8", "1", "热线占比", "share of reports made by phone", 0, 1),
        Column("shock", "i8", "code", "专属冲击", "shock that brings it, -1 ordinary", -1, 4),
        Column("hours", "f8", "1", "时段累积", "cumulative share by hour of the day", 0, 1.000001, 24),
        Column("weekdays", "f8", "1", "星期系数", "factor Monday to Sunday", 0, 7, 7),
    ),
)

HEADROOM = 1.25
"""Ceiling of the thinning over the largest ordinary rate: room for hazards that policies or decay raise."""

SHOCKS = ("outbreak", "rainstorm", "fire", "hotline_surge")
"""Kinds of shock, in the order of their codes."""

_FIELDS = {
    "id",
    "zh",
    "en",
    "rate",
    "eyes",
    "visible",
    "work",
    "sigma",
    "severity",
    "net",
    "skill",
    "levels",
    "parties",
    "lines",
    "deadline",
    "fester_days",
    "lapse_days",
    "recur",
    "recur_days",
    "profile",
    "dispersion",
    "phone",
}
_OPTIONAL = {"shock", "surge", "law"}


class Catalogue:
    """Categories of need: packed ``rows`` for the engine, ``ids`` and names for people."""

    def __init__(self, text: str, where: str = "incidents.toml") -> None:
        entries = tomllib.loads(text)["category"]
        self.ids = tuple(str(e["id"]) for e in entries)
        self.zh = tuple(str(e["zh"]) for e in entries)
        self.en = tuple(str(e["en"]) for e in entries)
        self.rows: Rows = CATEGORIES.rows(len(entries))
        for row, entry in zip(self.rows, entries, strict=True):
            self._pack(row, entry, f"{where}: category {entry.get('id', '?')}")
        CATEGORIES.check(self.rows)

    @staticmethod
    def _pack(row: Rows, e: dict[str, object], where: str) -> None:
        missing, extra = _FIELDS - e.keys(), e.keys() - _FIELDS - _OPTIONAL
        if missing or extra:
            raise ValueError(f"{where}: missing {sorted(missing)}, unknown {sorted(extra)}")
        for name in (
            "rate",
            "eyes",
            "visible",
            "work",
            "sigma",
            "severity",
            "net",
            "skill",
            "levels",
            "parties",
            "recur",
            "dispersion",
            "phone",
        ):
            row[name] = e[name]
        for name in ("levels", "parties"):
            if abs(float(row[name].sum()) - 1.0) > 1e-9:
                raise ValueError(f"{where}: {name} must sum to 1, found {float(row[name].sum()):g}")
        lines = list(e["lines"])  # type: ignore[call-overload]
        row["lines"] = lines + [-1] * (4 - len(lines))
        row["deadline"] = DEADLINES.index(str(e["deadline"]))
        row["law"] = WORK_LAWS.index(str(e.get("law", WORK_LAWS[LOG_NORMAL])))
        row["fester_minutes"] = float(e["fester_days"]) * 1440.0  # type: ignore[arg-type]
        row["lapse_minutes"] = float(e["lapse_days"]) * 1440.0  # type: ignore[arg-type]
        row["recur_minutes"] = float(e["recur_days"]) * 1440.0  # type: ignore[arg-type]
        row["surge"] = float(e.get("surge", 0.0))  # type: ignore[arg-type]
        row["shock"] = SHOCKS.index(str(e["shock"])) if "shock" in e else -1
        hours, weekdays = PROFILES[str(e["profile"])]
        row["hours"] = np.cumsum(hours) / np.sum(hours)
        row["weekdays"] = np.array(weekdays) * 7.0 / np.sum(weekdays)
        row["ceiling"] = row["rate"] * float(row["weekdays"].max()) * HEADROOM / 365_000.0


def load_catalogue() -> Catalogue:
    """Return the catalogue that the package ships."""
    return Catalogue((files(__package__) / "incidents.toml").read_text(encoding="utf-8"))
