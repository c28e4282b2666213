"""How much work the catalogue of needs brings to each organisation in an ordinary year: what rosters are planned by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..agents import handling as H
from ..agents import responders as R
from ..agents.places import GRID_KINDS, LINES
from .city import City
from .geography import seat
from .incidents import Catalogue
from .routing import CARE_SKILL, MEDIATION_SKILL, PROPERTY_DESK

NETS = 5
_OWN, _STREET, _DISTRICT, _CITY = 1, 2, 3, 4

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Workload:
    """Hours a year of work and travel that the catalogue brings.

    Attributes:
        nets: The five nets and the own pool of each community, shape (communities, 6).
        property: The property firms' team of each community, shape (communities,).
        street: Street offices, shape (streets,).
        social: Social organisations, shape (streets,).
        lines: Department lines of the districts, last the city's own, shape (districts + 1, 12).
    """

    nets: Floats
    property: Floats
    street: Floats
    social: Floats
    lines: Floats


def workload(city: City, catalogue: Catalogue, par: Floats) -> Workload:
    """Return the work of all organisations.

    A need is finished by the level that may; what does not come by phone is looked at by the grid first. Parties of a
    joint case share its work evenly, and each of them travels. Tasks of shocks count for no roster.
    """
    places = city.communities
    everywhere = np.ones(len(city.grids), dtype=bool)
    needs, managed = _needs(city, catalogue, everywhere), _needs(city, catalogue, _managed(city))
    near = _journeys(city, "community", par, R.MINUTES_PER_KM)
    far = _journeys(city, "street", par, R.MINUTES_PER_KM)[places["street"]]
    drive = _journeys(city, "street", par, R.MINUTES_PER_KM_CAR)[places["street"]]
    nets, firms = np.zeros((len(places), NETS + 1)), np.zeros(len(places))
    street, social = np.zeros(len(places)), np.zeros(len(places))
    lines = np.zeros((len(places), len(LINES)))
    town = np.zeros(len(LINES))
    for k, cat in enumerate(catalogue.rows):
        desk = cat["net"] == PROPERTY_DESK
        theirs = managed[:, k] if desk else np.zeros(len(places))
        ours = needs[:, k] - theirs
        net = min(int(cat["net"]), NETS)
        levels = [float(share) for share in cat["levels"]]
        seen = sum(levels[_STREET:]) * (1.0 - float(cat["phone"]))
        work = float(cat["work"]) / 60.0
        part = work * float((cat["parties"] / np.arange(1, 5)).sum())
        look = par[H.DIAGNOSIS] * work + near
        lent = [0.0, 0.0]
        if MEDIATION_SKILL <= cat["skill"] <= CARE_SKILL:
            lent = [float(par[H.SOCIAL_SHARE]), float(par[H.MASS_SHARE])]
        firms += theirs * (levels[0] * (part + near) + (levels[_OWN] + seen) * look)
        nets[:, net] += ours * (levels[0] * (1.0 - sum(lent)) * (part + near) + seen * look)
        nets[:, NETS] += ours * levels[_OWN] * (part + near)
        social += ours * levels[0] * lent[0] * (part + far)
        street += (needs[:, k] * levels[_STREET] + theirs * levels[_OWN]) * (part + far)
        lead = cat["lines"][0]
        lines[:, lead] += needs[:, k] * levels[_DISTRICT] * (part + drive)
        town[lead] += float((needs[:, k] * levels[_CITY] * (part + drive)).sum())
        for parties, chance in enumerate(cat["parties"], start=1):
            for level, share in enumerate(levels):
                for p in range(1, parties):
                    line = cat["lines"][min(3, p if level >= _DISTRICT else p - 1)]
                    lines[:, line if line >= 0 else lead] += (
                        needs[:, k] * float(chance) * share * (work / parties + drive)
                    )
    by_district = np.zeros((len(city.districts), len(LINES)))
    np.add.at(by_district, places["district"], lines)
    by_street = np.asarray(np.arange(len(city.streets))[:, None] == places["street"], dtype=np.float64)
    return Workload(nets, firms, by_street @ street, by_street @ social, np.vstack([by_district, town]))


def _managed(city: City) -> NDArray[np.bool_]:
    """Return the grids whose compound has a property firm, in communities that have a firm's team."""
    g, compounds = city.grids, city.compounds
    if len(compounds) == 0:
        return np.zeros(len(g), dtype=bool)
    firm = compounds["firm"] >= 0
    team = np.isin(g["community"], compounds["community"][firm])
    return np.asarray(team & (g["compound"] >= 0) & firm[g["compound"]])


def _needs(city: City, catalogue: Catalogue, where: NDArray[np.bool_]) -> Floats:
    """Return needs a year in some grids of each community, by everyday category, shape (communities, categories)."""
    g = city.grids[where]
    thousands = np.zeros((len(city.communities), len(GRID_KINDS)))
    np.add.at(thousands, (g["community"], g["kind"]), g["residents"] / 1000.0)
    return np.asarray(thousands @ catalogue.rows["rate"].T * (catalogue.rows["shock"] < 0))


def _journeys(city: City, owner: str, par: Floats, pace: int) -> Floats:
    """Return mean hours of a journey from the seat of each community or street to a grid of its own."""
    g, places = city.grids, city.communities if owner == "community" else city.streets
    seats = np.array([seat(city.grids["key"], np.flatnonzero(g[owner] == p)) for p in range(len(places))])
    home = seats[g[owner]]
    cells = np.abs(g["x"] - g["x"][home]) + np.abs(g["y"] - g["y"][home])
    mean = np.bincount(g[owner], cells, minlength=len(places)) / np.bincount(g[owner], minlength=len(places))
    cell_km = city.districts["cell_km"][places["district"]]
    return np.asarray((par[R.SET_OUT] + mean * cell_km * par[pace]) / 60.0)
