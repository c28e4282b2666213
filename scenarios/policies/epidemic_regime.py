"""Epidemic regime: known tasks of an outbreak switch staff, pairing and screening of a district on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDICAL
from ...model.postings import FROM_LINE, posting_rows
from ...model.shocks import OUTBREAK
from .base import Card, Policy, PolicyParameter
from .people import home_lines

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_HOMES = 2
_MOST_PEOPLE = 2000


class EpidemicRegime(Policy):
    """Watches the outbreak's open tasks by district; above a threshold it acts, well below it for days it stops."""

    card = Card(
        id="epidemic_regime",
        zh="常态化疫情防控·十项举措",
        en="Epidemic regime",
        article='出台常态化疫情防控下基层治理"十项举措"',
        changes_zh="平时只有值守准备。一个区内已知未办结的疫情任务（每万居民）达到启动阈值，当天起该区各社区进入应急：部门干部全日值守，"
        "挂钩人员按启动时长到岗，每天筛查一定比例的居民，疫情随之在当地减弱；低于解除阈值连续若干天后解除。"
        "筛查的遏制作用是模型参数“筛查遏制系数”。",
        changes_en="In ordinary times there is readiness only. When the open tasks of an outbreak that a "
        "district knows of, for 10,000 residents, reach the upper threshold, its communities "
        "switch over the same day: officials of departments serve all day, paired people come "
        "after the delay, and a share of residents is screened every day, so that the outbreak "
        "recedes there. After some days below the lower threshold all this ends. How far "
        "screening helps is a number of the model: containment by screening.",
        costs_zh="平时备勤占用社区工时；应急时部门失去人力，筛查占用居民时间、社区工时和检测经费。",
        costs_en="Readiness takes hours of communities; in the regime departments lose the people, and "
        "screening takes time of residents, hours of communities and money for tests.",
        parameters=(
            PolicyParameter(
                "on_threshold", 4, "1/10,000", "启动阈值", "open tasks for 10,000 residents that switch it on",
                "estimate to be swept from 1 to 50", "E", 0.1, 1000,
            ),
            PolicyParameter(
                "off_threshold", 1, "1/10,000", "解除阈值", "open tasks for 10,000 residents under which it may end",
                "estimate to be swept", "E", 0, 1000,
            ),
            PolicyParameter(
                "off_days", 5, "day", "解除所需天数", "days in a row below the lower threshold until it ends",
                "estimate to be swept from 1 to 28", "E", 1, 90,
            ),
            PolicyParameter(
                "screening", 0.2, "1", "每日筛查比例", "share of residents screened a day in the regime",
                "estimate: everybody every five days, to be swept", "E",
            ),
            PolicyParameter(
                "resident_minutes", 15, "min", "每次筛查居民用时", "minutes of a resident for being screened",
                "estimate to be swept", "E", 0, 240,
            ),
            PolicyParameter(
                "worker_minutes", 0.5, "min", "每次筛查社区用时", "minutes of workers for a resident screened",
                "estimate: one of them organises for 120 residents an hour, to be swept", "E", 0, 60,
            ),
            PolicyParameter(
                "test_money", 8, "CNY", "每次检测费用", "money for a resident screened",
                "estimate to be swept", "E", 0, 200,
            ),
            PolicyParameter(
                "cadres_per_community", 4, "person", "每社区值守干部", "officials who serve in each community",
                "estimate: half of the 8.0 of cadre sinking, to be swept", "E", 0, 100,
            ),
            PolicyParameter(
                "paired_per_community", 4, "person", "每社区挂钩人员", "paired people for each community",
                "estimate: half of the 8.2 of emergency pairing, to be swept", "E", 0, 100,
            ),
            PolicyParameter(
                "delay_minutes", 120, "min", "启动时长", "minutes until paired people are on duty",
                "estimate: 2 hours, to be swept from half an hour to a day", "E", 0, 10080,
            ),
            PolicyParameter(
                "productivity", 0.7, "1", "工效", "productivity of officials and paired people",
                "estimate to be swept", "E", 0.05, 1.5,
            ),
            PolicyParameter(
                "readiness_hours", 1, "h/week", "备勤时间", "hours a week of each community for readiness",
                "estimate to be swept", "E", 0, 100,
            ),
        ),
        levers=(
            "community.screening",
            "community.residents_hours",
            "community.spending",
            "pool.overhead_minutes",
        ),
        streams=("policy",),
    )  # fmt: skip

    _seen: Setting | None = None
    _day: int | None = None
    _on: NDArray[np.bool_]
    _calm: NDArray[np.int64]

    def act(self, setting: Setting, day: int) -> Actions:
        """Keep communities ready; in districts under the regime post people and screen residents."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        district = setting.city.communities["district"][reached]
        under = reached[self._regime(setting, day)[district]]
        ready = self.number("readiness_hours") * 60.0 / 7.0
        pushes = [Contribution("pool.overhead_minutes", setting.community_pool[reached], ready)]
        if len(under) == 0:
            return Actions(pushes)
        screened = self.number("screening") * setting.city.communities["residents"][under]
        each = {
            "community.residents_hours": self.number("resident_minutes") / 60.0,
            "community.spending": self.number("test_money"),
        }
        pushes.append(Contribution("community.screening", under, self.number("screening")))
        pushes += [Contribution(lever, under, np.asarray(screened * x, dtype=np.float64)) for lever, x in each.items()]
        minutes = np.asarray(screened * self.number("worker_minutes"), dtype=np.float64)
        pushes.append(Contribution("pool.overhead_minutes", setting.community_pool[under], minutes))
        return Actions(pushes, self._people(setting, under))

    def _regime(self, setting: Setting, day: int) -> NDArray[np.bool_]:
        """Return which districts are under the regime today, shape (districts,); they are looked at once a day."""
        if self._seen is not setting:
            self._seen, self._day = setting, None
        if self._day == day:
            return self._on
        districts = setting.city.districts
        if self._day is None:
            self._on, self._calm = np.zeros(len(districts), dtype=bool), np.zeros(len(districts), dtype=np.int64)
        tasks = setting.known_cases()[0][:, setting.catalogue.rows["shock"] == OUTBREAK].sum(axis=1)
        known = np.bincount(setting.city.communities["district"], tasks, minlength=len(districts))
        share = known / districts["residents"] * 10_000.0
        self._calm = np.where(share < self.number("off_threshold"), self._calm + 1, 0)
        ends = self._calm >= self.number("off_days")
        self._on = (share >= self.number("on_threshold")) | (self._on & ~ends)
        self._day = day
        return self._on

    def _people(self, setting: Setting, under: NDArray[np.int64]) -> Rows:
        """Return the officials and the paired people of these communities."""
        cadres, paired = (
            min(_MOST_PEOPLE, round(self.number(name))) for name in ("cadres_per_community", "paired_per_community")
        )
        host = np.repeat(under, cadres + paired)
        person = ordinals(np.full(len(under), cadres + paired))
        rows = posting_rows(len(host))
        rows["person"], rows["community"] = person, host
        rows["kind"] = np.where(person < cadres, R.CADRE, R.RESERVE)
        rows["source"], rows["shift"] = FROM_LINE, R.LONG_DAY
        rows["home"] = home_lines(setting, self.instance, host, person, _HOMES)
        rows["skills"] = GENERAL | CARE | MEDICAL
        rows["productivity"] = self.number("productivity")
        rows["delay"] = np.where(person < cadres, -1, round(self.number("delay_minutes")))
        return rows
