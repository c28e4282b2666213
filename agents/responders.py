"""Those who resolve needs: kinds of responders, their shifts, and how skill shows in work.

A responder has a home, a shift, skills, a productivity and a pool (the roster it serves in). Grid workers,
community workers, street officers, department officers, property staff, social workers, sunk cadres and
members of paired units are all responders; only their rosters differ.
"""

from __future__ import annotations

from .columns import Column, Table
from .parameters import parameter
from .rules import rule

GRID_WORKER, PART_TIMER, COMMUNITY_WORKER, PROPERTY_STAFF, STREET_OFFICER, STREET_DUTY = 0, 1, 2, 3, 4, 5
LINE_OFFICER, LINE_DUTY, SOCIAL_WORKER, CADRE, UNIT_HELPER, RESERVE, MEMBER, MASS_VOLUNTEER = range(6, 14)

KINDS: tuple[tuple[str, str, str], ...] = (
    ("grid_workers", "专职网格员", "Full-time grid workers"),
    ("part_time_grid_workers", "兼职网格员", "Part-time grid workers"),
    ("community_workers", "社区工作者", "Community workers"),
    ("property_staff", "物业人员", "Property staff"),
    ("street_officers", "街道人员", "Street officers"),
    ("street_duty", "街道值班", "Street duty"),
    ("line_officers", "部门业务人员", "Department officers"),
    ("line_duty", "部门值班", "Department duty"),
    ("social_workers", "社会组织人员", "Social organisations"),
    ("cadres", "下沉干部", "Sunk cadres"),
    ("unit_helpers", "联盟单位力量", "Alliance unit helpers"),
    ("reserve", "挂钩应急力量", "Paired reserve"),
    ("members", "党员志愿者", "Party member volunteers"),
    ("mass_volunteers", "群团志愿者", "Volunteers of mass organisations"),
)
"""Identifier, Chinese and English name of each kind, in the order of their codes."""

OFFICE, GRID_SHIFT, EVENING, PROPERTY_SHIFT, GUARD, NIGHT_DUTY, WEEKEND_EVENING, LONG_DAY, NONE = range(9)
"""Shift classes; their hours are in the roster table of the engine."""

IDLE, ENGAGED = 0, 1
NOTHING, TRAVEL, WORK, PRESENT = range(4)
"""What a responder is doing: nothing (any more), or on his way, at work, or waiting on site for other parties."""

RESPONDERS = Table(
    "responders",
    "处置人员",
    "Responders",
    (
        Column("key", "i8", "id", "编号", "semantic key"),
        Column("on", "i8", "bits", "在岗半小时", "half-hours on shift today", 0),
        Column("field", "i8", "bits", "处置半小时", "half-hours of field time today", 0),
        Column("grid", "i4", "id", "所在网格", "home grid", 0),
        Column("from_minute", "i4", "min", "到岗时刻", "not on duty before this minute", 0),
        Column("case", "i4", "id", "在办件", "case in hand", -1),
        Column("left", "i4", "min", "剩余分钟", "effective minutes left in this phase", 0),
        Column("since", "i4", "min", "计时起点", "minute up to which progress is booked", 0),
        Column("generation", "i4", "1", "代", "validity of its planned event", 0),
        Column("pool", "i4", "id", "所属队伍", "pool it serves in", -1),
        Column("kind", "i1", "code", "类别", "kind of responder", 0, 13),
        Column("active", "i1", "1", "在册", "1 while on the roster", 0, 1),
        Column("state", "i1", "code", "状态", "idle or engaged", 0, 1),
        Column("doing", "i1", "code", "正在", "travel, work or present", 0, 3),
        Column("skills", "i2", "code", "技能", "skill bit mask", 0, 255),
        Column("shift", "i1", "code", "班次", "shift class", 0, 8),
        Column("parked", "i4", "id", "暂停件", "case put aside for an emergency", -1),
        Column("community", "i4", "id", "社区", "community of its home grid", -1),
        Column("productivity", "f8", "1", "工效", "work done an hour, 1 for an experienced worker", 0.05, 3),
        Column("owed_minutes", "f8", "min", "欠办文书分钟", "meetings and displaced paperwork still to be done", 0),
        Column("home_line", "i4", "id", "派出条线", "department line that lends it, -1 none", -1),
        Column("home_unit", "i4", "id", "派出单位", "unit that lends it, -1 none", -1),
        Column("month_busy", "i4", "min", "本月工作分钟", "work and travel minutes this month", 0),
        Column("month_field", "i4", "min", "本月处置时段", "field minutes rostered this month", 0),
        Column("on_minutes", "i4", "min", "在岗分钟", "minutes on shift in the window", 0),
        Column("field_minutes", "i4", "min", "处置时段分钟", "field minutes rostered in the window", 0),
        Column("work_minutes", "i4", "min", "工作分钟", "hands-on minutes in the window", 0),
        Column("travel_minutes", "i4", "min", "路程分钟", "travel minutes in the window", 0),
        Column("overtime_minutes", "i4", "min", "加班分钟", "minutes rostered beyond the shift in the window", 0),
        Column("delay", "i4", "min", "启动时长", "minutes from a shock to duty, -1 not on call", -1),
        Column("overhead_minutes", "f8", "min", "会议督导分钟", "meeting and supervision minutes in the window", 0),
        Column("potential", "f8", "1", "熟练工效", "productivity once experienced", 0.05, 3),
        Column("tenure", "f8", "month", "任职月数", "months in post", 0),
        Column("trained", "f8", "h", "受训课时", "hours of training in post", 0),
        Column("fix", "f8", "1", "解决率增减", "change in the chance that a visit of his solves the need", -1, 1),
    ),
)

