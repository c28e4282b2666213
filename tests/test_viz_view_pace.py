"""What is measured of the page is measured, at a tiny size; nothing is compared with a clock."""

import sys

from cogov.viz.view import pace


def test_every_figure_is_there_with_its_unit(monkeypatch, capsys):
    monkeypatch.setattr(pace, "of_page", lambda *size: iter(()))
    monkeypatch.setattr(sys, "argv", ["pace", "--city", "street", "--warm-up", "2", "--days", "3"])
    pace.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('{"load"')
    units = [line.rsplit(" ", 1)[1] for line in lines[1:]]
    assert units == ["ms", "days/s", "s", "days/s"]
    assert all(float(line.rsplit(" ", 2)[1]) > 0 for line in lines[1:])
