"""Counter-based random draws: a pure function of (seed, stream, semantic key).

The generator is Philox4x32 with ten rounds (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3"). Its 64-bit key is a digest of the run's seed and the stream's name; its 128-bit counter is
the semantic key of the thing that draws. No draw depends on the clock, on a row number or on how many draws
came before, so two runs under different policies meet the same fate wherever they ask the same question.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agents.rules import entry, rule

STREAMS: dict[str, str] = {}
"""Name of every stream and what it decides. Names are public: renaming one changes results."""


def _stream(name: str, meaning: str) -> int:
    STREAMS[name] = meaning
    return len(STREAMS) - 1


CITY = _stream("city", "how the city was built")
RESIDENT = _stream("resident", "fixed traits of a resident")
ROSTER = _stream("roster", "leave and the order of field and paperwork blocks of a responder-day")
DISPERSION = _stream("dispersion", "how busy a category is on a day in a community and in the city")
ARRIVALS = _stream("arrivals", "number of candidate needs of a community, category and day")
CANDIDATE = _stream("candidate", "slot, acceptance and minute of a candidate need")
TRAITS = _stream("traits", "severity, level of solution and parties of a need")
NOTICE = _stream("notice", "who notices a need, and when")
REPORT = _stream("report", "whether and how one who noticed reports")
CALL = _stream("call", "length of a call, retrial and patience")
HANDLING = _stream("handling", "acceptance, routing and decision waits of a case")
WORK = _stream("work", "hands-on minutes and success of a party's visit")
RATING = _stream("rating", "whether a resident answers a rating and is satisfied")
NEIGHBOURS = _stream("neighbours", "who in the grid hears of an outcome")
RECURRENCE = _stream("recurrence", "whether and when a solved need comes back")
CLOSURE = _stream("closure", "forced closure and reopening of a case")
STAFF = _stream("staff", "quitting and replacement of workers")
PLEDGE = _stream("pledge", "answers of members, cadres and units to a call")
SHOCK = _stream("shock", "place, size and tasks of a shock")
LINE_WORK = _stream("line_work", "inflow of a department line's own work on a day")
OFFICE = _stream("office", "decisions of offices, departments and firms")
POLICY = _stream("policy", "coverage of a policy over places")

_MASK = np.uint64(0xFFFFFFFF)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_S32 = np.uint64(32)
_S11 = np.uint64(11)
_TOP = np.uint64(1) << np.uint64(62)
_LOW62 = _TOP - np.uint64(1)
_TO_UNIT = 1.0 / 9007199254740992.0


def stream_keys(seed: int) -> NDArray[np.uint64]:
    """Return the generator's key of every stream for one seed, shape (streams,)."""
    return np.array(
        [
            int.from_bytes(hashlib.blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "little")
            for name in STREAMS
        ],
        dtype=np.uint64,
    )


@rule
def philox(key: np.uint64, a: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four 32-bit words of Philox4x32-10 for a 64-bit key and the counter (a, b) of 128 bits."""
    k0 = key & _MASK
    k1 = key >> _S32
    c0 = a & _MASK
    c1 = a >> _S32
    c2 = b & _MASK
    c3 = b >> _S32
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _S32) ^ c1 ^ k0
        c1 = p1 & _MASK
        c2 = (p0 >> _S32) ^ c3 ^ k1
        c3 = p0 & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@rule
def uniforms(key: np.uint64, a: int, b: int) -> tuple[float, float]:
    """Return two uniforms in the open interval (0, 1) for the counter (a, b)."""
    w0, w1, w2, w3 = philox(key, np.uint64(a), np.uint64(b))
    u = (np.float64(((w0 << _S32) | w1) >> _S11) + 0.5) * _TO_UNIT
    v = (np.float64(((w2 << _S32) | w3) >> _S11) + 0.5) * _TO_UNIT
    return u, v


@entry
def uniform(key: np.uint64, a: int, b: int) -> float:
    """Return one uniform in (0, 1)."""
    return uniforms(key, a, b)[0]


@entry
def normal(key: np.uint64, a: int, b: int) -> float:
    """Return a standard normal draw (Box & Muller 1958)."""
    u, v = uniforms(key, a, b)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(6.283185307179586 * v)


@rule
def exponential(key: np.uint64, a: int, b: int) -> float:
    """Return an exponential draw of mean one."""
    return -math.log(uniforms(key, a, b)[0])


@entry
def fill_uniforms(key: Any, a: Any, b: int, out: Any) -> None:
    """Fill ``out`` with the uniforms of the counters (a[i], b)."""
    for i in range(a.shape[0]):
        out[i] = uniform(key, a[i], b)


@entry
def fill_uniforms_each(key: Any, a: Any, b: Any, out: Any) -> None:
    """Fill ``out`` with the uniforms of the counters (a[i], b[i])."""
    for i in range(a.shape[0]):
        out[i] = uniform(key, a[i], b[i])


@entry
def fill_normals(key: Any, a: Any, b: int, out: Any) -> None:
    """Fill ``out`` with the normals of the counters (a[i], b)."""
    for i in range(a.shape[0]):
        out[i] = normal(key, a[i], b)


@rule
def lognormal_mean_one(z: float, sigma: float) -> float:
    """Turn a standard normal ``z`` into a log-normal factor whose mean is one."""
    return math.exp(sigma * z - 0.5 * sigma * sigma)


@rule
def poisson(mean: float, u: float) -> int:
    """Return the Poisson quantile of ``u`` by summing the mass (means up to a few hundred)."""
    if mean <= 0.0:
        return 0
    if mean > 500.0:
        # A normal approximation with continuity correction; its error is under 1e-3 at this mean.
        t = math.sqrt(-2.0 * math.log(min(u, 1.0 - u)))
        z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
            1.0 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t
        )
        if u < 0.5:
            z = -z
        return max(0, int(math.floor(mean + z * math.sqrt(mean) + 0.5)))
    mass = math.exp(-mean)
    total = mass
    n = 0
    while u > total and n < 2000:
        n += 1
        mass *= mean / n
        total += mass
    return n


@rule
def child_key(key: np.uint64, parent: int, kind: int, ordinal: int) -> int:
    """Return the semantic key of a child of ``parent``: 62 hashed bits below a mark that primaries lack."""
    w0, w1, _, _ = philox(key, np.uint64(parent), np.uint64(kind * 1048576 + ordinal))
    key62: Any = np.int64((((w0 << _S32) | w1) & _LOW62) | _TOP)
    return key62
