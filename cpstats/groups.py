"""Rows of a table told apart by group, and sums over each group, for any number of groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .errors import ImpossibleInput, UnknownName
from .inputs import aligned

By = str | Iterable[str]


@dataclass(frozen=True)
class Groups:
    """Which rows belong together.

    Attributes
    ----------
    labels : DataFrame
        The columns that tell the groups apart, one row a group, in order of first appearance.
    code : array of int
        The number of the group of each row.
    first : array of int
        The position of the first row of each group.
    """

    labels: pd.DataFrame
    code: np.ndarray
    first: np.ndarray

    def sum(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.code, values, minlength=len(self.first)).astype(
            "float64", copy=False
        )

    def any(self, marked: np.ndarray) -> np.ndarray:
        found = np.zeros(len(self.first), dtype=bool)
        found[self.code[marked]] = True
        return found

    def name(self, group: int) -> str:
        """Name a group for a message; nothing where there is but one."""
        held = {name: column.iloc[group] for name, column in self.labels.items()}
        return ", ".join(f"{name} {said(value)}" for name, value in held.items())


def group(frame: pd.DataFrame, by: By, *, beside: Sequence[str] = ()) -> Groups:
    """Tell the groups of a table apart.

    Parameters
    ----------
    frame : DataFrame
    by : str or iterable of str
        Columns; none makes one group of all rows.
    beside : sequence of str
        Columns that a result will hold beside them, whose names are taken.
    """
    names = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    for name in names:
        if name in beside:
            raise ImpossibleInput(f"The result has its own column {name!r}: rename that of `by`.")
    code = np.zeros(len(frame), dtype=np.int64)
    for place, name in enumerate(names):
        own, many = _numbered(column(frame, name))
        if (own < 0).any():
            where = int(np.flatnonzero(own < 0)[0])
            raise ImpossibleInput(
                f"{name!r} is missing at position {where}: every row needs its group."
            )
        code = own if place == 0 else pd.factorize(code * many + own)[0]
    # Numbers are given out in order of first appearance: a new one is a group's first row.
    first = np.flatnonzero(np.diff(np.maximum.accumulate(code), prepend=-1))
    return Groups(frame[names].iloc[first].reset_index(drop=True), code, first)


def _numbered(labels: pd.Series) -> tuple[np.ndarray, int]:
    """Number labels in order of first appearance; sorted numbers need no table of those seen."""
    values = labels.to_numpy()
    if values.dtype.kind in "iu" and len(values) and (values[1:] >= values[:-1]).all():
        code = np.zeros(len(values), dtype=np.int64)
        np.cumsum(values[1:] != values[:-1], out=code[1:])
        return code, int(code[-1]) + 1
    code, unique = pd.factorize(labels)
    return code, len(unique)


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Read a column, or say which one may have been meant."""
    if not isinstance(frame, pd.DataFrame):
        raise ImpossibleInput(f"The data must be a DataFrame: got {type(frame).__name__}.")
    if name not in frame.columns:
        raise UnknownName("column", name, [str(c) for c in frame.columns])
    found = frame[name]
    if isinstance(found, pd.DataFrame):
        raise ImpossibleInput(f"The table has {found.shape[1]} columns {name!r}: keep one.")
    return found


def numbers(frame: pd.DataFrame, **columns: str) -> list[np.ndarray]:
    """Read columns of numbers; what is missing is nan."""
    return aligned(**{role: column(frame, name) for role, name in columns.items()})[0]


def refuse(wrong: np.ndarray, values: np.ndarray, why: str, groups: Groups) -> None:
    """Refuse numbers of some rows, naming the group of the first."""
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        named = groups.name(int(groups.code[row]))
        more = f", and {wrong.sum() - 1} more" if wrong.sum() > 1 else ""
        raise ImpossibleInput(
            f"{why}: got {values[row]:g} at position {row}{f' ({named})' if named else ''}{more}."
        )


def said(label: object) -> str:
    """Write a label for a message: a text in quotation marks, a number bare."""
    return repr(label) if isinstance(label, str) else str(label)


def words(codes: np.ndarray, known: Sequence[str]) -> pd.api.extensions.ExtensionArray:
    """Turn numbers into the words they stand for."""
    return pd.array(list(known), dtype="str").take(codes)


def stacked(levels: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Set the results of each level of confidence under one another."""
    return levels[0] if len(levels) == 1 else pd.concat(levels, ignore_index=True)
