"""Registrations and de-registrations with what the committee asks of them beyond the episodes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import narwhals as nw

from .. import episodes
from ..episodes.cohorts import NOT_FOLLOWED
from ..persons import attach
from ..records import Records
from ..records.dates import days_between, months_between
from .flags import yes_or_no

#: Support after de-registration that a committee asks about lasts so many calendar months.
_SUPPORT = 3


def registrations(records: Records) -> nw.LazyFrame:
    """Give each registration with the days since the child's last de-registration."""
    frame = episodes.registrations(records)
    gap = days_between(nw.col("last_deregistration"), nw.col("date"))
    known = ~nw.col("months_since_deregistration").is_null()
    return frame.with_columns(days_since_deregistration=nw.when(known).then(gap))


def deregistrations(records: Records) -> nw.LazyFrame:
    """Give each de-registration with how long support went on and how long it is followed."""
    end = dt.datetime.combine(records.until, dt.time())
    day = nw.col("date")
    frame = episodes.deregistrations(records).with_columns(_end=nw.lit(end))
    frame = frame.with_columns(
        months_followed=months_between(day, nw.col("_end")),
        supported_3_months=_supported(months_between(day, nw.col("support_until_date"))),
        may_return=yes_or_no(_may_return()),
    ).drop("_end")
    enough = nw.col("months_followed") >= _SUPPORT
    return frame.with_columns(followed_3_months=yes_or_no(enough))


def on_register(records: Records, days: Sequence[dt.date]) -> nw.LazyFrame:
    """Give each child on the register on some days, with the days registered until then."""
    held = episodes.on_register(records, days)
    return held.with_columns(
        days_registered=days_between(nw.col("registration_date"), nw.col("date"))
    )


def registered_twice(records: Records) -> nw.LazyFrame:
    """Give each registration of a child who was on the register already, on its day."""
    frame = episodes.registrations(records, who=False)
    twice = frame.filter((nw.col("ended_by") == "registration").fill_null(False)).drop("date")
    return attach(twice.rename({"end_date": "date"}), records)


def _supported(months: nw.Expr) -> nw.Expr:
    """Say whether support lasted three months; unknown where its last day is not recorded."""
    lasted = nw.when(months >= _SUPPORT).then(nw.lit("yes")).when(months < _SUPPORT)
    return (
        nw.when(nw.col("supported") == "no")
        .then(nw.lit("no"))
        .when(nw.col("supported") == "yes")
        .then(lasted.then(nw.lit("no")))
    )


def _may_return() -> nw.Expr:
    """Tell those who left the register and could be registered again."""
    gone = nw.col("reason").is_in(list(NOT_FOLLOWED)).fill_null(False)
    moved = (nw.col("transfer") == "yes").fill_null(False)
    stayed = (nw.col("next_registration") == nw.col("date")).fill_null(False)
    return ~gone & ~moved & ~stayed
