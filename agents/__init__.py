"""Who is in the city: stakeholders, their columns, rules and decisions.

The order of these imports fixes the order of the declared parameters.
"""

from . import columns, parameters, rules  # noqa: I001
from . import responders, rosters, residents, handling, offices, places, units, committees, pay

__all__ = [
    "columns",
    "committees",
    "handling",
    "offices",
    "parameters",
    "pay",
    "places",
    "residents",
    "responders",
    "rosters",
    "rules",
    "units",
]
