"""Rates and proportions with their intervals.

Methods are those of the field: for a rate the exact Poisson interval below 10 events and Byar's
approximation from 10; for a proportion Wilson's score interval.

References
----------
Breslow NE, Day NE (1987). Statistical methods in cancer research, volume II. IARC, Lyon: 69.
    Byar's approximation.
Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28: 437-442.
Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 22: 209-212.
Public Health England (2018). Technical Guide: Confidence Intervals. The change of method at 10.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .errors import ImpossibleInput

EXACT, BYAR, WILSON = "exact Poisson", "Byar", "Wilson"

#: Counts from here on get Byar's interval.
BYAR_FROM = 10

Numbers = Any  # a number, a sequence of numbers, an array or a Series


def rate(
    count: Numbers, population: Numbers, *, per: float = 1000, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Rate of events in a population, with its interval.

    Parameters
    ----------
    count : number, sequence, array or Series
        Events, 0 or more.
    population : number, sequence, array or Series
        Persons at risk, above 0.
    per : float
        Persons that the rate is for: 1000 gives a rate per 1,000.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        Columns `value, lower, upper` (float, events per `per` persons) and `method` (str). The
        index of a Series is kept; two Series must have the same one. A value missing from a
        Series is missing from the result, with an empty method. Zero events give a lower limit
        of exactly 0.

    Raises
    ------
    ImpossibleInput
        For a negative or infinite number, a bare nan, or a population of 0.

    References
    ----------
    Garwood (1936) below 10 events; Byar's approximation, Breslow and Day (1987), from 10.

    Examples
    --------
    >>> rate(91, 24016).round(2)
       value  lower  upper method
    0   3.79   3.05   4.65   Byar
    """
    (events, persons), index = aligned(count=count, population=population)
    _refuse(events < 0, events, "a count cannot be negative")
    _refuse(persons <= 0, persons, "a population must be above 0")
    per, tail = _positive(per), _tail(confidence)
    lower, upper, method = _poisson_limits(events, tail)
    scale = per / persons
    return _result(events * scale, lower * scale, upper * scale, method, index)


