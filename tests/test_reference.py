"""The reference is the code's: it stands in docs as it would be written now, and leaves nothing public out."""

from pathlib import Path

from cogov import reference

PAGE = reference.page()
DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_the_page_in_docs_is_what_the_code_says():
    assert (DOCS / "reference.md").read_text(encoding="utf-8") == PAGE, f"write it anew: {reference.COMMAND}"


def test_every_module_has_its_line():
    for room in reference.ROOMS:
        for name, module in reference.modules(room):
            assert f"| `{name}` | {reference._first(module)}".replace("|", "") in PAGE.replace("|", ""), name
            assert module.__doc__, f"{name} does not say what it is"


def test_the_surface_is_shown_with_signatures():
    assert "### class CityModel" in PAGE
    assert "cadre_sinking" not in PAGE.partition("## experiments.compare")[2].partition("## ")[0]
    assert "compare(scenarios: Sequence[Scenario], *, replications: int = 5" in PAGE
    assert "uniform(key: np.uint64, a: int, b: int) -> float" in PAGE  # compiled rules too


def test_no_address_of_memory_gets_into_the_page(tmp_path):
    assert " at 0x" not in PAGE
    reference.main(tmp_path)
    assert (tmp_path / "reference.md").read_text(encoding="utf-8") == PAGE
