"""From records to the results table: an indicator counted where the records live.

What is counted comes home small, a row for each area, period and group; the rest is as for
published figures, so that every trend, chart and table downstream takes either.
"""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from . import areas as area_terms
from . import catalogue, denominators, measures, published, summaries, values
from . import periods as period_terms
from .conditions import as_expression
from .definitions import SUMMARIES, Counted, Indicator, columns_of, members
from .episodes.linking import LENGTHS
from .errors import CpstatsError, UnknownName
from .gaps import without_gaps, without_population
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
    splits, calendar = splits_of(entry, by), _calendar(entry, calendar)
    spans = spans_of(records, entry, every, calendar, periods)
    with records.query() as asked:
        counted = tallied(asked, entry, entry.counted, spans, splits)
        whole = _tallied_whole(asked, entry, spans, splits)
    result = _grid(records, entry, spans, areas, splits, counted)
    if entry.kind not in SUMMARIES:
        result = _joined(result, counted, splits, "numerator")
    result = _described(records, entry, result, calendar, spans)
    result = denominators.with_denominators(data or published.load(), entry, result, splits)
    if entry.kind in SUMMARIES:
        result = _with_summary(entry, counted, splits, result, confidence)
    elif entry.counted_of is not None:
        result = _with_whole(entry.counted_of, whole, splits, result)
    result = without_gaps(records, entry, spans, result)
    if entry.kind not in SUMMARIES:
        result = measures.with_values(entry, result, confidence)
    result = without_population(entry, result)
    missing = result["value"].isna() & ~result["mark"].isin(values.WHY_MISSING)
    result.loc[missing, "mark"] = values.NOT_AVAILABLE
    for column in ("method", "mark", "denominator_basis", "note"):
        result[column] = result[column].fillna("").astype("str")
    return result[[*measures.BEFORE, *splits, *measures.AFTER, *measures.MORE]]


def spans_of(
    records: Records,
    entry: Indicator,
    every: str,
    calendar: str,
    periods: str | Iterable[str] | None,
) -> list[period_terms.Period]:
    """Give the times in which an indicator is counted."""
    if every not in list(Every):
        raise UnknownName("length of period", every, list(Every))
    if every == Every.FOUR_QUARTERS and entry.calendar == "census date":
        raise CpstatsError(f"{entry.id} is counted on a day: count it every quarter.")
    return covered_spans(records, _calendar(entry, calendar), Every(every), periods)


def splits_of(entry: Indicator, by: str | Iterable[str]) -> list[str]:
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


def tallied(
    records: Records,
    entry: Indicator,
    counted: Counted,
    spans: list[period_terms.Period],
    splits: list[str],
) -> pd.DataFrame:
    """Count, where the records live: columns area, period, splits and count."""
    view = VIEWS[counted.view]
    _check_columns(counted, view, splits)
    if not spans or not _held(records, view):
        return pd.DataFrame(columns=["area", "period", *splits, *counted.of, "count"])
    frame = view.build(records, [s.end for s in spans], _wanted(entry, splits))
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
    if "family_size" in counted.of:
        frame = _with_family_size(frame, keys)
    tally = collect(frame.group_by(*keys, *counted.of).agg(nw.len().alias("count")))
    labels = {key_of_span(span): span.label for span in spans}
    tally["period"] = tally["key"].astype("int64").map(labels)
    return tally[tally["period"].notna()].drop(columns="key")


def _wanted(entry: Indicator, splits: list[str]) -> set[str]:
    """Name the columns of views that a numerator and its denominator ask for."""
    wanted = {"area", "date", *splits}
    for counted in (entry.counted, entry.counted_of):
        if counted is not None:
            wanted |= {*columns_of(counted.where), *counted.of}
            wanted.add(_IDENTITY.get(counted.unit, "area"))
            wanted |= {"person_id", "family_id"} if "family_size" in counted.of else set()
    return wanted


def _with_family_size(frame: nw.LazyFrame, keys: list[str]) -> nw.LazyFrame:
    """Say of each child once how many of the family are there; of no recorded family, nothing."""
    frame = frame.select(*keys, "person_id", "family_id").unique()
    size = nw.when(~nw.col("family_id").is_null()).then(nw.len().over(*keys, "family_id"))
    return frame.with_columns(family_size=size)


def _check_columns(counted: Counted, view: View, splits: list[str]) -> None:
    """Refuse a condition or breakdown on a column that its view has not, before rows are read."""
    asked = columns_of(counted.where) | set(splits) | set(counted.of) - {"family_size"}
    unknown = asked - set(view.columns)
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
    levels = [_levels(column, counted[column], _among(entry, column)) for column in splits]
    index = pd.MultiIndex.from_product(
        [list(dict.fromkeys(a.name for a in chosen)), [s.label for s in spans], *levels],
        names=["area", "period", *splits],
    )
    grid = index.to_frame(index=False)
    grid.insert(0, "indicator", entry.id)
    grid.insert(1, "area_code", grid["area"].map({a.name: a.code for a in chosen}))
    return grid.astype({"area": "str", "period": "str", "indicator": "str", "area_code": "str"})


def _among(entry: Indicator, column: str) -> set[str] | None:
    """Name the groups that the definition speaks of; None where it leaves none out."""
    return members((entry.counted_of or entry.counted or Counted("")).where, column)


def known_groups(column: str) -> list[str]:
    """List the groups of a breakdown that are known beforehand."""
    codes = CODES.get(_LISTS.get(column, column), ())
    return ORDERED.get(column) or [c.code for c in codes if c.code != "not known"]


def _levels(column: str, seen: pd.Series, among: set[str] | None) -> list[str]:
    """List the groups of a breakdown: those of its code list, whether or not any is seen."""
    known = known_groups(column)
    if among is not None:
        known = [group for group in known if group in among]
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


def _tallied_whole(
    records: Records, entry: Indicator, spans: list[period_terms.Period], splits: list[str]
) -> pd.DataFrame:
    """Count the denominator, where records give it."""
    if entry.counted_of is None:
        return pd.DataFrame()
    return tallied(records, entry, entry.counted_of, spans, of_whole(entry.counted_of, splits))


def of_whole(whole: Counted, splits: list[str]) -> list[str]:
    return [c for c in splits if c not in whole.whole_over]


def _with_whole(
    whole: Counted, tally: pd.DataFrame, splits: list[str], result: pd.DataFrame
) -> pd.DataFrame:
    result = _joined(result, tally, of_whole(whole, splits), "denominator")
    return result.assign(denominator_basis=f"counted: {whole}")


def _with_summary(
    entry: Indicator,
    tally: pd.DataFrame,
    splits: list[str],
    result: pd.DataFrame,
    confidence: float,
) -> pd.DataFrame:
    keys = ["area", "period", *splits]
    found = summaries.summarise(tally, entry, keys, confidence)
    kept = [c for c in result.columns if c not in summaries.COLUMNS]
    result = result[kept].merge(found, on=keys, how="left")
    nothing = result["denominator"].isna()
    # Nothing there to have a value: that is not applicable, and neither 0 nor missing.
    result.loc[nothing, ["numerator", "denominator"]] = 0.0
    result.loc[nothing, "mark"] = values.NOT_APPLICABLE
    return result.assign(denominator_basis=f"counted: {entry.counted}")
