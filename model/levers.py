"""What a policy may touch: declared levers, and how several contributions become one value.

A lever is a column over an entity (places, pools, lines and so on) that a rule of the engine reads. Its *base* is a
declared number of the model, or a constant. Its *fold* says how contributions of several policies combine.
Contributions are computed from the baseline, folded in the canonical order of the policies' instance ids, and clamped
once, so the order in a file cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..agents import committees as K
from ..agents import handling as H
from ..agents.bargaining import TALK_DAYS
from ..agents.columns import Column, Rows, Table
from .calendar import WEEK

SUM, SCALE, MAX, SET = "sum", "scale", "max", "set"
"""Folds: add; multiply (sum of logarithms); the largest; one value only, two are a conflict."""


ENTITIES: tuple[str, ...] = ("community", "topic", "pool", "line", "unit", "firm", "compound", "hour")
"""What levers are columns of. A *topic* is a category of needs in a community, its row
``community * categories + category``; an *hour* is one of the 24 of the city's day."""


@dataclass(frozen=True, slots=True)
class Lever:
    """A column that policies may move, where it lives and how contributions fold."""

    column: Column
    fold: str
    of: str
    """One of ``ENTITIES``."""
    base: float = 0.0
    """Value without any policy, the same on every row."""
    usual: int | None = None
    """Parameter of the model that is the base instead."""

    @property
    def name(self) -> str:
        """Name in code and files, such as ``community.misroute``."""
        return f"{self.of}.{self.column.name}"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One policy's push on one lever: ``value`` (scalar or one per row) on ``rows`` of the entity."""

    lever: str
    rows: NDArray[np.int64]
    value: float | NDArray[np.float64]


def _lever(
    of: str, fold: str, name: str, unit: str, low: float, high: float, zh: str, en: str,
    base: float = 0.0, usual: int | None = None,
) -> Lever:  # fmt: skip
    return Lever(Column(name, "f8", unit, zh, en, low, high), fold, of, base, usual)


