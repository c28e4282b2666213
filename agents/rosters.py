"""How many of each organisation go out, and how experienced they are at the start."""

from __future__ import annotations

from .parameters import parameter

HOUSEHOLDS_PER_STAFF = parameter(
    "roster.households_per_staff",
    380,
    "households",
    20,
    5000,
    "物业每人户数",
    "households for each field-going member of property staff",
    "estimate to be swept",
)
STREET_FIELD = parameter(
    "roster.street_field",
    0.36,
    "1",
    0.01,
    1,
    "街道外勤人员占比",
    "share of a street's staff who take field cases",
    "about 43 of 120; estimate to be swept",
)
LINE_FIELD = parameter(
    "roster.line_field",
    0.18,
    "1",
    0.005,
    1,
    "区级部门外勤人员占比",
    "share of a district's officials who answer streets",
    "estimate to be swept",
)
CITY_FIELD = parameter(
    "roster.city_field",
    0.024,
    "1",
    0.001,
    1,
    "市级部门外勤人员占比",
    "share of the city's officials who answer streets",
    "estimate to be swept",
)
BY_WORK = parameter(
    "roster.by_work",
    0.8,
    "1",
    0,
    0.95,
    "按工作量配员占比",
    "share of each roster that is spread by expected work, the rest by grids, homes or residents",
    "estimate to be swept",
)
SMALLEST_TEAM = parameter(
    "roster.smallest_team",
    3,
    "persons",
    0,
    20,
    "最小单设队伍",
    "nets with fewer people serve in their community's own pool",
    "estimate to be swept",
)
VOLUNTEERS = parameter(
    "roster.volunteers",
    3,
    "persons",
    0,
    50,
    "可召集党员",
    "party member volunteers whom a community may call up",
    "estimate to be swept",
)
EXPERIENCE = parameter(
    "staff.experience_months",
    6,
    "month",
    0.5,
    60,
    "熟练时间常数",
    "time constant of learning on the job",
    "novices learn over months; estimate to be swept",
)
NOVICE = parameter(
    "staff.novice",
    0.6,
    "1",
    0.1,
    1,
    "新手工效",
    "productivity of a novice against his experienced self",
    "estimate to be swept",
)
TENURE = parameter(
    "staff.tenure_months", 36, "month", 1, 240, "平均任职", "mean months in post at the start", "estimate to be swept"
)
