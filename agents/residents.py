"""Residents: when they report a need, how they rate its outcome, and how trust moves.

Each rule is a standard form (a logit, an exponential smoothing with loss aversion); every coefficient is a
declared parameter. Residents live in plain arrays and act only when an event touches them.
"""

from __future__ import annotations

import math

from .parameters import parameter
from .rules import entry, rule

REPORT_INTERCEPT = parameter(
    "resident.report_intercept",
    -1.0,
    "logit",
    -5,
    5,
    "上报倾向常数",
    "reporting: intercept",
    "estimate to be swept; the share reported that comes out stands in docs/model.md",
)
REPORT_SEVERITY = parameter(
    "resident.report_severity",
    2.2,
    "logit",
    0,
    10,
    "严重程度系数",
    "reporting: effect of severity (0 to 1)",
    "sign from reporting-delay studies; size swept",
)
REPORT_TRUST = parameter(
    "resident.report_trust", 1.2, "logit", 0, 5, "信任系数", "reporting: effect of trust", "sign from Beijing 2019-2024"
)
REPORT_PARTICIPATION = parameter(
    "resident.report_participation",
    1.6,
    "logit",
    0,
    5,
    "参与度系数",
    "reporting: effect of participation",
    "neighbourhoods differ two- to threefold in reporting (Liu, Bhandaram & Garg 2023)",
)
REPORT_FRICTION = parameter(
    "resident.report_friction",
    0.5,
    "logit",
    0,
    5,
    "上报阻力",
    "reporting: friction of the channel",
    "estimate to be swept",
)
REPORT_WITNESS = parameter(
    "resident.report_witness",
    2.4,
    "logit",
    0,
    10,
    "旁观减量",
    "reporting: reluctance of a witness who is not concerned, for a need of severity 0; none at severity 1",
    "bystanders leave small things to others; set with the intercept",
)
LOOK_TWICE = parameter(
    "resident.look_twice",
    0.1,
    "1",
    0,
    1,
    "重复关注系数",
    "share of passers-by who mind a need that is known to be in hand",
    "estimate; cities report about 10 % duplicates (Baltimore 9.6 %, San Diego 11 %); the model's: docs/model.md",
    "C",
)
RATE_SHARE = parameter(
    "resident.rate_share",
    0.35,
    "1",
    0,
    1,
    "参评率",
    "share of closed cases whose resident answers a rating",
    "estimate to be swept",
)
RATE_INTERCEPT = parameter(
    "resident.rate_intercept",
    0.15,
    "logit",
    -5,
    5,
    "满意常数",
    "satisfaction: intercept",
    "estimate; the province's effective rating was 73 % (2024), see docs/model.md for the model's",
)
RATE_SOLVED = parameter(
    "resident.rate_solved",
    2.2,
    "logit",
    0,
    10,
    "解决系数",
    "satisfaction: effect of the need being solved",
    "estimate to be swept",
)
RATE_TIME = parameter(
    "resident.rate_time",
    0.55,
    "logit",
    0,
    5,
    "时长系数",
    "satisfaction: effect of ln(time / expected time)",
    "estimate to be swept",
)
RATE_RETURNS = parameter(
    "resident.rate_returns",
    0.35,
    "logit",
    0,
    5,
    "退回系数",
    "satisfaction: effect of each return or hand-over",
    "estimate to be swept",
)
RATE_CONTACTED = parameter(
    "resident.rate_contacted",
    0.5,
    "logit",
    0,
    5,
    "联系系数",
    "satisfaction: effect of a contact within the limit",
    "estimate to be swept",
)
TRUST_GAIN = parameter(
    "resident.trust_gain", 0.05, "1", 0, 1, "信任学习率", "trust: step towards a good outcome", "estimate to be swept"
)
TRUST_LOSS = parameter(
    "resident.trust_loss",
    0.10,
    "1",
    0,
    1,
    "信任损失率",
    "trust: step after a bad outcome",
    "bad news weighs about twice",
)
NEIGHBOURS = parameter(
    "resident.neighbours", 3, "persons", 0, 20, "口碑人数", "neighbours who hear of an outcome", "estimate to be swept"
)
HEARSAY = parameter(
    "resident.hearsay",
    0.3,
    "1",
    0,
    1,
    "口碑强度",
    "weight of a neighbour's news against one's own",
    "estimate to be swept",
)
EXPECTED_SHARE = parameter(
    "resident.expected_share",
    0.36,
    "1",
    0.05,
    3,
    "预期时长占时限",
    "time residents think usual, as a share of the category's time limit in calendar hours",
    "estimate: 60 h of the ordinary limit of five working days",
)
PARTICIPATION_STEP = parameter(
    "resident.participation_step",
    0.01,
    "1",
    0,
    0.2,
    "参与学习率",
    "participation: step towards trust after an outcome",
    "estimate to be swept",
)

SETTLE_INTERCEPT = parameter(
    "self_help.intercept",
    -0.4,
    "logit",
    -5,
    5,
    "自治常数",
    "settling among residents: intercept",
    "estimate to be swept",
)
SETTLE_PARTICIPATION = parameter(
    "self_help.participation", 3.0, "logit", 0, 20, "自治参与系数",
    "settling among residents: effect of participation (0 to 1)", "sign from studies of self-governance; size swept",
)  # fmt: skip
SETTLE_SEVERITY = parameter(
    "self_help.severity", 2.0, "logit", 0, 20, "自治严重系数",
    "settling among residents: effect of severity (0 to 1)", "estimate to be swept",
)  # fmt: skip
SETTLE_DAYS = parameter(
    "self_help.days", 3, "day", 0.1, 60, "自治时限", "days that residents have to settle a need", "estimate to be swept"
)
SETTLE_NEIGHBOURS = parameter(
    "self_help.neighbours", 3, "persons", 0, 20, "参与邻居",
    "neighbours who take part in settling a need", "estimate to be swept",
)  # fmt: skip
SETTLE_MINUTES = parameter(
    "self_help.minutes", 240, "min", 0, 5000, "自治用时",
    "minutes of residents for each try to settle a need", "four for an hour; estimate to be swept",
)  # fmt: skip


@entry
def logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)), safe for large ``x``."""
    if x > 30.0:
        return 1.0
    if x < -30.0:
        return 0.0
    return 1.0 / (1.0 + math.exp(-x))


@rule
def report_probability(intercept: float, severity: float, trust: float, participation: float, friction: float) -> float:
    """Return the probability that one who noticed a need reports it; arguments are logit contributions."""
    return logistic(intercept + severity + trust + participation - friction)


@rule
def settle_probability(intercept: float, participation: float, severity: float) -> float:
    """Return the probability that residents settle a need themselves; arguments are logit contributions."""
    return logistic(intercept + participation - severity)


@rule
def satisfied_probability(intercept: float, solved: float, slowness: float, returns: float, contacted: float) -> float:
    """Return the probability that a rating is "satisfied"; arguments are logit contributions."""
    return logistic(intercept + solved - slowness - returns + contacted)


@rule
def moved_trust(trust: float, outcome: float, gain: float, loss: float, weight: float) -> float:
    """Return trust after an ``outcome`` in [0, 1], a step of ``gain`` upwards or ``loss`` downwards."""
    step = gain if outcome >= trust else loss
    return min(1.0, max(0.0, trust + weight * step * (outcome - trust)))
