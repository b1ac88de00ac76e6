"""The rate ratio per year, fitted by Poisson regression to all series at once.

log(expected count) = a + b t + log(population), t in years. Given b, the a that fits best makes
expected counts add up to those counted, so that b alone is searched for; its likelihood has one
peak.

References
----------
McCullagh P, Nelder JA (1989). Generalized linear models, 2nd edition. Chapman and Hall: chapter 6
    (Poisson regression), 4.5 and 9.2 (dispersion from Pearson's statistic, quasi-likelihood).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

POISSON, QUASI_POISSON = "Poisson", "quasi-Poisson"

#: Steps in b times the years covered: the longest allowed, and one that is as good as none (the
#: error after a step is of the order of its square).
_LONGEST, _NONE = 4.0, 1e-10


@dataclass(frozen=True)
class _Counts:
    """What the fit needs: each row's count, population, time and series, and sums by series."""

    count: np.ndarray
    population: np.ndarray
    when: np.ndarray
    series: np.ndarray
    many: int

    def total(self, what: np.ndarray) -> np.ndarray:
        # Of no rows at all numpy makes whole numbers.
        return np.bincount(self.series, what, minlength=self.many).astype("float64")

    def ends(self, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find the first and last time among some rows of each series."""
        first, last = np.full(self.many, np.inf), np.full(self.many, -np.inf)
        np.minimum.at(first, self.series[among], self.when[among])
        np.maximum.at(last, self.series[among], self.when[among])
        return first, last


def ratio_per_year(
    count: np.ndarray,
    population: np.ndarray,
    when: np.ndarray,
    series: np.ndarray,
    *,
    many: int,
    confidence: float,
) -> pd.DataFrame:
    """
    Fit the rate ratio per year of each series.

    Parameters
    ----------
    count, population, when : array of float
        A row for each point, nothing missing, populations above 0.
    series : array of int
        The series of each point, 0 to `many` - 1.
    many : int
        How many series there are.
    confidence : float

    Returns
    -------
    DataFrame
        A row for each series: `ratio, ratio_lower, ratio_upper, p_value, dispersion,
        standard_error, method, p_poisson, p_quasi_poisson`.
    """
    rows = _Counts(count, population, when, series, many)
    first, last = rows.ends(np.ones(len(count), dtype=bool))
    first_case, last_case = rows.ends(count > 0)
    with np.errstate(invalid="ignore"):
        several = last > first
    some = rows.total(count) > 0
    up, down = several & some & (first_case == last), several & some & (last_case == first)
    slope, error, pearson = _fit(rows, several & some & ~up & ~down)
    points = np.bincount(series, minlength=many)
    result = _tested(slope, error, pearson, points, confidence)
    # With every case in the last year the best ratio is without end, in the first year 0.
    result["ratio"] = np.select([up, down], [np.inf, 0.0], result["ratio"])
    return result


def _fit(rows: _Counts, fitted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fit b by Newton's method, halving the bracket where a step would leave it."""
    first, last = rows.ends(np.ones(len(rows.count), dtype=bool))
    width = np.where(fitted, last - first, 1.0)
    slope = np.zeros(rows.many)
    low, high = np.full(rows.many, -np.inf), np.full(rows.many, np.inf)
    middle = _share(rows.total(rows.when * rows.population), rows.total(rows.population))
    time = rows.when - middle[rows.series]
    for _ in range(200):
        score, information, _ = _score(rows, time, slope)
        low, high = np.where(score > 0, slope, low), np.where(score < 0, slope, high)
        step = np.clip(_share(score, information), -_LONGEST / width, _LONGEST / width)
        new = slope + step
        outside = np.isfinite(low) & np.isfinite(high) & ((new < low) | (new > high))
        with np.errstate(invalid="ignore"):
            new = np.where(outside, (low + high) / 2, new)
        moved = np.where(fitted, new - slope, 0.0)
        slope = slope + moved
        if not (np.abs(moved) * width > _NONE).any():
            break
    _, information, pearson = _score(rows, time, slope)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = 1 / np.sqrt(information)
    slope, error, pearson = (np.where(fitted, x, np.nan) for x in (slope, error, pearson))
    return slope, error, pearson


def _score(
    rows: _Counts, time: np.ndarray, slope: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the derivative of the log likelihood in b, its information, and Pearson's statistic."""
    weight = rows.population * np.exp(slope[rows.series] * time)
    scale = _share(rows.total(rows.count), rows.total(weight))
    expected = weight * scale[rows.series]
    centre = _share(rows.total(expected * time), rows.total(expected))
    away = time - centre[rows.series]
    off = rows.count - expected
    pearson = rows.total(_share(off**2, expected))
    return rows.total(off * away), rows.total(expected * away**2), pearson


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, giving 0 where there is nothing to divide by."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _tested(
    slope: np.ndarray,
    error: np.ndarray,
    pearson: np.ndarray,
    points: np.ndarray,
    confidence: float,
) -> pd.DataFrame:
    """Turn fits into ratios, with the wider of the Poisson and quasi-Poisson intervals."""
    from scipy import special

    free = np.where(points > 2, points - 2.0, np.nan)
    dispersion = pearson / free
    scaled = error * np.sqrt(dispersion)
    tail = (1 + confidence) / 2
    plain, quasi = special.ndtri(tail) * error, special.stdtrit(free, tail) * scaled
    is_quasi = quasi > plain
    reach = np.where(is_quasi, quasi, plain)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        p_poisson = 2 * special.ndtr(-np.abs(slope) / error)
        p_quasi = 2 * special.stdtr(free, -np.abs(slope) / scaled)
        limits = np.exp(slope), np.exp(slope - reach), np.exp(slope + reach)
    return pd.DataFrame(
        {
            "ratio": limits[0],
            "ratio_lower": limits[1],
            "ratio_upper": limits[2],
            "p_value": np.where(is_quasi, p_quasi, p_poisson),
            "dispersion": dispersion,
            "standard_error": error,
            "method": np.select([np.isnan(slope), is_quasi], ["", QUASI_POISSON], POISSON),
            "p_poisson": p_poisson,
            "p_quasi_poisson": p_quasi,
        }
    )
