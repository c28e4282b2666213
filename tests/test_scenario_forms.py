"""A file read into a form: everything wrong is said at once, with file, line and key."""

import pytest
from pydantic import Field

from cogov.scenarios.errors import ScenarioError
from cogov.scenarios.forms import read_form
from cogov.scenarios.schema import Part


class Inner(Part):
    share: float = Field(ge=0, le=1, description="a share")


class Outer(Part):
    id: str = Field(description="its name")
    inner: Inner = Field(description="a table")


def test_a_form_is_filled_and_takes_its_id_from_the_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[inner]\nshare = 0.5\n", encoding="utf-8")
    made, name, text = read_form(path, Outer, named=True)
    assert (made.id, made.inner.share) == ("mine", 0.5)
    assert name.endswith("mine.toml")
    assert text == path.read_text(encoding="utf-8")


def test_all_that_is_wrong_is_said_with_its_line(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[inner]\n\nshare = 3\nshore = 1\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_form(path, Outer)
    found = {(p.key, p.line) for p in caught.value.problems}
    assert found == {("id", None), ("inner.share", 3), ("inner.shore", 4)}
    near = {p.key: p.near for p in caught.value.problems}
    assert near["inner.shore"] == "share"
