"""What a run measures: every key of its summary with unit, direction and names, and the result of a run.

Times are restricted means: over all primary needs that arise in the window, the unreported and unsolved ones
included, cut off at the run's tau. Keys that end in ``.*`` declare families, whose members are named by what
follows the dot, such as ``utilisation.cadres``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from .state import MASS, POOL_KINDS


@dataclass(frozen=True, slots=True)
class Measure:
    """What the value under one key of a summary is.

    Attributes:
        key: Key in the summary, or ``family.*``.
        unit: ``min``, ``days``, ``share`` (0 to 1), ``1`` (a pure number), ``person-hours``, ``cases`` and so on.
        better: 1 if higher is better, -1 if lower is better, 0 if neither.
        zh: Chinese name.
        en: English name.
        group: speed, rates, quality, load, cost, equity, resilience, trust, volume or stages.
        ideal: Best value of a ratio that may lie on either side of it: nearer is better, and ``better`` is 0.
    """

    key: str
    unit: str
    better: int
    zh: str
    en: str
    group: str
    ideal: float | None = None

    @property
    def has_better(self) -> bool:
        """Whether one value of it can be better than another."""
        return self.better != 0 or self.ideal is not None


Summary = dict[str, float]
"""Measures by their flat keys."""


def share(part: float, whole: float) -> float:
    """Return ``part`` over ``whole``, ``nan`` if there is no whole."""
    return float(part) / float(whole) if whole > 0 else float("nan")


@dataclass(frozen=True)
class RunResult:
    """What a run measured; small, and free of everything that differs between machines.

    Attributes:
        summary: Values by flat keys (see `MEASURES`); ``nan`` for what cannot be known.
        daily: Tidy columns: date (``datetime64[D]``), level (city, district, street), place (row of the level),
            measure, value.
        grids: One row a grid: ids, place and kind, residents, needs, times in minutes, trust.
        stages: Tidy columns: category, grid_kind, stage, minutes (sum over needs), needs.
        phases: ``warm_up_days``, ``window_days``, ``follow_up_days``, ``start`` (first day of the window, ISO),
            ``tau_minutes``, and ``shocks`` as a list of ``id``, ``kind``, ``start_day`` (from the first day of
            the window), ``days``.
        organisations: One row an organisation: what ``organisation`` in the event log means (see `directory`).
        places: Level, place, key, names and parent: what ``place`` in ``daily`` and ``grid`` in ``grids`` mean.
    """

    summary: dict[str, float]
    daily: dict[str, NDArray[Any]]
    grids: dict[str, NDArray[Any]]
    stages: dict[str, NDArray[Any]]
    phases: dict[str, Any]
    organisations: dict[str, NDArray[Any]]
    places: dict[str, NDArray[Any]]


SPREAD: tuple[tuple[str, str, str], ...] = (
    ("all", "全部机构", "all organisations"),
    *((kind, zh, en.lower()) for k, (kind, zh, en) in enumerate(POOL_KINDS) if k != MASS),
)
"""Over which organisations utilisation is spread; mass organisations have volunteers only, who stand by."""
SPREAD_POINTS: tuple[tuple[str, float, str, str], ...] = (
    ("p10", 0.1, "第 10 百分位", "10th percentile"),
    ("p50", 0.5, "中位数", "median"),
    ("p90", 0.9, "第 90 百分位", "90th percentile"),
)

_TIMES: tuple[tuple[str, str, str], ...] = (
    ("first_response_minutes", "发生到首次响应", "Need to first response"),
    ("solution_minutes", "发生到解决", "Need to solution"),
    ("first_response_from_report_minutes", "上报到首次响应", "Report to first response"),
    ("solution_from_report_minutes", "上报到解决", "Report to solution"),
    ("on_site_minutes", "发生到到场", "Need to arrival on site"),
)
_POINTS: tuple[tuple[str, str, str], ...] = (
    ("mean", "限制均值", "restricted mean"),
    ("median", "中位数", "median"),
    ("p90", "第 90 百分位", "90th percentile"),
    ("p99", "第 99 百分位", "99th percentile"),
)

_OTHERS: tuple[tuple[str, str, int, str, str, str], ...] = (
    ("needs_arisen", "needs", 0, "发生的诉求", "Needs arisen", "volume"),
    ("needs_solved", "needs", 0, "解决的诉求", "Needs solved", "volume"),
    ("needs_lapsed", "needs", 0, "自行消失的诉求", "Needs lapsed", "volume"),
    ("needs_open", "needs", -1, "期末未解决的诉求", "Needs open at the end", "volume"),
    ("reports", "reports", 0, "上报", "Reports", "volume"),
    ("cases", "cases", 0, "立案", "Cases", "volume"),
    ("calls.attempts", "calls", 0, "来电次数", "Call attempts", "volume"),
    ("calls.answered_share", "share", 1, "来电接通率", "Calls answered", "rates"),
    ("response_rate", "share", 1, "响应率", "Response rate", "rates"),
    ("resolution_rate", "share", 1, "解决率", "Resolution rate", "rates"),
    ("satisfaction_rate", "share", 1, "满意率", "Satisfaction rate", "rates"),
    ("satisfaction_rate_selective", "share", 1, "满意率（选择性回访）", "Satisfaction, selective call-back", "rates"),
    ("composite_score", "share", 1, "综合得分", "Composite score", "rates"),
    ("on_time_rate", "share", 1, "按期办结率", "On-time rate", "rates"),
    ("administrative_closure_rate", "share", 0, "行政结案率", "Administrative closure rate", "rates"),
    ("forced_closure_share", "share", -1, "未解决即结案的比例", "Closed without solution", "quality"),
    ("hazards_ended_in_grid_share", "share", 0, "隐患与纠纷在网格社区办结的比例",
     "Hazards and disputes ended in grid or community", "quality"),
    ("ended_in_grid_share", "share", 1, "在网格社区办结的比例", "Ended in grid or community", "quality"),
    ("solved_at_once_share", "share", 1, "一次办结比例", "Solved at the first visit without return", "quality"),
    ("closed_at.*", "share", 0, "结案层级", "Cases closed at", "quality"),
    ("reported_share", "share", 1, "诉求上报比例", "Needs reported", "quality"),
    ("reported_of.*", "share", 1, "诉求上报比例（按网格类型）", "Needs reported, of", "quality"),
    ("firm_effort", "share", 1, "物业企业投入程度（期末）", "Effort of property firms at the end", "load"),
    ("duplicate_share", "share", 0, "重复上报比例", "Duplicate reports", "quality"),
    ("reopened_share", "share", -1, "重开比例", "Cases reopened", "quality"),
    ("recurrence_share", "share", -1, "复发比例", "Needs that came back", "quality"),
    ("returns_per_case", "1", -1, "每件退回次数", "Returns per case", "quality"),
    ("handups_per_case", "1", 0, "每件上交次数", "Hand-ups per case", "quality"),
    ("backlog", "cases", -1, "在办积压（日均）", "Backlog, daily mean", "load"),
    ("overdue", "cases", -1, "逾期在办（日均）", "Overdue cases, daily mean", "load"),
    ("utilisation.*", "share", 0, "外勤利用率", "Utilisation", "load"),
    ("overtime_hours", "person-hours", -1, "加班工时", "Overtime", "load"),
    ("paperwork_hours", "person-hours", -1, "文书工时", "Paperwork hours", "load"),
    ("paperwork_owed_hours", "person-hours", -1, "欠办文书工时（期末）", "Paperwork owed at the end", "load"),
    ("quits", "persons", -1, "离职", "Staff who quit", "load"),
    ("person_hours.*", "person-hours", -1, "在岗工时", "Person-hours on duty", "cost"),
    ("busy_hours.*", "person-hours", 0, "办事工时", "Hours of work and travel", "cost"),
    ("overhead_hours.*", "person-hours", -1, "会议带教等工时", "Overhead hours", "cost"),
    ("person_hours_per_solved", "person-hours", -1, "每解决一件所需在岗工时", "Person-hours per solved need", "cost"),
    ("money_cny.*", "CNY", -1, "费用", "Money", "cost"),
    ("money_cny_per_solved", "CNY", -1, "每解决一件费用", "Money per solved need", "cost"),
    ("lent_hours", "person-hours", -1, "从本单位抽出的工时", "Hours taken from home units", "cost"),
    ("unit_hours", "person-hours", 0, "共建单位投入工时", "Hours given by partner units", "cost"),
    ("residents_hours", "person-hours", -1, "居民投入工时", "Hours asked of residents", "cost"),
    ("line_delay_days", "days", -1, "抽人单位本职工作延误", "Delay of home units' own work", "cost"),
    ("equity.gini", "1", -1, "解决用时的基尼系数", "Gini of time to solution", "equity"),
    ("equity.p90_p10", "1", -1, "解决用时 P90/P10", "P90/P10 of time to solution", "equity"),
    ("equity.theil", "1", -1, "解决用时的泰尔指数", "Theil index of time to solution", "equity"),
    ("equity.old_over_commercial", "1", 0, "老旧小区比商品房小区", "Old over commercial compounds", "equity"),
    ("equity.village_over_city", "1", 0, "村比城区", "Villages over the city", "equity"),
    ("stage_minutes.*", "min", 0, "每件诉求的阶段用时", "Minutes a need", "stages"),
    ("first_response_of.*", "min", -1, "发生到首次响应（分类均值）", "Need to first response, mean of", "speed"),
    ("solution_of.*", "min", -1, "发生到解决（分类均值）", "Need to solution, mean of", "speed"),
    ("trust", "1", 1, "信任", "Trust", "trust"),
    ("trust_spread", "1", -1, "信任的网格差距（P90−P10）", "Spread of trust between grids, P90 − P10", "trust"),
    ("reporting_propensity", "share", 0, "上报倾向", "Reporting propensity", "trust"),
    ("participation", "1", 1, "参与", "Participation", "trust"),
    ("resilience.reference", "cases", 0, "冲击前积压", "Backlog before the shock", "resilience"),
    ("resilience.peak", "cases", -1, "超额积压峰值", "Peak of the excess backlog", "resilience"),
    ("resilience.peak_day", "days", 0, "到达峰值用时", "Time to the peak", "resilience"),
    ("resilience.area", "case-days", -1, "超额积压面积", "Area of the excess backlog", "resilience"),
    ("resilience.recovery_days", "days", -1, "恢复用时", "Time to recover", "resilience"),
    ("resilience.unmet", "cases", -1, "期末仍超额的积压", "Excess backlog left at the end", "resilience"),
    ("resilience.first_help_minutes", "min", -1, "首批挂钩力量到岗用时", "Time to first reinforcement", "resilience"),
    ("resilience.recovered", "share", 1, "期内恢复的运行", "Runs that recovered", "resilience"),
)  # fmt: skip

_EVEN = ("equity.old_over_commercial", "equity.village_over_city")
"""Ratios of two groups' waits: at 1 both wait equally long, on either side one waits longer."""


