"""Emergency pairing: municipal and district units are assigned to communities and come when a shock strikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.interventions import FROM_LINE, POSTINGS, Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDICAL, REPAIR, shares
from .base import Card, Policy, PolicyParameter
from .people import home_lines

if TYPE_CHECKING:
    from ...model.interventions import Setting

_MOST_PEOPLE = 4000
_PAIRS = 2
_KM_MINUTES = 4.0


class EmergencyPairing(Policy):
    """Keeps a paired reserve on call for each community; a shock puts it on duty after exactly its delay."""

    card = Card(
        id="emergency_pairing",
        zh="挂钩应急处置",
        en="Emergency pairing",
        article="完善市、区单位挂钩村（社区）应急处置机制",
        changes_zh="市、区单位预先与社区结对；冲击发生后经过启动时长，结对人员到社区值守。",
        changes_en="Municipal and district units are paired with communities beforehand; when a shock strikes, the "
        "paired people are on duty in the community after the delay.",
        costs_zh="启动期间单位失去工时；平时有演练工时。",
        costs_en="Units lose the hours while the reserve is out, and drill hours in ordinary times.",
        parameters=(
            PolicyParameter(
                "people_per_community",
                6,
                "person",
                "每社区结对人数",
                "paired people for each community reached",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
            PolicyParameter(
                "delay_minutes",
                120,
                "min",
                "启动时长",
                "minutes from the beginning of a shock to duty, before travel",
                "estimate to be swept",
                "E",
                0,
                10080,
            ),
            PolicyParameter(
                "productivity",
                0.7,
                "1",
                "工效",
                "productivity of paired people",
                "estimate to be swept",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "drill_hours",
                2,
                "h/month",
                "演练时间",
                "drill hours a month of each paired person",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
            PolicyParameter(
                "rule",
                "balanced",
                "choice",
                "结对规则",
                "how units are paired with communities",
                "rules compared, not estimated",
                "E",
                choices=("random", "nearest", "balanced", "need_weighted"),
            ),
        ),
        levers=("line.lent_hours",),
        streams=("policy",),
        hooks=("midnight", "shock"),
    )

    _paired: tuple[Setting, NDArray[np.int64], Actions] | None = None

    def act(self, setting: Setting, day: int) -> Actions:
        """Keep the paired people on call and charge drill hours to their lines on working days."""
        reached = self.covered(setting, day)
        if self._paired is None or self._paired[0] is not setting or not np.array_equal(self._paired[1], reached):
            self._paired = (setting, reached, self._pair(setting, reached))
        return self._paired[2]

    def _pair(self, setting: Setting, reached: NDArray[np.int64]) -> Actions:
        """Return who is paired with these communities; it holds as long as they are the same."""
        total = round(self.number("people_per_community") * len(reached))
        if total == 0:
            return Actions()
        counts = self._counts(setting, reached, total)
        host = np.repeat(reached, counts)
        person = np.concatenate([np.arange(n) for n in counts])
        home = home_lines(setting, self.instance, host, person, _PAIRS, self.choice("rule") == "nearest")
        rows = POSTINGS.rows(len(host))
        rows["person"], rows["kind"], rows["community"] = person, R.RESERVE, host
        rows["source"], rows["home"], rows["shift"] = FROM_LINE, home, R.LONG_DAY
        rows["skills"] = GENERAL | REPAIR | CARE | MEDICAL
        rows["productivity"] = self.number("productivity")
        rows["delay"] = self.number("delay_minutes") + self._kilometres(setting, host, home) * _KM_MINUTES
        drill = np.bincount(home, minlength=len(setting.city.lines)) * self.number("drill_hours") / 20.8
        lines = np.flatnonzero(drill)
        return Actions((Contribution("line.lent_hours", lines, drill[lines].astype(np.float64)),), rows)

    def _counts(self, setting: Setting, reached: NDArray[np.int64], total: int) -> NDArray[np.int64]:
        """Return paired people by community: equal, by chance, or by vulnerable residents."""
        rule = self.choice("rule")
        if rule == "need_weighted":
            weight = setting.shock_weight[reached] + 1e-3
        elif rule == "random":
            u = setting.uniforms(self.instance, setting.city.communities["key"][reached], 5)
            weight = -np.log(u)
        else:
            weight = np.ones(len(reached))
        return np.minimum(shares(weight, total), _MOST_PEOPLE)

    @staticmethod
    def _kilometres(setting: Setting, host: NDArray[np.int64], home: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return whole kilometres (taxicab) from the line's office to the community."""
        city = setting.city
        of_line = np.flatnonzero(setting.pools["line_row"] >= 0)
        office = np.empty(len(city.lines), dtype=np.int64)
        office[setting.pools["line_row"][of_line]] = setting.pools["grid"][of_line]
        at = office[home]
        first = city.communities["first_grid"][host]
        cells = np.abs(city.grids["x"][first] - city.grids["x"][at]) + np.abs(
            city.grids["y"][first] - city.grids["y"][at]
        )
        km = cells * city.districts["cell_km"][city.communities["district"][host]]
        return np.asarray(np.rint(km), dtype=np.int64)
