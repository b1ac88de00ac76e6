"""Tables without what is hidden: a count goes, and with it all that was made from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalogue, measures, values
from ..definitions import SUMMARIES
from .cells import BEHIND, DENOMINATOR, NUMERATOR, SHOWN, Cells
from .policies import Policy

_CONFIDENCE = 0.95

#: What goes with a count.
_FIGURES = ("value", "lower", "upper", "rate")


def without(
    name: str, frame: pd.DataFrame, cells: Cells, hidden: np.ndarray, rounded: np.ndarray,
    policy: Policy,
) -> pd.DataFrame:  # fmt: skip
    """Take hidden counts out of a table, and with each all that was made from it."""
    made = frame.drop(columns=[c for c in frame.columns if c in BEHIND]).reset_index(drop=True)
    made["mark"] = made.get("mark", pd.Series("", index=made.index)).fillna("").astype("str")
    column = columns_of(frame)
    gone = pd.Series(False, index=made.index)
    low = gone.copy()
    for table, row, role, at in cells.places:
        if table != name or role not in column:
            continue
        if policy.round_to and cells.state[at] == SHOWN:
            made.loc[row, column[role]] = rounded[at]
            if rounded[at] == 0 and cells.value[at] > 0:
                made.loc[row, column[role]], low.loc[row] = np.nan, True
        if hidden[at] and not was_absent(frame, row, column[role]):
            made.loc[row, column[role]], gone.loc[row] = np.nan, True
    if policy.round_to and "indicator" in made:
        made = _anew(made)
    if policy.extremes == "hide" and "indicator" in made:
        gone_value = made["indicator"].map(_is_extreme) & made["value"].notna()
    else:
        gone_value = pd.Series(False, index=made.index)
    figures = [c for c in _FIGURES if c in made]
    made.loc[gone | low | gone_value, figures] = np.nan
    made.loc[low, "mark"] = values.LOW
    made.loc[gone | gone_value, "mark"] = values.SUPPRESSED
    return made.set_index(frame.index)


def columns_of(frame: pd.DataFrame) -> dict[str, str]:
    """Say in which column of a table the counts of each role stand."""
    return {NUMERATOR: "count" if "count" in frame else "numerator", DENOMINATOR: "denominator"}


def was_absent(frame: pd.DataFrame, row: int, column: str) -> bool:
    """Tell a count that was not available: nobody hides it, and its mark stays what it is."""
    if "mark" not in frame or pd.notna(frame[column].iat[row]):
        return False
    return bool(frame["mark"].iat[row] == values.NOT_AVAILABLE)


def _is_extreme(indicator: str) -> bool:
    entry = catalogue.CATALOGUE.get(indicator)
    return entry is not None and entry.kind in ("largest", "smallest")


def _anew(made: pd.DataFrame) -> pd.DataFrame:
    """Work values out from rounded counts; a summary of each child's own days stays as it is."""
    parts = []
    for indicator, rows in made.groupby("indicator", sort=False):
        entry = catalogue.CATALOGUE.get(str(indicator))
        if entry is None:
            rows = rows.assign(value=np.nan, lower=np.nan, upper=np.nan)
        elif entry.kind not in SUMMARIES:
            rows = measures.with_values(entry, rows.copy(), _CONFIDENCE)
        parts.append(rows)
    return pd.concat(parts).sort_index() if parts else made
