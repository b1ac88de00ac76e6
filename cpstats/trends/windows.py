"""Several years taken together, for areas whose single years are too small to read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from .. import catalogue, rates, values
from .. import periods as period_terms
from ..definitions import Indicator
from ..errors import ImpossibleInput
from . import timelines
from .timelines import Timelines

#: Marks that stay beside a figure when it becomes part of a window, the first found being shown.
_SOFT = ("[e]", "[p]", "[u]", "[r]")
_TEXTS = ("source", "denominator_basis", "vintage")


def rolling(results: pd.DataFrame, *, years: int = 3, confidence: float = 0.95) -> pd.DataFrame:
    """
    Take several consecutive years together, each window a year on from the last.

    Numerators add up, and so do denominators, to person-years: the value is still for one year.
    Of children counted on a day it is the mean of several days, not a number of children.

    Neighbouring windows share all years but two: they follow one another smoothly whatever
    happens, so look for no trend in them and compare only windows that share no year. A child
    who is on the register on several of the days is counted on each; the interval takes them for
    different children and is then too narrow, which `note` says.

    Parameters
    ----------
    results : DataFrame
        A results table of yearly figures for indicators of the catalogue. Columns other than
        those of a results table tell series apart.
    years : int
        How many years to take together, 2 or more.
    confidence : float
        Of the limits, which are worked out anew.

    Returns
    -------
    DataFrame
        The columns of `results`, a row for each period in which a window ends, in order of series
        and time: `period` such as "2016-17 to 2018-19", `start` of its first year, sums in
        `numerator` and `denominator`, and `value, lower, upper, method` as the indicator has it;
        `date` is the latest of the window. A count has as its value the mean of the window, and
        no interval. A window with a gap, a missing figure or a break in the definition inside has
        no figure, the mark `[x]`, and a `note` that says which; a window with an estimated or
        provisional figure carries its mark.

    Raises
    ------
    ImpossibleInput
        For `years` below 2, no `indicator`, or periods that are not yearly; otherwise as `trend`.
    UnknownName
        For an indicator that is not in the catalogue.

    Examples
    --------
    >>> table = pd.DataFrame({"indicator": "register_rate", "period": ["2016-17", "2017-18"],
    ...                       "numerator": [69, 73], "denominator": [23998, 24218]})
    >>> both = rolling(table, years=2)
    >>> both[["period", "numerator", "value"]].round(3).values.tolist()
    [['2016-17 to 2017-18', 142.0, 2.945]]
    """
    if isinstance(years, bool) or not isinstance(years, int | np.integer) or years < 2:
        raise ImpossibleInput(f"`years` must be a whole number from 2: got {years!r}.")
    if "indicator" not in results:
        raise ImpossibleInput("The table has no column indicator, which says what may be added up.")
    lines = timelines.read(results, _splits(results))
    _refuse_not_yearly(lines)
    count, population = timelines.counts(lines)
    whole, spans = _windows(lines, int(years))
    ends = np.flatnonzero(spans)
    rows = lines.frame.iloc[ends].reset_index(drop=True)
    windows = np.maximum(ends[:, None] + np.arange(1 - int(years), 1), 0)
    usable = whole[ends]
    sums = [np.where(usable, x[windows].sum(axis=1), np.nan) for x in (count, population)]
    result = rows.assign(numerator=sums[0], denominator=sums[1])
    result = _with_values(result, int(years), confidence)
    result = _with_words(result, lines, windows, count, int(years))
    result["period"] = _labels(rows["period"], int(years))
    if "start" in result:
        result["start"] = rows["start"] - pd.DateOffset(years=int(years) - 1)
    added = [c for c in ("value", "lower", "upper", "method", "mark", "note") if c not in results]
    return result[[*results.columns, *added]]


def _splits(results: pd.DataFrame) -> list[str]:
    """Name the columns that are not of the results table itself."""
    own = {"period", "start", "numerator", "denominator", "value", "lower", "upper", "method"}
    own |= {"mark", "date", "note", "confidence", *_TEXTS}
    return [c for c in results if c not in own]


def _refuse_not_yearly(lines: Timelines) -> None:
    wrong = np.flatnonzero((lines.written == "quarter") | (lines.when % 1 != lines.when[:1] % 1))
    if len(wrong):
        label = timelines.say(lines.frame["period"].iloc[wrong[0]])
        raise ImpossibleInput(
            f"Period {label} is not a year after the others: give yearly figures."
        )


def _windows(lines: Timelines, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Tell at which rows a window ends, and which of these have every year within the window."""
    first = lines.when[lines.first_rows][lines.series]
    spans = lines.when - (years - 1) >= first
    back = np.arange(len(lines.when)) - (years - 1)
    at = np.maximum(back, 0)
    whole = (back >= 0) & (lines.series[at] == lines.series)
    whole &= lines.when - lines.when[at] == years - 1
    # What holds at the end of a window must have held at its beginning.
    return whole & (lines.cut <= lines.when - (years - 1)), spans