FIELD_SHARE = parameter(
    "roster.field_share",
    0.11,
    "1",
    0.10,
    1.0,
    "处置时段占比",
    "field share of a community shift",
    "Nanjing community time use 70/20/10 (2012 survey): the service part, and a little of self-governance",
    "S",
)
FIELD_SHARE_GRID = parameter(
    "roster.field_share_grid",
    0.21,
    "1",
    0.10,
    1.0,
    "网格员处置时段占比",
    "field share of a grid worker's shift",
    "estimate: about twice a community worker's; patrol fills idle field time",
)
FIELD_SHARE_OFFICE = parameter(
    "roster.field_share_office",
    0.23,
    "1",
    0.05,
    1.0,
    "机关外勤占比",
    "field share of street and department officers",
    "estimate to be swept",
)
FIELD_SHARE_PROPERTY = parameter(
    "roster.field_share_property",
    0.36,
    "1",
    0.10,
    1.0,
    "物业处置占比",
    "field share of property staff at full effort",
    "estimate to be swept; scaled by the firm's effort",
)
LEAVE = parameter(
    "roster.leave", 0.06, "1", 0, 0.5, "请假率", "share of shifts lost to leave", "estimate: 15 of 250 days"
)
MINUTES_PER_KM = parameter(
    "travel.minutes_per_km",
    4.0,
    "min/km",
    1,
    20,
    "每公里用时",
    "travel minutes a km (e-bike in a city)",
    "about 15 km/h",
)
MINUTES_PER_KM_CAR = parameter(
    "travel.minutes_per_km_car",
    2.0,
    "min/km",
    0.5,
    20,
    "公务车每公里用时",
    "travel minutes a km of department officers (by car)",
    "about 30 km/h",
)
SET_OUT = parameter(
    "travel.set_out", 5.0, "min", 0, 60, "出发准备", "minutes to set out and find the place", "estimate to be swept"
)
FIELD_SHARE_SOCIAL = parameter(
    "roster.field_share_social",
    0.36,
    "1",
    0.10,
    1.0,
    "社工处置时段占比",
    "field share of social organisations' staff",
    "estimate to be swept",
)
UNSKILLED = parameter(
    "work.unskilled_factor",
    1.25,
    "1",
    1,
    3,
    "非专长用时系数",
    "work time without the skill asked",
    "estimate to be swept",
)


FIELD_SHARE_CADRES = parameter(
    "roster.field_share_cadres",
    0.5,
    "1",
    0.10,
    1.0,
    "下沉干部处置时段占比",
    "field share of sunk cadres and members who serve in their free hours",
    "estimate to be swept: between a community worker's and full field duty; decides much of what sinking is worth",
)
FIELD_SHARE_HELPERS = parameter(
    "roster.field_share_helpers",
    0.8,
    "1",
    0.10,
    1.0,
    "借用力量处置时段占比",
    "field share of helpers whom units lend",
    "estimate to be swept: lent for tasks, a little time goes into being told",
)
FIELD_SHARE_RESERVE = parameter(
    "roster.field_share_reserve",
    0.8,
    "1",
    0.10,
    1.0,
    "挂钩力量处置时段占比",
    "field share of paired reserves on duty",
    "estimate to be swept: called for a shock's tasks",
)
FIELD_SHARE_VOLUNTEERS = parameter(
    "roster.field_share_volunteers",
    1.0,
    "1",
    0.10,
    1.0,
    "志愿者处置时段占比",
    "field share of member volunteers and volunteers of mass organisations",
    "they come for a task and leave after it; estimate to be swept",
)


FULL = -1
"""Mark of night duty, whose whole shift is field time."""
SHARE_OF_KIND: tuple[int, ...] = (
    FIELD_SHARE_GRID,
    FIELD_SHARE_GRID,
    FIELD_SHARE,
    FIELD_SHARE_PROPERTY,
    FIELD_SHARE_OFFICE,
    FULL,
    FIELD_SHARE_OFFICE,
    FULL,
    FIELD_SHARE_SOCIAL,
    FIELD_SHARE_CADRES,
    FIELD_SHARE_HELPERS,
    FIELD_SHARE_RESERVE,
    FIELD_SHARE_VOLUNTEERS,
    FIELD_SHARE_VOLUNTEERS,
)
"""Parameter with the field share of each kind."""


@rule
def work_minutes(base: float, productivity: float, skilled: int, unskilled_factor: float) -> int:
    """Return whole hands-on minutes for this responder: ``base`` over productivity, longer without the skill."""
    minutes = base / productivity
    if skilled == 0:
        minutes *= unskilled_factor
    return max(1, int(minutes + 0.5))


@rule
def travel_minutes(dx: int, dy: int, cell_km: float, set_out: float, per_km: float, slow: float) -> int:
    """Return whole travel minutes over ``dx`` by ``dy`` lattice cells of ``cell_km`` (taxicab distance)."""
    return max(0, int((set_out + (abs(dx) + abs(dy)) * cell_km * per_km) * slow + 0.5))
