"""Two-way service: communities visit and serve units, and units that are willing lend their people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .borrowing import borrowed, units_of

if TYPE_CHECKING:
    from ...model.interventions import Setting

_MONTH = 30
"""Days between two monthly decisions of the model."""
_TURN = 5


class TwoWayService(Policy):
    """Visits enter the units' ledger as hours received; lending, entered as hours given, follows willingness."""

    card = Card(
        id="two_way_service",
        zh="双向走访双向服务",
        en="Two-way service",
        article="组织镇（街道）、村（社区）与驻辖区单位“双向走访、双向服务”，推动各单位深度融入基层治理",
        changes_zh="社区每月轮流走访一部分驻区单位并为其服务，服务工时记入单位的互助账；愿意的单位在工作日出借人员，出借工时也记入账。"
        "单位的意愿每月随收支、周边单位和自身倾向变化：得到多于付出则升，反之则降，低于退出阈值就不再参与。",
        changes_en="Every month communities visit and serve some of their units in turn; the hours enter the units' "
        "ledger as received. Willing units lend people on working days, and those hours enter it as given. Willingness "
        "moves by the month with the balance, with what neighbours do and with the unit's own bent: up for one that "
        "gets more than it gives, down for one that gives more, and below the threshold it leaves.",
        costs_zh="走访和服务占用社区工时，逐小时计；单位出借工时。",
        costs_en="Visits and service take hours of communities, hour for hour; units give hours.",
        parameters=(
            PolicyParameter(
                "visits", 4, "1/month", "走访单位数", "units visited a month by each community",
                "estimate to be swept", "E", 0, 200,
            ),
            PolicyParameter(
                "visit_hours", 3, "h", "每次走访服务", "hours of visit and service for a unit",
                "estimate to be swept", "E", 0, 100,
            ),
            PolicyParameter(
                "take_up", 0.05, "1", "借用率", "share of willing units' idle hours borrowed",
                "estimate to be swept from 1 to 30 %",
            ),
            PolicyParameter(
                "most_helpers", 4, "person", "借用上限", "most helpers whom a community can use at a time",
                "estimate to be swept", "E", 0, 100,
            ),
            PolicyParameter(
                "helper_productivity", 0.7, "1", "借用工效", "productivity of borrowed helpers",
                "estimate to be swept", "E", 0.05, 1.5,
            ),
        ),
        levers=("unit.service", "pool.overhead_minutes"),
        streams=("policy",),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Credit this month's units with their visits, charge the communities, and borrow helpers."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        units, hours = setting.units, self.number("visit_hours")
        inside = self.standing(units_of, setting, reached)
        month = (day - self.settings.start_day) // _MONTH
        visited = self.standing(self._visited, setting, np.flatnonzero(inside), month)
        places, number = np.unique(units["community"][visited], return_counts=True)
        minutes = number.astype(np.float64) * (hours * 60.0 / _MONTH)
        take_up, most = self.number("take_up"), self.number("most_helpers")
        return Actions(
            (
                Contribution("unit.service", visited, hours),
                Contribution("pool.overhead_minutes", setting.community_pool[places], minutes),
            ),
            borrowed(setting, self.instance, inside, day, take_up, most, self.number("helper_productivity")),
        )

    def _visited(self, setting: Setting, ours: NDArray[np.int64], month: int) -> NDArray[np.int64]:
        """Return the units visited in a month: each community goes through its units in a keyed order."""
        units = setting.units
        lot = setting.uniforms(self.instance, units["key"][ours], _TURN)
        turn = ours[np.lexsort((lot, units["community"][ours]))]
        _, number = np.unique(units["community"][turn], return_counts=True)
        visits = round(self.number("visits"))
        behind = (ordinals(number) - month * visits) % np.repeat(number, number)
        return np.sort(turn[behind < visits])
