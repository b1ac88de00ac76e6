"""Is it different, and by how much? Two rates, or two proportions, set side by side.

References
----------
Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case of
    the binomial. Biometrika 26: 404-413.
Newcombe RG (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 17: 873-890. Method 10, without continuity correction.
Zou GY, Donner A (2008). Construction of confidence limits about effect measures: a general
    approach. Stat Med 27: 1693-1702. The limits of a difference from those of its two parts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import inputs, p_values, rates
from .errors import ImpossibleInput

HIGHER, LOWER, SIMILAR = "higher", "lower", "similar"

TWO_RATES = "ratio: exact conditional; difference: MOVER"
TWO_PROPORTIONS = "Newcombe"

Limits = tuple[np.ndarray, np.ndarray]


def compare_rates(
    count: inputs.Numbers,
    population: inputs.Numbers,
    reference_count: inputs.Numbers,
    reference_population: inputs.Numbers,
    *,
    per: float = 1000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Compare a rate with a reference rate, two years or two areas.

    Parameters
    ----------
    count, population : number, sequence, array or Series
        Events and persons behind the rate.
    reference_count, reference_population : the same
        Events and persons behind the rate it is held against; independent of the first, so for
        an area against its country leave the area out of the country.
    per : float
        Persons that the difference is for, as in `rate`.
    confidence : float

    Returns
    -------
    DataFrame
        Columns `ratio, ratio_lower, ratio_upper, p_value, verdict, difference, difference_lower,
        difference_upper, confidence, method`. The ratio is infinite when the reference has no
        events, and missing when neither has, or a value is missing. The verdict is "higher" or
        "lower" when the interval of the ratio leaves out 1, else "similar"; empty when there is
        no ratio. The p-value adds up the outcomes no likelier than the one seen, so near the
        level it and that interval can part; within a hair of it so can the interval of the
        difference, which is approximate: the verdict goes by the ratio. The difference is the
        rate less the reference, per `per` persons; with no events on either side it is 0, with
        its limits.

    Raises
    ------
    ImpossibleInput
        As `rate`, and for a count that is not whole.

    References
    ----------
    Exact conditional test (see `p_values`): given the sum of the two counts, the first is
    binomial. Limits of the ratio from the Clopper-Pearson limits of that share.
    Difference: Zou and Donner (2008), from the limits that `rate` gives each of the two: with
    rates a, b and their limits a1, a2, b1, b2, from a - b - sqrt((a - a1)^2 + (b2 - b)^2)
    to a - b + sqrt((a2 - a)^2 + (b - b1)^2).

    Examples
    --------
    >>> both = compare_rates(91, 24016, 73, 24218).round(2)
    >>> both[["ratio", "ratio_lower", "ratio_upper", "p_value", "verdict"]].values.tolist()
    [[1.26, 0.91, 1.73, 0.16, 'similar']]
    >>> both[["difference", "difference_lower", "difference_upper"]].values.tolist()
    [[0.77, -0.3, 1.86]]
    """
    (x1, n1, x2, n2), index = inputs.aligned(
        count=count,
        population=population,
        reference_count=reference_count,
        reference_population=reference_population,
    )
    at, per = inputs.level(confidence), inputs.positive(per)
    _refuse_rates(x1, n1, x2, n2)
    tail = (1 - at) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(x1 + x2 > 0, (x1 / n1) / (x2 / n2), np.nan)
    known = ~np.isnan(ratio)
    lower, upper = (np.where(known, limit, np.nan) for limit in ratio_limits(x1, n1, x2, n2, tail))
    one, other = (rates.poisson_limits(x, tail) for x in (x1, x2))
    difference = _difference(
        x1 / n1 * per,
        (one[0] / n1 * per, one[1] / n1 * per),
        x2 / n2 * per,
        (other[0] / n2 * per, other[1] / n2 * per),
    )
    return pd.DataFrame(
        {
            "ratio": ratio,
            "ratio_lower": lower,
            "ratio_upper": upper,
            "p_value": p_values.two_rates(x1, n1, x2, n2),
            "verdict": _verdict(lower, upper, 1.0),
            **difference,
            "confidence": at,
            "method": _method(difference, TWO_RATES),
        },
        index=index,
    )


