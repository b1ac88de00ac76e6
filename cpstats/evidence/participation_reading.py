"""A log of meetings: who was invited, who came, whose views were heard, who had an advocate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataProblems, Problem
from .long_tables import (
    NOT_RECORDED,
    Row,
    at_most,
    lacking,
    read_about,
    read_answer,
    read_day,
    rows_of,
    told,
)

CHILD, MOTHER, FATHER, PARENT, CARER = "child", "mother", "father", "parent", "carer"
ROLES = (CHILD, MOTHER, FATHER, PARENT, CARER)
#: How a person's views reached a meeting; all but "no" count as heard.
WAYS = ("in person", "by advocate", "in writing", "by worker", "by app", "no")
_ANSWERS = ("invited", "attended", "advocacy_offered", "advocacy_used")
_COLUMNS = ("meeting", "date", "meeting_type", "role", "age", *_ANSWERS[:2], "views",
            *_ANSWERS[2:])  # fmt: skip
_KEYS: dict[str, Any] = {
    "title": str, "area": str, "until": dt.date, "eligible_from": int, "synthetic": bool,
}  # fmt: skip
_OLDEST = 25


@dataclass(frozen=True)
class ParticipationLog:
    """Meetings, and a row for each child and adult who had a part in them.

    Attributes
    ----------
    rows : DataFrame
        `meeting, date, meeting_type, role, age` (float), `invited, attended, views,
        advocacy_offered, advocacy_used` (str: "yes", "no", "not recorded", "not applicable"; views
        as in `WAYS`).
    title, area, source : str
    date : date
        The last day covered.
    eligible_from : int
        The age from which a child is asked to take part, in years.
    synthetic : bool
    """

    rows: pd.DataFrame
    title: str
    area: str
    source: str
    date: dt.date
    eligible_from: int
    synthetic: bool


def read_participation(path: str | Path, about: str | Path) -> ParticipationLog:
    """
    Read a log of meetings.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with the columns `meeting, date, meeting_type, role, age, invited, attended,
        views, advocacy_offered, advocacy_used`; a row for each meeting and person. `age` is the
        child's, and blank for an unborn child or where it is not known: a meeting whose type says
        "pre-birth" or "unborn" is of an unborn child. An optional `person` (a number, never a name)
        tells two people of one role and the same answers apart.
    about : str or Path
        TOML with `title, area, until`, and `eligible_from` (5 without it), `synthetic`.

    Returns
    -------
    ParticipationLog
        Blank answers are "not recorded".

    Raises
    ------
    CannotRead
        When a file cannot be read.
    DataProblems
        With everything wrong in both: also a row that stands twice, and a meeting with two
        children, dates or types.
    """
    path = Path(path)
    facts, problems = read_about(Path(about), _KEYS, ("title", "area", "until"))
    rows, amiss = rows_of(path, _COLUMNS, ("person",))
    read, wrong = [], []
    for line, row in rows:
        found, said = _row(row, facts.get("until"))
        wrong += [Problem(path.name, line, *one) for one in said]
        read.append(found)
    wrong += _twice(path.name, [line for line, _ in rows], read)
    problems += [*amiss, *(p for p in wrong if p.column not in lacking(amiss))]
    if problems:
        raise DataProblems(at_most(problems))
    frame = pd.DataFrame(read, columns=list(_COLUMNS)).astype({"age": "float64"})
    frame["date"] = pd.to_datetime(frame["date"])
    return ParticipationLog(
        frame, facts["title"], facts["area"], path.name, facts["until"],
        facts.get("eligible_from", 5), facts.get("synthetic", False),
    )  # fmt: skip


def _twice(file: str, lines: list[int], read: list[dict[str, Any]]) -> Iterator[Problem]:
    """Refuse a row that stands twice, and a meeting that is two."""
    rows: dict[tuple[str, ...], int] = {}
    meetings: dict[tuple[str, str], tuple[int, Any]] = {}
    for line, found in zip(lines, read, strict=True):
        key, number = tuple(map(str, found.values())), found["meeting"]
        if not number:
            continue
        if key in rows:
            said = f"stands word for word in row {rows[key]} too"
            remedy = "Take it out; two people of one role are told apart in a column `person`"
            yield Problem(file, line, "meeting", told(number), said, remedy)
            continue
        rows[key] = line
        for column, words, remedy in _ONE_OF_EACH:
            if (column == "role" and found["role"] != CHILD) or found.get(column) is None:
                continue
            first, held = meetings.setdefault((number, column), (line, found[column]))
            if first != line and (column == "role" or held != found[column]):
                yield Problem(file, line, "meeting", told(number), f"has {words} {first}", remedy)


_APART = "Give each child's meeting a number of its own, also of siblings"
_ONE_OF_EACH = (
    ("role", "a second child, after row", _APART),
    ("date", "another date than in row", "Mend one of the two, or give each meeting its number"),
    ("meeting_type", "another type than in row", "Mend one of the two"),
)


def _row(row: Row, until: dt.date | None) -> tuple[dict[str, Any], list[tuple[str, str, str, str]]]:
    """Read one row, and say what in it cannot be so."""
    wrong = []
    found: dict[str, Any] = {
        "meeting": row["meeting"],
        "person": row["person"],
        "meeting_type": row["meeting_type"].lower() or NOT_RECORDED,
    }
    if not row["meeting"]:
        wrong.append(("meeting", "", "is blank", "Give each meeting a number"))
    found["role"] = row["role"].casefold()
    if found["role"] not in ROLES:
        wrong.append(
            ("role", told(row["role"], ROLES), "is no role", f"Write one of: {', '.join(ROLES)}")
        )
    try:
        found["date"] = read_day(row["date"])
        if until is not None and found["date"] > until:
            said, remedy = "comes after the time covered", "Mend it, or give a later `until`"
            wrong.append(("date", told(row["date"]), said, remedy))
    except ValueError:
        wrong.append(("date", told(row["date"]), "is no date", "Write it as 2021-10-31"))
    found["age"] = float(row["age"]) if row["age"].isdigit() else np.nan
    if row["age"] and not (row["age"].isdigit() and int(row["age"]) <= _OLDEST):
        wrong.append(("age", told(row["age"]), "is no age", "Write completed years, or nothing"))
    for column in _ANSWERS:
        answer = read_answer(row[column])
        found[column] = _said(answer)
        if answer is None:
            remedy = "Write yes, no, not recorded or not applicable"
            wrong.append((column, told(row[column], ("yes", "no")), "is no answer", remedy))
    found["views"] = _views(row["views"])
    if found["views"] is None:
        said, remedy = "is no way of giving views", f"Write one of: {', '.join(WAYS)}"
        wrong.append(("views", told(row["views"], WAYS), said, remedy))
    if found["advocacy_used"] == "yes" and found["advocacy_offered"] == "no":
        said = "was used without being offered"
        wrong.append(("advocacy_used", "yes", said, "Mend one of the two"))
    return found, wrong


def _said(answer: bool | str | None) -> str | None:
    return ("yes" if answer else "no") if isinstance(answer, bool) else answer


def _views(text: str) -> str | None:
    """Read how views were given; yes by itself tells no way."""
    said = {"app": "by app", "writing": "in writing"}.get(text.casefold(), text.casefold())
    if said in WAYS:
        return said
    answer = _said(read_answer(said))
    return None if answer == "yes" else answer
