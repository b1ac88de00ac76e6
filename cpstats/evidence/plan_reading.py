"""An improvement plan as it is written down: actions, and what was said of each over time.

A plan is a table with a row for each update of an action: the first says all of it, later ones only
what changed. Leads are roles, never people.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CannotRead, DataProblems, Problem, nearest
from ..importing import workbooks
from .due_dates import UNSET, Due, read_due

COLUMNS = ("id", "area_for_improvement", "kind", "action", "programme", "lead", "due", "milestone",
           "evidence", "as_of", "status")  # fmt: skip
_ASKED = ("id", "as_of", "status")
PLANNED, UNDER_WAY, COMPLETE, STOPPED = "planned", "under way", "complete", "stopped"
STATUSES = (PLANNED, UNDER_WAY, COMPLETE, STOPPED)
_ALSO = {"not started": PLANNED, "not yet started": PLANNED, "in progress": UNDER_WAY,
         "started": UNDER_WAY, "on track": UNDER_WAY, "ongoing": UNDER_WAY, "delayed": UNDER_WAY,
         "completed": COMPLETE, "done": COMPLETE, "finished": COMPLETE, "closed": COMPLETE,
         "cancelled": STOPPED, "withdrawn": STOPPED, "superseded": STOPPED}  # fmt: skip
#: Where evidence of an action may be: the kind, then its name.
LINKS = ("indicator", "record_reading", "staff_survey", "children_survey", "parents_survey",
         "outcomes", "participation")  # fmt: skip


@dataclass(frozen=True)
class Update:
    """What a plan said of an action on a day."""

    as_of: dt.date
    status: str
    due: Due


@dataclass(frozen=True)
class Action:
    """One action of a plan, with its history.

    Attributes
    ----------
    id, area_for_improvement, kind, action, programme, lead, milestone : str
    evidence : tuple of str
        Links such as "indicator:register_rate", "record_reading:plan".
    updates : tuple of Update
        In the order of their days.
    """

    id: str
    area_for_improvement: str
    kind: str
    action: str
    programme: str
    lead: str
    milestone: str
    evidence: tuple[str, ...]
    updates: tuple[Update, ...]

    def until(self, on: dt.date) -> tuple[Update, ...]:
        """Give the updates known on a day; the first where it was not yet written."""
        return tuple(u for u in self.updates if u.as_of <= on) or self.updates[:1]


@dataclass(frozen=True)
class Plan:
    """An improvement plan.

    Attributes
    ----------
    name : str
    actions : tuple of Action
    """

    name: str
    actions: tuple[Action, ...]

    @property
    def began(self) -> dt.date:
        """The day of its first entry."""
        return min(action.updates[0].as_of for action in self.actions)


def read_plan(path: str | Path) -> Plan:
    """
    Read an improvement plan.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with the columns `id, area_for_improvement, kind, action, programme, lead, due,
        milestone, evidence, as_of, status`; a row for each update. `evidence` holds links parted by
        ";".

    Returns
    -------
    Plan
        "tbc", "ongoing", "standing item" and "six-monthly" keep their meaning: such an action has
        no date to be late for.

    Raises
    ------
    CannotRead
        When it cannot be read or lacks columns.
    DataProblems
        With every row that cannot be used.
    """
    path = Path(path)
    rows = list(_rows(path))
    lacking = [c for c in COLUMNS if not rows or c not in rows[0]]
    if lacking:
        raise CannotRead(f"Cannot read {path.name}: it has no column {', '.join(lacking)}.")
    problems: list[Problem] = []
    updates: dict[str, list[tuple[dict[str, str], Update]]] = {}
    for line, row in enumerate(rows, 2):
        if not any(row.values()):
            continue
        first = row["id"] not in updates
        before = None if first else updates[row["id"]][-1][1].due
        wrong, update = _update(row, before, first=first)
        problems += [Problem(path.name, line, *said) for said in wrong]
        if row["id"] and (update or first):
            entry = (row, update or Update(dt.date.min, PLANNED, Due(UNSET, None, 0, "")))
            updates.setdefault(row["id"], []).append(entry)
    problems += list(_disordered(path.name, updates))
    if problems:
        raise DataProblems(problems)
    if not updates:
        raise CannotRead(f"Cannot read {path.name}: it has no actions.")
    return Plan(path.stem, tuple(_action(key, held) for key, held in updates.items()))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix.casefold() == ".xlsx":
        columns, problems = workbooks.read(path, "", 1)
        if problems:
            raise DataProblems(problems)
        for cells in zip(*columns.values(), strict=True):
            yield dict(zip(columns, map(_plain, cells), strict=True))
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                yield {key: _plain(value) for key, value in row.items() if key}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error


def _plain(cell: Any) -> str:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _update(
    row: dict[str, str], before: Due | None, *, first: bool
) -> tuple[list[tuple[str, str, str, str]], Update | None]:
    """Read one row; what it leaves out stays as it was."""
    wrong = [(c, "", "is blank", f"Give the {c} of the action") for c in _ASKED if not row[c]]
    wrong += [
        (c, "", "is blank in the first row of an action", "Say what it is")
        for c in ("area_for_improvement", "action", "lead") if first and not row[c]
    ]  # fmt: skip
    status = row["status"].casefold()
    status = _ALSO.get(status, status)
    if status and status not in STATUSES:
        near = " or ".join(nearest(status, [*STATUSES, *_ALSO])) or ", ".join(STATUSES)
        wrong.append(("status", row["status"], "is no status", f"Write {near}"))
    for link in _links(row):
        if link.partition(":")[0] not in LINKS or not link.partition(":")[2]:
            remedy = f"Write a kind ({', '.join(LINKS)}), a colon and a name"
            wrong.append(("evidence", link, "is no link to evidence", remedy))
    due, as_of = before, None
    if row["due"] or first:
        try:
            due = read_due(row["due"])
        except ValueError as error:
            said, _, remedy = str(error).partition("|")
            wrong.append(("due", row["due"], said, remedy))
    try:
        as_of = dt.date.fromisoformat(row["as_of"][:10]) if row["as_of"] else None
    except ValueError:
        wrong.append(("as_of", row["as_of"], "is no date", "Write it as 2022-02-10"))
    if wrong or as_of is None or due is None:
        return wrong, None
    return [], Update(as_of, status, due)


def _links(row: dict[str, str]) -> list[str]:
    return [link.strip() for link in row["evidence"].split(";") if link.strip()]


def _disordered(file: str, updates: dict[str, list]) -> Iterator[Problem]:
    """Find updates of one action that do not follow each other in time."""
    for key, held in updates.items():
        days = [update.as_of for _, update in held]
        if any(a >= b for a, b in itertools.pairwise(days)):
            said = "has updates of the same day, or out of order"
            yield Problem(file, None, "as_of", key, said, "Put each on its own day, in order")


def _action(key: str, held: list[tuple[dict[str, str], Update]]) -> Action:
    first = held[0][0]
    links = dict.fromkeys(link for row, _ in held for link in _links(row))
    said = {c: first[c] for c in COLUMNS[1:8] if c != "due"}
    return Action(key, **said, evidence=tuple(links), updates=tuple(u for _, u in held))
