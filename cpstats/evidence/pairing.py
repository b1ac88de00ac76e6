"""Two scores of the same child: how much changed, and whether it is more than chance.

References
----------
Newcombe RG (1998). Improved confidence intervals for the difference between binomial proportions
    based on paired data. Stat Med 17: 2635-2650. Method 10.
Student (1908). The probable error of a mean. Biometrika 6: 1-25.
Wilcoxon F (1945). Individual comparisons by ranking methods. Biometrics Bull 1: 80-83.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import inputs, rates

PAIRED = "Newcombe, paired"
METHOD = "mean of paired changes, t interval"
#: Up to so many changes Wilcoxon's test is exact.
_EXACT = 50
BETTER, WORSE, NO_CLEAR_CHANGE = "better", "worse", "no clear change"


def paired_change(
    first: Any, later: Any, *, better: str = "higher", confidence: float = 0.95
) -> dict[str, Any]:
    """
    Tell how the same children's scores changed.

    Parameters
    ----------
    first, later : sequence of float, shape (n,)
        Scores of each child, aligned.
    better : str
        "higher" or "lower".
    confidence : float

    Returns
    -------
    dict
        `change` (mean of later less first), `lower, upper` (missing below two children, and where
        all changed by the same),
        `t_p_value`, `wilcoxon_p_value` (exact for up to 50 without ties), `sign_p_value`
        (better against worse, exact binomial) and `verdict`: "better" or "worse" where the interval
        leaves out 0, else "no clear change". Where all changed by the same the sign test decides.

    References
    ----------
    Student (1908); Wilcoxon (1945), zeros left out.

    Examples
    --------
    >>> found = paired_change([0.7, -1.6, -0.2, -1.2], [1.9, 0.8, 1.1, 0.1])
    >>> round(found["change"], 3), found["verdict"]
    (1.55, 'better')
    """
    from scipy import stats

    # 5.3 - 5.2 and 4.3 - 4.2 are the same change, though not to a computer.
    apart = np.round(np.asarray(later, dtype="float64") - np.asarray(first, dtype="float64"), 9)
    many, at = len(apart), inputs.level(confidence)
    change = float(apart.mean()) if many else np.nan
    lower = upper = t_p = np.nan
    # Two children who changed by the same are no proof: without spread there is no interval.
    if many > 1 and np.ptp(apart) > 0:
        reach = stats.t.ppf((1 + at) / 2, many - 1) * apart.std(ddof=1) / np.sqrt(many)
        lower, upper = change - reach, change + reach
        t_p = float(stats.ttest_1samp(apart, 0).pvalue)
    moved = apart[apart != 0]
    # As R: exact for up to 50 without ties, else normal with a correction for continuity.
    tied = len(np.unique(np.abs(moved))) < len(moved)
    how = "asymptotic" if tied or len(moved) > _EXACT else "exact"
    ranked = stats.wilcoxon(moved, method=how, correction=True) if len(moved) else None
    wilcoxon = float(ranked.pvalue) if ranked is not None else np.nan
    up = int((moved > 0).sum())
    sign = float(stats.binomtest(up, len(moved)).pvalue) if len(moved) else np.nan
    return {
        "change": change, "lower": float(lower), "upper": float(upper), "t_p_value": t_p,
        "wilcoxon_p_value": wilcoxon, "sign_p_value": sign,
        "verdict": _verdict(*_told(change, lower, upper, sign < 1 - at), better),
    }  # fmt: skip


def _told(change: float, lower: float, upper: float, unlikely: bool) -> tuple[float, float]:
    """Give the ends that a verdict goes by; the change itself where all changed by the same."""
    same = np.isnan(lower) and unlikely
    return (change, change) if same else (lower, upper)


def paired_difference(
    gained: int, lost: int, many: int, *, both: int = 0, confidence: float = 0.95
) -> dict[str, float]:
    """
    Hold two shares of the same children against one another.

    Parameters
    ----------
    gained, lost : int
        Children counted in the first share alone, and in the second alone.
    many : int
        All children, above 0.
    both : int
        Children counted in both.
    confidence : float

    Returns
    -------
    dict
        `difference, lower, upper` (first less second, between -1 and 1) and `p_value` (exact
        McNemar's, which is the sign test; missing where no child is in one share alone).

    References
    ----------
    Newcombe (1998), method 10.

    Examples
    --------
    >>> found = paired_difference(1, 7, 21, both=1)
    >>> [round(found[end], 3) for end in ("difference", "lower", "upper")]
    [-0.286, -0.507, -0.026]
    """
    from scipy import stats

    parts = np.array([both + gained, both + lost], dtype="float64")
    one, other = parts / many
    low, high = rates.wilson_limits(parts, np.full(2, many), (1 - inputs.level(confidence)) / 2)
    phi, apart = _phi(gained, lost, many, both), one - other
    down, up = (one - low[0], high[1] - other), (high[0] - one, other - low[1])
    lower, upper = (np.sqrt(a**2 - 2 * phi * a * b + b**2) for a, b in (down, up))
    moved = gained + lost
    p_value = float(stats.binomtest(gained, moved).pvalue) if moved else np.nan
    return {
        "difference": float(apart), "lower": float(apart - lower), "upper": float(apart + upper),
        "p_value": p_value,
    }  # fmt: skip


def _phi(gained: int, lost: int, many: int, both: int) -> float:
    """Give Newcombe's correlation of the two, corrected for continuity where it is positive."""
    neither = many - both - gained - lost
    sides = (both + gained) * (neither + lost) * (both + lost) * (neither + gained)
    product = both * neither - gained * lost
    corrected = max(product - many / 2, 0) if product > 0 else product
    return corrected / np.sqrt(sides) if sides else 0.0


def _verdict(lower: float, upper: float, better: str) -> str:
    if lower > 0:
        return BETTER if better == "higher" else WORSE
    if upper < 0:
        return WORSE if better == "higher" else BETTER
    return NO_CLEAR_CHANGE