def _spread() -> list[Measure]:
    """Return the measures of how utilisation is spread over organisations, and how many have no field time."""
    found = []
    for kind, zh, en in SPREAD:
        found += [
            Measure(
                f"utilisation_spread.{kind}.{point}", "share", 0,
                f"外勤利用率，{zh}（{point_zh}）", f"Utilisation by organisation, {en}, {point_en}", "load",
            )
            for point, _, point_zh, point_en in SPREAD_POINTS
        ]  # fmt: skip
        found.append(
            Measure(
                f"utilisation_spread.{kind}.left_out", "1", 0,
                f"无外勤时段的机构，{zh}", f"Organisations without field time, {en}", "load",
            )
        )  # fmt: skip
    return found


def _declared() -> dict[str, Measure]:
    times = [
        Measure(f"{key}.{point}", "min", -1, f"{zh}（{point_zh}）", f"{en}, {point_en}", "speed")
        for key, zh, en in _TIMES
        for point, point_zh, point_en in _POINTS
    ]
    others = [Measure(*row, ideal=1.0 if row[0] in _EVEN else None) for row in _OTHERS]
    found = {measure.key: measure for measure in (*times, *others)}
    in_order: dict[str, Measure] = {}
    for key, measure in found.items():
        in_order[key] = measure
        if key == "utilisation.*":
            in_order |= {spread.key: spread for spread in _spread()}
    return in_order


MEASURES: dict[str, Measure] = _declared()
"""All measures in the order in which they are shown, by key; families by ``family.*``."""


_PLACE = {key: place for place, key in enumerate(MEASURES)}


def place_of(key: str) -> int:
    """Return where a key stands in the order of `MEASURES`, a member with its family, an undeclared key last."""
    return _PLACE.get(key, _PLACE.get(_family(key), len(_PLACE)))


def _family(key: str) -> str:
    """Return the key of the family that a key may belong to."""
    return key.partition(".")[0] + ".*"


def measure_of(key: str) -> Measure:
    """Return what a flat key of a summary measures.

    A member of a family bears its own part of the key behind the family's name, as in ``Utilisation · cadres``; a
    key that nobody declared is neutral and without unit.
    """
    if key in MEASURES:
        return MEASURES[key]
    family = MEASURES.get(_family(key))
    if family is not None:
        member = key.partition(".")[2]
        return replace(family, key=key, zh=f"{family.zh} · {member}", en=f"{family.en} · {member}")
    return Measure(key, "", 0, key, key, "other")
