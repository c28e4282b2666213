"""Secretary projects: the party secretary of a street gives one stubborn class of needs a season of attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.incidents import load_catalogue
from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .people import MINUTES_A_DAY

if TYPE_CHECKING:
    from ...model.interventions import Setting

_EVERYDAY = tuple(
    name for name, row in zip(load_catalogue().ids, load_catalogue().rows, strict=True) if row["shock"] < 0
)


class SecretaryProjects(Policy):
    """Puts cases of one class ahead in queues; a new season takes up what is then the most stubborn."""

    card = Card(
        id="secretary_projects",
        zh="书记项目",
        en="Secretary projects",
        article="深化基层党建“书记项目”",
        changes_zh="各街道书记每季选定一类顽疾（逾期或在办最多的一类，或由参数指定；无此类案件时待有再定），该类新立案件在各队列中提前若干天排序；"
        "其他类别相应等待。选题依据当时已知的在办案件。",
        changes_en="Each season the secretary of a street takes up one stubborn class of needs: the one with most "
        "overdue or most open cases then known, or one that is named; with none known he waits for the first. New "
        "cases of the class stand in queues as if they fell due some days earlier; other classes wait.",
        costs_zh="街道和社区书记为项目投入工时。",
        costs_en="Secretaries of streets and communities spend hours on the project.",
        parameters=(
            PolicyParameter(
                "chosen",
                "most_overdue",
                "choice",
                "选题方式",
                "which class is taken up",
                "rules compared, not estimated",
                "choice",
                choices=("most_overdue", "most_open", *_EVERYDAY),
            ),
            PolicyParameter(
                "head_start",
                5,
                "day",
                "提前天数",
                "days by which cases of the class stand ahead in queues",
                "estimate to be swept",
                "E",
                0,
                60,
            ),
            PolicyParameter(
                "season_days",
                90,
                "day",
                "项目周期",
                "days until the class is chosen anew",
                "estimate: a quarter; Beijing took up 27 problems in 11 months of 2021",
                "E",
                7,
                730,
            ),
            PolicyParameter(
                "street_hours",
                24,
                "h/month",
                "街道投入",
                "hours a month of each street",
                "estimate to be swept",
                "E",
                0,
                400,
            ),
            PolicyParameter(
                "community_hours",
                6,
                "h/month",
                "社区投入",
                "hours a month of each community",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
        ),
        levers=("topic.head_start", "pool.overhead_minutes"),
    )
    _plan: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def act(self, setting: Setting, day: int) -> Actions:
        """Put the class of the season ahead in the communities reached, and charge its hours."""
        reached = self.covered(setting, day)
        if (day - self.settings.start_day) % round(self.number("season_days")) == 0 or len(self._plan) == 0:
            self._plan = self._choose(setting)
        elif (self._plan < 0).any():
            self._plan = np.where(self._plan < 0, self._choose(setting), self._plan)
        reached = reached[self._plan[setting.city.communities["street"][reached]] >= 0]
        if len(reached) == 0:
            return Actions()
        street = setting.city.communities["street"][reached]
        topics = reached * len(setting.catalogue.rows) + self._plan[street]
        offices = setting.street_pool[np.unique(street)]
        return Actions(
            (
                Contribution("topic.head_start", topics, self.number("head_start") * 1440.0),
                Contribution("pool.overhead_minutes", offices, self.number("street_hours") * MINUTES_A_DAY),
                Contribution(
                    "pool.overhead_minutes",
                    setting.community_pool[reached],
                    self.number("community_hours") * MINUTES_A_DAY,
                ),
            )
        )

    def _choose(self, setting: Setting) -> NDArray[np.int64]:
        """Return the category that each street takes up, shape (streets,): the first of equals, -1 if none."""
        streets, chosen = len(setting.city.streets), self.choice("chosen")
        if chosen in _EVERYDAY:
            return np.full(streets, setting.catalogue.ids.index(chosen))
        known = setting.known_cases()[0 if chosen == "most_open" else 1]
        by_street = np.zeros((streets, known.shape[1]))
        np.add.at(by_street, setting.city.communities["street"], known)
        everyday = setting.catalogue.rows["shock"] < 0
        worst = np.argmax(np.where(everyday, by_street, -1.0), axis=1)
        return np.where(by_street[np.arange(streets), worst] > 0, worst, -1)
