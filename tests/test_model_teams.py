"""Task teams: a meeting takes an hour of each who sits in it, and nothing of anybody else."""

import numpy as np
from policy_city import ALL, CITY, LINES, PLACES, setting

from cogov.model.teams import meeting

SOME = ALL[::2]
OURS = np.flatnonzero((LINES["line"] == 0) & (LINES["district"] >= 0))


def charged(places=SOME, lines=OURS, hours=3.0, members=4.0):
    """Return what a meeting asks, by lever: the value of each row."""
    return {c.lever + str(k): dict(zip(c.rows.tolist(), np.broadcast_to(c.value, len(c.rows)).tolist(), strict=True))
            for k, c in enumerate(meeting(setting(), places, lines, hours, members))}  # fmt: skip


def test_each_team_takes_one_of_its_community_its_street_and_each_line_and_its_members():
    asked = charged()
    at = setting()
    assert asked["pool.overhead_minutes0"] == dict.fromkeys(at.community_pool[SOME].tolist(), 180.0)
    teams = np.bincount(PLACES["street"][SOME], minlength=len(CITY.streets))
    assert asked["pool.overhead_minutes1"] == {int(at.street_pool[s]): 180.0 * n for s, n in enumerate(teams) if n}
    of_district = np.bincount(PLACES["district"][SOME])
    assert asked["line.lent_hours2"] == {int(k): 3.0 * of_district[LINES["district"][k]] for k in OURS}
    assert asked["community.residents_hours3"] == dict.fromkeys(SOME.tolist(), 12.0)


def test_nobody_meets_where_there_is_no_team():
    nothing = charged(places=ALL[:0], lines=OURS[:0])
    assert not any(nothing.values())
