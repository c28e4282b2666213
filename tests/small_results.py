"""Small results of each kind with the made-up engine, as commands leave them in a folder."""

from synthetic import FakeScenario, engine
from test_experiments_campaign import FEW, written
from test_experiments_campaign import run as run_campaign
from test_experiments_results import one_run

from cogov.experiments.compare import compare

KINDS = ("run", "comparison", "experiment")


def make_results(out):
    """Make a run, a comparison and an experiment in folders of these names, and return the folder that holds them."""
    one_run(out / "run")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking")]
    compare(sides, replications=3, workers=1, engine=engine, out=out / "comparison")
    run_campaign(written(out, f"{FEW}\n[keep]\ngrids = true\n"), out / "experiment")
    return out
