"""Periods in order of time, whatever they are written as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import periods as period_terms
from ..errors import CpstatsError, ImpossibleInput


@dataclass(frozen=True)
class Times:
    """Where each value stands in time.

    Attributes
    ----------
    periods : Index
    key : array
        The same for the same period, in every series.
    ordered : bool
        Whether keys tell what comes first. Labels that say nothing of their order have none:
        the values of a series then stand in the order in which they were given.
    step : float
        How far apart two neighbours may be without a gap; infinite where that is not known, as
        of dates, since months differ in length.
    """

    periods: pd.Index
    key: np.ndarray
    ordered: bool
    step: float

    @property
    def sort(self) -> np.ndarray:
        """What to sort values of a series by."""
        return self.key if self.ordered else np.arange(len(self.key))

    def key_of(self, period: Any, what: str) -> Any:
        """Find the key of a period that must be among those given."""
        try:
            at = np.flatnonzero(np.asarray(self.periods == _as_given(period, self.periods)))
        except (ValueError, TypeError):
            at = np.array([], dtype=int)
        if isinstance(period, bool) or not len(at):
            raise ImpossibleInput(f"`{what}` names {period!r}, which is not among the periods.")
        return self.key[at[0]]

    def within(self, year: str) -> Any:
        """Give the key of a year after the first and not after the last; None of others."""
        if not (self.ordered and np.isfinite(self.step) and self.periods.dtype.kind in "OT"):
            return None
        key, _ = period_terms.place(year)
        return key if self.key.min() < key <= self.key.max() else None


def read(periods: pd.Index) -> Times:
    """Place periods in time.

    Parameters
    ----------
    periods : Index
        Years and quarters as text ("2018-19"), dates, numbers, pandas periods, or any labels.

    Raises
    ------
    ImpossibleInput
        For a missing period, or years and quarters in one column.
    """
    if isinstance(periods, pd.RangeIndex):
        return Times(periods, np.arange(len(periods)), True, float("inf"))
    if periods.hasnans:
        raise ImpossibleInput("A period is missing: every value needs its date, number or label.")
    if isinstance(periods, pd.PeriodIndex):
        return Times(periods, periods.asi8, True, periods.freq.n)
    if isinstance(periods, pd.DatetimeIndex):
        return Times(periods, periods.asi8, True, float("inf"))
    if pd.api.types.is_numeric_dtype(periods):
        return Times(periods, np.asarray(periods), True, float("inf"))
    codes, labels = pd.factorize(np.asarray(periods, dtype=object))
    try:
        known = [period_terms.place(label) for label in labels]
    except ImpossibleInput:
        raise
    except CpstatsError:
        return Times(periods, codes, False, float("inf"))
    written = {how for _, how in known}
    if len(written) > 1:
        raise ImpossibleInput(
            f"Periods written as {' and as '.join(sorted(written))} stand in one series: chart "
            "them apart."
        )
    years = np.array([at for at, _ in known])
    # A little more than one step, for what the arithmetic leaves behind.
    step = {"year": 1.01, "quarter": 0.26}.get(written.pop(), float("inf"))
    return Times(periods, years[codes], True, step)


def _as_given(period: Any, periods: pd.Index) -> Any:
    """Read a period written as text as what the periods are."""
    if isinstance(periods, pd.DatetimeIndex | pd.PeriodIndex) and isinstance(period, str):
        return type(periods)([period])[0]
    return period
