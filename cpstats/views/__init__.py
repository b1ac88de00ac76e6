"""What is counted: a view for each thing, one row each, the same on every engine.

Every view has `area`, `date` (the day by which it is counted) and who it is about
(`persons.ATTACHED`). Definitions in the catalogue speak of views and of their columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import narwhals as nw

from ..persons import ATTACHED, attach
from ..records import Engine, Records
from .answers import answers
from .meetings import attendance, first_meetings, meetings
from .pathway import concerns_received, discussions, investigations
from .register import core_groups_due, register_concerns, registration_concerns, reviews_due
from .standing import deregistrations, on_register, registered_twice, registrations

_SHARED = ("area", "date", *ATTACHED)


@dataclass(frozen=True)
class View:
    """One thing that is counted.

    Attributes
    ----------
    about : str
        What one row is.
    tables : tuple of str
        The tables of records it cannot do without.
    own : tuple of str
        The columns beside those that every view has.
    make : callable
        From records, and for a stock the days on which it is taken, to a lazy frame.
    stock : bool
        Whether it is taken on given days.
    """

    about: str
    tables: tuple[str, ...]
    own: tuple[str, ...]
    make: Callable[..., nw.LazyFrame]
    stock: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column."""
        return (*_SHARED, *self.own)

    def build(
        self, records: Records, days: Sequence[dt.date] = (), wanted: Iterable[str] | None = None
    ) -> nw.LazyFrame:
        """Make the view from records; a stock on the days given.

        Where records are queried and not in memory, `wanted` columns alone are made.
        """
        chosen = self.columns
        if wanted is not None and records.engine is not Engine.PANDAS:
            chosen = tuple(c for c in self.columns if c in set(wanted))
            records = replace(records, wanted=frozenset(chosen))
        asked = (self.make, chosen, tuple(days) if self.stock else ())
        return records.once(asked, lambda: self._make(records, days).select(*chosen))

    def _make(self, records: Records, days: Sequence[dt.date]) -> nw.LazyFrame:
        return self.make(records, days) if self.stock else self.make(records)


def _dated(table: str, date: str) -> Callable[[Records], nw.LazyFrame]:
    """Make a view of a table as it stands, counted by one of its dates."""

    def make(records: Records) -> nw.LazyFrame:
        return attach(records.table(table).rename({date: "date"}), records)

    return make


_REGISTER = ("registrations", "deregistrations")
_MEETING = (
    "meeting_type", "outcome", "regime", "quorate", "late_notification", "days_since_concern",
    "days_since_discussion", "discussion_in_28_days", "in_time", "in_time_of_discussion",
    "in_time_of_investigation", "within_28_weeks", "notice_in_time", "record_in_time",
    "decision_in_time", "reconvened_in_time", "registered", "reporter_referral", "child_views",
    "parent_views", "advocacy_offered", "advocacy_used", "parent_attended", "child_attended",
)  # fmt: skip

#: Every view by its name.
VIEWS: dict[str, View] = {
    "concerns_received": View(
        "a child in a child protection concern, on the day it was received",
        ("concerns_received", "discussions", "investigations", "meetings", *_REGISTER),
        (
            "agency", "locality", "reached_discussion", "reached_investigation",
            "reached_meeting", "reached_registration", "followed",
        ),
        concerns_received,
    ),
    "discussions": View(
        "a child in an inter-agency referral discussion, on the day it began",
        ("discussions", "meetings"),
        (
            "agency", "outcome", "days_to_meeting", "met_within_28", "met_within_90",
            "followed_28", "followed_90",
        ),
        discussions,
    ),
    "investigations": View(
        "a child in an investigation, on the day it ended",
        ("investigations",),
        ("outcome", "start_date", "days_taken"),
        investigations,
    ),
    "meetings": View(
        "a child at a planning meeting, on the day it was held",
        ("meetings", "registrations"),
        _MEETING,
        meetings,
    ),
    "first_meetings": View(
        "a child at an initial or pre-birth meeting; `regime` is that of the day of the concern",
        ("meetings", "registrations"),
        _MEETING,
        first_meetings,
    ),
    "attendance": View(
        "an agency or person invited to a meeting or there, on the day of the meeting",
        ("attendance", "meetings"),
        ("role", "invited", "attended", "meeting_type"),
        attendance,
    ),
    "registrations": View(
        "a registration, on its day",
        _REGISTER,
        (
            "registration_type", "end_date", "ended_by", "continues", "days_registered",
            "months_since_deregistration", "days_since_deregistration", "history",
            "time_since_deregistration",
        ),
        registrations,
    ),
    "deregistrations": View(
        "a de-registration, on its day",
        _REGISTER,
        (
            "reason", "transfer", "supported", "supported_3_months", "followed_3_months",
            "registered_date", "days_registered", "months_registered", "length_registered",
            "months_to_registration", "months_followed", "may_return",
        ),
        deregistrations,
    ),
    "registered_twice": View(
        "a registration of a child on the register already, on its day",
        _REGISTER,
        ("registration_type",),
        registered_twice,
    ),
    "on_register": View(
        "a child on the register at the end of a day",
        _REGISTER,
        ("registration_date", "days_registered", "months_registered", "ever_registered_before"),
        on_register,
        stock=True,
    ),
    "registration_concerns": View(
        "a concern identified at the meeting that registered a child, on the day of registration",
        ("concerns_identified", *_REGISTER),
        ("concern", "registration_type"),
        registration_concerns,
    ),
    "register_concerns": View(
        "a concern of a child on the register, of the last meeting that named any",
        ("concerns_identified", "meetings", *_REGISTER),
        ("concern",),
        register_concerns,
        stock=True,
    ),
    "core_groups_due": View(
        "a registration that lasted long enough for a first core group, on its day",
        ("core_groups", *_REGISTER),
        ("regime", "core_group_date", "in_time"),
        core_groups_due,
    ),
    "reviews_due": View(
        "a review that fell due, on the day by which it was due",
        ("meetings", *_REGISTER),
        ("regime", "first_review", "review_date", "in_time"),
        reviews_due,
    ),
    "answers": View(
        "an answer asked of a registration, de-registration or planning meeting, on its day",
        _REGISTER,
        ("field", "answered"),
        answers,
    ),
    "orders": View(
        "a child in a child protection order, on the day the Reporter received it",
        ("orders",),
        ("end_date",),
        _dated("orders", "received_date"),
    ),
    "reporter_referrals": View(
        "a child in a referral to the Reporter, on its day",
        ("reporter_referrals",),
        ("ground",),
        _dated("reporter_referrals", "referral_date"),
    ),
    "risk_meetings": View(
        "a young person at a care and risk management meeting, on its day",
        ("risk_meetings",),
        ("concern",),
        _dated("risk_meetings", "meeting_date"),
    ),
}  # fmt: skip
