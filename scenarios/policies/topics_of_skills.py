"""Which needs ask for a skill, and how people of a street's organisation are spread over its communities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...model.apportion import ordinals

if TYPE_CHECKING:
    from ...model.interventions import Setting

Ints = NDArray[np.int64]


def topics_of(setting: Setting, places: Ints, skills: int) -> Ints:
    """Return the topics of everyday categories that ask for one of ``skills`` (a bit mask) in communities."""
    cats = setting.catalogue.rows
    own = np.flatnonzero(((1 << cats["skill"].astype(np.int64)) & skills > 0) & (cats["shock"] < 0))
    return np.asarray((places[:, np.newaxis] * len(cats) + own).ravel())


def by_street(setting: Setting, places: Ints, people: float) -> tuple[Ints, Ints, Ints]:
    """Return host community, number within it, and street of so many people for each community, in whole ones a street.

    A street's people go round its communities in turn.
    """
    street = setting.city.communities["street"][places].astype(np.int64)
    streets, first, communities = np.unique(street, return_index=True, return_counts=True)
    number = np.rint(people * communities).astype(np.int64)
    turn, of = ordinals(number), np.repeat(np.arange(len(streets)), number)
    host = places[first[of] + turn % communities[of]]
    return host, turn // communities[of], streets[of]
