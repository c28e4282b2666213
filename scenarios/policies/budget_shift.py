"""Budget shift: a budget of person-hours moves from a higher level to a lower one, person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.organisations import LINE_SKILLS, STREET_SKILLS, shares
from ...model.postings import FROM_POOL, join_postings, posting_rows
from ...model.roster import SHIFTS, weekly_hours
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting


class BudgetShift(Policy):
    """Seconds officers of streets or district departments to the level below; their old pools have that many less."""

    card = Card(
        id="budget_shift",
        zh="力量下沉（工时预算下移）",
        en="Budget shift",
        article="推动社会治理重心下移",
        changes_zh="按周工时预算，把街道或区级部门的外勤人员派到社区（或把区级部门人员派到街道）。总工时不变：派出者当日离开原队伍名册。"
        "派出者的工种、薪酬和处置时段占比照旧，只是在新队伍中工效不同。",
        changes_en="By a budget of hours a week, officers of streets or of district departments serve in communities, "
        "or those of departments in streets. Hours are conserved: who is posted is off the roster of his old pool "
        "that day. Kind of work, pay and field share stay as they were; productivity is that in the new place.",
        costs_zh="派出队伍少了同样多的人，其排队相应变长；接收单位要花时间带领。",
        costs_en="The pools that send have as many people less, and their queues grow; hosts spend time leading them.",
        parameters=(
            PolicyParameter(
                "hours_per_community",
                20,
                "h/week",
                "每社区工时预算",
                "hours a week moved for each community reached, rounded to whole people of a street or district",
                "estimate to be swept",
                "E",
                0,
                1000,
            ),
            PolicyParameter(
                "direction",
                "street_to_community",
                "choice",
                "方向",
                "from which level to which",
                "rules compared, not estimated",
                "choice",
                choices=("street_to_community", "district_to_community", "district_to_street"),
            ),
            PolicyParameter(
                "productivity",
                0.8,
                "1",
                "异岗工效",
                "productivity of those posted in the new place",
                "estimate to be swept",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "supervision_minutes",
                10,
                "min/person-day",
                "带领时间",
                "minutes a day that the host spends on each with a shift",
                "estimate to be swept",
                "E",
                0,
                240,
            ),
        ),
        levers=("pool.overhead_minutes",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Second the people, and charge hosts for leading those who have a shift today."""
        reached = self.covered(setting, day)
        origin, goal = self.choice("direction").split("_to_")
        postings = self.standing(self._people, setting, reached, origin).copy()
        if len(postings) == 0:
            return Actions()
        if goal == "street":
            postings["pool"] = setting.street_pool[setting.city.communities["street"][postings["community"]]]
            postings["led_by"] = postings["pool"]
        if SHIFTS[R.OFFICE, setting.calendar.kind[day]] != 0:
            postings["led"] = self.number("supervision_minutes")
        return Actions(postings=postings)

    def _people(self, setting: Setting, reached: NDArray[np.int64], origin: str) -> Rows:
        """Return the people whom all streets or districts send."""
        where = setting.city.communities["street" if origin == "street" else "district"][reached]
        rows = [self._seconded(setting, origin, int(at), reached[where == at]) for at in np.unique(where)]
        return join_postings(rows)

    def _seconded(self, setting: Setting, origin: str, at: int, hosts: NDArray[np.int64]) -> Rows:
        """Return the people whom the street or the district ``at`` sends to these communities."""
        total = round(self.number("hours_per_community") * len(hosts) / float(weekly_hours()[R.OFFICE]))
        counts = shares(np.ones(len(hosts)), total)
        rows = posting_rows(total)
        rows["community"] = np.repeat(hosts, counts)
        rows["person"] = ordinals(counts)
        rows["source"], rows["shift"], rows["productivity"] = FROM_POOL, R.OFFICE, self.number("productivity")
        if origin == "street":
            rows["home"], rows["kind"], rows["skills"] = setting.street_pool[at], R.STREET_OFFICER, STREET_SKILLS
            return rows
        lines = setting.line_pool[at]
        lines = lines[lines >= 0]
        rows["home"] = np.repeat(lines, shares(setting.pool_hours[lines], total))
        rows["kind"] = R.LINE_OFFICER
        rows["skills"] = np.array(LINE_SKILLS)[setting.pools["line"][rows["home"]]]
        return rows
