"""The periods that are counted: which of them records cover, and in which an event falls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

import narwhals as nw
import pandas as pd

from . import periods as period_terms
from .errors import CpstatsError
from .records import Records
from .records.engines import hand_over


class Every(StrEnum):
    """How long the periods are."""

    YEAR = "year"
    QUARTER = "quarter"
    FOUR_QUARTERS = "four quarters"


def covered_spans(
    records: Records, calendar: str, every: Every, asked: str | Iterable[str] | None
) -> list[period_terms.Period]:
    """List the periods asked for, or every one that the records cover."""
    if asked is not None:
        labels = [asked] if isinstance(asked, str) else list(asked)
        spans = list(dict.fromkeys(period_terms.parse(label, calendar) for label in labels))
        if len({_quarterly([span]) for span in spans}) > 1:
            raise CpstatsError("Years and quarters are counted apart: ask for one or the other.")
        if every is not Every.FOUR_QUARTERS:
            return spans
        return [s if overlapping([s]) else period_terms.four_to(s) for s in spans]
    spans, day = [], records.since
    while day <= records.until:
        span = (period_terms.of if every is Every.YEAR else period_terms.quarter_of)(day, calendar)
        if every is Every.FOUR_QUARTERS:
            span = period_terms.four_to(span)
        if records.since <= span.start and span.end <= records.until:
            spans.append(span)
        day = span.end + dt.timedelta(days=1)
    return spans


def key_of_day(spans: list[period_terms.Period]) -> nw.Expr:
    """Number the year, or year and quarter, in which a date falls."""
    date, first_month = nw.col("date"), period_terms.FIRST_MONTH[spans[0].calendar]
    months = 12 * date.dt.year() + date.dt.month() - first_month
    return months // 3 if _quarterly(spans) else months // 12


def key_of_span(span: period_terms.Period) -> int:
    """Number a span as `key_of_day` numbers its days: four quarters by the last of them."""
    first = span.end if _quarterly([span]) else span.start
    months = 12 * first.year + first.month - period_terms.FIRST_MONTH[span.calendar]
    return months // 3 if _quarterly([span]) else months // 12


def _quarterly(spans: list[period_terms.Period]) -> bool:
    return "Q" in spans[0].label


def overlapping(spans: list[period_terms.Period]) -> bool:
    """Tell whether an event can fall into several of the periods."""
    return " to " in spans[0].label


def in_each(
    frame: nw.LazyFrame, spans: list[period_terms.Period], records: Records
) -> nw.LazyFrame:
    """Give an event one row for each of the four-quarter spans that its quarter is in."""
    last = [key_of_span(span) for span in spans]
    pairs = [(quarter, end) for end in last for quarter in range(end - 3, end + 1)]
    spread = pd.DataFrame(pairs, columns=["key", "_last"], dtype="int64")
    held = hand_over(spread, records.engine, records.holds)
    return (
        frame.with_columns(nw.col("key").cast(nw.Int64))
        .join(held, on="key", how="inner")
        .with_columns(key=nw.col("_last"))
        .drop("_last")
    )
