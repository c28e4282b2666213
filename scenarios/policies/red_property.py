"""Red property: joint meetings with firms and owners, property staff answer first, demonstration points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .meetings import held, mean_freshness

if TYPE_CHECKING:
    from ...model.interventions import Setting

_SMALL_THINGS = 3
"""Net of the needs that a firm can answer as well: urban management (rubbish, lamps, parking)."""
_NAMING = 16


class RedProperty(Policy):
    """Firms are watched and honoured, and answer first; what they then do is their own decision."""

    card = Card(
        id="red_property",
        zh="红色物业",
        en="Red property",
        article="持续开展 100 个市级“红色物业”示范点命名活动，"
        "建立完善社区物业党建联建和协调共治机制，推进物业服务企业党建全覆盖",
        changes_zh="社区、物业企业和业主定期召开联席会议，企业受到的监督因此增强；会议的作用随时间减半，企业按月决策，故按两次会议之间的平均计入；示范点企业荣誉提高。监督和荣誉"
        "进入企业每月对投入程度的决策。每轮命名时，同区企业看到的示范点越多、自身投入越高，越可能成为新的示范点。有物业的小区内"
        "一部分城管类网格诉求先由物业接手。覆盖之外的小区不受影响。",
        changes_en="Community, property firm and owners meet regularly, so the firm is watched more closely; what a "
        "meeting does fades by half-lives, and as firms decide by the month it counts as its mean between two "
        "meetings. Firms with a demonstration point gain standing. Both enter the firm's monthly decision on its "
        "effort. At each naming a firm is the likelier to be named the more points it sees in its district and the "
        "greater its own effort. In managed compounds property staff take part of the grid-level needs of urban "
        "management first. Compounds not reached are left as they are.",
        costs_zh="联席会议占用社区和物业人员工时以及业主时间；街道评审示范点占用工时；物业首接使物业排队变长。",
        costs_en="Joint meetings take hours of community workers and property staff and the time of owners; streets "
        "spend hours on reviewing points; what property staff take first lengthens their own queue.",
        parameters=(
            PolicyParameter(
                "meeting_days", 30, "day", "联席会议间隔", "days between joint meetings",
                "monthly to quarterly; to be swept from 7 to 90 days", "E", 1, 365,
            ),
            PolicyParameter(
                "monitoring_gain", 0.3, "1", "监督增量",
                "rise of a firm's monitoring right after a meeting about all its compounds", "estimate to be swept",
            ),
            PolicyParameter(
                "fade_days", 30, "day", "监督半衰期", "days until half of what a meeting adds to monitoring is lost",
                "estimate to be swept", "E", 1, 3650,
            ),
            PolicyParameter(
                "points", 17, "1/(1000 compounds)", "示范点", "demonstration points named at the start",
                "Nanjing: 100 points in about 6,000 compounds", "D", 0, 1000,
            ),
            PolicyParameter(
                "honour_gain", 0.4, "1", "荣誉增量", "rise of a firm's standing by a point", "estimate to be swept",
            ),
            PolicyParameter(
                "spread", 0.2, "1", "示范扩散率",
                "hazard at each naming of a firm of full effort in a district all of whose firms have a point",
                "estimate to be swept", "E", 0, 10,
            ),
            PolicyParameter(
                "naming_days", 30, "day", "命名间隔", "days between namings", "estimate to be swept", "E", 7, 730,
            ),
            PolicyParameter(
                "property_first", 0.3, "1", "物业首接比例",
                "share of grid-level needs of urban management in managed compounds that property staff take first",
                "estimate to be swept",
            ),
            PolicyParameter(
                "meeting_hours", 2, "h", "会议时长", "hours of a joint meeting for each attendant",
                "estimate to be swept", "E", 0, 24,
            ),
            PolicyParameter(
                "attendants", 2, "person", "参会人数", "attendants from the community and from the property staff each",
                "estimate to be swept", "E", 0, 50,
            ),
            PolicyParameter(
                "owners", 5, "person", "参会业主", "owners at a meeting", "estimate to be swept", "E", 0, 200,
            ),
            PolicyParameter(
                "review_hours", 16, "h", "评审时间", "hours of the street for each point named",
                "estimate to be swept", "E", 0, 500,
            ),
        ),
        levers=(
            "firm.monitoring", "firm.honour", "topic.property_first", "pool.overhead_minutes",
            "community.residents_hours",
        ),
        streams=("policy",),
    )  # fmt: skip

    _seen: Setting | None = None
    _namings = 0
    _point = np.empty(0, dtype=np.int64)
    """Compound that is the demonstration point of each firm, -1 none, shape (firms,)."""

    def act(self, setting: Setting, day: int) -> Actions:
        """Push what meetings, points and the firms' first answer change, and charge their hours."""
        inside = np.zeros(len(setting.city.communities), dtype=bool)
        inside[self.covered(setting, day)] = True
        where = setting.compounds["community"]
        ours = np.flatnonzero((setting.compounds["firm"] >= 0) & inside[where])
        meetings = held(setting.calendar, self.settings.start_day, day, self.number("meeting_days"))
        if len(ours) == 0 or len(meetings) == 0:
            return Actions()
        places = np.unique(where[ours])
        pushes = [*self._watch(setting, ours), *self._points(setting, ours, day), *self._first(setting, places)]
        if day == meetings[-1]:
            pushes += self._meet(setting, places)
        return Actions(pushes)

    def _watch(self, setting: Setting, ours: NDArray[np.int64]) -> list[Contribution]:
        """Watch each firm the more of its compounds meet: what a meeting adds, as fresh as it is on average."""
        here = np.bincount(setting.compounds["firm"][ours], minlength=len(setting.firms))
        firms = np.flatnonzero(here)
        fresh = mean_freshness(self.number("meeting_days"), self.number("fade_days"))
        gain = self.number("monitoring_gain") * fresh * here[firms] / setting.firms["compounds"][firms]
        return [Contribution("firm.monitoring", firms, gain)]

    def _points(self, setting: Setting, ours: NDArray[np.int64], day: int) -> list[Contribution]:
        """Name points where it is time; honour the firms that have one, and charge the review of new ones."""
        if self._seen is not setting:
            self._seen, self._namings, self._point = setting, 0, np.full(len(setting.firms), -1, dtype=np.int64)
        namings = len(held(setting.calendar, self.settings.start_day, day, self.number("naming_days")))
        pushes = []
        if namings > self._namings:
            new = self._name(setting, ours, namings)
            self._namings = namings
            street, points = np.unique(setting.compounds["street"][new], return_counts=True)
            minutes = points.astype(np.float64) * (self.number("review_hours") * 60.0)
            pushes.append(Contribution("pool.overhead_minutes", setting.street_pool[street], minutes))
        honoured = np.flatnonzero(self._point >= 0)
        return [*pushes, Contribution("firm.honour", honoured, self.number("honour_gain"))]

    def _name(self, setting: Setting, ours: NDArray[np.int64], naming: int) -> NDArray[np.int64]:
        """Name new points, at most one a firm and always its best-kept compound in reach; return them.

        The first points go to the firms of greatest effort; later ones spread from those that others see.
        """
        compounds, firms = setting.compounds, setting.firms
        best_last = ours[np.lexsort((-compounds["key"][ours], compounds["facility"][ours]))]
        shown = np.full(len(firms), -1, dtype=np.int64)
        shown[compounds["firm"][best_last]] = best_last
        free = np.flatnonzero((shown >= 0) & (self._point < 0))
        if not (self._point >= 0).any():
            order = free[np.lexsort((firms["key"][free], -firms["effort"][free]))]
            named = order[: math.ceil(self.number("points") * len(ours) / 1000.0)]
        else:
            in_district = np.bincount(firms["district"], minlength=len(setting.city.districts))
            seen = np.bincount(firms["district"], self._point >= 0, minlength=len(in_district))
            visible = seen[firms["district"][free]] / in_district[firms["district"][free]]
            lot = setting.uniforms(self.instance, firms["key"][free], _NAMING + naming)
            named = free[lot < -np.expm1(-self.number("spread") * visible * firms["effort"][free])]
        self._point[named] = shown[named]
        return shown[named]

    def _first(self, setting: Setting, places: NDArray[np.int64]) -> list[Contribution]:
        """Let property staff take part of the small things in the grid first."""
        cats = setting.catalogue.rows
        own = np.flatnonzero((cats["net"] == _SMALL_THINGS) & (cats["shock"] < 0))
        topics = (places[:, np.newaxis] * len(cats) + own).ravel()
        return [Contribution("topic.property_first", topics, self.number("property_first"))]

    def _meet(self, setting: Setting, places: NDArray[np.int64]) -> list[Contribution]:
        """Charge a joint meeting to community, property staff and owners."""
        hours = self.number("meeting_hours")
        pools = np.concatenate([setting.community_pool[places], setting.property_pool[places]])
        return [
            Contribution("pool.overhead_minutes", pools, hours * self.number("attendants") * 60.0),
            Contribution("community.residents_hours", places, hours * self.number("owners")),
        ]
