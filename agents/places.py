"""Places and organisations of a city: districts, streets, communities, grids, compounds, firms, units, lines.

Only declarations: the tables with their columns, the codes used in them and their names in Chinese and English.
Cells of the lattice are counted from 0, ``x`` to the east and ``y`` to the north.
"""

from __future__ import annotations

from .columns import Column, Table

COMMERCIAL, OLD, VILLAGE, EXCLUSIVE = 0, 1, 2, 3
GRID_KINDS: tuple[tuple[str, str, str], ...] = (
    ("commercial", "商品房小区", "Commercial-housing compound"),
    ("old", "老旧小区", "Old compound"),
    ("village", "村", "Village"),
    ("exclusive", "专属网格", "Exclusive grid"),
)
"""Kinds of grids in the order of their codes; an exclusive grid is a business park, a campus or a market."""

ENTERPRISE, SCHOOL_OR_HOSPITAL, GOVERNMENT, PUBLIC = 0, 1, 2, 3
UNIT_KINDS: tuple[tuple[str, str, str], ...] = (
    ("enterprise", "企业", "Enterprise"),
    ("school_or_hospital", "学校医院高校", "School, hospital or university"),
    ("government", "机关", "Government office"),
    ("public", "其他公共单位", "Other public unit"),
)
"""Kinds of units in the order of their codes."""

SKILLS: tuple[tuple[str, str, str], ...] = (
    ("general", "综合", "General"),
    ("repair", "维修", "Repair"),
    ("mediation", "调解", "Mediation"),
    ("care", "照护", "Care"),
    ("enforcement", "执法", "Enforcement"),
    ("medical", "医疗", "Medical"),
    ("sanitation", "环卫", "Sanitation"),
    ("paperwork", "文书窗口", "Paperwork and counter"),
)
"""Skills; the place in this list is the bit of a skill mask."""

AGE_BANDS: tuple[tuple[str, str, str], ...] = (
    ("0_14", "0—14岁", "0 to 14"),
    ("15_34", "15—34岁", "15 to 34"),
    ("35_59", "35—59岁", "35 to 59"),
    ("60_79", "60—79岁", "60 to 79"),
    ("80_plus", "80岁及以上", "80 and over"),
)
"""Age bands in the order of their codes."""

LINES: tuple[tuple[str, str, str], ...] = (
    ("urban_management", "城管执法", "Urban management and enforcement"),
    ("housing", "住建房产", "Housing and property"),
    ("public_security", "公安交管", "Public security and traffic"),
    ("civil_affairs", "民政", "Civil affairs"),
    ("environment", "生态环境", "Ecology and environment"),
    ("water", "水务", "Water and drainage"),
    ("market", "市场监管", "Market regulation"),
    ("health", "卫健", "Health"),
    ("emergency", "应急消防", "Emergency management and fire"),
    ("labour", "人社", "Human resources and social security"),
    ("justice", "司法信访", "Justice and petitions"),
    ("utilities", "公用事业", "Utilities: power, gas, water, telecom"),
)
"""Department lines in the order of their codes."""

VULNERABLE, MEMBER, IN_SERVICE, REPORTED, EMPLOYED = 1, 2, 4, 8, 16
"""Bits of a resident's flags: vulnerable, party member, in-service member, in-service and reported at the residence,
employed by a unit of the district."""

_KEY = Column("key", "i8", "id", "编号", "semantic key")
_DISTRICT = Column("district", "i4", "id", "区", "district row")
_STREET = Column("street", "i4", "id", "街道", "street row")
_COMMUNITY = Column("community", "i4", "id", "社区", "community row")
_GRID = Column("grid", "i4", "id", "网格", "grid row")
_RESIDENTS = Column("residents", "i4", "person", "居民数", "residents")
_SLOTS = Column("slots", "i4", "1", "候选位", "slots for candidate needs, at least the residents")
_X = Column("x", "f8", "cell", "中心横坐标", "mean cell, to the east")
_Y = Column("y", "f8", "cell", "中心纵坐标", "mean cell, to the north")

DISTRICTS = Table(
    "districts",
    "区",
    "Districts",
    (
        _KEY,
        Column("area_km2", "f8", "km2", "面积", "area"),
        _RESIDENTS,
        Column("cell_km", "f8", "km", "网格边长", "side of one cell: root of area over grids"),
        Column("first_street", "i8", "id", "首个街道", "first street row"),
        Column("n_streets", "i8", "1", "街道数", "streets", 1),
    ),
)

STREETS = Table(
    "streets",
    "街道",
    "Streets",
    (
        _KEY,
        _DISTRICT,
        Column("first_community", "i8", "id", "首个社区", "first community row"),
        Column("n_communities", "i8", "1", "社区数", "communities", 1),
        _RESIDENTS,
        _X,
        _Y,
    ),
)

