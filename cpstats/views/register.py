"""What is counted on and around the register: concerns, core groups and reviews that fell due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import narwhals as nw

from ..episodes import on_register, registrations
from ..persons import attach, with_person
from ..records import Records
from .clocks import CLOCKS, REGIMES, in_time, regime
from .nearest import last_before, next_after


def registration_concerns(records: Records) -> nw.LazyFrame:
    """Give each concern identified at the meeting that registered a child, once."""
    named = records.table("concerns_identified").select("meeting_id", "concern").unique()
    named = named.filter(~nw.col("meeting_id").is_null())
    return _lasting(registrations(records)).join(named, on="meeting_id", how="inner")


def _lasting(begun: nw.LazyFrame) -> nw.LazyFrame:
    """Leave out temporary registrations: no core group and no review is due for them here."""
    kind = nw.col("registration_type")
    return begun.filter(kind.is_null() | (kind != "temporary"))


def register_concerns(records: Records, days: Sequence[dt.date]) -> nw.LazyFrame:
    """Give each concern of the children on the register: of their last meeting that named any."""
    named = with_person(records.table("concerns_identified"), records)
    meetings = records.table("meetings").select("meeting_id", "meeting_date")
    named = named.join(meetings, on="meeting_id", how="inner").select(
        "person_id", nw.col("meeting_date").alias("date"), "concern"
    )
    held = last_before(records, on_register(records, days), named, "named_date")
    named = named.rename({"date": "named_date"}).unique()
    return held.join(named, on=["person_id", "named_date"], how="inner")


def core_groups_due(records: Records) -> nw.LazyFrame:
    """Give each registration that outlasted the limit of a first core group, held in time or not.

    A core group that had not met by the end of the records was not in time. Temporary
    registrations are left out.
    """
    met = with_person(records.table("core_groups"), records)
    met = met.select("person_id", nw.col("core_group_date").alias("date"))
    begun = _lasting(registrations(records))
    end = dt.datetime.combine(records.until, dt.time())
    left = nw.col("end_date")
    begun = begun.with_columns(
        regime=regime(records), _last=nw.when(left.is_null()).then(nw.lit(end)).otherwise(left)
    )
    clock = "first core group"
    begun = in_time(begun, records, clock, earlier="date", later="_last", name="_too_short")
    begun = begun.filter(nw.col("_too_short") == "no")
    timed = next_after(records, begun, met, "core_group_date")
    timed = in_time(timed, records, clock, earlier="date", later="core_group_date", name="in_time")
    never = nw.col("core_group_date").is_null()
    said = nw.when(never).then(nw.lit("no")).otherwise(nw.col("in_time"))
    return timed.with_columns(in_time=said).drop("_last", "_too_short")


def reviews_due(records: Records) -> nw.LazyFrame:
    """Give each review that fell due while a child was on the register, held in time or not.

    The first is due after the registration, each later one after the review before. It is counted
    on the day by which it was due, if the child was still on the register then, or if a review was
    held before: that one was in time, whether or not it ended the registration. A review of a
    later registration is not the one that was due. Temporary registrations are due out.
    """
    begun = _lasting(registrations(records, who=False))
    held = records.table("meetings").filter(nw.col("meeting_type") == "review")
    held = (
        with_person(held, records)
        .select("person_id", nw.col("meeting_date").alias("date"), "area")
        .unique()
    )
    starts = nw.concat(
        [_from_registrations(begun), _from_reviews(records, begun, held)], how="vertical"
    )
    starts = starts.with_columns(regime=regime(records)).with_columns(due=_due())
    found = next_after(records, starts, held, "_review", same_day=False)
    end, due, review = nw.col("end_date"), nw.col("due"), nw.col("_review")
    own = nw.when((end.is_null() | (review <= end)).fill_null(False)).then(review)
    found = found.with_columns(review_date=own)
    held_by_then = (nw.col("review_date") <= due).fill_null(False)
    still = end.is_null() | (end > due).fill_null(False)
    last = dt.datetime.combine(records.until, dt.time())
    found = found.filter(due <= last, still | held_by_then)
    found = found.with_columns(
        in_time=nw.when(held_by_then).then(nw.lit("yes")).otherwise(nw.lit("no")),
        first_review=nw.when(nw.col("first") == 1).then(nw.lit("yes")).otherwise(nw.lit("no")),
    ).drop("date", "first", "_review")
    return attach(found.rename({"due": "date"}), records)


def _from_registrations(begun: nw.LazyFrame) -> nw.LazyFrame:
    before_birth = (nw.col("registration_type") == "pre-birth").fill_null(False)
    return begun.select(
        "person_id", "area", "date", "end_date", nw.lit(1).alias("first"),
        nw.when(before_birth).then(nw.lit(1)).otherwise(nw.lit(0)).alias("before_birth"),
    )  # fmt: skip


def _from_reviews(records: Records, begun: nw.LazyFrame, held: nw.LazyFrame) -> nw.LazyFrame:
    ends = begun.select("person_id", nw.col("date").alias("_begun"), "end_date")
    placed = last_before(records, held, begun, "_begun", same_day=False)
    placed = placed.join(ends, on=["person_id", "_begun"], how="inner")
    still = nw.col("end_date").is_null() | (nw.col("end_date") > nw.col("date"))
    return placed.filter(still).select(
        "person_id", "area", "date", "end_date", nw.lit(0).alias("first"),
        nw.lit(0).alias("before_birth"),
    )  # fmt: skip


def _due() -> nw.Expr:
    """Add the months of the clock to the start."""
    first, before_birth = nw.col("first") == 1, nw.col("before_birth") == 1
    due = _later_by("later review")
    due = nw.when(first & ~before_birth).then(_later_by("first review")).otherwise(due)
    after = _later_by("first review after pre-birth")
    return nw.when(first & before_birth).then(after).otherwise(due)


def _later_by(clock: str) -> nw.Expr:
    old, new = (nw.col("date").dt.offset_by(f"{CLOCKS[clock, r].limit}mo") for r in REGIMES)
    return nw.when(nw.col("regime") == "2021").then(new).otherwise(old)
