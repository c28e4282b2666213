"""From the arrays of a finished run to its result: flat measures and tidy tables."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agents import handling as H
from ..agents import responders as R
from ..agents.places import GRID_KINDS
from .accounts import load_and_cost
from .calendar import DAY
from .directory import organisations, places
from .equity import equity, trust_and_reporting
from .measures import RunResult, Summary, share
from .resilience import shock_shape
from .state import (
    C_ARISEN,
    C_CLOSED,
    C_DUE,
    C_DUPLICATES,
    C_FORCED,
    C_GRID_CLOSED,
    C_HANDUPS,
    C_LAPSED,
    C_ON_TIME,
    C_OPENED,
    C_OVERDUE_IN,
    C_OVERDUE_OUT,
    C_RATED,
    C_RATED_SOLVED,
    C_RECURRED,
    C_REOPENED,
    C_REPORTS,
    C_RETURNS,
    C_SATISFIED,
    C_SELECTIVE_RATED,
    C_SELECTIVE_SATISFIED,
    C_SOLVED,
    CAT_CLOSED,
    CAT_LOCAL,
    CAT_NEEDS,
    CAT_RESPONSE,
    CAT_SOLUTION,
    COHORT_AT_ONCE,
    COHORT_CASES,
    COHORT_LAPSED,
    COHORT_OPEN,
    COHORT_REPORTS,
    COHORT_SOLVED,
    COUNTS,
    G_NEEDS,
    G_RATED,
    G_REPORTED,
    G_RESPONSE,
    G_SATISFIED,
    G_SOLUTION,
    G_SOLVED,
    K_NEEDS,
    K_RESPONSE,
    K_SOLUTION,
    L_CLOSED,
    L_NEEDS,
    L_RESPONSE,
    L_SOLUTION,
    LEVELS,
    STAGES,
    WINDOW_CLOSED,
    WINDOW_OPENED,
    WINDOW_RESPONDED,
)

if TYPE_CHECKING:
    from .simulation import Simulation


def result(sim: Simulation) -> RunResult:
    """Return what a finished run measured.

    Raises:
        RuntimeError: If the run is not over yet.
    """
    if sim.day < sim.plan.days:
        raise RuntimeError(
            f"the run is at day {sim.day} of {sim.plan.days}: run it to the end before asking for its result"
        )
    flows = _flows(sim)
    summary: Summary = {}
    summary |= _counts(sim, flows)
    summary |= _times(sim)
    summary |= _rates(flows, sim.tables["sc"], sim.par)
    summary |= _stocks(sim)
    summary |= load_and_cost(sim)
    grids = _grids(sim)
    summary |= equity(grids)
    summary |= trust_and_reporting(sim, grids)
    summary |= _breakdowns(sim)
    summary |= _stage_means(sim)
    summary |= _resilience(sim)
    values = {k: float(v) for k, v in summary.items()}
    who, where = organisations(sim), places(sim.plan.city)
    return RunResult(values, _daily(sim), grids, _stages(sim), _phases(sim), who, where)


def _window(sim: Simulation) -> slice:
    return slice(sim.plan.warm_up_days, sim.plan.warm_up_days + sim.plan.window_days)


def _flows(sim: Simulation) -> NDArray[np.int64]:
    """Return the flows of the window over all streets, shape (counts,)."""
    return np.asarray(sim.tables["counts"][_window(sim)].sum(axis=(0, 1)))


def _counts(sim: Simulation, flows: NDArray[np.int64]) -> Summary:
    sc = sim.tables["sc"]
    arisen = int(sim.tables["stage_table"][:, :, len(STAGES)].sum())
    calls = sim.calls_upto[_window(sim).stop] - sim.calls_upto[_window(sim).start]
    return {
        "needs_arisen": arisen,
        "needs_solved": int(sc[COHORT_SOLVED]),
        "needs_lapsed": int(sc[COHORT_LAPSED]),
        "needs_open": int(sc[COHORT_OPEN]),
        "reports": int(sc[COHORT_REPORTS]),
        "cases": int(sc[COHORT_CASES]),
        "reported_share": share(sim.tables["by_grid"][:, G_REPORTED].sum(), sim.tables["by_grid"][:, G_NEEDS].sum()),
        "duplicate_share": share(flows[C_DUPLICATES], flows[C_REPORTS]),
        "hazards_ended_in_grid_share": _hazards_in_grid(sim),
        "calls.attempts": int(calls[0]),
        "calls.answered_share": share(calls[1], calls[1] + calls[2]),
        "solved_at_once_share": share(sc[COHORT_AT_ONCE], sc[COHORT_SOLVED]),
        "firm_effort": share(sim.tables["firms"]["effort"].sum(), len(sim.plan.city.firms)),
        "quits": sum(n for day, n in sim.quits.items() if _window(sim).start <= day < _window(sim).stop),
    }


def _hazards_in_grid(sim: Simulation) -> float:
    """Return the share of closed cases of hazards and disputes that ended in grid or community."""
    rows = [row for row, name in enumerate(sim.catalogue.ids) if name in ("hazard", "dispute")]
    by = sim.tables["by_category"][rows]
    return share(by[:, CAT_LOCAL].sum(), by[:, CAT_CLOSED].sum())


def _times(sim: Simulation) -> Summary:
    out: Summary = {}
    for name, table in (
        ("first_response_minutes", "hist_response"),
        ("solution_minutes", "hist_solution"),
        ("first_response_from_report_minutes", "hist_contact"),
        ("solution_from_report_minutes", "hist_from_report"),
        ("on_site_minutes", "hist_on_site"),
    ):
        n = sim.tables[table]
        total = int(n.sum())
        cumulative = np.cumsum(n)
        out[f"{name}.mean"] = share(float(np.dot(n, np.arange(len(n)))), total)
        for label, q in (("median", 0.5), ("p90", 0.9), ("p99", 0.99)):
            out[f"{name}.{label}"] = float(np.searchsorted(cumulative, q * total)) if total else float("nan")
    return out


def _rates(flows: NDArray[np.int64], sc: NDArray[np.int64], par: NDArray[np.float64]) -> Summary:
    """Return the rates; response and closure are those of the cases opened in the window, to the end of the run."""
    opened, closed = flows[C_OPENED], flows[C_CLOSED]
    rates = (
        share(sc[WINDOW_RESPONDED], sc[WINDOW_OPENED]),
        share(flows[C_RATED_SOLVED], flows[C_RATED]),
        share(flows[C_SATISFIED], flows[C_RATED]),
    )
    weights = (par[H.SCORE_RESPONSE], par[H.SCORE_RESOLUTION], par[H.SCORE_SATISFACTION])
    return {
        "response_rate": rates[0],
        "resolution_rate": rates[1],
        "satisfaction_rate": rates[2],
        "composite_score": share(float(np.dot(weights, rates)), float(sum(weights))),
        "satisfaction_rate_selective": share(flows[C_SELECTIVE_SATISFIED], flows[C_SELECTIVE_RATED]),
        "on_time_rate": share(flows[C_ON_TIME], flows[C_DUE]),
        "administrative_closure_rate": share(sc[WINDOW_CLOSED], sc[WINDOW_OPENED]),
        "forced_closure_share": share(flows[C_FORCED], closed),
        "ended_in_grid_share": share(flows[C_GRID_CLOSED], closed),
        "reopened_share": share(flows[C_REOPENED], closed),
        "recurrence_share": share(flows[C_RECURRED], flows[C_SOLVED]),
        "returns_per_case": share(flows[C_RETURNS], opened),
        "handups_per_case": share(flows[C_HANDUPS], opened),
    }


def _stock(sim: Simulation, entering: int, *leaving: int) -> NDArray[np.int64]:
    """Return a stock at the end of each day by street, shape (days, streets)."""
    counts = sim.tables["counts"]
    net = counts[:, :, entering].copy()
    for column in leaving:
        net -= counts[:, :, column]
    return np.cumsum(net, axis=0)


def _stocks(sim: Simulation) -> Summary:
    window = _window(sim)
    return {
        "backlog": float(_stock(sim, C_OPENED, C_CLOSED)[window].sum(axis=1).mean()),
        "overdue": float(_stock(sim, C_OVERDUE_IN, C_OVERDUE_OUT)[window].sum(axis=1).mean()),
    }


def _grids(sim: Simulation) -> dict[str, NDArray[Any]]:
    """Return one row a grid: place, and the window's needs with their restricted mean times."""
    g, by = sim.plan.city.grids, sim.tables["by_grid"]
    needs = by[:, G_NEEDS]
    with np.errstate(invalid="ignore", divide="ignore"):
        table: dict[str, NDArray[Any]] = {
            "grid": np.arange(len(g)),
            "key": g["key"].copy(),
            "community": g["community"].copy(),
            "street": g["street"].copy(),
            "district": g["district"].copy(),
            "kind": np.array([k[0] for k in GRID_KINDS])[g["kind"]],
            "x": g["x"].copy(),
            "y": g["y"].copy(),
            "residents": g["residents"].copy(),
            "needs": needs.copy(),
            "solved": by[:, G_SOLVED].copy(),
            "reported": by[:, G_REPORTED].copy(),
            "rated": by[:, G_RATED].copy(),
            "satisfied": by[:, G_SATISFIED].copy(),
            "first_response_minutes": np.where(needs > 0, by[:, G_RESPONSE] / needs, np.nan),
            "solution_minutes": np.where(needs > 0, by[:, G_SOLUTION] / needs, np.nan),
            "trust": np.where(g["residents"] > 0, sim.trust_sums() / g["residents"], np.nan),
        }
    return table


