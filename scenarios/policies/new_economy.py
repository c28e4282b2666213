"""New economy: units of parks, markets and campuses join, lead firms pull others, riders keep their eyes open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...agents.places import EXCLUSIVE
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import GENERAL, PAPER
from ...model.postings import HIRED, join_postings, posting_rows
from .base import Card, Policy, PolicyParameter
from .borrowing import borrowed, units_of
from .meetings import held, mean_freshness

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

Ints = NDArray[np.int64]


class NewEconomy(Policy):
    """Lowers the threshold of units in exclusive grids, staffs a centre there, and has riders report what they see."""

    card = Card(
        id="new_economy",
        zh="“两新”党建·三领一提",
        en="New economic and social organisations",
        article="统筹发挥区域统领、行业引领、龙头带领的关键作用",
        changes_zh="专属网格（园区、校园、市场）所在社区：单位参与门槛降低，评价的作用随时间减半，单位按月权衡，故按两次评价之间的平均计入，间隔越长降得越少；龙头单位已参与的网格，"
        "其余单位门槛再降。参与且愿意的单位在工作日出借人员。骑手等新就业群体留意沿途问题并上报。党群服务中心配人，编入社区队伍。"
        "单位本来的意愿和互助账照旧起作用，门槛再低也借不来不愿出人的单位。",
        changes_en="In communities with an exclusive grid (a park, campus or market) the threshold at which its "
        "units take part falls, by what a sector review does on average until the next one (it fades by half-lives, "
        "and units weigh by the month), and once more for the others of a grid whose lead firm takes part. Units "
        "that take part and are willing lend people on working days. Riders keep their eyes open on their way and "
        "report what they see. A centre has staff who serve in the community's pool. The units' own bent and their "
        "ledger work on: a low threshold borrows nobody from the unwilling.",
        costs_zh="支付中心人员工资；行业评价占用部门工时；单位出借工时；骑手付出时间。",
        costs_en="Pay of the centre's staff; reviews take hours of department lines; units give hours; riders give "
        "time.",
        parameters=(
            PolicyParameter(
                "threshold_cut", 0.1, "1", "门槛降幅",
                "fall of the willingness at which a unit takes part, right after a review", "estimate to be swept",
            ),
            PolicyParameter(
                "lead_pull", 0.1, "1", "龙头带动", "further fall where the grid's largest unit takes part",
                "estimate to be swept",
            ),
            PolicyParameter(
                "review_days", 90, "day", "行业评价间隔", "days between sector reviews",
                "estimate to be swept", "E", 7, 730,
            ),
            PolicyParameter(
                "fade_days", 90, "day", "评价半衰期", "days until half of what a review does is lost",
                "estimate to be swept", "E", 1, 3650,
            ),
            PolicyParameter(
                "review_hours", 8, "h", "评价时间", "hours of each department line of the district at a review",
                "estimate to be swept", "E", 0, 500,
            ),
            PolicyParameter(
                "riders", 5, "person", "骑手", "riders who report, in each community with an exclusive grid",
                "estimate to be swept", "E", 0, 500,
            ),
            PolicyParameter(
                "rider_looks", 2, "visits/day", "每人留意", "grids a day that a rider passes with open eyes",
                "estimate to be swept", "E", 0, 48,
            ),
            PolicyParameter(
                "rider_minutes", 10, "min/person-day", "骑手用时", "minutes a day that it takes a rider",
                "estimate to be swept", "E", 0, 480,
            ),
            PolicyParameter(
                "centre_staff", 1, "person", "中心人员",
                "staff of the centre, in each community with an exclusive grid",
                "estimate to be swept", "E", 0, 50,
            ),
            PolicyParameter(
                "centre_productivity", 0.8, "1", "中心人员工效", "productivity of the centre's staff",
                "estimate to be swept", "E", 0.05, 1.5,
            ),
            PolicyParameter(
                "take_up", 0.05, "1", "借用率", "share of willing units' idle hours borrowed",
                "estimate to be swept from 1 to 30 %",
            ),
            PolicyParameter(
                "most_helpers", 2, "person", "借用上限", "most helpers whom a community can use at a time",
                "estimate to be swept", "E", 0, 100,
            ),
            PolicyParameter(
                "helper_productivity", 0.7, "1", "借用工效", "productivity of borrowed helpers",
                "estimate to be swept", "E", 0.05, 1.5,
            ),
        ),
        levers=("unit.threshold", "community.watch", "community.residents_hours", "line.lent_hours"),
        streams=("policy",),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Lower thresholds, open eyes and staff centres where there is an exclusive grid, and charge reviews."""
        reached, exclusive, ours = self.standing(_exclusive, setting, self.covered(setting, day))
        reviews = held(setting.calendar, self.settings.start_day, day, self.number("review_days"))
        if len(reached) == 0 or len(reviews) == 0:
            return Actions()
        fresh = mean_freshness(self.number("review_days"), self.number("fade_days"))
        cut = self.number("threshold_cut") * fresh + self.number("lead_pull") * self._led(setting, ours)
        riders, n_grids = self.number("riders"), setting.city.communities["n_grids"][reached].astype(np.float64)
        pushes = [
            Contribution("unit.threshold", ours, -cut),
            Contribution("community.watch", reached, riders * self.number("rider_looks") / n_grids),
            Contribution("community.residents_hours", reached, riders * self.number("rider_minutes") / 60.0),
        ]
        if day == reviews[-1]:
            district = np.unique(setting.city.communities["district"][reached])
            lines = np.flatnonzero(np.isin(setting.city.lines["district"], district))
            pushes.append(Contribution("line.lent_hours", lines, self.number("review_hours")))
        take_up, most = self.number("take_up"), self.number("most_helpers")
        lent = borrowed(setting, self.instance, exclusive, day, take_up, most, self.number("helper_productivity"))
        return Actions(pushes, join_postings([self._centres(reached), lent]))

    def _centres(self, places: Ints) -> Rows:
        """Return the staff of the centres, who serve in the community's own pool."""
        each = round(self.number("centre_staff"))
        rows = posting_rows(each * len(places))
        rows["community"] = rows["home"] = np.repeat(places, each)
        rows["person"] = np.tile(np.arange(each), len(places))
        rows["kind"], rows["source"], rows["shift"] = R.SOCIAL_WORKER, HIRED, R.GRID_SHIFT
        rows["skills"], rows["productivity"] = GENERAL | PAPER, self.number("centre_productivity")
        return rows

    def _led(self, setting: Setting, ours: Ints) -> NDArray[np.float64]:
        """Return 1 for each of the units ``ours`` whose grid's lead firm is another unit and takes part."""
        lead = self.standing(_leads, setting, ours)
        return np.asarray((setting.units["joined"][lead] == 1) & (lead != ours), dtype=np.float64)


def _exclusive(setting: Setting, covered: Ints) -> tuple[Ints, NDArray[np.bool_], Ints]:
    """Return those communities that have an exclusive grid, and the units on these grids, as a mask and as rows."""
    grids, units = setting.city.grids, setting.units
    reached = np.intersect1d(covered, grids["community"][grids["kind"] == EXCLUSIVE])
    exclusive = (grids["kind"][units["grid"]] == EXCLUSIVE) & units_of(setting, reached)
    return reached, exclusive, np.flatnonzero(exclusive)


def _leads(setting: Setting, ours: Ints) -> Ints:
    """Return the lead firm of the grid of each of the units ``ours``: its largest unit."""
    units = setting.units
    order = ours[np.lexsort((units["key"][ours], -units["staff"][ours], units["grid"][ours]))]
    grid, first = np.unique(units["grid"][order], return_index=True)
    return np.asarray(order[first][np.searchsorted(grid, units["grid"][ours])])
