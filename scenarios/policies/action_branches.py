"""Action branches: standing task teams of several units, so that a joint case need not be set up from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.teams import meeting
from .base import Card, Policy, PolicyParameter
from .meetings import held
from .topics import GROUPS, categories, lines_of, topics

if TYPE_CHECKING:
    from ...model.interventions import Setting


class ActionBranches(Policy):
    """Keeps a team for a group of categories in each community; joint cases of those are set up sooner."""

    card = Card(
        id="action_branches",
        zh="行动支部·区域性支部",
        en="Action branches",
        article="大力推广行动支部、区域性支部等功能型党组织做法",
        changes_zh="社区、街道、有关部门和党员志愿者组成常设行动支部；所选类别的多方事项由其召集，会商准备时间缩短。"
        "各方到场和处置所需时间不变。",
        changes_en="People of community, street, the departments concerned and party members form a standing team; "
        "joint cases of the chosen categories are set up through it, which takes less time. What the parties then need "
        "to come and to work is unchanged.",
        costs_zh="行动支部定期活动，占用社区、街道、部门的工时和党员的业余时间。",
        costs_en="Teams meet regularly, which takes hours of communities, streets and departments, and the own time of "
        "members.",
        parameters=(
            PolicyParameter(
                "group",
                "all",
                "choice",
                "适用类别",
                "categories for which there are teams, by the department asked first",
                "groups compared, not estimated",
                "choice",
                choices=tuple(GROUPS),
            ),
            PolicyParameter(
                "setup_cut",
                0.6,
                "1",
                "准备时间降幅",
                "share of the set-up of a joint case that a standing team saves",
                "estimate to be swept",
                "E",
                0,
                0.99,
            ),
            PolicyParameter(
                "meeting_days",
                30,
                "day",
                "活动间隔",
                "days between a team's meetings",
                "monthly to quarterly; to be swept from 7 to 90 days",
                "E",
                1,
                365,
            ),
            PolicyParameter(
                "meeting_hours",
                2,
                "h",
                "活动时长",
                "hours of a meeting for each who takes part",
                "estimate to be swept",
                "E",
                0,
                24,
            ),
            PolicyParameter(
                "members",
                4,
                "person",
                "党员人数",
                "party members in each team, besides one each of the community, the street and the departments",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
        ),
        levers=("topic.setup", "pool.overhead_minutes", "line.lent_hours", "community.residents_hours"),
        streams=("policy",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Shorten set-ups from the first meeting on, and charge those who meet today."""
        reached = self.covered(setting, day)
        met = held(setting.calendar, self.settings.start_day, day, self.number("meeting_days"))
        if len(reached) == 0 or len(met) == 0:
            return Actions()
        rows = topics(setting, reached, categories(setting, self.choice("group")))
        faster = Contribution("topic.setup", rows, 1.0 - self.number("setup_cut"))
        if met[-1] < day:
            return Actions((faster,))
        lines = lines_of(setting, reached, self.choice("group"))
        return Actions(
            (faster, *meeting(setting, reached, lines, self.number("meeting_hours"), self.number("members")))
        )
