"""Careers of community and grid workers: grades of pay, training, and what both do to quitting and to work.

A worker rises a grade every so many years in post. What pay does depends on who pays it: without a policy all grades
earn the same, which is the baseline that the hazard of quitting refers to. Hours of training stay with the person who
had them: whoever takes his post begins without.
"""

from __future__ import annotations

from .parameters import parameter
from .rules import rule

GRADES = parameter(
    "career.grades", 18, "1", 1, 40, "岗位等级数", "grades of pay of community and grid workers",
    "three posts, eighteen grades (三岗十八级)", "S",
)  # fmt: skip
GRADE_YEARS = parameter(
    "career.grade_years", 2, "year", 0.25, 20, "每级年限", "years in post until the next grade",
    "by seniority, degree and licence; here by years alone; estimate to be swept",
)  # fmt: skip
QUIT_PAY = parameter(
    "staff.quit_pay", 3.7, "1", 0, 12, "离职的薪酬弹性", "fall of ln(hazard of quitting) for each unit of ln(pay)",
    "so that a rise in pay of 15 % brings quits from 10 to 6 % a year; to be swept from 0 to 6",
)  # fmt: skip
TRAINED_GAIN = parameter(
    "training.skill_gain", 0.1, "1", 0, 2, "培训工效提升上限", "rise in productivity that hours of training tend to",
    "service time falls by 0 to 20 %; estimate to be swept from 0 to 0.3",
)  # fmt: skip
TRAINED_FIX = parameter(
    "training.fix_gain", 0.05, "1", 0, 0.5, "培训解决率提升上限",
    "rise of the chance that a finished visit solves the need, which hours of training tend to",
    "first-time fix rises by about five points; estimate to be swept",
)  # fmt: skip
TRAINED_HALF = parameter(
    "training.half_hours", 60, "h", 1, 2000, "培训半程课时", "hours of training that bring half of those rises",
    "estimate to be swept",
)  # fmt: skip


@rule
def grade(tenure: float, years: float, grades: float) -> int:
    """Return the grade, from 0 up, of one who has been in post for ``tenure`` months."""
    return int(min(grades - 1.0, tenure / (12.0 * years)))


@rule
def quit_factor(pay: float, step: float, at_grade: int, elasticity: float) -> float:
    """Return the factor on the hazard of quitting at ``pay`` times the usual, and a share ``step`` more each grade."""
    return float((pay * (1.0 + step) ** at_grade) ** -elasticity)


@rule
def learned(hours: float, half: float) -> float:
    """Return which share of all that training can bring so many hours have brought: half by ``half``, and so on."""
    return float(1.0 - 0.5 ** (hours / half))
