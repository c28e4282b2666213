"""Who is who: every row that a table of results names has a name of its own, a place and its people."""

import numpy as np
import pytest

from cogov.model import state as S
from cogov.model.directory import NETS, organisations, places
from cogov.model.workload import NETS as NUMBER_OF_NETS
from cogov.scenarios.city_model import CityModel

LEVELS = ["city", "district", "street", "community", "grid"]


@pytest.fixture(scope="module")
def model():
    """Return a run that has lent people to a street, so that its table of responders is longer than at the start."""
    model = CityModel("three_together", city="street", days=2, warm_up_days=1, follow_up_days=1)
    model.run_to_end()
    return model


@pytest.fixture(scope="module")
def who(model):
    return model.result().organisations


@pytest.fixture(scope="module")
def where(model):
    return model.result().places


def test_every_pool_has_a_row_of_its_own_and_its_key(model, who):
    pools = model.tables["pools"]
    assert who["organisation"].tolist() == list(range(len(pools)))
    assert who["key"].tolist() == pools["key"].tolist()
    assert len(set(who["key"].tolist())) == len(pools)
    assert {len(column) for column in who.values()} == {len(pools)}
    for place in ("community", "street", "district"):
        assert who[place].tolist() == pools[place].tolist()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_of_organisations_tell_them_apart(who, lang):
    assert len(set(who[lang].tolist())) == len(who[lang])
    if lang == "en":
        assert all(name.isascii() for name in who["en"])


def test_organisations_are_called_by_place_and_task(who, model):
    named = dict(zip(who["en"].tolist(), zip(who["kind"], who["level"], who["zh"], strict=True), strict=True))
    city = model.plan.city
    first = city.name_of("communities", 0, "en")
    assert named[f"{first}, office"] == ("community", "community", city.name_of("communities", 0) + "办公室")
    assert named[f"{first}, urban management net"] == ("grid_net", "grid", city.name_of("communities", 0) + "城管网")
    assert named[f"{city.name_of('streets', 0, 'en')}, office"][:2] == ("street", "street")
    assert named[f"{city.spec.name.en}, health"] == ("city_line", "city", city.spec.name.zh + "卫健")
    assert named[f"{city.name_of('districts', 0, 'en')}, health"][2] == city.name_of("districts", 0) + "卫健"


def test_nets_and_lines_belong_to_their_kinds(who):
    has_net, has_line = who["net"] != "", who["line"] != ""
    assert set(who["kind"][has_net]) == {"grid_net"}
    assert has_net[who["kind"] == "grid_net"].all()
    assert set(who["kind"][has_line]) == {"line", "city_line"}
    assert has_line[np.isin(who["kind"], ["line", "city_line"])].all()
    assert len(NETS) == NUMBER_OF_NETS


def test_members_are_those_of_the_start_without_posted_helpers(who, model):
    now = np.bincount(model.tables["responders"]["pool"], minlength=len(who["members"]))
    at_start = organisations(CityModel("baseline", city="street", days=2, warm_up_days=1, follow_up_days=1))
    assert who["members"].tolist() == at_start["members"].tolist()
    assert (now >= who["members"]).all()
    assert now.sum() > who["members"].sum()
    local = np.isin(who["kind"], ("community", "grid_net"))
    staff = model.plan.city.spec.staff
    everybody = staff.community_workers + staff.full_time_grid_workers + staff.part_time_grid_workers
    assert who["members"][local].sum() == everybody


def test_every_place_has_one_row_and_lies_in_its_parent(where, model):
    city = model.plan.city
    tables = (city.districts, city.streets, city.communities, city.grids)
    assert [int((where["level"] == level).sum()) for level in LEVELS] == [1, *(len(rows) for rows in tables)]
    at = {(level, int(row)): k for k, (level, row) in enumerate(zip(where["level"], where["place"], strict=True))}
    assert len(at) == len(where["place"])
    for level, above in zip(LEVELS[1:], LEVELS, strict=False):
        for k in np.flatnonzero(where["level"] == level):
            parent = at[above, int(where["parent"][k])]
            if above != "city":
                assert where["zh"][k].startswith(where["zh"][parent])
                assert where["en"][k].startswith(where["en"][parent])
    assert where["parent"][at["city", 0]] == -1
    grid = at["grid", 3]
    assert (where["key"][grid], where["parent"][grid]) == (city.grids["key"][3], city.grids["community"][3])
    assert where["en"][at["city", 0]] == city.spec.name.en


def test_every_kind_of_organisation_can_be_named():
    """Nanjing has all of them; a kind without a name would be an error here."""
    model = CityModel("baseline", city="nanjing", days=1, warm_up_days=0, follow_up_days=0)
    who, where = organisations(model), places(model.plan.city)
    assert set(who["kind"].tolist()) == {kind for kind, _, _ in S.POOL_KINDS}
    assert len(set(who["zh"].tolist())) == len(set(who["en"].tolist())) == len(who["key"])
    assert len(set(where["zh"].tolist())) == len(where["zh"])
