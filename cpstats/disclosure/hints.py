"""What a figure tells of a count that is hidden behind it.

A rate with a known population gives its count back; a percentage of a hidden whole binds the two;
limits tell how many there were, as only some counts have them when rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import catalogue, rates
from .cells import DENOMINATOR, NUMERATOR, Cells
from .systems import Relation

#: Counts tried in turn against printed limits; children's numbers in a council are below it.
_MOST = 20_000
_DIGITS = 12
_PER_CENT = 100


@dataclass
class Hints:
    """Bounds of counts, and relations between them."""

    bounds: dict[int, tuple[float, float]] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)

    def bound(self, at: int, low: float, high: float) -> None:
        least, most = self.bounds.get(at, (0.0, np.inf))
        self.bounds[at] = max(least, low), min(most, high)


def hints(cells: Cells, tables: Mapping[str, pd.DataFrame]) -> Hints:
    """
    Find what values and limits tell of hidden counts.

    Parameters
    ----------
    cells : Cells
        Read from `tables`.
    tables : mapping of str to DataFrame

    Returns
    -------
    Hints
    """
    found = Hints()
    roles: dict[tuple[str, int], dict[str, int]] = {}
    for table, row, role, at in cells.places:
        roles.setdefault((table, row), {})[role] = at
    for (table, number), cell in roles.items():
        frame = tables.get(table)
        if frame is None or "value" not in frame or "indicator" not in frame:
            continue
        row = frame.iloc[number]
        hidden = pd.isna(row["numerator"]) or pd.isna(row["denominator"])
        if hidden and pd.notna(row["value"]):
            _told(found, _printed(frame, row), cell)
    return found


@dataclass(frozen=True)
class _Printed:
    """A row of figures, and how they are printed."""

    row: pd.Series
    kind: str
    per: float
    halves: dict[str, float]  # half of the last decimal of each column

    @property
    def limits(self) -> tuple[float, float]:
        """The least and most that the value can be before it was rounded, of one."""
        value, half = self.row["value"], self.halves["value"]
        return (value - half) / self.per, (value + half) / self.per


def _printed(frame: pd.DataFrame, row: pd.Series) -> _Printed:
    same = frame[frame["indicator"] == row["indicator"]]
    halves = {c: _half(same[c]) for c in ("value", "lower", "upper") if c in frame}
    kind, per = _unit(same, str(row["indicator"]))
    return _Printed(row, kind, per, halves)


def _unit(same: pd.DataFrame, indicator: str) -> tuple[str, float]:
    """Say of what kind an indicator is, and of how many; judged from what is shown, if need be."""
    entry = catalogue.CATALOGUE.get(indicator)
    if entry is not None:
        return entry.kind, entry.per
    shown = same[same["numerator"] > 0]
    each = (shown["value"] * shown["denominator"] / shown["numerator"]).dropna()
    if each.empty:
        return "", 0.0
    per = 10.0 ** round(np.log10(each.median()))
    return ("proportion" if per == _PER_CENT else "rate"), per


def _told(found: Hints, printed: _Printed, at: dict[str, int]) -> None:
    row, kind = printed.row, printed.kind
    if kind == "count":
        found.bound(at[NUMERATOR], row["value"], row["value"])
    if kind not in {"rate", "proportion"}:
        return
    low, high = printed.limits
    denominator = row["denominator"]
    if pd.notna(denominator):
        candidates = np.arange(
            max(0, np.ceil(low * denominator - 1e-9)), np.floor(high * denominator + 1e-9) + 1
        )
        kept = _agreeing(printed, candidates, np.full(len(candidates), denominator))
        if len(kept):
            found.bound(at[NUMERATOR], kept[:, 0].min(), kept[:, 0].max())
    elif kind == "proportion" and DENOMINATOR in at:
        _of_hidden_whole(found, printed, at)


def _of_hidden_whole(found: Hints, printed: _Printed, at: dict[str, int]) -> None:
    row, (low, high) = printed.row, printed.limits
    part, whole = at[NUMERATOR], at[DENOMINATOR]
    found.relations.append(Relation((part, whole), (1.0, -low), 0.0, np.inf))
    found.relations.append(Relation((part, whole), (1.0, -high), -np.inf, 0.0))
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return
    wholes = np.arange(1, _MOST + 1)
    parts = np.round((low + high) / 2 * wholes)
    if pd.notna(row["numerator"]):
        wholes = wholes[(low * wholes <= row["numerator"]) & (row["numerator"] <= high * wholes)]
        parts = np.full(len(wholes), row["numerator"])
    kept = _agreeing(printed, parts, wholes)
    if len(kept):
        found.bound(part, kept[:, 0].min(), kept[:, 0].max())
        found.bound(whole, kept[:, 1].min(), kept[:, 1].max())


def _agreeing(printed: _Printed, parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    """Keep the counts, as pairs, whose value and limits are those printed when rounded alike."""
    is_rate = printed.kind == "rate"
    inside = (parts <= wholes) | is_rate
    pairs = np.column_stack([parts, wholes])[inside]
    if not len(pairs):
        return pairs
    compute = rates.rate if is_rate else rates.proportion
    made = compute(pd.Series(pairs[:, 0]), pd.Series(pairs[:, 1].astype(float)), per=printed.per)
    fits = np.ones(len(pairs), dtype=bool)
    for column, half in printed.halves.items():
        if pd.notna(printed.row[column]):
            off = (made[column] - printed.row[column]).abs().to_numpy()
            fits &= off <= half * (1 + 1e-6) + 1e-9
    # Limits made in another way tell nothing here.
    return pairs[fits]


def _half(column: pd.Series) -> float:
    """Give half of the last decimal that a column is printed with."""
    written = [f"{value:.{_DIGITS}f}".rstrip("0") for value in column.dropna()]
    return 0.5 * 10.0 ** -max((len(text.partition(".")[2]) for text in written), default=0)
