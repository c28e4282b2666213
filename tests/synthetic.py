"""A made-up engine for tests of outputs: plausible numbers for 110 grids, in no time and without a city."""

import os
import time
import zlib
from dataclasses import asdict
from types import SimpleNamespace

import numpy as np

from cogov.model.measures import RunResult
from cogov.model.resilience import shock_shape
from cogov.model.state import LOG

CATEGORIES = ("sanitation", "facility", "noise", "parking")
KINDS = ("commercial", "old", "village", "exclusive")
STAGES = {
    "unnoticed": 400.0, "unreported": 1500.0, "acceptance": 240.0, "misrouting": 120.0, "off_shift": 700.0,
    "paperwork": 150.0, "queue_grid": 500.0, "queue_street": 250.0, "queue_line": 150.0, "travel": 25.0,
    "coordination": 180.0, "decision": 300.0, "work": 90.0, "retry": 15.0, "closed_unsolved": 200.0,
}  # fmt: skip
HELP = {"baseline": 0.0, "cadre_sinking": 0.25, "alliance_lists": 0.1, "emergency_pairing": 0.04}
SIDE, DAYS, WARM_UP, SHOCK_DAY = (11, 10), 60, 20, 30


NAMES = {"baseline": "基线", "cadre_sinking": "党员干部下沉", "alliance_lists": "党建联盟四张清单",
         "emergency_pairing": "挂钩应急处置"}  # fmt: skip


class FakeScenario:
    """What `compare` and `run_scenario` ask of a scenario, without files."""

    def __init__(self, name="baseline", shock=True, **changes):
        self.id = name
        policy = {
            "use": name,
            "id": name,
            "intensity": 1.0,
            "start": "2024-06-01",
            "end": None,
            "where": {},
            "parameters": {"people_per_community": 9.0} if name == "cadre_sinking" else {},
        }
        storm = {"id": "storm", "kind": "rainstorm", "start": "2024-06-11T16:00:00", "days": 3, "severity": 1.0}
        self.plain = {
            "format": 1, "id": name, "city": "street", "layers": ["storm_month"] if shock else [],
            "name": {"zh": NAMES.get(name, name), "en": name.replace("_", " ").capitalize()},
            "question": {"zh": f"{name} 使居民的问题解决得更快吗？", "en": f"Does {name} solve needs sooner?"},
            "calendar": {"start": "2024-06-01", "days": 30, "warm_up_days": WARM_UP, "follow_up_days": 10},
            "demand": {"scale": 1.0}, "parameters": {},
            "shock": [storm] if shock else [],
            "policy": [] if name == "baseline" else [policy],
            **changes,
        }  # fmt: skip
        self.policies = self.plain["policy"]
        self.question = SimpleNamespace(**self.plain["question"])

    def resolved(self):
        return dict(self.plain)

    def digest(self):
        return f"{zlib.crc32(repr(sorted(self.plain.items(), key=str)).encode()):08x}"


