"""Village secretaries: their post becomes a profession, with pay by grade and training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...agents.pay import PAY
from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .people import WORKDAYS_A_MONTH

if TYPE_CHECKING:
    from ...model.interventions import Setting


class VillageSecretaries(Policy):
    """Pays and trains the secretary of each village, or its whole committee, as a profession."""

    card = Card(
        id="village_secretaries",
        zh="村书记专业化",
        en="Village secretaries as a profession",
        article="推进村书记专业化，完善全链条管理制度，鼓励有条件的区拓展到村“两委”成员",
        changes_zh="村书记（可拓展到村“两委”成员）按专业化岗位加薪、随年限晋级，离职风险下降；每年参加示范培训，课时记在本人名下，"
        "提高工效和一次解决率。模型中村书记与两委成员是村队伍的工作人员，按人数占比折算到全队。只在村起作用，按月见效。",
        changes_en="The secretary of a village, or its whole committee where a district extends it, is paid as a "
        "professional and rises with years in post, so fewer quit; demonstration courses every year stay with the "
        "person and raise what he does in an hour and the chance that his visit solves the need. In the model they are "
        "staff of the village's own pool, and what is done for them counts by their share of it. Acts in villages "
        "only, by the month.",
        costs_zh="加薪支出；培训占用村工作人员工时。",
        costs_en="The raise in money; training takes hours of the village's staff.",
        parameters=(
            PolicyParameter(
                "people", 1, "person", "每村覆盖人数", "people of each village who are covered: its secretary, or "
                "the committee as well", "one secretary a village; a committee has three to seven members", "E", 0, 7,
            ),
            PolicyParameter(
                "pay_rise", 0.2, "1", "加薪幅度", "rise in pay of those covered, as a share of present pay",
                "estimate to be swept",
            ),
            PolicyParameter(
                "grade_step", 0.04, "1", "每级加薪", "rise in pay with each grade, as a share",
                "estimate to be swept", "E", 0, 0.5,
            ),
            PolicyParameter(
                "training_hours", 56, "h/year", "年培训课时", "hours of training a year of each person covered",
                "estimate: seven days; to be swept", "E", 0, 400,
            ),
        ),
        levers=("pool.pay", "pool.grade_step", "pool.training", "pool.overhead_minutes", "community.spending"),
        streams=("policy", "staff"),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Move pay and training of the villages reached by the share of their staff that is covered."""
        reached = self.covered(setting, day)
        villages = reached[setting.city.communities["rural"][reached] == 1]
        pools = setting.community_pool[villages]
        staff = setting.people[pools].astype(np.float64)
        share = np.minimum(1.0, self.number("people") / np.maximum(1.0, staff))
        hours = self.number("training_hours") * share
        minutes = np.asarray(staff * hours * 60.0 / 365.0, dtype=np.float64)
        return Actions(
            (
                Contribution("pool.pay", pools, (1.0 + self.number("pay_rise")) ** share),
                Contribution("pool.grade_step", pools, (1.0 + self.number("grade_step")) ** share - 1.0),
                Contribution("pool.training", pools, hours / 12.0),
                Contribution("pool.overhead_minutes", pools, minutes),
                Contribution("community.spending", villages, self._money(setting, pools, share)),
            )
        )

    def _money(self, setting: Setting, pools: NDArray[np.int64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what raise and grades add to the pay of those covered on a day, CNY; all days count the same."""
        heads = setting.known_grades()[pools]
        earns = (1.0 + self.number("pay_rise")) * (1.0 + self.number("grade_step")) ** np.arange(heads.shape[1])
        extra = heads @ (earns - 1.0) / np.maximum(1, heads.sum(axis=1))
        rate = float(setting.par[PAY[R.COMMUNITY_WORKER]])
        daily = setting.pool_hours[pools] * rate * WORKDAYS_A_MONTH * 12.0 / 365.0
        return np.asarray(share * extra * daily, dtype=np.float64)
