"""Social organisations: bought service of named skills, whose effort follows what the contract rewards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import handling as H
from ...agents import responders as R
from ...agents.contracts import efforts
from ...agents.pay import PAY
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDIATION
from ...model.postings import HIRED, posting_rows
from ...model.roster import SHIFTS
from .base import Card, Policy, PolicyParameter
from .topics_of_skills import by_street, topics_of

if TYPE_CHECKING:
    from ...model.interventions import Setting

_SERVICES = {"care_and_mediation": CARE | MEDIATION, "elderly_care": CARE, "mediation": MEDIATION}
_DAYS_ON = 5 / 7
"""Share of days on which one who works five days of seven is on duty."""


class SocialOrganisations(Policy):
    """Buys people of named skills; a reward for quantity speeds their visits and may spoil them."""

    card = Card(
        id="social_organisations",
        zh="社会协同",
        en="Social organisations",
        article="健全党组织领导的社会协同机制，推动社会组织规范行为、反映诉求、提供服务，"
        "发挥好其基层工作“智囊团”、深化改革“助推器”、社会和谐“黏合剂”的作用",
        changes_zh="街道购买专业服务：社会组织人员带着指定技能加入该街道社会组织的队伍，承接更多同类网格诉求。他们按合同收益选择"
        "数量和质量两项投入：奖励数量则他们每次上门更快，但挤占质量，其上门一次解决的概率下降；奖励质量则相反。原有人员不受合同影响。",
        changes_en="Streets buy service: people with the named skills join the street's social organisation, which "
        "takes more of the grid-level needs that ask for them. They choose effort for quantity and for quality by "
        "the pay-off of the contract: a reward for quantity makes their visits quicker but takes from quality, so "
        "that a visit solves the need less often; a reward for quality does the opposite. Those who were there "
        "before are not touched.",
        costs_zh="按工时支付服务费，另付奖励；街道管理合同占用工时。",
        costs_en="Service is paid by the hour, rewards besides; managing the contracts takes hours of the street.",
        parameters=(
            PolicyParameter(
                "workers", 1, "person", "每社区购买人数", "people bought for each community reached",
                "estimate to be swept", "E", 0, 50,
            ),
            PolicyParameter(
                "service", "care_and_mediation", "choice", "服务类别", "skills that are bought",
                "rules compared, not estimated", "choice", choices=tuple(_SERVICES),
            ),
            PolicyParameter(
                "share_gain", 0.15, "1", "承接率增量",
                "rise of the share of needs of these skills that social organisations take", "estimate to be swept",
            ),
            PolicyParameter(
                "reward", 0.2, "1", "数量奖励", "reward for quantity, as a share of pay",
                "estimate to be swept", "E", 0, 2,
            ),
            PolicyParameter(
                "quality_reward", 0, "1", "质量奖励", "reward for quality, as a share of pay",
                "estimate to be swept", "E", 0, 2,
            ),
            PolicyParameter(
                "substitution", 0.4, "1", "任务替代性", "how far effort for one task makes the other dearer",
                "estimate to be swept", "E", 0, 0.95,
            ),
            PolicyParameter(
                "fix_by_quality", 0.3, "1", "质量对解决率的作用",
                "share of the chance that a visit solves the need which goes with effort for quality",
                "estimate to be swept",
            ),
            PolicyParameter(
                "productivity", 1, "1", "工效", "work done an hour by bought people without any reward",
                "estimate to be swept", "E", 0.05, 2,
            ),
            PolicyParameter(
                "contract_minutes", 10, "min/person-day", "合同管理时间",
                "minutes a day of the street for each person bought", "estimate to be swept", "E", 0, 240,
            ),
        ),
        levers=("topic.social_share", "pool.overhead_minutes", "community.spending"),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Post the people bought, push what their contract makes of them, and charge for it."""
        reached = self.covered(setting, day)
        host, person, street = by_street(setting, reached, self.number("workers"))
        if len(host) == 0:
            return Actions()
        skills = _SERVICES[self.choice("service")]
        quantity, quality = efforts(*(self.number(name) for name in ("reward", "quality_reward", "substitution")))
        places, of_place = np.unique(host, return_counts=True)
        pushes = (
            Contribution("topic.social_share", topics_of(setting, reached, skills), self.number("share_gain")),
            Contribution("community.spending", places, self._rewards(setting, day, quantity, quality) * of_place),
        )  # fmt: skip
        rows = posting_rows(len(host))
        rows["person"], rows["community"], rows["home"] = person, host, host
        rows["kind"], rows["source"], rows["shift"] = R.SOCIAL_WORKER, HIRED, R.GRID_SHIFT
        rows["pool"], rows["skills"] = setting.social_pool[street], GENERAL | skills
        rows["productivity"] = min(3.0, max(0.05, self.number("productivity") * quantity))
        rows["fix"] = float(setting.par[H.FIX]) * self.number("fix_by_quality") * (quality - 1.0)
        rows["led"], rows["led_by"] = self.number("contract_minutes"), setting.street_pool[street]
        return Actions(pushes, rows)

    def _rewards(self, setting: Setting, day: int, quantity: float, quality: float) -> NDArray[np.float64]:
        """Return the reward of one person on ``day``: shares of the pay of the hours he works on average."""
        hours = int(SHIFTS[R.GRID_SHIFT, setting.calendar.kind[day]]).bit_count() / 2 * _DAYS_ON
        share = self.number("reward") * quantity + self.number("quality_reward") * quality
        return np.asarray(share * hours * float(setting.par[PAY[R.SOCIAL_WORKER]]), dtype=np.float64)
