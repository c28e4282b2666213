"""How much work the catalogue of needs brings to each net and each department line: what rosters are planned by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..agents.places import GRID_KINDS, LINES
from .city import City
from .incidents import Catalogue

NETS = 5
_DISTRICT, _CITY = 3, 4
JOURNEY = 0.5
"""Hours of travel by which a roster is planned, for each party of a visit."""


def _needs(city: City, catalogue: Catalogue, owner: str, rows: int) -> NDArray[np.float64]:
    """Return needs a year of each everyday category in each place, shape (rows, categories)."""
    g = city.grids
    thousands = np.zeros((rows, len(GRID_KINDS)))
    np.add.at(thousands, (g[owner], g["kind"]), g["residents"] / 1000.0)
    return np.asarray(thousands @ catalogue.rows["rate"].T * (catalogue.rows["shock"] < 0))


def net_workload(city: City, catalogue: Catalogue) -> NDArray[np.float64]:
    """Return hours a year of work and travel for the nets 0 to 4 in each community, shape (communities, 5)."""
    needs = _needs(city, catalogue, "community", len(city.communities))
    load = np.zeros((len(city.communities), NETS))
    for k, cat in enumerate(catalogue.rows):
        if cat["net"] < NETS:
            load[:, cat["net"]] += needs[:, k] * cat["levels"][0] * (cat["work"] / 60.0 + JOURNEY)
    return load


def line_workload(city: City, catalogue: Catalogue) -> NDArray[np.float64]:
    """Return hours a year of work and travel of the twelve lines, shape (districts + 1, 12); last the city's own.

    A line works on what only it may finish, and as a party of joint cases; parties share the work evenly.
    """
    needs = _needs(city, catalogue, "district", len(city.districts))
    load = np.zeros((len(city.districts) + 1, len(LINES)))
    for k, cat in enumerate(catalogue.rows):
        for parties, chance in enumerate(cat["parties"], start=1):
            for level, share in enumerate(cat["levels"]):
                part = needs[:, k] * float(chance * share) * (cat["work"] / 60.0 / parties + JOURNEY)
                if level == _DISTRICT:
                    load[:-1, cat["lines"][0]] += part
                elif level == _CITY:
                    load[-1, cat["lines"][0]] += part.sum()
                for p in range(1, parties):
                    line = cat["lines"][min(3, p if level >= _DISTRICT else p - 1)]
                    load[:-1, line if line >= 0 else cat["lines"][0]] += part
    return load
