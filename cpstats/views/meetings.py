"""Planning meetings: whether they were in time, who was there, whether the child was heard."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import narwhals as nw

from ..persons import attach, with_person
from ..records import Records
from ..records.dates import days_between, one_where
from .clocks import CLOCKS, in_time, regime
from .flags import yes_or_no
from .nearest import next_after
from .triggers import days_of_meetings, with_meetings_in_time, with_triggers

#: A discussion in so many days before a meeting is taken as its own (Table 1.3a of 2023-24).
_DISCUSSION_BEFORE = 28
#: A referral to the Reporter within so many days of a meeting is taken as decided there.
_REFERRAL_AFTER = 7
#: Ten working days are over after so many days, with the holidays of the turn of the year.
_RECONVENED = 21
#: What is worked out from the times between a meeting and other days.
_TIMED = (
    "days_since_concern", "days_since_discussion", "discussion_in_28_days", "in_time",
    "in_time_of_discussion", "in_time_of_investigation", "regime_of_concern", "within_28_weeks",
    "notice_in_time", "record_in_time", "decision_in_time",
)  # fmt: skip


def meetings(records: Records) -> nw.LazyFrame:
    """Give each planning meeting with its timescales, attendance and voices."""
    frame = records.table("meetings").rename({"meeting_date": "date"})
    timed = records.wants(*_TIMED)
    born = ("expected_date_of_birth",) if timed else ()
    frame = attach(frame, records, uses=born).with_columns(regime=regime(records))
    # A query is made of what is asked for alone: an engine takes long to plan all of it.
    if timed:
        frame = _with_times(with_triggers(frame, records), records)
    if records.wants("reconvened_in_time"):
        frame = _with_reconvening(frame, records)
    if records.wants("registered"):
        frame = _with_decision(frame, records)
    if records.wants("reporter_referral"):
        frame = _with_referral(frame, records)
    if records.wants("parent_attended", "child_attended"):
        frame = _with_attendance(frame, records)
    return frame


def attendance(records: Records) -> nw.LazyFrame:
    """Give each invitation or attendance, with the meeting's type and date."""
    held = records.table("meetings").select(
        "meeting_id", "child_id", "area", "meeting_type", nw.col("meeting_date").alias("date")
    )
    joined = records.table("attendance").join(held, on="meeting_id", how="inner")
    return attach(joined, records)


def first_meetings(records: Records) -> nw.LazyFrame:
    """Give initial and pre-birth meetings, by the guidance in force when their clock started."""
    if records.wanted is not None:
        records = replace(records, wanted=records.wanted | {"regime_of_concern"})
    frame = meetings(records).filter(nw.col("meeting_type").is_in(["initial", "pre-birth"]))
    return frame.with_columns(regime=nw.col("regime_of_concern"))


