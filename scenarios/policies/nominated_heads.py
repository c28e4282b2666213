"""Nominated heads: whom the party organisation puts forward heads the organisations, so that an approval falls away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.routing import PROPERTY_DESK
from .base import Card, Policy, PolicyParameter
from .topics import GROUPS, categories, streets_of, topics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...model.interventions import Setting


class NominatedHeads(Policy):
    """Spares an approval on hand-ups of some categories; firms are watched less by those outside."""

    card = Card(
        id="nominated_heads",
        zh="组织负责人推荐",
        en="Nominated heads",
        article="探索把党组织推荐人选明确为各类组织负责人",
        changes_zh="所选类别所涉组织的负责人由党组织推荐人选担任，相应事项上交少一道审批，决策等待按剩余环节数缩短。"
        "所选类别含小区物业事项时，外部监督减弱：物业企业受到的监督下降，其投入由企业自行决定。",
        changes_en="Organisations that the chosen categories concern are headed by whom the party organisation puts "
        "forward: hand-ups spare one approval, and the wait for a decision shortens with the steps left. Where the "
        "categories include matters of compounds, outside control weakens: property firms are monitored less, and "
        "decide on their effort accordingly.",
        costs_zh="人选考察占用街道和社区工时；监督减弱可能使物业企业投入下降。",
        costs_en="Vetting takes hours of streets and communities; firms that are watched less may do less.",
        parameters=(
            PolicyParameter(
                "group",
                "works",
                "choice",
                "适用类别",
                "categories whose organisations are concerned, by the department asked first",
                "groups compared, not estimated",
                "choice",
                choices=tuple(GROUPS),
            ),
            PolicyParameter(
                "share",
                0.5,
                "1",
                "推荐任职占比",
                "share of organisations so headed: of one approval step, that much is spared",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "monitoring_loss",
                0.2,
                "1",
                "监督减弱",
                "fall of a property firm's monitoring where all heads are nominated",
                "estimate to be swept",
                "E",
            ),
            PolicyParameter(
                "vetting_hours",
                4,
                "h/month",
                "考察工时",
                "hours a month of vetting for each community, spent by it and by its street alike",
                "estimate to be swept",
                "E",
                0,
                200,
            ),
        ),
        levers=("topic.approvals_spared", "firm.monitoring", "pool.overhead_minutes"),
        streams=("policy",),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Spare the approval, weaken monitoring, and charge the vetting."""
        reached = self.covered(setting, day)
        share = self.number("share")
        if len(reached) == 0 or share <= 0.0:
            return Actions()
        concerned = categories(setting, self.choice("group"))
        pushes = [Contribution("topic.approvals_spared", topics(setting, reached, concerned), share)]
        if (setting.catalogue.rows["net"][concerned] == PROPERTY_DESK).any():
            firms, part = _firms(setting, reached)
            pushes.append(Contribution("firm.monitoring", firms, -self.number("monitoring_loss") * share * part))
        minutes = self.number("vetting_hours") * 60.0 * 12 / 365
        streets, reach = streets_of(setting, reached)
        of_street = np.asarray(minutes * reach * setting.city.streets["n_communities"][streets], dtype=np.float64)
        pushes.append(Contribution("pool.overhead_minutes", setting.community_pool[reached], minutes))
        pushes.append(Contribution("pool.overhead_minutes", setting.street_pool[streets], of_street))
        return Actions(tuple(pushes))


def _firms(setting: Setting, reached: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the firms with compounds in these communities, and the share of each firm's compounds there."""
    compounds = setting.compounds
    here = (compounds["firm"] >= 0) & np.isin(compounds["community"], reached)
    n = np.bincount(compounds["firm"][here], minlength=len(setting.firms))
    rows = np.flatnonzero(n)
    return rows, n[rows] / setting.firms["compounds"][rows]
