"""Tables without what is hidden: a count goes, and with it all that was made from it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .. import catalogue, measures, values
from ..definitions import SUMMARIES
from ..summaries import limits_at
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
    gone_value = pd.Series(False, index=made.index)
    if policy.extremes == "hide" and "indicator" in made:
        gone_value = made["indicator"].map(_is_extreme) & made["value"].notna()
        gone_value |= _hide_quantiles(made, frame, policy)
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


def _hide_quantiles(made: pd.DataFrame, frame: pd.DataFrame, policy: Policy) -> pd.Series:
    """Take out limits of quantiles that are nearly the extremes; tell which go themselves."""
    gone = pd.Series(False, index=made.index)
    for row in made.index[made["value"].notna()]:
        entry = catalogue.CATALOGUE.get(made.at[row, "indicator"])
        if entry is None or entry.kind != "quantile":
            continue
        number = int(frame["numerator"].iat[row])
        least = policy.hide_under * _children_a_family(frame, row, policy)
        place = (number - 1) * entry.at
        gone[row] = _beyond(math.floor(place) + 1, math.ceil(place) + 1, number) < least
        first, last = limits_at(number, entry.at, _CONFIDENCE)
        for column, at in (("lower", first), ("upper", last)):
            if _beyond(at, at, number) < least:
                made.loc[row, column] = np.nan
    return gone


def _beyond(low: int, high: int, number: int) -> int:
    """Count the values at or below one of them in order, or at or above: the fewer."""
    return min(low, number - high + 1)


def _children_a_family(frame: pd.DataFrame, row: int, policy: Policy) -> float:
    """Say for how many children a family counts, where it is families that must not be few."""
    families = frame["numerator_families"].iat[row] if "numerator_families" in frame else np.nan
    if not policy.families or np.isnan(families) or not families:
        return 1.0
    return float(frame["numerator"].iat[row] / families)


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
