"""P-values: of two rates, of two proportions, and of many comparisons at once.

References
----------
Holm S (1979). A simple sequentially rejective multiple test procedure. Scand J Stat 6: 65-70.
Pearson K (1900). On the criterion that a given system of deviations is such that it can be
    reasonably supposed to have arisen from random sampling. Philos Mag 50: 157-175.
Przyborowski J, Wilenski H (1940). Homogeneity of results in testing samples from Poisson series.
    Biometrika 31: 313-323. The exact conditional test of two rates.
"""

from __future__ import annotations

import numpy as np

#: An outcome is as unlikely as the one seen when its chance is no greater to within this: what is
#: left over from arithmetic must not part two outcomes that are alike. R uses the same.
_AS_UNLIKELY = 1 + 1e-7


def two_rates(x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """Test whether two rates differ, exactly, given the sum of their counts.

    Parameters
    ----------
    x1, n1, x2, n2 : array of float
        Whole counts, and populations above 0; nan gives nan, and so do two counts of 0.

    Returns
    -------
    array of float
        The chance of all outcomes no likelier than the one seen.
    """
    p_value = np.full(len(x1), np.nan)
    known = np.flatnonzero((x1 + x2 > 0) & ~np.isnan(n1 + n2))
    x1, n1, x2, n2 = (column[known] for column in (x1, n1, x2, n2))
    expected = (x1 + x2) * (n1 / (n1 + n2))
    # Whichever of the two is fewer than expected: the test is the same from either side.
    few = x1 < expected
    pair = np.where(few, x1, x2), x1 + x2, np.where(few, n1, n2), np.where(few, n2, n1)
    p_value[known] = np.where(x1 == expected, 1.0, _outcomes_as_unlikely(*pair))
    return p_value


def _outcomes_as_unlikely(
    count: np.ndarray, both: np.ndarray, persons: np.ndarray, others: np.ndarray
) -> np.ndarray:
    """Add both tails of a binomial whose count lies below what is expected."""
    from scipy import stats  # slow to import, and not every user compares

    # Worked with the smaller share: 1 less a share near 1 would lose the digits of what is left.
    small = persons <= others
    share = np.minimum(persons, others) / (persons + others)

    def chance(number: np.ndarray, at: np.ndarray | slice = slice(None)) -> np.ndarray:
        seen = np.where(small[at], number, both[at] - number)
        return stats.binom.pmf(seen, both[at], share[at])

    limit = chance(count) * _AS_UNLIKELY
    # Beyond the expected count chances only fall, so where they fall to the limit is found by
    # halving: all rows at once, some twenty steps for counts of a million.
    low, high = np.ceil(both * (persons / (persons + others))), both + 1
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = np.floor((low[open_] + high[open_]) / 2)
        falls = chance(middle, open_) <= limit[open_]
        high[open_[falls]], low[open_[~falls]] = middle[falls], middle[~falls] + 1
        open_ = open_[low[open_] < high[open_]]
    below = _tail(np.where(small, count, both - count), both, share, ~small)
    above = _tail(np.where(small, high, both - high), both, share, small)
    return np.minimum(below + above, 1.0)


def _tail(number: np.ndarray, both: np.ndarray, share: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Give the chance of a number or more where `upper`, of the number or fewer elsewhere."""
    from scipy import special

    chance = np.zeros(len(number))
    for rows, incomplete in (
        (upper & (number <= both), special.betainc),
        (~upper & (number >= 0), special.betaincc),
    ):
        up_to = number[rows] + ~upper[rows]
        chance[rows] = incomplete(up_to, both[rows] - up_to + 1, share[rows])
    return chance


def two_proportions(x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray) -> np.ndarray:
    """Test whether two proportions differ: the score test with pooled variance.

    Parameters
    ----------
    x1, n1, x2, n2 : array of float
        Parts and wholes; nan gives nan.

    Returns
    -------
    array of float
        Two-sided (Pearson's chi-square without correction); 1 where the two are the same.
    """
    from scipy import special

    part, whole = x1 + x2, n1 + n2
    apart = np.abs(x1 * n2 - x2 * n1)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = apart * np.sqrt(whole / (part * (whole - part)) / n1 / n2)
    return np.where(apart == 0, 1.0, 2 * special.ndtr(-z))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number, so that no test among them misleads more often than one.

    Parameters
    ----------
    p_values : array of float
        nan where there was nothing to test: it stays nan and does not count.

    Returns
    -------
    array of float
        The smallest times their number, the next times one less, and so on; never falling, and
        at most 1.

    References
    ----------
    Holm (1979).

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03, np.nan])).round(2).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    adjusted = np.full(len(p_values), np.nan)
    order = np.argsort(p_values, kind="stable")  # nan comes last
    order = order[: np.count_nonzero(~np.isnan(p_values))]
    raised = p_values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(raised), 1.0)
    return adjusted
