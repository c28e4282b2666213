"""Self-governance: residents try to settle part of neighbour disputes themselves before they report them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import MEDIATION
from .base import Card, Policy, PolicyParameter
from .topics import topics

if TYPE_CHECKING:
    from ...model.interventions import Setting


class SelfGovernance(Policy):
    """Offers disputes to residents first; they settle them or not, as they take part in common affairs."""

    card = Card(
        id="self_governance",
        zh="群众自治·民主管理监督",
        en="Self-governance",
        article="健全党组织领导的基层群众自治机制",
        changes_zh="居民要上报邻里纠纷时，其中一部分先由居民自己商量几天；能否解决取决于当事人和邻居的参与度与纠纷的严重程度；"
        "解决的不再立案，未解决的此后照常上报。自治时限、人数和成功率是模型参数（self_help.*）。",
        changes_en="When residents are about to report a dispute between neighbours, part of these are left "
        "to them for some days first; whether they settle it follows the participation of those "
        "concerned and of neighbours, and how bad the dispute is. What is settled makes no case, "
        "the rest is reported later as it would have been. Days, people and chances are numbers "
        "of the model (self_help.*).",
        costs_zh="居民每次自治和日常议事付出时间；社区工作者要花时间指导和监督。",
        costs_en="Residents give time for every try and for ordinary meetings; community workers spend "
        "time on guidance and oversight.",
        parameters=(
            PolicyParameter(
                "share",
                0.5,
                "1",
                "居民先行比例",
                "share of neighbour disputes offered to residents first",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "council_hours",
                20,
                "h/month",
                "议事时间",
                "hours a month of residents of each community for councils and oversight",
                "estimate: ten people for two hours, to be swept",
                "E",
                0,
                2000,
            ),
            PolicyParameter(
                "guidance_hours",
                4,
                "h/month",
                "指导时间",
                "hours a month of community workers for guidance",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
        ),
        levers=("topic.self_help", "community.residents_hours", "pool.overhead_minutes"),
        streams=("policy", "neighbours"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Offer disputes of the communities reached to their residents, and charge residents' and workers' time."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        disputes = np.flatnonzero(1 << setting.catalogue.rows["skill"] == MEDIATION)
        guidance = self.number("guidance_hours") * 60.0 / 30.0
        return Actions(
            (
                Contribution("topic.self_help", topics(setting, reached, disputes), self.number("share")),
                Contribution("community.residents_hours", reached, self.number("council_hours") / 30.0),
                Contribution("pool.overhead_minutes", setting.community_pool[reached], guidance),
            )
        )
