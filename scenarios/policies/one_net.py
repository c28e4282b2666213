"""One net: the separate grid staffs of a community become one, whose members take every kind of case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.state import GRID_NET
from .base import Card, Policy, PolicyParameter
from .people import star

if TYPE_CHECKING:
    from ...model.interventions import Setting


class OneNet(Policy):
    """Joins the rosters of a community's nets; generalists need longer for cases of a net that was not theirs."""

    card = Card(
        id="one_net",
        zh="多网合一",
        en="One net",
        article="把党建和政法综合、民政、城管、信访等各类网格整合成“一张网”",
        changes_zh="社区内各条线的网格队伍合为一支，共用一个待办队列，谁有空谁去；办理原属其他条线的事项用时更长，"
        "随熟悉逐步缩短；重复件更易识别。人员太少、本来就并入社区队伍的条线不变。政策结束后人和件各回原队伍。",
        changes_en="The grid staffs of a community become one with one queue, and whoever is free goes. On cases of a "
        "net that was not theirs people need longer, less so as they learn; duplicates are recognised more often. Nets "
        "too small for a team of their own serve with the community anyway. When it ends, people and cases return.",
        costs_zh="合并之初全员轮训占用工时；跨条线案件用时更长。",
        costs_en="Everybody is trained at the start, which takes hours; cases of other nets take longer.",
        parameters=(
            PolicyParameter(
                "generalist_penalty",
                0.1,
                "1",
                "跨条线多用工时",
                "extra hands-on time on cases of another net, at the start",
                "no figure found; estimate to be swept from 0 to 0.3",
                "E",
                0,
                3,
            ),
            PolicyParameter(
                "learning_months",
                6,
                "month",
                "熟悉半衰期",
                "months until half of the extra time is gone",
                "estimate to be swept",
                "E",
                0.5,
                120,
            ),
            PolicyParameter(
                "training_hours",
                16,
                "h/person",
                "轮训课时",
                "hours of training for each grid worker at the start",
                "estimate: two days; to be swept",
                "E",
                0,
                200,
            ),
            PolicyParameter(
                "training_days",
                30,
                "day",
                "轮训期",
                "days over which the training is spread",
                "estimate to be swept",
                "E",
                1,
                365,
            ),
            PolicyParameter(
                "merging",
                0.2,
                "1",
                "重复件识别增量",
                "rise in the share of duplicates recognised",
                "duplicate records halved: of 40 % that slip through, 20 % are left; to be swept from 0.08 to 0.32",
                "E",
            ),
        ),
        levers=("pool.unfamiliar", "pool.overhead_minutes", "community.merging"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Join the nets of the communities reached, and charge the training of the first days."""
        reached = self.covered(setting, day)
        nets = setting.nets[reached, :5]
        team = setting.pools["kind"][nets] == GRID_NET
        age = np.repeat(self.days_since(setting, reached, day), team.sum(axis=1))
        pools = nets[team]
        strange = self.number("generalist_penalty") * 0.5 ** (age / 30.0 / self.number("learning_months"))
        trained = age < self.number("training_days")
        minutes = setting.people[pools] * self.number("training_hours") * 60.0 / self.number("training_days")
        return Actions(
            (
                Contribution("pool.unfamiliar", pools, strange),
                Contribution("pool.overhead_minutes", pools[trained], minutes[trained]),
                Contribution("community.merging", reached, self.number("merging")),
            ),
            rosters=star(nets, team),
        )
