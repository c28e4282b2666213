"""Deliberation: disputes go to rounds of talks led by the community's party organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import MEDIATION
from ...model.routing import PROPERTY_DESK
from .base import Card, Policy, PolicyParameter
from .topics import topics

if TYPE_CHECKING:
    from ...model.interventions import Setting


class Deliberation(Policy):
    """Sends vetted topics to talks; what is agreed ends the cause, what is not goes the ordinary way later."""

    card = Card(
        id="deliberation",
        zh="民主协商",
        en="Deliberation",
        article="协商议题由党组织把关，协商过程由党组织牵头，协商落实由党组织督办",
        changes_zh="签收后，一部分纠纷不直接派人处置，而是进入协商：每隔若干工作日一轮，双方各让一步；和解的价值大于分歧时达成一致，"
        "起因随之消除，不再复发。到轮数上限仍未一致的，转入一般办理。每轮让步、和解价值和轮数上限是模型参数（talks.*）。",
        changes_en="Once accepted, part of the disputes go to talks instead of a visit: a round every few "
        "working days, in which both give way; they agree as soon as a settlement is worth more "
        "to them than what parts them, and the cause is dealt with, so it does not come back. "
        "Without agreement after the last round a case goes the ordinary way. Concessions, the "
        "worth of a settlement and the rounds are numbers of the model (talks.*).",
        costs_zh="每轮协商占用社区工作者和居民时间；议题把关和落实督办每周占用社区工时。",
        costs_en="Every round takes time of community workers and of residents; vetting topics and "
        "following up what was agreed takes hours of communities every week.",
        parameters=(
            PolicyParameter(
                "share",
                0.5,
                "1",
                "协商比例",
                "share of accepted cases of the topics that go to talks",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "round_days",
                7,
                "working day",
                "协商间隔",
                "working days between rounds",
                "estimate to be swept from 2 to 30",
                "E",
                1,
                60,
            ),
            PolicyParameter(
                "topics",
                "disputes",
                "choice",
                "协商议题",
                "what is talked over: disputes between neighbours, or common parts of compounds as well",
                "rules compared, not estimated",
                "choice",
                choices=("disputes", "disputes_and_commons"),
            ),
            PolicyParameter(
                "agenda_hours",
                2,
                "h/week",
                "把关督办时间",
                "hours a week of each community for vetting topics and following up",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
        ),
        levers=("topic.talks", "community.talk_days", "pool.overhead_minutes"),
        streams=("policy", "handling"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Send the topics of the communities reached to talks, and charge vetting and following up."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        cats = setting.catalogue.rows
        chosen = 1 << cats["skill"] == MEDIATION
        if self.choice("topics") == "disputes_and_commons":
            chosen |= cats["net"] == PROPERTY_DESK
        minutes = self.number("agenda_hours") * 60.0 / 7.0
        return Actions(
            (
                Contribution("topic.talks", topics(setting, reached, np.flatnonzero(chosen)), self.number("share")),
                Contribution("community.talk_days", reached, self.number("round_days")),
                Contribution("pool.overhead_minutes", setting.community_pool[reached], minutes),
            )
        )
