"""The state of the engine: its tables, with their columns, codes and places in vectors."""

from __future__ import annotations

from ..agents.columns import Column, Table

STAGES: tuple[tuple[str, str, str], ...] = (
    ("unnoticed", "未发现", "Unnoticed"),
    ("unreported", "未上报", "Unreported"),
    ("retry", "热线重拨", "Hotline retry"),
    ("acceptance", "签收", "Acceptance"),
    ("misrouting", "错派退回", "Misrouting"),
    ("decision", "上交决策", "Decision"),
    ("coordination", "协同等待", "Coordination"),
    ("queue_grid", "网格社区排队", "Queue in grid and community"),
    ("queue_street", "街道排队", "Queue in the street"),
    ("queue_line", "部门排队", "Queue in departments"),
    ("paperwork", "文书占用", "Paperwork"),
    ("off_shift", "下班时段", "Off shift"),
    ("travel", "路程", "Travel"),
    ("work", "处置", "Work"),
    ("closed_unsolved", "结案未解决", "Closed unsolved"),
)
"""Where a need's minutes can go: identifier, Chinese, English. Exactly one holds at every minute."""

(
    UNNOTICED,
    UNREPORTED,
    RETRY,
    ACCEPTANCE,
    MISROUTING,
    DECISION,
    COORDINATION,
    QUEUE_GRID,
    QUEUE_STREET,
    QUEUE_LINE,
    PAPERWORK,
    OFF_SHIFT,
    TRAVELLING,
    WORKING,
    CLOSED_UNSOLVED,
) = range(len(STAGES))
WAITING = 20
"""Phase of a need whose case queues: its minutes are read off the pool's clock."""
IN_HAND = 21
"""Phase of a need whose parties are on their way or at work: minutes are booked from their shifts."""
ENDED = 22
"""Phase of a need that is solved or lapsed."""
PENDING = 23
"""Phase of a row that has not arisen yet."""

NEEDS = Table(
    "needs",
    "诉求",
    "Needs",
    (
        Column("key", "i8", "id", "编号", "semantic key"),
        Column("severity", "f8", "1", "严重程度", "severity", 0, 1),
        Column("phase", "i1", "code", "阶段", "phase", 0, 23),
        Column("level", "i1", "code", "所需层级", "level that can finish it", 0, 4),
        Column("parties", "i1", "1", "协同方数", "parties needed", 1, 4),
        Column("channel", "i1", "code", "渠道", "channel of the first report", -1, 4),
        Column("generation", "i4", "1", "代", "validity of its events", 0),
        Column("grid", "i4", "id", "网格", "grid", 0),
        Column("community", "i4", "id", "社区", "community", 0),
        Column("mark", "i4", "min", "计时标记", "minute up to which stages are booked", 0),
        Column("wait_pool", "i4", "id", "排队队伍", "pool whose clock it reads", -1),
        Column("snap_off", "i4", "min", "下班钟读数", "pool's off-shift clock at the mark", 0),
        Column("snap_paper", "i4", "min", "文书钟读数", "pool's paperwork clock at the mark", 0),
        Column("owner", "i4", "id", "当事居民", "resident concerned", -1),
        Column("arose", "i4", "min", "发生时刻", "minute it arose", 0),
        Column("case", "i4", "id", "在办件", "open case, -1 none", -1),
        Column("category", "i2", "code", "类别", "category", 0),
        Column("noticers", "i2", "1", "发现人数", "noticing occasions so far", 0),
        Column("noticed", "i4", "min", "发现时刻", "first noticed, -1 not yet", -1),
        Column("reported", "i4", "min", "上报时刻", "first reported, -1 not yet", -1),
        Column("contacted", "i4", "min", "首次响应", "first response, -1 not yet", -1),
        Column("on_site", "i4", "min", "到场时刻", "first on-site arrival, -1 not yet", -1),
        Column("reporter", "i4", "id", "上报人", "resident who reported first", -1),
        Column("next_free", "i4", "id", "空闲链", "free list", -1),
        Column("reports", "i2", "1", "上报次数", "reports", 0),
        Column("occasions", "i2", "1", "复议次数", "times the one concerned has thought again", 0),
        Column("returns", "i2", "1", "退回次数", "returns and hand-overs", 0),
        Column("closings", "i2", "1", "结案次数", "cases closed", 0),
        Column("visits", "i2", "1", "上门次数", "visits so far", 0),
        Column("ordinal", "i2", "1", "复发序号", "how often its cause came back", 0),
        Column("primary", "i1", "1", "首发", "1 if not a recurrence", 0, 1),
        Column("live", "i1", "1", "在表", "1 while the row is taken", 0, 1),
        Column("counted", "i1", "1", "计入", "1 if it arose in the window", 0, 1),
        Column("tried", "i1", "code", "居民自治", "whether residents try, or have tried, to settle it", 0, 2),
        Column("minutes", "i4", "min", "各阶段分钟", "minutes by stage", 0, None, len(STAGES)),
    ),
)

