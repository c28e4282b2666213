"""City files: the shipped ones, and a clear line for each thing that can be wrong with one."""

import tomllib

import pytest

from cogov.model.city_file import CitySpec
from cogov.scenarios import city_files, sources
from cogov.scenarios.city_files import find_city, load_spec, read_city
from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.loader import check_file, load_scenario
from cogov.scenarios.sources import CITIES, names

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


def _write(tmp_path, *changes, name="mine"):
    text = TINY
    for old, new in changes:
        assert text.count(old) >= 1
        text = text.replace(old, new)
    path = tmp_path / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _said(tmp_path, *changes, lang="en"):
    """Return what is said about a changed file, one line a problem, without its folder."""
    spec, problems = read_city(_write(tmp_path, *changes))
    assert (spec is None) == bool(problems)
    return [p.of(lang).replace(f"{tmp_path}/", "") for p in problems]


def test_shipped_cities_load_by_name_and_keep_their_sources():
    for name in names(CITIES):
        spec = load_spec(name)
        assert spec.id == name
        assert spec.sources == tomllib.loads((CITIES / f"{name}.toml").read_text(encoding="utf-8"))["sources"]


def test_a_file_of_ones_own_loads_by_path(tmp_path, monkeypatch):
    spec = load_spec(_write(tmp_path))
    assert (spec.zh, spec.districts[0].en, spec.total("grids")) == ("小城", "Alpha", 6)
    monkeypatch.chdir(tmp_path)
    assert load_spec("mine.toml") == spec
    assert find_city("mine.toml") == (tmp_path / "mine.toml", str(tmp_path / "mine.toml"))
    assert find_city("street") == (CITIES / "street.toml", "street")


def test_digest_follows_the_city_not_its_notes(tmp_path):
    first = load_spec(_write(tmp_path)).digest()
    assert load_spec(_write(tmp_path, ("invented (E)", "made up (E)"))).digest() == first
    assert load_spec(_write(tmp_path, ("area_km2 = 1.5", "area_km2 = 1.6"))).digest() != first


