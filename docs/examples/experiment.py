"""An experiment from its file to its answer, cell by cell: open it as a notebook, or run it as a program.

The folder of results is made where it is run. It takes about a minute, since its city is a single street and its days
are few; for an answer that counts, give it the city and the weeks that the question is about.
"""

# %% The file. Six days in one street: how many cadres in each community, and does it depend on how much there is to do?
from pathlib import Path

from cogov.experiments.analysis import effects
from cogov.experiments.campaign import run_experiment
from cogov.experiments.discovery import discoveries
from cogov.experiments.rounds import outcome, sentence
from cogov.experiments.values import opened, values_of

FILE = Path("cadres.toml")
FILE.write_text(
    """
format = 1
name = { zh = "派驻人数", en = "How many cadres" }
question = { zh = "派驻多少人最有效？", en = "How many cadres help most?" }
scenarios = ["baseline", "cadre_sinking"]
city = "street"
days = 4
warm_up_days = 1
follow_up_days = 1

[[factor]]
name = "cadre_sinking.people_per_community"
levels = [2, 12]

[design]
kind = "full_factorial"

[run]
replications = 12

[stop]
rule = "best"
measure = "first_response_minutes.mean"
indifference = 120.0
first = 4
step = 2
""",
    encoding="utf-8",
)

# %% Run it. Run this cell again, or after a crash: only what is missing is run.
OUT = Path("cadres")
state = run_experiment(FILE, OUT, workers=1)
print(f"{len(state.finished())} runs are finished, {len(state.failures)} failed")

# %% It stops by itself as soon as it knows which alternative is best, and says so.
found = outcome(OUT)
assert found is not None
print(sentence(found))

# %% Paired differences from the baseline, point by point, with intervals.
store, design = opened(OUT)
values = values_of(store, design, "first_response_minutes.mean")
for effect in effects(values):
    pair = effect.pair
    print(f"point {effect.point}: {pair.difference:+.0f} min ({pair.low:+.0f} to {pair.high:+.0f}), n = {pair.n}")

# %% Where is the policy better? Two points are too few to look for a rule, and that is what it says.
for discovery in discoveries(values, design):
    print(f"{discovery.scenario} is better at {discovery.wins:.0%} of {discovery.points} points: {discovery.verdict}")

# %% The tables are plain Parquet, for pandas as for Polars and DuckDB.
import pandas as pd

runs, measures = pd.read_parquet(OUT / "runs"), pd.read_parquet(OUT / "measures")
table = measures[measures["measure"] == "backlog"].merge(runs, on="run")
print(table.groupby(["scenario", "point"], observed=True)["value"].agg(["mean", "std", "count"]))
