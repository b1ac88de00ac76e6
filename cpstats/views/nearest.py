"""The last event before a day and the next one after it, for each person, in one pass."""

from __future__ import annotations

import narwhals as nw

from ..records import Records


def last_before(
    records: Records,
    frame: nw.LazyFrame,
    events: nw.LazyFrame,
    name: str,
    *,
    same_day: bool = True,
) -> nw.LazyFrame:
    """
    Add the date of each person's last event before the date of each row.

    Parameters
    ----------
    records : Records
        That both come from.
    frame : narwhals LazyFrame
        With `person_id` and `date`.
    events : narwhals LazyFrame
        With `person_id` and `date`.
    name : str
        Of the column to add.
    same_day : bool
        Whether an event on the day itself counts.

    Returns
    -------
    narwhals LazyFrame
    """
    return _nearest(records, frame, events, name, "forward", event_first=same_day)


def next_after(
    records: Records,
    frame: nw.LazyFrame,
    events: nw.LazyFrame,
    name: str,
    *,
    same_day: bool = True,
) -> nw.LazyFrame:
    """Add the date of each person's next event after that of each row, as `last_before`."""
    return _nearest(records, frame, events, name, "backward", event_first=not same_day)


def _nearest(
    records: Records,
    frame: nw.LazyFrame,
    events: nw.LazyFrame,
    name: str,
    strategy: str,
    *,
    event_first: bool,
) -> nw.LazyFrame:
    keys = ["person_id", "date"]
    asked = frame.select(*keys).unique().with_columns(_asked=nw.lit(1 if event_first else 0))
    known = events.select(*keys).filter(~nw.col("date").is_null()).unique()
    known = known.with_columns(_asked=nw.lit(0 if event_first else 1))
    is_event = nw.col("_asked") == (0 if event_first else 1)
    both = nw.concat([asked, known], how="vertical").with_columns(
        _event=nw.when(is_event).then(nw.col("date"))
    )
    filled = nw.col("_event").fill_null(strategy=strategy)  # type: ignore[arg-type]
    both = both.with_columns(filled.over("person_id", order_by=["date", "_asked"]).alias(name))
    # The frame is used here and again below: look-ups in a row would double it each time.
    found = records.settled(both.filter(~is_event).select(*keys, name))
    return frame.join(found, on=keys, how="left")
