"""Rules about when things happened: within the records, within childhood, in time."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from .entries import WARNING, rule
from .histories import next_day, register_events, years_old
from .reading import EVENT_DATES, Tables, nothing

#: Tables whose rows from before the first day are needed: for the stock, and for what went before.
HISTORY = ("registrations", "deregistrations", "meetings")


def _everywhere(
    tables: Tables,
    broken: Callable[[pd.DataFrame], pd.Series],
    *,
    without: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Put one comparison to every table of events."""
    parts = [
        tables.hits(name, broken(tables[name]), columns[0])
        for name, columns in EVENT_DATES.items()
        if name in tables and name not in without
    ]
    return pd.concat(parts, ignore_index=True) if parts else nothing()


@rule(
    "TIM01",
    "An event is not later than the last day of the records.",
    "Check the date; or correct the last day (until) in records.toml.",
)
def _in_future(tables: Tables) -> pd.DataFrame:
    return _everywhere(tables, lambda frame: frame["event_date"] > tables.until)


@rule(
    "TIM02",
    "An event is not before the first day of the records, other than the history of the register.",
    "Check the date; or correct the first day (since) in records.toml.",
    severity=WARNING,
)
def _before_records(tables: Tables) -> pd.DataFrame:
    return _everywhere(tables, lambda f: f["event_date"] < tables.since, without=HISTORY)


@rule(
    "TIM03",
    "An event is of a child under 18.",
    "Check the date of birth and the date of the event.",
    tables=("children",),
)
def _adult(tables: Tables) -> pd.DataFrame:
    # Whoever grew up on the register is de-registered after the birthday: another rule.
    return _everywhere(
        tables,
        lambda f: years_old(f["born"], f["event_date"]) >= 18,
        without=("deregistrations",),
    )


@rule(
    "TIM04",
    "No event is before the birth of a child who has no record from before birth.",
    "Check the date of birth and the date of the event; for an unborn child enter the expected "
    "date of birth.",
    tables=("children",),
)
def _before_birth(tables: Tables) -> pd.DataFrame:
    return _everywhere(tables, lambda f: (f["event_date"] < f["born"]) & f["due"].isna())


@rule(
    "TIM05",
    "An expected date of birth is within 42 weeks of an event before birth.",
    "Check the expected date of birth.",
    tables=("children",),
)
def _not_yet_conceived(tables: Tables) -> pd.DataFrame:
    weeks = pd.Timedelta(weeks=42)
    return _everywhere(tables, lambda f: f["due"] > f["event_date"] + weeks)


@rule(
    "TIM06",
    "A date is written as year, month, day (2018-08-01) and is a day of the calendar.",
    "Write the date as 2018-08-01, or leave it empty if it is not known.",
)
def _no_date(tables: Tables) -> pd.DataFrame:
    bad = tables.unreadable
    parts = [
        tables.hits(name, tables[name].index.to_series().isin(rows["position"]), column)
        for (name, column), rows in bad.groupby(["table", "column"])
    ]
    return pd.concat(parts, ignore_index=True) if parts else nothing()


@rule(
    "TIM07",
    "An event is in this century.",
    "Check the year. Leave the date empty if it is not known; do not enter a stand-in.",
)
def _stand_in(tables: Tables) -> pd.DataFrame:
    return _everywhere(tables, lambda frame: frame["event_date"].dt.year < 2000)


@rule(
    "TIM08",
    "A meeting is held on a working day of the week.",
    "Check the date.",
    tables=("meetings",),
    severity=WARNING,
)
def _weekend(tables: Tables) -> pd.DataFrame:
    weekend = tables["meetings"]["meeting_date"].dt.day_of_week >= 5
    return tables.hits("meetings", weekend, "meeting_date")


def _no_review(
    tables: Tables, *, months: int, of: Callable[[pd.Series], pd.Series]
) -> pd.DataFrame:
    """Find registrations still open when the first review was due, and no review by then."""
    frame, meetings = tables["registrations"], tables["meetings"]
    limit = frame["registration_date"] + pd.DateOffset(months=months)
    reviews = meetings[meetings["meeting_type"].isin(["review", "transfer"])]
    events = register_events(tables)
    left = events[events["kind"] == -1].rename(columns={"date": "event_date"})
    ended = next_day(frame, left) <= limit
    held = next_day(frame, reviews) <= limit
    asked = of(frame["registration_date"]) & (limit <= tables.until)
    asked &= frame["registration_date"] >= tables.since
    return tables.hits("registrations", asked & ~ended & ~held, "registration_date")


@rule(
    "TIM09",
    "A child registered under the guidance of 2014 is reviewed within three months.",
    "Enter the review meeting if it was held; if it was not, leave the records as they are.",
    tables=("registrations", "deregistrations", "meetings"),
    severity=WARNING,
    until="2022-23",
)
def _review_2014(tables: Tables) -> pd.DataFrame:
    return _no_review(tables, months=3, of=lambda day: day < tables.guidance_2021_from)


@rule(
    "TIM10",
    "A child registered under the guidance of 2021 is reviewed within six months.",
    "Enter the review meeting if it was held; if it was not, leave the records as they are.",
    tables=("registrations", "deregistrations", "meetings"),
    severity=WARNING,
    since="2021-22",
)
def _review_2021(tables: Tables) -> pd.DataFrame:
    return _no_review(tables, months=6, of=lambda day: day >= tables.guidance_2021_from)
