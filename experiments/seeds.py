"""Seeds of replications: the same for all scenarios, so that these share their random numbers."""

from __future__ import annotations

import hashlib


def replication_seed(seed: int, replication: int) -> int:
    """Return the seed of one replication: a keyed digest, the same for all scenarios, below 2^48."""
    key = f"cogov replication {seed} {replication}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=6).digest(), "little")
