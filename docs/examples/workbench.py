"""The model in the EMA workbench (`pip install ema_workbench`): uncertainties, levers and outcomes, and its PRIM.

The workbench samples scenarios (what nobody decides) and policies (what somebody does), runs all pairs, and looks for
the boxes of uncertainties in which a policy fails.
"""

# %% One run, as a function of uncertainties and levers.
import numpy as np
from ema_workbench import IntegerParameter, Model, Policy, RealParameter, ScalarOutcome, perform_experiments
from ema_workbench.analysis import prim

from cogov.scenarios.city_model import CityModel

DAYS = {"city": "street", "days": 3, "warm_up_days": 1, "follow_up_days": 1}


def governed(demand: float = 1.0, turnout: float = 0.8, people: int = 8, seed: int = 1) -> dict[str, float]:
    """Return measures of one run of cadre sinking."""
    settings = {"demand.scale": demand, "cadre_sinking.turnout": turnout, "cadre_sinking.people_per_community": people}
    model = CityModel("cadre_sinking", seed=seed, settings=settings, **DAYS)
    model.run_to_end()
    summary = model.result().summary
    return {"backlog": summary["backlog"], "hours": summary["person_hours.total"]}


# %% What the workbench must know of it.
workbench = Model("governed", function=governed)
workbench.uncertainties = [RealParameter("demand", 0.5, 2.0), RealParameter("turnout", 0.4, 1.0)]
workbench.levers = [IntegerParameter("people", 0, 20)]
workbench.outcomes = [ScalarOutcome("backlog"), ScalarOutcome("hours")]

# %% All pairs of 20 scenarios and 2 policies.
policies = [Policy("few", people=2), Policy("many", people=16)]
experiments, outcomes = perform_experiments(workbench, scenarios=20, policies=policies)
print(experiments.groupby("policy", observed=True).size())

# %% In which boxes is the backlog among the worst third?
bad = outcomes["backlog"] > np.quantile(outcomes["backlog"], 2 / 3)
box = prim.Prim(experiments[["demand", "turnout"]], bad, threshold=0.5).find_box()
assert box is not None
print(box.peeling_trajectory[["coverage", "density", "mass"]].tail(1))
