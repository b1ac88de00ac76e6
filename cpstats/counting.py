"""From records to the results table: an indicator counted where the records live.

What is counted comes home small, a row for each area, period and group; the rest is as for
published figures, so that every trend, chart and table downstream takes either.
"""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw
import numpy as np
import pandas as pd

from . import areas as area_terms
from . import catalogue, measures, published, values
from . import periods as period_terms
from .conditions import as_expression
from .definitions import Counted, Indicator, columns_of
from .episodes.linking import LENGTHS
from .errors import CpstatsError, UnknownName
from .records import CODES, Records
from .records.engines import collect
from .spans import Every, covered_spans, in_each, key_of_day, key_of_span, overlapping
from .views import VIEWS, View
from .views.clocks import REGIMES

#: Where a breakdown has no answer, which is not the same as an answer of "not known".
NOT_RECORDED = "not recorded"

_IDENTITY = {"children": "person_id", "families": "family_id"}

#: Breakdowns whose groups have an order of their own.
ORDERED = {
    "age_band": ["unborn", "0-4", "5-10", "11-15", "16+"],
    "age_group": ["unborn", "0-12", "13-17", "18+"],
    "regime": list(REGIMES),
    "length_registered": [*LENGTHS],
}

#: Code lists of breakdowns that have another name.
_LISTS = {
    "disability": "yes_no",
    "first_review": "yes_no",
    "late_notification": "yes_no",
    "reason": "deregistration_reason",
}