def _with_times(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    day = nw.col("date")
    days = days_between(nw.col("last_discussion"), day)
    notice = days_between(nw.col("invitation_date"), day)
    before_birth = days_between(day, nw.col("expected_date_of_birth"))
    early = before_birth >= CLOCKS["pre-birth by 28 weeks", "2021"].limit
    enough = notice >= CLOCKS["notice", "2021"].limit
    frame = frame.with_columns(
        days_since_concern=days_between(nw.col("concern_date"), day),
        days_since_discussion=days,
        discussion_in_28_days=yes_or_no((days <= _DISCUSSION_BEFORE).fill_null(False)),
        # An invitation after the meeting is an error, not short notice.
        notice_in_time=nw.when((notice >= 0).fill_null(False)).then(yes_or_no(enough)),
        within_28_weeks=nw.when(~before_birth.is_null()).then(yes_or_no(early)),
    )
    frame = records.settled(frame)  # each clock asks it again for its days
    for clock, later in (("record", "record_date"), ("decision", "decision_date")):
        name = f"{clock}_in_time"
        frame = in_time(frame, records, clock, earlier="date", later=later, name=name)
    return with_meetings_in_time(frame, records)


def _with_reconvening(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    """Say whether a meeting that was not quorate met again in time; not at all is not in time."""
    again = records.table("meetings").filter(~nw.col("reconvenes").is_null())
    again = again.group_by("reconvenes").agg(nw.col("meeting_date").min().alias("_again"))
    frame = frame.join(again, left_on="meeting_id", right_on="reconvenes", how="left")
    frame = in_time(
        frame, records, "reconvened", earlier="date", later="_again", name="_reconvened"
    )
    followed = dt.datetime.combine(records.until - dt.timedelta(days=_RECONVENED), dt.time())
    due = (nw.col("quorate") == "no").fill_null(False) & (nw.col("regime") == "2021")
    due = due & (nw.col("date") <= followed)
    never = due & nw.col("_again").is_null()
    said = nw.when(never).then(nw.lit("no")).otherwise(nw.when(due).then(nw.col("_reconvened")))
    return frame.with_columns(reconvened_in_time=said).drop("_again", "_reconvened")


def _with_decision(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    """Say whether the meeting led to registration.

    A registration names it; or one of the same day names no meeting, and is not temporary; else
    its outcome says.
    """
    begun = with_person(records.table("registrations"), records)
    named = begun.filter(~nw.col("meeting_id").is_null())
    named = named.select("meeting_id").unique().with_columns(_named=nw.lit(1))
    lasting = (nw.col("registration_type") != "temporary").fill_null(True)
    unnamed = begun.filter(nw.col("meeting_id").is_null() & lasting)
    unnamed = unnamed.select("person_id", nw.col("registration_date").alias("date"))
    unnamed = unnamed.unique().with_columns(_that_day=nw.lit(1))
    joined = frame.join(named, on="meeting_id", how="left")
    joined = joined.join(unnamed, on=["person_id", "date"], how="left")
    can = nw.col("meeting_type").is_in(["initial", "pre-birth", "transfer"])
    led = ~nw.col("_named").is_null() | (can & ~nw.col("_that_day").is_null())
    outcome = nw.col("outcome")
    recorded = (
        nw.when(outcome == "registered").then(nw.lit("yes"))
        .when(outcome == "not registered").then(nw.lit("no"))
    )  # fmt: skip
    said = nw.when(led).then(nw.lit("yes")).otherwise(recorded)
    return joined.with_columns(registered=said).drop("_named", "_that_day")


def _with_referral(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    if "reporter_referrals" not in records.tables:
        return frame.with_columns(reporter_referral=nw.lit(None, dtype=nw.String))
    referrals = with_person(records.table("reporter_referrals"), records)
    named = referrals.filter(~nw.col("meeting_id").is_null()).select("meeting_id").unique()
    named = named.with_columns(_named=nw.lit("yes"))
    dated = referrals.select("person_id", nw.col("referral_date").alias("date"))
    found = next_after(records, days_of_meetings(records), dated, "_referred")
    frame = frame.join(found, on=["person_id", "date"], how="left")
    frame = frame.join(named, on="meeting_id", how="left")
    soon = days_between(nw.col("date"), nw.col("_referred")) <= _REFERRAL_AFTER
    referred = soon.fill_null(False) | ~nw.col("_named").is_null()
    return frame.with_columns(reporter_referral=yes_or_no(referred)).drop("_referred", "_named")


def _with_attendance(frame: nw.LazyFrame, records: Records) -> nw.LazyFrame:
    """Add who was there, of meetings whose attendance was recorded at all."""
    names = ("parent_attended", "child_attended")
    if "attendance" not in records.tables:
        return frame.with_columns(*(nw.lit(None, dtype=nw.String).alias(n) for n in names))
    there = (nw.col("attended") == "yes").fill_null(False)
    answered = records.table("attendance").filter(nw.col("attended").is_in(["yes", "no"]))
    found = answered.with_columns(
        _parent=one_where(there & nw.col("role").is_in(["mother", "father"])),
        _child=one_where(there & (nw.col("role") == "child")),
    )
    found = found.group_by("meeting_id").agg(nw.col("_parent").max(), nw.col("_child").max())
    joined = frame.join(found, on="meeting_id", how="left")
    return joined.with_columns(
        *(
            nw.when(~nw.col(flag).is_null()).then(yes_or_no(nw.col(flag) == 1)).alias(name)
            for flag, name in zip(("_parent", "_child"), names, strict=True)
        )
    ).drop("_parent", "_child")
