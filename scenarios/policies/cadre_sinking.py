"""Cadre sinking: officials and in-service members serve on the rosters of communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.organisations import CARE, GENERAL, PAPER, shares
from ...model.postings import FROM_LINE, FROM_RESIDENTS, posting_rows
from ...model.roster import SHIFTS
from .base import Card, Policy, PolicyParameter
from .people import home_lines

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_REPLAN_DAYS = 30
_FULL_TIME, _HOMES = 2, 3
_TURNOUT = 16


class CadreSinking(Policy):
    """Posts cadres full time and in-service members in their free hours to community pools."""

    card = Card(
        id="cadre_sinking",
        zh="党员干部下沉",
        en="Cadre sinking",
        article="党员干部下沉一线全覆盖",
        changes_zh="社区名册增加下沉干部（全日）和在职党员（晚间与周末）；初到时工效较低，数周后提高；在职党员到岗率随时间下降。"
        "工时中用于处置的比例由名册参数“下沉干部处置时段占比”决定。",
        changes_en="Cadres (full time) and in-service members (evenings and weekends) join community rosters; they "
        "work slowly at first and better after weeks; turnout of members decays. What share of their hours is field "
        "time is a number of the roster: field share of sunk cadres.",
        costs_zh="派出部门按小时失去人力，本职工作因此变慢；社区工作者要花时间带领当日有班的人员。",
        costs_en="Home departments lose the hours one for one, so their own line work slows; community workers spend "
        "time on supervising those who have a shift that day.",
        parameters=(
            PolicyParameter(
                "people_per_community",
                8,
                "person",
                "每社区人数",
                "people for each community reached",
                "Nanjing 2020: about 10,000 sent down, 8.0 a community; to be swept from 2 to 40",
                "D",
                0,
                100,
            ),
            PolicyParameter(
                "full_time_share", 0.25, "1", "全日干部占比", "share who serve full time", "estimate to be swept", "E"
            ),
            PolicyParameter(
                "productivity_start",
                0.4,
                "1",
                "初始工效",
                "productivity on the first day",
                "estimate to be swept",
                "E",
                0.05,
                1,
            ),
            PolicyParameter(
                "productivity_later",
                0.8,
                "1",
                "熟悉后工效",
                "productivity after the learning time",
                "estimate to be swept",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "learning_weeks",
                4,
                "week",
                "熟悉周数",
                "weeks until the later productivity is reached",
                "estimate to be swept",
                "E",
                0,
                52,
            ),
            PolicyParameter(
                "turnout",
                0.7,
                "1",
                "初始到岗率",
                "turnout of members on a rostered day at the start",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "turnout_half_life",
                21,
                "day",
                "到岗率半衰期",
                "days until half of the members' turnout is lost",
                "campaign-style turnout is reported, no figure; estimate to be swept from 7 to 60 days",
                "E",
                1,
                3650,
            ),
            PolicyParameter(
                "supervision_minutes",
                10,
                "min/person-day",
                "带领时间",
                "minutes of community workers for each person with a shift that day",
                "estimate to be swept",
                "E",
                0,
                240,
            ),
            PolicyParameter(
                "placement",
                "uniform",
                "choice",
                "派驻规则",
                "how people are spread over communities: evenly, by resident members, by known open cases",
                "rules compared, not estimated",
                "choice",
                choices=("uniform", "home_grid", "need_weighted"),
            ),
        ),
        levers=("pool.overhead_minutes",),
        streams=("policy",),
    )
    _plan: NDArray[np.float64] | None = None

    def act(self, setting: Setting, day: int) -> Actions:
        """Post the people of today, whom their hosts lead if they have a shift."""
        reached = self.covered(setting, day)
        if len(reached) == 0 or self.number("people_per_community") <= 0:
            return Actions()
        counts = self._counts(setting, reached, day)
        host = np.repeat(reached, counts)
        person = ordinals(counts)
        full = self._full_time(setting, host, person)
        present = full | self._turns_out(setting, host, person, day)
        postings = self._postings(setting, host[present], person[present], full[present], day)
        has_shift = SHIFTS[postings["shift"], setting.calendar.kind[day]] != 0
        postings["led"] = self.number("supervision_minutes") * has_shift
        return Actions(postings=postings)

    def _counts(self, setting: Setting, reached: NDArray[np.int64], day: int) -> NDArray[np.int64]:
        """Return how many people each community gets; need-weighted by the queues known at each month's start."""
        total = round(self.number("people_per_community") * len(reached))
        rule = self.choice("placement")
        if rule == "home_grid":
            weight = (
                np.add.reduceat(setting.city.grids["members"], setting.city.communities["first_grid"])[reached] + 1.0
            )
        elif rule == "need_weighted":
            since = (day - self.settings.start_day) % _REPLAN_DAYS
            if since == 0 or self._plan is None or len(self._plan) != len(reached):
                self._plan = setting.known_load()[reached] + 1.0
            weight = self._plan
        else:
            weight = np.ones(len(reached))
        return np.minimum(shares(weight, total), 4000)

    def _full_time(self, setting: Setting, host: NDArray[np.int64], person: NDArray[np.int64]) -> NDArray[np.bool_]:
        u = setting.uniforms(self.instance, setting.city.communities["key"][host] << 12 | person, _FULL_TIME)
        return u < self.number("full_time_share")

    def _turns_out(
        self, setting: Setting, host: NDArray[np.int64], person: NDArray[np.int64], day: int
    ) -> NDArray[np.bool_]:
        age = day - self.settings.start_day
        chance = self.number("turnout") * 0.5 ** (age / self.number("turnout_half_life"))
        u = setting.uniforms(self.instance, setting.city.communities["key"][host] << 12 | person, _TURNOUT + day)
        return np.asarray(u < chance)

    def _postings(
        self, setting: Setting, host: NDArray[np.int64], person: NDArray[np.int64], full: NDArray[np.bool_], day: int
    ) -> Rows:
        rows = posting_rows(len(host))
        weeks = (day - self.settings.start_day) / 7.0
        learned = (
            min(1.0, weeks / max(1e-9, self.number("learning_weeks"))) if self.number("learning_weeks") > 0 else 1.0
        )
        start, later = self.number("productivity_start"), self.number("productivity_later")
        rows["person"], rows["kind"], rows["community"] = person, R.CADRE, host
        rows["source"] = np.where(full, FROM_LINE, FROM_RESIDENTS)
        rows["home"] = np.where(full, home_lines(setting, self.instance, host, person, _HOMES), host)
        rows["shift"] = np.where(full, R.OFFICE, R.WEEKEND_EVENING)
        rows["skills"] = np.where(full, GENERAL | PAPER, GENERAL | CARE)
        rows["productivity"] = start + (later - start) * learned
        return rows