QUEUED, HELD, OUT, DEAD = 1, 2, 3, 4
"""A case waits in a queue, is held (acceptance, decision, return), is with responders, or is dead in a queue."""

CASES = Table(
    "cases",
    "案件",
    "Cases",
    (
        Column("key", "i8", "id", "编号", "semantic key of the need"),
        Column("order", "i8", "1", "队序", "priority in the queue, smaller first", 0),
        Column("need", "i4", "id", "诉求", "need"),
        Column("generation", "i4", "1", "代", "validity of its events", 0),
        Column("pool", "i4", "id", "队伍", "pool that holds it", -1),
        Column("left", "i4", "id", "堆左", "heap child", -1),
        Column("right", "i4", "id", "堆右", "heap child", -1),
        Column("lead", "i4", "id", "主办件", "lead case of a side-by-side party, -1 itself", -1),
        Column("first_party", "i4", "id", "协办件", "first party case", -1),
        Column("next_party", "i4", "id", "下一协办件", "next party case", -1),
        Column("responder", "i4", "id", "处置人", "responder in charge, -1 none", -1),
        Column("deadline", "i4", "min", "时限", "deadline", 0),
        Column("status", "i1", "code", "状态", "status", 0, 4),
        Column("party", "i1", "1", "当前方", "party whose turn it is", 0, 4),
        Column("rank", "i1", "code", "优先级", "0 emergency, 1 urgent, 2 ordinary", 0, 3),
        Column("agreed", "i1", "1", "已约定", "1 once its pool has agreed to an appointment", 0, 1),
        Column("missing", "i1", "1", "未到方数", "parties not yet present", 0, 4),
        Column("ready", "i1", "1", "已约定方数", "parties of a lead that have agreed", 0, 4),
        Column("overdue", "i1", "1", "逾期", "1 once past the deadline", 0, 1),
        Column("whistled", "i1", "code", "吹哨", "1 whistled for, 2 its parties must come", 0, 2),
        Column("ordinal", "i2", "1", "立案序号", "which case of its need", 0),
        Column("counted", "i1", "1", "计入", "1 if it was opened in the window", 0, 1),
        Column("authority", "i1", "1", "可办结", "1 if the visit in hand may finish the need", 0, 1),
        Column("to_do", "i4", "min", "待办工时", "hands-on minutes left from an interrupted visit, -1 none", -1),
        Column("accepted", "i4", "min", "受理时刻", "minute accepted", 0),
        Column("target", "i4", "id", "应派队伍", "pool it should go to next", -1),
        Column("next_free", "i4", "id", "空闲链", "free list", -1),
    ),
)

POOLS = Table(
    "pools",
    "队伍",
    "Pools",
    (
        Column("key", "i8", "id", "编号", "semantic key"),
        Column("on", "i8", "bits", "在岗半小时", "half-hours on shift of any member today", 0),
        Column("idle_on", "i8", "bits", "空闲在岗", "half-hours on shift of any idle member", 0),
        Column("idle_field", "i8", "bits", "空闲处置", "half-hours of field time of any idle member", 0),
        Column("crew", "i4", "id", "当日队伍起点", "place in the list of crews at which that of its roster begins", 0),
        Column("crew_end", "i4", "id", "当日队伍终点", "place after the last of the crew", 0),
        Column("head", "i4", "id", "队首", "root of its queue", -1),
        Column("length", "i4", "1", "排队数", "cases in the queue of its roster, 0 if it serves in another's", 0),
        Column("waiting", "i4", "1", "本队待办", "queued cases that were sent to it", 0),
        Column("wake", "i4", "min", "唤醒时刻", "minute of its planned wake-up, -1 none", -1),
        Column("generation", "i4", "1", "代", "validity of its wake-up", 0),
        Column("busy_until", "i4", "min", "无人可派至", "nobody can take an ordinary case before this minute", 0),
        Column("clock", "i4", "min", "时钟", "minute up to which its clock ran", 0),
        Column("clock_off", "i4", "min", "下班钟", "cumulative off-shift minutes of its queue", 0),
        Column("clock_paper", "i4", "min", "文书钟", "cumulative paperwork minutes of its queue", 0),
        Column("present", "i4", "person", "当日在岗", "staff on ordinary duty today", 0),
        Column("promised", "i4", "1", "已约定数", "appointments agreed to and not yet set out for", 0),
        Column("first", "i4", "id", "首位成员", "first member of its roster", -1),
        Column("people", "i4", "person", "在册人数", "members of its roster on duty these days", 0),
        Column("grid", "i4", "id", "驻地网格", "grid of its office", 0),
        Column("kind", "i1", "code", "类别", "kind of organisation", 0, 7),
        Column("level", "i1", "code", "层级", "0 grid, 1 community, 2 street, 3 district, 4 city", 0, 4),
        Column("net", "i1", "code", "网", "net it serves, -1 none", -1, 6),
        Column("line", "i1", "code", "条线", "department line, -1 none", -1, 11),
        Column("fresh", "i1", "1", "名册有效", "1 while the next three columns are those of the members", 0, 1),
        Column("manned", "i1", "1", "有人在册", "1 while anybody is on its roster", 0, 1),
        Column("overhead", "f8", "min", "待办会议分钟", "minutes of meetings and registers that wait for somebody", 0),
        Column("community", "i4", "id", "社区", "community", -1),
        Column("firm", "i4", "id", "物业企业", "property firm, -1 none", -1),
        Column("line_row", "i2", "id", "条线行", "row of the department line", -1),
        Column("street", "i2", "id", "街道", "street", -1),
        Column("district", "i2", "id", "区", "district", -1),
    ),
)

