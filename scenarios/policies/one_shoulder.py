"""One shoulder: the leader of a grid also sits in the community's leadership, so that one hand-over falls away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .topics import categories, topics

if TYPE_CHECKING:
    from ...model.interventions import Setting

_VILLAGE_GROUP = "works"
"""What a village's collective decides itself: its houses, water and pipes."""


class OneShoulder(Policy):
    """Spares the step from grid to community on hand-ups, and loads it on the leaders."""

    card = Card(
        id="one_shoulder",
        zh="一肩挑",
        en="One shoulder",
        article="推行网格党支部书记、网格长由社区党组织成员或党员骨干“一肩挑”",
        changes_zh="实行一肩挑的网格，网格上交事项少一道网格到社区的环节，决策等待按剩余环节数缩短（上交街道由两道变一道，上交区由三道变两道）。"
        "村书记兼任村集体经济组织负责人的，村内房屋、水务、公用事业类事项的上交再少一道审批。",
        changes_en="Where the grid's leader also sits in the community's leadership, what the grid hands up no longer "
        "passes from grid to community: the wait for a decision shortens with the steps left (one of two to the "
        "street, two of three to the district). Where the village secretary also leads the collective economy, "
        "hand-ups of the village's houses, water and utilities spare one more approval.",
        costs_zh="带网格的社区（村）干部每周为每个网格花工时；村书记每周为集体经济组织花工时。均占用社区工作力量。",
        costs_en="The community's people spend hours a week on each grid that they lead, and village secretaries on "
        "the collective economy; both are taken from the community's own staff.",
        parameters=(
            PolicyParameter(
                "share",
                0.8,
                "1",
                "一肩挑网格占比",
                "share of a community's grids whose leader sits in its leadership",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "leader_hours",
                2,
                "h/week",
                "带网格工时",
                "hours a week that leading a grid takes a community's leader",
                "Nanjing 2022: burden on those who lead grids is reported, no figure; estimate to be swept",
                "E",
                0,
                40,
            ),
            PolicyParameter(
                "villages",
                1,
                "1",
                "村集体经济一肩挑",
                "village secretaries lead the collective economy: 0 none, 1 all, between: part of an approval spared",
                "switch",
                "choice",
            ),
            PolicyParameter(
                "collective_hours",
                8,
                "h/week",
                "集体经济工时",
                "hours a week that leading the collective economy takes a village secretary",
                "estimate to be swept",
                "E",
                0,
                40,
            ),
        ),
        levers=("community.one_leader", "topic.approvals_spared", "pool.overhead_minutes"),
        streams=("policy", "office"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Spare the steps and charge the leaders' hours to the communities' own staff."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        share, village = self.number("share"), self.number("villages")
        places = setting.city.communities[reached]
        hours = share * self.number("leader_hours") * places["n_grids"]
        hours = hours + np.where(places["rural"] == 1, village * self.number("collective_hours"), 0.0)
        pushes = [Contribution("pool.overhead_minutes", setting.community_pool[reached], hours * 60.0 / 7.0)]
        if share > 0.0:
            pushes.append(Contribution("community.one_leader", reached, share))
        rural = reached[places["rural"] == 1]
        if village > 0.0 and len(rural):
            rows = topics(setting, rural, categories(setting, _VILLAGE_GROUP))
            pushes.append(Contribution("topic.approvals_spared", rows, village))
        return Actions(tuple(pushes))
