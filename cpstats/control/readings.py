"""What is charted, as it is given: a column of numbers, or a results table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import catalogue, inputs
from ..errors import ImpossibleInput, UnknownName
from ..groups import group
from ..inputs import Numbers, refuse
from ..values import SUPPRESSED

#: Charts of counts over a denominator, and of counts alone.
OVER_N, OF_COUNTS = ("p", "u", "pp", "up"), ("c",)

By = Any  # a column, a sequence of labels, or the name of a column or of an index level


@dataclass(frozen=True)
class Reading:
    """Numbers to chart.

    Attributes
    ----------
    frame : DataFrame
        What the result starts with: the results table, or `by`, `period`, `value` and `n`.
    values, n : array of float
        Values or counts, and denominators (nan where the chart takes none).
    periods : Index
    series : array of int
        The number of the series of each value, in order of first appearance.
    names : list of str
        What each series is called, for messages.
    per : float
        What values over a denominator are multiplied by.
    hidden : array of bool
        Where a value is missing as it was suppressed.
    breaks : dict of str to str
        Periods from which an indicator's definition is another, with the reason.
    """

    frame: pd.DataFrame
    values: np.ndarray
    n: np.ndarray
    periods: pd.Index
    series: np.ndarray
    names: list[str]
    per: float
    hidden: np.ndarray
    breaks: dict[str, str]


def read(values: Numbers, n: Numbers, by: By, chart: str) -> Reading:
    """Read what is to be charted, and refuse what cannot be.

    Parameters
    ----------
    values : Series, sequence, array or results table
    n : the same as values, or None
        Denominators; a results table has its own.
    by : column, sequence, str or None
    chart : str
        One of the charts, or "run".
    """
    if isinstance(values, pd.DataFrame):
        reading = _from_results(values, n, by, chart)
    else:
        reading = _from_numbers(values, n, by, chart)
    _check(reading, chart)
    return reading


def _from_numbers(values: Numbers, n: Numbers, by: By, chart: str) -> Reading:
    inputs.countable("values", values)
    column = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).ravel())
    count = inputs.floats("values", column)
    if n is None and chart in OVER_N:
        raise ImpossibleInput(f"A {chart} chart takes denominators: give `n`.")
    if n is not None and chart not in OVER_N:
        raise ImpossibleInput(f"A {chart} chart takes no denominators: leave `n` out.")
    if isinstance(n, pd.Series) and not n.index.equals(column.index):
        raise ImpossibleInput("The index of n is not that of values.")
    denominator = np.full(len(count), np.nan) if n is None else inputs.floats("n", n)
    if len(denominator) == 1:
        denominator = np.repeat(denominator, len(count))
    if len(denominator) != len(count):
        raise ImpossibleInput(f"values and n have {len(count)} and {len(denominator)} values.")
    labels, periods = _labels(column, by)
    name = "series" if labels is None or labels.name is None else str(labels.name)
    if name in {"period", "value", "n"}:
        raise ImpossibleInput(f"`by` is called {name!r}, which the result has too: rename it.")
    keys = {} if labels is None else {name: labels.to_numpy()}
    frame = pd.DataFrame(
        {**keys, "period": periods, "value": count, "n": denominator}, index=column.index
    )
    series, names = _coded(frame, list(keys))
    hidden = np.zeros(len(count), dtype=bool)
    return Reading(frame, count, denominator, pd.Index(periods), series, names, 1.0, hidden, {})


def _labels(column: pd.Series, by: By) -> tuple[pd.Series | None, pd.Index]:
    """Tell the series apart, and find their periods in what is left of the index."""
    index = column.index
    if by is None:
        if isinstance(index, pd.MultiIndex):
            raise ImpossibleInput("The index has several levels: name the series' one in `by`.")
        return None, index
    if isinstance(by, str) and by in index.names:
        periods = index.droplevel(by) if isinstance(index, pd.MultiIndex) else None
        if periods is None or isinstance(periods, pd.MultiIndex):
            raise ImpossibleInput(f"Beside {by!r} the index must have one level: the periods.")
        return index.get_level_values(by).to_series(name=by), periods
    if isinstance(by, str):
        raise UnknownName("index level", by, [str(x) for x in index.names if x is not None])
    labels = by if isinstance(by, pd.Series) else pd.Series(np.asarray(by).ravel())
    if len(labels) != len(column):
        raise ImpossibleInput(f"values and by have {len(column)} and {len(labels)} values.")
    if isinstance(by, pd.Series) and not by.index.equals(index):
        raise ImpossibleInput("The index of by is not that of values.")
    if index.equals(pd.RangeIndex(len(index))):
        # Without periods of their own, the values of each series stand in order of time.
        return labels, pd.RangeIndex(len(index))
    return labels, index


def _from_results(results: pd.DataFrame, n: Numbers, by: By, chart: str) -> Reading:
    if n is not None:
        raise ImpossibleInput("A results table has its own denominators: leave `n` out.")
    needed = ["numerator", "denominator"] if chart in OVER_N else ["value"]
    needed = ["numerator"] if chart in OF_COUNTS else needed
    missing = [c for c in ("period", *needed) if c not in results]
    if missing:
        raise ImpossibleInput(f"The table has no column {' or '.join(missing)}.")
    splits = [by] if isinstance(by, str) else list(by) if isinstance(by, Iterable) else []
    keys = [c for c in ("indicator", "area_code", "area") if c in results]
    for column in splits:
        if column not in results:
            raise UnknownName("column", column, list(results))
    keys = list(dict.fromkeys([*keys, *splits]))
    source = "value" if needed == ["value"] else "numerator"
    values = inputs.floats(source, results[source])
    denominator = np.full(len(results), np.nan)
    if chart in OVER_N:
        denominator = inputs.floats("denominator", results["denominator"])
        # A council that has a population and no count has no point.
        denominator = np.where(np.isnan(values), np.nan, denominator)
    entry = None
    if "indicator" in results:
        if results["indicator"].nunique() > 1:
            raise ImpossibleInput(
                "A chart takes the results of one indicator: each has its own definition. Got "
                f"{', '.join(map(str, results['indicator'].unique()))}."
            )
        entry = catalogue.CATALOGUE.get(next(iter(results["indicator"]), ""))
    breaks = {v.since: v.text for v in entry.versions if v.breaks and v.since} if entry else {}
    per = entry.per if entry and chart in OVER_N else 1.0
    periods = pd.Index(results["period"].to_numpy())
    series, names = _coded(results, keys)
    hidden = np.zeros(len(values), dtype=bool)
    if "mark" in results:
        hidden = np.isnan(values) & results["mark"].eq(SUPPRESSED).to_numpy(dtype=bool)
    return Reading(results, values, denominator, periods, series, names, per, hidden, breaks)


def _coded(frame: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, list[str]]:
    """Number the series in order of first appearance, and name them."""
    told = group(frame, keys)
    if not keys:
        return told.code, [""]
    shown = [k for k in keys if k not in {"indicator", "area_code"}] or keys
    named = _joined(told.labels[shown])
    if named.duplicated().any():
        # Two that are called the same are told apart by everything that is known of them.
        named = _joined(told.labels)
        again = named.groupby(named).cumcount()
        named = named.where(again == 0, named + " (" + (again + 1).astype("str") + ")")
    return told.code, named.tolist()


def _joined(labels: pd.DataFrame) -> pd.Series:
    columns = [labels[name].to_numpy() for name in labels]
    parts = zip(*columns, strict=True)
    return pd.Series([", ".join(map(str, part)) for part in parts], dtype="str")


def _check(reading: Reading, chart: str) -> None:
    values, n = reading.values, reading.n
    if not len(values) or np.isnan(values).all():
        raise ImpossibleInput("There is nothing to chart: no value is given.")
    if chart in (*OVER_N, *OF_COUNTS):
        refuse(values < 0, values, "a count cannot be negative")
    if chart in ("g", "t"):
        refuse(values < 0, values, "a time or number between events cannot be negative")
    if chart == "t":
        zero = values == 0
        refuse(zero, values, "a time between events must be above 0: give times, not dates, or "
               "count what lies between on a g chart")  # fmt: skip
    if chart in OVER_N:
        refuse(n <= 0, n, "a denominator must be above 0; leave the period missing")
        lost = ~np.isnan(values) & np.isnan(n)
        refuse(lost, values, "a count has no denominator")
    if chart in ("p", "pp"):
        refuse(values > n, values, "a count cannot be larger than its denominator")
