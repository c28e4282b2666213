"""A small register of hypotheses, and what came of running it with the made-up engine."""

import synthetic
from test_experiments_hypotheses import HEAD, one, register

from cogov.experiments.findings import find

STORM = """
[arm.storm]
scenario = "baseline"
layers = ["storm_month"]
[arm.cadres_in_storm]
scenario = "cadre_sinking"
layers = ["storm_month"]
"""


def small_register(tmp_path):
    """Return a register of two hypotheses over two loads."""
    rest = 'arm = "cadres_in_storm"\nagainst = "storm"\nloads = ["high"]'
    return register(tmp_path, one(), one(rest, key="storm"), head=HEAD + STORM)


def found_of(small, tmp_path):
    """Return the findings of a register, which lie in ``out``."""
    return find(small, out=tmp_path / "out", workers=1, engine=synthetic.engine)
