"""The pictures of the README, and the comparison read back that they are drawn from."""

import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.reading import read_comparison
from cogov.experiments.tables import json_bytes
from cogov.viz.pictures import main
from cogov.viz.report import report_html


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("comparison")
    sides = [FakeScenario(name) for name in ("baseline", "cadre_sinking", "alliance_lists")]
    return out, compare(sides, replications=3, workers=1, engine=engine, out=out)


def test_a_comparison_is_read_back_as_it_was(folder):
    out, written = folder
    read = read_comparison(out)
    assert json_bytes(read.to_dict()) == json_bytes(written.to_dict())
    assert report_html(read) == report_html(written)


def test_pictures_are_png_small_and_the_same_each_time(folder, tmp_path, capsys):
    out, _ = folder
    for target in ("a", "b"):
        assert main([str(out), str(tmp_path / target)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [str(tmp_path / "a" / name) for name in ("report.zh.png", "report.en.png")]
    for lang in ("zh", "en"):
        first, second = ((tmp_path / target / f"report.{lang}.png").read_bytes() for target in ("a", "b"))
        assert first == second
        assert first.startswith(b"\x89PNG")
        assert len(first) < 200_000


def test_a_folder_without_comparison_is_one_message(tmp_path, capsys):
    assert main([str(tmp_path), str(tmp_path / "pictures")]) == 2
    expected = "No such file or directory; give a folder that cogov compare --out has filled"
    assert capsys.readouterr().err == f"{tmp_path / 'comparison.json'}: {expected}\n"
    assert not (tmp_path / "pictures").exists()