# fmt: off
_REPORTING = (
    _lever("community", SUM, "friction", "logit", -5, 5, "上报阻力", "friction of reporting"),
    _lever("community", SUM, "counter_hours", "h/day", 0, 5, "窗口延时",
           "hours that the counter is open in the evening"),
    _lever("community", SUM, "merging", "1", 0, 1, "重复件识别率",
           "share of duplicates recognised at intake", usual=H.MERGING),
    _lever("community", SCALE, "patrol", "visits/day", 0, 48, "巡查频次",
           "patrol visits a grid and day", usual=H.PATROL),
    _lever("community", SUM, "sensing", "visits/day", 0, 48, "感知频次",
           "looks a day that sensors take at a need that is fully visible"),
    _lever("community", SUM, "watch", "visits/day", 0, 48, "党员骑手留意频次",
           "looks a day that members of the grid and riders take at a need that is fully visible"),
    _lever("community", SUM, "screening", "1", 0, 1, "筛查比例", "share of residents screened a day"),
    _lever("community", SUM, "patrol_aim", "1", 0, 1, "巡查按风险程度", "how far patrols follow known risk"),
)
_ROUTING = (
    _lever("community", SCALE, "dispatch_minutes", "min", 0, 1440, "派单时间",
           "minutes to dispatch a case", usual=H.DISPATCH_MINUTES),
    _lever("community", SCALE, "acceptance", "1", 0.01, 10, "签收等待系数",
           "factor on the human acceptance wait", base=1.0),
    _lever("community", SCALE, "misroute", "1", 0, 1, "错派概率",
           "probability that a case is misrouted", usual=H.MISROUTE),
    _lever("community", SUM, "decision", "1", 0.05, 5, "上交决策等待系数",
           "factor on hand-up and decision waits", base=1.0),
    _lever("community", SET, "talk_days", "working day", 1, 60, "协商间隔", "working days between rounds of talks",
           usual=TALK_DAYS),
    _lever("community", SCALE, "overflow", "1", 0, 1, "逾期上交概率",
           "chance that an overdue queued case is handed to the street", usual=H.OVERFLOW),
    _lever("community", MAX, "convener", "1", 0, 1, "牵头召集",
           "probability that parties are called side by side", usual=H.CONVENER),
    _lever("community", SCALE, "setup_minutes", "min", 0, 14400, "会商准备",
           "set-up of a joint case, minutes a party", usual=H.SETUP_MINUTES),
    _lever("community", MAX, "one_leader", "1", 0, 1, "一肩挑网格占比",
           "share of grids whose leader also sits in the community's leadership"),
    _lever("community", MAX, "meetings", "1/day", 0, 1, "联动会商频次",
           "linkage meetings a day at which hand-ups are decided"),
)
_BY_TOPIC = (
    _lever("topic", MAX, "counter", "1", 0, 1, "窗口办结比例",
           "share of simple cases reported at a staffed counter that end there"),
    _lever("topic", MAX, "talks", "1", 0, 1, "协商比例", "share of accepted cases that go to rounds of talks"),
    _lever("topic", MAX, "self_help", "1", 0, 1, "居民先行比例",
           "share of needs that are offered to residents to settle before they are reported"),
    _lever("topic", SCALE, "misroute", "1", 0, 10, "类别错派系数", "factor on misrouting of a category", base=1.0),
    _lever("topic", SUM, "head_start", "min", 0, 525_600, "排队提前",
           "minutes by which cases of a category stand in queues as if they fell due earlier"),
    _lever("topic", MAX, "powers", "1", 0, 1, "下放权限占比",
           "share of a category's needs that ask for the district which the street may finish"),
    _lever("topic", MAX, "officers", "1", 0, 1, "部门驻点",
           "1 where officers of a category's line posted to the community finish there what asks for the district"),
    _lever("topic", MAX, "whistle", "1", 0, 1, "吹哨概率", "chance that a joint case of a category is whistled for"),
    _lever("topic", SET, "whistle_limit", "min", 0, 14400, "吹哨到场时限",
           "office minutes within which parties that are whistled for must set out", base=1080.0),
    _lever("topic", SUM, "approvals_spared", "1", 0, 4, "省去审批环节",
           "approval steps spared on hand-ups of a category"),
    _lever("topic", SCALE, "setup", "1", 0, 10, "类别会商准备系数",
           "factor on the set-up of joint cases of a category", base=1.0),
)
_REMINDERS = (
    _lever("community", SUM, "reminder_share", "1", 0, 1, "督办占比",
           "share of cases, emergencies apart, that are flagged for a reminder"),
    _lever("community", MAX, "reminder_days", "day", 0, 60, "提前督办",
           "days before the deadline on which a flagged case is reminded of, at the earliest half-way to it"),
    _lever("community", MAX, "reminder_minutes", "min", 0, 1440, "每次督办用时",
           "minutes of the street's staff that a reminder takes"),
)
_HOTLINE = (
    _lever("hour", SUM, "extra_seats", "seats", 0, 100_000, "增设坐席", "hotline seats added in an hour of the day"),
)
_STAFFING = (
    _lever("community", SCALE, "call_up_minutes", "min", 1, WEEK, "召集时间",
           "minutes until volunteers are called after the queue passes the threshold; a week: at the weekly look",
           base=WEEK),
    _lever("community", SUM, "matching", "1", 0, 1, "需求匹配度",
           "probability that the best skilled idle helper is found", usual=H.MATCHING),
    _lever("pool", SUM, "overhead_minutes", "min/day", 0, 1e6, "会议督导时间",
           "minutes a day of meetings, registers and supervision asked of a pool; those on duty share them"),
    _lever("pool", SUM, "field_share", "1", -1, 1, "处置占比增减", "change in the share of a shift that is field time"),
    _lever("pool", MAX, "unfamiliar", "1", 0, 5, "跨条线多用工时",
           "extra hands-on time of members on cases sent to another organisation of a joined roster"),
    _lever("pool", SCALE, "pay", "1", 0.1, 10, "薪酬系数", "factor on pay of its community and grid workers", base=1.0),
    _lever("pool", SUM, "grade_step", "1", 0, 1, "每级加薪", "rise in pay with each grade of such workers"),
    _lever("pool", SUM, "training", "h/month", 0, 400, "培训课时", "hours of training a month of each such worker"),
    _lever("line", SUM, "lent_hours", "h/day", 0, 1e6, "占用工时",
           "hours a working day that the line spends on a policy besides lending people"),
    _lever("line", SUM, "own_hours", "h/day", 0, 1e6, "退回工时",
           "hours a working day of work that returns to the line and joins its own"),
)
_PROPERTY = (
    _lever("topic", SUM, "property_first", "1", 0, 1, "物业首接比例",
           "share of a category's grid-level needs in managed compounds that property staff take first"),
    _lever("firm", SUM, "monitoring", "1", -1, 1, "监督增减", "monitoring of a firm beside that of owners' committees"),
    _lever("firm", SUM, "honour", "1", 0, 1, "荣誉增量", "standing of a firm from what policies award"),
    _lever("compound", SCALE, "forming", "1/month", 0, 1, "业委会成立率",
           "monthly chance that a compound gets a functioning owners' committee, at participation 0.35",
           usual=K.FORMS),
    _lever("compound", SCALE, "lapsing", "1/month", 0, 1, "业委会停摆率",
           "monthly chance that a functioning owners' committee stops functioning", usual=K.LAPSES),
    _lever("compound", MAX, "answered", "1", 0, 1, "无企业小区物业接手比例",
           "share of the property needs of a compound without a firm that the community's property staff take"),
    _lever("compound", SUM, "rounds", "visits/day", 0, 48, "小区巡查频次",
           "rounds a day of a compound beside its firm's"),
    _lever("compound", SUM, "upkeep", "1/month", 0, 1, "小区养护",
           "monthly gain of a compound's condition beside what its firm does"),
)
_BESIDE = (
    _lever("topic", SUM, "social_share", "1", 0, 1, "社会组织承接率",
           "share of a category's grid-level needs that social organisations take; of themselves care and disputes",
           usual=H.SOCIAL_SHARE),
    _lever("topic", SUM, "mass_share", "1", 0, 1, "群团组织承接率",
           "share of a category's grid-level needs that mass organisations take; of themselves care and disputes",
           usual=H.MASS_SHARE),
    _lever("unit", SUM, "service", "h/month", 0, 1e6, "服务单位工时", "hours of service a month that a unit is given"),
    _lever("unit", SUM, "threshold", "1", -1, 1, "参与门槛增减",
           "change in the willingness at which a unit joins, and under which it leaves"),
)
_OUTLAY = (
    _lever("community", SUM, "spending", "CNY/day", 0, 1e9, "政策支出", "money a day that policies spend besides pay"),
    _lever("community", SUM, "residents_hours", "h/day", 0, 1e6, "居民投入工时",
           "hours a day that policies ask of residents besides those who are posted"),
)
# fmt: on

