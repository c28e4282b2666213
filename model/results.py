"""From the arrays of a finished run to its result: flat measures and tidy tables."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..agents import responders as R
from ..agents.places import GRID_KINDS, OLD, VILLAGE
from .calendar import DAY
from .measures import RunResult
from .resilience import shock_shape
from .state import (
    ABANDONED,
    ANSWERED,
    ATTEMPTS,
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
    C_RESPONDED,
    C_RETURNS,
    C_SATISFIED,
    C_SELECTIVE_RATED,
    C_SELECTIVE_SATISFIED,
    C_SOLVED,
    CAT_CLOSED,
    CAT_LOCAL,
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
    STAGES,
)

if TYPE_CHECKING:
    from .simulation import Simulation

Summary = dict[str, float]


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
    summary |= _rates(flows)
    summary |= _stocks(sim)
    summary |= _load_and_cost(sim)
    grids = _grids(sim)
    summary |= _equity(grids)
    summary |= _stage_means(sim)
    summary |= _resilience(sim)
    return RunResult({k: float(v) for k, v in summary.items()}, _daily(sim), grids, _stages(sim), _phases(sim))


def _window(sim: Simulation) -> slice:
    return slice(sim.plan.warm_up_days, sim.plan.warm_up_days + sim.plan.window_days)


def _flows(sim: Simulation) -> NDArray[np.int64]:
    """Return the flows of the window over all streets, shape (counts,)."""
    return np.asarray(sim.tables["counts"][_window(sim)].sum(axis=(0, 1)))


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else float("nan")


def _counts(sim: Simulation, flows: NDArray[np.int64]) -> Summary:
    sc = sim.tables["sc"]
    arisen = int(sim.tables["stage_table"][:, :, len(STAGES)].sum())
    return {
        "needs_arisen": arisen,
        "needs_solved": int(sc[COHORT_SOLVED]),
        "needs_lapsed": int(sc[COHORT_LAPSED]),
        "needs_open": int(sc[COHORT_OPEN]),
        "reports": int(sc[COHORT_REPORTS]),
        "cases": int(sc[COHORT_CASES]),
        "reported_share": _share(sim.tables["by_grid"][:, G_REPORTED].sum(), sim.tables["by_grid"][:, G_NEEDS].sum()),
        "duplicate_share": _share(flows[C_DUPLICATES], flows[C_REPORTS]),
        "hazards_ended_in_grid_share": _hazards_in_grid(sim),
        "calls.attempts": int(sc[ATTEMPTS]),
        "calls.answered_share": _share(sc[ANSWERED], sc[ANSWERED] + sc[ABANDONED]),
        "quits": sim.quits,
    }


def _hazards_in_grid(sim: Simulation) -> float:
    """Return the share of closed cases of hazards and disputes that ended in grid or community."""
    rows = [row for row, name in enumerate(sim.catalogue.ids) if name in ("hazard", "dispute")]
    by = sim.tables["by_category"][rows]
    return _share(by[:, CAT_LOCAL].sum(), by[:, CAT_CLOSED].sum())


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
        out[f"{name}.mean"] = _share(float(np.dot(n, np.arange(len(n)))), total)
        for label, q in (("median", 0.5), ("p90", 0.9), ("p99", 0.99)):
            out[f"{name}.{label}"] = float(np.searchsorted(cumulative, q * total)) if total else float("nan")
    return out


def _rates(flows: NDArray[np.int64]) -> Summary:
    opened, closed = flows[C_OPENED], flows[C_CLOSED]
    return {
        "response_rate": min(1.0, _share(flows[C_RESPONDED], opened)),
        "resolution_rate": _share(flows[C_RATED_SOLVED], flows[C_RATED]),
        "satisfaction_rate": _share(flows[C_SATISFIED], flows[C_RATED]),
        "satisfaction_rate_selective": _share(flows[C_SELECTIVE_SATISFIED], flows[C_SELECTIVE_RATED]),
        "on_time_rate": _share(flows[C_ON_TIME], flows[C_DUE]),
        "administrative_closure_rate": min(1.0, _share(closed, opened)),
        "forced_closure_share": _share(flows[C_FORCED], closed),
        "ended_in_grid_share": _share(flows[C_GRID_CLOSED], closed),
        "reopened_share": _share(flows[C_REOPENED], closed),
        "recurrence_share": _share(flows[C_RECURRED], flows[C_SOLVED]),
        "returns_per_case": _share(flows[C_RETURNS], opened),
        "handups_per_case": _share(flows[C_HANDUPS], opened),
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
    residents = sim.plan.city.streets["residents"]
    last = max(sim.trust_by_day)
    return {
        "backlog": float(_stock(sim, C_OPENED, C_CLOSED)[window].sum(axis=1).mean()),
        "overdue": float(_stock(sim, C_OVERDUE_IN, C_OVERDUE_OUT)[window].sum(axis=1).mean()),
        "trust": float(np.average(sim.trust_by_day[last], weights=residents)),
        "participation": float(sim.tables["participation"].mean(dtype=np.float64)),
    }


def _load_and_cost(sim: Simulation) -> Summary:
    people, work = sim.tables["responders"], sim.tables["line_work"]
    n = len(R.KINDS)
    on, field, travel, busy, overhead = (
        np.bincount(people["kind"], people[name], minlength=n)
        for name in ("on_minutes", "field_minutes", "travel_minutes", "work_minutes", "overhead_minutes")
    )
    out: Summary = {"utilisation.all": _share(busy.sum() + travel.sum(), field.sum())}
    for k, (name, _, _) in enumerate(R.KINDS):
        if on[k] > 0:
            out[f"utilisation.{name}"] = _share(busy[k] + travel[k], field[k])
            out[f"person_hours.{name}"] = on[k] / 60.0
            out[f"busy_hours.{name}"] = (busy[k] + travel[k]) / 60.0
            out[f"overhead_hours.{name}"] = overhead[k] / 60.0
    out["person_hours.total"] = float(on.sum()) / 60.0
    out["busy_hours.total"] = float(busy.sum() + travel.sum()) / 60.0
    out["overhead_hours.total"] = float(overhead.sum()) / 60.0
    out["lent_hours"] = float(work["lent_minutes"].sum()) / 60.0 + float(work["taken_hours"].sum())
    out["unit_hours"] = float(sim.tables["unit_minutes"].sum()) / 60.0
    out["line_delay_days"] = _share(float(work["delay_sum"].sum()), float(work["delay_days"].sum()))
    return out


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


def gini(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return the weighted Gini coefficient: mean absolute difference over twice the mean, shape (n,) each."""
    order = np.argsort(values, kind="stable")
    v, w = values[order], weights[order]
    whole, total = w.sum(), float(np.dot(v, w))
    if whole <= 0 or total <= 0:
        return float("nan")
    below = np.cumsum(w) - w / 2.0
    return float(2.0 * np.dot(v * w, below) / (total * whole) - 1.0)