def engine(resolved, seed, events=None, progress=None):
    """Return a made-up result: the seed sets the luck of the replication, the policies shift it."""
    luck = np.random.default_rng(seed)
    own = np.random.default_rng([seed, zlib.crc32(str(resolved["id"]).encode())])
    help_ = sum(HELP.get(p["use"], 0.0) for p in resolved["policy"])
    level = 1.0 + 0.08 * luck.standard_normal()
    noise = lambda size=0.01: 1.0 + size * own.standard_normal() * (help_ > 0)  # noqa: E731
    stages = {
        name: minutes
        * level
        * noise()
        * (1 - help_ if name in ("queue_grid", "queue_street", "off_shift", "paperwork") else 1)
        for name, minutes in STAGES.items()
    }
    stages["coordination"] *= 1 + 0.6 * help_
    total = sum(stages.values())
    hours = {
        "community_workers": 52_000.0,
        "grid_workers": 41_000.0,
        "cadres": 60_000.0 * help_,
        "line_officers": 9_000.0,
    }
    hours = {k: v if k == "grid_workers" else v * noise() for k, v in hours.items()}
    if progress:
        for day in range(DAYS):
            progress(day + 1, DAYS)
    if events is not None:
        for day in range(DAYS):
            rows = LOG.rows(5)
            rows["incident"], rows["minute"], rows["kind"] = np.arange(5), np.arange(5) + 1440 * day, np.arange(5)
            events(rows)
    minutes = {
        "first_response_minutes": 1900 * level * (1 - 0.5 * help_) * noise(), "solution_minutes": total,
        "first_response_from_report_minutes": 400 * level * (1 - 0.4 * help_) * noise(),
        "solution_from_report_minutes": 0.6 * total, "on_site_minutes": 2600 * level * (1 - 0.4 * help_) * noise(),
    }  # fmt: skip
    summary = {
        "needs_arisen": 9000.0, "needs_solved": 8100.0, "needs_lapsed": 300.0, "needs_open": 600.0 * level,
        "reports": 9500.0, "cases": 8000.0,
        **{f"{k}.{point}": v * factor for k, v in minutes.items()
           for point, factor in (("mean", 1.0), ("median", 0.6), ("p90", 2.4), ("p99", 5.5))},
        "response_rate": min(1.0, 0.93 + 0.05 * help_ - 0.1 * (level - 1)),
        "resolution_rate": 0.81 / level * noise() + 0.1 * help_, "on_time_rate": 0.88 / level * noise() + 0.15 * help_,
        "satisfaction_rate": 0.84 / level * noise() + 0.08 * help_, "administrative_closure_rate": 0.97,
        "ended_in_grid_share": 0.80 + 0.05 * help_, "returns_per_case": 0.11 * level,
        "backlog": 420 * level * (1 - help_) * noise(), "overdue": 60 * level * (1 - help_) * noise(),
        **{f"person_hours.{k}": v for k, v in hours.items()}, "person_hours.total": sum(hours.values()),
        **{f"money_cny.{k}": 50 * v for k, v in hours.items()}, "money_cny.total": 50 * sum(hours.values()),
        **{f"solution_of.{kind}": total * (1 + 0.1 * i) for i, kind in enumerate(KINDS)},
        "equity.old_over_commercial": 1.05 * level * noise(0.05),
        "line_delay_days": (4.1 + 6 * help_) * level, "utilisation.community_workers": 0.62 * level * (1 - 0.3 * help_),
        "equity.gini": 0.21 * level * (1 - 0.2 * help_) * noise(0.05), "equity.p90_p10": 3.3 * level * noise(0.05),
        **{f"stage_minutes.{k}": v for k, v in stages.items()}, "trust": 0.61 + 0.02 * help_, "participation": 0.3,
        "calls.answered_share": float("nan"),
    }  # fmt: skip
    daily = _daily(resolved, luck, own, level, help_)
    if resolved["shock"]:
        city = (daily["level"] == "city") & (daily["measure"] == "backlog")
        curve = daily["value"][city][np.argsort(daily["date"][city])]
        summary |= {f"resilience.{k}": v for k, v in asdict(shock_shape(curve, SHOCK_DAY, 3)).items()}
    return RunResult(
        summary, daily, _grids(luck, own, level, help_), _stage_rows(stages), _phases(resolved), _who(), _where()
    )


def _who():
    """Return the two streets, the second one first."""
    text = {"kind": "street", "level": "street", "line": "", "net": ""}
    return {
        "organisation": np.arange(2), "key": np.array([7, 9]), **{name: np.full(2, x) for name, x in text.items()},
        "zh": np.array(["乙街道", "甲街道"]), "en": np.array(["Street B", "Street A"]), "community": np.full(2, -1),
        "street": np.array([1, 0]), "district": np.zeros(2, dtype=int), "members": np.array([20, 30]),
    }  # fmt: skip


def _where():
    """Return the city and its two streets, the last one first."""
    return {
        "level": np.array(["street", "street", "city"]), "place": np.array([1, 0, 0]), "key": np.array([2, 1, 0]),
        "zh": np.array(["乙街道", "甲街道", "小城"]), "en": np.array(["Street B", "Street A", "Town"]),
        "parent": np.array([0, 0, -1]),
    }  # fmt: skip


def _phases(resolved):
    shocks = [
        {"id": s["id"], "kind": s["kind"], "start_day": SHOCK_DAY - WARM_UP, "days": s["days"]}
        for s in resolved["shock"]
    ]
    return {"warm_up_days": WARM_UP, "window_days": 30, "follow_up_days": 10, "start": "2024-06-01",
            "tau_minutes": 43200, "shocks": shocks}  # fmt: skip


def _daily(resolved, luck, own, level, help_):
    day = np.arange(DAYS)
    arrivals = luck.poisson(300 * level * (1 + 0.1 * np.cos(day * 2 * np.pi / 7))).astype(float)
    storm = np.where((day >= SHOCK_DAY) & (day < SHOCK_DAY + 3), 250.0, 0.0) if resolved["shock"] else np.zeros(DAYS)
    arrivals += storm
    backlog, capacity, left = np.zeros(DAYS), 330 * level * (1 + 0.3 * help_ * (day >= WARM_UP)), 350.0 * level
    solved = np.zeros(DAYS)
    for d in day:
        solved[d] = min(left + arrivals[d] - 250, capacity[d]) + (own.normal(0, 3) if help_ and d >= WARM_UP else 0)
        left = left + arrivals[d] - solved[d]
        backlog[d] = left
    dates = np.datetime64("2024-06-01") - WARM_UP + day
    rows = []
    for name, curve in (("solved", solved), ("arisen", arrivals), ("backlog", backlog)):
        for where, place, share in (("city", 0, 1.0), ("street", 1, 0.4), ("street", 0, 0.6)):
            rows.append((dates, np.full(DAYS, where), np.full(DAYS, place), np.full(DAYS, name), curve * share))
    columns = [np.concatenate(column) for column in zip(*rows, strict=True)]
    shuffled = own.permutation(len(columns[0]))
    names = ("date", "level", "place", "measure", "value")
    return {name: column[shuffled] for name, column in zip(names, columns, strict=True)}


