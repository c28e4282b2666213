"""What is written down: rows of needs that come and go, the log, flows, and the fold of a need that ends."""

from __future__ import annotations

import pytest
from one_need import quiet

from cogov.model import ledger
from cogov.model import state as S


def test_the_row_of_an_ended_need_can_be_read_until_midnight():
    sim = quiet()
    sc = sim.tables["sc"]
    assert [ledger.new_need(sim.w) for _ in range(3)] == [0, 1, 2]
    ledger.free_need(sim.w, 1)
    assert sim.tables["needs"]["generation"][1] == 1
    assert (sc[S.NEEDS_LIVE], sc[S.NEEDS_RESTING]) == (2, 1)
    assert ledger.new_need(sim.w) == 3
    ledger.reuse_rows(sim.w)
    assert (sc[S.NEEDS_LIVE], sc[S.NEEDS_RESTING]) == (3, 0)
    assert ledger.new_need(sim.w) == 1


@pytest.mark.parametrize(("place", "rule", "message"), [(S.FREE_NEED, ledger.new_need, "table of needs is full")])
def test_a_full_table_is_an_error_not_a_silent_loss(place, rule, message):
    sim = quiet()
    sim.tables["sc"][place] = -1
    with pytest.raises(MemoryError, match=message):
        rule(sim.w)


def a_need(sim, **columns):
    """Return the row of a measured need of the first grid that arose at minute 100."""
    n = ledger.new_need(sim.w)
    row = sim.tables["needs"][n]
    values = {"key": 5, "category": 2, "grid": 0, "community": 0, "arose": 100, "counted": 1, "level": 1,
              "phase": S.ENDED} | columns  # fmt: skip
    for name, value in values.items():
        row[name] = value
    return n


def test_a_row_that_is_used_again_remembers_nothing():
    sim = quiet()
    n = a_need(sim, noticed=7, reported=8, contacted=9, on_site=10, reports=3, visits=2, closings=1, returns=4, case=6,
               primary=0, ordinal=5, tried=2, reporter=11, channel=3, occasions=2, noticers=2)  # fmt: skip
    sim.tables["needs"]["minutes"][n] = 77
    ledger.free_need(sim.w, n)
    ledger.reuse_rows(sim.w)
    assert ledger.new_need(sim.w) == n
    row = sim.tables["needs"][n]
    assert not row["minutes"].any()
    unset = ("noticed", "reported", "contacted", "on_site", "case", "reporter", "channel", "wait_pool")
    assert [int(row[name]) for name in unset] == [-1] * len(unset)
    zero = ("reports", "visits", "closings", "returns", "ordinal", "tried", "occasions", "noticers", "counted")
    assert [int(row[name]) for name in zero] == [0] * len(zero)
    assert (row["primary"], row["live"], row["phase"], row["generation"]) == (1, 1, S.PENDING, 1)


def test_an_event_is_logged_only_where_a_log_is_kept_and_a_full_log_is_an_error():
    sim = quiet()
    log, sc = sim.tables["log"], sim.tables["sc"]
    ledger.log(sim.w, 5, 60, ledger.LOG_ARISE, 3, -1)
    assert (sc[S.LOG_N], log["minute"][0]) == (0, 0)
    sc[S.LOGGING] = 1
    ledger.log(sim.w, 5, 60, ledger.LOG_ASSIGNED, 3, 2)
    person = int(sim.tables["responders"]["key"][2])
    assert (sc[S.LOG_N], log[0].tolist()) == (1, (5, 60, ledger.LOG_ASSIGNED, 3, person))
    with pytest.raises(MemoryError, match="event log is full"):
        ledger.log(sim.w, 5, 61, ledger.LOG_ARRIVED, 3, -1)


def test_a_flow_is_counted_today_in_the_street_of_the_need():
    sim = quiet()
    n = a_need(sim, community=1)
    sim.tables["sc"][S.DAY_NO] = 4
    ledger.count(sim.w, n, S.C_REOPENED)
    ledger.add(sim.w, n, S.C_RESPONSE_MINUTES, 30)
    counts, street = sim.tables["counts"], int(sim.tables["communities"]["street"][1])
    assert (counts[4, street, S.C_REOPENED], counts[4, street, S.C_RESPONSE_MINUTES], counts.sum()) == (1, 30, 31)


