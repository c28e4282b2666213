"""The plan of an experiment: each distinct run once, by a hash of all that decides it and of nothing else."""

import itertools

import numpy as np
import pytest
from small_experiment import DEMAND, HEAD, PEOPLE, RANGE, RULE, design, experiment
from test_experiments_campaign import run, written

from cogov.experiments.analysis import analyse_folder
from cogov.experiments.extent import describe
from cogov.experiments.plan import Plan, run_id
from cogov.experiments.points import scenarios_at, seed_of
from cogov.experiments.store import MEASURES, RUNS, Store
from cogov.experiments.verify import fingerprints

TWINS = (
    'format = 1\nextends = "{base}"\nname = {{ zh = "同", en = "Twin" }}\nquestion = {{ zh = "同？", en = "Same?" }}\n'
)
LIST = "demand.scale,cadre_sinking.people_per_community\n1,2\n1.0,8\n1,2.0\n2,8\n"
DESIGNS = {
    "full_factorial": (PEOPLE + "levels = [2, 8, 2.0]\n", DEMAND, RULE, design("full_factorial")),
    "fractional_factorial": (PEOPLE + RANGE, DEMAND, RULE, design("fractional_factorial")),
    "one_at_a_time": (PEOPLE + "levels = [8, 2, 20]\n", DEMAND, RULE, design("one_at_a_time")),
    "latin_hypercube": (PEOPLE + "levels = [2, 8]\n", RULE, design("latin_hypercube", points=30)),
    "sobol": (PEOPLE + RANGE, DEMAND, design("sobol", points=4)),
    "morris": (PEOPLE + RANGE, DEMAND, design("morris", trajectories=6)),
    "list": (design("list", file="p.csv"),),
    "single": (),
}


def made(tmp_path, kind, more=""):
    """Return experiment, design and plan of a kind, with a scenario that a factor makes the same as another."""
    (tmp_path / "p.csv").write_text(LIST, encoding="utf-8")
    text = TWINS.format(base="cadre_sinking") + '[[policy]]\nuse = "cadre_sinking"\n'
    text += "parameters = { people_per_community = 17 }\n"
    (tmp_path / "twin.toml").write_text(text, encoding="utf-8")
    head = HEAD.replace('"cadre_sinking"]', '"cadre_sinking", "./twin.toml"]')
    read, d = experiment(tmp_path, *DESIGNS[kind], "[run]\nreplications = 2\n", more, head=head)
    return read, d, Plan(read, d)


def identities(read, d):
    """Return the id of every scenario at every point in every replication, each resolved by itself."""
    found = {}
    for point in range(len(d)):
        for side, scenario in enumerate(scenarios_at(read, d.point(point), d.folder).values()):
            for r in range(read.run.replications):
                found[point * len(read.scenarios) + side, r] = run_id(scenario, seed_of(read, point, r))
    return found


@pytest.mark.parametrize("seeds", ["shared", "by_point"])
@pytest.mark.parametrize("kind", DESIGNS)
def test_rows_are_one_run_exactly_where_they_resolve_to_the_same(tmp_path, kind, seeds):
    read, d, plan = made(tmp_path, kind, f'seeds = "{seeds}"\n')
    ids, seen = identities(read, d), {}
    for i, unit in enumerate(plan.units()):
        (name,) = {ids[row, unit.replication] for row in unit.rows}
        assert name not in seen
        seen[name] = unit
        assert unit.rows[0] == unit.point * 3 + read.scenarios.index(unit.scenario) == min(unit.rows)
        assert plan.number(unit) == i
        assert plan.numbers(np.array(unit.rows), unit.replication).tolist() == [i] * len(unit.rows)
        assert unit.settings == d.point(unit.point)
    assert set(seen) == set(ids.values())
    assert len(plan) == len(seen) == plan.distinct * 2
    assert sorted(row for unit in seen.values() for row in unit.rows) == sorted(row for row, _ in ids)
    if seeds == "shared" and kind != "single":
        assert len(seen) < len(ids)


def test_runs_go_through_all_points_before_the_next_replication_and_shards_part_them_evenly(tmp_path):
    read, d = experiment(
        tmp_path, PEOPLE + "levels = [2, 8, 9]\n", design("full_factorial"), "[run]\nreplications = 3\n"
    )
    plan = Plan(read, d)
    units = list(plan.units())
    assert len(units) == len(plan) == 12
    assert [u.replication for u in units] == [0] * 4 + [1] * 4 + [2] * 4
    assert [(u.scenario, u.point) for u in units[:4]] == [("baseline", 0), *(("cadre_sinking", p) for p in (0, 1, 2))]
    shards = [list(plan.units(i, 3)) for i in range(3)]
    assert [len(shard) for shard in shards] == [4, 4, 4]
    assert sorted(map(repr, itertools.chain(*shards))) == sorted(map(repr, units))


def test_a_large_plan_holds_no_runs(tmp_path):
    parts = (PEOPLE + RANGE + "steps = 1000\n", DEMAND + "steps = 500\n", design("full_factorial"))
    read, d = experiment(tmp_path, *parts, "[run]\nreplications = 1000\n")
    plan = Plan(read, d)
    assert plan.distinct == 500_000 + 500
    assert len(plan) == 1000 * plan.distinct
    last = plan.unit(len(plan) - 1)
    assert (last.replication, last.scenario, last.point, len(last.rows)) == (999, "cadre_sinking", 499_999, 1)
    assert len(plan.unit(0).rows) == 1000


