"""The residents of a city: one row each, drawn in one pass over keyed draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents import places as P
from ..agents.columns import Rows
from ..agents.rules import entry
from .city_file import CitySpec
from .draws import CITY, RESIDENT, normal, uniforms
from .housing import unit_sizes

_AGES = np.array([
    # 0-14, 15-34, 35-59, 60-79, 80 and over, by kind of grid: census shares shifted by kind (estimate)
    [0.14, 0.32, 0.38, 0.13, 0.03],
    [0.11, 0.24, 0.36, 0.23, 0.06],
    [0.12, 0.20, 0.38, 0.24, 0.06],
    [0.08, 0.55, 0.30, 0.06, 0.01],
])  # fmt: skip
_VULNERABLE = np.array([0.02, 0.01, 0.03, 0.12, 0.35])
"""Share who need care or are easily harmed, by age band: an estimate."""
_MEMBERS_BY_AGE = np.array([0.0, 0.7, 1.2, 1.7, 1.5])
"""Party membership by age band against the mean: an estimate."""
_TRUST_BY_KIND = np.array([0.60, 0.56, 0.66, 0.60])
RESIDENTS_OF_GRID = 1 << 20
"""A grid has fewer residents than this, so that grid and number make a key."""

_HOURS_A_HEAD = 0.5
"""Hours a month that a unit could lend for each employee."""


def build_residents(
    spec: CitySpec, grids: Rows, units: Rows, keys: NDArray[np.uint64]
) -> dict[str, NDArray[np.generic]]:
    """Draw all residents, sorted by grid; units get their staff and the hours they could lend."""
    n = int(grids["residents"].sum())
    out: dict[str, NDArray[np.generic]] = {
        "grid": np.repeat(np.arange(len(grids), dtype=np.int32), grids["residents"]),
        "age": np.empty(n, np.uint8), "flags": np.empty(n, np.uint8), "trust": np.empty(n, np.float32),
        "participation": np.empty(n, np.float32), "employer": np.full(n, -1, np.int32),
    }  # fmt: skip
    size = np.cumsum(unit_sizes(units, keys[CITY])) if len(units) else np.zeros(0, dtype=np.int64)
    in_district = np.bincount(units["district"], minlength=len(spec.district))
    first = np.concatenate([[0], np.cumsum(in_district)])
    ages = np.cumsum(_AGES, axis=1)
    adults = _AGES @ _MEMBERS_BY_AGE
    shares = np.array([spec.stock.party_share, spec.stock.in_service_share, spec.stock.reported_share,
                       spec.stock.employed_share])  # fmt: skip
    _draw(keys[RESIDENT], grids["district"].copy(), grids["kind"].copy(), grids["residents"].copy(), ages,
          _VULNERABLE, _MEMBERS_BY_AGE, adults, shares, _TRUST_BY_KIND, size, first, out["age"], out["flags"],
          out["trust"], out["participation"], out["employer"])  # fmt: skip
    staff = np.bincount(out["employer"][out["employer"] >= 0], minlength=len(units))  # type: ignore[operator]
    units["staff"] = np.maximum(1, staff)
    units["idle_hours"] = np.minimum(400.0, units["staff"] * _HOURS_A_HEAD)
    return out


@entry
def _draw(
    key: Any, district: Any, kind: Any, count: Any, ages: Any, vulnerable: Any, members: Any, adults: Any, shares: Any,
    trust_of: Any, size: Any, first: Any, age: Any, flags: Any, trust: Any, participation: Any, employer: Any,
) -> None:  # fmt: skip
    """Fill the columns of all residents; a resident's key is (grid row, number in the grid)."""
    i = 0
    for g in range(count.shape[0]):
        k = kind[g]
        low = first[district[g]]
        high = first[district[g] + 1]
        for number in range(count[g]):
            who = g * RESIDENTS_OF_GRID + number
            u, v = uniforms(key, who, 0)
            band = 0
            while band < 4 and u > ages[k, band]:
                band += 1
            mark = 0
            a, b = uniforms(key, who, 1)
            if v < vulnerable[band]:
                mark |= P.VULNERABLE
            working = band == 1 or band == 2
            c, d = uniforms(key, who, 2)
            if a < shares[0] * members[band] / adults[k]:
                mark |= P.MEMBER
                if working and b < min(1.0, shares[1] * 1.45):
                    mark |= P.IN_SERVICE
                    if c < shares[2]:
                        mark |= P.REPORTED
            if working and high > low and (mark & P.IN_SERVICE or d < shares[3] * 1.2):
                mark |= P.EMPLOYED
                base = size[low - 1] if low > 0 else 0
                target = base + np.int64(c * (size[high - 1] - base))
                left = low
                right = high - 1
                while left < right:
                    middle = (left + right) // 2
                    if size[middle] > target:
                        right = middle
                    else:
                        left = middle + 1
                employer[i] = left
            age[i] = band
            flags[i] = mark
            z = normal(key, who, 3)
            trust[i] = min(1.0, max(0.0, trust_of[k] + 0.15 * z))
            x, _ = uniforms(key, who, 4)
            bonus = 0.15 if mark & P.MEMBER else 0.0
            participation[i] = min(1.0, bonus + 0.9 * math.exp(0.9 * math.log(x)) * 0.7)
            i += 1