COMMUNITIES = Table(
    "communities",
    "社区",
    "Communities",
    (
        _KEY,
        _STREET,
        _DISTRICT,
        Column("rural", "i8", "code", "村", "1 for a village", 0, 1),
        Column("first_grid", "i8", "id", "首个网格", "first grid row"),
        Column("n_grids", "i8", "1", "网格数", "grids", 1),
        _RESIDENTS,
        _SLOTS,
        _X,
        _Y,
    ),
)

GRIDS = Table(
    "grids",
    "网格",
    "Grids",
    (
        _KEY,
        _COMMUNITY,
        _STREET,
        _DISTRICT,
        Column("kind", "i4", "code", "类型", "kind of grid", 0, 3),
        Column("x", "i4", "cell", "横坐标", "cell of the lattice, to the east"),
        Column("y", "i4", "cell", "纵坐标", "cell of the lattice, to the north"),
        _RESIDENTS,
        _SLOTS,
        Column("first_resident", "i4", "id", "首位居民", "offset of its residents in the resident arrays"),
        Column("households", "i4", "1", "户数", "households"),
        Column("compound", "i4", "id", "小区", "its (first) compound, -1 none", -1),
        Column("members", "i4", "person", "党员数", "registered party members living there"),
        Column("units", "i4", "1", "单位数", "units"),
    ),
)

COMPOUNDS = Table(
    "compounds",
    "小区",
    "Compounds",
    (
        _KEY,
        Column("grid", "i8", "id", "主网格", "its main grid"),
        _COMMUNITY,
        _STREET,
        _DISTRICT,
        Column("old", "i8", "code", "老旧", "1 for an old compound", 0, 1),
        Column("households", "i8", "1", "户数", "households"),
        Column("firm", "i8", "id", "物业企业", "property firm, -1 none", -1),
        Column("committee", "i8", "code", "业委会", "1 if an owners' committee functions", 0, 1),
        Column("facility", "f8", "1", "设施状况", "condition of the facilities, 1 good", 0, 1),
    ),
)

FIRMS = Table(
    "firms",
    "物业企业",
    "Property firms",
    (
        _KEY,
        _DISTRICT,
        Column("compounds", "i8", "1", "在管小区", "compounds it manages", 1),
        Column("effort", "f8", "1", "努力", "effort", 0, 1),
        Column("fee", "f8", "CNY/month", "物业费", "fee a household and month", 0, 5000),
        Column("honour", "f8", "1", "荣誉", "standing from awards", 0, 1),
        Column("monitoring", "f8", "1", "监督", "monitoring by owners", 0, 1),
        Column("satisfaction", "f8", "1", "满意度", "satisfaction of residents", 0, 1),
    ),
)

UNITS = Table(
    "units",
    "驻区单位",
    "Enterprises and resident units",
    (
        _KEY,
        _GRID,
        _COMMUNITY,
        _STREET,
        _DISTRICT,
        Column("kind", "i8", "code", "类别", "kind of unit", 0, 3),
        Column("staff", "i8", "person", "职工数", "staff: the residents of the district it employs, at least one", 1),
        Column("idle_hours", "f8", "h/month", "可出借工时", "hours a month it could lend"),
        Column("skills", "i8", "code", "技能", "skill bit mask", 0, 255),
        Column("willing", "f8", "1", "意愿", "willingness to lend", 0, 1),
        Column("bent", "f8", "1", "本来意愿", "willingness of its own accord", 0, 1),
        Column("joined", "i8", "1", "加入", "1 unless it has left", 0, 1),
        Column("given", "f8", "h", "本月付出", "hours given this month"),
        Column("received", "f8", "h", "本月受益", "hours of service received this month"),
        Column("balance", "f8", "h", "互助余额", "hours received minus hours given", -1e9),
    ),
)

DEPARTMENT_LINES = Table(
    "lines",
    "部门条线",
    "Department lines",
    (
        _KEY,
        Column("district", "i8", "id", "区", "district row, -1 for the city's own", -1),
        Column("line", "i8", "code", "条线", "line", 0, 11),
        Column("headcount", "f8", "person", "人数", "officials"),
        Column("utilisation", "f8", "1", "负荷率", "share of rostered hours taken by its own line work", 0, 1),
    ),
)

RESIDENTS = Table(
    "residents",
    "居民",
    "Residents",
    (
        Column("grid", "i4", "id", "网格", "grid row"),
        Column("age", "u1", "code", "年龄段", "age band", 0, 4),
        Column("flags", "u1", "code", "标记", "vulnerable 1, member 2, in service 4, reported 8, employed 16", 0, 31),
        Column("trust", "f4", "1", "信任", "trust", 0, 1),
        Column("participation", "f4", "1", "参与度", "participation", 0, 1),
        Column("employer", "i4", "id", "就业单位", "unit row in the same district, -1 none", -1),
    ),
)
"""Residents are kept as one array a column (``City.residents``), sorted by grid; the table declares the columns."""

PLACE_TABLES: tuple[Table, ...] = (
    DISTRICTS,
    STREETS,
    COMMUNITIES,
    GRIDS,
    COMPOUNDS,
    FIRMS,
    UNITS,
    DEPARTMENT_LINES,
    RESIDENTS,
)
"""All tables of a generated city."""
