"""Supervision: leaders study key tasks, push them on, and remind of flagged cases before their deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .people import MINUTES_A_DAY

if TYPE_CHECKING:
    from ...model.interventions import Setting


class Supervision(Policy):
    """Flags a share of cases for a reminder before they fall due; meetings and reminders take leaders' hours."""

    card = Card(
        id="supervision",
        zh="督办",
        en="Supervision",
        article="推动各级党委（党组）聚焦基层治理重大政策、重要工作、重点任务，及时研究、推进、督办",
        changes_zh="一部分案件列入督办：到期前若干天提醒一次，此后该件在所在队列中排在同一优先级其他案件之前。"
        "紧急件本已最先，不列入；已约定多方同时到场的案件不改变次序。不改变派单，也不改变时限。",
        changes_en="A share of cases is flagged: some days before the deadline each is reminded of, and from then on "
        "it stands in its queue before all others of its priority. Emergencies come first anyway and are not flagged; "
        "a joint case whose parties are called side by side keeps its place. Neither routing nor deadlines change.",
        costs_zh="街道每月花工时研究、推进重点任务和检查责任清单；每次提醒占用街道工时；未列入督办的案件相应等待。",
        costs_en="Streets spend hours every month on studying and pushing key tasks and on inspecting lists of "
        "responsibility; each reminder takes time of the street; cases that are not flagged wait.",
        parameters=(
            PolicyParameter(
                "flagged_share",
                0.2,
                "1",
                "督办案件占比",
                "share of cases flagged, emergencies apart",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "days_before",
                2,
                "day",
                "提前天数",
                "days before the deadline of the reminder, at the earliest half-way from opening to deadline",
                "estimate to be swept",
                "E",
                0,
                30,
            ),
            PolicyParameter(
                "minutes_a_reminder",
                20,
                "min",
                "每次提醒用时",
                "minutes of the street's staff for a reminder",
                "estimate to be swept",
                "E",
                0,
                480,
            ),
            PolicyParameter(
                "study_hours",
                6,
                "h/month",
                "研究推进",
                "hours a month of each street on studying and pushing key tasks",
                "estimate to be swept",
                "E",
                0,
                400,
            ),
            PolicyParameter(
                "inspection_hours",
                1,
                "h/month",
                "责任清单检查",
                "hours a month of each community on the inspection of its list of responsibility, and of its street "
                "as many",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
        ),
        levers=(
            "community.reminder_share",
            "community.reminder_days",
            "community.reminder_minutes",
            "pool.overhead_minutes",
        ),
        streams=("closure",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Flag cases of the communities reached, and charge for meetings and inspections."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        streets, places = np.unique(setting.city.communities["street"][reached], return_counts=True)
        inspection = self.number("inspection_hours") * MINUTES_A_DAY
        leading = np.asarray(self.number("study_hours") * MINUTES_A_DAY + places * inspection, dtype=np.float64)
        return Actions(
            (
                Contribution("community.reminder_share", reached, self.number("flagged_share")),
                Contribution("community.reminder_days", reached, self.number("days_before")),
                Contribution("community.reminder_minutes", reached, self.number("minutes_a_reminder")),
                Contribution("pool.overhead_minutes", setting.street_pool[streets], leading),
                Contribution("pool.overhead_minutes", setting.community_pool[reached], inspection),
            )
        )
