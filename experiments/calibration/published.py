"""Fits beside those that somebody else published: ``python -m cogov.experiments.calibration.published FITS TABLE``.

FITS is ``fits.csv`` of a calibration. TABLE is a CSV file with the columns key, n, instant, cens, mu, sigma (of ln
hours), best (ln, wb, gm or ex) and dAIC_wb, dAIC_gm, dAIC_ex, the AIC of other families less that of the log-normal.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

FAMILIES = {"ln": "log_normal", "wb": "weibull", "gm": "gamma", "ex": "exponential"}
"""Families by the words of a published table."""
_COLUMNS = ("key", "n", "instant", "cens", "mu", "sigma", "best", "dAIC_wb", "dAIC_gm", "dAIC_ex")
CLOSE = 0.01
"""Difference in mu and sigma up to which two fits agree."""


def compare(fits: pd.DataFrame, table: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return both fits of every key that both have, one row each: differences, and the best family of each side."""
    own = fits[fits["level"] == level].set_index("key")
    rows = []
    for other in table.itertuples():
        if other.key not in own.index or pd.isna(own.loc[other.key, "mu"]):
            continue
        mine = own.loc[other.key]
        rows.append(
            {
                "key": other.key, "n": int(mine["n"]), "n_published": int(other.n),
                "instant": mine["instant"] - other.instant, "censored": mine["censored"] - other.cens,
                "mu": mine["mu"] - other.mu, "sigma": mine["sigma"] - other.sigma,
                "best": _best(mine), "best_published": FAMILIES[str(other.best)],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _best(mine: Mapping[str, float]) -> str:
    """Return the best of the families that a published table knows."""
    aic = {"log_normal": 0.0} | {name: float(mine[f"aic_{name}"]) for name in FAMILIES.values() if name != "log_normal"}
    return min(aic, key=lambda name: aic[name])


def said(found: pd.DataFrame) -> str:
    """Return what agrees, as Markdown: counts, and a row for each key that does not."""
    near = (found["mu"].abs() <= CLOSE) & (found["sigma"].abs() <= CLOSE)
    same = found["best"] == found["best_published"]
    lines = [
        f"{len(found)} keys; the same number of tickets in {int((found['n'] == found['n_published']).sum())}; "
        f"mu and sigma within {CLOSE:g} in {int(near.sum())}; the same best family in {int(same.sum())}; largest "
        f"difference in the share closed at once {found['instant'].abs().max():.4f}, in the share open "
        f"{found['censored'].abs().max():.4f}.",
        "",
        "| key | tickets | difference in mu | in sigma | best family | published |",
        "|---|--:|--:|--:|---|---|",
    ]
    for row in found[~(near & same)].itertuples():
        lines.append(f"| {row.key} | {row.n} | {row.mu:+.3f} | {row.sigma:+.3f} | {row.best} | {row.best_published} |")
    return "\n".join(lines) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the comparison; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m cogov.experiments.calibration.published", description=__doc__)
    parser.add_argument("fits", type=Path, help="fits.csv of a calibration")
    parser.add_argument("table", type=Path, help="published table, a CSV file")
    parser.add_argument("--level", default="category", choices=["category", "group"], help="which fits are meant")
    given = parser.parse_args(argv)
    try:
        fits, table = pd.read_csv(given.fits), pd.read_csv(given.table)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        return 2
    if lacking := [name for name in _COLUMNS if name not in table.columns]:
        sys.stderr.write(f"{given.table}: lacks the columns {', '.join(lacking)}\n")
        return 2
    found = compare(fits, table, given.level)
    if found.empty:
        sys.stderr.write(f"{given.table}: none of its keys is a {given.level} of {given.fits}\n")
        return 2
    sys.stdout.write(said(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