def _breakdowns(sim: Simulation) -> Summary:
    """Return restricted mean times by category, level and kind of grid, and at which level cases were closed."""
    by_level, by_kind, by_category = (sim.tables[f"by_{name}"] for name in ("level", "kind", "category"))
    out: Summary = {}
    for table, names, at in (
        (by_category, sim.catalogue.ids, (CAT_NEEDS, CAT_RESPONSE, CAT_SOLUTION)),
        (by_level, [level[0] for level in LEVELS], (L_NEEDS, L_RESPONSE, L_SOLUTION)),
        (by_kind, [kind[0] for kind in GRID_KINDS], (K_NEEDS, K_RESPONSE, K_SOLUTION)),
    ):
        needs, response, solution = at
        for row, name in zip(table, names, strict=True):
            if row[needs] > 0:
                out[f"first_response_of.{name}"] = float(row[response]) / float(row[needs])
                out[f"solution_of.{name}"] = float(row[solution]) / float(row[needs])
    grids = sim.tables["by_grid"]
    for code, (name, _, _) in enumerate(GRID_KINDS):
        at = sim.plan.city.grids["kind"] == code
        out[f"reported_of.{name}"] = share(grids[at, G_REPORTED].sum(), grids[at, G_NEEDS].sum())
    closed = by_level[:, L_CLOSED]
    return out | {f"closed_at.{level}": share(n, closed.sum()) for n, (level, _, _) in zip(closed, LEVELS, strict=True)}