def count(
    records: Records,
    indicator: str | Indicator,
    *,
    areas: str | Iterable[str] | None = None,
    periods: str | Iterable[str] | None = None,
    by: str | Iterable[str] = (),
    every: str = "year",
    calendar: str = "",
    data: published.Published | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Count an indicator of the catalogue in records.

    Parameters
    ----------
    records : Records
        From `open_records`.
    indicator : str or Indicator
        Its id in the catalogue.
    areas : str or iterable of str, optional
        Without it, the areas of the records.
    periods : str or iterable of str, optional
        Years or quarters, "2018-19" or "2018-19 Q2"; four quarters by the last of them or as
        "2017-18 Q3 to 2018-19 Q2". Without it, every one that the records cover from its first
        day to its last.
    by : str or iterable of str, optional
        Columns to split by, among `counted_by` of the indicator.
    every : str
        "year", "quarter", or "four quarters": for each quarter, the year that ends with it, in
        which a child counts once. Neighbours share three quarters, so they are no series to test.
    calendar : str
        "academic year" or "financial year". Without it, that of the indicator. Children on the
        register are counted on the last day of each period, 31 July or 31 March.
    data : Published, optional
        Where populations are; without it, the package's own.
    confidence : float

    Returns
    -------
    DataFrame
        As `measure` gives it: a row for each area, period and group. A group with no events is 0.
        What the records do not hold or do not cover is missing, with the mark `[x]` and a note; a
        share of nothing has the mark `[z]`.

    Raises
    ------
    UnknownName
        For an indicator, area or breakdown that is not known.
    CpstatsError
        For an indicator that records cannot give, or a period that is none.
    """
    entry = catalogue.find(indicator) if isinstance(indicator, str) else indicator
    if entry.counted is None:
        raise CpstatsError(f"{entry.id} cannot be counted from records: it comes as published.")
    if every not in list(Every):
        raise UnknownName("length of period", every, list(Every))
    if every == Every.FOUR_QUARTERS and entry.calendar == "census date":
        raise CpstatsError(f"{entry.id} is counted on a day: count it every quarter.")
    splits = _splits(entry, by)
    calendar = _calendar(entry, calendar)
    spans = covered_spans(records, calendar, Every(every), periods)
    counted = _tallied(records, entry.counted, spans, splits)
    grid = _grid(records, entry, spans, areas, splits, counted)
    result = _joined(grid, counted, splits, "numerator")
    result = _described(records, entry, result, calendar, spans)
    result = measures.with_denominators(data or published.load(), entry, result, splits)
    if entry.counted_of is not None:
        result = _with_whole(records, entry.counted_of, spans, splits, result)
    result = _without_gaps(records, entry, spans, result)
    result = measures.with_values(entry, result, confidence)
    missing = result["value"].isna() & ~result["mark"].isin(values.WHY_MISSING)
    result.loc[missing, "mark"] = values.NOT_AVAILABLE
    for column in ("method", "mark", "denominator_basis", "note"):
        result[column] = result[column].fillna("").astype("str")
    return result[[*measures.BEFORE, *splits, *measures.AFTER, *measures.MORE]]


def _splits(entry: Indicator, by: str | Iterable[str]) -> list[str]:
    splits = [by] if isinstance(by, str) else list(by)
    for column in splits:
        if column not in entry.counted_by:
            raise UnknownName(f"breakdown of {entry.id}", column, entry.counted_by)
    return splits


def _calendar(entry: Indicator, asked: str) -> str:
    own = period_terms.ACADEMIC if entry.calendar == "census date" else entry.calendar
    calendar = asked or own
    if calendar not in period_terms.FIRST_MONTH:
        raise UnknownName("calendar", calendar, period_terms.FIRST_MONTH)
    return calendar


def _tallied(
    records: Records, counted: Counted, spans: list[period_terms.Period], splits: list[str]
) -> pd.DataFrame:
    """Count, where the records live: columns area, period, splits and count."""
    view = VIEWS[counted.view]
    _check_columns(counted, view, splits)
    if not spans or not _held(records, view):
        return pd.DataFrame(columns=["area", "period", *splits, "count"])
    wanted = {"area", "date", *columns_of(counted.where), *splits, _IDENTITY.get(counted.unit, "")}
    frame = view.build(records, [s.end for s in spans], wanted)
    frame = frame.filter(as_expression(counted.where), ~nw.col("date").is_null())
    keys = ["area", "key", *splits]
    frame = frame.with_columns(
        key_of_day(spans).alias("key"), *(nw.col(c).fill_null(NOT_RECORDED) for c in splits)
    )
    if overlapping(spans):
        frame = in_each(frame, spans, records)
    if counted.unit in _IDENTITY:
        identity = _IDENTITY[counted.unit]
        frame = frame.filter(~nw.col(identity).is_null()).select(*keys, identity).unique()
    tally = collect(frame.group_by(*keys).agg(nw.len().alias("count")))
    labels = {key_of_span(span): span.label for span in spans}
    tally["period"] = tally["key"].astype("int64").map(labels)
    return tally[tally["period"].notna()].drop(columns="key")


def _check_columns(counted: Counted, view: View, splits: list[str]) -> None:
    """Refuse a condition or breakdown on a column that its view has not, before rows are read."""
    unknown = (columns_of(counted.where) | set(splits)) - set(view.columns)
    if unknown:
        raise CpstatsError(f"{counted.view} has no column {', '.join(sorted(unknown))}.")


def _held(records: Records, view: View) -> bool:
    return {"children", *view.tables} <= set(records.tables)


def _grid(
    records: Records,
    entry: Indicator,
    spans: list[period_terms.Period],
    areas: str | Iterable[str] | None,
    splits: list[str],
    counted: pd.DataFrame,
) -> pd.DataFrame:
    asked = [areas] if isinstance(areas, str) else areas
    chosen = [area_terms.find(a) for a in (records.areas if asked is None else asked)]
    levels = [_levels(column, counted[column]) for column in splits]
    index = pd.MultiIndex.from_product(
        [list(dict.fromkeys(a.name for a in chosen)), [s.label for s in spans], *levels],
        names=["area", "period", *splits],
    )
    grid = index.to_frame(index=False)
    grid.insert(0, "indicator", entry.id)
    grid.insert(1, "area_code", grid["area"].map({a.name: a.code for a in chosen}))
    return grid.astype({"area": "str", "period": "str", "indicator": "str", "area_code": "str"})


def _levels(column: str, seen: pd.Series) -> list[str]:
    """List the groups of a breakdown: those of its code list, whether or not any is seen."""
    codes = CODES.get(_LISTS.get(column, column), ())
    known = ORDERED.get(column) or [c.code for c in codes if c.code != "not known"]
    return list(dict.fromkeys([*known, *sorted(seen.dropna().unique())]))


def _joined(
    grid: pd.DataFrame, counted: pd.DataFrame, splits: list[str], name: str
) -> pd.DataFrame:
    keys = ["area", "period", *splits]
    found = counted.set_index(keys)["count"] if len(counted) else pd.Series(dtype="float64")
    if not len(found):
        return grid.assign(**{name: 0.0})
    at = pd.MultiIndex.from_frame(grid[keys]) if len(keys) > 1 else grid[keys[0]]
    # Records that cover a period and hold no event in it say that there was none.
    return grid.assign(**{name: found.reindex(at).fillna(0).to_numpy(dtype="float64")})


def _described(
    records: Records,
    entry: Indicator,
    result: pd.DataFrame,
    calendar: str,
    spans: list[period_terms.Period],
) -> pd.DataFrame:
    ends = {s.label: pd.Timestamp(s.end) for s in spans}
    stock = entry.calendar == "census date"
    dates = result["period"].map(ends) if stock else pd.Series(pd.NaT, index=result.index)
    return result.assign(
        calendar=calendar,
        date=dates.astype("datetime64[s]"),
        mark="",
        source=records.source,
        vintage=f"records to {period_terms.write_date(records.until)}",
        note="",
    )


def _with_whole(
    records: Records,
    whole: Counted,
    spans: list[period_terms.Period],
    splits: list[str],
    result: pd.DataFrame,
) -> pd.DataFrame:
    usable = [c for c in splits if c not in whole.whole_over]
    tally = _tallied(records, whole, spans, usable)
    result = _joined(result, tally, usable, "denominator")
    return result.assign(denominator_basis=f"counted: {whole}")


def _without_gaps(
    records: Records,
    entry: Indicator,
    spans: list[period_terms.Period],
    result: pd.DataFrame,
) -> pd.DataFrame:
    """Take out what the records cannot say: another area, a time not covered, a missing table."""
    stock = entry.calendar == "census date"
    covered = {
        s.label
        for s in spans
        if s.end <= records.until and records.since <= (s.end if stock else s.start)
    }
    counts = [c for c in (entry.counted, entry.counted_of) if c]
    asked = {table for c in counts for table in (*VIEWS[c.view].tables, *c.needs, "children")}
    lacking = sorted(asked - set(records.tables))
    why = np.select(
        [
            np.full(len(result), bool(lacking)),
            ~result["area"].isin(records.areas).to_numpy(),
            ~result["period"].isin(covered).to_numpy(),
        ],
        [
            f"These records hold no table {', '.join(lacking)}.",
            "These records are not of this area.",
            f"These records cover {records.since.isoformat()} to {records.until.isoformat()}.",
        ],
        "",
    )
    gap = why != ""
    result = result.assign(note=why)
    result.loc[gap, ["numerator", "denominator"]] = np.nan
    result.loc[gap, "mark"] = values.NOT_AVAILABLE
    return result
