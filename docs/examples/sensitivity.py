"""SALib on our design files: sample with SALib, run the points here, analyse with any of SALib's methods."""

# %% A sample of SALib's, written as the list of points of an experiment.
import csv
from pathlib import Path

import numpy as np
from SALib.analyze import rbd_fast
from SALib.sample import latin

from cogov.experiments.campaign import run_experiment
from cogov.experiments.values import opened, values_of

problem = {
    "num_vars": 2, "names": ["demand.scale", "cadre_sinking.people_per_community"], "bounds": [[0.5, 2.0], [2, 20]],
}  # fmt: skip
points = latin.sample(problem, 24, seed=1)
with Path("points.csv").open("w", encoding="utf-8", newline="") as file:
    csv.writer(file).writerows([problem["names"], *points.tolist()])

# %% The experiment that runs these points.
FILE, OUT = Path("sensitivity.toml"), Path("sensitivity")
FILE.write_text(
    """
format = 1
name = { zh = "敏感性", en = "Sensitivity" }
question = { zh = "什么最要紧？", en = "What matters most?" }
scenarios = ["cadre_sinking"]
city = "street"
days = 4
warm_up_days = 1
follow_up_days = 1
design = { kind = "list", file = "points.csv" }
run = { replications = 1 }
""",
    encoding="utf-8",
)
run_experiment(FILE, OUT, workers=1)

# %% The response of each point, in the order of the sample, and a method of SALib's that `analyse` does not have.
store, design = opened(OUT)
response = values_of(store, design, "backlog").values[0].mean(axis=1)
drawn = np.array([[design.point(i)[name] for name in problem["names"]] for i in range(len(design))], dtype=float)
assert np.array_equal(drawn, points)
first_order = rbd_fast.analyze(problem, drawn, response, seed=1)
for name, share in zip(problem["names"], first_order["S1"], strict=True):
    print(f"{name}: {share:.0%} of the variance by itself")
