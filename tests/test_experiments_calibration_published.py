"""Fits beside a published table: what agrees is counted, what does not is named."""

import pandas as pd

from cogov.experiments.calibration.published import compare, main, said

FITS = pd.DataFrame({
    "level": ["category", "category", "group"], "key": ["a", "b", "a"], "n": [100, 200, 300], "instant": 0.1,
    "censored": 0.2, "mu": [3.0, 4.0, 5.0], "sigma": [1.0, 2.0, 3.0], "aic_weibull": [5.0, -3.0, 1.0],
    "aic_gamma": [9.0, 2.0, 2.0], "aic_log_logistic": -50.0, "aic_exponential": [20.0, 30.0, 40.0],
})  # fmt: skip
TABLE = pd.DataFrame({
    "key": ["a", "b", "c"], "n": [100, 199, 5], "instant": [0.1, 0.11, 0.0], "cens": [0.2, 0.2, 0.0],
    "mu": [3.004, 4.1, 0.0], "sigma": [1.0, 2.0, 1.0], "best": ["ln", "ln", "ex"], "dAIC_wb": 0.0, "dAIC_gm": 0.0,
    "dAIC_ex": 0.0,
})  # fmt: skip


def test_fits_are_set_beside_the_published_ones():
    found = compare(FITS, TABLE, "category")
    assert list(found["key"]) == ["a", "b"]
    assert list(found["best"]) == ["log_normal", "weibull"]
    text = said(found)
    assert "2 keys; the same number of tickets in 1; mu and sigma within 0.01 in 1; the same best family in 1" in text
    assert "| b | 200 | -0.100 | +0.000 | weibull | log_normal |" in text
    assert "| a |" not in text


def test_the_command_reads_both_files_or_says_why_not(tmp_path, capsys):
    fits, table = tmp_path / "fits.csv", tmp_path / "table.csv"
    FITS.to_csv(fits)
    TABLE.to_csv(table)
    assert main([str(fits), str(table)]) == 0
    assert "2 keys" in capsys.readouterr().out
    assert main([str(fits), str(tmp_path / "none.csv")]) == 2
    assert main([str(table), str(fits)]) == 2
    assert "lacks the columns" in capsys.readouterr().err
    TABLE.assign(key="x").to_csv(table)
    assert main([str(fits), str(table)]) == 2
