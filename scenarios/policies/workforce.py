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
from .people import WORKDAYS_A_MONTH, staffed
from .topics import topics

if TYPE_CHECKING:
    from ...model.interventions import Setting

_FULL_BONUS = 0.1
"""Share of pay to which ``easy_days`` refers."""


class Workforce(Policy):
    """Moves pay by grade, hours of training and the order of cases of community and grid workers."""

    card = Card(
        id="workforce",
        zh="头雁·轮训·三岗十八级",
        en="Grades, training and bonus",
        article="优化社工“三岗十八级”薪酬体系，新增网格化管理工作绩效考核奖励，发放岗位工作年限补贴和专业职称津贴",
        changes_zh="社区工作者和网格员普遍加薪，并按任职年限逐级再加（年限补贴）；离职风险随各人薪酬下降。轮训课时记在本人名下，"
        "提高其工效和一次解决率，收益递减；离职者带走，新人从零开始。绩效奖励按所办案件计，容易的事项在队列中提前、费时的推后。"
        "离职、晋级与学习按月发生，头几周看不出变化。等级数、每级年限、离职弹性和培训收益是模型参数（career.*、staff.quit_pay、"
        "training.*）。",
        changes_en="Community and grid workers are paid more, and more again with each grade, which comes with years "
        "in post; their hazard of quitting falls with the pay of each. Hours of training stay with the person who "
        "had them and raise what he does in an hour and the chance that his visit solves the need, with diminishing "
        "returns; who quits takes them along, and his successor begins at nothing. A bonus by cases puts easy ones "
        "ahead. People quit, rise and learn by the month, so the first weeks show little. Grades, years a grade, the "
        "elasticity of quitting and what training brings are numbers of the model (career.*, staff.quit_pay, "
        "training.*).",
        costs_zh="加薪和奖励的支出；轮训占用工时。",
        costs_en="The raise and the bonus in money; training takes hours.",
        parameters=(
            PolicyParameter(
                "pay_rise", 0.1, "1", "普遍加薪幅度", "rise in pay of all, as a share of present pay",
                "with the grades, about 15 % on average; estimate to be swept from 0 to 0.4", "E",
            ),
            PolicyParameter(
                "grade_step", 0.04, "1", "每级加薪", "rise in pay with each grade, as a share",
                "eighteen grades are to span 0.8 to 1.4 of the city's mean wage, 3.3 % a grade; estimate to be swept",
                "E", 0, 0.5,
            ),
            PolicyParameter(
                "training_hours", 40, "h/year", "年培训课时", "hours of training a year for each worker",
                "estimate: five days; to be swept", "E", 0, 400,
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
        levers=(
            "pool.pay", "pool.grade_step", "pool.training", "pool.overhead_minutes", "topic.head_start",
            "community.spending",
        ),
        streams=("policy", "staff"),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Move the levers of the communities reached and charge money and hours."""
        reached = self.covered(setting, day)
        pools = self.standing(staffed, setting, reached)
        minutes = np.asarray(setting.people[pools] * self.number("training_hours") * 60.0 / 365.0, dtype=np.float64)
        rows, ahead = self.standing(self._queue_order, setting, reached)
        return Actions(
            (
                Contribution("pool.pay", pools, 1.0 + self.number("pay_rise")),
                Contribution("pool.grade_step", pools, self.number("grade_step")),
                Contribution("pool.training", pools, self.number("training_hours") / 12.0),
                Contribution("pool.overhead_minutes", pools, minutes),
                Contribution("topic.head_start", rows, ahead),
                Contribution("community.spending", reached, self._money(setting, pools)[reached]),
            )
        )

    def _queue_order(
        self, setting: Setting, reached: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the topics of these communities and by how many minutes each stands ahead in queues."""
        every = np.arange(len(setting.catalogue.rows))
        return topics(setting, reached, every), np.tile(self._ahead(setting), len(reached))

    def _ahead(self, setting: Setting) -> NDArray[np.float64]:
        """Return by how many minutes each category stands ahead: the less work it is under the mean, the more."""
        rows = setting.catalogue.rows
        work = rows["work"]
        easier = np.maximum(0.0, 1.0 - work / work[rows["shock"] < 0].mean())
        return np.asarray(self.number("easy_days") * 1440.0 * self.number("bonus") / _FULL_BONUS * easier)

    def _money(self, setting: Setting, pools: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what raise, grades and bonus add to the pay of these pools on a day, CNY, shape (communities,).

        Days of the week all count the same; a pool's workers earn by the grades that they are in now.
        """
        office = setting.pools["kind"][pools] == COMMUNITY
        rate = np.where(office, setting.par[PAY[R.COMMUNITY_WORKER]], setting.par[PAY[R.GRID_WORKER]])
        heads = setting.known_grades()[pools]
        earns = (1.0 + self.number("pay_rise")) * (1.0 + self.number("grade_step")) ** np.arange(heads.shape[1])
        extra = heads @ (earns - 1.0) / np.maximum(1, heads.sum(axis=1)) + self.number("bonus")
        daily = setting.pool_hours[pools] * rate * WORKDAYS_A_MONTH * 12.0 / 365.0 * extra
        by_place = np.bincount(setting.pools["community"][pools], daily, minlength=len(setting.city.communities))
        return np.asarray(by_place, dtype=np.float64)
