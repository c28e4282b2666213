"""The clock of runs stands still while something is compiled."""

import time

from numba import njit

from cogov.experiments.clock import running


def test_compiling_takes_no_time_of_a_run():
    @njit
    def total(n):
        found = 0.0
        for i in range(n):
            found += i % 7
        return found

    began = time.perf_counter()
    with running() as seconds:
        total(10)
        compiled = time.perf_counter() - began
        first = seconds()
        time.sleep(0.05)
        then = seconds()
    assert compiled > 0.05
    assert first < compiled / 2
    assert then - first >= 0.05
