"""What an hour of each kind of responder costs. Volunteers cost their time, not money."""

from __future__ import annotations

from .parameters import parameter
from .responders import KINDS

_CNY_AN_HOUR: dict[str, tuple[float, str, str]] = {
    "grid_workers": (45, "80,000 CNY a year all-in over 1,800 h", "E"),
    "part_time_grid_workers": (25, "an allowance; estimate to be swept", "E"),
    "community_workers": (52, "80,000 to 110,000 CNY a year over 1,800 h (three posts, 18 grades; recalled)", "E"),
    "property_staff": (30, "estimate to be swept", "E"),
    "street_officers": (90, "an official's pay and contributions; estimate to be swept", "E"),
    "street_duty": (90, "as street officers", "E"),
    "line_officers": (100, "an official's pay and contributions; estimate to be swept", "E"),
    "line_duty": (100, "as department officers", "E"),
    "social_workers": (50, "bought service; estimate to be swept", "E"),
    "cadres": (50, "officials full time, members for nothing: half of an official's hour; estimate to be swept", "E"),
    "unit_helpers": (60, "what the unit pays them; estimate to be swept", "E"),
    "reserve": (100, "as department officers", "E"),
    "members": (0, "volunteers", "E"),
    "mass_volunteers": (0, "volunteers", "E"),
}

PAY: tuple[int, ...] = tuple(
    parameter(
        f"pay.{kind}", _CNY_AN_HOUR[kind][0], "CNY/h", 0, 1000, f"{zh}每工时费用",
        f"cost of an hour on duty: {en.lower()}", *_CNY_AN_HOUR[kind][1:],
    )
    for kind, zh, en in KINDS
)  # fmt: skip
"""Parameter of each kind of responder, in the order of their codes."""
