"""Joint team: community workers and grid workers of a community are led as one, on one rota."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .people import DUTY_SHARE, staffed, star

if TYPE_CHECKING:
    from ...model.interventions import Setting


class JointTeam(Policy):
    """Joins the rosters of a community's grid workers with its community workers'."""

    card = Card(
        id="joint_team",
        zh="社工网格员一体管理",
        en="Joint team",
        article="一体管理、一体建设社区工作者和专职网格员队伍",
        changes_zh="社区工作者与网格员合编一张排班表、共用一个待办队列，谁有空谁去；办理原属对方的事项用时略长。"
        "各人仍由原单位聘用，处置时段占比不变；政策结束后人和件各回原队伍。",
        changes_en="Community workers and grid workers form one rota with one queue, and whoever is free goes; cases "
        "that used to be the other's take a little longer. Everybody keeps his employer and his share of field time; "
        "when the policy ends, people and cases return.",
        costs_zh="当班人员每天交接占用工时。",
        costs_en="Those on duty spend minutes a day on handing over.",
        parameters=(
            PolicyParameter(
                "handover_minutes",
                10,
                "min/person-day",
                "每日交接",
                "minutes a day of handing over, for each person on duty",
                "estimate to be swept",
                "E",
                0,
                120,
            ),
            PolicyParameter(
                "unfamiliar",
                0.1,
                "1",
                "跨岗多用工时",
                "extra hands-on time on cases of the other staff",
                "estimate to be swept from 0 to 0.3",
                "E",
                0,
                3,
            ),
        ),
        levers=("pool.unfamiliar", "pool.overhead_minutes"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Join the rosters of the communities reached, and charge their handing over."""
        reached = self.covered(setting, day)
        everybody, pairs = self.standing(_together, setting, reached)
        on_duty = np.asarray(setting.people[everybody] * DUTY_SHARE, dtype=np.float64)
        minutes = self.number("handover_minutes") * on_duty
        return Actions(
            (
                Contribution("pool.unfamiliar", everybody, self.number("unfamiliar")),
                Contribution("pool.overhead_minutes", everybody, minutes),
            ),
            rosters=pairs,
        )


def _together(setting: Setting, reached: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pools of these communities, and the pairs that join those of each."""
    pools = setting.nets[reached]
    return staffed(setting, reached), star(pools, np.ones(pools.shape, dtype=bool))
