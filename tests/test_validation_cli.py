"""cogov validate: verdicts, pages, and finished runs that are used again."""

import json

import pytest
from typer.testing import CliRunner

from cogov.cli import app
from cogov.experiments import patterns
from cogov.experiments.patterns import load_patterns, validate

REGISTER = load_patterns()


@pytest.fixture
def few(monkeypatch):
    """Only two patterns, so that it is quick: one of a run, one of a difference."""
    chosen = tuple(p for p in REGISTER.pattern if p.id in ("P15", "P21"))
    short = REGISTER.model_copy(update={"pattern": chosen, "warm_up_days": 10})
    monkeypatch.setattr(patterns, "load_patterns", lambda: short)
    return short


def test_the_command_writes_verdicts_and_pages_and_uses_finished_runs_again(few, tmp_path, monkeypatch):
    words = ["validate", "--city", "street", "--replications", "2", "--workers", "1", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, words, prog_name="cogov")
    assert (result.exit_code, result.exception) == (0, None), result.stderr
    assert "P21" in result.stdout
    found = json.loads((tmp_path / "validation.json").read_text(encoding="utf-8"))
    assert [v["check"] for v in found["verdicts"]] == [c.id for p in few.pattern for c in p.check]
    for lang in ("zh", "en"):
        assert "P15" in (tmp_path / f"validation.{lang}.md").read_text(encoding="utf-8")
    monkeypatch.setattr(patterns, "look_at", lambda task: pytest.fail("was run again"))
    assert validate("street", 2, workers=1, out=tmp_path)["verdicts"] == found["verdicts"]


def test_one_replication_is_refused_with_a_message():
    result = CliRunner().invoke(app, ["validate", "--replications", "1"], prog_name="cogov")
    assert result.exit_code == 2
    assert "at least 2" in result.stderr
    with pytest.raises(ValueError, match="needs 2"):
        validate("street", 1)
