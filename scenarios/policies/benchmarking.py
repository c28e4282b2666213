"""Benchmarking: named settings spread from model streets by visits and training, a little less of them at each copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...model.interventions import Setting

_MODELS, _TEACHER = 2, 1 << 16
_WEEK = 16
"""Occasions of the draws: which streets are models, and by week (added) who takes the settings up, and from whom."""
_WEEKS_A_MONTH = 365 / 12 / 7
_NEVER = -(1 << 30)


class Benchmarking(Policy):
    """Communities copy from a model street or from a neighbour of the district; who copies a copy gains less."""

    card = Card(
        id="benchmarking",
        zh="学仙林·对标提升",
        en="Benchmarking",
        article="推动全市 101 个街道、589 个社区党组织分类制定对标提升计划，分批开展现场调研观摩，"
        "分期举办书记示范培训，真正推动“盆景”变“风景”",
        changes_zh="示范街道的三项做法（按风险巡查、按技能派人、议事决策节奏）经观摩和培训传到其他社区。社区可向示范街道学，"
        "也可向本区已学会的社区学；每转学一次做法损失一部分，学会后若不巩固逐月衰减。本区学会的越多，其余社区越可能跟进。",
        changes_en="Three settings of model streets (patrols by risk, sending the skilled, cadence of decisions) "
        "spread by visits and training. A community learns from a model street or from one of its district that has "
        "learned; each copy loses a part, and a practice decays month by month. The more of a district have learned, "
        "the likelier the others are to follow.",
        costs_zh="观摩的社区和接待的街道各花工时；各社区按期参加示范培训，占用工时。",
        costs_en="Communities that visit and streets that receive them spend hours; all communities attend training at "
        "intervals, which takes hours.",
        parameters=(
            PolicyParameter(
                "model_streets",
                1,
                "street",
                "示范街道数",
                "streets that are models",
                "Nanjing: one, Xianlin",
                "D",
                0,
                101,
            ),
            PolicyParameter(
                "by_training",
                0.1,
                "1/month",
                "培训引发率",
                "monthly rate of taking the settings up from a model street, after training and visits",
                "estimate: seven in ten within a year; to be swept",
                "E",
                0,
                5,
            ),
            PolicyParameter(
                "by_contact",
                0.5,
                "1/month",
                "接触引发率",
                "monthly rate where all others of the district have taken them up; in proportion to their share",
                "estimate to be swept",
                "E",
                0,
                20,
            ),
            PolicyParameter(
                "fidelity",
                0.8,
                "1",
                "保真度",
                "share of a practice that survives being copied once",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "decay",
                0.02,
                "1/month",
                "做法衰减",
                "monthly loss of a practice that was copied",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "aim_gain",
                0.4,
                "1",
                "巡查导向增量",
                "rise of risk-directed patrol in a model street",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "matching_gain",
                0.15,
                "1",
                "匹配度增量",
                "rise of skill matching in a model street",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "decision_cut",
                0.2,
                "1",
                "决策等待降幅",
                "cut of hand-up and decision waits in a model street",
                "estimate to be swept",
                "E",
                0,
                0.9,
            ),
            PolicyParameter(
                "visit_hours",
                16,
                "h",
                "观摩工时",
                "person-hours of a community that visits and takes the settings up",
                "estimate to be swept",
                "E",
                0,
                400,
            ),
            PolicyParameter(
                "host_hours",
                4,
                "h",
                "接待工时",
                "person-hours of the street that is visited, a visit",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
            PolicyParameter(
                "training_days",
                90,
                "day",
                "培训间隔",
                "days between demonstration trainings",
                "estimate to be swept",
                "E",
                7,
                730,
            ),
            PolicyParameter(
                "training_hours",
                14,
                "h",
                "培训工时",
                "person-hours of each community for a training",
                "estimate: a secretary's two days; to be swept",
                "E",
                0,
                400,
            ),
        ),
        levers=("community.patrol_aim", "community.matching", "community.decision", "pool.overhead_minutes"),
        streams=("policy",),
    )
    _seen: Setting | None = None
    _week = 0
    _since: NDArray[np.int64]
    _teacher: NDArray[np.int64]
    _quality: NDArray[np.float64]
    """By community: day on which it took the settings up, from which one, and how much of them."""

    def act(self, setting: Setting, day: int) -> Actions:
        """Push the settings of those who have them, and charge for today's visits and training."""
        reached = self.covered(setting, day)
        self._advance(setting, day)
        if len(reached) == 0:
            return Actions()
        months = (day - self._since) / 7.0 / _WEEKS_A_MONTH
        copied = self._teacher >= 0
        held = np.where(copied, self._quality * (1.0 - self.number("decay")) ** np.maximum(months, 0.0), self._quality)
        have = reached[self._since[reached] > _NEVER]
        pushes = []
        if len(have) > 0:
            pushes = [
                Contribution("community.patrol_aim", have, self.number("aim_gain") * held[have]),
                Contribution("community.matching", have, self.number("matching_gain") * held[have]),
                Contribution("community.decision", have, -self.number("decision_cut") * held[have]),
            ]
        return Actions([*pushes, *self._costs(setting, reached, day)])

    def _costs(self, setting: Setting, reached: NDArray[np.int64], day: int) -> list[Contribution]:
        """Charge minutes: a training to all on its day, a visit to guest and host on the day of it."""
        costs = []
        if (day - self.settings.start_day) % round(self.number("training_days")) == 0:
            hours = self.number("training_hours") * 60.0
            costs.append(Contribution("pool.overhead_minutes", setting.community_pool[reached], hours))
        guests = reached[(self._since[reached] == day) & (self._teacher[reached] >= 0)]
        if len(guests) > 0:
            street = setting.city.communities["street"][self._teacher[guests]]
            hosts, visits = np.unique(setting.street_pool[street], return_counts=True)
            received = np.asarray(visits * self.number("host_hours") * 60.0, dtype=np.float64)
            costs += [
                Contribution(
                    "pool.overhead_minutes", setting.community_pool[guests], self.number("visit_hours") * 60.0
                ),
                Contribution("pool.overhead_minutes", hosts, received),
            ]
        return costs

    # Who takes the settings up -------------------------------------------------------------------------------------

    def _advance(self, setting: Setting, day: int) -> None:
        """Bring the history up to ``day``: it depends on the policy, the city and the run's seed alone."""
        week = (day - self.settings.start_day) // 7
        if self._seen is not setting or week < self._week:
            self._begin(setting)
        for k in range(self._week + 1, week + 1):
            self._spread(setting, k)
        self._week = week

    def _begin(self, setting: Setting) -> None:
        """Choose the model streets among those that the policy may reach; their communities have the settings."""
        city, n = setting.city, len(setting.city.communities)
        self._seen, self._week = setting, 0
        self._since, self._teacher = np.full(n, _NEVER, dtype=np.int64), np.full(n, -1, dtype=np.int64)
        self._quality = np.zeros(n)
        may = np.ones(n, dtype=bool) if self.settings.communities is None else self.settings.communities
        streets = np.unique(city.communities["street"][may])
        lot = setting.uniforms(self.instance, city.streets["key"][streets], _MODELS)
        models = streets[np.argsort(lot)][: round(self.number("model_streets"))]
        at = may & np.isin(city.communities["street"], models)
        self._since[at], self._quality[at] = self.settings.start_day, 1.0

    def _spread(self, setting: Setting, week: int) -> None:
        """Let a week pass: those without the settings take them up by chance, from a model or from their district."""
        places = setting.city.communities
        day = self.settings.start_day + 7 * week
        have = self._since > _NEVER
        models = np.flatnonzero(have & (self._teacher < 0))
        if len(models) == 0:
            return
        size, known = (np.bincount(places["district"], x, minlength=len(setting.city.districts)) for x in (None, have))
        rest = self.covered(setting, day)
        rest = rest[~have[rest]]
        others = np.maximum(1, size[places["district"][rest]] - 1)
        contact = self.number("by_contact") * known[places["district"][rest]] / others
        total = self.number("by_training") + contact
        key = places["key"][rest]
        new = setting.uniforms(self.instance, key, _WEEK + week) < 1.0 - np.exp(-total / _WEEKS_A_MONTH)
        lot = setting.uniforms(self.instance, key, _TEACHER + week)
        for c, u, share in zip(rest[new], lot[new], contact[new] / total[new], strict=True):
            near = np.flatnonzero(have & (places["district"] == places["district"][c]))
            circle, place = (near, u / share) if u < share else (models, (u - share) / (1.0 - share))
            by_key = circle[np.argsort(places["key"][circle])]
            self._teacher[c] = by_key[min(int(place * len(circle)), len(circle) - 1)]
            self._quality[c] = self.number("fidelity") * self._quality[self._teacher[c]]
            self._since[c] = day