def _stage_means(sim: Simulation) -> Summary:
    table = sim.tables["stage_table"].sum(axis=(0, 1))
    return {f"stage_minutes.{name}": share(float(table[k]), float(table[-1])) for k, (name, _, _) in enumerate(STAGES)}


def _stages(sim: Simulation) -> dict[str, NDArray[Any]]:
    """Return minutes by category, kind of grid and stage, one row each."""
    table, ids = sim.tables["stage_table"], sim.catalogue.ids
    cats, kinds, n = table.shape[0], table.shape[1], len(STAGES)
    c, k, s = (a.ravel() for a in np.meshgrid(np.arange(cats), np.arange(kinds), np.arange(n), indexing="ij"))
    return {
        "category": np.array(ids)[c],
        "grid_kind": np.array([g[0] for g in GRID_KINDS])[k],
        "stage": np.array([stage[0] for stage in STAGES])[s],
        "minutes": table[c, k, s].astype(np.float64),
        "needs": table[c, k, n],
    }


def _resilience(sim: Simulation) -> Summary:
    """Return how the first shock shows in the backlog of the city."""
    if not sim.plan.shocks:
        return {}
    backlog = _stock(sim, C_OPENED, C_CLOSED).sum(axis=1).astype(np.float64)
    first = min(sim.plan.shocks, key=lambda s: s.start)
    shape = shock_shape(backlog, first.start // DAY, -(-(first.end - first.start) // DAY))
    return {f"resilience.{f.name}": float(getattr(shape, f.name)) for f in fields(shape)} | {
        "resilience.first_help_minutes": _first_help(sim, first.start)
    }


def _first_help(sim: Simulation, start: int) -> float:
    """Return minutes from a shock's start until its first paired reserve is on duty, ``nan`` if none ever was."""
    people = sim.tables["responders"]
    came = people["from_minute"][(people["kind"] == R.RESERVE) & (people["from_minute"] >= start)]
    return float(came.min() - start) if len(came) else float("nan")


def _daily(sim: Simulation) -> dict[str, NDArray[Any]]:
    """Return flows and stocks by day for the city, its districts and its streets, one row each."""
    counts = sim.tables["counts"]
    series = {name: counts[:, :, k] for k, (name, _, _) in enumerate(COUNTS)}
    series |= {
        "open_needs": _stock(sim, C_ARISEN, C_SOLVED, C_LAPSED),
        "backlog": _stock(sim, C_OPENED, C_CLOSED),
        "overdue": _stock(sim, C_OVERDUE_IN, C_OVERDUE_OUT),
    }
    district = sim.plan.city.streets["district"]
    n_days, n_streets = counts.shape[:2]
    n_districts = len(sim.plan.city.districts)
    belongs = (district[:, None] == np.arange(n_districts)).astype(np.int64)
    columns: dict[str, list[NDArray[Any]]] = {"date": [], "level": [], "place": [], "measure": [], "value": []}
    first = np.datetime64(sim.plan.first_day, "D")
    for name in sorted(series):
        values = series[name]
        for level, at in (
            ("city", values.sum(axis=1, keepdims=True)),
            ("district", values @ belongs),
            ("street", values),
        ):
            width = at.shape[1]
            columns["date"].append(np.repeat(first + np.arange(n_days), width))
            columns["level"].append(np.full(n_days * width, level))
            columns["place"].append(np.tile(np.arange(width), n_days))
            columns["measure"].append(np.full(n_days * width, name))
            columns["value"].append(at.ravel().astype(np.float64))
    _add_trust(sim, columns, first, n_streets)
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _add_trust(sim: Simulation, columns: dict[str, list[NDArray[Any]]], first: np.datetime64, n_streets: int) -> None:
    """Add the weekly mean trust of city and streets to the daily table."""
    residents = sim.plan.city.streets["residents"]
    for day, trust in sorted(sim.trust_by_day.items()):
        city = np.array([np.average(trust, weights=residents)])
        for level, at in (("city", city), ("street", trust)):
            columns["date"].append(np.full(len(at), first + np.timedelta64(day, "D")))
            columns["level"].append(np.full(len(at), level))
            columns["place"].append(np.arange(len(at)))
            columns["measure"].append(np.full(len(at), "trust"))
            columns["value"].append(at.astype(np.float64))


def _phases(sim: Simulation) -> dict[str, Any]:
    plan = sim.plan
    return {
        "warm_up_days": plan.warm_up_days,
        "window_days": plan.window_days,
        "follow_up_days": plan.follow_up_days,
        "start": plan.start.isoformat(),
        "first_day": plan.first_day.isoformat(),
        "tau_minutes": plan.tau_days * DAY,
        "shocks": [
            {
                "id": s.id,
                "kind": s.kind,
                "start_day": s.start // DAY - plan.warm_up_days,
                "days": -(-(s.end - s.start) // DAY),
            }
            for s in plan.shocks
        ],
    }
