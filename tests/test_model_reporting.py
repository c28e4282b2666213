"""From a need to a report: who notices, who calls, who is lost at the hotline, and what festers and lapses."""

from __future__ import annotations

import math

import pytest
from one_need import CITY, case_of, flow, open_day, put, quiet, run

from cogov.agents.residents import logistic
from cogov.model import reporting
from cogov.model import state as S
from cogov.model.draws import CALL as CALLS
from cogov.model.draws import NOTICE, REPORT, exponential, uniforms
from cogov.model.occasions import LOOKED_AT
from cogov.model.reporting import PATROL, PHONE
from cogov.model.wheel import ARISE, FESTER, push

MORNING = 600
SILENT = {"resident__report_intercept": -5, "resident__report_friction": 5}
EAGER = {"resident__report_intercept": 5, "resident__report_friction": 0, "resident__report_severity": 10}


PLACES = {
    "attempts": S.ATTEMPTS, "answered": S.ANSWERED, "abandoned": S.ABANDONED, "retries": S.RETRIES,
    "waiting": S.RETRYING, "live": S.CALLS_LIVE, "busy": S.SEATS_BUSY,
}  # fmt: skip


def calls(sim):
    return {name: int(sim.tables["sc"][place]) for name, place in PLACES.items()}


def figures(**some):
    """Return the figures of calls, nought where not given."""
    return dict.fromkeys(PLACES, 0) | some


def test_a_need_that_arises_is_counted_and_unnoticed():
    sim = quiet()
    open_day(sim)
    n = put(sim, "sanitation", 0, MORNING, ARISE)
    run(sim, 0, MORNING + 1)
    need = sim.tables["needs"][n]
    assert (need["phase"], need["arose"], need["counted"]) == (S.UNNOTICED, MORNING, 1)
    assert (flow(sim, S.C_ARISEN), sim.tables["sc"][S.ARISEN]) == (1, 1)


def test_a_patrol_reports_what_it_sees_without_a_call():
    sim = quiet(handling__patrol=24, **SILENT)
    open_day(sim, hands=False)
    n = put(sim, "sanitation", 0, 30, ARISE, channel=-1)
    wait = exponential(sim.keys[NOTICE], 1, LOOKED_AT + 1) / 24  # days of ten hours, from eight o'clock on
    at = 480 + 1 + int(wait * 600)
    run(sim, 0, at + 3)
    need = sim.tables["needs"][n]
    assert (need["channel"], need["reported"], need["contacted"], need["reports"]) == (PATROL, at + 1, at + 1, 1)
    assert case_of(sim, n)["pool"] == sim.tables["nets"][0, 3]
    assert calls(sim)["attempts"] == 0


def test_property_staff_see_what_is_on_their_compounds():
    def seen(grid):
        sim = quiet(handling__property_rounds=24, **SILENT)
        sim.tables["firms"]["effort"] = 1.0
        open_day(sim, hands=False)
        n = put(sim, "sanitation", grid, 30, ARISE, channel=-1)
        run(sim, 0, 1440)
        return sim.tables["needs"]["channel"][n] == PATROL

    assert CITY.grids["compound"][[0, 1]].tolist() == [-1, 0]
    assert seen(1)
    assert not seen(0)


def test_a_private_need_is_noticed_by_the_one_concerned_after_a_keyed_hour():
    sim = quiet(**SILENT)
    assert sim.catalogue.rows["eyes"][sim.catalogue.ids.index("care")] == 0
    open_day(sim)
    n = put(sim, "care", 0, MORNING, ARISE)
    at = MORNING + 1 + int(60 * exponential(sim.keys[NOTICE], 1, 0))
    run(sim, 0, min(1440, at + 1))
    need = sim.tables["needs"][n]
    assert at < 1440
    assert (need["noticed"], need["phase"]) == (at, S.UNREPORTED)
    assert need["minutes"][S.UNNOTICED] == at - MORNING


