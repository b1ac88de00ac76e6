"""Registrations with their ends, de-registrations with their starts, and the register on a day.

Length follows Annex C of Children's Social Work Statistics 2016-17: review meetings are ignored,
and a de-registration ends the most recent registration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from ..persons import attach
from ..records import Records
from ..records.dates import days_between, months_between
from ..records.engines import hand_over
from .days import changes, events

BEFORE, NEVER, NOT_KNOWN = (
    "registered before",
    "never registered before",
    "not known if registered before",
)
_BANDS = (
    ("under 6 months", 6),
    ("6 months to under 1 year", 12),
    ("1 year to under 18 months", 18),
    ("18 months to under 2 years", 24),
)

#: What a length is called, shortest first.
LENGTHS = (
    *(name for name, _ in _BANDS), "2 years or more", "no date of registration information",
)  # fmt: skip


def registrations(records: Records, *, who: bool = True) -> nw.LazyFrame:
    """
    Give each registration with its end and with what came before it.

    Parameters
    ----------
    records : Records
    who : bool
        Whether to add the columns of `persons.attach`, for the day of registration.

    Returns
    -------
    narwhals LazyFrame
        A row for each person and day of registration, by the smallest `registration_id`:
        `registration_id, child_id, person_id, area, date, registration_type, meeting_id`;
        `end_date` and `ended_by` ("de-registration"; "registration" when another came while still
        registered; null while it goes on); `continues` ("yes" when a de-registration was recorded
        on the same day of a child on the register: no re-registration), `last_deregistration`
        (transfers left out), `months_since_deregistration` (completed calendar months),
        `days_registered`, `history`, `time_since_deregistration`.

    References
    ----------
    Children's Social Work Statistics 2016-17, Annex C; 2018-19, Table 2.2.
    """
    linked = records.once("registrations", lambda: _registrations(records))
    return attach(linked, records) if who else linked


def _registrations(records: Records) -> nw.LazyFrame:
    key, frame, _ = events(records)
    days = changes(records, "next_day", "next_deregisters", "last_deregistration")
    frame = frame.select(
        *dict.fromkeys((key, "person_id")), "registration_id", "child_id", "area",
        "registration_type", "meeting_id", "registered_before",
        nw.col("registration_date").alias("date"),
    )  # fmt: skip
    joined = _on_days(frame, days, key, "registration_id")
    both = nw.col("deregisters") == 1
    same_day = both & (nw.col("registered") == 0)
    ended = (
        nw.when(nw.col("next_deregisters") == 1)
        .then(nw.lit("de-registration"))
        .otherwise(nw.lit("registration"))
    )
    ended = nw.when(~nw.col("next_day").is_null()).then(ended)
    continues = both & (nw.col("registered") == 1)
    linked = joined.with_columns(
        end_date=nw.when(same_day).then(nw.col("date")).otherwise(nw.col("next_day")),
        ended_by=nw.when(same_day).then(nw.lit("de-registration")).otherwise(ended),
        continues=nw.when(continues).then(nw.lit("yes")).otherwise(nw.lit("no")),
    ).with_columns(
        # A child never off the register is not registered again.
        months_since_deregistration=nw.when(nw.col("registered") == 0).then(
            months_between(nw.col("last_deregistration"), nw.col("date"))
        ),
        days_registered=days_between(nw.col("date"), nw.col("end_date")),
        history=_history(),
    )
    return linked.with_columns(time_since_deregistration=_time_since()).select(
        "registration_id", "child_id", "person_id", "area", "date", "registration_type",
        "meeting_id", "end_date", "ended_by", "continues", "last_deregistration",
        "months_since_deregistration", "days_registered", "history", "time_since_deregistration",
    )  # fmt: skip


def _on_days(frame: nw.LazyFrame, days: nw.LazyFrame, key: str, smallest: str) -> nw.LazyFrame:
    """Add to each event what is known of its day; of several on a day, the smallest stands."""
    days = days.filter(~nw.col(smallest).is_null())
    days = days.drop([c for c in ("registration_id", "deregistration_id") if c != smallest])
    joined = frame.join(
        days.rename({smallest: "_smallest"}),
        left_on=[key, "date"],
        right_on=[key, "day"],
        how="inner",
    )
    return joined.filter(nw.col(smallest) == nw.col("_smallest"))


def _history() -> nw.Expr:
    """Say whether the child was registered before: by events, else by what was recorded."""
    said = nw.col("registered_before")
    recorded = (
        nw.when((said == "yes").fill_null(False))
        .then(nw.lit(BEFORE))
        .when((said == "no").fill_null(False))
        .then(nw.lit(NEVER))
        .otherwise(nw.lit(NOT_KNOWN))
    )
    return (
        nw.when(~nw.col("last_deregistration").is_null()).then(nw.lit(BEFORE)).otherwise(recorded)
    )


def _time_since() -> nw.Expr:
    months = nw.col("months_since_deregistration")
    gap = nw.lit("2 years or more")
    for name, under in reversed(_BANDS):
        gap = nw.when(months < under).then(nw.lit(name)).otherwise(gap)
    before = (
        nw.when(~months.is_null()).then(gap).otherwise(nw.lit("registered before, time unknown"))
    )
    return nw.when(nw.col("history") == BEFORE).then(before).otherwise(nw.col("history"))


def deregistrations(records: Records, *, who: bool = True) -> nw.LazyFrame:
    """
    Give each de-registration with the registration that it ended.

    Parameters
    ----------
    records : Records
    who : bool
        Whether to add the columns of `persons.attach`, for the day of de-registration.

    Returns
    -------
    narwhals LazyFrame
        A row for each person and day of de-registration, by the smallest `deregistration_id`:
        `deregistration_id, child_id, person_id, area, date, reason, transfer, supported,
        support_until_date`; `registered_date` (of the most recent registration; null when the
        child was not on the register), `days_registered`, `months_registered`,
        `length_registered`, `next_registration`, `months_to_registration` (null when the child was
        registered again on the same day, and so never off the register).

    References
    ----------
    Children's Social Work Statistics 2016-17, Annex C; 2018-19, Table 2.3.
    """
    key, _, frame = events(records)
    days = changes(records, "last_registration", "next_registration")
    joined = _on_days(frame.rename({"deregistration_date": "date"}), days, key, "deregistration_id")
    open_before, both = nw.col("registered") == 1, nw.col("registers") == 1
    linked = joined.with_columns(
        registered_date=nw.when(open_before)
        .then(nw.col("last_registration"))
        .otherwise(nw.when(both).then(nw.col("date"))),
        next_registration=nw.when(open_before & both)
        .then(nw.col("date"))
        .otherwise(nw.col("next_registration")),
    ).with_columns(
        days_registered=days_between(nw.col("registered_date"), nw.col("date")),
        months_registered=months_between(nw.col("registered_date"), nw.col("date")),
        months_to_registration=nw.when(~(open_before & both)).then(
            months_between(nw.col("date"), nw.col("next_registration"))
        ),
    )
    linked = linked.with_columns(length_registered=_length()).select(
        "deregistration_id", "child_id", "person_id", "area", "date", "reason", "transfer",
        "supported", "support_until_date", "registered_date", "days_registered",
        "months_registered", "length_registered", "next_registration", "months_to_registration",
    )  # fmt: skip
    return attach(linked, records) if who else linked


def _length() -> nw.Expr:
    months = nw.col("months_registered")
    length = nw.lit(LENGTHS[-2])
    for name, under in reversed(_BANDS):
        length = nw.when(months < under).then(nw.lit(name)).otherwise(length)
    return (
        nw.when(~months.is_null())
        .then(length)
        .otherwise(nw.lit("no date of registration information"))
    )


def on_register(records: Records, days: Iterable[dt.date]) -> nw.LazyFrame:
    """
    Give the children on the register at the end of each of some days.

    Parameters
    ----------
    records : Records
    days : iterable of datetime.date

    Returns
    -------
    narwhals LazyFrame
        A row for each person and day: `date` (the day), `area, child_id, person_id,
        registration_id, meeting_id, registration_date, months_registered`,
        `ever_registered_before` ("yes", "no", "not known") and the columns of `persons.attach` on
        that day. A child registered on the day is in, one de-registered on it is out.
    """
    chosen = pd.DataFrame({"date": pd.to_datetime(sorted(set(days))).astype("datetime64[s]")})
    asked = hand_over(chosen, records.engine, records.holds)
    episodes = registrations(records, who=False).rename({"date": "registration_date"})
    held = episodes.join(asked, how="cross").filter(
        nw.col("registration_date") <= nw.col("date"),
        nw.col("end_date").is_null() | (nw.col("end_date") > nw.col("date")),
    )
    history = nw.col("history")
    ever = (
        nw.when(history == BEFORE)
        .then(nw.lit("yes"))
        .when(history == NEVER)
        .then(nw.lit("no"))
        .otherwise(nw.lit("not known"))
    )
    chosen_columns = held.with_columns(
        months_registered=months_between(nw.col("registration_date"), nw.col("date")),
        ever_registered_before=ever,
    ).select(
        "registration_id", "meeting_id", "child_id", "person_id", "area", "date",
        "registration_date", "months_registered", "ever_registered_before",
    )  # fmt: skip
    return attach(chosen_columns, records)
