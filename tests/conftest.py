"""Lets tests and their worker processes import the helpers that lie beside them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from hypothesis import settings

# The first example of a rule is also its compilation, so no example has a deadline; examples are the same every time.
settings.register_profile("cogov", deadline=None, derandomize=True)
settings.load_profile("cogov")
