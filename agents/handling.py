"""How offices handle a case between report and visit: acceptance, routing, decisions, closing habits, the hotline.

These are the human steps; the machine's share of them is minutes.
"""

from __future__ import annotations

from .parameters import parameter

DISPATCH_MINUTES = parameter(
    "handling.dispatch_minutes",
    6,
    "min",
    0,
    240,
    "派单时间",
    "machine and seat minutes to dispatch a reported case",
    "Beijing 2024: 6 minutes",
    "S",
)
ACCEPT_MEDIAN = parameter(
    "handling.accept_median",
    42,
    "min",
    1,
    2880,
    "签收中位时间",
    "median minutes until a person accepts a case",
    "Suzhou trace: +42 minutes to the grid leader's signature",
    "S",
)
ACCEPT_SIGMA = parameter(
    "handling.accept_sigma", 1.3, "1", 0, 3, "签收离散", "sigma of ln(acceptance)", "estimate to be swept"
)
ACCEPT_URGENT = parameter(
    "handling.accept_urgent",
    5,
    "min",
    0,
    240,
    "紧急签收时间",
    "median acceptance of an emergency",
    "estimate to be swept",
)
MISROUTE = parameter(
    "handling.misroute",
    0.10,
    "1",
    0,
    0.6,
    "错派概率",
    "probability that a dispatched case goes to a wrong organisation",
    "4 % still in transfer (Yichun) to 40 % (self-media); 22 % referred in San Diego",
    "S",
)
MISROUTE_DIRECT = parameter(
    "handling.misroute_direct",
    0.3,
    "1",
    0,
    1,
    "面对面错派比例",
    "misrouting of a case handed to one's own grid, as a share of the dispatched one's",
    "estimate to be swept",
)
RETURN_MEDIAN = parameter(
    "handling.return_median",
    480,
    "min",
    10,
    10000,
    "退回时间",
    "office minutes until a wrong case returns",
    "about one working day",
)
RETURN_SIGMA = parameter(
    "handling.return_sigma", 0.8, "1", 0, 3, "退回离散", "sigma of ln(return)", "estimate to be swept"
)
DECIDE_MEDIAN = parameter(
    "handling.decide_median",
    240,
    "min",
    10,
    20000,
    "上交决策时间",
    "office minutes until a hand-up is decided",
    "half a working day",
)
DECIDE_SIGMA = parameter(
    "handling.decide_sigma", 0.9, "1", 0, 3, "上交决策离散", "sigma of ln(hand-up)", "estimate to be swept"
)
SETUP_MINUTES = parameter(
    "handling.setup_minutes",
    120,
    "min",
    0,
    10000,
    "会商准备时间",
    "office minutes to call each party of a joint case",
    "estimate to be swept",
)
CONVENER = parameter(
    "handling.convener",
    0.15,
    "1",
    0,
    1,
    "并行召集概率",
    "joint cases whose parties are called side by side",
    "estimate to be swept; the others go one after another",
)
DIAGNOSIS = parameter(
    "handling.diagnosis",
    0.2,
    "1",
    0,
    1,
    "现场研判占比",
    "share of the work spent before a case is handed up",
    "estimate to be swept",
)
FIX = parameter(
    "handling.fix",
    0.86,
    "1",
    0.1,
    1,
    "一次解决率",
    "chance that a finished visit solves the need",
    "estimate to be swept",
)
FALSE_CLOSE = parameter(
    "handling.false_close",
    0.45,
    "1",
    0,
    1,
    "未解决即结案",
    "share of failed visits closed all the same",
    "gap of administrative closure to rated solution (Jiangsu 2024)",
)
GRACE = parameter(
    "handling.grace_days",
    2,
    "working day",
    0,
    60,
    "督办宽限",
    "working days from deadline to forced closure",
    "urging and circular after +5 working days",
)
FORCE = parameter(
    "handling.force",
    0.6,
    "1",
    0,
    1,
    "强制结案概率",
    "chance that an overdue case is closed without solution",
    "closing rates of 98 to 99 % against 73 % rated satisfaction",
)
REOPEN = parameter(
    "handling.reopen",
    0.35,
    "1",
    0,
    1,
    "重开概率",
    "chance that a case closed without solution is reopened",
    "estimate to be swept",
)
REOPEN_DELAY = parameter(
    "handling.reopen_delay", 4320, "min", 60, 100000, "重开间隔", "mean minutes to reopening", "three days"
)
OVERFLOW = parameter(
    "handling.overflow",
    0.25,
    "1",
    0,
    1,
    "逾期上交概率",
    "chance that an overdue queued case is handed to the street",
    "estimate to be swept",
)
MERGING = parameter(
    "handling.merging", 0.6, "1", 0, 1, "重复件识别率", "duplicates recognised at intake", "estimate to be swept"
)
DUPLICATE_MINUTES = parameter(
    "handling.duplicate_minutes",
    15,
    "min",
    0,
    240,
    "重复件耗时",
    "paperwork of an unrecognised duplicate",
    "estimate to be swept",
)
PATROL = parameter(
    "handling.patrol",
    0.2,
    "visits/day",
    0,
    24,
    "巡查频次",
    "patrol visits a grid and day before any plan",
    "daily patrol of part of the grid",
)
PROPERTY_ROUNDS = parameter(
    "handling.property_rounds",
    0.2,
    "visits/day",
    0,
    24,
    "物业巡查频次",
    "rounds of property staff at full effort",
    "estimate to be swept",
)
MATCHING = parameter(
    "handling.matching",
    0.5,
    "1",
    0,
    1,
    "技能匹配率",
    "chance that the skilled idle responder is found first",
    "estimate to be swept",
)
SELECTIVE = parameter(
    "handling.selective_share",
    0.3,
    "1",
    0,
    1,
    "选择性回访率",
    "share of solved, on-time cases called back by the agency",
    "gap between rated and called-back satisfaction (Jiangsu)",
)
COUNTER = parameter(
    "channel.counter",
    0.15,
    "1",
    0,
    1,
    "窗口上报占比",
    "share of non-phone reports made at the counter",
    "estimate to be swept",
)
APP = parameter(
    "channel.app",
    0.20,
    "1",
    0,
    1,
    "网络上报占比",
    "share of non-phone reports made by app",
    "15 % of Jiangsu requests are not by phone",
    "S",
)
CONSULTATION_RATE = parameter(
    "hotline.consultations",
    365,
    "1/(1000 residents year)",
    0,
    5000,
    "咨询量",
    "consultations a seat answers",
    "3.4 million a year in the reference baseline",
    "D",
)
TALK = parameter(
    "hotline.talk",
    4.0,
    "min",
    1,
    60,
    "通话时长",
    "mean minutes a seat needs for a call",
    "Changzhou 2021: 150 s talk, with wrap-up",
    "S",
)
SEATS = parameter(
    "hotline.seats",
    75,
    "seats",
    1,
    5000,
    "坐席数",
    "seats in an ordinary daytime hour",
    "Nanjing July 2021: 75 seats",
    "S",
)
EXTRA_SEATS = parameter(
    "hotline.extra_seats",
    500,
    "seats",
    0,
    5000,
    "应急坐席",
    "remote seats added in a declared surge",
    "Nanjing July 2021: +500 remote seats",
    "S",
)
RETRY = parameter(
    "hotline.retry",
    0.75,
    "1",
    0,
    0.99,
    "重拨概率",
    "chance that a lost caller tries again",
    "retrial queue of the July 2021 surge; estimate to be swept",
)
RETRY_MINUTES = parameter(
    "hotline.retry_minutes", 20, "min", 1, 1440, "重拨间隔", "mean minutes to the next attempt", "estimate to be swept"
)
RESPONSE_LIMIT = parameter(
    "handling.response_limit",
    1440,
    "min",
    10,
    20000,
    "响应时限",
    "limit for the first contact of an ordinary case",
    "Nanjing: first reply within 24 h",
    "S",
)
SCORE_RESPONSE = parameter(
    "score.response", 0.2, "1", 0, 1, "响应率权重", "weight of response in the composite score", "open; swept"
)
SCORE_RESOLUTION = parameter(
    "score.resolution", 0.4, "1", 0, 1, "解决率权重", "weight of resolution in the composite score", "open; swept"
)
SCORE_SATISFACTION = parameter(
    "score.satisfaction", 0.4, "1", 0, 1, "满意率权重", "weight of satisfaction in the composite score", "open; swept"
)
CLOSURE_CHECK = parameter(
    "handling.closure_check",
    5,
    "working day",
    1,
    60,
    "再次强制结案间隔",
    "working days between attempts to close",
    "circular after +5 working days",
)
COUNTER_MINUTES = parameter(
    "handling.counter_minutes",
    20,
    "min",
    1,
    480,
    "窗口办理时间",
    "minutes of a community worker for a case that is dealt with at the counter",
    "types of the front desk close in minutes; estimate to be swept",
)
SOCIAL_SHARE = parameter(
    "handling.social_share",
    0.08,
    "1",
    0,
    1,
    "社会组织承接率",
    "share of grid-level care and dispute needs that social organisations take",
    "estimate to be swept",
)
MASS_SHARE = parameter(
    "handling.mass_share",
    0.03,
    "1",
    0,
    1,
    "群团组织承接率",
    "share of grid-level care and dispute needs that volunteers of mass organisations take",
    "estimate to be swept",
)
NO_COMMITTEE = parameter(
    "handling.no_committee",
    2.0,
    "1",
    1,
    10,
    "无业委会决策系数",
    "factor on decisions about a compound's common parts where no owners' committee functions",
    "estimate to be swept",
)
LINE_VOLATILITY = parameter(
    "handling.line_volatility",
    0.30,
    "1",
    0,
    2,
    "条线业务波动",
    "sigma of ln(daily inflow of line work)",
    "estimate to be swept",
)
