"""How long a city takes to build from its file."""

from __future__ import annotations

from ...model.city import build_city
from ...scenarios.city_files import load_spec
from .lines import Line, Settings, measured, seconds

CITIES = ("street", "gulou", "nanjing")


def measure(settings: Settings) -> list[Line]:
    """Return the seconds of building each shipped city up to the one that the settings name."""
    build_city(load_spec("street"))  # compiles, or loads, what building needs
    wanted = CITIES[: CITIES.index(settings.city) + 1] if settings.city in CITIES else (settings.city,)
    lines = []
    for name in wanted:
        spec = load_spec(name)
        taken = [seconds(lambda spec=spec: build_city(spec)) for _ in range(settings.repeats)]  # type: ignore[misc]
        people = f"{spec.total('residents'):,} residents, {spec.total('grids'):,} grids"
        lines.append(measured("building", f"{name}_s", f"building {name}", "s", taken, "< 10", people))
    return lines
