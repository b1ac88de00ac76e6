"""Figures held against earlier or other ones, from what tables were released with and nothing else.

A comparison made of the answers themselves would print what a table hides: the figure of either
time, or a difference that gives it back.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from .. import comparisons, p_values

_NEWCOMBE = ["difference", "difference_lower", "difference_upper", "p_value", "verdict"]
_COUNTS = ["numerator", "denominator"]


def since(
    now: pd.DataFrame, before: pd.DataFrame, *, alike: Iterable[str] = (), confidence: float = 0.95
) -> pd.DataFrame:
    """
    Hold released shares against those of another time or group.

    Parameters
    ----------
    now, before : DataFrame
        Results tables as they may be shown, each with one row for an indicator.
    alike : iterable of str
        Columns in which two rows must say the same to be compared: how a question was worded.
    confidence : float

    Returns
    -------
    DataFrame
        Rows of `now` whose counts are shown both times, with `before_value`, `difference,
        difference_lower, difference_upper` (percentage points, Newcombe), `p_value`, `verdict`, and
        allowing for the number of rows (Holm) `verdict_adjusted`. Where either figure was hidden
        there is no row.
    """
    alike = list(alike)
    earlier = before.set_index("indicator")[[*_COUNTS, "value", *alike]].add_prefix("before_")
    rows = now.join(earlier, on="indicator")
    shown = [*_COUNTS, "value", *(f"before_{c}" for c in (*_COUNTS, "value"))]
    kept = rows[shown].notna().all(axis=1)
    for column in alike:
        kept &= _plain(rows[column]) == _plain(rows[f"before_{column}"])
    rows = rows[kept].reset_index(drop=True)
    if rows.empty:
        return rows.reindex(columns=[*rows, *_NEWCOMBE, "verdict_adjusted"])
    rows[_NEWCOMBE] = comparisons.compare_proportions(
        *(rows[c] for c in _COUNTS), *(rows[f"before_{c}"] for c in _COUNTS), confidence=confidence
    )[_NEWCOMBE]
    clear = p_values.holm(rows["p_value"].to_numpy()) < 1 - confidence
    similar = comparisons.SIMILAR
    return rows.assign(verdict_adjusted=np.where(clear, rows["verdict"], similar))


def _plain(words: pd.Series) -> pd.Series:
    return words.astype("str").str.split().str.join(" ").str.casefold()