def test_the_choice_to_report_is_the_declared_logit_of_a_keyed_draw():
    sim = quiet()
    open_day(sim)
    trust, part = sim.tables["trust"], sim.tables["participation"]
    first = int(CITY.grids["first_resident"][1])
    decided = []
    for k in range(60):
        n = put(sim, "care", 1, MORNING, number=k, owner=first, severity=0.7)
        resident = first + k % 40
        u, _ = uniforms(sim.keys[REPORT], k, 256 * reporting.SLOTS + resident - first)
        logit = -1 + 2.2 * 0.3 + 1.2 * (float(trust[resident]) - 0.6) + 1.6 * (float(part[resident]) - 0.35)
        logit -= 0.0 if resident == first else 2.4 * 0.3  # a witness is more reluctant
        reporting.consider(sim.w, n, resident, 256, MORNING)
        assert (sim.tables["needs"]["reporter"][n] == resident) == (u < logistic(logit)), k
        decided.append(u < logistic(logit))
    assert 0 < sum(decided) < 60


def test_only_witnesses_who_would_never_report_are_passed_over():
    sim = quiet()
    sim.tables["trust"][:] = sim.tables["participation"][:] = 1.0
    seen = {True: 0, False: 0}
    for number in range(1, 400):
        n = put(sim, "sanitation", 1, MORNING, number=number, severity=0.3)
        resident = reporting._witness(sim.w, n, 0)
        might = bool(reporting._might_report(sim.w, n, 0, 0))
        sim.tables["needs"]["severity"][n] = 0.3 + reporting.FESTERS_BY
        before = int(sim.tables["sc"][S.PUSHES])
        reporting.consider(sim.w, n, resident, reporting._occasion(sim.w, n, resident, 0), MORNING)
        reported = int(sim.tables["sc"][S.PUSHES]) > before
        assert reported == might
        seen[might] += 1
    assert min(seen.values()) > 50


def test_a_looser_channel_makes_a_report_likelier():
    sim = quiet(resident__report_friction=0.5)
    n = put(sim, "care", 0, MORNING)
    usual = reporting._report_chance(sim.w, n, int(sim.tables["needs"]["owner"][n]), 0.4, 0.6, 0.35)
    sim.tables["community_levers"]["friction"] = -0.5
    eased = reporting._report_chance(sim.w, n, int(sim.tables["needs"]["owner"][n]), 0.4, 0.6, 0.35)
    assert usual == pytest.approx(logistic(-1.0), rel=1e-12)
    assert eased == pytest.approx(logistic(-0.5), rel=1e-12)


# The hotline ----------------------------------------------------------------------------------------------------


def caller(seats, number=1, **parameters):
    """Return a run with a call placed for ten o'clock when so many seats are taken into service, and the need."""
    sim = quiet(**parameters)
    sim.tables["seats"][:] = seats
    open_day(sim, hands=False)
    n = put(sim, "care", 0, 1400, number=number)
    reporting.place_call(sim.w, n, int(sim.tables["needs"]["owner"][n]), MORNING)
    return sim, n


def test_a_free_seat_answers_and_the_report_follows_the_talk():
    sim, n = caller(1, hotline__talk=4)
    u, _ = uniforms(sim.keys[CALLS], 1, 0)
    talk = 1 + int(-math.log(u) * 3.5)
    run(sim, 0, MORNING + 1)
    assert calls(sim) == figures(attempts=1, answered=1, busy=1)
    need = sim.tables["needs"][n]
    assert (need["contacted"], need["channel"], need["reported"]) == (MORNING, PHONE, -1)
    run(sim, MORNING + 1, MORNING + talk + 1)
    assert (need["reported"], calls(sim)["busy"]) == (MORNING + talk, 0)


def test_a_lost_call_that_is_not_tried_again_leaves_the_need_unreported():
    sim, n = caller(0, hotline__retry=0)
    run(sim, 0, MORNING + 1)
    assert calls(sim) == figures(attempts=1, abandoned=1)
    assert sim.tables["needs"]["phase"][n] == S.UNREPORTED


def test_a_lost_call_is_tried_again_at_its_keyed_minute_and_answered():
    sim, n = caller(0, hotline__retry=0.99, hotline__retry_minutes=20)
    need = sim.tables["needs"][n]
    need["mark"] = need["arose"] = MORNING
    u, v = uniforms(sim.keys[CALLS], 1, 0)
    assert v < 0.99
    again = MORNING + 1 + int(-math.log(u) * 20)
    run(sim, 0, MORNING + 1)
    assert (need["phase"], calls(sim)["waiting"]) == (S.RETRY, 1)
    sim.tables["seats"][:] = 1
    run(sim, MORNING + 1, again)
    assert calls(sim)["attempts"] == 1
    run(sim, again, again + 1)
    assert calls(sim) == figures(attempts=2, answered=1, retries=1, busy=1)
    assert (need["phase"], need["contacted"], need["minutes"][S.RETRY]) == (S.UNREPORTED, again, again - MORNING)