_GROUPS = (_REPORTING, _ROUTING, _BY_TOPIC, _REMINDERS, _HOTLINE, _STAFFING, _PROPERTY, _BESIDE, _OUTLAY)
LEVERS: dict[str, Lever] = {lever.name: lever for group in _GROUPS for lever in group}


def lever_table(of: str) -> Table:
    """Return the table whose columns are the levers of one kind of entity."""
    columns = tuple(lever.column for lever in LEVERS.values() if lever.of == of)
    return Table(f"{of}_levers", "", "", columns)


def base_rows(sizes: Mapping[str, int], par: NDArray[np.float64]) -> dict[str, Rows]:
    """Return the levers without any policy, by entity.

    Args:
        sizes: Rows of each entity.
        par: The model's declared numbers, by parameter index.
    """
    result = {of: lever_table(of).rows(sizes[of]) for of in entities()}
    for lever in LEVERS.values():
        result[lever.of][lever.column.name] = lever.base if lever.usual is None else par[lever.usual]
    return result


def entities() -> tuple[str, ...]:
    """Return the entities that have a lever, in the order of ``ENTITIES``."""
    return tuple(of for of in ENTITIES if any(lever.of == of for lever in LEVERS.values()))


def fold(base: Mapping[str, Rows], contributions: Iterable[Contribution]) -> dict[str, NDArray[np.float64]]:
    """Return the levers that are pushed, by name: their ``base`` with all contributions folded in and clamped once.

    Args:
        base: Lever rows by entity, from the baseline.
        contributions: In canonical order (by the policies' instance ids).

    Raises:
        KeyError: For a lever that is not declared.
        ValueError: When two contributions set the same lever of the same row.
    """
    pushed: dict[str, NDArray[np.float64]] = {}
    for c in contributions:
        lever = LEVERS[c.lever]
        if c.lever not in pushed:
            pushed[c.lever] = np.full(len(base[lever.of]), {MAX: -np.inf, SET: np.nan}.get(lever.fold, 0.0))
        if lever.fold == SET:
            if not np.isnan(pushed[c.lever][c.rows]).all():
                raise ValueError(f"two policies set {c.lever} of the same {lever.of}")
            pushed[c.lever][c.rows] = c.value
        elif lever.fold == MAX:
            pushed[c.lever][c.rows] = np.maximum(pushed[c.lever][c.rows], c.value)
        elif lever.fold == SCALE:
            pushed[c.lever][c.rows] += np.log(c.value)
        else:
            pushed[c.lever][c.rows] += c.value
    return {name: _turned(LEVERS[name], base, push) for name, push in pushed.items()}


def _turned(lever: Lever, base: Mapping[str, Rows], push: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a lever's base turned by what all contributions push together."""
    column: NDArray[np.float64] = base[lever.of][lever.column.name]
    if lever.fold == SET:
        turned = np.where(np.isnan(push), column, push)
    elif lever.fold == MAX:
        turned = np.maximum(column, push)
    elif lever.fold == SCALE:
        turned = column * np.exp(push)
    else:
        turned = column + push
    return np.clip(turned, lever.column.low, lever.column.high)
