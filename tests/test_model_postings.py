"""Postings: what is filled in by itself, and who is asked to lead whom."""

import pytest
from test_model_interventions import SIM, claims

from cogov.model import postings as ps


def test_a_new_row_serves_in_the_hosts_own_pool_and_is_led_there_for_nothing():
    (row,) = ps.posting_rows(1)
    assert [int(row[name]) for name in ("pool", "grid", "delay", "led_by")] == [-1] * 4
    assert (row["led"], row["fix"]) == (0.0, 0.0)
    ps.POSTINGS.check(claims([(0, 0, ps.FROM_LINE, 0)]))
    bad = claims([(0, 0, ps.FROM_LINE, 0)])
    bad["led"] = 5000
    with pytest.raises(ValueError, match="led"):
        ps.POSTINGS.check(bad)


def test_leading_is_asked_of_those_who_lead_for_each_whom_they_lead():
    rows = claims([(0, 0, 0, 0), (1, 0, 0, 0), (2, 1, 0, 0), (3, 1, 0, 0)])
    rows["led"], rows["led_by"] = [10.0, 5.0, 7.0, 0.0], [-1, -1, int(SIM.setting.street_pool[0]), -1]
    (asked,) = ps.leading(rows, SIM.setting)
    assert asked.lever == "pool.overhead_minutes"
    due = {int(SIM.setting.community_pool[0]): 15.0, int(SIM.setting.street_pool[0]): 7.0}
    assert dict(zip(asked.rows.tolist(), asked.value.tolist(), strict=True)) == due
    assert ps.leading(rows[3:], SIM.setting) == []
