"""Those who decide at their own pace: community offices, street offices, departments and property firms.

Each is a Mesa agent, one object a decider, called when it is due (weekly or monthly). It reads what it can know of
its own people and queues from ``model.reading`` and sets the rules under which the next days run; the minutes
themselves belong to the compiled engine.
"""

from __future__ import annotations

import math
from typing import Any

import mesa

from .parameters import parameter
from .residents import logistic

IDLE_FOR_PATROL = parameter(
    "office.idle_for_patrol",
    0.4,
    "1",
    0.05,
    1,
    "巡查基准空闲率",
    "idle field share at which patrols keep their ordinary rate",
    "field utilisation near 0.6",
)
CALL_QUEUE = parameter(
    "office.call_queue",
    2.0,
    "cases/person",
    0,
    100,
    "召集阈值",
    "queue a worker at which a community calls its volunteers",
    "estimate to be swept",
)
ANSWER = parameter(
    "member.answer", 0.4, "logit", -5, 5, "响应召集常数", "answering a call: intercept", "estimate to be swept"
)
FATIGUE = parameter(
    "member.fatigue",
    0.5,
    "logit",
    0,
    5,
    "疲劳系数",
    "answering a call: effect of each call in the last month",
    "estimate to be swept",
)
SPREAD = parameter(
    "office.spread",
    0.4,
    "1",
    0,
    1,
    "做法差异",
    "how far communities' usual practice of matching lies from the mean, as a share of it",
    "estimate to be swept",
)
IMITATE = parameter(
    "office.imitate",
    0.15,
    "1",
    0,
    1,
    "学习率",
    "monthly chance to copy a visibly better community of the street",
    "estimate to be swept",
)
FIDELITY = parameter(
    "office.fidelity", 0.8, "1", 0, 1, "保真度", "share of the difference that survives copying", "estimate to be swept"
)
DECAY = parameter(
    "office.decay",
    0.02,
    "1/month",
    0,
    1,
    "做法衰减",
    "monthly decay of a practice towards the community's usual one",
    "estimate to be swept",
)
ATTEND = parameter(
    "department.attend",
    0.15,
    "1",
    0,
    1,
    "问责系数",
    "rise in the field share of officers under pressure of queued street requests",
    "estimate to be swept",
)
GUARD_OWN = parameter(
    "department.guard_own",
    0.05,
    "1/day",
    0,
    1,
    "本职优先系数",
    "fall in that share for each day of delay of own line work",
    "estimate to be swept",
)
FEE_PULL = parameter(
    "firm.fee_pull", 0.45, "1", 0, 3, "收费激励", "firm: effort that fee income repays", "estimate to be swept"
)
MONITOR_PULL = parameter(
    "firm.monitor_pull",
    0.35,
    "1",
    0,
    3,
    "监督激励",
    "firm: effort that monitoring by owners enforces",
    "estimate to be swept",
)
HONOUR_PULL = parameter(
    "firm.honour_pull", 0.25, "1", 0, 3, "荣誉激励", "firm: effort that standing repays", "estimate to be swept"
)
EFFORT_COST = parameter(
    "firm.effort_cost",
    1.0,
    "1",
    0.1,
    10,
    "努力成本",
    "firm: coefficient of the quadratic cost of effort",
    "estimate to be swept",
)
EFFORT_SPEED = parameter(
    "firm.effort_speed",
    0.3,
    "1/month",
    0,
    1,
    "调整速度",
    "firm: share of the way to its best response a month",
    "estimate to be swept",
)
EFFORT_NOISE = parameter(
    "firm.effort_noise", 0.03, "1", 0, 0.5, "决策噪声", "firm: noise of its monthly decision", "estimate to be swept"
)
FEE_REFERENCE = parameter(
    "firm.fee_reference",
    180,
    "CNY/month",
    1,
    5000,
    "参照物业费",
    "fee at which a firm's fee motive is ordinary",
    "about 2 CNY a square metre and month on 90 square metres",
)


DECIDED = ("community.patrol", "community.matching", "community.overflow", "pool.field_share")
"""Levers whose base the deciders here move."""

NOT_CALLED, BY_OFFICE, BY_QUEUE = range(3)
"""Whether volunteers have been called since their office's last weekly look, and by what."""