def compare_proportions(
    numerator: inputs.Numbers,
    denominator: inputs.Numbers,
    reference_numerator: inputs.Numbers,
    reference_denominator: inputs.Numbers,
    *,
    per: float = 100,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Compare a proportion with a reference proportion, two years or two areas.

    Parameters
    ----------
    numerator, denominator : number, sequence, array or Series
        The part and the whole.
    reference_numerator, reference_denominator : the same
        Of the proportion it is held against, independent of the first.
    per : float
        100 gives the difference in percentage points.
    confidence : float

    Returns
    -------
    DataFrame
        Columns `difference, difference_lower, difference_upper, p_value, verdict, confidence,
        method`. The difference is the proportion less the reference. The verdict is "higher" or
        "lower" when the interval leaves out 0, else "similar"; empty when a value is missing.
        Test and interval are worked out apart, so near the level they can part: the
        verdict goes by the interval. Where
        both are none, or both are all, the difference is 0, with its limits, and the p-value 1.

    Raises
    ------
    ImpossibleInput
        As `proportion`.

    References
    ----------
    Interval: Newcombe (1998), method 10, which sets the differences between each proportion and
    its Wilson limits square to one another, as for rates. P-value: the score test with pooled
    variance (Pearson's chi-square without correction).

    Examples
    --------
    >>> both = compare_proportions(862, 4287, 734, 4125).round(3)
    >>> both[["difference", "difference_lower", "difference_upper"]].values.tolist()
    [[2.313, 0.638, 3.986]]
    >>> both[["p_value", "verdict"]].values.tolist()
    [[0.007, 'higher']]
    """
    (x1, n1, x2, n2), index = inputs.aligned(
        numerator=numerator,
        denominator=denominator,
        reference_numerator=reference_numerator,
        reference_denominator=reference_denominator,
    )
    at, per = inputs.level(confidence), inputs.positive(per)
    for part, whole in ((x1, n1), (x2, n2)):
        inputs.refuse(part < 0, part, "a numerator cannot be negative")
        inputs.refuse(whole <= 0, whole, "a denominator must be above 0")
        inputs.refuse(part > whole, part, "a numerator cannot be larger than its denominator")
    difference = proportion_difference(x1, n1, x2, n2, (1 - at) / 2)
    return pd.DataFrame(
        {
            **{name: column * per for name, column in difference.items()},
            "p_value": p_values.two_proportions(x1, n1, x2, n2),
            "verdict": _verdict(
                difference["difference_lower"], difference["difference_upper"], 0.0
            ),
            "confidence": at,
            "method": _method(difference, TWO_PROPORTIONS),
        },
        index=index,
    )


def ratio_limits(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, tail: float
) -> Limits:
    """Give the exact limits of the ratio of two rates: 0 or infinite where a count is 0.

    Parameters
    ----------
    x1, n1, x2, n2 : array of float
        Counts and populations, that of the reference second; they may broadcast.
    tail : float
        Probability beyond either limit.
    """
    with np.errstate(divide="ignore"):
        return _lower_odds(x1, x2, tail) * n2 / n1, n2 / n1 / _lower_odds(x2, x1, tail)


def _lower_odds(x: np.ndarray, others: np.ndarray, tail: float) -> np.ndarray:
    """Give the lower Clopper-Pearson limit of a share, as odds."""
    from scipy import special  # here, so that `import cpstats` costs little more than pandas

    some = np.where(x == 0, 1, x)
    # Either side by itself: 1 less a share near 1 would lose the digits of what is left.
    share = special.betaincinv(some, others + 1, tail)
    rest = special.betainccinv(others + 1, some, tail)
    return np.where(x == 0, 0 * others, share / rest)


def proportion_difference(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, tail: float
) -> dict[str, np.ndarray]:
    """Give the difference of two proportions, between -1 and 1, with Newcombe's limits.

    Parameters
    ----------
    x1, n1, x2, n2 : array of float
        Parts and wholes, those of the reference second; they may broadcast.
    tail : float
        Probability beyond either limit.
    """
    one, other = rates.wilson_limits(x1, n1, tail), rates.wilson_limits(x2, n2, tail)
    return _difference(x1 / n1, one, x2 / n2, other)


def _difference(
    value: np.ndarray, limits: Limits, reference: np.ndarray, reference_limits: Limits
) -> dict[str, np.ndarray]:
    """Set the two arms of each limit square to one another."""
    (lower, upper), (other_lower, other_upper) = limits, reference_limits
    difference = value - reference
    return {
        "difference": difference,
        "difference_lower": difference - np.hypot(value - lower, other_upper - reference),
        "difference_upper": difference + np.hypot(upper - value, reference - other_lower),
    }


def _refuse_rates(x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray) -> None:
    for counts in (x1, x2):
        inputs.refuse(counts < 0, counts, "a count cannot be negative")
    for persons in (n1, n2):
        inputs.refuse(persons <= 0, persons, "a population must be above 0")
    if any((counts != np.round(counts))[~np.isnan(counts)].any() for counts in (x1, x2)):
        raise ImpossibleInput("Counts must be whole numbers to be compared exactly.")


def _verdict(lower: np.ndarray, upper: np.ndarray, same: float) -> np.ndarray:
    above_or_below = [np.isnan(lower), lower > same, upper < same]
    return np.select(above_or_below, ["", HIGHER, LOWER], SIMILAR).astype(str)


def _method(difference: dict[str, np.ndarray], method: str) -> np.ndarray:
    return np.where(np.isnan(difference["difference"]), "", method)


def fewest_behind(percentage: float, *, decimals: int, at_most: int) -> list[tuple[int, int]]:
    """
    Find the smallest whole numbers that give a published percentage.

    A publisher who gives a percentage without its counts still tells which fractions it can be.
    The answer is an inference, to be shown as one, never a figure.

    Parameters
    ----------
    percentage : float
        0 to 100.
    decimals : int
        Decimal places to which the percentage is known.
    at_most : int
        The largest denominator to try.

    Returns
    -------
    list of (int, int)
        Numerator and denominator of the smallest fraction that rounds to the percentage and of
        its multiples, up to `at_most`.

    Examples
    --------
    >>> fewest_behind(1.92307692307692, decimals=8, at_most=160)
    [(1, 52), (2, 104), (3, 156)]
    """
    half = 0.5 * 10.0**-decimals
    for whole in range(1, at_most + 1):
        part = round(percentage * whole / 100)
        if abs(100 * part / whole - percentage) <= half and (part or not percentage):
            return [(part * k, whole * k) for k in range(1, at_most // whole + 1)]
    return []
