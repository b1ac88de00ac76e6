"""Faults planted in a made-up record set on request, each once and each written down."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Frames = dict[str, pd.DataFrame]


def _before_birth(frames: Frames) -> tuple[str, int]:
    row = _of(frames, "registrations", "registration_type", "initial")
    child = frames["registrations"].loc[row, "child_id"]
    at = frames["children"].index[frames["children"]["child_id"] == child][0]
    date = frames["registrations"].loc[row, "registration_date"]
    frames["children"].loc[at, "date_of_birth"] = date + pd.Timedelta(days=400)
    return "registrations", row


def _left_before_coming(frames: Frames) -> tuple[str, int]:
    row = _of(frames, "deregistrations", "transfer", "no", nth=3)
    frames["deregistrations"].loc[row, "deregistration_date"] -= pd.Timedelta(days=3000)
    return "deregistrations", row


def _overlapping(frames: Frames) -> tuple[str, int]:
    table = frames["registrations"]
    row = _of(frames, "registrations", "registration_type", "initial", nth=5)
    again = table.loc[[row]].assign(
        registration_id="S1-FAULT1",
        registration_date=table.loc[row, "registration_date"] + pd.Timedelta(days=9),
    )
    frames["registrations"] = pd.concat([table, again], ignore_index=True)
    return "registrations", len(table)


def _review_without_registration(frames: Frames) -> tuple[str, int]:
    row = _of(frames, "meetings", "outcome", "not registered")
    frames["meetings"].loc[row, ["meeting_type", "outcome"]] = ["review", "remains registered"]
    return "meetings", row


def _past_expected(frames: Frames) -> tuple[str, int]:
    children = frames["children"]
    row = children.index[children["later_id"].notna()][0]
    children.loc[row, "later_id"] = pd.NA
    return "children", row


def _ended_before_it_began(frames: Frames) -> tuple[str, int]:
    table = frames["investigations"]
    row = table.index[table["end_date"].notna()][0]
    table.loc[row, "end_date"] = table.loc[row, "start_date"] - pd.Timedelta(days=7)
    return "investigations", row


def _twins(frames: Frames) -> tuple[str, int]:
    table = frames["children"]
    row = table.index[table["date_of_birth"].notna()][2]
    again = table.loc[[row]].assign(child_id="S1-FAULT2")
    frames["children"] = pd.concat([table, again], ignore_index=True)
    return "children", len(table)


def _no_date_of_birth(frames: Frames) -> tuple[str, int]:
    table = frames["children"]
    row = table.index[table["date_of_birth"].notna()][7]
    table.loc[row, "date_of_birth"] = pd.NaT
    return "children", row


def _impossible_date_of_birth(frames: Frames) -> tuple[str, int]:
    table = frames["children"]
    row = table.index[table["date_of_birth"].notna()][11]
    table.loc[row, "date_of_birth"] = pd.Timestamp("1900-01-01")
    return "children", row


def _nobody(frames: Frames) -> tuple[str, int]:
    frames["discussions"].loc[4, "child_id"] = "S1-NOBODY"
    return "discussions", 4


def _wrong_outcome(frames: Frames) -> tuple[str, int]:
    row = _of(frames, "meetings", "outcome", "not registered", nth=6)
    frames["meetings"].loc[row, "outcome"] = "remains registered"
    return "meetings", row


def _record_before_meeting(frames: Frames) -> tuple[str, int]:
    table = frames["meetings"]
    row = table.index[table["record_date"].notna()][9]
    table.loc[row, "record_date"] = table.loc[row, "meeting_date"] - pd.Timedelta(days=20)
    return "meetings", row


def _repeated_row(frames: Frames) -> tuple[str, int]:
    table = frames["core_groups"]
    again = table.iloc[[0]].assign(core_group_id="S1-FAULT3")
    frames["core_groups"] = pd.concat([table, again], ignore_index=True)
    return "core_groups", len(table)


def _year_missing(frames: Frames) -> tuple[str, int]:
    table = frames["discussions"]
    year = table["discussion_date"].dt.year
    middle = int(year.median())
    start, end = pd.Timestamp(middle, 8, 1), pd.Timestamp(middle + 1, 7, 31)
    frames["discussions"] = table[~table["discussion_date"].between(start, end)].reset_index(
        drop=True
    )
    return "discussions", 0


#: Each fault in words, and how it is planted. The one that takes rows out comes last.
FAULTS: dict[str, Callable[[Frames], tuple[str, int]]] = {
    "registration before birth that is not pre-birth": _before_birth,
    "de-registration before its registration": _left_before_coming,
    "registration while already registered": _overlapping,
    "review meeting of a child not registered": _review_without_registration,
    "unborn child long past the expected date of birth": _past_expected,
    "investigation that ended before it began": _ended_before_it_began,
    "two identifiers that may be one child": _twins,
    "date of birth missing": _no_date_of_birth,
    "date of birth that cannot be": _impossible_date_of_birth,
    "identifier that refers to nobody": _nobody,
    "outcome that the type of meeting cannot have": _wrong_outcome,
    "record sent before the meeting": _record_before_meeting,
    "row entered twice": _repeated_row,
    "a year of inter-agency referral discussions missing": _year_missing,
}


def plant(frames: Frames) -> tuple[Frames, pd.DataFrame]:
    """
    Plant every fault once.

    Parameters
    ----------
    frames : dict of str to DataFrame
        From `synthesise`.

    Returns
    -------
    frames : dict of str to DataFrame
        With the faults; what was given is as it was.
    faults : DataFrame
        Columns fault, table and line (of the CSV file, its header being line 1; 0 where rows are
        missing).
    """
    faulty = {name: frame.copy() for name, frame in frames.items()}
    rows = []
    for fault, spoil in FAULTS.items():
        table, row = spoil(faulty)
        rows.append((fault, table, 0 if spoil is _year_missing else row + 2))
    return faulty, pd.DataFrame(rows, columns=["fault", "table", "line"])


def _of(frames: Frames, table: str, column: str, value: str, nth: int = 0) -> int:
    frame = frames[table]
    return int(frame.index[(frame[column] == value).fillna(False)][nth])