class CommunityOffice(mesa.Agent):
    """A community or village office: plans patrols, calls volunteers, learns from better neighbours."""

    def __init__(self, model: Any, row: int, volunteers: list[int]) -> None:
        super().__init__(model)
        self.row = row
        self.volunteers = volunteers
        self.calls: list[int] = []

    def weekly(self, week: int) -> None:
        """Set the patrol plan from idle field time, and call volunteers when the queue grows."""
        m, row = self.model, self.row
        idle = min(1.5, max(0.25, (1.0 - m.reading.net_load[row]) / m.par[IDLE_FOR_PATROL]))
        m.base["community"]["patrol"][row] = m.usual["community"]["patrol"][row] * idle
        called = m.reading.queue_per_worker[row] > m.par[CALL_QUEUE]
        book = m.tables["call_ups"][row]
        if book["called"] == BY_QUEUE:
            self.calls.append(week - 1)
        self.calls = [w for w in self.calls if w > week - 4]
        chance = logistic(m.par[ANSWER] - m.par[FATIGUE] * len(self.calls)) if called else 0.0
        if called:
            self.calls.append(week)
        book["called"], book["recent"] = BY_OFFICE if called else NOT_CALLED, len(self.calls)
        for person in self.volunteers:
            m.set_duty(person, chance > 0.0 and m.chance(person, week) < chance)

    def monthly(self, month: int) -> None:
        """Let the practice decay; perhaps copy the visibly best community of the street, with a loss."""
        m, row = self.model, self.row
        practice = m.base["community"]["matching"]
        usual = m.usual["community"]["matching"][row]
        practice[row] += float(m.par[DECAY]) * (usual - practice[row])
        best = int(m.reading.best_of_street[row])
        better = m.reading.queue_per_worker[best] < m.reading.queue_per_worker[row]
        if best != row and better and m.chance_of(self.row, month) < m.par[IMITATE]:
            practice[row] += float(m.par[FIDELITY]) * (practice[best] - practice[row])


class StreetOffice(mesa.Agent):
    """A street office: takes over more overdue cases while its own people have time."""

    def __init__(self, model: Any, row: int, communities: slice) -> None:
        super().__init__(model)
        self.row = row
        self.communities = communities

    def weekly(self, week: int) -> None:
        """Set how readily overdue cases of its communities are taken over."""
        m = self.model
        spare = min(2.0, max(0.0, 2.0 * (1.0 - m.reading.street_load[self.row])))
        usual = m.usual["community"]["overflow"][self.communities]
        m.base["community"]["overflow"][self.communities] = usual * spare


class Department(mesa.Agent):
    """A department line: shares its officers' time between street requests and its own work."""

    def __init__(self, model: Any, row: int, pool: int) -> None:
        super().__init__(model)
        self.row = row
        self.pool = pool

    def weekly(self, week: int) -> None:
        """Set the field share: pressure of queued requests saturates, delay of own work pulls back."""
        m = self.model
        pressure = m.reading.pool_queue[self.pool] / (m.reading.pool_queue[self.pool] + m.reading.pool_size[self.pool])
        share = m.par[ATTEND] * pressure - m.par[GUARD_OWN] * min(3.0, m.reading.line_delay[self.row])
        m.base["pool"]["field_share"][self.pool] = m.usual["pool"]["field_share"][self.pool] + share


class PropertyFirm(mesa.Agent):
    """A property firm: a noisy best response of effort to fees, monitoring, honour and cost."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row

    def monthly(self, month: int) -> None:
        """Move effort towards the best response; satisfaction of the owners follows effort."""
        m = self.model
        firm = m.tables["firms"][self.row]
        fees = m.par[FEE_PULL] * math.sqrt(firm["fee"] / m.par[FEE_REFERENCE]) * (0.5 + firm["satisfaction"])
        asked = m.tables["firm_levers"][self.row]
        monitoring = min(1.0, max(0.0, firm["monitoring"] + asked["monitoring"]))
        honour = min(1.0, firm["honour"] + asked["honour"])
        pull = fees + m.par[MONITOR_PULL] * monitoring + m.par[HONOUR_PULL] * honour
        best = min(1.0, max(0.05, pull / (2.0 * m.par[EFFORT_COST])))
        noise = m.par[EFFORT_NOISE] * m.noise(self.row, month)
        effort = firm["effort"] + m.par[EFFORT_SPEED] * (best - firm["effort"]) + noise
        firm["effort"] = min(1.0, max(0.05, effort))
        firm["satisfaction"] += 0.2 * (firm["effort"] - firm["satisfaction"])
