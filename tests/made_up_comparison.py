"""Comparisons of made-up runs, and with one effect of them set by hand."""

from dataclasses import replace

from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare


def made(*names, replications=4, **changes):
    """Return a comparison of made-up runs of some scenarios, the first the reference."""
    sides = [FakeScenario(name, **changes) for name in names]
    return compare(sides, replications=replications, workers=1, engine=engine)


def with_effect(comparison, scenario, key, **changes):
    """Return it with other numbers for one effect, and the verdict that goes with them."""
    effect = comparison.effects[scenario][key]
    pair = replace(effect.pair, **{k: v for k, v in changes.items() if k != "verdict"})
    effects = {**comparison.effects[scenario], key: replace(effect, pair=pair, verdict=changes["verdict"])}
    return replace(comparison, effects={**comparison.effects, scenario: effects})