WRONG = {
    "missing key": (
        ("street_staff = 10\n", ""), "6: staff.street_staff: is missing: staff of one street",
    ),
    "unknown key": (
        ("units = 6", "unitz = 6"), "20: stock.unitz (6): no such key; allowed: old_compounds, "
    ),
    "unknown key of a district": (
        ("villages = 1\n", "vilages = 1\n"), "29: district 1 (甲区).vilages (1): no such key; ",
    ),
    "unknown table": (("[sources]", "[source]"), "21: source ({ residents = "),
    "wrong type": (
        ("grids = 6", 'grids = "six"'),
        '30: district 1 (甲区).grids ("six"): must be a whole number, 1 to 100,000,000 (governance grids of '
        "the district)",
    ),
    "a fraction of a grid": (("grids = 6", "grids = 6.5"), "30: district 1 (甲区).grids (6.5): must be "),
    "truth for a number": (("grids = 6", "grids = true"), "30: district 1 (甲区).grids (true): must be "),
    "negative": (
        ("residents = 900\narea", "residents = -900\narea"),
        "25: district 1 (甲区).residents (-900): must be 1 to 100,000,000 (residents of the district)",
    ),
    "share above one": (
        ("units = 6", "units = 6\nparty_share = 1.5"),
        "21: stock.party_share (1.5): must be 0 to 0.5 (share of residents who are party members)",
    ),
    "not a number": (
        ("area_km2 = 1.5", "area_km2 = nan"),
        "26: district 1 (甲区).area_km2 (nan): must be more than 0 to 100,000 (area of the district, ",
    ),
    "no districts": (("[[district]]", "[[districts]]"), "23: districts ("),
    "a bad id": (('id = "tiny"', 'id = "小城"'), '2: id ("小城"): must be 1 to 64 letters, digits, _ or - ('),
    "a lattice of one side": (('id = "tiny"', 'id = "tiny"\nlattice = [2]'), "3: lattice ([2]): must be a list of 2 "),
    "a lattice of three sides": (
        ('id = "tiny"', 'id = "tiny"\nlattice = [2, 3, 4]'), "3: lattice ([2, 3, 4]): must be a list of 2 ",
    ),
    "totals that do not add up": (
        ("[totals]\nresidents = 900", "[totals]\nresidents = 901"),
        "5: totals.residents (901): must be the sum of the districts, 900",
    ),
    "unknown total": (
        ("[totals]\nresidents", "[totals]\nresident"), "5: totals.resident (900): no such total; allowed: "
    ),
    "too few communities": (
        ("streets = 1", "streets = 3"),
        "27: district 1 (甲区).streets (3): has only 2 communities and villages; each street needs one",
    ),
    "too few grids": (
        ("grids = 6", "grids = 3"),
        "30: district 1 (甲区).grids (3): must be at least 4, twice the 2 communities and villages",
    ),
    "too few residents": (
        ("residents = 900", "residents = 20"),
        "25: district 1 (甲区).residents (20): must be 24 to 600000, 4 to 100000 for each of the 6 grids",
    ),
    "too many residents": (
        ("residents = 900", "residents = 900_000"), "25: district 1 (甲区).residents (900000): must be 24 to ",
    ),
    "villages without residents": (
        ("rural_share = 0.3", "rural_share = 0"),
        "31: district 1 (甲区).rural_share (0): must be above zero just where there are villages; ",
    ),
    "only villages": (
        ("rural_share = 0.3", "rural_share = 1"), "31: district 1 (甲区).rural_share (1): must be below 1, for ",
    ),
    "residents without a community": (
        ("urban_communities = 1", "urban_communities = 0"),
        "31: district 1 (甲区).rural_share (0.3): must be 1, for there are no urban communities",
    ),
    "a village of one": (
        ("rural_share = 0.3", "rural_share = 0.001"),
        "31: district 1 (甲区).rural_share (0.001): leaves 1 residents for 1 villages; each needs at least 8",
    ),
    "an urban community of one": (
        ("rural_share = 0.3", "rural_share = 0.999"),
        "31: district 1 (甲区).rural_share (0.999): leaves 1 residents for 1 urban communities; each needs ",
    ),
    "lattice too small": (
        ('id = "tiny"', 'id = "tiny"\nlattice = [2, 2]'),
        "3: lattice ([2, 2]): has 4 cells, fewer than the 6 grids",
    ),
    "lattice that cuts places": (
        ('id = "tiny"', 'id = "tiny"\nlattice = [7, 4]'), "3: lattice ([7, 4]): places could fall in two; ",
    ),
    "lattice beyond use": (
        ('id = "tiny"', 'id = "tiny"\nlattice = [90000, 90000]'),
        "3: lattice ([90000, 90000]): has 8100000000 cells; must have fewer than 8388608",
    ),
    "too many units": (
        ("units = 6", "units = 9000000"),
        "20: stock.units (9000000): too many of its kind in the city: 9000000, must be fewer than 8388608",
    ),
    "not TOML": (("format = 1", "format : 1"), "1: not TOML at line 1, column 8: "),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_file_line_key_value_and_what_is_allowed(tmp_path, case):
    change, expected = WRONG[case]
    assert any(line.startswith(f"mine.toml:{expected}") for line in _said(tmp_path, change)), _said(tmp_path, change)
    for line in _said(tmp_path, change, lang="zh"):
        reason = line.split("): ")[-1].split(": ", 1)[-1]
        assert any("一" <= sign <= "鿿" for sign in reason), f"no Chinese: {line}"


@pytest.mark.parametrize(
    ("old", "new", "near"),
    [("units = 6", "unitz = 6", "units"), ("villages = 1", "vilages = 1", "villages"),
     ("[sources]", "[source]", "sources"), ("[totals]\nresidents", "[totals]\nresident", "residents")],
)  # fmt: skip
def test_the_nearest_right_spelling_is_named(tmp_path, old, new, near):
    assert any(line.endswith(f"; did you mean {near}?") for line in _said(tmp_path, (old, new)))


def test_all_findings_are_given_at_once_in_the_order_of_lines(tmp_path):
    said = _said(tmp_path, ("street_staff = 10\n", ""), ("units = 6", "unitz = 6"))
    assert [line.split(": ")[1].split(" (")[0] for line in said] == ["staff.street_staff", "stock.units", "stock.unitz"]
    said = _said(tmp_path, ("streets = 1", "streets = 3"), ("grids = 6", "grids = 3"), ("[totals]\nresidents = 900",
                 "[totals]\nresidents = 901"))  # fmt: skip
    assert [line.split(":")[1] for line in said] == ["5", "27", "30"]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        # a wrong table, a key of a district too many, and what does not fit in that district and in the sums
        (
            (("street_staff = 10\n", ""), ("villages = 1\n", "villages = 1\nvillage = 1\n"), ("grids = 6", "grids = 3"),
             ("[totals]\nresidents = 900", "[totals]\nresidents = 901")),
            ["totals.residents", "staff.street_staff", "district 1 (甲区).village", "district 1 (甲区).grids"],
        ),
        # a total of wrong type and a name of a total that is none; the district has not its form, so no sum is known
        (
            (("[totals]\nresidents = 900", '[totals]\nresidents = "many"\ngrid = 6'), ("grids = 6", 'grids = "six"')),
            ["totals.residents", "totals.grid", "district 1 (甲区).grids"],
        ),
        # what every city has, and a lattice too small
        (
            (("format = 1", "format = 2"), ('id = "tiny"', 'id = "tiny"\nlattice = [2, 2]'),
             ("units = 6", 'units = "x"')),
            ["format", "lattice", "stock.units"],
        ),
    ],
)  # fmt: skip
def test_errors_of_form_hide_no_misfits(tmp_path, changes, keys):
    if not any("[totals]" in old for old, _ in changes):
        changes = (*changes, ("[totals]\nresidents = 900\n", "[totals]\n"))
    assert [problem.key for problem in read_city(_write(tmp_path, *changes))[1]] == keys


