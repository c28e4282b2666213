"""Volunteer platform: residents register with a skill, open work is posted, and those who answer are matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDIATION, PAPER, SANITATION
from ...model.postings import HIRED, posting_rows
from .base import Card, Policy, PolicyParameter
from .people import staffed

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_SKILLS = np.array([CARE, MEDIATION, SANITATION, PAPER])
_SKILL, _ANSWER = 2, 16
_MOST_PEOPLE = 4000


class VolunteerPlatform(Policy):
    """Posts registered residents who answer to communities with open work, no more than the work asks for."""

    card = Card(
        id="volunteer_platform",
        zh="志愿服务平台",
        en="Volunteer platform",
        article="必须调动多元主体和各方力量积极融入、共同参与",
        changes_zh="一部分居民带着一项专长登记为志愿者，登记人数逐步增加；各网格队伍和社区按各自待办案件数发布需求，应答者在晚间和周末编入发布的队伍，"
        "人数不超过需求；平台使任务更常按专长匹配。",
        changes_en="Some residents register as volunteers with a skill, more and more of them with time. The "
        "nets of a community and its office post as many tasks as their open work asks for; those "
        "who answer join the team that posted the task in the evening and at weekends, no more than "
        "are asked for. The platform also matches tasks to skills more often.",
        costs_zh="志愿者付出业余时间；平台需要经费；社区工作者要花时间联络当日的志愿者。",
        costs_en="Volunteers give their free time; the platform costs money; community workers spend time "
        "on those who come.",
        parameters=(
            PolicyParameter(
                "registered", 0.02, "1", "登记比例", "share of residents who register in the end",
                "estimate to be swept from 1 to 20 %", "E", 0, 0.5,
            ),
            PolicyParameter(
                "sign_up_days", 60, "day", "登记时间常数", "days until about two thirds have registered",
                "estimate to be swept", "E", 1, 1000,
            ),
            PolicyParameter(
                "answers", 0.2, "1", "应答率", "chance that one who is registered answers on a day",
                "estimate to be swept", "E",
            ),
            PolicyParameter(
                "cases_per_volunteer", 2, "cases/person", "每人承接件数", "open cases for which one volunteer is asked",
                "estimate to be swept", "E", 0.1, 100,
            ),
            PolicyParameter(
                "productivity", 0.5, "1", "工效", "productivity of volunteers", "estimate to be swept", "E", 0.05, 1.5,
            ),
            PolicyParameter(
                "matching_gain", 0.1, "1", "匹配度增量", "rise of skill matching", "estimate to be swept", "E",
            ),
            PolicyParameter(
                "contact_minutes", 10, "min/person-day", "联络时间", "minutes of workers for each volunteer of a day",
                "estimate to be swept", "E", 0, 240,
            ),
            PolicyParameter(
                "money", 30, "CNY/day", "经费", "money for each community and day",
                "estimate to be swept", "E", 0, 100_000,
            ),
        ),
        levers=("community.matching", "community.spending", "pool.overhead_minutes"),
        streams=("policy",),
    )  # fmt: skip

    def act(self, setting: Setting, day: int) -> Actions:
        """Post those who answer today to communities with open work, and charge money and contact."""
        reached = self.covered(setting, day)
        if len(reached) == 0:
            return Actions()
        rows = self._postings(setting, reached, day)
        came = np.bincount(rows["community"], minlength=len(setting.city.communities))[reached]
        minutes = np.asarray(came * self.number("contact_minutes"), dtype=np.float64)
        pushes = (
            Contribution("community.matching", reached, self.number("matching_gain")),
            Contribution("community.spending", reached, self.number("money")),
            Contribution("pool.overhead_minutes", setting.community_pool[reached], minutes),
        )
        return Actions(pushes, rows)

    def _registered(self, setting: Setting, reached: NDArray[np.int64], day: int) -> NDArray[np.int64]:
        """Return how many residents of each community have registered by ``day``."""
        share = 1.0 - np.exp(-(day - self.settings.start_day + 1) / self.number("sign_up_days"))
        residents = setting.city.communities["residents"][reached]
        registered = np.floor(residents * self.number("registered") * share)
        return np.asarray(np.minimum(registered, _MOST_PEOPLE), dtype=np.int64)

    def _postings(self, setting: Setting, reached: NDArray[np.int64], day: int) -> Rows:
        registered = self._registered(setting, reached, day)
        host, person = np.repeat(reached, registered), ordinals(registered)
        key = setting.city.communities["key"][host] << 12 | person
        answered = np.flatnonzero(setting.uniforms(self.instance, key, _ANSWER + day) < self.number("answers"))
        place = host[answered]
        turn = np.arange(len(place)) - np.searchsorted(place, place)
        pools, first, tasks = self._tasks(setting, reached)
        wanted = turn < tasks[place]
        chosen = answered[wanted]
        rows = posting_rows(len(chosen))
        rows["pool"] = pools[first[place[wanted]] + turn[wanted]]
        rows["person"], rows["community"] = person[chosen], host[chosen]
        rows["home"] = host[chosen]
        rows["kind"], rows["source"], rows["shift"] = R.MASS_VOLUNTEER, HIRED, R.WEEKEND_EVENING
        skill = setting.uniforms(self.instance, key[chosen], _SKILL)
        rows["skills"] = GENERAL | _SKILLS[(skill * len(_SKILLS)).astype(np.int64)]
        rows["productivity"] = self.number("productivity")
        return rows

    def _tasks(
        self, setting: Setting, reached: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the team of each task that is posted, and of each community where its tasks begin and their number.

        Nets and office post as many as their own queue asks for, those of a community with the longest queue first.
        """
        teams = staffed(setting, reached)
        waiting, where = setting.pools["waiting"][teams], setting.pools["community"][teams]
        order = np.lexsort((teams, -waiting, where))
        asked = np.ceil(waiting[order] / self.number("cases_per_volunteer")).astype(np.int64)
        tasks = np.bincount(where[order], asked, minlength=len(setting.city.communities)).astype(np.int64)
        return np.repeat(teams[order], asked), np.cumsum(tasks) - tasks, tasks
