"""What a set of values says together: median and quartiles, largest and smallest, Kaplan-Meier.

Values come home from records as a tally, each with how many have it, so the answers are exact and
the same from every engine.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .definitions import Indicator
from .episodes.cohorts import curve

#: What `summarise` says of each group.
COLUMNS = ["numerator", "denominator", "value", "lower", "upper", "method", "note"]


def summarise(
    tally: pd.DataFrame, entry: Indicator, keys: list[str], confidence: float
) -> pd.DataFrame:
    """
    Summarise the values of each group.

    Parameters
    ----------
    tally : DataFrame
        Columns `keys`, those that the entry counts `of` (missing where not known), and `count`.
    entry : Indicator
        Of one of the kinds in `definitions.SUMMARIES`.
    keys : list of str
    confidence : float

    Returns
    -------
    DataFrame
        A row for each group that has any: `keys` and `COLUMNS`. The numerator is how many values
        are known, the denominator how many there should be. Limits are nan where there are none.
    """
    assert entry.counted is not None
    of = list(entry.counted.of)
    values = tally.assign(**{c: pd.to_numeric(tally[c]).astype("float64") for c in of})
    rows = [
        (*(key if isinstance(key, tuple) else (key,)), *_summary(entry, group, confidence))
        for key, group in values.groupby(keys, sort=False)
    ]
    return pd.DataFrame(rows, columns=[*keys, *COLUMNS])


def _summary(entry: Indicator, group: pd.DataFrame, confidence: float) -> tuple[object, ...]:
    assert entry.counted is not None
    if entry.kind == "estimate":
        return _estimate(entry, group, confidence)
    column = entry.counted.of[0]
    asked = float(group["count"].sum())
    known = group.dropna(subset=column)
    number = float(known["count"].sum())
    if not number:
        return 0.0, asked, np.nan, np.nan, np.nan, "", "None has the value recorded."
    every = np.sort(np.repeat(known[column].to_numpy(), known["count"].to_numpy(dtype="int64")))
    short = f"{asked - number:.0f} of {asked:.0f} have no value recorded and are left out."
    note = short if number < asked else ""
    if entry.kind == "quantile":
        value, lower, upper = quantile(every, entry.at, confidence)
        return number, asked, value, lower, upper, "quantile", note
    value = float(every[-1] if entry.kind == "largest" else every[0])
    return number, asked, value, np.nan, np.nan, entry.kind, note


def quantile(
    values: np.ndarray, share: float, confidence: float = 0.95
) -> tuple[float, float, float]:
    """
    Give a quantile with limits that suppose nothing of how the values are spread.

    Parameters
    ----------
    values : array of float
        In order.
    share : float
        The share of values below it: 0.5 for the median.
    confidence : float

    Returns
    -------
    tuple of float
        The quantile, between the two values next to it as spreadsheets put it; and the limits,
        each one of the values, nan where there are too few values for one.

    References
    ----------
    Hyndman and Fan (1996), definition 7, for the quantile. Conover, Practical Nonparametric
    Statistics, 3rd edition, section 3.2, for the limits: the binomial distribution of how many
    values lie below the quantile.

    Examples
    --------
    >>> [float(v) for v in quantile(np.array([1.0, 2, 3, 4, 5, 60]), 0.5)]
    [3.5, 1.0, 60.0]
    """
    number = len(values)
    first, last = limits_at(number, share, confidence)
    lower = float(values[first - 1]) if first >= 1 else np.nan
    upper = float(values[last - 1]) if last <= number else np.nan
    return float(np.quantile(values, share)), lower, upper


def limits_at(number: int, share: float, confidence: float) -> tuple[int, int]:
    """Say which of so many values in order are the limits of a quantile; outside them, none is."""
    from scipy import stats

    tail = (1 - confidence) / 2
    first = int(stats.binom.ppf(tail, number, share))
    return first, int(stats.binom.ppf(1 - tail, number, share)) + 1


def _estimate(entry: Indicator, group: pd.DataFrame, confidence: float) -> tuple[object, ...]:
    """Estimate the share to whom it happens before so many months, the unfinished included."""
    assert entry.counted is not None
    each = group.loc[group.index.repeat(group["count"].astype("int64"))]
    happened, held = (each[c] for c in entry.counted.of)
    months = int(entry.at)
    number, again = float(len(each)), float((happened < months).sum())
    value, lower, upper = curve(happened, held, confidence)(months)
    full = int((held >= months).sum())
    if np.isnan(value):
        note = f"None of the {number:.0f} has been followed for {months} months yet."
        return again, number, np.nan, np.nan, np.nan, "", note
    note = "" if full == number else f"{full} of {number:.0f} followed for {months} months."
    return again, number, value, lower, upper, "Kaplan-Meier", note
