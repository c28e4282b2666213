"""Old compounds: basic property staff where no firm manages, who patrol, keep up the facilities and come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import GENERAL, REPAIR
from ...model.postings import HIRED, posting_rows
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_MOST_STAFF = 200
"""Of a compound, so that those of a community have numbers."""


class OldCompounds(Policy):
    """Hires staff for old compounds without a firm; what they see, mend and answer follows from their number."""

    card = Card(
        id="old_compounds",
        zh="老旧小区基本管理",
        en="Basic management of old compounds",
        article="推动 2300 余个老旧小区（零散片区）基本管理提质增效",
        changes_zh="无物业企业的老旧小区从无人值守变为有基本物业人员：他们巡查并发现问题，养护设施，先接手小区内的物业诉求，"
        "住处即在现场。人员编入本社区的物业队伍；队伍由企业带领的，处置占比随企业投入程度变化，否则随参数“无企业投入程度”。"
        "设施状况按月变化，状况好于期初时，物业类诉求减少。",
        changes_en="Old compounds without a property firm get basic staff where there was nobody: they walk rounds and "
        "see what is wrong, keep up the facilities, and take the compound's property needs first, being on the spot. "
        "They serve in the community's property team; if a firm leads it, their field time follows the firm's effort, "
        "else the parameter for teams without a firm. The condition of the facilities moves month by month, and "
        "property needs fall where it is better than at the start.",
        costs_zh="按小区支付人员工资和养护材料费；社区每天花时间带领。",
        costs_en="Pay of the staff and material, by compound; communities spend time on leading them every day.",
        parameters=(
            PolicyParameter(
                "staff", 2, "person", "每小区人数", "basic property staff of each compound, rounded to a whole number",
                "old compounds of Nanjing: from none to one or two guards and cleaners", "D", 0, _MOST_STAFF,
            ),
            PolicyParameter(
                "guards", 0.5, "1", "值守占比", "share of them who stand guard round the clock in turn",
                "estimate to be swept",
            ),
            PolicyParameter(
                "productivity", 0.8, "1", "工效", "work done an hour, 1 for an experienced worker",
                "estimate to be swept", "E", 0.05, 1.5,
            ),
            PolicyParameter(
                "effort", 0.5, "1", "无企业投入程度", "effort of a team that no firm leads",
                "as firms at the start; estimate to be swept",
            ),
            PolicyParameter(
                "rounds", 0.1, "visits/day", "每人巡查频次", "rounds of the compound a day by each of them",
                "two of them as a firm of full effort; estimate to be swept", "E", 0, 12,
            ),
            PolicyParameter(
                "upkeep", 0.002, "1/month", "每人养护", "monthly gain of the facilities' condition by each of them",
                "with two of them condition is about kept; estimate to be swept", "E", 0, 0.05,
            ),
            PolicyParameter(
                "first_answer", 1, "1", "首接比例", "share of the compound's property needs that they take",
                "estimate to be swept",
            ),
            PolicyParameter(
                "material", 30, "CNY/day", "养护费用", "money a day for material in each compound",
                "estimate to be swept", "E", 0, 10000,
            ),
            PolicyParameter(
                "leading_minutes", 10, "min/day", "带领时间", "minutes a day of the community for each compound",
                "estimate to be swept", "E", 0, 240,
            ),
        ),
        levers=(
            "compound.answered", "compound.rounds", "compound.upkeep", "pool.field_share", "pool.overhead_minutes",
            "community.spending",
        ),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Post the staff, push what they do beside visits, and charge for them."""
        reached, compounds, staff = self.covered(setting, day), setting.compounds, round(self.number("staff"))
        inside = np.zeros(len(setting.city.communities), dtype=bool)
        inside[reached] = True
        ours = np.flatnonzero((compounds["old"] == 1) & (compounds["firm"] < 0) & inside[compounds["community"]])
        if len(ours) == 0 or staff == 0:
            return Actions()
        places, number = np.unique(compounds["community"][ours], return_counts=True)
        by_place = number.astype(np.float64)
        team = setting.property_pool[places]
        alone = team[setting.pools["firm"][team] < 0]
        slack = (self.number("effort") - 1.0) * float(setting.par[R.FIELD_SHARE_PROPERTY])
        pushes = (
            Contribution("compound.answered", ours, self.number("first_answer")),
            Contribution("compound.rounds", ours, self.number("rounds") * staff),
            Contribution("compound.upkeep", ours, self.number("upkeep") * staff),
            Contribution("pool.field_share", alone, slack),
            Contribution(
                "pool.overhead_minutes", setting.community_pool[places], self.number("leading_minutes") * by_place
            ),
            Contribution("community.spending", places, self.number("material") * by_place),
        )
        return Actions(pushes, self._staff(setting, ours, number, staff))

    def _staff(self, setting: Setting, ours: NDArray[np.int64], number: NDArray[np.int64], staff: int) -> Rows:
        """Return ``staff`` people at each of the compounds ``ours``, of which each community has its ``number``."""
        at = np.repeat(ours, staff)
        rows = posting_rows(len(at))
        host = setting.compounds["community"][at]
        rows["person"] = ordinals(number * staff)
        rows["kind"], rows["source"], rows["community"], rows["home"] = R.PROPERTY_STAFF, HIRED, host, host
        rows["pool"], rows["grid"] = setting.property_pool[host], setting.compounds["grid"][at]
        guards = np.arange(len(at)) % staff < round(self.number("guards") * staff)
        rows["shift"] = np.where(guards, R.GUARD, R.PROPERTY_SHIFT)
        rows["skills"], rows["productivity"] = GENERAL | REPAIR, self.number("productivity")
        return rows
