"""Stations of servers in the engine itself, as patterns about queues look at them."""

from cogov.experiments import pattern_queues, patterns
from cogov.experiments.patterns import load_patterns, look_at, tasks_of
from cogov.model.ledger import LOG_ASSIGNED, LOG_QUEUE
from cogov.model.state import LOG

REGISTER = load_patterns()


def test_queues_are_looked_at_in_the_engine_itself(monkeypatch):
    monkeypatch.setattr(pattern_queues, "ALIKE", {2: 4, 5: 4, 10: 2})
    (task,) = (task for task in tasks_of(REGISTER, "street", 1) if task.arm == patterns.QUEUES)
    found = look_at(task)
    assert set(found) == set(pattern_queues.NAMES)
    assert 0.7 < found["queue_5_70"] < 1.3
    assert 0.7 < found["pooling_90"] < 0.95


def test_a_wait_is_from_the_queue_to_setting_out_of_cases_that_joined_in_time():
    rows = LOG.rows(9)
    told = [(1, 10, LOG_QUEUE), (2, 20, LOG_QUEUE), (1, 25, LOG_ASSIGNED), (3, 30, LOG_QUEUE), (2, 70, LOG_ASSIGNED),
            (3, 90, LOG_ASSIGNED), (4, 25, LOG_QUEUE), (5, 29, LOG_QUEUE), (5, 29, LOG_ASSIGNED)]  # fmt: skip
    for row, (incident, minute, kind) in zip(rows, told, strict=True):
        row["incident"], row["minute"], row["kind"] = incident, minute, kind
    assert pattern_queues.waited(rows, 10, 30).tolist() == [15, 50, 0]  # 4 was never taken, 3 joined too late
    assert pattern_queues.waited(rows, 11, 31).tolist() == [50, 60, 0]