def proportion(
    numerator: Numbers, denominator: Numbers, *, per: float = 100, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Part of a whole, with its interval.

    Parameters
    ----------
    numerator : number, sequence, array or Series
        The part: from 0 to the denominator.
    denominator : number, sequence, array or Series
        The whole, above 0.
    per : float
        100 gives a percentage.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    DataFrame
        Columns `value, lower, upper` (float, parts per `per`) and `method` (str), as `rate`.
        Limits stay within 0 and `per`, and reach them exactly at 0 of n and n of n.

    Raises
    ------
    ImpossibleInput
        For a negative or infinite number, a bare nan, a denominator of 0, or a part larger than
        its whole.

    References
    ----------
    Wilson (1927).

    Examples
    --------
    >>> proportion(862, 4287).round(2)
       value  lower  upper  method
    0  20.11  18.93  21.33  Wilson
    """
    (part, whole), index = aligned(numerator=numerator, denominator=denominator)
    _refuse(part < 0, part, "a numerator cannot be negative")
    _refuse(whole <= 0, whole, "a denominator must be above 0")
    _refuse(part > whole, part, "a numerator cannot be larger than its denominator")
    per, tail = _positive(per), _tail(confidence)
    lower, upper = _wilson_limits(part, whole, tail)
    method = np.where(np.isnan(part) | np.isnan(whole), "", WILSON)
    return _result(part / whole * per, lower * per, upper * per, method, index)


def _poisson_limits(events: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy import special  # here, so that `import cpstats` costs little more than pandas

    z = special.ndtri(1 - tail)
    missing = np.isnan(events)
    exact = events < BYAR_FROM
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = events * (1 - 1 / (9 * events) - z / (3 * np.sqrt(events))) ** 3
    above = events + 1
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    few = events[exact]
    # A count of 0 has no shape for the gamma quantile: its lower limit is 0 by definition.
    lower[exact] = np.where(few > 0, special.gammaincinv(np.where(few > 0, few, 1), tail), 0.0)
    upper[exact] = special.gammaincinv(few + 1, 1 - tail)
    method = np.where(missing, "", np.where(exact, EXACT, BYAR))
    return lower, upper, method


def _wilson_limits(
    part: np.ndarray, whole: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    from scipy import special

    z = special.ndtri(1 - tail)
    share = part / whole
    centre = share + z**2 / (2 * whole)
    spread = z * np.sqrt(share * (1 - share) / whole + z**2 / (4 * whole**2))
    scale = 1 + z**2 / whole
    lower = np.clip((centre - spread) / scale, 0.0, share)
    upper = np.clip((centre + spread) / scale, share, 1.0)
    # At the ends the formula is exact, but its arithmetic leaves some 1e-15 behind.
    return np.where(part == 0, 0.0, lower), np.where(part == whole, 1.0, upper)


def aligned(**given: Numbers) -> tuple[list[np.ndarray], pd.Index]:
    """Bring the inputs to one length, keeping the index of a Series."""
    series = {name: v for name, v in given.items() if isinstance(v, pd.Series)}
    index = next((v.index for v in series.values()), None)
    for name, v in series.items():
        if not v.index.equals(index):
            raise ImpossibleInput(f"The index of {name} is not that of {next(iter(series))}.")
    arrays = [_numbers(name, v) for name, v in given.items()]
    try:
        level = [a.copy() for a in np.broadcast_arrays(*arrays)]
    except ValueError:
        lengths = " and ".join(str(len(a)) for a in arrays)
        raise ImpossibleInput(f"{' and '.join(given)} have {lengths} values.") from None
    if index is None:
        index = pd.RangeIndex(len(level[0]))
    if len(index) != len(level[0]):
        raise ImpossibleInput(f"{' and '.join(given)} differ in length.")
    return level, index


def _numbers(name: str, given: Numbers) -> np.ndarray:
    is_series = isinstance(given, pd.Series)
    try:
        if is_series:
            array = given.to_numpy(dtype="float64", na_value=np.nan)
        else:
            array = np.atleast_1d(np.asarray(given, dtype="float64"))
    except (TypeError, ValueError):
        raise ImpossibleInput(f"{name} holds something that is not a number.") from None
    if array.ndim != 1:
        raise ImpossibleInput(f"{name} must be a number or one column of numbers.")
    # pandas writes a missing value as nan; elsewhere nan is the result of a mistake.
    wrong = np.isinf(array) if is_series else ~np.isfinite(array)
    _refuse(wrong, array, f"{name} must be finite")
    return array


def _refuse(wrong: np.ndarray, values: np.ndarray, why: str) -> None:
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        place = f" at position {first}" if len(values) > 1 else ""
        more = f", and {wrong.sum() - 1} more" if wrong.sum() > 1 else ""
        raise ImpossibleInput(f"{why[0].upper()}{why[1:]}: got {values[first]:g}{place}{more}.")


def _positive(per: float) -> float:
    if not (np.isfinite(per) and per > 0):
        raise ImpossibleInput(f"`per` must be above 0: got {per!r}.")
    return float(per)


def _tail(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ImpossibleInput(
            f"`confidence` must be between 0 and 1, like 0.95: got {confidence!r}."
        )
    return (1 - confidence) / 2


def _result(
    value: np.ndarray, lower: np.ndarray, upper: np.ndarray, method: np.ndarray, index: pd.Index
) -> pd.DataFrame:
    missing = np.isnan(value)
    return pd.DataFrame(
        {
            "value": value,
            "lower": np.where(missing, np.nan, lower),
            "upper": np.where(missing, np.nan, upper),
            "method": np.where(missing, "", method).astype(str),
        },
        index=index,
    )
