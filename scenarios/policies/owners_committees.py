"""Owners' committees: more of them form and fewer lapse, because somebody vets, prepares and guides them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...model.interventions import Setting

_MONTH = 30
"""Days between two monthly decisions of the model."""


class OwnersCommittees(Policy):
    """Raises the chance that committees form and lowers that of lapsing; vetting and guidance take hours."""

    card = Card(
        id="owners_committees",
        zh="业委会人选把关",
        en="Vetting of owners' committees",
        article="强化党组织对业委会人选把关",
        changes_zh="业委会每月成立的概率提高，停摆的概率降低。有业委会的小区监督物业企业，公共部位事项的决策有人作出，等待因此缩短。"
        "已有多少业委会、居民参与度多高，决定能多出几个。",
        changes_en="Owners' committees form more often and lapse less often. Where one functions it watches the "
        "property firm, and decisions on common parts have a body to take them, so they wait less. How many there are "
        "already, and how much residents take part, decide how many more there will be.",
        costs_zh="社区为没有业委会的小区筹备和把关、为已有的业委会提供指导，均占用工时；业主为筹备投入时间。",
        costs_en="Communities spend hours on preparing and vetting where there is no committee and on guiding those "
        "there are; owners give time to the preparation.",
        parameters=(
            PolicyParameter(
                "forming", 4, "1", "成立率倍数", "factor on the monthly chance that a committee forms",
                "estimate to be swept", "E", 1, 50,
            ),
            PolicyParameter(
                "lapsing", 0.5, "1", "停摆率倍数", "factor on the monthly chance that a committee lapses",
                "estimate to be swept", "E", 0.01, 1,
            ),
            PolicyParameter(
                "vetting_hours", 4, "h/month", "筹备把关时间",
                "hours a month of the community for each compound without a committee",
                "estimate to be swept", "E", 0, 200,
            ),
            PolicyParameter(
                "guidance_hours", 1, "h/month", "指导时间",
                "hours a month of the community for each committee that functions",
                "estimate to be swept", "E", 0, 200,
            ),
            PolicyParameter(
                "owner_hours", 10, "h/month", "业主筹备时间",
                "hours a month of owners in each compound without a committee", "estimate to be swept", "E", 0, 1000,
            ),
        ),
        levers=("compound.forming", "compound.lapsing", "pool.overhead_minutes", "community.residents_hours"),
        streams=(),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Push the chances of the compounds reached, and charge the hours of today."""
        reached = self.covered(setting, day)
        compounds = setting.compounds
        inside = np.zeros(len(setting.city.communities), dtype=bool)
        inside[reached] = True
        ours = np.flatnonzero(inside[compounds["community"]])
        if len(ours) == 0:
            return Actions()
        where, exists = compounds["community"][ours], compounds["committee"][ours] == 1
        without, having = (np.bincount(where[at], minlength=len(inside)) for at in (~exists, exists))
        places = np.flatnonzero(without + having)
        hours = self.number("vetting_hours") * without + self.number("guidance_hours") * having
        pool, owners = setting.community_pool[places], self.number("owner_hours") * without
        return Actions(
            (
                Contribution("compound.forming", ours, self.number("forming")),
                Contribution("compound.lapsing", ours, self.number("lapsing")),
                Contribution("pool.overhead_minutes", pool, hours[places] * 60.0 / _MONTH),
                Contribution("community.residents_hours", places, owners[places] / _MONTH),
            )
        )
