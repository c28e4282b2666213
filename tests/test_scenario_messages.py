"""Findings of a schema in words: the key, what is allowed with its range and meaning, and the near miss."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cogov.scenarios.errors import ABSENT, Problem
from cogov.scenarios.messages import allowed_keys, described, key_path, range_of
from cogov.scenarios.schema import Calendar, Demand, Scenario
from cogov.scenarios.sentences import t

AT = Problem("f.toml", "k", t(""), line=3)


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    days: int = Field(ge=0, le=20_000, description="days of the window")
    share: float = Field(default=0.5, gt=0, le=1)


class Root(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["fire", "flood"] = "fire"
    format: Literal[1] = 1
    name: str = Field(default="x", min_length=1, max_length=5)
    names: Annotated[list[str], Field(min_length=1)] = ["a"]
    words: Annotated[list[str], Field(min_length=1)]
    pair: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    inner: Inner | None = None
    tables: dict[str, Inner] = {}


def said(data):
    """Return what is said of the first finding."""
    with pytest.raises(ValidationError) as error:
        Root.model_validate({"words": ["a"]} | data)
    e = error.value.errors()[0]
    return described(e["type"], e["loc"], e["input"], Root, AT)


@pytest.mark.parametrize(("data", "reason", "near"), [
    ({"kind": "fier"}, 'must be one of "fire", "flood"', "fire"),
    ({"format": 2}, "must be 1", None),
    ({"name": ""}, "must not be empty", None),
    ({"name": "abcdef"}, "must have at most 5 characters", None),
    ({"name": 3}, "must be text in quotes", None),
    ({"names": []}, "must not be empty; leave the key out instead", None),
    ({"words": []}, "must not be empty", None),
    ({"pair": [1]}, "must be a list of 2 values", None),
    ({"iner": 1}, "no such key; allowed: kind, format, name, names, words, pair, inner, tables", "inner"),
    ({"inner": {"days": 30_000}}, "must be 0 to 20,000 (days of the window)", None),
    ({"inner": {"days": "x"}}, "must be a whole number, 0 to 20,000 (days of the window)", None),
    ({"inner": {"days": 1, "share": 0.0}}, "must be more than 0 to 1", None),
    ({"inner": {}}, "is missing: days of the window", None),
    ({"inner": 3}, "must be a table", None),
    ({"tables": {"days": {"days": 1, "dais": 2}}}, "no such key; allowed: days, share", "days"),
])  # fmt: skip
def test_a_finding_says_what_is_allowed(data, reason, near):
    problem = said(data)
    assert problem.reason.of("en") == reason
    assert problem.near == near
    assert (problem.file, problem.key, problem.line) == ("f.toml", "k", 3)


def test_what_is_missing_has_no_value_and_a_wrong_value_is_shown():
    assert said({"inner": {}}).value is ABSENT
    assert said({"inner": {"days": -1}}).value == -1


def test_keys_are_those_that_a_file_may_have():
    keys = allowed_keys(Scenario)
    assert {"extends", "policy", "shock", "calendar"} <= set(keys)
    assert not {"layers", "city_digest", "policies", "shocks"} & set(keys)
    assert allowed_keys(Demand) == ["scale", "work"]


def test_a_place_is_told_by_ids_and_lists_by_their_key():
    data = {"policy": [{"id": "a"}, {"id": "b"}]}
    assert key_path(("policy", 1, "where", "district", 0), data) == ("policy", "b", "where", "district")
    assert key_path(("calendar", "days"), data) == ("calendar", "days")
    assert key_path(("policy",), data) == ("policy",)


def test_ranges_are_told_as_people_write_numbers():
    assert range_of(Calendar.model_fields["days"]).of("en") == "1 to 3650"
    assert range_of(Inner.model_fields["days"]).of("en") == "0 to 20,000"
    assert range_of(Root.model_fields["kind"]) is None
