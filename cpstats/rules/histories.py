"""A child's time on registers, as rules ask about it."""

from __future__ import annotations

import pandas as pd

from .reading import Tables


def register_events(tables: Tables) -> pd.DataFrame:
    """
    Put registrations and de-registrations of each child in order.

    On a day with both, at one council, the one undoes the other whichever came first; such days
    are left out.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    DataFrame
        table, position, child_id, person, area, date, kind (1 on, -1 off), before (the kind of the
        event before it at the same council; 0 for none), child_before, open (registers the child
        is on after it).
    """
    events = _stacked(tables)
    day = events.groupby(["person", "area", "date"])["kind"]
    events = events[(day.transform("min") == day.transform("max"))]
    events = events.sort_values(["person", "area", "date", "position"])
    own = events.groupby(["person", "area"])
    before = own["kind"].shift(fill_value=0)
    events = events.assign(before=before, child_before=own["child_id"].shift())
    change = (events["kind"] == 1).astype(int) - (before == 1).astype(int)
    events = events.assign(change=change).sort_values(["person", "date", "kind", "position"])
    return events.assign(open=events.groupby("person")["change"].cumsum()).drop(columns="change")


def on_register_before(tables: Tables, name: str, *, same_day: bool = False) -> pd.Series:
    """
    Tell for each row of a table whether the child was on a register before that day.

    Parameters
    ----------
    tables : Tables
    name : str
    same_day : bool
        Whether what happened on the day itself counts.

    Returns
    -------
    Series of bool
        Aligned with the table; False where the day or the child is not known.
    """
    frame = tables[name]
    rows = frame[["person", "event_date"]].dropna().sort_values("event_date", kind="stable")
    states = register_events(tables)[["person", "date", "open"]]
    states = states.drop_duplicates(["person", "date"], keep="last").sort_values("date")
    found = pd.merge_asof(
        rows,
        states,
        left_on="event_date",
        right_on="date",
        by="person",
        allow_exact_matches=same_day,
    )
    is_on = pd.Series((found["open"] > 0).to_numpy(), index=rows.index)
    return is_on.reindex(frame.index, fill_value=False)


def next_day(rows: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """
    Find each child's next event on or after a day.

    Parameters
    ----------
    rows, events : DataFrame
        With person and event_date.

    Returns
    -------
    Series of datetime64
        Aligned with `rows`; missing where none follows.
    """
    return _nearest(rows, events, "forward")


def last_day(rows: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Find each child's last event on or before a day; see `next_day`."""
    return _nearest(rows, events, "backward")


def years_old(born: pd.Series, day: pd.Series) -> pd.Series:
    """Count birthdays between two days; missing where either is."""
    late = (day.dt.month * 100 + day.dt.day) < (born.dt.month * 100 + born.dt.day)
    return day.dt.year - born.dt.year - late.astype(int)


def first_of(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Index a table by a key, the first row of each."""
    return frame.dropna(subset=[key]).drop_duplicates(key).set_index(key)


def _nearest(rows: pd.DataFrame, events: pd.DataFrame, direction: str) -> pd.Series:
    wanted = rows[["person", "event_date"]].dropna().sort_values("event_date", kind="stable")
    there = events[["person", "event_date"]].dropna().drop_duplicates().sort_values("event_date")
    there = there.assign(found=there["event_date"])
    joined = pd.merge_asof(wanted, there, on="event_date", by="person", direction=direction)
    return pd.Series(joined["found"].to_numpy(), index=wanted.index).reindex(rows.index)


def _stacked(tables: Tables) -> pd.DataFrame:
    parts = []
    for name, kind in (("registrations", 1), ("deregistrations", -1)):
        frame = tables[name].dropna(subset=["person", "event_date"])
        part = frame[["child_id", "person"]].assign(
            table=name,
            position=frame.index,
            area=frame["event_area"].fillna(""),
            date=frame["event_date"],
            kind=kind,
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
