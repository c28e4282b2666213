"""Benchmarking: named settings spread from model streets by visits and training, a little less of them at each copy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.spread import MODELS, Pace, Spread
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...model.interventions import Setting

Ints = NDArray[np.int64]


class Benchmarking(Policy):
    """Communities copy from a model street or from a neighbour of the district; who copies a copy gains less."""

    card = Card(
        id="benchmarking",
        zh="学仙林·对标提升",
        en="Benchmarking",
        article="推动全市 101 个街道、589 个社区党组织分类制定对标提升计划，分批开展现场调研观摩，"
        "分期举办书记示范培训，真正推动“盆景”变“风景”",
        changes_zh="示范街道的三项做法（按风险巡查、按技能派人、定期会商定事）经观摩和培训传到其他社区。社区可向示范街道学，"
        "也可向本区已学会的社区学；每转学一次做法损失一部分（巡查和派人没那么准，会商没那么勤），学会后若不巩固逐月衰减。"
        "本区学会的越多，其余社区越可能跟进。",
        changes_en="Three settings of model streets (patrols by risk, sending the skilled, meetings that decide what "
        "is handed up) spread by visits and training. A community learns from a model street or from one of its "
        "district that has learned; each copy loses a part (the aim is worse, meetings are rarer), and a practice "
        "decays month by month. The more of a district have learned, the likelier the others are to follow.",
        costs_zh="观摩的社区和接待的街道各花工时；各社区按期参加示范培训，占用工时；每次会商占用社区和街道工时。",
        costs_en="Communities that visit and streets that receive them spend hours; all communities attend training at "
        "intervals, which takes hours; so do the meetings, of communities and of their streets.",
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
                "meeting_days",
                7,
                "day",
                "会商间隔",
                "days between the meetings of a model street at which hand-ups are decided",
                "estimate to be swept",
                "E",
                1,
                90,
            ),
            PolicyParameter(
                "meeting_hours",
                2,
                "h",
                "会商工时",
                "person-hours of each community, and of its street, for a meeting",
                "estimate to be swept",
                "E",
                0,
                50,
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
        levers=("community.patrol_aim", "community.matching", "community.meetings", "pool.overhead_minutes"),
        streams=("policy",),
    )
    _spread: Spread | None = None

    def act(self, setting: Setting, day: int) -> Actions:
        """Push the settings of those who have them, and charge for today's visits and training."""
        reached = self.covered(setting, day)
        spread = self._until(setting, day)
        if len(reached) == 0:
            return Actions()
        held = spread.held(day)
        have = reached[held[reached] > 0.0]
        pushes = []
        if len(have) > 0:
            pushes = [
                Contribution("community.patrol_aim", have, self.number("aim_gain") * held[have]),
                Contribution("community.matching", have, self.number("matching_gain") * held[have]),
                *self._meetings(setting, have, held[have]),
            ]
        return Actions([*pushes, *self._costs(setting, spread, reached, day)])

    def _meetings(self, setting: Setting, have: Ints, held: NDArray[np.float64]) -> tuple[Contribution, ...]:
        """Let those who ``have`` the cadence meet, the more seldom the less of it is left, and charge for it."""
        a_day = held / self.number("meeting_days")
        minutes = a_day * self.number("meeting_hours") * 60.0
        street = np.zeros(len(setting.city.streets))
        np.maximum.at(street, setting.city.communities["street"][have], minutes)
        meet = np.flatnonzero(street)
        return (
            Contribution("community.meetings", have, a_day),
            Contribution("pool.overhead_minutes", setting.community_pool[have], minutes),
            Contribution("pool.overhead_minutes", setting.street_pool[meet], street[meet]),
        )

    def _until(self, setting: Setting, day: int) -> Spread:
        """Return who has the settings on ``day``; a day before the last one asked for begins the history anew."""
        spread = self._spread
        if spread is None or spread.setting is not setting or (day - spread.start) // 7 < spread.week:
            names = ("by_training", "by_contact", "fidelity", "decay")
            pace = Pace(**{name: self.number(name) for name in names})
            models, start = self._models(setting), self.settings.start_day
            spread = self._spread = Spread(setting, self.instance, start, models, pace)
        spread.advance(day, partial(self.covered, setting))
        return spread

    def _models(self, setting: Setting) -> NDArray[np.bool_]:
        """Return the communities of the model streets, drawn among those that the policy may reach."""
        city = setting.city
        may = np.ones(len(city.communities), dtype=bool)
        if self.settings.communities is not None:
            may = self.settings.communities
        streets = np.unique(city.communities["street"][may])
        lot = setting.uniforms(self.instance, city.streets["key"][streets], MODELS)
        models = streets[np.argsort(lot)][: round(self.number("model_streets"))]
        return np.asarray(may & np.isin(city.communities["street"], models))

    def _costs(self, setting: Setting, spread: Spread, reached: NDArray[np.int64], day: int) -> list[Contribution]:
        """Charge minutes: a training to all on its day, a visit to guest and host on the day of it."""
        costs = []
        if (day - self.settings.start_day) % round(self.number("training_days")) == 0:
            hours = self.number("training_hours") * 60.0
            costs.append(Contribution("pool.overhead_minutes", setting.community_pool[reached], hours))
        guests = reached[spread.learned_on(day)[reached]]
        if len(guests) > 0:
            street = setting.city.communities["street"][spread.teacher[guests]]
            hosts, visits = np.unique(setting.street_pool[street], return_counts=True)
            received = np.asarray(visits * self.number("host_hours") * 60.0, dtype=np.float64)
            guest_minutes = self.number("visit_hours") * 60.0
            costs += [
                Contribution("pool.overhead_minutes", setting.community_pool[guests], guest_minutes),
                Contribution("pool.overhead_minutes", hosts, received),
            ]
        return costs
