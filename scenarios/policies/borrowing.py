"""Helpers whom enterprises and resident units lend their community: the willing, within their idle hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...agents import responders as R
from ...model.calendar import WORKDAY
from ...model.organisations import GENERAL
from ...model.postings import FROM_UNIT, posting_rows
from ...model.roster import HELPER_HOURS
from .people import WORKDAYS_A_MONTH

if TYPE_CHECKING:
    from ...agents.columns import Rows
    from ...model.interventions import Setting

_WILLING, _ATTENDANCE = 4, 16


def borrowed(
    setting: Setting,
    instance: str,
    which: NDArray[np.bool_],
    day: int,
    take_up: float,
    most: float = np.inf,
    productivity: float = 1.0,
) -> Rows:
    """Return the helpers whom willing units lend their communities on a keyed working day.

    Args:
        setting: What the policy sees.
        instance: Policy instance that draws.
        which: Units that are asked, shape (units,).
        day: Day of the run.
        take_up: Share of the idle hours of willing units that is borrowed.
        most: Most helpers of a community at a time.
        productivity: Work they do an hour.
    """
    if setting.calendar.kind[day] != WORKDAY:
        return posting_rows(0)
    units = setting.units
    asked = np.flatnonzero(which & (units["joined"] == 1))
    chance = np.minimum(1.0, units["idle_hours"][asked] * take_up / (HELPER_HOURS * WORKDAYS_A_MONTH))
    lot = setting.uniforms(instance, units["key"][asked], _ATTENDANCE + day)
    able = lot < chance
    today, turn = asked[able], lot[able] / chance[able]
    willing = setting.uniforms(instance, units["key"][today], _WILLING) < units["willing"][today]
    chosen, turn = today[willing], turn[willing]
    chosen = chosen[np.lexsort((turn, units["community"][chosen]))]
    place = units["community"][chosen]
    within = np.arange(len(place)) - np.searchsorted(place, place) < most
    chosen, place = chosen[within], place[within]
    rows = posting_rows(len(chosen))
    rows["person"] = chosen - np.searchsorted(units["community"], place)
    rows["kind"], rows["community"], rows["source"], rows["home"] = R.UNIT_HELPER, place, FROM_UNIT, chosen
    rows["shift"], rows["skills"] = R.OFFICE, units["skills"][chosen] | GENERAL
    rows["productivity"] = productivity
    return rows


def units_of(setting: Setting, reached: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which units stand in these communities, shape (units,)."""
    return np.isin(setting.units["community"], reached)
