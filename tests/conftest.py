"""Lets tests and their worker processes import the helpers that lie beside them."""

import gc
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from hypothesis import settings

# The first example of a rule is also its compilation, so no example has a deadline; examples are the same every time.
settings.register_profile("cogov", deadline=None, derandomize=True)
settings.load_profile("cogov")


def pytest_collection_finish():
    """Take all that the tests consist of out of the sight of the collector of garbage.

    Each run of a comparison is preceded by a full collection. Among the objects of some thousand tests that took a
    second, and comparisons of made-up runs, of which many files make one, a quarter of a minute.
    """
    gc.collect()
    gc.freeze()


def pytest_runtest_teardown(item, nextitem):
    """Do so with what a file of tests leaves behind, too."""
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()
