"""``CityModel``: a scenario, by name, file or content, as a Mesa model."""

from __future__ import annotations

import datetime as dt
import inspect
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import Any, ClassVar

from mesa import DataCollector
from mesa.discrete_space import OrthogonalMooreGrid

from ..model.calendar import DAY
from ..model.city import City
from ..model.measures import MEASURES, RunResult
from ..model.plan import RunPlan, ShockPlan
from ..model.simulation import EventSink, Simulation
from ..model.state import COUNTS
from .categories import catalogue_of, season
from .errors import Problem, ScenarioError
from .layers import build_grid, refresh
from .loader import load_scenario
from .places import load_city, reach
from .registry import make_policies
from .schema import Scenario, Shock
from .sentences import t
from .settings import ARGUMENT

_MEASURED = tuple(key for key in MEASURES if not key.endswith(".*"))


class CityModel(Simulation):
    """One run of a scenario; a step is a day.

    ``datacollector`` gathers, day by day, the date, the seed, the flows of the whole city under ``day.arisen``,
    ``day.solved`` and so on, and every measure of `MEASURES` that is not a family: these are ``nan`` until the last
    day. So
    ``mesa.batch_run(CityModel, {"scenario": ["baseline", "cadre_sinking"], "city": "street", "seed": range(5)})``
    returns one row of measures a run. There a `Scenario` or a dictionary has to stand in a list, as ``batch_run``
    would take it apart. The same seed is the same run: ``iterations=5`` repeats it, unless the parameters say
    ``"seed": None`` (from Mesa 3.4 on: ``rng=[None] * 5``). `grid` shows the city's lattice with property layers.

    Args:
        scenario: Name or path of a scenario, a `Scenario`, or what ``Scenario.resolved()`` returned.
        seed: Seed of the run's draws, a whole number of at least 0; ``None`` draws a fresh one, which `run_seed` and
            the column ``seed`` of the data collector tell. The city is made from the seed in its own file, the same
            for all runs.
        events: Receives the event log in pieces; ``None`` keeps none.
        city: Another city, a shipped name or a path; this and what follows only with a scenario by name or path.
        days: Another length of the window, days.
        start: Another first day of the window, a date or its ISO form.
        warm_up_days: Another length of the warm-up, days.
        follow_up_days: Another length of the follow-up, days.
        layers: Scenarios laid over this one, a name or several.
        settings: Single values by name; see ``load_scenario``.
        rng: What Mesa's newer tools call the seed, as in ``batch_run(..., rng=range(5))``; where given, it is the seed.

    Attributes:
        what_if: The `Scenario` that is run.
        run_seed: The seed of its draws.

    Raises:
        ScenarioError: For a scenario, a city file or a seed that cannot be used.
        TypeError: For overrides of a scenario that is already resolved.
    """

    REBUILT: ClassVar[frozenset[str]] = Simulation.REBUILT | {"what_if", "_grid"}

    def __init__(
        self,
        scenario: str | Path | Scenario | Mapping[str, Any] = "baseline",
        seed: int | None = 1,
        events: EventSink | None = None,
        *,
        city: str | Path | None = None,
        days: int | None = None,
        start: dt.date | str | None = None,
        warm_up_days: int | None = None,
        follow_up_days: int | None = None,
        layers: str | Iterable[str | Path] = (),
        settings: Mapping[str, Any] | None = None,
        rng: int | None = None,
    ) -> None:
        run_seed = _seed("seed", seed) if rng is None else _seed("rng", rng)
        wishes = {
            "city": city,
            "days": days,
            "start": _date(start) if isinstance(start, str) else start,
            "warm_up_days": warm_up_days,
            "follow_up_days": follow_up_days,
            "layers": ([layers] if isinstance(layers, str) else list(layers)) or None,
            "settings": settings,
        }
        self.what_if = _scenario(scenario, {key: value for key, value in wishes.items() if value is not None})
        self._result: RunResult | None = None
        super().__init__(plan_of(self.what_if), run_seed, events)
        self._season = season(self.what_if, self.catalogue)
        self._yearly_rate = self.catalogue.rows["rate"].copy()
        self._grid: OrthogonalMooreGrid | None = None
        self.datacollector = DataCollector(model_reporters=_reporters())

    def step(self) -> None:
        """Run one day and collect it; after the last one the run is over."""
        before = self.day
        super().step()
        if self.day > before:
            if self._grid is not None:
                self.refresh_layers()
            self.datacollector.collect(self)

    def _plan_day(self) -> None:
        """Bring the rates of needs to the month of today before its needs are drawn."""
        if self._season is not None:
            month = self.calendar.date(self.day).month
            self.catalogue.rows["rate"] = self._yearly_rate * self._season[month - 1][:, None]
        super()._plan_day()

    @property
    def grid(self) -> OrthogonalMooreGrid:
        """The city's lattice with the property layers of `layers.LAYERS`; from its first use on, each step fills them.

        It is built on first use, since Nanjing's takes a fifth of a second and 17 MB. What is written to a layer does
        not reach the engine.
        """
        if self._grid is None:
            self._grid = build_grid(self)
        return self._grid

    def refresh_layers(self) -> None:
        """Fill the layers of `grid` as things stand, as after a change from outside between two steps."""
        refresh(self.grid, self)

    def result(self) -> RunResult:
        """Return what the finished run measured.

        Raises:
            RuntimeError: If the run is not over yet.
        """
        if self._result is None:
            self._result = super().result()
        return self._result


