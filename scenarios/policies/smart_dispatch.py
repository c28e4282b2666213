"""Smart dispatch: sensors see needs, machines dispatch and merge, and the queue itself calls volunteers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.calendar import WEEK
from ...model.interventions import Actions
from ...model.levers import Contribution
from .base import Card, Policy, PolicyParameter

if TYPE_CHECKING:
    from ...model.interventions import Setting


class SmartDispatch(Policy):
    """Moves the machine's part of handling and leaves the human one: people accept cases as they did."""

    card = Card(
        id="smart_dispatch",
        zh="一网统管·智慧党建·数字化赋能",
        en="Smart dispatch",
        article='深入实施城市运行"一网统管"三年行动计划',
        changes_zh="摄像头和传感设备全天发现看得见的诉求，并像网络渠道一样上报；热线件派单的机器时间缩短；更多重复件在登记时被识别；"
        "社区排队超过阈值时随即召集党员志愿者，不再等到社区每周研判。人工签收照旧。",
        changes_en="Cameras and sensors see visible needs round the clock and report them as an app would; the "
        "machine minutes of dispatching a call fall; more duplicates are recognised at intake; a queue above the "
        "threshold calls a community's member volunteers at once instead of at the office's weekly look. People accept "
        "cases as before.",
        costs_zh="每个社区每天有设备与平台的经费支出；社区工作者每天要花时间录入数据。",
        costs_en="Money for equipment and platform for each community and day; community workers spend time every day "
        "on entering data.",
        parameters=(
            PolicyParameter(
                "looks_a_day",
                0.5,
                "visits/day",
                "感知频次",
                "looks a day that sensors take at a need that is fully visible",
                "estimate: visible needs are found about 30 % sooner; to be swept so that it is 0 to 60 %",
                "E",
                0,
                24,
            ),
            PolicyParameter(
                "dispatch_cut",
                0.38,
                "1",
                "派单时间降幅",
                "cut of the machine minutes of dispatching",
                "Beijing 2024 to 2025: from 6 to 3.7 minutes",
                "S",
                0,
                0.95,
            ),
            PolicyParameter(
                "merging_gain", 0.2, "1", "识别率增量", "rise of recognised duplicates", "estimate to be swept", "E"
            ),
            PolicyParameter(
                "call_up_minutes",
                15,
                "min",
                "召集时间",
                "minutes until volunteers are called after the queue passes the threshold; a week: as now",
                "Shanghai: 30 members called within minutes; estimate to be swept",
                "C",
                1,
                WEEK,
            ),
            PolicyParameter(
                "money",
                300,
                "CNY/day",
                "经费",
                "money for each community and day",
                "estimate: about 110,000 CNY a community and year, to be swept",
                "E",
                0,
                100_000,
            ),
            PolicyParameter(
                "entry_minutes",
                60,
                "min/day",
                "数据录入时间",
                "minutes a day of each community's workers for entering data",
                "estimate to be swept",
                "E",
                0,
                1440,
            ),
        ),
        levers=(
            "community.sensing",
            "community.dispatch_minutes",
            "community.merging",
            "community.call_up_minutes",
            "community.spending",
            "pool.overhead_minutes",
        ),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Move the machine's levers in the communities reached, and charge money and data entry."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        asked = {
            "community.sensing": self.number("looks_a_day"),
            "community.dispatch_minutes": 1.0 - self.number("dispatch_cut"),
            "community.merging": self.number("merging_gain"),
            "community.call_up_minutes": self.number("call_up_minutes") / WEEK,
            "community.spending": self.number("money"),
        }
        pushes = [Contribution(lever, reached, value) for lever, value in asked.items()]
        entry = Contribution("pool.overhead_minutes", setting.community_pool[reached], self.number("entry_minutes"))
        return Actions([*pushes, entry])
