"""On-site office: officers of department lines sit in communities by turns, and finish there what they may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...agents import responders as R
from ...model.calendar import WORKDAY
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import LINE_SKILLS
from ...model.postings import FROM_LINE, posting_rows
from .base import Card, Policy, PolicyParameter
from .topics import GROUPS, lines_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...agents.columns import Rows
    from ...model.interventions import Setting

_TURN = 2


class OnsiteOffice(Policy):
    """Posts officers of each line to each community every so many working days, in turns that differ by place."""

    card = Card(
        id="onsite_office",
        zh="基层现场办公",
        en="On-site office",
        article="推动业务部门常态化到基层现场办公、听诊服务",
        changes_zh="所选部门的业务人员按固定间隔轮流到社区办公，各社区、各部门的日子相互错开。人在社区当班时，该部门归口类别不会错派；"
        "须区级部门办结的，直接由社区现场受理办结，不必上交、往返。人员离开后一切照旧。"
        "其工时中用于处置的比例由名册参数“机关外勤占比”决定。",
        changes_en="Officers of the chosen departments sit in each community by turns, on days that differ between "
        "communities and departments. While one is on duty there, cases of his line are not misrouted, and those "
        "that ask for the district are taken and finished on the spot, without a hand-up. When he has gone all is as "
        "before. What share of his hours is field time is a number of the roster: field share of street and "
        "department officers.",
        costs_zh="部门失去驻点人员当天的全部工时，计入借出工时；社区接待配合占用工时。",
        costs_en="Departments lose the whole day of those who sit out, as hours lent; receiving them takes the "
        "community's time.",
        parameters=(
            PolicyParameter(
                "interval_days",
                10,
                "working day",
                "驻点间隔",
                "working days between two visits of a department to a community",
                "estimate: every fortnight; to be swept from 1 to 60",
                "E",
                1,
                250,
            ),
            PolicyParameter(
                "group",
                "order",
                "choice",
                "驻点部门",
                "departments that sit out",
                "groups compared, not estimated",
                "choice",
                choices=tuple(GROUPS),
            ),
            PolicyParameter(
                "officers",
                1,
                "person",
                "每次人数",
                "officers of a department who come on its day",
                "estimate to be swept",
                "E",
                1,
                20,
            ),
            PolicyParameter(
                "productivity",
                1.0,
                "1",
                "工效",
                "productivity of officers on the spot",
                "as department officers",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "reception_minutes",
                30,
                "min/person-day",
                "接待配合时间",
                "minutes a day of the community's staff for each officer on the spot",
                "estimate to be swept",
                "E",
                0,
                480,
            ),
        ),
        levers=("topic.officers", "pool.overhead_minutes"),
        streams=("policy",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Post the officers whose day it is, and let them decide what is theirs."""
        reached = self.covered(setting, day)
        calendar = setting.calendar
        if len(reached) == 0 or calendar.kind[day] != WORKDAY:
            return Actions()
        host, line = self._visits(setting, reached, int(calendar.work_index[day]))
        if len(host) == 0:
            return Actions()
        asked = setting.catalogue.rows["lines"][:, 0]
        visit, category = np.nonzero(setting.city.lines["line"][line][:, np.newaxis] == asked)
        rows = host[visit] * len(asked) + category
        officers = round(self.number("officers"))
        return Actions(
            (Contribution("topic.officers", rows, 1.0),),
            self._postings(setting, np.repeat(host, officers), np.repeat(line, officers), officers),
        )

    def _visits(
        self, setting: Setting, reached: NDArray[np.int64], working_day: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return community and line of today's visits: each pair has its own keyed turn within the interval."""
        every = round(self.number("interval_days"))
        lines = lines_of(setting, reached, self.choice("group"))
        same = setting.city.communities["district"][reached][:, np.newaxis] == setting.city.lines["district"][lines]
        place, which = np.nonzero(same)
        host, line = reached[place], lines[which]
        keys = setting.city.communities["key"][host] << 12 | setting.city.lines["line"][line]
        turn = (setting.uniforms(self.instance, keys, _TURN) * every).astype(np.int64)
        today = (working_day + turn) % every == 0
        return host[today], line[today]

    def _postings(self, setting: Setting, host: NDArray[np.int64], line: NDArray[np.int64], officers: int) -> Rows:
        """Return the officers: each line sends the same ones to a community every time."""
        kind = setting.city.lines["line"][line]
        rows = posting_rows(len(host))
        rows["person"] = kind * officers + np.arange(len(host)) % officers
        rows["kind"], rows["community"], rows["source"], rows["home"] = R.LINE_OFFICER, host, FROM_LINE, line
        rows["shift"], rows["skills"] = R.OFFICE, np.array(LINE_SKILLS)[kind]
        rows["productivity"], rows["led"] = self.number("productivity"), self.number("reception_minutes")
        return rows