def _shown_to_mesa() -> inspect.Signature:
    """Return the constructor's parameters without ``seed``.

    From Mesa 3.4 on, ``batch_run`` asks the signature: a class with ``seed`` gets its own ``rng`` argument, even
    ``None``, in that place, over the seeds that its parameters list. A class without gets it as ``rng``.
    """
    own = inspect.signature(CityModel.__init__)
    return own.replace(parameters=[p for name, p in own.parameters.items() if name not in ("self", "seed")])


CityModel.__signature__ = _shown_to_mesa()


def plan_of(scenario: Scenario) -> RunPlan:
    """Return what the engine needs of a scenario: the city, the days, shocks in minutes, policies with their reach."""
    city = load_city(scenario.city, scenario.city_digest)
    calendar = scenario.calendar
    return RunPlan(
        city=city,
        start=calendar.start,
        window_days=calendar.days,
        warm_up_days=calendar.warm_up_days,
        follow_up_days=calendar.follow_up_days,
        demand=scenario.demand.scale,
        parameters=scenario.parameters,
        shocks=tuple(_shock(shock, calendar.first, city) for shock in scenario.shocks),
        policies=tuple(make_policies(scenario, city)),
        catalogue=catalogue_of(scenario),
    )


def _scenario(scenario: str | Path | Scenario | Mapping[str, Any], wishes: Mapping[str, Any]) -> Scenario:
    if isinstance(scenario, str | Path):
        return load_scenario(scenario, **wishes)
    if wishes:
        raise TypeError(f"{', '.join(wishes)}: can be set only for a scenario given by name or path")
    return scenario if isinstance(scenario, Scenario) else Scenario.from_resolved(scenario)


def _seed(name: str, seed: Any) -> int:
    """Return a seed that was given, or a fresh one below 2^48 for ``None``."""
    if seed is None:
        return secrets.randbits(48)
    if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
        reason = t("must be a whole number of at least 0, or None for a fresh one")
        raise ScenarioError(Problem(ARGUMENT, name, reason, seed))
    return int(seed)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        reason = t("must be a date such as 2024-06-01")
        raise ScenarioError(Problem(ARGUMENT, "start", reason, text)) from None


def _shock(shock: Shock, first: dt.date, city: City) -> ShockPlan:
    start = int((shock.start - dt.datetime.combine(first, dt.time())).total_seconds() // 60)
    where = shock.where.filters()
    mask = reach(where, city, f"shock.{shock.id}.where") if where else None
    return ShockPlan(shock.id, shock.kind, start, start + max(1, round(shock.days * DAY)), shock.severity, mask)


def _reporters() -> dict[str, Callable[[CityModel], Any]]:
    """Return what is collected after each day, by name."""
    found: dict[str, Callable[[CityModel], Any]] = {"date": _day_done, "seed": _seed_of}
    found |= {f"day.{name}": partial(_flow, column=i) for i, (name, _, _) in enumerate(COUNTS)}
    return found | {key: partial(_measured, key=key) for key in _MEASURED}


def _day_done(model: CityModel) -> str:
    return model.calendar.date(model.day - 1).isoformat()


def _seed_of(model: CityModel) -> int:
    return model.run_seed


def _flow(model: CityModel, column: int) -> int:
    return int(model.tables["counts"][model.day - 1, :, column].sum())


def _measured(model: CityModel, key: str) -> float:
    return model.result().summary.get(key, float("nan")) if model.day == model.days_total else float("nan")
