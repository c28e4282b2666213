"""Workforce: pay by grades keeps workers, training raises their skill, and a bonus draws effort to easy cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...agents.pay import PAY
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.state import COMMUNITY
from .base import Card, Policy, PolicyParameter
from .people import WORKDAYS_A_MONTH

if TYPE_CHECKING:
    from ...model.interventions import Setting

_FULL_BONUS = 0.1
"""Share of pay to which ``easy_days`` refers."""


class Workforce(Policy):
    """Moves the hazard of quitting, the skill and the order of cases of community and grid workers."""

    card = Card(
        id="workforce",
        zh="头雁·轮训·三岗十八级",
        en="Grades, training and bonus",
        article="开展社区“两委”成员、社工、网格员全覆盖轮训",
        changes_zh="社区工作者和网格员按岗位等级加薪，离职风险随薪酬下降；轮训提高工效，收益递减；"
        "绩效奖励按办件计，容易的事项在队列中提前、费时的推后。离职与招聘按月发生，头几周看不出变化。",
        changes_en="Community and grid workers are paid by grades, and their hazard of quitting falls with pay; "
        "training raises their productivity with diminishing returns; a bonus by cases puts easy ones ahead. People "
        "quit by the month, so the first weeks show little.",
        costs_zh="加薪和奖励的支出；轮训占用工时。",
        costs_en="The raise and the bonus in money; training takes hours.",
        parameters=(
            PolicyParameter(
                "pay_rise",
                0.15,
                "1",
                "加薪幅度",
                "rise in pay, as a share of present pay",
                "grades are to span 0.8 to 1.4 of the city's mean wage; estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "quit_elasticity",
                3.7,
                "1",
                "离职弹性",
                "fall of ln(hazard of quitting) for each unit of ln(pay)",
                "so that the default rise brings quits from 10 to 6 % a year; to be swept from 0 to 6",
                "E",
                0,
                12,
            ),
            PolicyParameter(
                "training_hours",
                40,
                "h/year",
                "年培训课时",
                "hours of training a year for each worker",
                "estimate: five days; to be swept",
                "E",
                0,
                400,
            ),
            PolicyParameter(
                "skill_gain",
                0.1,
                "1",
                "工效提升上限",
                "rise in productivity that training tends to",
                "estimate to be swept from 0 to 0.3",
                "E",
                0,
                2,
            ),
            PolicyParameter(
                "half_hours",
                60,
                "h",
                "半程课时",
                "hours of training that bring half of that rise",
                "estimate to be swept",
                "E",
                1,
                2000,
            ),
            PolicyParameter(
                "bonus", 0.05, "1", "绩效奖励", "bonus for closed cases, as a share of pay", "estimate to be swept", "E"
            ),
            PolicyParameter(
                "easy_days",
                3,
                "day",
                "先易后难",
                "days by which the easiest cases stand ahead in queues at a bonus of a tenth of pay",
                "multitasking: piece pay draws effort to what is counted; no figure, estimate to be swept",
                "E",
                0,
                60,
            ),
        ),
        levers=("pool.quit", "pool.skill", "pool.overhead_minutes", "topic.head_start", "community.spending"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Move the levers of the communities reached and charge money and hours."""
        reached = self.covered(setting, day)
        nets, age = setting.nets[reached], self.days_since(setting, reached, day)
        pools, first = np.unique(nets, return_index=True)
        hours = self.number("training_hours") * age[first // nets.shape[1]] / 365.0
        missing = np.asarray(0.5 ** (hours / self.number("half_hours")), dtype=np.float64)
        skill = 1.0 + self.number("skill_gain") * (1.0 - missing)
        minutes = np.asarray(setting.people[pools] * self.number("training_hours") * 60.0 / 365.0, dtype=np.float64)
        topics = (reached[:, None] * len(setting.catalogue.rows) + np.arange(len(setting.catalogue.rows))).ravel()
        ahead = np.tile(self._ahead(setting), len(reached))
        factor = (1.0 + self.number("pay_rise")) ** -self.number("quit_elasticity")
        extra = self.number("pay_rise") + self.number("bonus")
        return Actions(
            (
                Contribution("pool.quit", pools, factor),
                Contribution("pool.skill", pools, skill),
                Contribution("pool.overhead_minutes", pools, minutes),
                Contribution("topic.head_start", topics, ahead),
                Contribution("community.spending", reached, extra * self._pay(setting, pools)[reached]),
            )
        )

    def _ahead(self, setting: Setting) -> NDArray[np.float64]:
        """Return by how many minutes each category stands ahead: the less work it is under the mean, the more."""
        rows = setting.catalogue.rows
        work = rows["work"]
        easier = np.maximum(0.0, 1.0 - work / work[rows["shock"] < 0].mean())
        return np.asarray(self.number("easy_days") * 1440.0 * self.number("bonus") / _FULL_BONUS * easier)

    def _pay(self, setting: Setting, pools: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what these pools earn on a day, weekends counted, by community, CNY, shape (communities,)."""
        office = setting.pools["kind"][pools] == COMMUNITY
        rate = np.where(office, setting.par[PAY[R.COMMUNITY_WORKER]], setting.par[PAY[R.GRID_WORKER]])
        daily = setting.pool_hours[pools] * rate * WORKDAYS_A_MONTH * 12.0 / 365.0
        by_place = np.bincount(setting.pools["community"][pools], daily, minlength=len(setting.city.communities))
        return np.asarray(by_place, dtype=np.float64)
