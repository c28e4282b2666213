"""Small cities for tests: one of one district, and any with some districts."""

from hypothesis import strategies as st

from cogov.model.city_file import CitySpec


def tiny_spec(districts=({},), **stock):
    """Return a small city: one district for each dict of changes."""
    staff = {
        "full_time_grid_workers": 5, "part_time_grid_workers": 7, "community_workers": 6, "street_staff": 10,
        "district_officials": 24, "city_officials": 12, "social_workers": 1, "hotline_seats_day": 2,
        "hotline_seats_night": 1,
    }  # fmt: skip
    usual = {"residents": 900, "area_km2": 1.5, "streets": 1, "urban_communities": 1, "villages": 1, "grids": 6,
             "rural_share": 0.3}  # fmt: skip
    rows = [{**usual, "name": {"zh": f"{k}区", "en": f"D{k}"}, **d} for k, d in enumerate(districts)]
    some = {"old_compounds": 1, "commercial_compounds": 2, "firms": 1, "units": 6, **stock}
    return CitySpec.model_validate(
        {"format": 1, "id": "tiny", "name": {"zh": "小城", "en": "Tiny"}, "staff": staff, "stock": some,
         "district": rows})  # fmt: skip


@st.composite
def districts(draw):
    urban, villages = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    urban += urban + villages == 0
    n = urban + villages
    grids = draw(st.integers(2 * n, 6 * n))
    residents = draw(st.integers(40 * grids, 90 * grids))
    share = 0.0 if not villages else 1.0 if not urban else draw(st.floats(0.1, 0.9))
    return {"urban_communities": urban, "villages": villages, "grids": grids, "residents": residents,
            "rural_share": share, "streets": draw(st.integers(1, n))}  # fmt: skip
