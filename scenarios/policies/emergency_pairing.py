"""Emergency pairing: municipal and district units are assigned to communities and come when a shock strikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.apportion import ordinals
from ...model.interventions import LENDABLE, Actions
from ...model.levers import Contribution
from ...model.organisations import CARE, GENERAL, MEDICAL, REPAIR, shares
from ...model.postings import FROM_LINE, posting_rows
from .base import Card, Policy, PolicyParameter
from .people import WORKDAYS_A_MONTH

if TYPE_CHECKING:
    from ...model.interventions import Setting

_MOST_PEOPLE = 4000
_PAIRS = 2


class EmergencyPairing(Policy):
    """Keeps a paired reserve on call for each community; a shock puts it on duty after exactly its delay."""

    card = Card(
        id="emergency_pairing",
        zh="挂钩应急处置",
        en="Emergency pairing",
        article="完善市、区单位挂钩村（社区）应急处置机制",
        changes_zh="市、区单位预先与社区结对；冲击发生后，经过启动时长和路程，结对人员到社区值守。"
        "结对规则：随机——抽签结对；就近——由办公地点最近的单位承担，直至其可抽调人员用完；"
        "均衡——各单位按可抽调人数（编制的一定比例）均摊；按需派驻——单位同样均摊，而脆弱居民多的社区得到更多人。"
        "同级部门在模型中集中办公，因此只有一个区的城市里“就近”无从选择。"
        "工时中用于处置的比例由名册参数“挂钩力量处置时段占比”决定。",
        changes_en="Municipal and district units are paired with communities beforehand; when a shock strikes, the "
        "paired people are on duty in the community after the delay and the way there. Rules: random, pairs are drawn "
        "by lot; nearest, the unit with the nearest office takes a community until it can spare nobody more; balanced, "
        "units share the load by the people they can spare (a share of head-count); need-weighted, units share it "
        "likewise, and communities with more vulnerable residents get more people. Departments of one level sit "
        "together in the model, so in a city of one district the nearest rule has no choice. What share of their hours "
        "is field time is a number of the roster: field share of paired reserves on duty.",
        costs_zh="值守期间单位失去工时；平时有演练工时。",
        costs_en="Units lose the hours while the reserve is out, and drill hours in ordinary times.",
        parameters=(
            PolicyParameter(
                "people_per_community",
                8,
                "person",
                "每社区结对人数",
                "paired people for each community reached, within what units can spare",
                "Qinhuai July 2021: 57 units sent about 600 members to 73 sites, 8.2 a site; to be swept",
                "D",
                0,
                200,
            ),
            PolicyParameter(
                "delay_minutes",
                120,
                "min",
                "启动时长",
                "minutes from the beginning of a shock to duty, before travel",
                "estimate: 2 hours, to be swept from half an hour to a day",
                "E",
                0,
                10080,
            ),
            PolicyParameter(
                "productivity",
                0.7,
                "1",
                "工效",
                "productivity of paired people",
                "estimate to be swept",
                "E",
                0.05,
                1.5,
            ),
            PolicyParameter(
                "drill_hours",
                2,
                "h/month",
                "演练时间",
                "drill hours a month of each paired person",
                "estimate to be swept",
                "E",
                0,
                100,
            ),
            PolicyParameter(
                "rule",
                "need_weighted",
                "choice",
                "结对规则",
                "how units are paired with communities",
                "rules compared, not estimated",
                "choice",
                choices=("random", "nearest", "balanced", "need_weighted"),
            ),
        ),
        levers=("line.lent_hours",),
        streams=("policy",),
        hooks=("midnight", "shock"),
    )

    def act(self, setting: Setting, day: int) -> Actions:
        """Keep the paired people on call and charge drill hours to their lines, by working day."""
        return self.standing(self._pair, setting, self.covered(setting, day))

    def _pair(self, setting: Setting, reached: NDArray[np.int64]) -> Actions:
        """Return who is paired with these communities; it holds as long as they are the same."""
        given = self._pairs(setting, reached)
        place, line = np.nonzero(given)
        host, home = (np.repeat(rows, given[place, line]) for rows in (reached[place], line))
        km = _kilometres(setting, reached)[place, line]
        rows = posting_rows(len(host))
        rows["person"] = ordinals(given.sum(axis=1))
        rows["kind"], rows["community"] = R.RESERVE, host
        rows["source"], rows["home"], rows["shift"] = FROM_LINE, home, R.LONG_DAY
        rows["skills"] = GENERAL | REPAIR | CARE | MEDICAL
        rows["productivity"] = self.number("productivity")
        travel = np.repeat(km, given[place, line]) * setting.par[R.MINUTES_PER_KM_CAR]
        rows["delay"] = np.rint(self.number("delay_minutes") + travel)
        drill = given.sum(axis=0) * self.number("drill_hours") / WORKDAYS_A_MONTH
        lines = np.flatnonzero(drill)
        pushes = (Contribution("line.lent_hours", lines, drill[lines]),) if len(lines) else ()
        return Actions(pushes, rows)

    def _pairs(self, setting: Setting, reached: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many people each line is to send to each community, shape (communities reached, lines).

        A community is served by lines of its own district and of the city, each within what it can spare.
        """
        asked = self._asked(setting, reached)
        district = setting.city.communities["district"][reached]
        by_district = np.bincount(district, asked, minlength=len(setting.city.districts)).astype(np.int64)
        spare = _spare(setting, by_district)
        lot = self._lots(setting, reached)
        far = _kilometres(setting, reached) if self.choice("rule") == "nearest" else np.zeros(lot.shape)
        given = np.zeros(lot.shape, dtype=np.int64)
        for d in np.unique(district):
            at, lines = np.flatnonzero(district == d), np.flatnonzero(spare[d])
            wanted, room = asked[at], spare[d][lines]
            total = min(int(wanted.sum()), int(room.sum()))
            if total == 0:
                continue
            wanted = shares(wanted, total)
            if self.choice("rule") in ("balanced", "need_weighted"):
                room = shares(room, total)
            cells = np.ix_(at, lines)
            given[cells] = _fill(np.lexsort((lot[cells].ravel(), far[cells].ravel())), wanted, room)
        return given

    def _asked(self, setting: Setting, reached: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the people wanted by community: the same everywhere, or by the vulnerable residents of each."""
        total = round(self.number("people_per_community") * len(reached))
        if total == 0:
            return np.zeros(len(reached), dtype=np.int64)
        weight = np.ones(len(reached))
        if self.choice("rule") == "need_weighted":
            weight = setting.shock_weight[reached] + 1e-3  # so that somebody comes even where nobody is vulnerable
        return np.minimum(shares(weight, total), _MOST_PEOPLE)

    def _lots(self, setting: Setting, reached: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the lot of each pair of a community and a line, a fixed uniform of their keys."""
        place, line = setting.city.communities["key"][reached], setting.city.lines["key"]
        keys = place[:, np.newaxis] << 12 | line
        return setting.uniforms(self.instance, keys.ravel(), _PAIRS).reshape(keys.shape)


def _fill(order: NDArray[np.int64], wanted: NDArray[np.int64], room: NDArray[np.int64]) -> NDArray[np.int64]:
    """Go through all pairs in ``order`` and give each what the community still wants and the line still has."""
    given = np.zeros((len(wanted), len(room)), dtype=np.int64)
    want, left = wanted.tolist(), room.tolist()
    for pair in order.tolist():
        i, j = divmod(pair, len(left))
        n = min(want[i], left[j])
        if n > 0:
            given[i, j] = n
            want[i] -= n
            left[j] -= n
    return given


def _spare(setting: Setting, asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the people whom each line can spare for each district, shape (districts, lines).

    A district's lines serve it alone; people of the city's lines go where those of the districts do not suffice, so
    that the load of all is even as far as that can be.
    """
    lines = setting.city.lines
    can = np.floor(lines["headcount"] * setting.par[LENDABLE]).astype(np.int64)
    spare = np.zeros((len(asked), len(lines)), dtype=np.int64)
    city = lines["district"] < 0
    own = np.flatnonzero(~city)
    spare[lines["district"][own], own] = can[own]
    part = _beyond(asked, spare.sum(axis=1), int(can[city].sum()))
    if part.any():
        for row in np.flatnonzero(city):
            spare[:, row] = shares(part, int(can[row]))
    return spare


def _beyond(asked: NDArray[np.int64], own: NDArray[np.int64], city: int) -> NDArray[np.float64]:
    """Return what each district asks for beyond its own units' even part of the load, when the city's share it too."""
    short = asked > 0
    beyond = np.zeros(len(asked))
    while city > 0 and short.any() and not beyond.any():
        rest = asked - asked[short].sum() / (own[short].sum() + city) * own
        if (rest[short] < 0).any():
            short &= rest > 0  # a district with plenty needs nobody of the city
        else:
            beyond = np.where(short, rest, 0.0)
    return beyond


def _kilometres(setting: Setting, reached: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return kilometres (taxicab) from the office of each line to each community's, shape (communities, lines)."""
    city, pools = setting.city, setting.pools
    of_line = np.flatnonzero(pools["line_row"] >= 0)
    office = np.empty(len(city.lines), dtype=np.int64)
    office[pools["line_row"][of_line]] = pools["grid"][of_line]
    place = pools["grid"][setting.community_pool[reached]][:, np.newaxis]
    cells = sum(np.abs(city.grids[axis][place] - city.grids[axis][office]) for axis in ("x", "y"))
    return np.asarray(cells * city.districts["cell_km"][city.communities["district"][reached]][:, np.newaxis])
