"""What a manifest must say: the first key that is missing or of another kind is named."""

import copy

import pytest

from cogov.experiments.needs import COMPARISON, NEEDS, RUN, lacking

WHOLE = {
    "command": "cogov compare", "replications": 2, "scenarios": [], "seed": 1, "seeds": [3, 4],
    "versions": {"cogov": "0", "model": "a", "policies": "b"},
}  # fmt: skip


def test_a_whole_manifest_lacks_nothing():
    assert lacking(COMPARISON, WHOLE) == ""
    assert lacking(COMPARISON, {**WHOLE, "more": None}) == ""


OTHERS = [(key, value) for key, kinds in NEEDS[COMPARISON].items() for value in (None, True, {}, "x")
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
    assert lacking(RUN, {}) == next(iter(NEEDS[RUN]))