def test_of_two_districts_the_good_one_is_checked_under_its_own_number(tmp_path):
    district = TINY[TINY.index("[[district]]") :]
    second = district.replace("甲", "乙").replace("Alpha", "Beta").replace("streets = 1", "streets = 3")
    wrong = district.replace("grids = 6", 'grids = "six"')
    said = _said(tmp_path, (district, wrong + second), ("[totals]\nresidents = 900\n", "[totals]\n"))
    assert [line.split(": ")[1].split(" (甲")[0].split(" (乙")[0] for line in said] == ["district 1", "district 2"]
    assert "has only 2 communities and villages" in said[1]


def test_two_districts_of_one_name_are_refused_at_the_second(tmp_path):
    district = TINY[TINY.index("[[district]]") :]
    said = _said(
        tmp_path, (district, district + district.replace("甲", "乙")), ("[totals]\nresidents = 900\n", "[totals]\n")
    )
    assert said == ['mine.toml:32: district 2 (乙区).name.en ("Alpha"): two districts have this name']


def test_a_district_without_a_name_is_called_by_its_number(tmp_path):
    said = _said(tmp_path, ('name = { zh = "甲区", en = "Alpha" }\nresidents', "residents"))
    assert said == ["mine.toml:23: district 1.name: is missing: name of the district in both languages"]


@pytest.mark.parametrize("name", ["鼓楼区", "鼓楼", "南京市鼓楼区", "Gulou District"])
def test_a_city_is_found_by_its_name_with_and_without_its_kind(name):
    assert load_spec(name).id == "gulou"
    assert load_scenario("baseline", city=name).city == "gulou"


def test_a_name_of_several_cities_is_told_with_them(tmp_path, monkeypatch):
    for id_, city in (("gulou", "南京"), ("xuzhou", "徐州")):
        text = (CITIES / "gulou.toml").read_text(encoding="utf-8").replace("南京市", f"{city}市")
        (tmp_path / f"{id_}.toml").write_text(text.replace("Nanjing", id_), encoding="utf-8")
    for module in (sources, city_files):
        monkeypatch.setattr(module, "CITIES", tmp_path)
    with pytest.raises(ScenarioError) as caught:
        load_spec("鼓楼区")
    assert caught.value.told("zh") == (
        "鼓楼区: 叫这个名称的不止一个：南京市鼓楼区（gulou）、徐州市鼓楼区（xuzhou）；请写明括号中的标识或编号"
    )


def test_a_city_that_is_not_there_names_only_what_is_near(tmp_path):
    _write(tmp_path, name="unread")
    with pytest.raises(ScenarioError, match=r"nanjin: no such city file; shipped: .*; did you mean nanjing\?"):
        load_spec("nanjin")
    with pytest.raises(ScenarioError, match=r"no such city file") as caught:
        load_spec(tmp_path / "nofile.toml")
    assert caught.value.problems[0].near is None
    with pytest.raises(ScenarioError, match=r"did you mean unread\.toml\?"):
        load_spec(tmp_path / "unred.toml")


def test_what_cannot_be_read_is_said(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'id = 1\nname = "\xff"')
    with pytest.raises(ScenarioError, match=r"latin\.toml:2: is not UTF-8 text"):
        load_spec(tmp_path / "latin.toml")
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(ScenarioError, match="is a folder, not a file"):
        load_spec(tmp_path / "folder.toml")


def test_every_key_of_a_city_file_says_what_it_means():
    def keys(part):
        for field in part.model_fields.values():
            yield field
            for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
                if hasattr(inner, "model_fields"):
                    yield from keys(inner)

    assert [field for field in keys(CitySpec) if not field.description] == []


def test_the_line_of_an_error_is_found_quickly_in_a_long_file(tmp_path):
    district = TINY[TINY.index("[[district]]") :]
    many = "".join(district.replace("甲", f"{k}").replace("Alpha", f"D{k}") for k in range(900))
    many = many.replace('{ zh = "899区"', "{ zh = 5")
    said = _said(tmp_path, (district, many), ("[totals]\nresidents = 900\n", "[totals]\n"))
    assert said == ["mine.toml:8114: district 900.name.zh (5): must be text in quotes (Chinese name)"]


def test_check_reads_city_files(tmp_path):
    assert check_file(_write(tmp_path)) == []
    assert check_file(_write(tmp_path, ("grids = 6", "grids = 3")))[0].line == 30
