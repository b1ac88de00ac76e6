"""Rules about planning meetings: their types, what they decide, who was there."""

from __future__ import annotations

import pandas as pd

from .entries import WARNING, rule
from .histories import first_of, on_register_before
from .reading import Tables, looked_up

#: What each type of meeting can decide.
OUTCOMES = {
    "initial": ("registered", "not registered", "not known"),
    "pre-birth": ("registered", "not registered", "not known"),
    "review": ("remains registered", "de-registered", "not known"),
    "transfer": ("remains registered", "de-registered", "registered", "not known"),
}
#: Days within which a decision stands in the register.
ENTERED_WITHIN = pd.Timedelta(days=7)


@rule(
    "MEE01",
    "A review meeting is of a child on the register.",
    "Enter the registration, or correct the type of the meeting.",
    tables=("meetings", "registrations", "deregistrations"),
)
def _review_of_unregistered(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    review = (frame["meeting_type"] == "review") & frame["event_date"].notna()
    registered = on_register_before(tables, "meetings")
    return tables.hits("meetings", review & frame["person"].notna() & ~registered, "meeting_type")


@rule(
    "MEE02",
    "A meeting's outcome is one that its type can have.",
    "Initial and pre-birth: registered or not. Review: remains registered or de-registered. "
    "Correct the type or the outcome.",
    tables=("meetings",),
)
def _impossible_outcome(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    broken = pd.Series(False, index=frame.index)
    for kind, possible in OUTCOMES.items():
        of_kind = frame["meeting_type"] == kind
        broken |= of_kind & frame["outcome"].notna() & ~frame["outcome"].isin(possible)
    return tables.hits("meetings", broken, "outcome")


def _within(rows: pd.DataFrame, events: pd.DataFrame, *, forward: bool) -> pd.Series:
    """Tell whether the child has an event of the same council in the days after (or before)."""
    keys = ["person", "event_area", "event_date"]
    wanted = rows[keys].dropna().sort_values("event_date", kind="stable")
    there = events[keys].dropna().drop_duplicates().sort_values("event_date").assign(found=True)
    joined = pd.merge_asof(
        wanted,
        there,
        on="event_date",
        by=["person", "event_area"],
        direction="forward" if forward else "backward",
        tolerance=ENTERED_WITHIN,
    )
    found = pd.Series(joined["found"].notna().to_numpy(), index=wanted.index)
    return found.reindex(rows.index, fill_value=False)


@rule(
    "MEE03",
    "A registration has a meeting that decided it, in the seven days up to it.",
    "Enter the meeting with the outcome registered, or name it on the registration.",
    tables=("registrations", "meetings"),
)
def _registered_by_nobody(tables: Tables) -> pd.DataFrame:
    frame, meetings = tables["registrations"], tables["meetings"]
    decided = meetings[meetings["outcome"] == "registered"]
    found = _within(frame, decided, forward=False)
    found |= frame["meeting_id"].isin(decided["meeting_id"].dropna())
    # Registrations from before the first day are there for the stock; their meetings may not be.
    asked = (frame["registration_date"] >= tables.since) & (
        frame["registration_type"] != "temporary"
    )
    return tables.hits("registrations", asked & ~found, "meeting_id")


def _not_entered(tables: Tables, outcome: str, table: str) -> pd.DataFrame:
    frame = tables["meetings"]
    decided = (frame["outcome"] == outcome) & frame["meeting_id"].notna()
    found = _within(frame, tables[table], forward=True)
    found |= frame["meeting_id"].isin(tables[table]["meeting_id"].dropna())
    inside = frame["event_date"].between(tables.since, tables.until - ENTERED_WITHIN)
    return tables.hits("meetings", decided & ~found & inside, "outcome")


@rule(
    "MEE04",
    "A meeting that registered a child is followed by the registration within seven days.",
    "Enter the registration, or correct the outcome of the meeting.",
    tables=("meetings", "registrations"),
)
def _not_registered(tables: Tables) -> pd.DataFrame:
    return _not_entered(tables, "registered", "registrations")


@rule(
    "MEE05",
    "A meeting that de-registered a child is followed by the de-registration within seven days.",
    "Enter the de-registration, or correct the outcome of the meeting.",
    tables=("meetings", "deregistrations"),
)
def _not_deregistered(tables: Tables) -> pd.DataFrame:
    return _not_entered(tables, "de-registered", "deregistrations")


@rule(
    "MEE06",
    "A pre-birth meeting is of a child not yet born.",
    "Check the date of birth and the type of the meeting.",
    tables=("meetings", "children"),
)
def _prebirth_of_born(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    broken = (frame["meeting_type"] == "pre-birth") & (frame["born"] <= frame["meeting_date"])
    return tables.hits("meetings", broken, "meeting_type")


@rule(
    "MEE07",
    "An initial meeting is of a child who is born.",
    "Check the date of birth; enter pre-birth as the type if the child was not born.",
    tables=("meetings", "children"),
    severity=WARNING,
)
def _initial_of_unborn(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    unborn = frame["born"].isna() & frame["due"].notna() | (frame["born"] > frame["meeting_date"])
    return tables.hits("meetings", (frame["meeting_type"] == "initial") & unborn, "meeting_type")


@rule(
    "MEE08",
    "An initial meeting is of a child not on the register.",
    "Correct the type of the meeting, or enter the de-registration before it.",
    tables=("meetings", "registrations", "deregistrations"),
    severity=WARNING,
)
def _initial_of_registered(tables: Tables) -> pd.DataFrame:
    initial = tables["meetings"]["meeting_type"] == "initial"
    return tables.hits("meetings", initial & on_register_before(tables, "meetings"), "meeting_type")


@rule(
    "MEE09",
    "A meeting that registered a child identified at least one concern.",
    "Enter the concerns that the meeting identified.",
    tables=("meetings", "concerns_identified"),
)
def _no_concern(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    named = frame["meeting_id"].isin(tables["concerns_identified"]["meeting_id"].dropna())
    broken = (frame["outcome"] == "registered") & (frame["event_date"] >= tables.since) & ~named
    return tables.hits("meetings", broken, "meeting_id")


@rule(
    "MEE10",
    "A concern is named once at a meeting.",
    "Delete the one entered twice.",
    tables=("concerns_identified",),
)
def _concern_twice(tables: Tables) -> pd.DataFrame:
    frame = tables["concerns_identified"]
    again = frame.duplicated(["meeting_id", "child_id", "concern"]) & frame["concern"].notna()
    return tables.hits("concerns_identified", again, "concern")


@rule(
    "MEE11",
    "No views of a child are recorded as given before birth.",
    "Enter too young as the child's views, or check the date of birth.",
    tables=("meetings", "children"),
)
def _views_of_unborn(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    unborn = frame["born"].isna() & frame["due"].notna() | (frame["born"] > frame["meeting_date"])
    return tables.hits("meetings", unborn & (frame["child_views"] == "given"), "child_views")


@rule(
    "MEE12",
    "Advocacy that was used had been offered.",
    "Enter yes for advocacy offered, or correct advocacy used.",
    tables=("meetings",),
)
def _advocacy(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    broken = (frame["advocacy_used"] == "yes") & (frame["advocacy_offered"] == "no")
    return tables.hits("meetings", broken, "advocacy_offered")


@rule(
    "MEE13",
    "Whoever attended a meeting was invited to it.",
    "Enter yes for invited, or correct who attended.",
    tables=("attendance",),
    severity=WARNING,
)
def _uninvited(tables: Tables) -> pd.DataFrame:
    frame = tables["attendance"]
    return tables.hits(
        "attendance", (frame["attended"] == "yes") & (frame["invited"] == "no"), "invited"
    )


@rule(
    "MEE14",
    "The mother, the father and the child each stand once in the attendance of a meeting.",
    "Delete the one entered twice.",
    tables=("attendance",),
)
def _attends_twice(tables: Tables) -> pd.DataFrame:
    frame = tables["attendance"]
    single = frame["role"].isin(["mother", "father", "child"]) & frame["meeting_id"].notna()
    return tables.hits("attendance", single & frame.duplicated(["meeting_id", "role"]), "role")


@rule(
    "MEE15",
    "The record of a meeting goes out on or after the day it was held.",
    "Check both dates.",
    tables=("meetings",),
)
def _record_before(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    return tables.hits("meetings", frame["record_date"] < frame["meeting_date"], "record_date")


@rule(
    "MEE16",
    "The family is told of the decision on or after the day of the meeting.",
    "Check both dates.",
    tables=("meetings",),
)
def _decision_before(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    return tables.hits("meetings", frame["decision_date"] < frame["meeting_date"], "decision_date")


@rule(
    "MEE17",
    "Participants are told of a meeting before it is held.",
    "Check both dates.",
    tables=("meetings",),
)
def _invited_after(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    broken = frame["invitation_date"] > frame["meeting_date"]
    return tables.hits("meetings", broken, "invitation_date")


@rule(
    "MEE18",
    "A meeting has an outcome.",
    "Enter what was decided; enter not known where nobody knows.",
    tables=("meetings",),
    severity=WARNING,
)
def _no_outcome(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    # A meeting without enough agencies decides nothing.
    return tables.hits("meetings", frame["outcome"].isna() & (frame["quorate"] != "no"), "outcome")


@rule(
    "MEE19",
    "A meeting is held again only when the one before was not quorate, and after it.",
    "Correct whether the earlier meeting was quorate, or take the reference away.",
    tables=("meetings",),
)
def _reconvened(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    earlier = first_of(frame, "meeting_id")
    quorate = frame["reconvenes"].map(earlier["quorate"]) == "yes"
    later = looked_up(frame["reconvenes"], earlier["meeting_date"]) >= frame["meeting_date"]
    return tables.hits("meetings", quorate | later, "reconvenes")


@rule(
    "MEE20",
    "Late notification is said of pre-birth meetings only.",
    "Take the late notification away, or correct the type of the meeting.",
    tables=("meetings",),
    severity=WARNING,
)
def _late_notification(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    broken = frame["late_notification"].eq("yes") & (frame["meeting_type"] != "pre-birth")
    return tables.hits("meetings", broken & frame["meeting_type"].notna(), "late_notification")


@rule(
    "MEE21",
    "A child has one meeting of a type a day.",
    "Delete the one entered twice.",
    tables=("meetings",),
    severity=WARNING,
)
def _held_twice(tables: Tables) -> pd.DataFrame:
    frame = tables["meetings"]
    again = frame.duplicated(["child_id", "meeting_date", "meeting_type"])
    return tables.hits("meetings", again & frame["child_id"].notna(), "meeting_date")
