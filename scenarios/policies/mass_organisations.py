"""Mass organisations: volunteers of women's, youth and union organisations take needs of their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...agents import responders as R
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDIATION, PAPER, SANITATION
from ...model.postings import HIRED, posting_rows
from .base import Card, Policy, PolicyParameter
from .topics_of_skills import by_street, topics_of

if TYPE_CHECKING:
    from ...model.interventions import Setting

_SKILLS = {"women": CARE | MEDIATION, "youth": CARE | SANITATION, "union": MEDIATION | PAPER}
_TURNOUT = 16
_MONTH = 30


class MassOrganisations(Policy):
    """Posts volunteers of named skills to mass organisations, which then take more of the needs that ask for these."""

    card = Card(
        id="mass_organisations",
        zh="群团带动",
        en="Mass organisations",
        article="健全党组织领导的群团带动机制，统筹配置使用群团组织工作资源，更好发挥群团组织团结教育、维护权益、服务群众功能",
        changes_zh="妇联、共青团、工会的志愿者在晚间和周末加入街道群团队伍，各有其技能：妇联——照护与调解，共青团——照护与环卫，"
        "工会——调解与文书窗口。群团队伍承接更多同类网格诉求。志愿者每天按到岗率来或不来；来得少，承接的诉求就排队。",
        changes_en="Volunteers of the women's federation, the youth league and the unions join the street's mass "
        "organisation in evenings and at weekends, each with its skills: women, care and mediation; youth, care and "
        "sanitation; unions, mediation and paperwork. It takes more of the grid-level needs that ask for these. "
        "Volunteers turn out or not from day to day; if few do, what was taken waits.",
        costs_zh="社区为当日到岗者花时间协调；志愿者付出服务和培训时间。",
        costs_en="Communities spend time on coordinating those who turn out; volunteers give hours of service and "
        "training.",
        parameters=(
            PolicyParameter(
                "volunteers", 6, "person", "每社区志愿者", "volunteers for each community reached",
                "estimate to be swept", "E", 0, 200,
            ),
            PolicyParameter(
                "organisation", "all_three", "choice", "群团组织",
                "whose volunteers are organised, or the three in turn", "rules compared, not estimated",
                "choice", choices=("all_three", *_SKILLS),
            ),
            PolicyParameter(
                "turnout", 0.3, "1", "到岗率", "chance that a volunteer turns out on a day", "estimate to be swept",
            ),
            PolicyParameter(
                "share_gain", 0.05, "1", "承接率增量",
                "rise of the share of needs of these skills that mass organisations take", "estimate to be swept",
            ),
            PolicyParameter(
                "productivity", 0.6, "1", "工效", "work done an hour, 1 for an experienced worker",
                "estimate to be swept", "E", 0.05, 1.5,
            ),
            PolicyParameter(
                "coordination_minutes", 10, "min/person-day", "协调时间",
                "minutes of the community for each volunteer who turns out", "estimate to be swept", "E", 0, 240,
            ),
            PolicyParameter(
                "training_hours", 1, "h/month", "培训时间", "hours of training a month of each volunteer",
                "estimate to be swept", "E", 0, 100,
            ),
        ),
        levers=("topic.mass_share", "pool.overhead_minutes", "community.residents_hours"),
        streams=("policy",),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Post those who turn out today, give their organisation its share, and charge coordination and training."""
        reached = self.covered(setting, day)
        host, person, street = by_street(setting, reached, self.number("volunteers"))
        if len(host) == 0:
            return Actions()
        whose = self.choice("organisation")
        masks = np.array(list(_SKILLS.values()) if whose == "all_three" else [_SKILLS[whose]])
        key = setting.city.communities["key"][host] << 12 | person
        here = setting.uniforms(self.instance, key, _TURNOUT + day) < self.number("turnout")
        came, all_told = (np.bincount(of, minlength=len(setting.city.communities)) for of in (host[here], host))
        minutes = self.number("coordination_minutes") * came[reached].astype(np.float64)
        trained = self.number("training_hours") / _MONTH * all_told[reached].astype(np.float64)
        topics = topics_of(setting, reached, int(np.bitwise_or.reduce(masks)))
        pushes = (
            Contribution("topic.mass_share", topics, self.number("share_gain")),
            Contribution("pool.overhead_minutes", setting.community_pool[reached], minutes),
            Contribution("community.residents_hours", reached, trained),
        )
        host, person, street = host[here], person[here], street[here]
        rows = posting_rows(len(host))
        rows["person"], rows["community"], rows["home"] = person, host, host
        rows["kind"], rows["source"], rows["shift"] = R.MASS_VOLUNTEER, HIRED, R.WEEKEND_EVENING
        rows["pool"], rows["skills"] = setting.mass_pool[street], GENERAL | masks[person % len(masks)]
        rows["productivity"] = self.number("productivity")
        return Actions(pushes, rows)
