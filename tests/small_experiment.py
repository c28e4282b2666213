"""Small experiments for tests: the head of their file, some factors and designs."""

from cogov.experiments.experiment import load_experiment
from cogov.experiments.points import Design

HEAD = """
format = 1
name = { zh = "试", en = "Trial" }
question = { zh = "何如？", en = "What if?" }
scenarios = ["baseline", "cadre_sinking"]
city = "street"
days = 5
warm_up_days = 2
follow_up_days = 2
"""
PEOPLE = '[[factor]]\nname = "cadre_sinking.people_per_community"\n'
RULE = '[[factor]]\nname = "cadre_sinking.placement"\nlevels = ["uniform", "need_weighted"]\n'
DEMAND = '[[factor]]\nname = "demand.scale"\nlow = 0.5\nhigh = 2.0\n'
RANGE = "low = 2\nhigh = 40\n"


def experiment(tmp_path, *parts, head=HEAD):
    """Return the experiment of a file, and its design."""
    path = tmp_path / "trial.toml"
    path.write_text(head + "".join(parts), encoding="utf-8")
    made = load_experiment(path)
    return made, Design(made, tmp_path)


def design(kind, **more):
    """Return the text of a design's table."""
    values = {k: f'"{v}"' if isinstance(v, str) else str(v).lower() for k, v in {"kind": kind, **more}.items()}
    return "[design]\n" + "".join(f"{k} = {v}\n" for k, v in values.items())


LEVELS = PEOPLE + "levels = [2, 8]\n" + design("full_factorial")
MANY = "[run]\nreplications = 60\n"


def stop(rule, wish, measure="solution_minutes.mean", **more):
    """Return the text of a rule's table."""
    key = {"best": "indifference", "half_width": "half_width"}[rule]
    values = {"rule": f'"{rule}"', "measure": f'"{measure}"', key: wish, "first": 5, "step": 3, **more}
    return "[stop]\n" + "".join(f"{k} = {v}\n" for k, v in values.items())


BEST, NARROW = stop("best", 40.0), stop("half_width", 15.0)
