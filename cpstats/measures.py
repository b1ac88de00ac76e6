"""The results table: an indicator, for areas and periods, with everything a reader needs.

Every function downstream takes this table first and gives it back with more columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
import pandas as pd

from . import areas as area_terms
from . import catalogue, rates, values
from . import periods as period_terms
from .definitions import AS_PUBLISHED, Indicator, columns_of
from .denominators import with_denominators
from .errors import CpstatsError, UnknownName
from .published import Published
from .selections import cite, grouped, places

#: The columns of a results table, in order. They are added to, never renamed.
BEFORE = ["indicator", "area_code", "area", "period", "start"]
AFTER = ["numerator", "denominator", "value", "lower", "upper", "method", "mark", "source"]
MORE = ["denominator_basis", "vintage", "date", "note"]

Names = str | Iterable[str] | None


def measure(
    data: Published,
    indicator: str | Indicator,
    *,
    areas: Names = None,
    periods: Names = None,
    by: Names = (),
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Measure an indicator of the catalogue.

    Parameters
    ----------
    data : Published
        From `load`.
    indicator : str or Indicator
        Its id in the catalogue.
    areas : str or iterable of str, optional
        Names, spellings or GSS codes. Without it, every area the indicator covers.
    periods : str or iterable of str, optional
        Years such as "2018-19". Without it, every one with a figure.
    by : str or iterable of str, optional
        Columns to split by, among the breakdowns of the indicator.
    confidence : float

    Returns
    -------
    DataFrame
        A row for each area, period and group, whether or not there is a figure: columns
        `indicator, area_code, area, period, start`, one for each of `by`, then `numerator,
        denominator, value, lower, upper, method, mark, source, denominator_basis, vintage, date,
        note`. Values are in the unit of the indicator. Zero is 0. A missing value has a mark that
        says why: `[c]` suppressed, `[x]` not available, `[z]` not applicable. A published value
        without a count has method "as published" and no interval.

    Raises
    ------
    UnknownName
        For an indicator, area or breakdown that is not known.
    CpstatsError
        For a period that is no year, or an indicator that records alone can give.

    Examples
    --------
    >>> from cpstats import load
    >>> dundee = measure(load(), "register_rate", areas="Dundee City", periods="2018-19")
    >>> dundee[["numerator", "denominator", "value"]].round(2).values.tolist()
    [[91.0, 24016.0, 3.79]]
    """
    entry = catalogue.find(indicator) if isinstance(indicator, str) else indicator
    if not entry.is_published:
        raise CpstatsError(
            f"No figures of {entry.id} are published: count it in records, "
            f'cp.count(records, "{entry.id}").'
        )
    splits = _splits(entry, by)
    _check_conditions(data, entry)
    counted = _counted(data, entry, splits)
    grid = _grid(data, entry, counted, areas, periods, splits)
    result = _joined(grid, counted, splits) if len(counted) else _without(grid)
    result = with_denominators(data, entry, result, splits)
    result = with_values(entry, result, confidence)
    if not splits:
        result = _filled_as_published(data, entry, result)
    missing = result["value"].isna() & ~result["mark"].isin(values.WHY_MISSING)
    result.loc[missing, "mark"] = values.NOT_AVAILABLE
    texts = ("method", "mark", "source", "denominator_basis", "vintage", "note")
    result = result.assign(**{column: _written(result[column]) for column in texts})
    return result[[*BEFORE, *splits, *AFTER, *MORE]]


def _written(column: pd.Series) -> pd.Series:
    """Give texts, blank where there is none."""
    said = [text if isinstance(text, str) else "" for text in column.tolist()]
    return pd.Series(said, index=column.index, dtype="str")


def years(data: Published) -> list[str]:
    """List the years for which the package holds any figure on child protection.

    Parameters
    ----------
    data : Published

    Returns
    -------
    list of str
        From the first to the last, as "2006-07". Years before the first with figures by council
        are left out.
    """
    found: set[str] = set()
    for name in ("register_by_council", "reregistration_within_18_months"):
        found |= set(data.table(name)["period"])
    return sorted(found)


def periods_of(data: Published, indicator: str) -> list[str]:
    """
    List the periods for which an indicator has any figure.

    Parameters
    ----------
    data : Published
    indicator : str

    Returns
    -------
    list of str
        From the first to the last.
    """
    entry = catalogue.find(indicator)
    counted = pd.DataFrame()
    if entry.numerator_from is not None:
        counted = grouped(data, entry.numerator_from, [], entry.breakdowns)
    return _periods(data, entry, counted, None)


def _splits(entry: Indicator, by: Names) -> list[str]:
    splits = [by] if isinstance(by, str) else list(by or ())
    for column in splits:
        if column not in entry.breakdowns:
            raise UnknownName(f"breakdown of {entry.id}", column, entry.breakdowns)
    return splits


def _check_conditions(data: Published, entry: Indicator) -> None:
    """Refuse a condition on a column that its table has not, before any row is read."""
    for figures in entry.figures:
        unknown = columns_of(figures.where) - set(data.columns(figures.table))
        if unknown:
            raise CpstatsError(
                f"The definition of {entry.id} asks for {', '.join(sorted(unknown))}, "
                f"which {figures.table}.csv has not."
            )


