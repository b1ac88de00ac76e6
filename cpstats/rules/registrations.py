"""Rules about registrations and de-registrations."""

from __future__ import annotations

import pandas as pd

from .entries import WARNING, rule
from .histories import first_of, last_day, register_events, years_old
from .reading import Tables

BOTH = ("registrations", "deregistrations")


def _of(tables: Tables, events: pd.DataFrame, name: str) -> pd.Series:
    """Mark the rows of a table that stand among some events."""
    positions = events.loc[events["table"] == name, "position"]
    return pd.Series(tables[name].index.isin(positions), index=tables[name].index)


@rule(
    "REG01",
    "A child registered before birth was registered after a pre-birth meeting.",
    "Check the date of birth and the registration date; enter pre-birth as the type if both stand.",
    tables=("registrations", "children"),
)
def _before_birth(tables: Tables) -> pd.DataFrame:
    frame = tables["registrations"]
    early = frame["registration_date"] < frame["born"]
    other = frame["registration_type"].notna() & (frame["registration_type"] != "pre-birth")
    return tables.hits("registrations", early & other, "registration_date")


@rule(
    "REG02",
    "A pre-birth registration is dated before the birth.",
    "Check the date of birth and the type of the registration.",
    tables=("registrations", "children"),
    severity=WARNING,
)
def _prebirth_of_born(tables: Tables) -> pd.DataFrame:
    frame = tables["registrations"]
    born = frame["born"] <= frame["registration_date"]
    return tables.hits(
        "registrations", born & (frame["registration_type"] == "pre-birth"), "registration_type"
    )


@rule(
    "REG03",
    "A de-registration follows a registration by the same council.",
    "Enter the registration, or check the child and date of the de-registration. Registrations "
    "before the first day of the records belong in them if the child was still registered then.",
    tables=BOTH,
)
def _never_registered(tables: Tables) -> pd.DataFrame:
    events = register_events(tables)
    broken = events[(events["kind"] == -1) & (events["before"] == 0)]
    return tables.hits(
        "deregistrations", _of(tables, broken, "deregistrations"), "deregistration_date"
    )


@rule(
    "REG04",
    "Between two de-registrations by one council stands a registration.",
    "Enter the registration between them, or delete the de-registration that did not happen.",
    tables=BOTH,
)
def _twice_off(tables: Tables) -> pd.DataFrame:
    events = register_events(tables)
    broken = events[(events["kind"] == -1) & (events["before"] == -1)]
    return tables.hits(
        "deregistrations", _of(tables, broken, "deregistrations"), "deregistration_date"
    )


@rule(
    "REG05",
    "A child already on a council's register is not registered there again.",
    "Enter the de-registration between them, or delete the registration that did not happen.",
    tables=BOTH,
)
def _twice_on(tables: Tables) -> pd.DataFrame:
    events = register_events(tables)
    # A child registered before birth can be entered again, once born, under the identifier of life.
    same_record = events["child_id"] == events["child_before"]
    broken = events[(events["kind"] == 1) & (events["before"] == 1) & same_record]
    return tables.hits("registrations", _of(tables, broken, "registrations"), "registration_date")


@rule(
    "REG06",
    "A child is on one council's register at a time, other than on transfer.",
    "Enter the de-registration by the other council, or transfer-in as the type.",
    tables=BOTH,
    severity=WARNING,
)
def _two_councils(tables: Tables) -> pd.DataFrame:
    events = register_events(tables)
    broken = events[(events["kind"] == 1) & (events["before"] != 1) & (events["open"] > 1)]
    local = ~tables["registrations"]["registration_type"].isin(["transfer-in", "temporary"])
    return tables.hits(
        "registrations", _of(tables, broken, "registrations") & local, "registration_date"
    )


@rule(
    "REG07",
    "A child is not registered and de-registered by the same council on one day.",
    "Check both dates.",
    tables=BOTH,
    severity=WARNING,
)
def _same_day(tables: Tables) -> pd.DataFrame:
    keys = ["person", "event_date", "event_area"]
    on = pd.MultiIndex.from_frame(tables["registrations"][keys].dropna())
    frame = tables["deregistrations"]
    broken = pd.MultiIndex.from_frame(frame[keys]).isin(on)
    return tables.hits(
        "deregistrations", pd.Series(broken, index=frame.index), "deregistration_date"
    )


@rule(
    "REG08",
    "A de-registration has a reason.",
    "Enter the reason; enter reason not known where nobody knows.",
    tables=("deregistrations",),
)
def _no_reason(tables: Tables) -> pd.DataFrame:
    return tables.hits("deregistrations", tables["deregistrations"]["reason"].isna(), "reason")


