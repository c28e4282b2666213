"""The engine and the city it runs on.

The order of these imports fixes the order of the declared parameters, on which compiled code relies.
"""

from .. import agents  # noqa: I001
from . import draws, calendar, state, shocks, organisations, months, interventions, whistles

__all__ = ["agents", "calendar", "draws", "interventions", "months", "organisations", "shocks", "state", "whistles"]
