"""Parts that pages share look as the reports do."""

import pytest

pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")

from cogov.viz import style
from cogov.viz.view import parts


def test_reports_and_pages_colour_alike():
    assert (parts.LEVEL_COLOURS, parts.CHANGE_COLOURS) == (style.LEVEL_COLOURS, style.CHANGE_COLOURS)
