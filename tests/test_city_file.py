"""City files: the shipped ones, and a clear line for each thing that can be wrong with one."""

import tomllib

import pytest

from cogov.model.city_file import SHIPPED, CityFileError, list_cities, load_city_file

TINY = """\
format = 1
id = "tiny"
name = { zh = "小城", en = "Tiny" }
[totals]
residents = 900
[staff]
full_time_grid_workers = 5
part_time_grid_workers = 7
community_workers = 6
street_staff = 10
district_officials = 24
city_officials = 12
social_workers = 1
hotline_seats_day = 2
hotline_seats_night = 1
[stock]
old_compounds = 1
commercial_compounds = 2
firms = 1
units = 6
[sources]
residents = "invented (E)"
[[district]]
name = { zh = "甲区", en = "Alpha" }
residents = 900
area_km2 = 1.5
streets = 1
urban_communities = 1
villages = 1
grids = 6
rural_share = 0.3
"""


def _load(tmp_path, *changes):
    text = TINY
    for old, new in changes:
        assert text.count(old) >= 1
        text = text.replace(old, new)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return load_city_file(path)


def test_shipped_cities_load_by_name_and_keep_their_sources():
    assert list_cities() == ["gulou", "nanjing", "street"]
    for name in list_cities():
        spec = load_city_file(name)
        assert spec.id == name
        assert spec.sources == tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))["sources"]


def test_a_file_of_ones_own_loads_by_path(tmp_path):
    spec = _load(tmp_path)
    assert (spec.zh, spec.districts[0].en, spec.total("grids")) == ("小城", "Alpha", 6)


def test_digest_follows_the_city_not_its_notes(tmp_path):
    first = _load(tmp_path).digest()
    assert _load(tmp_path, ("invented (E)", "made up (E)")).digest() == first
    assert _load(tmp_path, ("area_km2 = 1.5", "area_km2 = 1.6")).digest() != first


WRONG = {
    "missing key": (("street_staff = 10\n", ""), ["staff.street_staff", "missing"]),
    "unknown key": (("units = 6", "unitz = 6"), ["stock.unitz", "did you mean units?"]),
    "unknown key of a district": (("villages = 1\n", "vilages = 1\n"),
                                  ["district.0.vilages", "did you mean villages?"]),
    "unknown table": (("[sources]", "[source]"), ["source", "did you mean sources?"]),
    "wrong type": (("grids = 6", 'grids = "six"'), ["district.0.grids", "'six'", "integer"]),
    "a fraction of a grid": (("grids = 6", "grids = 6.5"), ["district.0.grids", "6.5"]),
    "truth for a number": (("grids = 6", "grids = true"), ["district.0.grids", "True"]),
    "negative": (("residents = 900\narea", "residents = -900\narea"), ["district.0.residents", "-900", "greater"]),
    "share above one": (("units = 6", "units = 6\nparty_share = 1.5"), ["stock.party_share", "1.5", "0.5"]),
    "not a number": (("area_km2 = 1.5", "area_km2 = nan"), ["district.0.area_km2", "nan"]),
    "totals that do not add up": (("[totals]\nresidents = 900", "[totals]\nresidents = 901"),
                                  ["totals.residents (901)", "add up to 900"]),
    "unknown total": (("[totals]\nresidents", "[totals]\nresident"), ["totals.resident", "did you mean residents?"]),
    "too few communities": (("streets = 1", "streets = 3"), ["2 communities for 3 streets"]),
    "too few grids": (("grids = 6", "grids = 3"), ["grids (3)", "twice its 2 communities"]),
    "too few residents": (("residents = 900", "residents = 20"), ["residents (20)", "four times its 6 grids"]),
    "villages without residents": (("rural_share = 0.3", "rural_share = 0"), ["rural_share (0)", "villages (1)"]),
    "residents without a community": (("urban_communities = 1", "urban_communities = 0"),
                                      ["rural_share (0.3)", "must be 1"]),
    "a village of one": (("rural_share = 0.3", "rural_share = 0.001"), ["1 residents for 1 villages", "at least 8"]),
    "an urban community of one": (("rural_share = 0.3", "rural_share = 0.999"), ["1 urban communities", "at least 8"]),
    "lattice too small": (('id = "tiny"', 'id = "tiny"\nlattice = [2, 2]'),
                          ["lattice", "fewer cells than the 6 grids"]),
    "lattice that cuts places": (('id = "tiny"', 'id = "tiny"\nlattice = [7, 4]'),
                                 ["lattice", "[7, 4]", "must be even, such as 8"]),
    "lattice beyond use": (('id = "tiny"', 'id = "tiny"\nlattice = [90000, 90000]'), ["lattice", "fewer than 8388608"]),
    "too many units": (("units = 6", "units = 9000000"), ["stock.units (9000000)", "fewer than 8388608"]),
    "not TOML": (("format = 1", "format : 1"), ["not valid TOML"]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_file_key_value_and_allowed(tmp_path, case):
    change, parts = WRONG[case]
    with pytest.raises(CityFileError) as caught:
        _load(tmp_path, change)
    text = str(caught.value)
    assert all(line.startswith(str(tmp_path / "mine.toml")) for line in text.splitlines())
    assert [p for p in parts if p not in text] == []


def test_all_findings_are_given_at_once(tmp_path):
    with pytest.raises(CityFileError) as caught:
        _load(tmp_path, ("street_staff = 10\n", ""), ("units = 6", "unitz = 6"))
    keys = [line.split(": ")[1] for line in str(caught.value).splitlines()]
    assert sorted(keys) == ["staff.street_staff", "stock.units", "stock.unitz"]


def test_two_districts_of_one_name_are_refused(tmp_path):
    district = TINY[TINY.index("[[district]]") :]
    with pytest.raises(CityFileError, match=r"'Alpha'.*two districts"):
        _load(tmp_path, (district, district + district), ("[totals]\nresidents = 900", "[totals]\nresidents = 1800"))


def test_unknown_name_and_missing_file_are_said(tmp_path):
    with pytest.raises(CityFileError, match=r"'nanjin'.*did you mean nanjing\?"):
        load_city_file("nanjin")
    with pytest.raises(CityFileError, match=r"none\.toml: cannot be read"):
        load_city_file(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(CityFileError, match="not valid TOML"):
        load_city_file(tmp_path / "latin.toml")
