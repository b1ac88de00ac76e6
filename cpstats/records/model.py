"""The record model, after the national child protection return: tables, fields and code lists.

The Scottish Government's record specification is not to hand. The model holds what published
tables show that the return must hold, and what the timescales of the national guidance need.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from importlib import resources

#: The types of fields. A key identifies its row; an id refers to a row of another table.
TYPES = ("key", "id", "area", "code", "date", "text")


@dataclass(frozen=True)
class Field:
    """One column of a table of the model.

    Attributes
    ----------
    name : str
    type : str
        One of `TYPES`.
    needed : bool
        Whether every row must have it.
    codes : str
        The code list of a coded field; empty for others.
    refers_to : str
        The table whose key it names; empty for none.
    about : str
    """

    name: str
    type: str
    needed: bool
    codes: str
    refers_to: str
    about: str


@dataclass(frozen=True)
class Table:
    """One table of the model.

    Attributes
    ----------
    id, name, about : str
    fields : tuple of Field
        The key first.
    """

    id: str
    name: str
    about: str
    fields: tuple[Field, ...]

    @property
    def key(self) -> str:
        """The column that identifies a row."""
        return self.fields[0].name

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return [field.name for field in self.fields]

    def __getitem__(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Code:
    """One word of a code list.

    Attributes
    ----------
    code : str
        As it stands in the data and on the page.
    since, until : datetime.date or None
        First and last day of its use; None where it has no end.
    also : tuple of str
        Other and older ways of saying it.
    source : str
    """

    code: str
    since: dt.date | None
    until: dt.date | None
    also: tuple[str, ...]
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _tables() -> dict[str, Table]:
    fields: dict[str, list[Field]] = {}
    for row in _rows("fields.csv"):
        needed = row["needed"] == "yes"
        field = Field(
            row["field"], row["type"], needed, row["codes"], row["refers_to"], row["about"]
        )
        fields.setdefault(row["table"], []).append(field)
    return {
        r["table"]: Table(r["table"], r["name"], r["about"], tuple(fields[r["table"]]))
        for r in _rows("tables.csv")
    }


def _codes() -> dict[str, tuple[Code, ...]]:
    lists: dict[str, list[Code]] = {}
    for row in _rows("codes.csv"):
        also = tuple(word.strip() for word in row["also"].split(";") if word.strip())
        code = Code(row["code"], _day(row["since"]), _day(row["until"]), also, row["source"])
        lists.setdefault(row["list"], []).append(code)
    return {name: tuple(codes) for name, codes in lists.items()}


#: Every table by its id.
TABLES: dict[str, Table] = _tables()

#: Every code list by its name.
CODES: dict[str, tuple[Code, ...]] = _codes()
