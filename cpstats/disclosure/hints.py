"""What a figure tells of a count that is hidden behind it.

A rate with a known population gives its count back; a percentage of a hidden whole binds the two;
limits tell how many there were, as only some counts have them when rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import catalogue, rates
from .cells import DENOMINATOR, NUMERATOR, Cells
from .systems import Relation

#: Counts tried in turn against printed limits; children's numbers in a council are below it.
_MOST = 20_000
_DIGITS = 12


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
            _told(found, row, cell)
    return found


def _told(found: Hints, row: pd.Series, at: dict[str, int]) -> None:
    entry = catalogue.CATALOGUE.get(row["indicator"])
    kind, per = (entry.kind, entry.per) if entry else ("rate", 1000.0)
    if kind == "count":
        found.bound(at[NUMERATOR], row["value"], row["value"])
    if kind not in {"rate", "proportion"}:
        return
    compute = rates.rate if kind == "rate" else rates.proportion
    half = 0.5 * 10.0 ** -_decimals(row["value"])
    low, high = ((row["value"] + side * half) / per for side in (-1, 1))
    denominator = row["denominator"]
    if pd.notna(denominator):
        candidates = np.arange(
            max(0, np.ceil(low * denominator - 1e-9)), np.floor(high * denominator + 1e-9) + 1
        )
        kept = _agreeing(compute, candidates, np.full(len(candidates), denominator), row, per)
        if len(kept):
            found.bound(at[NUMERATOR], kept.min(), kept.max())
    elif kind == "proportion":
        _of_hidden_whole(found, row, at, low, high, per)


def _of_hidden_whole(
    found: Hints, row: pd.Series, at: dict[str, int], low: float, high: float, per: float
) -> None:
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
    kept = _agreeing(rates.proportion, parts, wholes, row, per, pairs=True)
    if len(kept):
        found.bound(part, kept[:, 0].min(), kept[:, 0].max())
        found.bound(whole, kept[:, 1].min(), kept[:, 1].max())


def _agreeing(
    compute: Callable[..., pd.DataFrame],
    parts: np.ndarray,
    wholes: np.ndarray,
    row: pd.Series,
    per: float,
    pairs: bool = False,
) -> np.ndarray:
    """Keep the counts whose value and limits are those printed, when rounded as they are."""
    inside = (parts <= wholes) | (compute is rates.rate)
    parts, wholes = parts[inside], wholes[inside]
    if not len(parts):
        return parts
    made = compute(pd.Series(parts), pd.Series(wholes.astype(float)), per=per)
    fits = np.ones(len(parts), dtype=bool)
    for column in ("value", "lower", "upper"):
        if pd.notna(row.get(column, np.nan)):
            half = 0.5 * 10.0 ** -_decimals(row[column])
            fits &= (made[column] - row[column]).abs().to_numpy() <= half * (1 + 1e-6) + 1e-9
    if not fits.any():  # limits made in another way tell nothing here; the value still does
        return np.column_stack([parts, wholes])[:0] if pairs else parts
    return np.column_stack([parts, wholes])[fits] if pairs else parts[fits]


def _decimals(value: float) -> int:
    """Count the decimals that a number is written with."""
    text = f"{value:.{_DIGITS}f}".rstrip("0")
    return len(text.partition(".")[2])
