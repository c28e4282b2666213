"""Burden lists: five lists that say whose task is whose, so that communities do less paperwork for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.state import GRID_NET
from .base import Card, Policy, PolicyParameter
from .people import MINUTES_A_DAY, over_lines

if TYPE_CHECKING:
    from ...model.interventions import Setting

_ADMINISTRATION = 0.70
"""Administrative share of a community shift without the lists: Nanjing's time use of 70/20/10 (2012 survey)."""


class BurdenLists(Policy):
    """Frees part of the administrative share, ever less so; departments do what they may no longer hand down."""

    card = Card(
        id="burden_lists",
        zh="五张清单·减负",
        en="Burden lists",
        article="牵头制定村（社区）主体责任清单、协助办理事项准入清单、负面事项清单、网格服务管理事项清单、社工职责清单",
        changes_zh="社区班次中行政事务占比由 70% 降低，腾出工时的一部分用于入户处置；减负效果随时间反弹。"
        "网格员按参数相应减负。准入清单把部门下派的事项退回部门。各类事项责任主体明确后错派减少。",
        changes_en="The administrative share of a community shift falls from 70 %, and part of the time freed goes "
        "into the field; the relief rebounds over time. Grid workers are relieved as a parameter says. The admission "
        "list returns tasks to the departments that handed them down. With an owner named for each kind of case, fewer "
        "go to the wrong organisation.",
        costs_zh="退回的事项进入部门本职工作，按工时计入并拉长其积压；街道每月花工时审核准入事项，社区花工时更新清单。",
        costs_en="What is returned joins the departments' own work, hour for hour, and lengthens its backlog; streets "
        "spend hours every month on vetting what is let in, communities on keeping the lists.",
        parameters=(
            PolicyParameter(
                "admin_share",
                0.5,
                "1",
                "减负后行政占比",
                "administrative share of a community shift right after the lists",
                "Nanjing 2012: 70 % of community time is administrative; 50 % to be swept from 30 to 60 %",
                "D",
                0,
                _ADMINISTRATION,
            ),
            PolicyParameter(
                "to_field",
                0.5,
                "1",
                "腾出工时用于处置",
                "share of the time freed that goes into the field",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "rebound_half_life",
                365,
                "day",
                "反弹半衰期",
                "days until half of the relief is lost",
                "rebound is reported (the paradox of relief), no figure; estimate: 12 months, to be swept",
                "E",
                7,
                36500,
            ),
            PolicyParameter(
                "grid_relief",
                0.25,
                "1",
                "网格员减负比例",
                "relief of a grid worker, as a share of a community worker's",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "returned_share",
                0.5,
                "1",
                "退回部门比例",
                "share of the hours freed whose tasks the departments do themselves; the rest was needless",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "misroute_cut",
                0.3,
                "1",
                "错派降幅",
                "cut of misrouting by a clear owner of each kind of case",
                "estimate to be swept",
                "E",
                0,
                0.95,
            ),
            PolicyParameter(
                "vetting_hours",
                8,
                "h/month",
                "准入审核",
                "hours a month of a street for each of its communities reached",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
            PolicyParameter(
                "upkeep_hours",
                2,
                "h/month",
                "清单更新",
                "hours a month of each community",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
        ),
        levers=("pool.field_share", "line.own_hours", "topic.misroute", "pool.overhead_minutes"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Give freed time to the field, its tasks to the departments, and charge for vetting and upkeep."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        left = 0.5 ** ((day - self.settings.start_day) / self.number("rebound_half_life"))
        relief = (_ADMINISTRATION - self.number("admin_share")) * left
        office, nets = self._pools(setting, reached)
        pools = np.concatenate([office, nets])
        share = np.where(np.isin(pools, office), relief, relief * self.number("grid_relief"))
        place = setting.pools["community"][pools]
        freed = np.bincount(place, share * setting.pool_hours[pools], minlength=len(setting.city.communities))
        asked = np.asarray(freed * self.number("returned_share"), dtype=np.float64)
        returned = over_lines(setting.city, asked)
        lines = np.flatnonzero(returned > 0.0)
        n = len(setting.catalogue.rows)
        topics = (reached[:, None] * n + np.arange(n)).ravel()
        return Actions(
            (
                Contribution("pool.field_share", pools, share * self.number("to_field")),
                Contribution("line.own_hours", lines, returned[lines]),
                Contribution("topic.misroute", topics, 1.0 - self.number("misroute_cut") * left),
                *self._costs(setting, reached, office),
            )
        )

    def _pools(self, setting: Setting, reached: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pools of the communities' offices and those of their grid workers."""
        inside = np.isin(setting.pools["community"], reached)
        return setting.community_pool[reached], np.flatnonzero(inside & (setting.pools["kind"] == GRID_NET))

    def _costs(
        self, setting: Setting, reached: NDArray[np.int64], office: NDArray[np.int64]
    ) -> tuple[Contribution, ...]:
        """Charge minutes a day: vetting to streets, a community reached each; upkeep to communities."""
        streets = setting.city.communities["street"][reached]
        at, places = np.unique(streets, return_counts=True)
        vetting = np.asarray(places * self.number("vetting_hours") * MINUTES_A_DAY, dtype=np.float64)
        upkeep = self.number("upkeep_hours") * MINUTES_A_DAY
        return (
            Contribution("pool.overhead_minutes", setting.street_pool[at], vetting),
            Contribution("pool.overhead_minutes", office, upkeep),
        )
