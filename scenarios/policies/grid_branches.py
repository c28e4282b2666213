"""Grid branches: members of a party branch in every grid answer calls in their grid and keep an eye on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL
from ...model.postings import FROM_RESIDENTS, posting_rows
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_TURNOUT = 16
_MOST_PEOPLE = 4000


class GridBranches(Policy):
    """Posts members of each grid's branch in their own grid, and lets others of them watch it."""

    card = Card(
        id="grid_branches",
        zh="支部建在网格",
        en="Grid branches",
        article="在全市 1.24 万个网格全覆盖建立党支部",
        changes_zh="每个网格的党支部有若干名报到党员在晚间和周末应召：编入本社区各条线队伍，从所住网格出发，本网格的事因此由他们先到；"
        "另有党员平日留意身边，看到问题就告诉网格。每天应召人数受“在职党员可参与比例”限制。",
        changes_en="In each grid some registered members of its branch answer calls in the evening and at weekends: "
        "they join the nets of their community and set out from the grid where they live, so they are nearest to its "
        "needs; others keep an eye on the grid and tell it what they see. How many serve on a day is bounded by the "
        "largest share of in-service members.",
        costs_zh="应召党员和留意身边的党员付出业余时间；社区工作者要花时间联系各网格支部。",
        costs_en="Members who answer calls and who watch give their free time; community workers spend time on keeping "
        "in touch with the branches.",
        parameters=(
            PolicyParameter(
                "members_per_grid",
                2,
                "person",
                "每网格应召党员",
                "members of each grid who answer calls, within those who live there",
                "estimate to be swept from 0 to 10",
                "E",
                0,
                50,
            ),
            PolicyParameter(
                "turnout", 0.5, "1", "到岗率", "chance that one of them comes on a rostered day", "estimate to be swept"
            ),
            PolicyParameter(
                "productivity", 0.7, "1", "工效", "productivity of members", "estimate to be swept", "E", 0.05, 1.5
            ),
            PolicyParameter(
                "watchers_per_grid",
                5,
                "person",
                "每网格留意党员",
                "members of each grid who keep an eye on it, within those who live there",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
            PolicyParameter(
                "looks_a_day",
                0.06,
                "visits/day",
                "每人留意频次",
                "looks a day that one of them takes at a need that is fully visible",
                "estimate: five watch as much as one and a half patrols; to be swept",
                "E",
                0,
                5,
            ),
            PolicyParameter(
                "watch_minutes",
                5,
                "min/person-day",
                "留意时间",
                "minutes a day of each member who watches",
                "estimate to be swept",
                "E",
                0,
                240,
            ),
            PolicyParameter(
                "contact_minutes",
                5,
                "min/day",
                "联系支部时间",
                "minutes a day of community workers for each grid's branch",
                "estimate to be swept",
                "E",
                0,
                240,
            ),
        ),
        levers=("community.watch", "community.residents_hours", "pool.overhead_minutes"),
        streams=("policy",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Post those who turn out today, let the others watch, and charge members' and workers' time."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        watchers, branches = self.standing(self._branches, setting, reached)
        looks = np.asarray(watchers / branches * self.number("looks_a_day"), dtype=np.float64)
        hours = np.asarray(watchers * self.number("watch_minutes") / 60.0, dtype=np.float64)
        minutes = np.asarray(branches * self.number("contact_minutes"), dtype=np.float64)
        pushes = (
            Contribution("community.watch", reached, looks),
            Contribution("community.residents_hours", reached, hours),
            Contribution("pool.overhead_minutes", setting.community_pool[reached], minutes),
        )
        return Actions(pushes, self._postings(setting, reached, day))

    def _branches(self, setting: Setting, reached: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the members who watch and the branches, of each of these communities."""
        grids = setting.city.grids
        watching = np.minimum(grids["members"], self.number("watchers_per_grid"))
        watchers = np.bincount(grids["community"], watching)[reached]
        return watchers.astype(np.float64), np.bincount(grids["community"])[reached]

    def _on_call(self, setting: Setting, reached: NDArray[np.int64]) -> tuple[Rows, NDArray[np.int64]]:
        """Return the postings of all members who might come, and their keys; the nets take a community's in turn."""
        grids = setting.city.grids
        here = np.flatnonzero(np.isin(grids["community"], reached))
        counts = np.minimum(grids["members"][here], round(self.number("members_per_grid"))).astype(np.int64)
        home = np.repeat(here, counts)
        host = grids["community"][home]
        person = ordinals(np.bincount(host, minlength=len(setting.city.communities)))
        some = person < _MOST_PEOPLE
        home, host, person = home[some], host[some], person[some]
        rows = posting_rows(len(person))
        rows["person"], rows["kind"], rows["grid"] = person, R.MEMBER, home
        rows["community"] = rows["home"] = host
        rows["pool"] = setting.nets[host, person % setting.nets.shape[1]]
        rows["source"], rows["shift"], rows["skills"] = FROM_RESIDENTS, R.WEEKEND_EVENING, GENERAL | CARE
        rows["productivity"] = self.number("productivity")
        return rows, setting.city.communities["key"][host] << 12 | person

    def _postings(self, setting: Setting, reached: NDArray[np.int64], day: int) -> Rows:
        """Return the members of these communities who come today."""
        rows, key = self.standing(self._on_call, setting, reached)
        return np.asarray(rows[setting.uniforms(self.instance, key, _TURNOUT + day) < self.number("turnout")])
