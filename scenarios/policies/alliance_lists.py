"""Alliance lists: the four lists (information, resources, needs, risks) of a party-building alliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.interventions import FROM_UNIT, POSTINGS, Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_ATTENDANCE = 16
_HELPER_HOURS = 8.0
"""Hours of one borrowed helper-day."""
_WEEK_DAYS = 5.0


class AllianceLists(Policy):
    """Four switches: each list moves one lever, less so the staler it is; conferences and registers take hours."""

    card = Card(
        id="alliance_lists",
        zh="党建联盟·四张清单",
        en="Alliance lists",
        article='编制信息、资源、需求、风险"四张清单"',
        changes_zh="信息清单减少错派和重复；资源清单使单位空闲工时可借用；需求清单使任务按技能匹配；风险清单使巡查走向风险较高处。"
        "联席会议之间清单逐渐过时。",
        changes_en="The information list lowers misrouting and duplicates; the resource list makes idle hours "
        "of units borrowable; the needs list matches tasks by skill; the risk list sends patrols where risk is high. "
        "Between joint conferences the lists go stale.",
        costs_zh="联席会议占用社区和街道工时；清单需要维护；单位出借工时。",
        costs_en="Joint conferences take hours of communities and streets; registers need upkeep; units give hours.",
        parameters=(
            PolicyParameter("information", 1, "1", "信息清单", "information list kept: 0 no, 1 yes", "switch", "E"),
            PolicyParameter("resources", 1, "1", "资源清单", "resource list kept: 0 no, 1 yes", "switch", "E"),
            PolicyParameter("needs", 1, "1", "需求清单", "needs list kept: 0 no, 1 yes", "switch", "E"),
            PolicyParameter("risks", 1, "1", "风险清单", "risk list kept: 0 no, 1 yes", "switch", "E"),
            PolicyParameter(
                "conference_days",
                30,
                "day",
                "联席会议间隔",
                "days between joint conferences",
                "monthly to quarterly; swept",
                "E",
                1,
                365,
            ),
            PolicyParameter(
                "half_life_days",
                30,
                "day",
                "清单半衰期",
                "days until half of a list's use is lost",
                "estimate to be swept",
                "E",
                1,
                3650,
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
                "estimate to be swept",
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
                0.3,
                "1",
                "匹配度增量",
                "rise of skill matching by a fresh needs list",
                "estimate to be swept",
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
        """Move the levers of the lists that are kept, as fresh as they are, and charge their costs."""
        reached = self.covered(setting, day)
        kept = [name for name in self.LISTS if self.number(name) > 0.0]
        if len(reached) == 0 or not kept:
            return Actions()
        age = (day - self.settings.start_day) % round(self.number("conference_days"))
        fresh = 0.5 ** (age / self.number("half_life_days"))
        pushes = self._costs(setting, reached, age == 0, len(kept))
        if "information" in kept:
            cut = 1.0 - self.number("misroute_cut") * self.number("information") * fresh
            pushes.append(Contribution("community.misroute", reached, cut))
            pushes.append(
                Contribution(
                    "community.merging", reached, self.number("merging_gain") * self.number("information") * fresh
                )
            )
        if "needs" in kept:
            pushes.append(
                Contribution("community.matching", reached, self.number("matching_gain") * self.number("needs") * fresh)
            )
        if "risks" in kept:
            pushes.append(
                Contribution("community.patrol_aim", reached, self.number("aim_gain") * self.number("risks") * fresh)
            )
        helpers = self._helpers(setting, reached, day, fresh) if "resources" in kept else POSTINGS.rows(0)
        return Actions(pushes, helpers)

    def _costs(self, setting: Setting, reached: NDArray[np.int64], conference: bool, lists: int) -> list[Contribution]:
        """Charge register upkeep to communities every day, and the conference to communities and streets on its day."""
        pool = setting.community_pool[reached]
        size = np.maximum(1, setting.pool_size[pool])
        minutes = lists * self.number("upkeep_hours") * 60.0 / 7.0 / size
        if not conference:
            return [Contribution("pool.overhead_minutes", pool, minutes)]
        meeting = self.number("conference_hours") * self.number("attendants") * 60.0
        street = setting.street_pool[np.unique(setting.city.communities["street"][reached])]
        return [
            Contribution("pool.overhead_minutes", pool, minutes + meeting / size),
            Contribution("pool.overhead_minutes", street, meeting / np.maximum(1, setting.pool_size[street])),
        ]

    def _helpers(self, setting: Setting, reached: NDArray[np.int64], day: int, fresh: float) -> Rows:
        """Borrow helpers of willing units of the community on keyed weekdays, within their idle hours."""
        if setting.calendar.weekday[day] >= _WEEK_DAYS:
            return POSTINGS.rows(0)
        units = setting.units
        inside = np.zeros(len(setting.city.communities), dtype=bool)
        inside[reached] = True
        hours = units["idle_hours"] * self.number("take_up") * self.number("resources") * fresh
        chance = np.minimum(1.0, hours / (_HELPER_HOURS * 21.7))
        today = np.flatnonzero(setting.uniforms(self.instance, units["key"], _ATTENDANCE + day) < chance)
        u = setting.uniforms(self.instance, units["key"][today], 4)
        chosen = today[
            inside[units["community"][today]] & (units["joined"][today] == 1) & (u < units["willing"][today])
        ]
        place = units["community"][chosen]
        order = np.argsort(place, kind="stable")
        chosen, place = chosen[order], place[order]
        number = np.arange(len(place)) - np.searchsorted(place, place)
        within = number < self.number("most_helpers")
        chosen, place = chosen[within], place[within]
        rows_out = POSTINGS.rows(len(chosen))
        first_unit = np.searchsorted(units["community"], np.arange(len(inside)))
        rows_out["person"] = chosen - first_unit[place]
        rows_out["kind"], rows_out["community"], rows_out["source"], rows_out["home"] = (
            R.UNIT_HELPER,
            place,
            FROM_UNIT,
            chosen,
        )
        rows_out["shift"], rows_out["skills"] = R.OFFICE, units["skills"][chosen] | 1
        rows_out["productivity"], rows_out["delay"] = self.number("helper_productivity"), -1
        return rows_out
