"""The declared network in the real engine, in the setting of queueing theory that ``verification.theory_city`` has."""

from __future__ import annotations

import numpy as np

from ...verification import theory_city as city
from .declaration import Declaration, Stays


def run(model: Declaration, seed: int) -> Stays:
    """Run all districts at once: a village is an office, the district's first line the line."""
    offices = [city.Queue(n, (rate,)) for n, rate in zip(model.servers_of_offices, model.rates, strict=True)]
    queues = offices * model.districts
    kind = city.Kind("need", model.work_minutes, "log_normal", model.sigma, joint=model.joint)
    found = city.run(queues, [kind], model.days, model.warm_up_days, seed, districts=model.districts,
                     at_line=model.servers_of_line)  # fmt: skip
    of_line = found.queue >= len(queues)
    district = np.where(of_line, found.queue - len(queues), found.queue // model.offices)
    queue = np.where(of_line, model.offices, found.queue % model.offices)
    return Stays(district, found.key, queue, found.entered, found.waited)
