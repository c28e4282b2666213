"""Four-level linkage: city, district, street and community meet, and decide what was handed up between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .meetings import held
from .topics import lines_of, streets_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...model.interventions import Setting


class FourLevelLinkage(Policy):
    """Holds a meeting of all levels every so many days; a hand-up is decided there if that is sooner than by paper."""

    card = Card(
        id="four_level_linkage",
        zh="四级联动",
        en="Four-level linkage",
        article="健全完善市、区、街道、社区四级联动的领导机制、运行机制和责任机制",
        changes_zh="四级联动会商定期召开；逐级上交的事项若在文来文往办结之前遇到会商，即在会上决定。"
        "会期从模拟首日起算，逢休息日顺延至下一工作日，上午十一时前定事。突发险情不等会商。",
        changes_en="All four levels meet at even distances; what was handed up is decided at the next meeting if that "
        "comes sooner than paper passing from level to level. Meetings are counted from the first day of the run; one "
        "that falls on a day off is held on the next working day, and by eleven o'clock it has decided. Emergencies do "
        "not wait for it.",
        costs_zh="每次会商占用社区、街道和各级部门的参会工时。",
        costs_en="Each meeting takes hours of communities, streets and the departments of districts and city.",
        parameters=(
            PolicyParameter(
                "meeting_days",
                7,
                "day",
                "会商间隔",
                "days between linkage meetings",
                "weekly, fortnightly (14) or monthly (30); to be swept",
                "E",
                1,
                365,
            ),
            PolicyParameter(
                "hours", 2, "h", "会议时长", "hours of a meeting for each attendant", "estimate to be swept", "E", 0, 24
            ),
            PolicyParameter(
                "attendants",
                1,
                "person",
                "参会人数",
                "attendants from each community, street and department",
                "estimate to be swept",
                "E",
                0,
                50,
            ),
        ),
        levers=("community.meetings", "pool.overhead_minutes", "line.lent_hours"),
        streams=("policy",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Set the cadence, and charge those who meet today."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        every = round(self.number("meeting_days"))
        cadence = Contribution("community.meetings", reached, 1.0 / every)
        meets = day in held(setting.calendar, 0, day, every)
        return Actions((cadence, *self._costs(setting, reached)) if meets else (cadence,))

    def _costs(self, setting: Setting, reached: NDArray[np.int64]) -> tuple[Contribution, ...]:
        hours = self.number("hours") * self.number("attendants")
        streets, part = streets_of(setting, reached)
        lines = lines_of(setting, reached, "all")
        city = np.flatnonzero(setting.city.lines["district"] < 0)
        return (
            Contribution("pool.overhead_minutes", setting.community_pool[reached], 60.0 * hours),
            Contribution("pool.overhead_minutes", setting.street_pool[streets], 60.0 * hours * part),
            Contribution("line.lent_hours", np.concatenate([lines, city]), hours),
        )
