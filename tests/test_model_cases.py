"""The life of a case: its deadline, acceptance, misrouting, hand-up, joint visits, duplicates."""

from __future__ import annotations

import pytest
from one_need import case_of, flow, members, open_day, put, quiet, run, run_days

from cogov.model import state as S
from cogov.model.reporting import APP, COUNTER, DIRECT, PATROL, PHONE
from cogov.model.wheel import REPORT, push

DAY = 1440
MORNING = 600


def lever(sim, name, value):
    """Set a lever of communities now and for the days to come."""
    sim.base["community"][name] = sim.tables["community_levers"][name] = value


def due(sim, category):
    open_day(sim, hands=False)
    n = put(sim, category, 0, MORNING)
    run(sim, 0, MORNING + 1)
    case = case_of(sim, n)
    return int(case["deadline"]) - MORNING, int(case["rank"]), int(case["order"]) - (int(case["rank"]) << 32)


@pytest.mark.parametrize(("category", "minutes", "rank"), [
    ("emergency", 120, 0), ("hazard", DAY, 1),
    ("sanitation", 8 * DAY, 2),  # Monday 3 June and five working days, without 10 June, Dragon Boat
    ("illegal_building", 22 * DAY, 2),  # fifteen of them
])  # fmt: skip
def test_deadlines_and_the_order_of_queues(category, minutes, rank):
    assert due(quiet(), category) == (minutes, rank, MORNING + minutes)


def test_a_patrol_is_contact_and_acceptance_in_one():
    sim = quiet()
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL)
    run(sim, 0, MORNING + 2)
    assert sim.tables["needs"]["contacted"][n] == sim.tables["needs"]["reported"][n] == MORNING
    case = case_of(sim, n)
    assert (case["status"], case["pool"]) == (S.QUEUED, sim.tables["nets"][0, 3])
    assert sim.tables["needs"]["minutes"][n][S.ACCEPTANCE] == 1
    assert (flow(sim, S.C_RESPONDED), flow(sim, S.C_OPENED), flow(sim, S.C_REPORTS)) == (1, 1, 1)


@pytest.mark.parametrize(("channel", "first"), [(PHONE, 6), (APP, 2), (DIRECT, 2)])
def test_acceptance_takes_the_median_wait_in_desk_hours(channel, first):
    sim = quiet(handling__accept_median=30, handling__accept_sigma=0, handling__dispatch_minutes=6)
    open_day(sim, hands=False)
    late = put(sim, "sanitation", 0, 1190, number=2, channel=channel)  # 19:50: ten minutes before the desk closes
    n = put(sim, "sanitation", 0, MORNING, channel=channel)
    run(sim, 0, DAY)
    assert sim.tables["needs"]["contacted"][n] == MORNING + first + 31
    open_day(sim, 1, hands=False)
    run(sim, DAY, 2 * DAY)
    assert sim.tables["needs"]["contacted"][late] == DAY + 480 + 31 - (10 - first)


def test_a_misrouted_case_comes_back_in_office_hours_and_then_goes_to_the_right_pool():
    sim = quiet(handling__return_median=60, handling__return_sigma=0, handling__accept_sigma=0)
    open_day(sim, hands=False)
    lever(sim, "misroute", 1.0)
    n = put(sim, "sanitation", 0, MORNING, channel=PHONE, level=2)
    run(sim, 0, DAY)
    need, case = sim.tables["needs"][n], case_of(sim, n)
    accepted = int(need["contacted"])
    assert (need["returns"], flow(sim, S.C_RETURNS)) == (1, 1)
    assert need["minutes"][S.MISROUTING] == 61
    assert (need["phase"], case["pool"]) == (S.WAITING, sim.tables["street_pool"][0])
    assert need["mark"] == accepted + 61


@pytest.mark.parametrize(("category", "channel", "wrong"), [
    ("sanitation", PHONE, True), ("sanitation", APP, True), ("sanitation", COUNTER, False),
    ("sanitation", DIRECT, False), ("sanitation", PATROL, False), ("emergency", PHONE, False),
])  # fmt: skip
def test_who_is_misrouted(category, channel, wrong):
    sim = quiet(handling__misroute_direct=0)
    open_day(sim, hands=False)
    lever(sim, "misroute", 1.0)
    n = put(sim, category, 0, MORNING, channel=channel)
    run(sim, 0, DAY)
    assert sim.tables["needs"]["returns"][n] == int(wrong)


def test_a_case_beyond_the_grid_is_looked_at_handed_up_and_finished_there():
    sim = quiet(handling__decide_median=100, handling__decide_sigma=0, handling__diagnosis=0.2)
    open_day(sim)
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL, level=2)
    run(sim, 0, MORNING + 2)
    assert case_of(sim, n)["pool"] == sim.tables["nets"][0, 3]
    run(sim, MORNING + 2, DAY)
    run_days(sim, 1, 2)
    counts = [flow(sim, k) for k in (S.C_HANDUPS, S.C_RETURNS, S.C_CLOSED, S.C_SOLVED, S.C_GRID_CLOSED)]
    assert counts == [1, 0, 1, 1, 0]
    assert sim.tables["by_level"][:, S.L_CLOSED].tolist() == [0, 0, 1, 0, 0]
    stages = sim.tables["stage_table"][0].sum(axis=0)
    assert stages[S.DECISION] == 101
    assert sim.tables["sc"][S.COHORT_AT_ONCE] == 0