def _counted(data: Published, entry: Indicator, splits: list[str]) -> pd.DataFrame:
    """Give the numerators, one row for each area, period and group that has one."""
    if entry.numerator_from is None:
        return pd.DataFrame()
    frame = grouped(data, entry.numerator_from, splits, entry.breakdowns)
    frame = frame.rename(columns={"value": "numerator"})
    return frame.assign(source=cite(data, frame)).reset_index(drop=True)


def _grid(
    data: Published,
    entry: Indicator,
    counted: pd.DataFrame,
    areas: Names,
    periods: Names,
    splits: list[str],
) -> pd.DataFrame:
    chosen = _areas(entry, areas)
    labels = _periods(data, entry, counted, periods)
    levels = [list(dict.fromkeys(counted[column])) for column in splits]
    rows = list(itertools.product(chosen, labels, *levels))
    columns = {
        "indicator": [entry.id] * len(rows),
        "area_code": [row[0].code for row in rows],
        "area": [row[0].name for row in rows],
        "period": [row[1] for row in rows],
        **{column: [row[n] for row in rows] for n, column in enumerate(splits, start=2)},
    }
    return pd.DataFrame({name: pd.Series(held, dtype="str") for name, held in columns.items()})


def _joined(grid: pd.DataFrame, counted: pd.DataFrame, splits: list[str]) -> pd.DataFrame:
    """Put the counts beside the areas and periods that have one."""
    at = places(counted, grid, ["area_code", "period", *splits])
    more = counted.drop(columns=["area_code", "period", *splits])
    # No row is numbered -1: what has no count is missing.
    return pd.concat([grid, more.reindex(at).reset_index(drop=True)], axis=1)


def _areas(entry: Indicator, areas: Names) -> list[area_terms.Area]:
    if areas is not None:
        asked = [areas] if isinstance(areas, str) else list(areas)
        return list(dict.fromkeys(area_terms.find(a) for a in asked))
    if entry.coverage == area_terms.SCOTLAND:
        return [area_terms.find(area_terms.SCOTLAND)]
    return list(area_terms.every())


def _periods(data: Published, entry: Indicator, counted: pd.DataFrame, periods: Names) -> list[str]:
    if periods is not None:
        asked = [periods] if isinstance(periods, str) else list(periods)
        if entry.calendar in period_terms.NO_YEARS:
            return list(dict.fromkeys(str(p) for p in asked))
        return list(dict.fromkeys(period_terms.parse(p).label for p in asked))
    known = set(counted["period"]) if len(counted) else set()
    for figures in entry.published_from:
        known |= set(grouped(data, figures, [], entry.breakdowns)["period"])
    return sorted(known)


def _without(grid: pd.DataFrame) -> pd.DataFrame:
    """Give the grid the columns of a count that nobody published."""
    text = dict.fromkeys(["mark", "vintage", "source", "note", "calendar"], "")
    return grid.assign(numerator=np.nan, date=pd.NaT, **text)


def with_values(entry: Indicator, result: pd.DataFrame, confidence: float) -> pd.DataFrame:
    columns = ["value", "lower", "upper", "method"]
    if entry.kind in {"rate", "proportion"}:
        compute = rates.rate if entry.kind == "rate" else rates.proportion
        # A group of nobody has no rate: that is not applicable, and neither 0 nor missing.
        nobody = result["denominator"] == 0
        result.loc[nobody & result["mark"].isin(["", np.nan]), "mark"] = values.NOT_APPLICABLE
        result[columns] = compute(
            result["numerator"],
            result["denominator"].mask(nobody),
            per=entry.per,
            confidence=confidence,
        )[columns]
        return result
    value = result["numerator"]
    if entry.kind == "mean":
        value = value / result["denominator"] * entry.per
    if entry.kind == "difference":
        value = value - result["denominator"]
    method = np.where(value.isna(), "", entry.kind)
    return result.assign(value=value, lower=np.nan, upper=np.nan, method=method)


def _filled_as_published(data: Published, entry: Indicator, result: pd.DataFrame) -> pd.DataFrame:
    """Put in published values where none can be worked out, never where a count was suppressed."""
    for figures in entry.published_from:
        frame = grouped(data, figures, [], entry.breakdowns)
        at = places(frame, result, ["area_code", "period"])
        hidden = result["mark"].isin([values.SUPPRESSED, values.NOT_APPLICABLE])
        free = (result["value"].isna() & ~hidden).to_numpy() & (at >= 0)
        if not free.any():
            continue
        frame = frame.assign(source=cite(data, frame))
        known = free.copy()
        known[free] = frame["value"].notna().to_numpy()[at[free]]
        for column in ("value", "mark", "source", "vintage", "date", "note"):
            result.loc[known, column] = frame[column].to_numpy()[at[known]]
        result.loc[known, "method"] = AS_PUBLISHED
        # What the publisher divided by is not known, so nothing of ours may stand beside it.
        result.loc[known, ["denominator", "denominator_basis"]] = [np.nan, ""]
        marked = free & ~known
        marked[marked] = (frame["mark"].fillna("") != "").to_numpy()[at[marked]]
        result.loc[marked, "mark"] = frame["mark"].to_numpy()[at[marked]]
    return result