def _with_values(result: pd.DataFrame, years: int, confidence: float) -> pd.DataFrame:
    """Work out the values of windows, each indicator in its own way."""
    parts = []
    for name, rows in result.groupby("indicator", sort=False):
        entry = catalogue.find(str(name))
        parts.append(_valued(entry, rows, years, confidence))
    made = pd.concat(parts) if parts else _valued(None, result, years, confidence)
    return result.assign(**{c: made[c] for c in made}).reset_index(drop=True)


def _valued(
    entry: Indicator | None, rows: pd.DataFrame, years: int, confidence: float
) -> pd.DataFrame:
    kind = entry.kind if entry else "count"
    columns = ["value", "lower", "upper", "method"]
    if entry and kind in {"rate", "proportion"}:
        compute = rates.rate if kind == "rate" else rates.proportion
        return compute(
            rows["numerator"], rows["denominator"], per=entry.per, confidence=confidence
        )[columns].assign(denominator=rows["denominator"])
    denominator = rows["denominator"]
    if entry and kind == "mean":
        value, method = rows["numerator"] / denominator * entry.per, "mean"
    else:
        value, method = rows["numerator"] / years, f"mean of {years} years"
        denominator = denominator * np.nan
    named = np.where(value.isna(), "", method)
    made = dict(zip(columns, (value, np.nan, np.nan, named), strict=True))
    return pd.DataFrame({**made, "denominator": denominator}, index=rows.index)


def _with_words(
    result: pd.DataFrame,
    lines: Timelines,
    windows: np.ndarray,
    count: np.ndarray,
    years: int,
) -> pd.DataFrame:
    """Give each window its mark, its note, and the sources of all its years."""
    marks = _texts(lines, "mark")[windows]
    known = result["value"].notna().to_numpy()
    soft = [(marks == mark).any(axis=1) for mark in _SOFT]
    mark = np.where(known, np.select(soft, _SOFT, ""), values.NOT_AVAILABLE)
    made: dict[str, Any] = {
        "mark": mark,
        "note": _notes(result, lines, windows, count, years),
    }
    for column in (c for c in _TEXTS if c in result):
        made[column] = _together(_texts(lines, column)[windows], known)
    if "date" in result:
        made["date"] = _latest(lines.frame["date"], windows, known)
    return result.assign(**made)


def _texts(lines: Timelines, column: str) -> np.ndarray:
    if column not in lines.frame:
        return np.full(len(lines.frame), "", dtype=object)
    return lines.frame[column].fillna("").to_numpy(dtype=object)


def _together(texts: np.ndarray, known: np.ndarray) -> list[str]:
    """Join the different texts of each window, in order of time."""
    return [
        "; ".join(dict.fromkeys(t for t in row if t)) if is_known else ""
        for row, is_known in zip(texts, known, strict=True)
    ]


def _latest(dates: pd.Series, windows: np.ndarray, known: np.ndarray) -> pd.Series:
    days = pd.to_datetime(dates).to_numpy()
    latest = pd.Series(np.fmax.reduce(days[windows], axis=1) if len(windows) else days[:0])
    return latest.where(known)


def _notes(
    result: pd.DataFrame,
    lines: Timelines,
    windows: np.ndarray,
    count: np.ndarray,
    years: int,
) -> list[str]:
    """Say why a window has no figure, or what its figure is not."""
    known = result["value"].notna().to_numpy()
    calendars = {e: catalogue.find(e).calendar for e in result["indicator"].unique()}
    notes = []
    for n, indicator in enumerate(result["indicator"]):
        if known[n]:
            notes.append(_snapshots(years) if calendars[indicator] == "census date" else "")
            continue
        inside = np.unique(windows[n])
        end = lines.when[inside[-1]]
        inside = inside[(lines.series[inside] == lines.series[inside[-1]])
                        & (lines.when[inside] > end - years)]  # fmt: skip
        cut = lines.cut[inside[-1]]
        without = lines.frame["period"].iloc[inside[np.isnan(count[inside])]]
        said = []
        if cut > end - (years - 1):
            label = timelines.say(lines.frame["period"].iloc[inside[lines.when[inside] >= cut][0]])
            said.append(f"the definition changes inside it, from {label}")
        if len(without):
            said.append(f"no count to add up for {', '.join(map(timelines.say, without))}")
        if len(inside) < years:
            said.append(f"{years - len(inside)} of its {years} years not in the table")
        notes.append("; ".join(said))
    return notes


def _snapshots(years: int) -> str:
    return (
        f"mean of {years} counts on a day, not a number of children: a child on the register on "
        "several of the days is counted on each, so chance reaches further than any interval says"
    )


def _labels(periods: pd.Series, years: int) -> pd.Series:
    """Write windows by their first and last year."""
    codes, last = pd.factorize(periods)
    written = [f"{_back(p, years - 1)} to {timelines.say(p)}" for p in last]
    return pd.Series(np.array([written[c] for c in codes], dtype="str"), dtype="str")


def _back(label: Any, years: int) -> str:
    """Write the period some years before another, in the same way."""
    if isinstance(label, dt.date):
        return period_terms.write_date(pd.Timestamp(label) - pd.DateOffset(years=years))
    said = timelines.say(label).strip()
    if said[-4:].isdigit():
        return f"{said[:-4]}{int(said[-4:]) - years}"
    return period_terms.before(said, years)
