"""Rural alliance: villages of a street share people and units, and spend a village budget on service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...agents.budgets import Budget
from ...agents.pay import PAY
from ...model.apportion import ordinals
from ...model.calendar import WORKDAY
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDIATION
from ...model.postings import HIRED, join_postings, posting_rows
from ...model.state import GRID_NET
from .base import Card, Policy, PolicyParameter
from .borrowing import borrowed, units_of
from .people import MINUTES_A_DAY, WORKDAYS_A_MONTH, staffed

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_SHIFT_HOURS = 7.5
_HIRED_TODAY = 1 << 16
"""Occasion of the draw, plus the day."""


class RuralAlliance(Policy):
    """Joins the rosters of neighbouring villages, borrows from their units, and hires from their budget."""

    card = Card(
        id="rural_alliance",
        zh="乡村振兴 · 村村、村企、村居联建",
        en="Rural alliance",
        article="探索“村村联建”“村企联建”“村居联建”等模式",
        changes_zh="同街镇相邻的几个村合用一支队伍、一个待办队列；村内愿意的企业和合作社借出部分空闲工时；"
        "村集体收入逐年增长，其中一部分购买服务。村班子区级联审期间部分岗位空缺，处置时段随之减少；此后资金被侵占的比例下降。只在村起作用。",
        changes_en="Neighbouring villages of a street share one roster and one queue; those firms and cooperatives "
        "that are willing lend part of their idle hours; the village budget grows, and part of it buys service. "
        "While committees are vetted by the district some posts stand vacant, and with them goes their field time; "
        "afterwards less money is captured. Acts in villages only.",
        costs_zh="各村联络协调和街道联审占用工时，联审期间村里少了空缺岗位的处置时段；办邻村的件用时略长；单位出借工时；服务支出和被侵占的部分计入支出。",
        costs_en="Coordination takes hours of villages and vetting hours of streets, and while it lasts villages "
        "lack the field time of vacant posts; cases of another village take longer; units give hours; what is bought "
        "and what is captured is paid.",
        parameters=(
            PolicyParameter(
                "group", 3, "village", "联建村数", "villages that share a roster", "estimate to be swept", "E", 1, 20
            ),
            PolicyParameter(
                "unfamiliar",
                0.1,
                "1",
                "跨村多用工时",
                "extra hands-on time on cases of another village",
                "estimate to be swept from 0 to 0.3",
                "E",
                0,
                3,
            ),
            PolicyParameter(
                "coordination_hours",
                8,
                "h/month",
                "协调工时",
                "hours a month of each village for coordination",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
            PolicyParameter(
                "lent_share",
                0.1,
                "1",
                "单位出借比例",
                "share of the idle hours of willing units in the village that is lent",
                "estimate to be swept",
                "E",
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
                "income",
                500_000,
                "CNY/year",
                "村集体收入",
                "yearly income of a village at the start",
                "estimate to be swept from 200,000 to 2,000,000",
                "E",
                0,
                100_000_000,
            ),
            PolicyParameter(
                "growth",
                0.08,
                "1/year",
                "年增长率",
                "yearly growth of that income",
                "estimate to be swept",
                "E",
                -0.5,
                1,
            ),
            PolicyParameter(
                "service_share",
                0.1,
                "1",
                "购买服务占比",
                "share of the income that buys service",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "capture",
                0.2,
                "1",
                "侵占比例",
                "share of that money which is captured without vetting",
                "no figure found; estimate to be swept from 0 to 0.5",
                "E",
            ),
            PolicyParameter(
                "vetting",
                0.5,
                "1",
                "联审降幅",
                "share of the capture that vetting prevents, once it is done",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "vetting_hours",
                20,
                "h/village",
                "联审工时",
                "hours of the street for vetting a village's committee",
                "estimate to be swept",
                "E",
                0,
                400,
            ),
            PolicyParameter(
                "vetting_days",
                30,
                "day",
                "联审期",
                "days that vetting takes, with posts vacant",
                "estimate to be swept",
                "E",
                1,
                365,
            ),
            PolicyParameter(
                "vacant_posts",
                0.5,
                "person/village",
                "空缺岗位",
                "posts of a village that stand vacant while its committee is vetted",
                "estimate to be swept",
                "E",
                0,
                20,
            ),
        ),
        levers=("pool.unfamiliar", "pool.overhead_minutes", "pool.field_share", "community.spending"),
        streams=("policy",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Join villages, charge their costs, and post whom units lend and the budget hires."""
        city = setting.city
        villages = self.covered(setting, day)
        villages = villages[city.communities["rural"][villages] == 1]
        vetted = self.days_since(setting, villages, day) >= self.number("vetting_days")
        office, pools = setting.community_pool[villages], self.standing(staffed, setting, villages)
        street = setting.street_pool[city.communities["street"][villages[~vetted]]]
        vetting = self.number("vetting_hours") * 60.0 / self.number("vetting_days")
        money, lost = self._budget(day, vetted)
        which = self.standing(units_of, setting, villages)
        lent = borrowed(
            setting,
            self.instance,
            which,
            day,
            self.number("lent_share"),
            productivity=self.number("helper_productivity"),
        )
        return Actions(
            (
                Contribution("pool.unfamiliar", pools, self.number("unfamiliar")),
                Contribution("pool.overhead_minutes", office, self.number("coordination_hours") * MINUTES_A_DAY),
                *(Contribution("pool.overhead_minutes", np.array([p]), vetting * n) for p, n in _counted(street)),
                Contribution("pool.field_share", office[~vetted], -self._vacant(setting, office[~vetted])),
                Contribution("community.spending", villages, lost),
            ),
            join_postings([self._hired(setting, villages, money, day), lent]),
            self.standing(self._groups, setting, villages),
        )

    def _vacant(self, setting: Setting, office: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the part of a shift that is field time no more, as those posts are empty who would have given it."""
        people = np.maximum(1, setting.people[office])
        empty = np.minimum(1.0, self.number("vacant_posts") / people)
        return np.asarray(empty * float(setting.par[R.FIELD_SHARE]), dtype=np.float64)

    def _budget(self, day: int, vetted: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each village spends on service and what is captured of it, CNY a day."""
        budget = Budget(self.number("income"), self.number("growth"), self.number("service_share"))
        money = budget.daily(day - self.settings.start_day)
        lost = money * self.number("capture") * np.where(vetted, 1.0 - self.number("vetting"), 1.0)
        return money - lost, lost

    def _groups(self, setting: Setting, villages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the pairs of pools of the same net, or of the villages themselves, in groups of neighbours."""
        places = setting.city.communities
        rural = np.flatnonzero(places["rural"] == 1)
        street = places["street"][rural]
        rank = np.arange(len(rural)) - np.searchsorted(street, street)
        group = np.full(len(places), -1, dtype=np.int64)
        group[rural] = street * len(places) + rank // round(self.number("group"))
        pairs = []
        for net in range(setting.nets.shape[1]):
            pools = setting.nets[villages, net]
            own = (setting.pools["kind"][pools] == GRID_NET) | (net == setting.nets.shape[1] - 1)
            _, lead, member = np.unique(group[villages[own]], return_index=True, return_inverse=True)
            pairs.append(np.column_stack([pools[own][lead][member], pools[own]]))
        joined = np.concatenate(pairs).astype(np.int64)
        return np.asarray(joined[joined[:, 0] != joined[:, 1]])

    def _hired(self, setting: Setting, villages: NDArray[np.int64], money: NDArray[np.float64], day: int) -> Rows:
        """Hire people for whole shifts on working days, on average for as much as is to be spent."""
        if setting.calendar.kind[day] != WORKDAY:
            return posting_rows(0)
        shifts = money * 365.0 / (WORKDAYS_A_MONTH * 12.0) / (_SHIFT_HOURS * setting.par[PAY[R.SOCIAL_WORKER]])
        luck = setting.uniforms(self.instance, setting.city.communities["key"][villages], _HIRED_TODAY + day)
        count = np.minimum(1000, np.floor(shifts + luck)).astype(np.int64)
        rows = posting_rows(int(count.sum()))
        rows["community"] = np.repeat(villages, count)
        rows["person"] = ordinals(count)
        rows["kind"], rows["source"], rows["shift"] = R.SOCIAL_WORKER, HIRED, R.OFFICE
        rows["home"] = rows["community"]
        rows["skills"], rows["productivity"] = GENERAL | CARE | MEDIATION, 1.0
        return rows


def _counted(pools: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return each pool once with how often it stands there."""
    some, often = np.unique(pools, return_counts=True)
    return list(zip(some.tolist(), often.tolist(), strict=True))
