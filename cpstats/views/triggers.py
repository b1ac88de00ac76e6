"""What started the clock of a meeting: the concern, the discussion or the investigation behind it.

The guidance of 2014 counts from the notification of concern. That of 2021 does not say from when,
so each can be chosen; the concern is the one that the plain indicators take.
"""

from __future__ import annotations

import narwhals as nw

from ..persons import with_person
from ..records import Records
from ..records.dates import days_between
from .clocks import in_time, regime
from .nearest import last_before
from .pathway import entering, events

#: A concern longer ago than this is not taken to have led to a meeting. The limit is ours: some
#: six times that of the guidance, so that late meetings are counted as late.
LED_WITHIN = 180

_TRIGGERS = (
    ("concern", "concerns_received", "received_date"),
    ("discussion", "discussions", "discussion_date"),
    ("investigation", "investigations", "start_date"),
)


def with_triggers(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    """
    Add what may have started the clock of each meeting.

    Parameters
    ----------
    frame : narwhals LazyFrame
        Meetings, with `person_id` and `date`.
    records : Records

    Returns
    -------
    narwhals LazyFrame
        With `last_discussion` (the last one by the meeting, however old), and `concern_date`,
        `discussed_date` and `investigated_date`: null when there was none in so many days, when
        another initial or pre-birth meeting or a registration of the child came in between, and
        when none were collected.
    """
    # Each is looked for on its own from the days of meetings: a chain of look-ups would double
    # the query of an engine at every step.
    days = days_of_meetings(records)
    begun = events(records, "registrations", "registration_date")
    sought = [_last(days, records, table, date, f"_{name}") for name, table, date in _TRIGGERS]
    sought.append(last_before(records, days, entering(records), "_met", same_day=False))
    sought.append(last_before(records, days, begun, "_begun", same_day=False))
    for found in sought:
        frame = frame.join(found, on=["person_id", "date"], how="left")
    return frame.with_columns(
        last_discussion=nw.col("_discussion"),
        concern_date=_led("_concern"),
        discussed_date=_led("_discussion"),
        investigated_date=_led("_investigation"),
    ).drop("_concern", "_discussion", "_investigation", "_met", "_begun")


def days_of_meetings(records: Records) -> nw.LazyFrame:
    """Give each person and day with a meeting, once."""
    held = with_person(records.table("meetings"), records)
    return held.select("person_id", nw.col("meeting_date").alias("date")).unique()


def _last(days: nw.LazyFrame, records: Records, table: str, date: str, name: str) -> nw.LazyFrame:
    """Find the last event of a table by each day; null when it was not collected."""
    if table not in records.tables:
        return days.with_columns(nw.when(nw.lit(False)).then(nw.col("date")).alias(name))
    return last_before(records, days, events(records, table, date), name)


def _led(name: str) -> nw.Expr:
    """Keep the date of what led to this meeting, and to none before it."""
    trigger = nw.col(name)
    recent = (days_between(trigger, nw.col("date")) <= LED_WITHIN).fill_null(False)
    spent = [(nw.col(other) >= trigger).fill_null(False) for other in ("_met", "_begun")]
    return nw.when(recent & ~spent[0] & ~spent[1]).then(trigger)


def with_meetings_in_time(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    """
    Say whether initial and pre-birth meetings were in time.

    Parameters
    ----------
    frame : narwhals LazyFrame
        From `with_triggers`, with `within_28_weeks`.
    records : Records

    Returns
    -------
    narwhals LazyFrame
        With `in_time` (from the concern), `in_time_of_discussion` and `in_time_of_investigation`
        (initial meetings alone), and `regime_of_concern`: the guidance in force on the day of the
        concern, or of the meeting where no concern is known to have led to it.
    """
    first = nw.when(~nw.col("concern_date").is_null()).then(regime(records, "concern_date"))
    frame = frame.with_columns(regime_of_concern=first.otherwise(regime(records)))
    for clock, earlier, name in (
        ("initial meeting", "concern_date", "_initial"),
        ("pre-birth meeting", "concern_date", "_pre_birth"),
        ("initial meeting", "discussed_date", "_discussed"),
        ("initial meeting", "investigated_date", "_investigated"),
    ):
        frame = in_time(frame, records, clock, earlier=earlier, later="date", name=name)
    initial = nw.col("meeting_type") == "initial"
    before_birth = nw.col("meeting_type") == "pre-birth"
    return frame.with_columns(
        in_time=nw.when(initial)
        .then(nw.col("_initial"))
        .otherwise(nw.when(before_birth).then(_pre_birth())),
        in_time_of_discussion=nw.when(initial).then(nw.col("_discussed")),
        in_time_of_investigation=nw.when(initial).then(nw.col("_investigated")),
    ).drop("_initial", "_pre_birth", "_discussed", "_investigated")


def _pre_birth() -> nw.Expr:
    """Say whether a pre-birth meeting was in time.

    By 28 weeks, and from 2021 within 28 days of the concern as well; after late notification
    within the days alone.
    """
    weeks, days = nw.col("within_28_weeks"), nw.col("_pre_birth")
    late = (nw.col("late_notification") == "yes").fill_null(False)
    both = (
        nw.when((weeks == "no") | (days == "no"))
        .then(nw.lit("no"))
        .when((weeks == "yes") & (days == "yes"))
        .then(nw.lit("yes"))
    )
    new = nw.when(late).then(days).otherwise(both)
    old = nw.when(late).then(days).otherwise(weeks)
    return nw.when(nw.col("regime_of_concern") == "2021").then(new).otherwise(old)
