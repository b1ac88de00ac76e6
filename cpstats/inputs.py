"""Numbers as they are given to us: brought to one length, checked, and refused in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .errors import ImpossibleInput

Numbers = Any  # a number, a sequence of numbers, an array or a Series
Levels = float | Iterable[float]


def aligned(**given: Numbers) -> tuple[list[np.ndarray], pd.Index]:
    """Bring the inputs to one length, keeping the index of a Series."""
    series = {name: v for name, v in given.items() if isinstance(v, pd.Series)}
    index = next((v.index for v in series.values()), None)
    for name, v in series.items():
        if not v.index.equals(index):
            raise ImpossibleInput(f"The index of {name} is not that of {next(iter(series))}.")
    arrays = [_numbers(name, v) for name, v in given.items()]
    try:
        # Views that cannot be written to: what was given is not copied, and not changed either.
        level = list(np.broadcast_arrays(*arrays))
        for array in level:
            array.flags.writeable = False
    except ValueError:
        lengths = " and ".join(str(len(a)) for a in arrays)
        raise ImpossibleInput(f"{' and '.join(given)} have {lengths} values.") from None
    if index is None:
        index = pd.RangeIndex(len(level[0]))
    if len(index) != len(level[0]):
        raise ImpossibleInput(f"{' and '.join(given)} differ in length.")
    return level, index


def _numbers(name: str, given: Numbers) -> np.ndarray:
    array = floats(name, given)
    if not isinstance(given, pd.Series):
        # pandas writes a missing value as nan; elsewhere nan is the result of a mistake.
        refuse(np.isnan(array), array, f"{name} must be finite")
    return array


def floats(name: str, given: Numbers) -> np.ndarray:
    """Read a number or a column of numbers; what is missing is nan."""
    countable(name, given)
    try:
        if isinstance(given, pd.Series):
            array = given.to_numpy(dtype="float64", na_value=np.nan)
        else:
            array = np.atleast_1d(np.asarray(given, dtype="float64"))
    except (TypeError, ValueError):
        raise ImpossibleInput(f"{name} holds something that is not a number.") from None
    if array.ndim != 1:
        raise ImpossibleInput(f"{name} must be a number or one column of numbers.")
    refuse(np.isinf(array), array, f"{name} must be finite")
    return array


def countable(name: str, given: Any) -> None:
    """Refuse what turns into numbers without being any: dates, and values behind a mask."""
    if isinstance(given, np.ma.MaskedArray):
        raise ImpossibleInput(f"{name} is masked: give a Series, with its missing values missing.")
    kind = getattr(getattr(given, "dtype", None), "kind", "")
    if kind in ("m", "M"):
        raise ImpossibleInput(f"{name} holds dates or durations, and not numbers.")


def refuse(wrong: np.ndarray, values: np.ndarray, why: str) -> None:
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        place = f" at position {first}" if len(values) > 1 else ""
        more = f", and {wrong.sum() - 1} more" if wrong.sum() > 1 else ""
        raise ImpossibleInput(f"{why[0].upper()}{why[1:]}: got {values[first]:g}{place}{more}.")


def positive(per: float) -> float:
    if not (_is_number(per) and np.isfinite(per) and per > 0):
        raise ImpossibleInput(f"`per` must be above 0: got {per!r}.")
    return float(per)


def _is_number(given: Any) -> bool:
    return isinstance(given, int | float | np.number) and not isinstance(given, bool)


def needed(frame: Any, *columns: str) -> None:
    """Refuse what is no table, or lacks a column."""
    if not isinstance(frame, pd.DataFrame):
        raise ImpossibleInput(f"This takes a results table: got {type(frame).__name__}.")
    missing = [c for c in columns if c not in frame]
    if missing:
        raise ImpossibleInput(f"The table has no column {' or '.join(missing)}.")


def levels(confidence: Levels) -> list[float]:
    """Read one or several levels of confidence."""
    given: list[Any] = [confidence]
    if not isinstance(confidence, str) and isinstance(confidence, Iterable):
        given = list(confidence)
    wrong = [c for c in given if not (_is_number(c) and 0 < c < 1)]
    if wrong or not given:
        got = wrong[0] if wrong else confidence
        raise ImpossibleInput(f"`confidence` must be between 0 and 1, like 0.95: got {got!r}.")
    if len(set(given)) < len(given):
        raise ImpossibleInput(f"`confidence` gives a level twice: {given}.")
    return [float(c) for c in given]


def level(confidence: float) -> float:
    """Read one level of confidence."""
    if isinstance(confidence, Iterable) and not isinstance(confidence, str):
        raise ImpossibleInput(f"`confidence` takes one level here: got {confidence!r}.")
    return levels(confidence)[0]
