"""Rules about the records as a whole: years side by side, stock and flow, what is not known."""

from __future__ import annotations

import pandas as pd

from ..records import TABLES
from .entries import WARNING, rule
from .histories import register_events
from .reading import EVENT_DATES, Tables, nothing

#: A change from one year to the next that is looked at: by this share, and this many events.
JUMP_SHARE, JUMP_EVENTS = 0.4, 20
#: Years with fewer events than this in the middle can have none by chance.
USUAL_EVENTS = 10
NOT_KNOWN_SHARE = 0.1
NOT_KNOWN = ("not known", "reason not known")


def _starts(tables: Tables) -> list[pd.Timestamp]:
    """Give the first days of the collection years that lie wholly within the records."""
    first = tables.since.year + ((tables.since.month, tables.since.day) > (8, 1))
    starts = [pd.Timestamp(y, 8, 1) for y in range(first, tables.until.year + 1)]
    return [s for s in starts if s + pd.DateOffset(years=1, days=-1) <= tables.until]


def _yearly(tables: Tables, name: str) -> pd.DataFrame:
    """Count a table's events by council (rows) and collection year (columns), zeros and all."""
    frame = tables[name].dropna(subset=["event_date"])
    start = frame["event_date"].dt.year - (frame["event_date"].dt.month < 8)
    counts = frame.groupby(["event_area", start.rename("start")]).size().unstack(fill_value=0)
    years = [s.year for s in _starts(tables)]
    return counts.reindex(index=list(tables.areas), columns=years, fill_value=0)


def _of_years(tables: Tables, name: str, broken: pd.DataFrame) -> pd.DataFrame:
    chosen = broken.stack()
    chosen = chosen[chosen.astype(bool)]
    return tables.about(
        areas=[str(area) for area, _ in chosen.index],
        tables=[name] * len(chosen),
        days=[pd.Timestamp(year, 8, 1) for _, year in chosen.index],
        column=EVENT_DATES[name][0],
    )


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else nothing()


@rule(
    "ALL01",
    "A table has events in every year, or it is said that none were collected.",
    "Enter the events of that year. If they were not collected, say so in a waiver: none recorded "
    "must not be shown as zero.",
)
def _empty_year(tables: Tables) -> pd.DataFrame:
    parts = []
    for name in (n for n in EVENT_DATES if n in tables and len(tables[n])):
        counts = _yearly(tables, name)
        usual = counts.where(counts > 0).median(axis=1) >= USUAL_EVENTS
        parts.append(_of_years(tables, name, counts.eq(0).mul(usual, axis=0)))
    return _joined(parts)


@rule(
    "ALL02",
    "Numbers do not jump from one year to the next by over 40% and over 20 events.",
    "Check that both years are complete and entered once; if the change is real, say why.",
    severity=WARNING,
)
def _jumps(tables: Tables) -> pd.DataFrame:
    parts = []
    for name in (n for n in ("registrations", "meetings", "discussions") if n in tables):
        counts = _yearly(tables, name)
        before = counts.shift(axis=1)
        change = (counts - before).abs()
        # From or to none is the rule before.
        both = (counts > 0) & (before > 0)
        jump = both & (change > JUMP_SHARE * before) & (change > JUMP_EVENTS)
        parts.append(_of_years(tables, name, jump))
    return _joined(parts)


@rule(
    "ALL03",
    "The register on 31 July is that of the year before, and registrations, less de-registrations.",
    "Look at the children who were registered or de-registered twice in a row.",
    tables=("registrations", "deregistrations"),
    severity=WARNING,
)
def _stock_and_flow(tables: Tables) -> pd.DataFrame:
    events = register_events(tables)
    events = events.assign(start=events["date"].dt.year - (events["date"].dt.month < 8))
    changed = (events["kind"] == 1).astype(int) - (events["before"] == 1).astype(int)
    counted = pd.DataFrame({"gap": events["kind"] - changed})
    gaps = counted["gap"].groupby([events["area"], events["start"]]).sum().unstack(fill_value=0)
    years = [s.year for s in _starts(tables)]
    gaps = gaps.reindex(index=list(tables.areas), columns=years, fill_value=0)
    return _of_years(tables, "registrations", gaps != 0)


@rule(
    "ALL04",
    "A field is known for at least nine rows in ten.",
    "Enter what is known; see which team leaves the field empty.",
    severity=WARNING,
)
def _not_known(tables: Tables) -> pd.DataFrame:
    rows = []
    for name, frame in tables.frames.items():
        for field in (f for f in TABLES[name].fields if f.type == "code"):
            if field.name in tables.given.get(name, {field.name}) and len(frame):
                unknown = frame[field.name].isna() | frame[field.name].isin(NOT_KNOWN)
                # An unanswered question about pregnancy is not asked of a born child.
                if field.name == "late_notification":
                    unknown = unknown[frame["meeting_type"] == "pre-birth"]
                share = unknown.groupby(frame["event_area"]).mean()
                rows += [(name, field.name, area) for area in share[share > NOT_KNOWN_SHARE].index]
    parts = [
        tables.about(areas=[area], tables=[name], days=[pd.NaT], column=column)
        for name, column, area in rows
    ]
    return _joined(parts)


@rule(
    "ALL05",
    "A table that is there has rows.",
    "Enter its events, or take the file away if they were not collected.",
    severity=WARNING,
)
def _no_rows(tables: Tables) -> pd.DataFrame:
    empty = [name for name, frame in tables.frames.items() if frame.empty]
    return tables.about(areas=[""] * len(empty), tables=empty, days=[pd.NaT] * len(empty))
