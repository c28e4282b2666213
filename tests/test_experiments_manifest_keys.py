"""What a manifest must say: the first key that is missing or of another kind is named."""

import copy

import pytest
from small_experiment import LEVELS
from small_experiment import experiment as of_file

from cogov import __version__
from cogov.experiments.manifest_keys import COMPARISON, KEYS, MANIFEST, OF_SIDE, RUN, lacking

WHOLE = {
    "command": "cogov compare", "format": 1, "replications": 2, "scenarios": [], "seed": 1, "seeds": [3, 4],
    "versions": {"cogov": "0", "model": "a", "policies": "b"},
}  # fmt: skip


def test_a_whole_manifest_lacks_nothing():
    assert lacking(COMPARISON, WHOLE) == ""
    assert lacking(COMPARISON, {**WHOLE, "more": None}) == ""


OTHERS = [(key, value) for key, kinds in KEYS[COMPARISON].items() for value in (None, True, {}, "x")
          if value is True or not isinstance(value, kinds)]  # fmt: skip
"""Values of another kind; none at all stands for a key that is missing."""


@pytest.mark.parametrize(("key", "value"), OTHERS)
def test_a_key_that_is_missing_or_of_another_kind_is_named(key, value):
    facts, inner = copy.deepcopy(WHOLE), key.split(".")
    holder = facts["versions"] if len(inner) > 1 else facts
    if value is None:
        del holder[inner[-1]]
    else:
        holder[inner[-1]] = value
    assert lacking(COMPARISON, facts) == key


def test_what_holds_a_key_is_named_before_the_key():
    assert lacking(COMPARISON, {**WHOLE, "versions": "0"}) == "versions"
    assert lacking(RUN, {}) == next(iter(KEYS[RUN]))


@pytest.fixture
def told(tmp_path):
    """Return what the manifest of an experiment says."""
    made, _ = of_file(tmp_path, LEVELS)
    side = {key: kind() for key, kind in OF_SIDE.items() if "." not in key}
    side["calendar"] = {"start": "2024-06-01", "warm_up_days": 2, "days": 5, "follow_up_days": 2}
    return {
        "bases": {"baseline": "a", "cadre_sinking": "b"}, "command": "", "digest": "d", "format": 1, "platform": "",
        "experiment": made.model_dump(mode="json", exclude_none=True), "runs": 6,
        "scenarios": {"baseline": side, "cadre_sinking": side},
        "versions": {"cogov": __version__, "model": "a", "policies": "b"},
    }  # fmt: skip


def without(facts, key):
    """Return facts without what a key of several words leads to."""
    facts = copy.deepcopy(facts)
    *above, last = key.split(".")
    holder = facts
    for part in above:
        holder = holder[part]
    del holder[last]
    return facts


BELOW = ["bases.baseline", "bases.cadre_sinking", "scenarios.cadre_sinking", "experiment.scenarios",
         "experiment.name.zh", "experiment.run.replications", "experiment.layers", "experiment.stop",
         *(f"scenarios.baseline.{key}" for key in OF_SIDE)]  # fmt: skip


@pytest.mark.parametrize("key", [*KEYS[MANIFEST], *BELOW])
def test_what_an_experiment_lacks_is_named_however_deep_it_lies(told, key):
    assert lacking(MANIFEST, told) == ""
    assert lacking(MANIFEST, without(told, key)) == key


def test_another_version_may_have_had_fewer_settings_of_an_experiment(told):
    old = without(told, "experiment.layers") | {"versions": {**told["versions"], "cogov": "0.0.1"}}
    assert lacking(MANIFEST, old) == ""
    assert lacking(MANIFEST, without(old, "experiment.scenarios")) == "experiment.scenarios"


def test_a_scenario_that_is_a_file_is_named_by_its_path(told):
    told["experiment"]["scenarios"] = ["baseline", "./mine.toml"]
    assert lacking(MANIFEST, told) == "bases../mine.toml"
