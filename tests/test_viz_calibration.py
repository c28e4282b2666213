"""The page of a calibration: in both languages, whole, with nothing from outside."""

import made_up_export as export
import pytest

from cogov.experiments.calibration import laws
from cogov.experiments.calibration.calibrate import calibrate
from cogov.experiments.calibration.mapping import load_mapping
from cogov.viz.calibration import calibration_html
from cogov.viz.words import catalogue


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    return calibrate(export.write(folder, export.tickets()), load_mapping(export.mapping(folder)))


def test_the_page_is_in_both_languages_and_needs_no_net(made):
    page = calibration_html(made)
    assert "校准诊断：自制工单" in page
    assert "Diagnostics of a calibration: Made-up tickets" in page
    assert page.count("<svg role") == 8
    assert "http" not in page.replace("http://www.w3.org", "")
    assert calibration_html(made) == page
    assert {key for key in catalogue() if key.startswith("family.")} == {f"family.{name}" for name in laws.FAMILIES}
