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

import numpy as np
import pandas as pd

from .groups import words
from .inputs import Levels, Numbers, aligned, levels, positive, refuse

EXACT, BYAR, WILSON = "exact Poisson", "Byar", "Wilson"

#: Counts from here on get Byar's interval.
BYAR_FROM = 10


def rate(
    count: Numbers, population: Numbers, *, per: float = 1000, confidence: Levels = 0.95
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
    confidence : float or iterable of float
        Between 0 and 1. Several levels give a row each: all rows of the first level, then all of
        the second.

    Returns
    -------
    DataFrame
        Columns `value, lower, upper` (float, events per `per` persons), `confidence` (float) and
        `method` (str). The index of a Series is kept; two Series must have the same one. A value
        missing from a Series is missing from the result, with an empty method. Zero events give a
        lower limit of exactly 0.

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
       value  lower  upper  confidence method
    0   3.79   3.05   4.65        0.95   Byar
    """
    (events, persons), index = aligned(count=count, population=population)
    refuse(events < 0, events, "a count cannot be negative")
    refuse(persons <= 0, persons, "a population must be above 0")
    at, scale = levels(confidence), positive(per) / persons
    value = events * scale
    limits = [[x * scale for x in poisson_limits(events, (1 - c) / 2)] for c in at]
    method = _named(np.isnan(value), events < BYAR_FROM, EXACT, BYAR)
    return _result(at, limits, value, method, index)


def proportion(
    numerator: Numbers, denominator: Numbers, *, per: float = 100, confidence: Levels = 0.95
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
    confidence : float or iterable of float
        Between 0 and 1. Several levels give a row each: all rows of the first level, then all of
        the second.

    Returns
    -------
    DataFrame
        Columns `value, lower, upper` (float, parts per `per`), `confidence` and `method`, as
        `rate`.
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
       value  lower  upper  confidence  method
    0  20.11  18.93  21.33        0.95  Wilson
    """
    (part, whole), index = aligned(numerator=numerator, denominator=denominator)
    refuse(part < 0, part, "a numerator cannot be negative")
    refuse(whole <= 0, whole, "a denominator must be above 0")
    refuse(part > whole, part, "a numerator cannot be larger than its denominator")
    at, per = levels(confidence), positive(per)
    value = part / whole * per
    limits = [[x * per for x in wilson_limits(part, whole, (1 - c) / 2)] for c in at]
    missing = np.isnan(value)
    return _result(at, limits, value, _named(missing, missing, "", WILSON), index)


def poisson_limits(events: np.ndarray, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Give the limits of Poisson counts: exact below 10, Byar's from there on.

    Parameters
    ----------
    events : array of float
        Counts, 0 or more; nan gives nan.
    tail : float
        Probability beyond either limit: 0.025 for an interval of 95%.
    """
    from scipy import special  # here, so that `import cpstats` costs little more than pandas

    reach = special.ndtri(1 - tail) / 3
    lower, upper = _byar(events, -reach), _byar(events + 1, reach)
    # Small counts repeat: the quantiles, which are slow, are looked up once for each.
    exact = np.flatnonzero(events < BYAR_FROM)
    few, at = np.unique(events[exact], return_inverse=True)
    # A count of 0 has no shape for the gamma quantile: its lower limit is 0 by definition.
    low = np.where(few > 0, special.gammaincinv(np.where(few > 0, few, 1), tail), 0.0)
    lower[exact] = low[at]
    upper[exact] = special.gammaincinv(few + 1, 1 - tail)[at]
    return lower, upper


def _byar(events: np.ndarray, reach: float) -> np.ndarray:
    """Give events (1 - 1 / (9 events) + reach / sqrt(events))^3, with few arrays beside it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.divide(-1 / 9, events)
        inner += 1
        root = np.sqrt(events)
        inner += np.divide(reach, root, out=root)
        cube = np.multiply(inner, inner, out=root)
        cube *= inner
        cube *= events
    return cube


def wilson_limits(
    part: np.ndarray, whole: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    """Give Wilson's limits of a share, between 0 and 1.

    Parameters
    ----------
    part, whole : array of float
        Numerators and denominators; nan gives nan.
    tail : float
        Probability beyond either limit.
    """
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


def _named(
    missing: np.ndarray, first: np.ndarray, name: str, other: str
) -> pd.api.extensions.ExtensionArray:
    """Name the method of each value; nothing where the value is missing."""
    code = np.add(first, 1, dtype=np.intp)
    code[missing] = 0
    return words(code, ["", other, name])


def _result(
    confidence: list[float],
    limits: list[list[np.ndarray]],
    value: np.ndarray,
    method: pd.api.extensions.ExtensionArray,
    index: pd.Index,
) -> pd.DataFrame:
    """Stack the limits of each level of confidence under one another."""
    frames = [
        pd.DataFrame(
            {"value": value, "lower": lower, "upper": upper, "confidence": at, "method": method},
            index=index,
            copy=False,
        )
        for at, (lower, upper) in zip(confidence, limits, strict=True)
    ]
    return frames[0] if len(frames) == 1 else pd.concat(frames)
