"""Alliance lists: the four lists (information, resources, needs, risks) of a party-building alliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.postings import posting_rows
from .base import Card, Policy, PolicyParameter
from .borrowing import borrowed, units_of
from .meetings import held

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting


class AllianceLists(Policy):
    """Four switches: each list moves one lever, less so the staler it is; conferences and registers take hours."""

    card = Card(
        id="alliance_lists",
        zh="党建联盟·四张清单",
        en="Alliance lists",
        article='编制信息、资源、需求、风险"四张清单"',
        changes_zh="信息清单减少错派和重复；资源清单使单位空闲工时可借用；需求清单使任务按技能匹配；风险清单使巡查走向风险较高处。"
        "清单在首次联席会议上编成，两次会议之间逐渐过时；会期逢休息日顺延至下一工作日。"
        "借用人员工时中用于处置的比例由名册参数“借用力量处置时段占比”决定。",
        changes_en="The information list lowers misrouting and duplicates; the resource list makes idle hours "
        "of units borrowable; the needs list matches tasks by skill; the risk list sends patrols where risk is high. "
        "The first joint conference draws the lists up; between conferences they go stale. One that falls on a day off "
        "is held on the next working day. What share of helpers' hours is field time is a number of the roster: "
        "field share of helpers whom units lend.",
        costs_zh="联席会议占用社区和街道工时；清单需要社区每天维护；单位出借工时。",
        costs_en="Joint conferences take hours of communities and streets; communities keep the lists up every day; "
        "units give hours.",
        parameters=(
            PolicyParameter(
                "information", 1, "1", "信息清单", "information list kept: 0 no, 1 whole", "switch", "choice"
            ),
            PolicyParameter("resources", 1, "1", "资源清单", "resource list kept: 0 no, 1 whole", "switch", "choice"),
            PolicyParameter("needs", 1, "1", "需求清单", "needs list kept: 0 no, 1 whole", "switch", "choice"),
            PolicyParameter("risks", 1, "1", "风险清单", "risk list kept: 0 no, 1 whole", "switch", "choice"),
            PolicyParameter(
                "conference_days",
                30,
                "day",
                "联席会议间隔",
                "days between joint conferences",
                "monthly to quarterly; to be swept from 7 to 90 days",
                "E",
                1,
                365,
            ),
            PolicyParameter(
                "staleness",
                0.05,
                "1/month",
                "清单过时率",
                "share of a list's entries that go out of date in a month",
                "estimate: 5 % a month, to be swept",
                "E",
                0,
                0.95,
            ),
            PolicyParameter(
                "misroute_cut",
                0.4,
                "1",
                "错派降幅",
                "cut of misrouting by a fresh information list",
                "estimate to be swept",
                "E",
                0,
                0.95,
            ),
            PolicyParameter(
                "merging_gain",
                0.2,
                "1",
                "识别率增量",
                "rise of recognised duplicates by a fresh information list",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "take_up",
                0.1,
                "1",
                "借用率",
                "share of willing units' idle hours borrowed",
                "estimate: a tenth, as units willing at all (here a state of each unit); to be swept from 2 to 30 %",
                "E",
            ),
            PolicyParameter(
                "most_helpers",
                4,
                "person",
                "借用上限",
                "most helpers whom a community can use at a time",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
            PolicyParameter(
                "helper_productivity",
                0.7,
                "1",
                "借用工效",
                "productivity of borrowed helpers",
                "estimate to be swept",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "matching_gain",
                0.2,
                "1",
                "匹配度增量",
                "rise of skill matching by a fresh needs list",
                "estimate: precision 0.7 with the list, 0.5 without; to be swept so that it is 0.3 to 0.95",
                "E",
            ),
            PolicyParameter(
                "aim_gain",
                0.6,
                "1",
                "巡查导向增量",
                "rise of risk-directed patrol by a fresh risk list",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "conference_hours",
                3,
                "h",
                "会议时长",
                "hours of a joint conference for each attendant",
                "estimate to be swept",
                "E",
                0,
                24,
            ),
            PolicyParameter(
                "attendants",
                2,
                "person",
                "参会人数",
                "attendants from each community and from the street",
                "estimate to be swept",
                "E",
                0,
                50,
            ),
            PolicyParameter(
                "upkeep_hours",
                2,
                "h/week",
                "清单维护",
                "hours a week of each community for each list kept",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
        ),
        levers=(
            "community.misroute",
            "community.merging",
            "community.matching",
            "community.patrol_aim",
            "pool.overhead_minutes",
        ),
        streams=("policy",),
    )

    LISTS = ("information", "resources", "needs", "risks")

    def act(self, setting: Setting, day: int) -> Actions:
        """Move the levers of the lists that are kept, as fresh as they are, and charge their costs.

        A community reached between two conferences takes the alliance's lists as they are.
        """
        reached = self.covered(setting, day)
        kept = {name: self.number(name) for name in self.LISTS}
        conferences = held(setting.calendar, self.settings.start_day, day, self.number("conference_days"))
        if len(reached) == 0 or len(conferences) == 0 or not any(kept.values()):
            return Actions()
        age = day - int(conferences[-1])
        fresh = (1.0 - self.number("staleness")) ** (age / 30.0)
        pushes = self._costs(setting, reached, age == 0, sum(kept.values()))
        use = {name: share * fresh for name, share in kept.items() if share > 0.0}
        if "information" in use:
            cut = 1.0 - self.number("misroute_cut") * use["information"]
            pushes.append(Contribution("community.misroute", reached, cut))
            gain = self.number("merging_gain") * use["information"]
            pushes.append(Contribution("community.merging", reached, gain))
        if "needs" in use:
            gain = self.number("matching_gain") * use["needs"]
            pushes.append(Contribution("community.matching", reached, gain))
        if "risks" in use:
            gain = self.number("aim_gain") * use["risks"]
            pushes.append(Contribution("community.patrol_aim", reached, gain))
        helpers = self._helpers(setting, reached, day, use["resources"]) if "resources" in use else posting_rows(0)
        return Actions(pushes, helpers)

    def _costs(self, setting: Setting, reached: NDArray[np.int64], meets: bool, lists: float) -> list[Contribution]:
        """Charge minutes: upkeep to communities every day, a conference to communities and streets on its day."""
        pool = setting.community_pool[reached]
        upkeep = lists * self.number("upkeep_hours") * 60.0 / 7.0
        if not meets:
            return [Contribution("pool.overhead_minutes", pool, upkeep)]
        meeting = self.number("conference_hours") * self.number("attendants") * 60.0
        street = setting.street_pool[np.unique(setting.city.communities["street"][reached])]
        return [
            Contribution("pool.overhead_minutes", pool, upkeep + meeting),
            Contribution("pool.overhead_minutes", street, meeting),
        ]

    def _helpers(self, setting: Setting, reached: NDArray[np.int64], day: int, use: float) -> Rows:
        """Borrow helpers of willing units of the communities, as many as these can use."""
        which = self.standing(units_of, setting, reached)
        take_up, most = self.number("take_up") * use, self.number("most_helpers")
        return borrowed(setting, self.instance, which, day, take_up, most, self.number("helper_productivity"))