def test_ids_differ_with_all_that_decides_a_result_and_with_nothing_else(tmp_path, monkeypatch):
    read, d = experiment(tmp_path, PEOPLE + "levels = [2]\n", DEMAND, design("full_factorial"))
    low, high = (scenarios_at(read, d.point(i), tmp_path) for i in (0, 1))
    own = run_id(low["cadre_sinking"], 1)
    city, days = (read.model_copy(update=change) for change in ({"city": "gulou"}, {"days": 6}))
    others = {own, run_id(low["cadre_sinking"], 2), run_id(high["cadre_sinking"], 1), run_id(low["baseline"], 1)}
    others |= {run_id(scenarios_at(one, d.point(0), tmp_path)["cadre_sinking"], 1) for one in (city, days)}
    monkeypatch.setattr("cogov.experiments.plan.versions", lambda: {"model": "another"})
    assert len({*others, run_id(low["cadre_sinking"], 1)}) == 7
    monkeypatch.undo()
    (tmp_path / "twin.toml").write_text(TWINS.format(base="cadre_sinking"), encoding="utf-8")
    other, _ = experiment(tmp_path, PEOPLE + "levels = [2]\n", DEMAND, design("full_factorial"),
                          head=HEAD.replace('"cadre_sinking"]', '"./twin.toml"]'))  # fmt: skip
    assert run_id(scenarios_at(other, d.point(0), tmp_path)["./twin.toml"], 1) == own


def test_what_is_the_same_is_run_once_and_stands_at_all_its_places(tmp_path):
    text = PEOPLE + "levels = [2, 5, 8]\n" + design("full_factorial") + "[run]\nreplications = 3\n"
    seen = []

    def counts(resolved, seed, events=None, progress=None):
        from synthetic import engine

        seen.append((resolved["id"], tuple(p["parameters"]["people_per_community"] for p in resolved["policy"]), seed))
        return engine(resolved, seed, events, progress)

    path = written(tmp_path, text)
    state = run(path, tmp_path / "out", engine=counts)
    assert len(seen) == len(set(seen)) == len(state.finished()) == 3 * (1 + 3)
    store = Store(tmp_path / "out")
    runs, rows = store.read(RUNS), store.read(MEASURES, measure="backlog")
    assert (len(runs["run"]), len(rows["run"])) == (3 * 6, 3 * 4)
    base = runs["scenario"] == "baseline"
    for r in range(3):
        assert len(set(runs["run"][base & (runs["replication"] == r)])) == 1
    assert sorted(zip(runs["point"][base], runs["cadre_sinking.people_per_community"][base], strict=True)) == [
        (p, n) for p, n in enumerate((2.0, 5.0, 8.0)) for _ in range(3)
    ]  # fmt: skip
    assert store.manifest()["runs"] == describe(path)["runs"] == 12
    assert describe(path)["rows"] == 18
    assert len(fingerprints(store)) == 12


def test_the_same_pair_of_runs_is_one_hypothesis(tmp_path):
    """Supervision knows no cadres: its effect is the same at all three points, and Holm counts it once."""
    head = HEAD.replace('"cadre_sinking"]', '"cadre_sinking", "supervision", "./twin.toml"]')
    (tmp_path / "twin.toml").write_text(TWINS.format(base="baseline"), encoding="utf-8")
    text = PEOPLE + "levels = [2, 5]\n" + design("full_factorial") + "[run]\nreplications = 6\n"

    def noisy(resolved, seed, events=None, progress=None):
        from dataclasses import replace

        from synthetic import engine

        result = engine(resolved, seed, events, progress)
        people = sum(p["parameters"].get("people_per_community", 3) for p in resolved["policy"])
        luck = np.random.default_rng([seed, int(people)]).normal(0.5, 1.0)
        return replace(result, summary={**result.summary, "backlog": result.summary["backlog"] + luck * (people > 0)})

    run(written(tmp_path, text, head=head), tmp_path / "out", engine=noisy)
    found, _ = analyse_folder(tmp_path / "out", ["backlog"])
    effects = {(e["scenario"], e["point"]): e for e in found["backlog"]["effects"]}
    assert len(effects) == 3 * 2
    for point in (0, 1):  # the twin of the baseline is the baseline: there is nothing to be found out
        assert np.isnan(effects["twin.toml", point]["p"])
        assert np.isnan(effects["twin.toml", point]["adjusted"])
        assert effects["twin.toml", point]["pair"]["difference"] == 0.0
    assert effects["supervision", 0]["adjusted"] == effects["supervision", 1]["adjusted"]
    p = sorted({effects[key]["p"] for key in (("cadre_sinking", 0), ("cadre_sinking", 1), ("supervision", 0))})
    smallest = min(effects.values(), key=lambda e: e["p"] if e["p"] == e["p"] else 2.0)
    assert smallest["adjusted"] == pytest.approx(min(1.0, 3 * p[0]))  # three hypotheses, not six
    assert len(found["backlog"]["standings"]) == 4
    assert {e["scenario"] for e in found["backlog"]["factors"]} == {"cadre_sinking"}