POOL_KINDS: tuple[tuple[str, str, str], ...] = (
    ("grid_net", "网格条线队伍", "Grid nets"),
    ("community", "社区", "Communities"),
    ("property", "物业", "Property firms"),
    ("street", "街道", "Streets"),
    ("line", "区级部门", "District departments"),
    ("city_line", "市级部门", "City departments"),
    ("social", "社会组织", "Social organisations"),
    ("mass", "群团组织", "Mass organisations"),
)
GRID_NET, COMMUNITY, PROPERTY, STREET, LINE, CITY_LINE, SOCIAL, MASS = range(len(POOL_KINDS))

CALLS = Table(
    "calls",
    "来电",
    "Calls",
    (
        Column("key", "i8", "id", "编号", "semantic key"),
        Column("need", "i8", "id", "诉求", "need, -1 a consultation", -1),
        Column("need_generation", "i8", "1", "诉求代", "validity of the need", 0),
        Column("resident", "i8", "id", "来电人", "place in the grid of the resident who calls", 0),
        Column("attempt", "i8", "1", "第几次", "attempt", 0),
        Column("generation", "i8", "1", "代", "validity", 0),
        Column("next_free", "i8", "id", "空闲链", "free list", -1),
    ),
)

LOG = Table(
    "events",
    "事件日志",
    "Event log",
    (
        Column("incident", "i8", "id", "诉求编号", "semantic key of the need"),
        Column("minute", "i8", "min", "分钟", "minute since the first day"),
        Column("kind", "i8", "code", "事件", "what happened"),
        Column("organisation", "i8", "id", "队伍", "pool, -1 none", -1),
        Column("responder", "i8", "id", "处置人", "responder, -1 none", -1),
    ),
)

(
    DAY_NO,
    HORIZON,
    WINDOW_FROM,
    WINDOW_TO,
    TAU,
    LOGGING,
    LOG_N,
    FREE_NEED,
    RESTING_NEED,
    FREE_CASE,
    FREE_CALL,
    FREE_BLOCK,
    NOW_N,
    SEATS_BUSY,
    ARISEN,
    SOLVED,
    LAPSED,
    REPORTS,
    FIRST_REPORTS,
    DUPLICATES,
    CASES_OPENED,
    CASES_CLOSED,
    ATTEMPTS,
    ANSWERED,
    ABANDONED,
    RETRIES,
    RETRYING,
    CONSULTATIONS,
    PUSHES,
    POPS,
    NEEDS_LIVE,
    NEEDS_RESTING,
    CASES_LIVE,
    CALLS_LIVE,
    NODES_LIVE,
    BLOCKS_LIVE,
    RUN_AT,
    RUN_END,
    MINUTE,
    COHORT_SOLVED,
    COHORT_LAPSED,
    COHORT_OPEN,
    COHORT_REPORTS,
    COHORT_CASES,
    COHORT_AT_ONCE,
    WINDOW_OPENED,
    WINDOW_RESPONDED,
    WINDOW_CLOSED,
    SCALARS,
) = range(49)
"""Places in the vector of scalars ``w.sc``."""

MISC_STORM, MISC_CALLS, MISC_SIZE = range(3)
"""Places in the vector of floats ``w.misc``: storm's slowing of travel, factor on calls."""

