"""The pathway: concern, inter-agency referral discussion, investigation, meeting, registration.

Each step is looked for from the concern on: the next event of the kind on the same person, on the
day or later, within so many days. A step need not follow from the one before it in the records:
practice does not always record each.
"""

from __future__ import annotations

import datetime as dt

import narwhals as nw

from ..episodes import registrations
from ..persons import attach, with_person
from ..records import Records
from ..records.dates import days_between
from .flags import yes_or_no
from .nearest import next_after

#: Days from the concern within which each step is counted as its outcome. The guidance gives 28
#: days to the meeting (21 before 2021); the rest is room for late ones and what follows them.
WITHIN = {"discussion": 28, "investigation": 56, "meeting": 90, "registration": 120}

#: Days after a discussion within which a planning meeting is looked for.
AFTER_DISCUSSION = (28, 90)


def events(records: Records, table: str, date: str) -> nw.LazyFrame:
    """Give the persons and dates of a table."""
    frame = with_person(records.table(table), records)
    return frame.select("person_id", nw.col(date).alias("date")).filter(~nw.col("date").is_null())


def entering(records: Records) -> nw.LazyFrame:
    """Give the persons and dates of initial and pre-birth meetings."""
    meetings = records.table("meetings")
    chosen = meetings.filter(nw.col("meeting_type").is_in(["initial", "pre-birth"]))
    frame = with_person(chosen, records)
    return frame.select("person_id", nw.col("meeting_date").alias("date"))


def concerns_received(records: Records) -> nw.LazyFrame:
    """Give each concern with what it led to."""
    frame = attach(
        records.table("concerns_received").rename({"received_date": "date", "source": "agency"}),
        records,
    )
    steps = {
        "discussion": events(records, "discussions", "discussion_date"),
        "investigation": events(records, "investigations", "start_date"),
        "meeting": entering(records),
        "registration": registrations(records, who=False),
    }
    for step, found in steps.items():
        frame = next_after(records, frame, found, f"_{step}")
        days = days_between(nw.col("date"), nw.col(f"_{step}"))
        frame = frame.with_columns(
            yes_or_no((days <= WITHIN[step]).fill_null(False)).alias(f"reached_{step}")
        ).drop(f"_{step}")
    return frame.with_columns(followed=_followed(records, max(WITHIN.values())))


def discussions(records: Records) -> nw.LazyFrame:
    """Give each inter-agency referral discussion with the planning meeting that followed."""
    frame = attach(
        records.table("discussions").rename({"discussion_date": "date", "source": "agency"}),
        records,
    )
    frame = next_after(records, frame, entering(records), "_meeting")
    frame = frame.with_columns(days_to_meeting=days_between(nw.col("date"), nw.col("_meeting")))
    for days in AFTER_DISCUSSION:
        met = (nw.col("days_to_meeting") <= days).fill_null(False)
        frame = frame.with_columns(
            yes_or_no(met).alias(f"met_within_{days}"),
            _followed(records, days).alias(f"followed_{days}"),
        )
    return frame.drop("_meeting")


def investigations(records: Records) -> nw.LazyFrame:
    """Give each investigation that has ended, counted on the day it ended."""
    ended = records.table("investigations").rename({"end_date": "date"})
    ended = ended.filter(~nw.col("date").is_null())
    return attach(ended, records).with_columns(
        days_taken=days_between(nw.col("start_date"), nw.col("date"))
    )


def _followed(records: Records, days: int) -> nw.Expr:
    """Say whether the records go on for so many days after the date."""
    last = dt.datetime.combine(records.until - dt.timedelta(days=days), dt.time())
    return yes_or_no(nw.col("date") <= last)
