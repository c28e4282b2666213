"""Task teams: standing groups of people of several organisations, and what their meetings take of each.

A team knows whom to call, so a joint case need not be set up from nothing (lever ``topic.setup``). It lasts as long as
it meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .levers import Contribution

if TYPE_CHECKING:
    from .interventions import Setting


def meeting(
    setting: Setting, places: NDArray[np.int64], lines: NDArray[np.int64], hours: float, members: float
) -> tuple[Contribution, ...]:
    """Return what a meeting of the team of each community takes of those who sit in it.

    Args:
        setting: What a policy sees.
        places: Communities that have a team.
        lines: Rows of the department lines that send one each to every team of their district.
        hours: Hours of the meeting.
        members: Residents in each team, besides one of the community and one of its street.
    """
    city = setting.city
    teams = np.bincount(city.communities["street"][places], minlength=len(city.streets))
    streets = np.flatnonzero(teams)
    of_district = np.bincount(city.streets["district"], teams, minlength=len(city.districts))
    minutes = np.asarray(60.0 * hours * teams[streets], dtype=np.float64)
    return (
        Contribution("pool.overhead_minutes", setting.community_pool[places], 60.0 * hours),
        Contribution("pool.overhead_minutes", setting.street_pool[streets], minutes),
        Contribution("line.lent_hours", lines, hours * of_district[city.lines["district"][lines]]),
        Contribution("community.residents_hours", places, hours * members),
    )