def _weighted_quantile(values: NDArray[np.float64], weights: NDArray[np.float64], q: float) -> float:
    order = np.argsort(values, kind="stable")
    cumulative = np.cumsum(weights[order])
    return float(values[order][min(len(values) - 1, int(np.searchsorted(cumulative, q * cumulative[-1])))])


def _equity(grids: dict[str, NDArray[Any]]) -> Summary:
    """Return inequality of the restricted mean time to solution over grids, weighted by needs."""
    at = grids["needs"] > 0
    if not at.any():
        return dict.fromkeys(
            ("equity.gini", "equity.p90_p10", "equity.theil", "equity.old_over_commercial", "equity.village_over_city"),
            float("nan"),
        )
    v, w, kind = grids["solution_minutes"][at], grids["needs"][at].astype(float), grids["kind"][at]
    mean = float(np.average(v, weights=w))
    ratio = v / mean if mean > 0 else np.ones_like(v)

    def of(mask: NDArray[np.bool_]) -> float:
        return float(np.average(v[mask], weights=w[mask])) if mask.any() else float("nan")

    names = np.array([k[0] for k in GRID_KINDS])
    log = np.log(np.where(ratio > 0, ratio, 1.0))
    return {
        "equity.gini": gini(v, w),
        "equity.p90_p10": _share(_weighted_quantile(v, w, 0.9), _weighted_quantile(v, w, 0.1)),
        "equity.theil": float(np.average(ratio * log, weights=w)),
        "equity.old_over_commercial": of(kind == names[OLD]) / of(kind == names[0]),
        "equity.village_over_city": of(kind == names[VILLAGE]) / of(kind != names[VILLAGE]),
    }


def _stage_means(sim: Simulation) -> Summary:
    table = sim.tables["stage_table"].sum(axis=(0, 1))
    return {f"stage_minutes.{name}": _share(float(table[k]), float(table[-1])) for k, (name, _, _) in enumerate(STAGES)}


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
    return {f"resilience.{f.name}": float(getattr(shape, f.name)) for f in fields(shape)}


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
            columns["date"].append(np.full(len(at), first + day))
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