def test_a_missing_committee_doubles_decisions_about_common_parts():
    def decided(committee):
        sim = quiet(handling__decide_median=50, handling__decide_sigma=0, handling__no_committee=2)
        sim.tables["compounds"]["committee"] = committee
        open_day(sim)
        put(sim, "repair", 1, MORNING, channel=PATROL, level=2)
        run(sim, 0, DAY)
        assert sim.tables["sc"][S.SOLVED] == 1
        return int(sim.tables["stage_table"][:, :, S.DECISION].sum())

    assert decided(1) == 51
    assert decided(0) == 101


def test_an_emergency_goes_to_the_street_if_nobody_local_is_on():
    sim = quiet()
    open_day(sim)
    local = int(sim.tables["nets"][1, 5])
    n = put(sim, "emergency", 3, MORNING, channel=PATROL)
    sim.tables["responders"]["on"][members(sim, local)] = 0
    run(sim, 0, MORNING + 2)
    assert case_of(sim, n)["pool"] == sim.tables["street_pool"][0]
    later = put(sim, "sanitation", 3, MORNING + 10, number=2, channel=PATROL)
    sim.tables["responders"]["on"][members(sim, int(sim.tables["nets"][1, 3]))] = 0
    run(sim, MORNING + 2, MORNING + 12)
    assert case_of(sim, later)["pool"] == sim.tables["nets"][1, 3]  # an ordinary one waits


# Joint cases ----------------------------------------------------------------------------------------------------


def test_without_a_convener_parties_come_one_after_another():
    sim = quiet(handling__setup_minutes=30)
    open_day(sim)
    n = put(sim, "facility", 0, MORNING, channel=PATROL, parties=3)
    seen = []
    for t in range(MORNING, DAY):
        run(sim, t, t + 1)
        if sim.tables["needs"]["case"][n] < 0:
            break
        case = case_of(sim, n)
        if case["status"] == S.OUT and (int(case["party"]), int(case["pool"])) not in seen:
            seen.append((int(case["party"]), int(case["pool"])))
    lines = sim.tables["line_pool"][0]
    assert seen == [(0, sim.tables["nets"][0, 3]), (1, lines[0]), (2, lines[11])]
    assert (flow(sim, S.C_JOINT), flow(sim, S.C_SOLVED), flow(sim, S.C_OPENED)) == (1, 1, 1)
    assert sim.tables["stage_table"].sum(axis=(0, 1))[S.COORDINATION] == 62


def test_with_a_convener_parties_meet_work_together_and_are_all_released():
    sim = quiet(handling__convener=1, handling__setup_minutes=30)
    open_day(sim)
    n = put(sim, "facility", 0, MORNING, channel=PATROL, parties=3)
    run(sim, 0, MORNING + 1 + 30 + 2)
    case = case_of(sim, n)
    lines = sim.tables["line_pool"][0]
    parties, p = [], int(case["first_party"])
    while p >= 0:
        parties.append(sim.tables["cases"][p])
        p = int(parties[-1]["next_party"])
    assert [int(p["pool"]) for p in (case, *parties)] == [sim.tables["nets"][0, 3], lines[0], lines[11]]
    assert (case["missing"], sim.tables["sc"][S.CASES_LIVE]) == (3, 3)
    assert len({int(p["order"]) for p in (case, *parties)}) == 1
    assert int(case["order"]) >> 32 == 1
    run(sim, MORNING + 33, DAY)
    assert (flow(sim, S.C_JOINT), flow(sim, S.C_SOLVED), sim.tables["sc"][S.CASES_LIVE]) == (1, 1, 0)
    assert (sim.tables["responders"]["state"] == 0).all()
    busy = sim.tables["responders"]["work_minutes"]
    assert (busy > 0).sum() == 3


# Duplicates -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("merging", "owed"), [(1.0, 0), (0.0, 15)])
def test_a_second_report_is_a_duplicate_that_costs_paperwork_unless_recognised(merging, owed):
    sim = quiet()
    open_day(sim, hands=False)
    sim.tables["community_levers"]["merging"] = merging
    n = put(sim, "sanitation", 0, MORNING, channel=PATROL)
    push(sim.w, MORNING + 10, REPORT, 1, n, int(sim.tables["needs"]["generation"][n]))
    run(sim, 0, MORNING + 11)
    assert [flow(sim, k) for k in (S.C_REPORTS, S.C_DUPLICATES, S.C_OPENED)] == [2, 1, 1]
    asked = sim.tables["pools"]["overhead"]
    assert asked.sum() == asked[case_of(sim, n)["pool"]] == owed


def test_helpers_beside_the_community_leave_a_duplicate_to_its_staff():
    sim = quiet(handling__social_share=1)
    open_day(sim, hands=False)
    sim.tables["community_levers"]["merging"] = 0.0
    sim.tables["pools"]["manned"] = 1
    n = put(sim, "care", 0, MORNING, channel=PATROL)
    push(sim.w, MORNING + 10, REPORT, 1, n, int(sim.tables["needs"]["generation"][n]))
    run(sim, 0, MORNING + 11)
    assert sim.tables["pools"]["kind"][case_of(sim, n)["pool"]] == S.SOCIAL
    asked = sim.tables["pools"]["overhead"]
    assert asked.sum() == asked[sim.tables["nets"][0, 5]] == 15