LINE_WORK = Table(
    "line_work",
    "条线本职工作",
    "Line work of departments",
    (
        Column("capacity", "f8", "h/day", "可用工时", "hours rostered for line work on a working day", 0),
        Column("inflow", "f8", "h/day", "流入工时", "mean hours of line work that come in on a working day", 0),
        Column("backlog", "f8", "h", "积压工时", "line work not done", 0),
        Column("lent", "i8", "min", "今日借出", "minutes lent today", 0),
        Column("taken", "f8", "h/day", "今日占用", "hours that policies took today", 0),
        Column("returned", "f8", "h/day", "今日退回", "hours of work that policies returned to the line today", 0),
        Column("lent_minutes", "i8", "min", "借出分钟", "minutes lent in the window", 0),
        Column("taken_hours", "f8", "h", "占用工时", "hours that policies took in the window", 0),
        Column("delay_sum", "f8", "day", "延误累计", "sum over the window's working days of backlog over capacity", 0),
        Column("delay_days", "i8", "day", "计数日", "working days summed", 0),
    ),
)

COUNTS: tuple[tuple[str, str, str], ...] = (
    ("arisen", "发生", "Needs arisen"),
    ("solved", "解决", "Needs solved"),
    ("lapsed", "自行消失", "Needs lapsed"),
    ("reports", "上报", "Reports"),
    ("duplicates", "重复上报", "Duplicate reports"),
    ("opened", "立案", "Cases opened"),
    ("closed", "结案", "Cases closed"),
    ("forced", "强制结案", "Cases closed without solution"),
    ("overdue_in", "新增逾期", "Cases gone overdue"),
    ("overdue_out", "逾期办结", "Overdue cases closed"),
    ("on_time", "按期办结", "Cases closed on time"),
    ("due", "到期应结", "Cases closed or fallen due"),
    ("responded", "限时联系", "Cases contacted within the limit"),
    ("rated", "评价", "Ratings given"),
    ("rated_solved", "评为解决", "Ratings that say solved"),
    ("satisfied", "评为满意", "Ratings that say satisfied"),
    ("selective_rated", "回访", "Call-backs made"),
    ("selective_satisfied", "回访满意", "Call-backs that say satisfied"),
    ("returns", "退回", "Returns of misrouted cases"),
    ("handups", "上交", "Hand-ups to a higher level"),
    ("joint", "协同", "Joint cases"),
    ("reopened", "重开", "Cases reopened"),
    ("recurred", "复发", "Needs that came back"),
    ("grid_closed", "网格社区办结", "Cases finished in grid or community"),
    ("response_minutes", "响应分钟", "Minutes to first response, summed"),
    ("responses", "首次响应", "First responses"),
)
"""Flows counted by day and street."""

(
    C_ARISEN,
    C_SOLVED,
    C_LAPSED,
    C_REPORTS,
    C_DUPLICATES,
    C_OPENED,
    C_CLOSED,
    C_FORCED,
    C_OVERDUE_IN,
    C_OVERDUE_OUT,
    C_ON_TIME,
    C_DUE,
    C_RESPONDED,
    C_RATED,
    C_RATED_SOLVED,
    C_SATISFIED,
    C_SELECTIVE_RATED,
    C_SELECTIVE_SATISFIED,
    C_RETURNS,
    C_HANDUPS,
    C_JOINT,
    C_REOPENED,
    C_RECURRED,
    C_GRID_CLOSED,
    C_RESPONSE_MINUTES,
    C_RESPONSES,
) = range(len(COUNTS))

L_NEEDS, L_RESPONSE, L_SOLUTION, L_CLOSED, L_SIZE = range(5)
"""Columns of ``w.by_level``: primary window needs by the level that can finish them, restricted minutes to response and
to solution; and cases of the window's needs by the level that closed them."""

LEVELS: tuple[tuple[str, str, str], ...] = (
    ("grid", "网格", "Grid"),
    ("community", "社区", "Community"),
    ("street", "街道", "Street"),
    ("district", "区", "District"),
    ("city", "市", "City"),
)
"""Levels of the hierarchy: identifier, Chinese, English."""

K_NEEDS, K_RESPONSE, K_SOLUTION, K_SIZE = range(4)
"""Columns of ``w.by_kind``: primary window needs by kind of grid, restricted minutes to response and to solution."""

CAT_NEEDS, CAT_RESPONSE, CAT_SOLUTION, CAT_SOLVED, CAT_REPORTED, CAT_CLOSED, CAT_LOCAL, CAT_SIZE = range(8)
"""Columns of ``w.by_category``: primary window needs folded, restricted minutes, solved, reported, and their cases
closed, in grid or community."""

G_NEEDS, G_SOLVED, G_RESPONSE, G_SOLUTION, G_REPORTED, G_SATISFIED, G_RATED, G_SIZE = range(8)
"""Columns of ``w.by_grid``: window needs folded, solved, restricted minutes to response and solution, and so on."""
