"""A budget of one's own, such as a village's: an income that grows, a share that is spent, and what of it is lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """A yearly income and what becomes of it.

    Attributes:
        income: Money a year at the start.
        growth: Yearly growth of the income.
        share: Share of the income that is spent on the purpose.
    """

    income: float
    growth: float
    share: float

    def daily(self, day: float) -> float:
        """Return the money spent on the purpose on the ``day``-th day after the start."""
        return float(self.income * (1.0 + self.growth) ** (day / 365.0) * self.share / 365.0)
