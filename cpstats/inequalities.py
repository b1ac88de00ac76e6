"""How far a value differs between the most and the least deprived, over all between them.

References
----------
Low A, Low A (2004). Measuring the gap: quantifying and comparing local health inequalities.
    J Public Health 26: 388-395.
Mackenbach JP, Kunst AE (1997). Measuring the magnitude of socio-economic inequalities in health:
    an overview of available measures illustrated with two examples from Europe. Soc Sci Med 44:
    757-771.
Fieller EC (1954). Some problems in interval estimation. J R Stat Soc B 16: 175-185.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from . import groups
from .errors import ImpossibleInput
from .groups import By, Groups
from .inputs import Levels, levels

NORMAL, FIELLER = "normal", "Fieller"

#: Why a group has no figure, or no interval: the first that applies.
NO_POPULATION = "missing: a quantile has no population figure"
NO_VALUE = "missing: a quantile has no value"
TOO_FEW = "missing: fewer than two quantiles with people in them"
NO_RATIO = "missing: the line is not above 0 at one of its ends"
NO_ERROR = "no interval: a quantile has no standard error"
NO_LIMITS = "no interval: the most deprived end of the line is not clearly above 0"

_REASONS = ["", NO_POPULATION, NO_VALUE, TOO_FEW, NO_RATIO, NO_ERROR, NO_LIMITS]

_OWN = ["quantiles", "most_deprived", "least_deprived"]
_LIMITS = ["value", "lower", "upper", "confidence", "method", "note"]

#: More would be single areas, not quantiles.
MOST_QUANTILES = 100


def slope_index(
    frame: pd.DataFrame,
    *,
    by: By,
    quantile: str,
    population: str,
    value: str,
    standard_error: str,
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """
    Slope index of inequality: the difference along a line from most to least deprived.

    Parameters
    ----------
    frame : DataFrame
        One row for each group and quantile, in any order.
    by : str or list of str
        The columns that tell the groups apart: area, period. An empty list makes all rows one
        group.
    quantile : str
        The column of deprivation quantiles: 1 (most deprived), 2, 3 and so on, each once. Fifths
        and tenths can stand in one table. A quantile in which nobody lives needs its row, with a
        population of 0: it then counts for nothing.
    population : str
        The column of persons in the quantile.
    value, standard_error : str
        The columns of the value and of its standard error, in the same unit, such as children per
        1,000.
    confidence : float or iterable of float
        Between 0 and 1. Several levels give a row each: all groups at the first level, then all
        at the second.

    Returns
    -------
    DataFrame
        The columns of `by`, then `quantiles` (how many have people in them), `most_deprived` and
        `least_deprived` (the two ends of the line), `value` (the second less the first: below 0
        where the value is higher among the most deprived), `lower, upper`, `confidence`, `method`
        and `note`; one row a group, in order of first appearance, in the unit of the value. What
        is missing has its reason in the note: a quantile with people in it has no value, a
        population is missing, or fewer than two quantiles have people. Without all standard
        errors the value has no limits.

    Raises
    ------
    ImpossibleInput
        For quantiles that are not 1, 2, 3 to the last of their group, each once; a negative
        population or standard error; a missing group.
    UnknownName
        For a column that is not there.

    References
    ----------
    Low and Low (2004): a line is fitted through the values by least squares, weighted by
    population, against the relative rank of each quantile: the share of the population more
    deprived than the middle of the quantile, from 0 to 1. The slope is a weighted sum of the
    values, so its standard error follows exactly from theirs; its limits are normal.

    Examples
    --------
    >>> fifths = pd.DataFrame({"area": "Fife", "fifth": [1, 2, 3, 4, 5], "persons": 1000,
    ...                        "rate": [6.0, 5.0, 4.0, 3.0, 2.0], "error": 0.5})
    >>> result = slope_index(fifths, by="area", quantile="fifth", population="persons",
    ...                      value="rate", standard_error="error")
    >>> result.iloc[:, :7].round(2)
       area  quantiles  most_deprived  least_deprived  value  lower  upper
    0  Fife          5            6.5             1.5   -5.0  -6.55  -3.45
    """
    line = _fit(frame, by, quantile, population, value, standard_error)
    return _result(line, line.least - line.most, line.why, NORMAL, _slope_limits, confidence)


def relative_index(
    frame: pd.DataFrame,
    *,
    by: By,
    quantile: str,
    population: str,
    value: str,
    standard_error: str,
    confidence: Levels = 0.95,
) -> pd.DataFrame:
    """
    Relative index of inequality: the least deprived end of the line over the most deprived end.

    Parameters
    ----------
    frame : DataFrame
        As in `slope_index`; so are the others.
    by : str or list of str
    quantile, population : str
    value, standard_error : str
    confidence : float or iterable of float

    Returns
    -------
    DataFrame
        As `slope_index`. Here `value` is the ratio of the two ends: 1 where there is no slope,
        below 1 where the value is higher among the most deprived. It is missing where the line is
        not above 0 at one of its ends, and has no limits where the most deprived is not clearly
        above 0. Others define the index as the slope over the mean: name the definition with it.

    Raises
    ------
    ImpossibleInput, UnknownName
        As `slope_index`.

    References
    ----------
    Mackenbach and Kunst (1997) for the index. Its limits are Fieller's (1954), for a ratio of two
    normal numbers that go together: the ratios r at which least - r most is not clearly unlike 0.

    Examples
    --------
    >>> fifths = pd.DataFrame({"area": "Fife", "fifth": [1, 2, 3, 4, 5], "persons": 1000,
    ...                        "rate": [6.0, 5.0, 4.0, 3.0, 2.0], "error": 0.5})
    >>> result = relative_index(fifths, by="area", quantile="fifth", population="persons",
    ...                         value="rate", standard_error="error")
    >>> result.iloc[:, 4:7].round(2)
       value  lower  upper
    0   0.23   0.09    0.4
    """
    line = _fit(frame, by, quantile, population, value, standard_error)
    # Of a line that ends below 0 no ratio can be told.
    below = ~((line.most > 0) & (line.least >= 0))
    why = np.where((line.why == 0) & below, 4, line.why)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = line.least / line.most
    return _result(line, ratio, why, FIELLER, _ratio_limits, confidence)


@dataclass(frozen=True)
class _Line:
    """The fitted line of each group, and how sure its mean and slope are."""

    groups: Groups
    quantiles: np.ndarray
    most: np.ndarray
    least: np.ndarray
    mean_variance: np.ndarray
    slope_variance: np.ndarray
    covariance: np.ndarray
    why: np.ndarray


_Limits: TypeAlias = Callable[[_Line, float], tuple[np.ndarray, np.ndarray]]


def _fit(
    frame: pd.DataFrame, by: By, quantile: str, population: str, value: str, standard_error: str
) -> _Line:
    told = groups.group(frame, by, beside=[*_OWN, *_LIMITS])
    q, n, y, error = groups.numbers(
        frame, quantile=quantile, population=population, value=value, standard_error=standard_error
    )
    groups.refuse(n < 0, n, "A population cannot be negative", told)
    groups.refuse(error < 0, error, "A standard error cannot be negative", told)
    at = _places(q, told)
    n, y, error = (_spread(column, at) for column in (n, y, error))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = n / n.sum(axis=1, keepdims=True)
        # Ranks lie about 0, their weighted mean, so that mean and slope come apart.
        rank = (n.cumsum(axis=1) - n / 2) / n.sum(axis=1, keepdims=True) - 0.5
        pull = share * rank / (share * rank**2).sum(axis=1, keepdims=True)
    # Whatever stands beside a population of 0 has no weight, even if it is missing.
    y, variance = np.where(n == 0, 0, y), np.where(n == 0, 0, error**2)
    mean, slope = (share * y).sum(axis=1), (pull * y).sum(axis=1)
    quantiles = (n > 0).sum(axis=1)
    lacks = [np.isnan(n).any(axis=1), np.isnan(y).any(axis=1), quantiles < 2]
    why = np.select(lacks, [1, 2, 3])
    return _Line(
        told,
        quantiles,
        np.where(why > 0, np.nan, mean - slope / 2),
        np.where(why > 0, np.nan, mean + slope / 2),
        (share**2 * variance).sum(axis=1),
        (pull**2 * variance).sum(axis=1),
        (share * pull * variance).sum(axis=1),
        why,
    )


def _places(q: np.ndarray, told: Groups) -> tuple[tuple[np.ndarray, np.ndarray], tuple[int, int]]:
    """Give each row its place in a table of groups by quantiles, refusing gaps and repeats."""
    wrong = ~((q >= 1) & (q <= MOST_QUANTILES) & (q == np.round(q)))
    groups.refuse(wrong, q, f"A quantile must be 1, 2, 3 and so on to {MOST_QUANTILES}", told)
    column = q.astype(np.int64) - 1
    shape = (len(told.first), int(column.max(initial=-1)) + 1)
    found = np.bincount(told.code * shape[1] + column, minlength=shape[0] * shape[1]).reshape(shape)
    groups.refuse(found[told.code, column] > 1, q, "A quantile must stand once in a group", told)
    last = np.zeros(shape[0], dtype=np.int64)
    np.maximum.at(last, told.code, column)
    gap = (found == 0) & (np.arange(shape[1]) <= last[:, None])
    if gap.any():
        group, absent = np.argwhere(gap)[0]
        named = told.name(int(group)) or "the table"
        raise ImpossibleInput(
            f"Quantile {absent + 1} has no row in {named}: give one, with a population of 0 if "
            "nobody lives in it."
        )
    return (told.code, column), shape


def _spread(
    values: np.ndarray, at: tuple[tuple[np.ndarray, np.ndarray], tuple[int, int]]
) -> np.ndarray:
    """Lay a column out as groups by quantiles; quantiles that a group does not have hold 0."""
    place, shape = at
    table = np.zeros(shape)
    table[place] = values
    return table


def _slope_limits(line: _Line, z: float) -> tuple[np.ndarray, np.ndarray]:
    reach = z * np.sqrt(line.slope_variance)
    slope = line.least - line.most
    return slope - reach, slope + reach


def _ratio_limits(line: _Line, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Solve (least - r most)^2 = z^2 Var(least - r most) for r; nan where r has no bounds."""
    quarter = line.slope_variance / 4
    both = z**2 * (line.mean_variance - quarter)
    a = line.most**2 - z**2 * (line.mean_variance + quarter - line.covariance)
    b = line.most * line.least - both
    c = line.least**2 - z**2 * (line.mean_variance + quarter + line.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        bounded = np.where(a > 0, a, np.nan)
        root = np.sqrt(np.maximum(b**2 - a * c, 0))
        return (b - root) / bounded, (b + root) / bounded


def _result(
    line: _Line, value: np.ndarray, why: np.ndarray, name: str, limits: _Limits, confidence: Levels
) -> pd.DataFrame:
    """Set down the line, the value and its limits, and say what is missing and why."""
    from scipy import special

    value = np.where(why > 0, np.nan, value)
    unsure = np.isnan(line.slope_variance)
    blocks = []
    for c in levels(confidence):
        lower, upper = limits(line, special.ndtri((1 + c) / 2))
        said = np.select([why > 0, unsure, np.isnan(lower)], [why, 5, 6])
        result = line.groups.labels.assign(
            quantiles=line.quantiles,
            most_deprived=line.most,
            least_deprived=line.least,
            value=value,
            lower=np.where(said > 0, np.nan, lower),
            upper=np.where(said > 0, np.nan, upper),
            confidence=c,
            method=groups.words((said == 0).astype(int), ["", name]),
            note=groups.words(said, _REASONS),
        )
        blocks.append(result)
    return groups.stacked(blocks)
