"""What became of the children de-registered in a period: the measure that tells of improvement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

import narwhals as nw
import numpy as np
import pandas as pd

from ..errors import ImpossibleInput
from ..records import Records
from ..records.dates import months_between
from ..records.engines import collect
from .linking import deregistrations

#: Children who cannot be registered again are followed by nobody.
NOT_FOLLOWED = ("child died", "child automatically de-registered because of age")


def reregistered_within(
    records: Records,
    *,
    since: dt.date,
    until: dt.date,
    months: Iterable[int] = (3, 6, 12, 18, 24),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Follow the children de-registered in a span: how many are registered again, and how soon.

    Transfers, children who died and those too old to be registered again are left out. Each
    de-registration is followed to the next registration or to the end of the records.

    Parameters
    ----------
    records : Records
    since, until : datetime.date
        First and last day of the span of de-registrations.
    months : iterable of int
        Calendar months after de-registration.
    confidence : float

    Returns
    -------
    DataFrame
        A row for each number of months: `months`; `followed` (de-registrations with so many months
        of records after them), `reregistered` (of those, registered again in less), `share` (per
        cent of those followed; nan when there are none); and the Kaplan-Meier estimate of all of
        them, the unfinished ones included: `estimate, lower, upper` (per cent; nan where nobody
        was followed so long) and `at_start` (de-registrations in the span).

    Raises
    ------
    ImpossibleInput
        When the span ends before it begins.

    References
    ----------
    Kaplan and Meier (1958); limits by the log-log transformation of Greenwood's variance.
    """
    if until < since:
        raise ImpossibleInput(f"The span ends on {until} before it begins on {since}.")
    cohort = _cohort(records, since, until)
    again = cohort["months_to_registration"]
    held = cohort["months_followed"]
    estimated = curve(again, held, confidence)
    rows = []
    for k in months:
        # Followed for k months in full: those already registered again count only then too.
        full = held >= k
        part, whole = int((again[full] < k).sum()), int(full.sum())
        share = 100 * part / whole if whole else np.nan
        rows.append((k, whole, part, share, *estimated(k), len(cohort)))
    names = [
        "months", "followed", "reregistered", "share", "estimate", "lower", "upper", "at_start"
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _cohort(records: Records, since: dt.date, until: dt.date) -> pd.DataFrame:
    day = nw.col("date")
    first, last = (dt.datetime(d.year, d.month, d.day) for d in (since, until))
    end = dt.datetime(records.until.year, records.until.month, records.until.day)
    left = deregistrations(records, who=False).filter(
        (day >= first) & (day <= last),
        ~nw.col("reason").is_in(list(NOT_FOLLOWED)) | nw.col("reason").is_null(),
        (nw.col("transfer") != "yes") | nw.col("transfer").is_null(),
        # Registered again on the same day: never off the register.
        nw.col("next_registration").is_null() | (nw.col("next_registration") != day),
    )
    left = left.with_columns(_end=nw.lit(end)).with_columns(
        months_followed=months_between(day, nw.col("_end"))
    )
    return collect(left.select("months_to_registration", "months_followed"))


def curve(
    again: pd.Series, held: pd.Series, confidence: float
) -> Callable[[int], tuple[float, float, float]]:
    """Estimate the share registered again before each number of months."""
    import warnings

    from scipy import stats

    if again.isna().all():
        none = np.nan if held.empty else 0.0
        return lambda k: (none if (held >= k).any() else np.nan, np.nan, np.nan)
    happened = again.notna().to_numpy()
    data = stats.CensoredData(
        uncensored=again[happened].to_numpy(dtype=float) + 1,
        # Held for k completed months without a registration: all of them have passed.
        right=held[~happened].to_numpy(dtype=float),
    )
    survival = stats.ecdf(data).sf
    with warnings.catch_warnings():
        # Where the curve stands at 0 or 1 the formula has no limits: they come back as nan.
        warnings.simplefilter("ignore", RuntimeWarning)
        limits = survival.confidence_interval(confidence, method="log-log")

    def at(k: int) -> tuple[float, float, float]:
        if not (held >= k).any():
            return np.nan, np.nan, np.nan
        value, low, high = (
            100 * (1 - float(f.evaluate(np.array([k]))[0]))
            for f in (survival, limits.high, limits.low)
        )
        return value, low, high

    return at
