"""Words of lists, cards and plans in Chinese and English."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")

_WORDS: dict[str, tuple[str, str]] = {
    "id": ("标识", "Id"),
    "name": ("名称", "Name"),
    "chinese": ("中文名", "Chinese"),
    "english": ("英文名", "English"),
    "question": ("问题", "Question"),
    "policies": ("政策", "Policies"),
    "policy": ("政策", "Policy"),
    "shocks": ("冲击", "Shocks"),
    "shock": ("冲击", "Shock"),
    "scenarios": ("情景", "Scenarios"),
    "cities": ("城市", "Cities"),
    "city": ("城市", "City"),
    "districts": ("区", "Districts"),
    "sum": ("合计", "Sum"),
    "staff": ("人员", "Staff"),
    "stock": ("住房、物业、单位与居民", "Housing, firms, units and people"),
    "residents": ("居民", "Residents"),
    "area_km2": ("面积（平方公里）", "Area (km²)"),
    "streets": ("街道（镇）", "Streets"),
    "urban_communities": ("城市社区", "Urban communities"),
    "villages": ("村", "Villages"),
    "grids": ("网格", "Grids"),
    "rural_share": ("村居民占比", "Share in villages"),
    "article": ("政策原文", "Text it comes from"),
    "changes": ("改变什么", "What it changes"),
    "costs": ("代价", "What it costs"),
    "parameters": ("参数", "Parameters"),
    "numbers": ("模型参数", "Numbers of the model"),
    "value": ("取值", "Value"),
    "default": ("默认", "Default"),
    "range": ("范围", "Range"),
    "unit": ("单位", "Unit"),
    "source": ("来源", "Source"),
    "meaning": ("含义", "Meaning"),
    "unsaid": ("文件未说明", "the file does not say"),
    "window": ("观察期", "Window"),
    "warm_up": ("预热期", "Warm-up"),
    "follow_up": ("随访期", "Follow-up"),
    "days": ("天", "days"),
    "demand": ("需求倍数", "Demand factor"),
    "work": ("工时倍数", "Factor on hands-on minutes"),
    "categories": ("另作设定的事项类别", "Categories of need set otherwise"),
    "category": ("事项类别", "Category"),
    "what": ("键", "Key"),
    "digest": ("摘要码", "Digest"),
    "layers": ("叠加", "Laid over it"),
    "intensity": ("强度", "Intensity"),
    "day_of_window": ("观察期第几天", "Day of the window"),
    "scenarios_none": ("情景 · 没有政策", "Scenarios · no policy"),
    "scenarios_one": ("情景 · 一项政策", "Scenarios · one policy"),
    "scenarios_several": ("情景 · 多项政策", "Scenarios · several policies"),
    "scenarios_shocks": (
        "情景 · 冲击（用 --with 叠加到别的情景上）",
        "Scenarios · shocks (laid over others by --with)",
    ),
    "start": ("开始", "Start"),
    "end": ("结束", "End"),
    "ramp": ("爬坡天数", "Ramp days"),
    "where": ("范围筛选", "Where"),
    "everywhere": ("全市", "everywhere"),
    "open_end": ("至结束", "to the end"),
    "kind": ("种类", "Kind"),
    "severity": ("强度", "Severity"),
    "levers": ("杠杆", "Levers"),
    "streams": ("随机流", "Random streams"),
    "hooks": ("挂钩点", "Hooks"),
    "day": ("一天的次序", "The order of a day"),
    "events": ("事件种类（同一分钟内按此次序）", "Kinds of events, in their order within a minute"),
    "step": ("步骤", "Step"),
    "used_by": ("使用者", "Used by"),
    "calendar": ("日程", "Calendar"),
    "confidence": ("可信度", "Confidence"),
    "type": ("类型", "Type"),
    "group.roster": ("名册", "Rosters"),
    "group.travel": ("路程", "Travel"),
    "group.work": ("处置工时", "Work"),
    "group.staff": ("人员", "Staff"),
    "group.career": ("岗位等级", "Grades of pay"),
    "group.training": ("培训", "Training"),
    "group.resident": ("居民", "Residents"),
    "group.self_help": ("居民自治", "Self-help of residents"),
    "group.handling": ("案件办理", "Handling of cases"),
    "group.channel": ("上报渠道", "Channels of reports"),
    "group.hotline": ("热线", "Hotline"),
    "group.score": ("综合得分", "Composite score"),
    "group.office": ("社区与街道", "Community and street offices"),
    "group.member": ("党员志愿者", "Member volunteers"),
    "group.department": ("部门", "Departments"),
    "group.firm": ("物业企业", "Property firms"),
    "group.unit": ("驻区单位", "Enterprises and resident units"),
    "group.committee": ("业委会", "Owners' committees"),
    "group.pay": ("费用", "Pay"),
    "group.talks": ("协商", "Talks"),
    "group.shock": ("冲击", "Shocks"),
    "group.compound": ("小区设施", "Facilities of compounds"),
    "group.line": ("部门条线与抽调", "Department lines and lending"),
    "group.whistle": ("吹哨", "Whistles"),
    "stream.city": ("建城", "city"),
    "stream.resident": ("居民", "resident"),
    "stream.roster": ("排班", "roster"),
    "stream.dispersion": ("忙闲", "dispersion"),
    "stream.arrivals": ("件数", "arrivals"),
    "stream.candidate": ("候选诉求", "candidate"),
    "stream.traits": ("诉求特征", "traits"),
    "stream.notice": ("发现", "notice"),
    "stream.report": ("上报", "report"),
    "stream.call": ("通话", "call"),
    "stream.handling": ("办理", "handling"),
    "stream.work": ("处置", "work"),
    "stream.rating": ("评价", "rating"),
    "stream.neighbours": ("邻里", "neighbours"),
    "stream.recurrence": ("复发", "recurrence"),
    "stream.closure": ("结案", "closure"),
    "stream.staff": ("人员去留", "staff"),
    "stream.pledge": ("响应", "pledge"),
    "stream.shock": ("冲击", "shock"),
    "stream.line_work": ("条线本职", "line_work"),
    "stream.office": ("机构决策", "office"),
    "stream.policy": ("政策覆盖", "policy"),
    "step.build": ("建城", "build"),
    "step.decisions": ("决策", "decisions"),
    "step.midnight": ("政策", "midnight"),
    "step.roster": ("排班", "roster"),
    "step.arrivals": ("发生", "arrivals"),
    "step.events": ("事件", "events"),
    "where.district": ("区", "district"),
    "where.street": ("街道", "street"),
    "where.community": ("社区", "community"),
    "where.grid_kind": ("网格类型", "kind of grid"),
    "base": ("基准值", "Base"),
    "fold": ("多项政策如何合成", "Several policies"),
    "rates": ("发生率（每千居民每年），依次为：", "Rate a 1,000 residents and year, in grids of:"),
    "work_minutes": ("工时均值（分钟）/ 对数离散", "Work: mean minutes / sigma of ln"),
    "levels_share": ("办结层级占比（网格至市）", "Share by level, grid to city"),
    "parties_share": ("需 1 至 4 方的概率", "Chance of 1 to 4 parties"),
    "deadline": ("时限", "Deadline"),
    "deadline.emergency": ("紧急（2 小时）", "emergency (2 h)"),
    "deadline.urgent": ("急办（24 小时）", "urgent (24 h)"),
    "deadline.ordinary": ("一般（5 个工作日）", "ordinary (5 working days)"),
    "deadline.complex": ("复杂（15 个工作日）", "complex (15 working days)"),
    "from": ("起", "From"),
    "to": ("止", "To"),
    "none": ("无", "none"),
    "ok": ("无误", "ok"),
    "runs_done": ("已完成运行", "runs done"),
    "compiling": (
        "首次运行：先在本机编译模型，约需一到两分钟，之后不再需要……",
        "First run: compiling the model for this machine; it takes a minute or two and happens once ...",
    ),
    "confidence_key": (
        "可信度：S 见于来源，C 由公开工单数据算得，D 由已知数字推得，E 估计值、需扫描，R 凭记忆、未核对；"
        "“设定”为选定的规则或开关，不是估计",
        "Confidence: S seen in a source, C computed from open ticket data, D derived, E estimate to be swept, "
        "R recalled and not checked; "
        "choice: a rule or switch that is decided and no estimate",
    ),
    "confidence.choice": ("设定", "choice"),
}


def confidence_word(mark: str, lang: str) -> str:
    """Return what a mark of confidence is shown as: its letter, or the word for a choice of design."""
    return _WORDS[f"confidence.{mark}"][LANGUAGES.index(lang)] if f"confidence.{mark}" in _WORDS else mark


def w(key: str, lang: str) -> str:
    """Return a word in ``"zh"`` or ``"en"``; an unknown key is a ``KeyError``."""
    return _WORDS[key][LANGUAGES.index(lang)]


@cache
def _numbers() -> dict[str, dict[str, Any]]:
    """Return the catalogue of units, choices and sources."""
    return tomllib.loads((files(__package__) / "catalogues" / "numbers.toml").read_text(encoding="utf-8"))


def unit_word(unit: str, lang: str) -> str:
    """Return the unit of a number or a parameter in words; one that the catalogue lacks as it is."""
    found = _numbers()["unit"].get(unit)
    return str(found[LANGUAGES.index(lang)]) if found else unit


def choice_word(choice: str, lang: str) -> str:
    """Return what a choice of a policy's parameter is called."""
    found = _numbers()["choice"].get(choice)
    return str(found[LANGUAGES.index(lang)]) if found else choice.replace("_", " ")


def source_word(source: str, lang: str) -> str:
    """Return what is said about the source of a number; in Chinese where that is known, else in English."""
    return str(_numbers()["source"].get(source, source)) if lang == "zh" else source


def span_word(low: float | str, high: float | str, lang: str) -> str:
    """Return a range as readers of a language write it, ``0 至 20`` or ``0 to 20``; ends that are texts stay so."""
    return f"{_end(low)} {'至' if lang == 'zh' else 'to'} {_end(high)}"


def _end(x: float | str) -> str:
    """Return an end of a range; nobody reads ``1e+08``."""
    short = x if isinstance(x, str) else f"{x:g}"
    return f"{x:,.0f}" if "e+" in short and not isinstance(x, str) else short


def default_lang(environment: Mapping[str, str] | None = None) -> str:
    """Return ``"zh"`` when the environment's locale is Chinese, else ``"en"``."""
    env = os.environ if environment is None else environment
    locale = next((env[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(key)), "")
    return "zh" if locale.lower().startswith("zh") else "en"
