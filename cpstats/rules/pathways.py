"""Rules about what leads to a meeting and what runs beside it: discussions, investigations, core
groups, orders, referrals.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .entries import WARNING, rule
from .histories import first_of, last_day, next_day, years_old
from .reading import Tables


@rule(
    "PAT01",
    "An investigation ends on or after the day it began.",
    "Check both dates.",
    tables=("investigations",),
)
def _ended_before(tables: Tables) -> pd.DataFrame:
    frame = tables["investigations"]
    return tables.hits("investigations", frame["end_date"] < frame["start_date"], "end_date")


@rule(
    "PAT02",
    "An investigation with an outcome has ended.",
    "Enter the day it ended; an investigation without one is counted in no year.",
    tables=("investigations",),
    severity=WARNING,
)
def _outcome_without_end(tables: Tables) -> pd.DataFrame:
    frame = tables["investigations"]
    broken = frame["outcome"].notna() & (frame["outcome"] != "not known") & frame["end_date"].isna()
    return tables.hits("investigations", broken, "end_date")


@rule(
    "PAT03",
    "A discussion that decided on a planning meeting is followed by one within 90 days.",
    "Enter the meeting, or correct the outcome of the discussion.",
    tables=("discussions", "meetings"),
    severity=WARNING,
)
def _no_meeting_followed(tables: Tables) -> pd.DataFrame:
    frame = tables["discussions"]
    limit = frame["discussion_date"] + pd.Timedelta(days=90)
    followed = next_day(frame, tables["meetings"]) <= limit
    broken = (frame["outcome"] == "planning meeting") & ~followed & (limit <= tables.until)
    return tables.hits("discussions", broken, "outcome")


@rule(
    "PAT04",
    "A discussion is recorded in the 28 days before an initial or pre-birth meeting.",
    "Enter the inter-agency referral discussion if there was one.",
    tables=("discussions", "meetings"),
    severity=WARNING,
    since="2023-24",
)
def _no_discussion(tables: Tables) -> pd.DataFrame:
    # Discussions have been collected nationally from 2023-24 on.
    frame = tables["meetings"]
    recent = last_day(frame, tables["discussions"]) + pd.Timedelta(days=28) >= frame["event_date"]
    first = frame["meeting_type"].isin(["initial", "pre-birth"])
    return tables.hits("meetings", first & ~recent, "meeting_date")


@rule(
    "PAT05",
    "A core group is of a child who has been registered.",
    "Enter the registration, or check the child of the core group.",
    tables=("core_groups", "registrations"),
)
def _core_group_of_nobody(tables: Tables) -> pd.DataFrame:
    frame = tables["core_groups"]
    known = frame["person"].isin(tables["registrations"]["person"].dropna())
    return tables.hits("core_groups", frame["person"].notna() & ~known, "child_id")


@rule(
    "PAT06",
    "A child protection order ends on or after the day it was received.",
    "Check both dates.",
    tables=("orders",),
)
def _order_ended_before(tables: Tables) -> pd.DataFrame:
    frame = tables["orders"]
    return tables.hits("orders", frame["end_date"] < frame["received_date"], "end_date")


@rule(
    "PAT07",
    "A child referred to the Reporter for an offence is of the age for it: 8, or 12 from "
    "17 December 2021. Ages and day are from background knowledge and not confirmed.",
    "Check the ground and the date of birth.",
    tables=("reporter_referrals", "children"),
    severity=WARNING,
)
def _too_young_to_offend(tables: Tables) -> pd.DataFrame:
    # As the Age of Criminal Responsibility (Scotland) Act 2019 is remembered: the law itself was
    # not to hand, so the rule stops no report.
    frame = tables["reporter_referrals"]
    age = years_old(frame["born"], frame["referral_date"])
    least = np.where(frame["referral_date"] >= pd.Timestamp(2021, 12, 17), 12, 8)
    return tables.hits(
        "reporter_referrals", (frame["ground"] == "offence") & (age < least), "ground"
    )


@rule(
    "PAT08",
    "A child has one inter-agency referral discussion a day.",
    "Delete the one entered twice, or enter it as the same discussion.",
    tables=("discussions",),
    severity=WARNING,
)
def _discussed_twice(tables: Tables) -> pd.DataFrame:
    frame = tables["discussions"]
    again = frame.duplicated(["child_id", "discussion_date"]) & frame["child_id"].notna()
    return tables.hits("discussions", again, "discussion_date")


@rule(
    "PAT09",
    "A meeting that is named is a meeting of the same child.",
    "Name the right meeting, or check the child.",
    tables=("meetings",),
)
def _meeting_of_another(tables: Tables) -> pd.DataFrame:
    of_child = first_of(tables["meetings"], "meeting_id")["person"]
    names = ("registrations", "deregistrations", "reporter_referrals", "concerns_identified")
    parts = []
    for name in (n for n in names if n in tables):
        frame = tables[name]
        child = frame["meeting_id"].map(of_child)
        parts.append(tables.hits(name, child.notna() & (child != frame["person"]), "meeting_id"))
    return (
        pd.concat(parts) if parts else tables.hits("meetings", tables["meetings"]["line"] < 0, "")
    )


@rule(
    "PAT10",
    "A care and risk management meeting is of a young person, not of an unborn child.",
    "Check the child; enter a pre-birth planning meeting instead.",
    tables=("risk_meetings", "children"),
)
def _risk_of_unborn(tables: Tables) -> pd.DataFrame:
    frame = tables["risk_meetings"]
    unborn = frame["born"].isna() & frame["due"].notna() | (frame["born"] > frame["meeting_date"])
    return tables.hits("risk_meetings", unborn, "child_id")
