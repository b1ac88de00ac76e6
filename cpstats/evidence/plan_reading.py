"""An improvement plan as it is written down: actions, and what was said of each over time.

A plan is a table with a row for each update of an action: the first says all of it, later ones only
what changed. Leads are roles, never people.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .. import catalogue
from ..errors import CannotRead, DataProblems, Problem, nearest
from .due_dates import Due, read_due
from .long_tables import Row, at_most, lacking, read_day, rows_of
from .participation import MEASURES

COLUMNS = ("id", "area_for_improvement", "kind", "action", "programme", "lead", "due", "milestone",
           "evidence", "as_of", "status")  # fmt: skip
#: What an action is, in words; each update carries it on or changes it.
WORDS = ("area_for_improvement", "kind", "action", "programme", "lead", "milestone")
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
#: A spreadsheet saved as CSV gives days their hour.
_MIDNIGHT = re.compile(r"[ T]00:00(:00)?$")
#: Nothing but these tells a person from a role: two words with capitals may be a team.
_PERSON = re.compile(r"\b(Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Cllr|Sir|Dame)\b\.?\s+[A-Z]|\S@\S")


@dataclass(frozen=True)
class Update:
    """What a plan said of an action on a day.

    Attributes
    ----------
    as_of : date
    status : str
    due : Due
    words : dict of str to str
        `WORDS` as they stood on that day.
    """

    as_of: dt.date
    status: str
    due: Due
    words: dict[str, str]


@dataclass(frozen=True)
class Action:
    """One action of a plan, with its history.

    Attributes
    ----------
    id : str
    evidence : tuple of str
        Links such as "indicator:register_rate", "record_reading:plan".
    updates : tuple of Update
        In the order of their days.
    """

    id: str
    evidence: tuple[str, ...]
    updates: tuple[Update, ...]

    @property
    def began(self) -> dt.date:
        """The day of its own first entry."""
        return self.updates[0].as_of

    def until(self, on: dt.date) -> tuple[Update, ...]:
        """Give the updates known on a day; none where it was not yet written."""
        return tuple(u for u in self.updates if u.as_of <= on)


@dataclass(frozen=True)
class Plan:
    """An improvement plan.

    Attributes
    ----------
    name : str
    actions : tuple of Action
    synthetic : bool
        Whether its history is made up.
    lines : dict
        The row of each link, by action and link: where to mend one that points nowhere.
    """

    name: str
    actions: tuple[Action, ...]
    synthetic: bool = False
    lines: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def began(self) -> dt.date:
        """The day of its first entry."""
        return min(action.began for action in self.actions)


def read_plan(path: str | Path) -> Plan:
    """
    Read an improvement plan.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with the columns `id, area_for_improvement, kind, action, programme, lead, due,
        milestone, evidence, as_of, status`; a row for each update. `evidence` holds links parted by
        ";". A column `synthetic` marks a plan that is made up. Any other column is refused.

    Returns
    -------
    Plan
        What a later row leaves blank stays as it was; what it says anew stands from its day on,
        and links are added. "tbc", "ongoing", "standing item" and "six-monthly" keep their meaning:
        such an action has no date to be late for, unless the plan says by when it begins.

    Raises
    ------
    CannotRead
        When it cannot be read.
    DataProblems
        With every column, cell and link that cannot be used.
    """
    path = Path(path)
    rows, problems = rows_of(path, COLUMNS, ())
    wrong: list[Problem] = []
    updates: dict[str, list[Update | None]] = {}
    links: dict[str, list[str]] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in rows:
        held = updates.setdefault(row["id"], [])
        said, update = _update(row, held[-1] if held else None, first=not held)
        wrong += [Problem(path.name, line, *one) for one in said]
        held.append(update or (held[-1] if held else None))
        if update and len(held) > 1 and held[-2] and held[-2].as_of >= update.as_of:
            wrong.append(Problem(path.name, line, "as_of", row["id"], *_DISORDER))
        for link in _links(row):
            links.setdefault(row["id"], []).append(link)
            lines.setdefault((row["id"], link), line)
    problems += [problem for problem in wrong if problem.column not in lacking(problems)]
    if problems:
        raise DataProblems(at_most(problems))
    if not updates:
        raise CannotRead(f"Cannot read {path.name}: it has no actions.")
    actions = tuple(
        Action(key, tuple(dict.fromkeys(links.get(key, ()))), tuple(u for u in held if u))
        for key, held in updates.items()
    )
    made_up = any(row["synthetic"] for _, row in rows)
    return Plan(path.stem, actions, made_up, lines)


_DISORDER = ("has updates of the same day, or out of order", "Put each on its own day, in order")


def _update(
    row: Row, before: Update | None, *, first: bool
) -> tuple[list[tuple[str, str, str, str]], Update | None]:
    """Read one row; what it leaves out stays as it was."""
    wrong = list(_amiss(row, first=first))
    status = _ALSO.get(row["status"].casefold(), row["status"].casefold())
    due, as_of = before.due if before else None, None
    if row["due"] or first:
        try:
            due = read_due(row["due"])
        except ValueError as error:
            said, _, remedy = str(error).partition("|")
            wrong.append(("due", row["due"], said, remedy))
    try:
        as_of = read_day(_MIDNIGHT.sub("", row["as_of"])) if row["as_of"] else None
    except ValueError:
        wrong.append(("as_of", row["as_of"], "is no date", "Write it as 2022-02-10"))
    if wrong or as_of is None or due is None:
        return wrong, None
    words = {c: row[c] or (before.words[c] if before else "") for c in WORDS}
    return [], Update(as_of, status, due, words)


def _amiss(row: Row, *, first: bool) -> Iterator[tuple[str, str, str, str]]:
    """Say what is wrong with the words of a row."""
    for column in _ASKED:
        if not row[column]:
            yield column, "", "is blank", f"Give the {column} of the action"
    for column in ("area_for_improvement", "action", "lead"):
        if first and not row[column]:
            yield column, "", "is blank in the first row of an action", "Say what it is"
    status = row["status"].casefold()
    if status and status not in (*STATUSES, *_ALSO):
        near = " or ".join(nearest(status, [*STATUSES, *_ALSO])) or ", ".join(STATUSES)
        yield "status", row["status"], "is no status", f"Write {near}"
    if _PERSON.search(row["lead"]):
        # A name is not repeated.
        yield "lead", "", "names a person", "Write the role: a lead is whoever holds it"
    for link in _links(row):
        if said := link_amiss(link):
            yield "evidence", link, *said


def _links(row: Row) -> list[str]:
    return [link.strip() for link in row["evidence"].split(";") if link.strip()]


def link_amiss(link: str, known: Iterable[str] | None = None) -> tuple[str, str] | None:
    """
    Say what is wrong with a link to evidence.

    Parameters
    ----------
    link : str
        "record_reading:plan".
    known : iterable of str, optional
        Names of its kind; without it, those that do not depend on anybody's files: indicators of
        the catalogue, and measures of participation.

    Returns
    -------
    tuple of str, or None
        Problem and remedy; None where nothing is.
    """
    kind, _, name = link.partition(":")
    if kind not in LINKS or not name:
        near = nearest(kind, LINKS)
        kinds = f"Did you mean {near[0]}:{name}?" if near and name else f"Kinds: {', '.join(LINKS)}"
        return "is no link to evidence", f"Write a kind, a colon and a name. {kinds}"
    fixed: dict[str, Iterable[str]] = {"indicator": catalogue.CATALOGUE, "participation": MEASURES}
    names = list(fixed.get(kind, ()) if known is None else known)
    if not names or name in names:
        return None
    near = nearest(name, names)
    remedy = f"Did you mean {kind}:{near[0]}?" if near else f"Known: {', '.join(names[:12])}"
    return f"names nothing that {kind.replace('_', ' ')} has", remedy
