"""Whistle and report: the street calls the parties of a joint case, who must come by the legal time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.calendar import OFFICE_MINUTES
from ...model.incidents import DEADLINES
from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .topics import streets_of, topics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...model.interventions import Setting

_KIND_OF = {"emergency": "emergency", "urgent": "daily", "ordinary": "daily", "complex": "tough"}
"""Kind of whistle for each class of deadline."""


class Whistle(Policy):
    """Whistles for part of the joint cases, by kind, with a limit by which their parties must set out."""

    card = Card(
        id="whistle",
        zh="吹哨报到",
        en="Whistle and report",
        article="健全完善“吹哨报到”机制",
        changes_zh="多方事项可由街道吹哨：各方同时被召集，不再逐一轮候；响应方优先于本队其他事项，并动用内勤时间；超过法定时限仍未出发的，"
        "须放下手头工作立即到场。哨分三种：日常哨（日常事项）、攻坚哨（复杂事项）、应急哨（突发险情，各方本就立即出发，吹哨使其同时到场）。"
        "一个街道一天吹哨越多，部门响应比例越低，关注上限见模型参数“吹哨关注上限”；未响应的一方照常排队约定。",
        changes_en="The street may whistle for a joint case: its parties are called side by side, not in turn. Those "
        "who heed the whistle put it before all other cases of their pool and leave their desks for it; who has not "
        "set out by the legal limit drops what he does. Three kinds: daily, tough (complex cases) and emergency, whose "
        "parties set out at once anyway and now do so together. The more a street whistles on a day, the smaller the "
        "share that is heeded (number of the model: whistle.attention); who does not heed a whistle agrees to an "
        "appointment in his turn.",
        costs_zh="部门内勤时间被占用，计入其本职工作的占用工时并拉长积压；其他事项让位；每次吹哨占用街道工时；街道每天花工时调度跟踪。",
        costs_en="Desk time of departments is lost to their own work, whose backlog grows; other cases give way; each "
        "whistle takes minutes of the street's staff, who also spend hours a day on following whistles up.",
        parameters=(
            PolicyParameter(
                "daily",
                0.05,
                "1",
                "日常哨比例",
                "chance that a joint case of an everyday category is whistled for",
                "estimate: about one whistle a street and day; to be swept",
                "E",
            ),
            PolicyParameter(
                "tough",
                0.5,
                "1",
                "攻坚哨比例",
                "chance that a joint case of a complex category is whistled for",
                "estimate: about one whistle a street and day; to be swept",
                "E",
            ),
            PolicyParameter(
                "emergency",
                1,
                "1",
                "应急哨比例",
                "chance that a joint emergency is whistled for",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "daily_limit",
                48,
                "h",
                "日常哨时限",
                "hours, of days that count 24, within which parties of a daily whistle must set out",
                "estimate: departments come within 24 to 48 hours instead of 2 to 10 working days; to be swept",
                "E",
                0.5,
                480,
            ),
            PolicyParameter(
                "tough_limit",
                24,
                "h",
                "攻坚哨时限",
                "hours, of days that count 24, within which parties of a tough whistle must set out",
                "estimate: departments come within 24 to 48 hours instead of 2 to 10 working days; to be swept",
                "E",
                0.5,
                480,
            ),
            PolicyParameter(
                "follow_up_hours",
                2,
                "h/day",
                "调度跟踪",
                "hours a day of a street's staff for following whistles up",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
        ),
        levers=("topic.whistle", "topic.whistle_limit", "pool.overhead_minutes"),
        streams=("policy", "handling"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Whistle by kind of category, and charge streets by the share of their communities reached."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        pushes = [push for kind in ("daily", "tough", "emergency") for push in self._kind(setting, reached, kind)]
        if not pushes:
            return Actions()
        streets, part = streets_of(setting, reached)
        minutes = 60.0 * self.number("follow_up_hours") * part
        return Actions((*pushes, Contribution("pool.overhead_minutes", setting.street_pool[streets], minutes)))

    def _kind(self, setting: Setting, reached: NDArray[np.int64], kind: str) -> list[Contribution]:
        """Return the pushes of one kind of whistle; a limit of 24 hours is a day of office minutes."""
        chance = self.number(kind)
        classes = [k for k, name in enumerate(DEADLINES) if _KIND_OF[name] == kind]
        rows = topics(setting, reached, np.flatnonzero(np.isin(setting.catalogue.rows["deadline"], classes)))
        if chance <= 0.0 or len(rows) == 0:
            return []
        pushes = [Contribution("topic.whistle", rows, chance)]
        if kind != "emergency":
            limit = self.number(f"{kind}_limit") / 24.0 * OFFICE_MINUTES
            pushes.append(Contribution("topic.whistle_limit", rows, limit))
        return pushes