def test_a_solved_need_is_folded_by_what_it_went_through():
    sim = quiet()
    n = a_need(sim, reported=150, contacted=160, on_site=170, visits=1, closings=1, reports=2)
    sim.tables["needs"]["minutes"][n, S.WORKING] = 40
    ledger.fold(sim.w, n, 200)
    tables, sc = sim.tables, sim.tables["sc"]
    at = {name: int(tables[f"hist_{name}"].argmax()) for name in
          ("response", "solution", "contact", "from_report", "on_site")}  # fmt: skip
    assert at == {"response": 60, "solution": 100, "contact": 10, "from_report": 50, "on_site": 70}
    assert all(tables[f"hist_{name}"].sum() == 1 for name in at)
    kind = tables["grids"]["kind"][0]
    assert (tables["stage_table"][2, kind, S.WORKING], tables["stage_table"][2, kind, -1]) == (40, 1)
    assert tables["by_category"][2, [S.CAT_NEEDS, S.CAT_RESPONSE, S.CAT_SOLUTION]].tolist() == [1, 60, 100]
    assert tables["by_category"][2, [S.CAT_SOLVED, S.CAT_REPORTED]].tolist() == [1, 1]
    assert tables["by_level"][1, :3].tolist() == [1, 60, 100]
    assert tables["by_kind"][kind].tolist() == [1, 60, 100]
    assert tables["by_grid"][0, [S.G_NEEDS, S.G_SOLVED, S.G_RESPONSE, S.G_SOLUTION]].tolist() == [1, 1, 60, 100]
    assert [sc[k] for k in (S.COHORT_SOLVED, S.COHORT_AT_ONCE, S.COHORT_REPORTS, S.COHORT_CASES)] == [1, 1, 2, 1]


@pytest.mark.parametrize("columns", [{"visits": 2}, {"returns": 1}, {"closings": 2}])
def test_solved_at_once_means_one_visit_one_case_and_no_return(columns):
    sim = quiet()
    ledger.fold(sim.w, a_need(sim, **{"visits": 1, "closings": 1, **columns}), 200)
    assert (sim.tables["sc"][S.COHORT_SOLVED], sim.tables["sc"][S.COHORT_AT_ONCE]) == (1, 0)


def test_what_never_came_counts_as_the_solution_did_or_as_the_limit():
    sim = quiet()
    tau = int(sim.tables["sc"][S.TAU])
    ledger.fold(sim.w, a_need(sim), 300)  # settled by itself, without a response
    assert (sim.tables["hist_response"].argmax(), sim.tables["hist_on_site"].argmax()) == (200, 200)
    sim = quiet()
    ledger.fold(sim.w, a_need(sim), -1)
    assert (sim.tables["hist_response"].argmax(), sim.tables["hist_solution"].argmax()) == (tau, tau)
    assert not sim.tables["hist_contact"].any()  # it was never reported
    assert sim.tables["sc"][S.COHORT_LAPSED] == 1
    sim = quiet()
    ledger.fold(sim.w, a_need(sim, contacted=100 + 2 * tau), 100 + 3 * tau)
    assert (sim.tables["hist_response"][tau], sim.tables["hist_solution"][tau]) == (1, 1)


def test_a_recurrence_counts_in_the_cohort_only_and_what_arose_outside_the_window_not_at_all():
    sim = quiet()
    ledger.fold(sim.w, a_need(sim, primary=0), 200)
    assert (sim.tables["sc"][S.COHORT_SOLVED], sim.tables["hist_solution"].sum()) == (1, 0)
    assert sim.tables["stage_table"][:, :, -1].sum() == 1
    ledger.fold(sim.w, a_need(sim, counted=0), 200)
    assert (sim.tables["sc"][S.COHORT_SOLVED], sim.tables["stage_table"][:, :, -1].sum()) == (1, 1)


def test_log_kinds_are_named_once_and_their_codes_are_their_places():
    names = [name for name, _, _ in ledger.LOG_KINDS]
    assert len(set(names)) == len(names)
    assert [names[k] for k in (ledger.LOG_ARISE, ledger.LOG_FORCED, ledger.LOG_REMINDED)] == [
        "arise",
        "force",
        "remind",
    ]