def _grids(luck, own, level, help_):
    wide, high = SIDE
    n = wide * high
    x, y = np.arange(n) % wide, np.arange(n) // wide
    lasting = np.random.default_rng(7)
    burden = 1 + 0.4 * np.sin(x / 3) * np.cos(y / 2) + 0.1 * lasting.standard_normal(n)
    needs = luck.poisson(60 * burden.clip(0.2))
    solution = (
        4800
        * level
        * burden
        * (1 - help_ * (0.3 + 1.2 * (burden > 1)))
        * (1 + 0.02 * own.standard_normal(n) * (help_ > 0))
    )
    solution[3] = np.nan
    return {
        "grid": np.arange(n), "key": np.arange(n) + 1, "community": (x // 3) + 4 * (y // 3), "street": x // 6,
        "district": np.zeros(n, dtype=np.int64), "kind": np.array(KINDS)[lasting.integers(0, 4, n)], "x": x, "y": y,
        "residents": lasting.integers(300, 1200, n), "needs": needs,
        "solved": (needs * 0.9).astype(np.int64), "first_response_minutes": solution * 0.4,
        "solution_minutes": solution,
        "reported": needs * 4 // 5, "rated": needs // 2, "satisfied": needs * 2 // 5,
        "trust": 0.6 + 0.05 * lasting.standard_normal(n),
    }  # fmt: skip


def _stage_rows(stages):
    rows = [
        (c, k, s, minutes * (100 + 20 * i) * (0.8 + 0.1 * i), 100 + 20 * i)
        for i, c in enumerate(CATEGORIES)
        for k in KINDS
        for s, minutes in stages.items()
    ]
    category, kind, stage, minutes, needs = zip(*rows, strict=True)
    return {
        "category": np.array(category),
        "grid_kind": np.array(kind),
        "stage": np.array(stage),
        "minutes": np.array(minutes),
        "needs": np.array(needs),
    }


def dies_once(resolved, seed, events=None, progress=None):
    """Kill the worker process the first time that a marked task is met."""
    mark = resolved["mark"]
    if not os.path.exists(mark):
        with open(mark, "w", encoding="utf-8"):
            pass
        os._exit(9)
    return engine(resolved, seed, events, progress)


def dies_always(resolved, seed, events=None, progress=None):
    """Kill the worker process every time."""
    os._exit(9)


def divide(x):
    """Fail on zero."""
    return 1 / x


def sleep_and_tell(task):
    """Print the worker's id and sleep for longer than a test would wait."""
    os.write(1, f"{os.getpid()}\n".encode())  # in one piece, for two workers write at the same time
    time.sleep(120)


def kills_its_worker(resolved, seed, events=None, progress=None):
    """Kill the worker on the point with many people."""
    if any(p["parameters"].get("people_per_community") == 8 for p in resolved["policy"]):
        os._exit(9)
    return engine(resolved, seed, events, progress)


def kills_once(resolved, seed, events=None, progress=None):
    """Kill the worker the first time."""
    mark = os.environ["COGOV_TEST_MARK"]
    if not os.path.exists(mark):
        open(mark, "w", encoding="utf-8").close()
        os._exit(9)
    return engine(resolved, seed, events, progress)


def dies_on_three(i):
    """Return a number, and kill the worker on three."""
    if i == 3:
        os._exit(9)
    return i


def hangs(resolved, seed, events=None, progress=None):
    """Hang for ever in Python on the point with many people, without a word about any day."""
    if any(p["parameters"].get("people_per_community") == 8 for p in resolved["policy"]):
        while True:
            time.sleep(0.01)
    return engine(resolved, seed, events, progress)


def hangs_compiled(resolved, seed, events=None, progress=None):
    """Hang for ever in compiled code, which holds the interpreter's lock, on the point with many people."""
    if any(p["parameters"].get("people_per_community") == 8 for p in resolved["policy"]):
        import numba

        @numba.njit
        def spins(x):
            while x >= 0:
                x = (x + 1) % 7
            return x

        spins(seed % 7)
    return engine(resolved, seed, events, progress)


def hangs_once(resolved, seed, events=None, progress=None):
    """Hang the first time."""
    mark = os.environ["COGOV_TEST_MARK"]
    if not os.path.exists(mark):
        open(mark, "w", encoding="utf-8").close()
        time.sleep(600)
    return engine(resolved, seed, events, progress)
