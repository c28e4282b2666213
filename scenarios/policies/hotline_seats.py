"""Hotline seats: more seats in chosen hours, so that fewer calls are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...model.interventions import Setting


class HotlineSeats(Policy):
    """Adds seats to the city's hotline from one hour to another and pays for them."""

    card = Card(
        id="hotline_seats",
        zh="热线增席",
        en="Hotline seats",
        article="提高基层治理联动响应水平",
        changes_zh="12345 热线在选定时段增设坐席，更多来电当次接通。"
        "热线全市共用：只覆盖部分社区时，坐席数按所覆盖居民比例折算。",
        changes_en="The hotline has more seats in the hours chosen, so more calls are answered at once. The city has "
        "one hotline: where only some communities are covered, seats are added by their share of residents.",
        costs_zh="增设坐席按小时付费，由所覆盖社区按居民数分担。",
        costs_en="Seats are paid by the hour; the communities covered share the bill by residents.",
        parameters=(
            PolicyParameter(
                "seats",
                20,
                "seats",
                "增设坐席",
                "seats added",
                "estimate to be swept; Nanjing July 2021: 75 seats, +500 in the surge",
                "E",
                0,
                1000,
            ),
            PolicyParameter(
                "from_hour", 8, "hour", "开始时刻", "first hour of the day", "estimate to be swept", "E", 0, 24
            ),
            PolicyParameter(
                "to_hour",
                20,
                "hour",
                "结束时刻",
                "hour of the day at which they close",
                "estimate to be swept",
                "E",
                0,
                24,
            ),
            PolicyParameter(
                "pay",
                50,
                "CNY/h",
                "坐席每工时费用",
                "cost of an hour of a seat, its room and lines included",
                "estimate to be swept",
                "E",
                0,
                1000,
            ),
        ),
        levers=("hour.extra_seats", "community.spending"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Add the seats and charge them to the communities covered."""
        reached = self.covered(setting, day)
        residents = setting.city.communities["residents"][reached].astype(np.float64)
        hours = np.arange(round(self.number("from_hour")), round(self.number("to_hour")))
        seats = round(
            self.number("seats") * float(residents.sum()) / float(setting.city.communities["residents"].sum())
        )
        if seats == 0 or len(hours) == 0:
            return Actions()
        bill = seats * len(hours) * self.number("pay")
        return Actions(
            (
                Contribution("hour.extra_seats", hours, float(seats)),
                Contribution("community.spending", reached, bill * residents / residents.sum()),
            )
        )
