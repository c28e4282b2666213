"""Who is who in the results: the places and organisations whose rows the other tables name, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agents.places import LINES
from .city import City
from .state import CITY_LINE, COMMUNITY, GRID_NET, LEVELS, LINE, MASS, POOL_KINDS, PROPERTY, SOCIAL, STREET

if TYPE_CHECKING:
    from .simulation import Simulation

NETS: tuple[tuple[str, str, str], ...] = (
    ("party", "党建", "Party building"),
    ("political_legal", "政法", "Political and legal affairs"),
    ("civil_affairs", "民政", "Civil affairs"),
    ("urban_management", "城管", "Urban management"),
    ("petitions", "信访", "Petitions"),
)
"""The five nets of a community's grid workers, in the order of their codes: identifier, Chinese, English."""

_CALLED: dict[int, tuple[str, str]] = {
    COMMUNITY: ("办公室", "office"),
    PROPERTY: ("物业", "property staff"),
    STREET: ("办事处", "office"),
    SOCIAL: ("社会组织", "social organisation"),
    MASS: ("群团组织", "mass organisation"),
}
"""What stands behind the name of the place, by kind of organisation; nets and lines have names of their own."""

_TABLES = (("district", "districts"), ("street", "streets"), ("community", "communities"), ("grid", "grids"))

Columns = dict[str, NDArray[Any]]


def organisations(sim: Simulation) -> Columns:
    """Return one row an organisation: what ``organisation`` in the event log means.

    ``members`` counts those on its roster at the start, without those whom a policy posts and without the party
    members whom it may call up. ``line`` and ``net`` are empty where there is none; ``community``, ``street`` and
    ``district`` are places, -1 for an organisation that serves more than one.
    """
    pools, city = sim.tables["pools"], sim.plan.city
    lines, nets = ([code for code, _, _ in names] for names in (LINES, NETS))
    return {
        "organisation": np.arange(len(pools)),
        "key": pools["key"].copy(),
        "kind": np.array([code for code, _, _ in POOL_KINDS])[pools["kind"]],
        "level": np.array([code for code, _, _ in LEVELS])[pools["level"]],
        "line": np.array([lines[k] if k >= 0 else "" for k in pools["line"]]),
        "net": np.array([nets[k] if 0 <= k < len(nets) else "" for k in pools["net"]]),
        "zh": np.array([_name(city, pool, "zh") for pool in pools]),
        "en": np.array([_name(city, pool, "en") for pool in pools]),
        "community": pools["community"].astype(np.int64),
        "street": pools["street"].astype(np.int64),
        "district": pools["district"].astype(np.int64),
        "members": sim.pool_size.astype(np.int64),
    }


def _name(city: City, pool: Any, lang: str) -> str:
    """Return what an organisation is called: its place, and what it is there."""
    zh, kind = lang == "zh", int(pool["kind"])
    if kind in (LINE, CITY_LINE):
        whole = city.spec.name.zh if zh else city.spec.name.en
        place = whole if kind == CITY_LINE else city.name_of("districts", int(pool["district"]), lang)
        what = LINES[int(pool["line"])][1 if zh else 2]
    else:
        table, row = ("communities", pool["community"]) if pool["community"] >= 0 else ("streets", pool["street"])
        place = city.name_of(table, int(row), lang)
        what = _net(int(pool["net"]), zh) if kind == GRID_NET else _CALLED[kind][0 if zh else 1]
    return f"{place}{what}" if zh else f"{place}, {what[0].lower()}{what[1:]}"


def _net(net: int, zh: bool) -> str:
    return f"{NETS[net][1]}网" if zh else f"{NETS[net][2]} net"


def places(city: City) -> Columns:
    """Return one row a place: what ``place`` means in the daily table and ``grid`` in that of grids.

    ``parent`` is the place on the level above that holds it, -1 for the city.
    """
    columns: dict[str, list[NDArray[Any]]] = {
        "level": [np.array(["city"])], "place": [np.array([0])], "key": [np.array([0])],
        "zh": [np.array([city.spec.name.zh])], "en": [np.array([city.spec.name.en])], "parent": [np.array([-1])],
    }  # fmt: skip
    above = ""
    for level, table in _TABLES:
        rows = getattr(city, table)
        n = len(rows)
        columns["level"].append(np.full(n, level))
        columns["place"].append(np.arange(n))
        columns["key"].append(rows["key"].copy())
        for lang in ("zh", "en"):
            columns[lang].append(np.array([city.name_of(table, k, lang) for k in range(n)]))
        columns["parent"].append(rows[above].astype(np.int64) if above else np.zeros(n, dtype=np.int64))
        above = level
    return {name: np.concatenate(parts) for name, parts in columns.items()}