def test_nobody_calls_more_than_sixteen_times():
    sim, n = caller(0, number=3, hotline__retry=0.99, hotline__retry_minutes=1)
    run(sim, 0, 1300)
    got = calls(sim)
    assert got["live"] == got["waiting"] == 0
    assert got["attempts"] == got["abandoned"] + got["retries"]
    assert 1 < got["attempts"] <= 16
    assert sim.tables["needs"]["phase"][n] == S.UNREPORTED


def test_of_two_calls_for_one_seat_the_later_key_is_lost():
    sim, first = caller(1, hotline__retry=0)
    second = put(sim, "care", 0, 1400, number=2)
    reporting.place_call(sim.w, second, int(sim.tables["needs"]["owner"][second]), MORNING)
    run(sim, 0, MORNING + 1)
    assert (calls(sim)["answered"], calls(sim)["abandoned"]) == (1, 1)
    assert sim.tables["needs"]["contacted"][[first, second]].tolist() == [MORNING, -1]


def test_attempts_are_answered_abandoned_or_tried_again_under_a_flood():
    sim = quiet(hotline__retry=0.9, hotline__retry_minutes=200)
    sim.tables["seats"][:] = 3
    open_day(sim, hands=False)
    for k in range(1, 200):
        n = put(sim, "care", 0, 1439, number=k)
        reporting.place_call(sim.w, n, int(sim.tables["needs"]["owner"][n]), MORNING + k % 7)
    run(sim, 0, MORNING + 120)
    got = calls(sim)
    assert got["attempts"] == got["answered"] + got["abandoned"] + got["retries"]
    assert min(got["answered"], got["abandoned"], got["waiting"]) > 0
    assert got["live"] == got["waiting"]
    assert got["answered"] + got["abandoned"] + got["waiting"] == 199
    assert got["busy"] <= 3


# Festering ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("phase", "age", "gone"), [
    (S.UNNOTICED, 0, True), (S.UNREPORTED, 0, True), (S.CLOSED_UNSOLVED, 0, True), (S.UNREPORTED, -1, False),
    (S.RETRY, 0, False),
])  # fmt: skip
def test_a_need_that_nobody_handles_lapses_at_its_age(phase, age, gone):
    sim = quiet(**SILENT)
    open_day(sim, hands=False)
    n = put(sim, "parking", 0, MORNING, FESTER)
    need, lapse = sim.tables["needs"][n], int(sim.catalogue.rows["lapse_minutes"][2])
    need["phase"], need["arose"], need["mark"] = phase, MORNING - lapse - age, 0
    run(sim, 0, MORNING + 1)
    assert (need["live"] == 0) == gone
    assert (sim.tables["sc"][S.LAPSED], flow(sim, S.C_LAPSED)) == (int(gone), int(gone))
    assert sim.tables["needs"]["severity"][n] == pytest.approx(0.48)


def test_severity_stops_at_one_and_stale_events_do_nothing():
    sim = quiet(**SILENT)
    open_day(sim)
    n = put(sim, "parking", 0, MORNING, FESTER, severity=0.97, phase=S.UNNOTICED)
    push(sim.w, MORNING + 1, FESTER, 1, n, int(sim.tables["needs"]["generation"][n]) + 1)
    run(sim, 0, MORNING + 1)
    assert sim.tables["needs"]["severity"][n] == 1.0
    sim.tables["needs"]["severity"][n] = 0.5
    run(sim, MORNING + 1, MORNING + 2)
    assert sim.tables["needs"]["severity"][n] == 0.5


def test_one_who_left_a_need_unreported_thinks_again_when_it_worsens():
    sim = quiet(**EAGER)
    open_day(sim)
    n = put(sim, "care", 0, MORNING, FESTER, phase=S.UNREPORTED)
    run(sim, 0, MORNING + 1)
    need = sim.tables["needs"][n]
    assert (need["occasions"], need["reporter"]) == (1, need["owner"])
