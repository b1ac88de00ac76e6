"""Is it different, and what place does it take? Two rates set side by side, and ranks.

References
----------
Przyborowski J, Wilenski H (1940). Homogeneity of results in testing samples from Poisson series.
    Biometrika 31: 313-323. The exact conditional test of two rates.
Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case of
    the binomial. Biometrika 26: 404-413.
Mogstad M, Romano JP, Shaikh AM, Wilhelm D (2024). Inference for ranks with applications to
    mobility across neighbourhoods and academic achievement across countries. Rev Econ Stud 91:
    476-518. The range of ranks of one area from its comparisons with every other.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from . import catalogue, inputs
from .errors import CpstatsError, ImpossibleInput

HIGHER, LOWER, SIMILAR = "higher", "lower", "similar"


def compare_rates(
    count: inputs.Numbers,
    population: inputs.Numbers,
    reference_count: inputs.Numbers,
    reference_population: inputs.Numbers,
    *,
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
    confidence : float

    Returns
    -------
    DataFrame
        Columns `ratio, ratio_lower, ratio_upper, p_value, verdict`. The ratio is infinite when
        the reference has no events, and missing when neither has, or a value is missing. The
        verdict is "higher" or "lower" when the interval leaves out 1, else "similar"; empty
        when there is nothing to compare. The p-value adds up the outcomes no
        likelier than the one seen, so within a hair of the level it and the interval can part.

    Raises
    ------
    ImpossibleInput
        As `rate`.

    References
    ----------
    Exact conditional test (Przyborowski and Wilenski, 1940): given the sum of the two counts, the
    first is binomial. Limits of the ratio from the Clopper-Pearson limits of that share.

    Examples
    --------
    >>> compare_rates(91, 24016, 73, 24218).round(2).values.tolist()
    [[1.26, 0.91, 1.73, 0.16, 'similar']]
    """
    (x1, n1, x2, n2), index = inputs.aligned(
        count=count,
        population=population,
        reference_count=reference_count,
        reference_population=reference_population,
    )
    tail = (1 - inputs.level(confidence)) / 2
    for counts in (x1, x2):
        inputs.refuse(counts < 0, counts, "a count cannot be negative")
    for persons in (n1, n2):
        inputs.refuse(persons <= 0, persons, "a population must be above 0")
    whole = [np.isnan(x) | (x == np.round(x)) for x in (x1, x2)]
    if not all(w.all() for w in whole):
        raise ImpossibleInput("Counts must be whole numbers to be compared exactly.")
    both = x1 + x2
    lower, upper = _ratio_limits(x1, n1, x2, n2, tail)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(both > 0, (x1 / n1) / (x2 / n2), np.nan)
    known = ~np.isnan(ratio)
    p_value = [
        _conditional_p(a, s, m, n) if k else np.nan
        for a, s, m, n, k in zip(x1, both, n1, n2, known, strict=True)
    ]
    verdict = np.select([~known, lower > 1, upper < 1], ["", HIGHER, LOWER], SIMILAR)
    return pd.DataFrame(
        {
            "ratio": ratio,
            "ratio_lower": np.where(known, lower, np.nan),
            "ratio_upper": np.where(known, upper, np.nan),
            "p_value": p_value,
            "verdict": verdict.astype(str),
        },
        index=index,
    )


def _ratio_limits(
    x1: np.ndarray, n1: np.ndarray, x2: np.ndarray, n2: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(x1 > 0, special.betaincinv(np.maximum(x1, 1), x2 + 1, tail), 0.0)
        high = np.where(x2 > 0, special.betaincinv(x1 + 1, np.maximum(x2, 1), 1 - tail), 1.0)
        return low / (1 - low) * n2 / n1, high / (1 - high) * n2 / n1


def _conditional_p(count: float, both: float, population: float, reference: float) -> float:
    from scipy import stats  # slow to import, and not every user compares

    share = population / (population + reference)
    return float(stats.binomtest(round(count), round(both), share).pvalue)


def proportions_p_value(part: float, whole: float, other_part: float, other_whole: float) -> float:
    """
    Test whether two proportions differ.

    Parameters
    ----------
    part, whole : float
        Numerator and denominator of the one.
    other_part, other_whole : float
        Of the other, independent of it.

    Returns
    -------
    float
        Two-sided p-value of the score test with pooled variance (Pearson's chi-square without
        correction); nan where a value is missing, 1 where both proportions are 0 or 1.
    """
    from scipy import special

    pooled = (part + other_part) / (whole + other_whole)
    spread = pooled * (1 - pooled) * (1 / whole + 1 / other_whole)
    if spread == 0:
        return 1.0
    z = (part / whole - other_part / other_whole) / spread**0.5
    return float(2 * special.ndtr(-abs(z)))


def rank(results: pd.DataFrame, *, among: Iterable[str], confidence: float = 0.95) -> pd.DataFrame:
    """
    Rank areas within each period, with the range of ranks that chance allows.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator.
    among : iterable of str
        The areas to rank, such as `areas.councils()`. Others are left out of the result.
    confidence : float
        Of the range of each area, allowing for all its comparisons.

    Returns
    -------
    DataFrame
        The rows of those areas with `rank` (1 is the highest value, equals share the better
        place), `rank_lower`, `rank_upper` and `ranked` (areas of the period that have a value).
        An area without a value has no rank. Ranges are given for rates whose areas all have a
        count.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024): an area's place is no better than one after those
    clearly above it and no worse than one before those clearly below it, each comparison being
    exact and at a level shared out between all of them (Bonferroni).
    """
    if results["indicator"].nunique() > 1:
        raise CpstatsError("A ranking takes the results of one indicator.")
    names = [among] if isinstance(among, str) else list(among)
    chosen = results[results["area"].isin(names)].reset_index(drop=True)
    if chosen.duplicated(["area", "period"]).any():
        raise CpstatsError("A ranking takes one row for each area and period: no breakdown.")
    columns = ["rank", "rank_lower", "rank_upper", "ranked"]
    if chosen.empty:
        return chosen.reindex(columns=[*chosen, *columns])
    ranked = [_rank_period(g, confidence) for _, g in chosen.groupby("period", sort=False)]
    return chosen.join(pd.concat(ranked))


def _rank_period(group: pd.DataFrame, confidence: float) -> pd.DataFrame:
    known = group[group["value"].notna()]
    many = len(known)
    result = pd.DataFrame(
        {
            "rank": group["value"].rank(ascending=False, method="min"),
            "rank_lower": np.nan,
            "rank_upper": np.nan,
            "ranked": many,
        },
        index=group.index,
    )
    count, population = known["numerator"].to_numpy(), known["denominator"].to_numpy()
    is_rate = catalogue.find(group["indicator"].iloc[0]).kind == "rate"
    if many < 2 or not is_rate or np.isnan(count).any() or np.isnan(population).any():
        return result
    tail = (1 - confidence) / 2 / (many - 1)
    lower, upper = _ratio_limits(
        count[:, None], population[:, None], count[None, :], population[None, :], tail
    )
    result.loc[known.index, "rank_lower"] = 1 + (upper < 1).sum(axis=1)
    result.loc[known.index, "rank_upper"] = many - (lower > 1).sum(axis=1)
    return result


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
