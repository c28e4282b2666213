"""What a scenario is: frozen, strict, with everything filled in, and known by a digest of what influences results."""

import datetime as dt

import pytest
from pydantic import ValidationError

from cogov.scenarios.loader import load_scenario
from cogov.scenarios.schema import GRID_KINDS, Calendar, Category, Demand, Scenario, Shock, Where, Words, digest_of

STORM = load_scenario("cadre_sinking", layers=["storm_month"])


def test_the_days_of_a_run_go_from_the_warm_up_to_the_follow_up():
    made = Calendar(start=dt.date(2024, 3, 1), days=10, warm_up_days=1, follow_up_days=2)
    assert (made.first, made.end) == (dt.date(2024, 2, 29), dt.date(2024, 3, 13))


@pytest.mark.parametrize("part", [
    lambda: Demand(scale="1"), lambda: Demand(scale=float("nan")), lambda: Demand(scale=21.0), lambda: Demand(scal=1.0),
    lambda: Words(zh="", en="x"), lambda: Category(hours=[1.0] * 23), lambda: Where(district=[]),
    lambda: Where(grid_kind=["tower"]), lambda: Calendar(start="2024-06-01", days=3),
])  # fmt: skip
def test_types_ranges_lengths_and_keys_are_strict(part):
    with pytest.raises(ValidationError):
        part()


def test_nothing_can_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        STORM.demand.scale = 2.0


def test_a_date_stands_for_its_first_minute_and_a_time_zone_is_refused():
    shock = STORM.resolved()["shock"][0]
    assert Shock.model_validate(shock | {"start": dt.date(2024, 6, 10)}).start == dt.datetime(2024, 6, 10)
    with pytest.raises(ValidationError, match="timezone"):
        Shock.model_validate(shock | {"start": dt.datetime(2024, 6, 10, tzinfo=dt.UTC)})


def test_of_a_category_only_what_is_said_is_kept():
    assert Category().given() == {}
    assert Category(work=90.0, months=[1.0] * 12).given() == {"months": [1.0] * 12, "work": 90.0}


def test_names_layers_and_the_place_of_the_city_file_do_not_count():
    other = {"id": "x", "name": Words(zh="另", en="Other"), "question": Words(zh="？", en="?"), "layers": ("y",),
             "city": "somewhere/else.toml"}  # fmt: skip
    assert STORM.model_copy(update=other).digest() == STORM.digest()
    for changed in ({"demand": Demand(scale=1.1)}, {"city_digest": "0" * 16}, {"shocks": ()}, {"policies": ()},
                    {"parameters": {"handling.fix": 0.5}}, {"category": {"noise": Category(work=9.0)}}):  # fmt: skip
        assert STORM.model_copy(update=changed).digest() != STORM.digest(), changed


def test_without_a_digest_of_its_content_the_name_of_the_city_counts():
    bare = STORM.model_copy(update={"city_digest": ""})
    assert bare.model_copy(update={"city": "gulou"}).digest() != bare.model_copy(update={"city": "street"}).digest()


def test_the_plain_form_leaves_out_empty_filters_and_unsaid_categories():
    made = STORM.model_copy(update={"category": {"noise": Category(), "care": Category(sigma=0.2)}})
    plain = made.resolved()
    assert plain["category"] == {"care": {"sigma": 0.2}}
    assert all(entry["where"] == {} for entry in (*plain["shock"], *plain["policy"]))
    assert "shocks" not in plain
    assert Scenario.from_resolved(plain).resolved() == plain
    with pytest.raises(ValidationError):
        Scenario.from_resolved({**plain, "mayor": 1})


def test_a_digest_knows_no_order():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1, "b": 2})
    assert len(digest_of("x")) == 16


def test_kinds_of_grids_are_in_the_order_of_their_codes():
    from cogov.agents import places

    codes = [places.COMMERCIAL, places.OLD, places.VILLAGE, places.EXCLUSIVE]
    assert codes == list(range(4))
    assert list(GRID_KINDS) == ["commercial", "old", "village", "exclusive"]
