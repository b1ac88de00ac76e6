"""What can go wrong, said to the person who has to mend it.

CpstatsError
├── UnknownName      a name that is not in a list (area, indicator, year, parameter)
│   └── UnknownInFile   such a name in a file, where the file must be mended
├── ImpossibleInput  numbers that no rate or proportion can be made of
├── DataProblems     a table with problems, all of them at once
├── CannotRead       a file or database that is there and cannot be used as it is
├── BadSchedule      a schedule of reports with problems, all of them at once
├── DataNotFound     no data package, or a resource that it does not hold
├── CannotWrite      a file that could not be written
└── ReportFailed     a report that could not be made, or must not leave
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass


class CpstatsError(Exception):
    """The root of every error that cpstats raises on purpose."""


class UnknownName(CpstatsError):
    """A name that is not among the known ones; says the nearest.

    Parameters
    ----------
    kind : str
        What sort of name it is: "area", "indicator", "year".
    name : str
        The name that was given.
    known : iterable of str
        The names that would have been accepted.
    near : iterable of str, optional
        The nearest of them, where the caller knows better than their spelling tells.
    """

    def __init__(
        self, kind: str, name: object, known: Iterable[str], near: Iterable[str] = ()
    ) -> None:
        self.kind, self.name, self.known = kind, str(name), list(known)
        self.nearest = list(near) or nearest(self.name, self.known)
        article = "an" if kind[0] in "aeiou" else "a"
        said = f"There is no {kind} called {self.name!r}."
        if not self.name.strip():
            said = f"Give {article} {kind}."
        if self.nearest:
            said += f" Did you mean {' or '.join(repr(n) for n in self.nearest)}?"
        elif self.known:
            said += f" Known: {', '.join(self.known[:40])}."
        super().__init__(said)


class UnknownInFile(UnknownName):
    """A name in a file that is not among the known ones: the file is wrong, not the command.

    Parameters
    ----------
    file : str
    error : UnknownName
        What was found wrong in it.
    """

    def __init__(self, file: str, error: UnknownName) -> None:
        self.kind, self.name, self.known = error.kind, error.name, error.known
        self.nearest = error.nearest
        CpstatsError.__init__(self, f"In {file}: {error}")


@contextmanager
def named_in(file: str) -> Iterator[None]:
    """Say of a name that is not known in which file it stands.

    Parameters
    ----------
    file : str
    """
    try:
        yield
    except UnknownInFile:
        raise
    except UnknownName as error:
        raise UnknownInFile(file, error) from None


def nearest(name: str, known: Iterable[str], at_most: int = 3) -> list[str]:
    """Find the known names most like a mistyped one, nearest first.

    Parameters
    ----------
    name : str
        As typed.
    known : iterable of str
    at_most : int

    Returns
    -------
    list of str
        Empty when nothing is near.

    Examples
    --------
    >>> nearest("dundee", ["Dundee City", "Fife"])
    ['Dundee City']
    """
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    wanted = name.casefold().strip()
    starts = [k for k in folded if wanted and k.startswith(wanted)]
    close = difflib.get_close_matches(wanted, folded, n=at_most, cutoff=0.6)
    return [folded[k] for k in dict.fromkeys([*starts, *close])][:at_most]


class ImpossibleInput(CpstatsError, ValueError):
    """Numbers that no rate or proportion can be made of."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a table: where it stands, and what to do about it."""

    file: str
    line: int | None
    column: str
    value: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = self.file + (f", line {self.line}" if self.line else "")
        if self.column:
            where += f", column {self.column}"
        value = f" {self.value!r}" if self.value else ""
        return f"{where}:{value} {self.problem}. {self.remedy}"


class DataProblems(CpstatsError):
    """Everything that is wrong with some tables, in one error.

    Parameters
    ----------
    problems : iterable of Problem
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        head = "1 problem in the data:" if count == 1 else f"{count} problems in the data:"
        super().__init__("\n  ".join([head, *map(str, self.problems)]))

    def rows(self) -> list[tuple]:
        """Give the problems as rows: file, line, column, value, problem, remedy."""
        return [astuple(p) for p in self.problems]


class CannotRead(CpstatsError):
    """A file, a database or a record set that is there and cannot be used as it is."""


class BadSchedule(CpstatsError):
    """Everything that is wrong with a schedule of reports, in one error.

    Parameters
    ----------
    problems : iterable of str
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(dict.fromkeys(problems))
        super().__init__("\n  ".join(["The schedule has problems:", *self.problems]))


class DataNotFound(CpstatsError):
    """No data package where one was looked for, or no such resource in it."""


class CannotWrite(CpstatsError):
    """A file that could not be written; what was there before is still there."""


class ReportFailed(CpstatsError):
    """A report that could not be made, or must not leave.

    Attributes
    ----------
    notebook : str
        Its notebook as far as it ran, where a cell failed. It can hold what must not leave.
    """

    notebook: str = ""
    #: What may stand where others read it: the cell and the kind of error, and no value.
    briefly: str = ""


class Contradiction(CpstatsError):
    """What is released contradicts itself, so that no counts at all could lie behind it."""


class NotProven(CpstatsError):
    """The solver came to no verdict, and nothing leaves on a maybe."""
