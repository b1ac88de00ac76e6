"""Tests that look at the order of values only, and need no counts.

References
----------
Kendall MG (1938). A new measure of rank correlation. Biometrika 30: 81-93.
Kendall MG (1945). The treatment of ties in ranking problems. Biometrika 33: 239-251. Tau-b.
Sen PK (1968). Estimates of the regression coefficient based on Kendall's tau. J Am Stat Assoc 63:
    1379-1389. The slope and its limits; Theil (1950) had the slope.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd

#: From this many points, or with ties, the p-value is from the normal approximation.
_NORMAL_FROM = 50

COLUMNS = ["kendall_tau", "kendall_p_value", "slope", "slope_lower", "slope_upper"]


def fewest_points(confidence: float) -> int:
    """Find how many points a rank test needs to be able to tell anything at some confidence.

    Of the orders that n different values can stand in, n!, the two strictest are one rising and
    one falling, so no p-value is below 2 / n!.

    Examples
    --------
    >>> fewest_points(0.95), fewest_points(0.99)
    (5, 6)
    """
    n = 2
    while 2 / math.factorial(n) > 1 - confidence:
        n += 1
    return n


def order_tests(
    ordered: np.ndarray,
    value: np.ndarray,
    when: np.ndarray,
    series: np.ndarray,
    *,
    many: int,
    confidence: float,
) -> pd.DataFrame:
    """
    Test whether values rise or fall with time, and give the slope in the middle of all slopes.

    Parameters
    ----------
    ordered : array of float
        What decides the order; equal where values are equal, free of rounding.
    value, when : array of float
        Values in their unit, and years.
    series : array of int
        In order, series after series.
    many : int
    confidence : float
        Of the limits of the slope, which are left out where the points cannot bear them.

    Returns
    -------
    DataFrame
        A row for each series: `kendall_tau, kendall_p_value, slope, slope_lower, slope_upper`.
    """
    starts = np.searchsorted(series, np.arange(many + 1))
    fewest = fewest_points(confidence)
    rows = [
        _test(ordered[a:b], value[a:b], when[a:b], fewest, confidence)
        for a, b in itertools.pairwise(starts)
    ]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="float64")


def _test(
    ordered: np.ndarray, value: np.ndarray, when: np.ndarray, fewest: int, confidence: float
) -> tuple[float, ...]:
    from scipy import stats

    if len(value) < 2:
        return (math.nan,) * len(COLUMNS)
    different = len(np.unique(ordered)) == len(ordered)
    if np.ptp(ordered) == 0:
        tau, p_value = math.nan, math.nan
    else:
        way = "exact" if different and len(ordered) < _NORMAL_FROM else "asymptotic"
        tau, p_value = stats.kendalltau(when, ordered, method=way)
    slope, _, low, high = stats.theilslopes(value, when, alpha=confidence)
    limits = (low, high) if len(value) >= fewest else (math.nan, math.nan)
    return tau, p_value, slope, *limits
