"""A dispute by itself, for tests: offered to the residents first, or reported by a patrol and talked over."""

from __future__ import annotations

from one_need import open_day, put, quiet

from cogov.model.draws import HANDLING, NEIGHBOURS, uniforms
from cogov.model.occasions import SETTLES, TALKED_OVER
from cogov.model.reporting import PATROL
from cogov.model.wheel import ARISE

MORNING = 600
EAGER = {"resident__report_intercept": 5, "resident__report_friction": 0, "resident__report_severity": 10}
SETTLED, IN_VAIN = {"self_help__intercept": 5}, {"self_help__intercept": -5, "self_help__participation": 0}
"""Numbers under which residents settle what is offered to them, and under which they settle nothing."""
AGREE, PART = {"talks__concession": 1}, {"talks__surplus": 0}
"""Numbers under which the first round ends in an agreement, and under which none does."""


def draws_of_offer(sim, key):
    """Return the keyed draws of a need: whether it is offered to residents, and how they fare."""
    return uniforms(sim.keys[NEIGHBOURS], key, SETTLES)


def offered(share, key=1, **parameters):
    """Return a run in which a dispute arises on Monday at ten, whose resident would report it, and its row."""
    sim = quiet(30, **EAGER, **parameters)
    sim.tables["topic_levers"]["self_help"] = share
    open_day(sim)
    return sim, put(sim, "dispute", 0, MORNING, ARISE, channel=-1, number=key)


def draws_of_talks(sim, key):
    """Return the keyed draws of a dispute: whether it goes to talks, how far the parties are apart."""
    return uniforms(sim.keys[HANDLING], key, TALKED_OVER)


def talked_over(talks, key=1, days=3, category="dispute", minute=MORNING, **parameters):
    """Return a run in which a patrol reports a need on Monday at ten, and its row."""
    sim = quiet(60, **parameters)
    sim.tables["topic_levers"]["talks"] = talks
    sim.tables["community_levers"]["talk_days"] = days
    open_day(sim)
    return sim, put(sim, category, 0, minute, channel=PATROL, number=key)
