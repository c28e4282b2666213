"""Street powers: districts hand powers down, so that streets finish part of what had to go to a department."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter
from .people import WORKDAYS_A_MONTH
from .topics import GROUPS, categories, lines_of, streets_of, topics

if TYPE_CHECKING:
    from ...model.interventions import Setting


class StreetPowers(Policy):
    """Lets the street finish a share of the needs of some categories that ask for the district."""

    card = Card(
        id="street_powers",
        zh="街道集成改革",
        en="Street powers",
        article="强化权力赋能，深化街道集成改革“后半篇文章”",
        changes_zh="所选类别中，原须区级部门办结的诉求有一定比例改由街道办结：热线件直接派到街道，网格件上交到街道即可办结。"
        "哪些诉求属于下放权限，逐件固定，不随时间变化。街道工作量随之增加，由模型自行得出。",
        changes_en="Of the needs of the chosen categories that ask for a district department, a share may be finished "
        "by the street: calls go to it at once, cases of the grid are handed up no further. Which needs the powers "
        "cover is fixed for each need. What the street then has to do comes out of the model.",
        costs_zh="承接期内街道花工时接权、建制、培训，此后每周花工时学法和法制审核；下放权限的部门每月花工时指导。",
        costs_en="Streets spend hours on taking over, rules and training while powers are handed down, and every week "
        "after on law and legal review; the departments that hand them down give hours of guidance every month.",
        parameters=(
            PolicyParameter(
                "share",
                0.44,
                "1",
                "下放权限占比",
                "share of needs that ask for the district which the street may finish",
                "derived: a street may finish 75 % of types instead of 55 %, 0.44 of those beyond it; to be swept",
                "D",
            ),
            PolicyParameter(
                "group",
                "order",
                "choice",
                "下放类别",
                "categories whose powers are handed down, by the department asked first",
                "groups compared, not estimated",
                "choice",
                choices=tuple(GROUPS),
            ),
            PolicyParameter(
                "setup_hours",
                400,
                "h",
                "承接工时",
                "hours of a street's staff for taking powers over and training",
                "estimate to be swept",
                "E",
                0,
                20_000,
            ),
            PolicyParameter(
                "setup_days", 60, "day", "承接期", "days over which they are spent", "estimate to be swept", "E", 1, 730
            ),
            PolicyParameter(
                "review_hours",
                10,
                "h/week",
                "法制审核",
                "hours a week of a street's staff for law, legal review and files",
                "estimate to be swept",
                "E",
                0,
                1000,
            ),
            PolicyParameter(
                "guidance_hours",
                8,
                "h/month",
                "部门指导",
                "hours a month that each department handing down powers gives each street",
                "estimate to be swept",
                "E",
                0,
                500,
            ),
        ),
        levers=("topic.powers", "pool.overhead_minutes", "line.lent_hours"),
        streams=("policy", "handling"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Hand powers down and charge streets and departments, by the share of a street's communities reached."""
        reached = self.covered(setting, day)
        share, group = self.number("share"), self.choice("group")
        if len(reached) == 0 or share <= 0.0:
            return Actions()
        streets, part = streets_of(setting, reached)
        hours = self.number("review_hours") / 7.0
        if day - self.settings.start_day < self.number("setup_days"):
            hours += self.number("setup_hours") / self.number("setup_days")
        lines = lines_of(setting, reached, group)
        served = np.bincount(setting.city.streets["district"][streets], part, minlength=len(setting.city.districts))
        guidance = self.number("guidance_hours") / WORKDAYS_A_MONTH
        return Actions(
            (
                Contribution("topic.powers", topics(setting, reached, categories(setting, group)), share),
                Contribution("pool.overhead_minutes", setting.street_pool[streets], 60.0 * hours * part),
                Contribution("line.lent_hours", lines, guidance * served[setting.city.lines["district"][lines]]),
            )
        )
