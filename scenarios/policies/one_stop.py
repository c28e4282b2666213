"""One-stop service: staffed counters deal with simple cases at once, and are easier to come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, PAPER, shares
from ...model.postings import HIRED, posting_rows
from .base import Card, Policy, PolicyParameter
from .topics import topics

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting


class OneStop(Policy):
    """Hires counter staff, sends them where counters are used, and lets simple cases end at the counter."""

    card = Card(
        id="one_stop",
        zh="党群服务中心·一站式服务",
        en="One-stop service",
        article="基层阵地一站式服务全覆盖",
        changes_zh="在窗口上报的简单事项（网格或社区可办结、无须协同）一部分当场办结，须有社区工作者在岗；上报阻力下降；窗口晚间延时开放。"
        "增聘的窗口岗位（每日 8 时至 20 时）由效用评估配置：首次在启动当日，按居民数；此后按各窗口的使用量。",
        changes_en="Part of the simple cases reported at a counter (grid or community may finish them, no "
        "other party is needed) end there at once if a community worker is on duty; friction of "
        "reporting falls; counters stay open in the evening. Evaluations spread hired counter staff: "
        "by residents at the start, by use of the counters later.",
        costs_zh="增聘人员的薪酬；每件当场办结的事项占用社区工作者时间；评估占用社区工时。",
        costs_en="Pay of the hired staff; time of community workers for each case that ends at the "
        "counter; hours of communities for evaluations.",
        parameters=(
            PolicyParameter(
                "counter_share",
                0.5,
                "1",
                "当场办结比例",
                "share of simple cases reported at a staffed counter that end there",
                "types of the front desk close in minutes; share to be swept",
                "E",
            ),
            PolicyParameter(
                "friction_cut",
                0.2,
                "logit",
                "阻力降幅",
                "fall of the friction of reporting",
                "estimate to be swept",
                "E",
                0,
                2,
            ),
            PolicyParameter(
                "evening_hours",
                2.5,
                "h/day",
                "延时开放",
                "hours that counters stay open after office hours",
                "estimate: until 20:00, to be swept",
                "E",
                0,
                5,
            ),
            PolicyParameter(
                "staff_per_community",
                1,
                "person",
                "窗口人员",
                "counter posts (8:00 to 20:00 every day) hired, for each community on average",
                "estimate to be swept",
                "E",
                0,
                50,
            ),
            PolicyParameter(
                "productivity",
                0.9,
                "1",
                "工效",
                "productivity of hired staff in the field",
                "estimate to be swept",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "evaluation_months",
                3,
                "month",
                "评估间隔",
                "months between evaluations, which move staff to counters in use; the first is at the start",
                "estimate to be swept",
                "E",
                0.5,
                24,
            ),
            PolicyParameter(
                "evaluation_hours",
                4,
                "h",
                "评估用时",
                "hours of each community for an evaluation",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
        ),
        levers=("topic.counter", "community.friction", "community.counter_hours", "pool.overhead_minutes"),
        streams=("policy", "handling", "work"),
    )
    _plan: tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None = None
    """Number of the evaluation, the communities reached then, their counters' use until then, their staff since."""

    def act(self, setting: Setting, day: int) -> Actions:
        """Open the counters of the communities reached, post their staff, and charge evaluations on their day."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        interval = max(1, round(30 * self.number("evaluation_months")))
        number, since = divmod(day - self.settings.start_day, interval)
        counts = self._counts(setting, reached, number)
        pushes = [
            Contribution(
                "topic.counter",
                topics(setting, reached, np.arange(len(setting.catalogue.rows))),
                self.number("counter_share"),
            ),
            Contribution("community.friction", reached, -self.number("friction_cut")),
            Contribution("community.counter_hours", reached, self.number("evening_hours")),
        ]
        if since == 0:
            minutes = 60.0 * self.number("evaluation_hours")
            pushes.append(Contribution("pool.overhead_minutes", setting.community_pool[reached], minutes))
        return Actions(pushes, self._staff(reached, counts))

    def _counts(self, setting: Setting, reached: NDArray[np.int64], number: int) -> NDArray[np.int64]:
        """Return the counter staff of each community: by residents at first, then by use since the last evaluation."""
        plan = self._plan
        if plan is not None and plan[0] == number and np.array_equal(plan[1], reached):
            return plan[3]
        use = setting.counter_use[reached].copy()
        total = round(self.number("staff_per_community") * len(reached))
        if number == 0 or plan is None or not np.array_equal(plan[1], reached):
            weight = setting.city.communities["residents"][reached]
        else:
            weight = use - plan[2]
        counts = shares(np.asarray(weight + 1.0, dtype=np.float64), total)
        self._plan = (number, reached, use, counts)
        return counts

    def _staff(self, reached: NDArray[np.int64], counts: NDArray[np.int64]) -> Rows:
        rows = posting_rows(int(counts.sum()))
        rows["community"] = rows["home"] = np.repeat(reached, counts)
        rows["person"] = ordinals(counts)
        rows["kind"], rows["source"], rows["shift"] = R.COMMUNITY_WORKER, HIRED, R.LONG_DAY
        rows["skills"] = GENERAL | PAPER | CARE
        rows["productivity"] = self.number("productivity")
        return rows