@rule(
    "REG09",
    "A child de-registered because of age is 16 or over.",
    "Check the reason and the date of birth.",
    tables=("deregistrations", "children"),
)
def _young_for_age(tables: Tables) -> pd.DataFrame:
    frame = tables["deregistrations"]
    age = years_old(frame["born"], frame["deregistration_date"])
    because = frame["reason"] == "child automatically de-registered because of age"
    return tables.hits("deregistrations", because & (age < 16), "reason")


def _without_transfer_meeting(
    tables: Tables, name: str, moved: pd.Series, column: str
) -> pd.DataFrame:
    frame = tables[name]
    meetings = tables["meetings"]
    held = meetings[meetings["meeting_type"] == "transfer"]
    day = last_day(frame, held)
    recent = day + pd.Timedelta(days=28) >= frame["event_date"]
    named = frame["meeting_id"].isin(held["meeting_id"].dropna())
    in_days = frame["event_date"] >= tables.since
    return tables.hits(name, moved & ~recent & ~named & in_days, column)


@rule(
    "REG10",
    "A de-registration marked as a transfer follows a transfer meeting.",
    "Enter the transfer meeting, or mark the de-registration as no transfer.",
    tables=("deregistrations", "meetings"),
    severity=WARNING,
)
def _transfer_out(tables: Tables) -> pd.DataFrame:
    moved = tables["deregistrations"]["transfer"] == "yes"
    return _without_transfer_meeting(tables, "deregistrations", moved, "transfer")


@rule(
    "REG11",
    "A transfer-in registration follows a transfer meeting.",
    "Enter the transfer meeting, or correct the type of the registration.",
    tables=("registrations", "meetings"),
    severity=WARNING,
)
def _transfer_in(tables: Tables) -> pd.DataFrame:
    moved = tables["registrations"]["registration_type"] == "transfer-in"
    return _without_transfer_meeting(tables, "registrations", moved, "registration_type")


@rule(
    "REG12",
    "A child said not to have been registered before has no earlier registration here.",
    "Enter yes for registered before, or check the earlier registration.",
    tables=("registrations",),
)
def _registered_before(tables: Tables) -> pd.DataFrame:
    frame = tables["registrations"]
    # Entered again at birth, the same registration is no earlier one.
    first = frame.groupby("child_id")["registration_date"].transform("min")
    earlier = first < frame["registration_date"]
    return tables.hits(
        "registrations", earlier & (frame["registered_before"] == "no"), "registered_before"
    )


@rule(
    "REG13",
    "Support after de-registration ends after the de-registration.",
    "Check both dates.",
    tables=("deregistrations",),
)
def _support_before(tables: Tables) -> pd.DataFrame:
    frame = tables["deregistrations"]
    broken = frame["support_until_date"] < frame["deregistration_date"]
    return tables.hits("deregistrations", broken, "support_until_date")


@rule(
    "REG14",
    "A de-registration without support after it has no last day of support.",
    "Enter yes for supported, or take the last day of support away.",
    tables=("deregistrations",),
)
def _support_unsaid(tables: Tables) -> pd.DataFrame:
    frame = tables["deregistrations"]
    broken = (frame["supported"] == "no") & frame["support_until_date"].notna()
    return tables.hits("deregistrations", broken, "supported")


@rule(
    "REG15",
    "A registration is of the type of the meeting that decided it.",
    "Correct the type of the registration or of the meeting, or name the right meeting.",
    tables=("registrations", "meetings"),
)
def _types_agree(tables: Tables) -> pd.DataFrame:
    frame = tables["registrations"]
    held = frame["meeting_id"].map(first_of(tables["meetings"], "meeting_id")["meeting_type"])
    means = frame["registration_type"].replace({"transfer-in": "transfer", "temporary": pd.NA})
    return tables.hits(
        "registrations", held.notna() & means.notna() & (held != means), "registration_type"
    )


@rule(
    "REG16",
    "A de-registration was decided by a review or transfer meeting.",
    "Name the right meeting, or correct its type.",
    tables=("deregistrations", "meetings"),
)
def _decided_elsewhere(tables: Tables) -> pd.DataFrame:
    frame = tables["deregistrations"]
    held = frame["meeting_id"].map(first_of(tables["meetings"], "meeting_id")["meeting_type"])
    return tables.hits(
        "deregistrations", held.notna() & ~held.isin(["review", "transfer"]), "meeting_id"
    )


@rule(
    "REG17",
    "Nobody is on the register past the eighteenth birthday.",
    "Enter the de-registration, or check the date of birth.",
    tables=(*BOTH, "children"),
    severity=WARNING,
)
def _grown_up(tables: Tables) -> pd.DataFrame:
    events = register_events(tables)
    last = events.drop_duplicates(["person", "area"], keep="last")
    frame = tables["registrations"]
    still = _of(tables, last[last["kind"] == 1], "registrations")
    today = pd.Series(tables.until, index=frame.index)
    return tables.hits("registrations", still & (years_old(frame["born"], today) >= 18), "child_id")
