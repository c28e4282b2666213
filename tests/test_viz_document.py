"""Which chapters the report on each kind of results has, and how its answer begins."""

import pytest
from small_results import make_results

from cogov.experiments.results import open_results
from cogov.viz.report import report_of

REVIEWER = ["assumptions", "limits", "dictionary", "provenance", "reproduce"]
"""What is for those who check, in reports of every kind."""
CHAPTERS = {
    "comparison": ["compared", "figures", "effects", "intervals", "worse", "tradeoff", "curves", "shock", "stages",
                   "maps", "costs", "equity", "registered", *REVIEWER],
    "run": ["subject", "measures", "curves", "shock", "stages", "maps", "costs", "equity", *REVIEWER],
    "experiment": ["design", "best", "leader", "outcomes", "front", "effects", "intervals", "worse", "tradeoff",
                   "curves", "stages", "maps", "costs", "equity", "registered", *REVIEWER],
}  # fmt: skip
KINDS = list(CHAPTERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def reports(made):
    return {kind: report_of(open_results([made / kind])) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_chapters_of_each_kind(reports, kind):
    for document in reports[kind].documents:
        assert [section.id for section in document.sections] == CHAPTERS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_has_three_sentences_with_leads_and_a_fourth_on_a_short_warm_up(reports, kind):
    for document in reports[kind].documents:
        leads = [lead.strip(" :：") for lead, _ in document.answer]
        assert len(leads) == 3 + (leads[-1] in ("Bear in mind", "须先留意"))
        assert (len(leads) == 4) == (kind == "experiment")  # its runs have 2 days of warm-up
        for lead, text in document.answer:
            assert lead.strip().endswith(":" if document.lang == "en" else "：")
            assert text.endswith("." if document.lang == "en" else "。")
