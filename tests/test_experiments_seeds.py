"""Seeds of replications: distinct, stable over machines, and small enough for every table."""

from cogov.experiments.seeds import replication_seed


def test_seeds_are_distinct_and_stay_what_they_are():
    found = {replication_seed(root, r) for root in range(20) for r in range(500)}
    assert len(found) == 20 * 500
    assert max(found) < 2**48
    assert (replication_seed(1, 0), replication_seed(1, 1)) == (31194622775593, 20823346298494)
