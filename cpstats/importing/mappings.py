"""The mapping file: where each table of the record model is in the partnership's own exports."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from .. import areas
from ..errors import CannotRead, DataNotFound, UnknownName, named_in
from ..records import CODES, TABLES, Table

_TOP: dict[str, Any] = {
    "areas": list,
    "since": dt.date,
    "until": dt.date,
    "title": str,
    "synthetic": bool,
    "guidance_2021_from": dt.date,
    "database": str,
    "missing": list,
    "codes": dict,
    "tables": dict,
}
_NEEDED = ("areas", "since", "until", "tables")
_TABLE: dict[str, Any] = {
    "file": str,
    "sheet": str,
    "header": int,
    "table": str,
    "schema": str,
    "query": str,
    "columns": dict,
    "constants": dict,
    "dates": str,
}


@dataclass(frozen=True)
class Source:
    """Where one table comes from, and what its columns are called there.

    Attributes
    ----------
    table : Table
        Of the model.
    file : Path or None
    sheet : str
        Of an Excel workbook; empty for the first.
    query : str
        SQL, or the name of a table of the database; empty for a file.
    columns : dict of str to str
        Columns of the model, and what they are called in the source.
    constants : dict of str to str
        Columns of the model with one value throughout.
    dates : str
        How dates are written, as `datetime.strptime` has it.
    header : int
        The line of a file that holds the headings.
    of : str
        The table or view of the database; empty for a file or a query.
    schema : str
        Its schema; empty for the default one.
    missing : tuple of str
        Words that stand for what is missing, in lower case.
    """

    table: Table
    file: Path | None
    sheet: str
    query: str
    columns: dict[str, str]
    constants: dict[str, str]
    dates: str
    header: int = 1
    of: str = ""
    schema: str = ""
    missing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call it in a message."""
        if self.file:
            return self.file.name
        return f"the table {self.of}" if self.of else f"the query for {self.table.id}"


@dataclass(frozen=True)
class Mapping:
    """A mapping file, read.

    Attributes
    ----------
    path : Path
    sources : tuple of Source
    codes : dict of str to dict
        By code list: words of the source, and the codes that they stand for.
    database : str
        A SQLAlchemy URL, with `${NAME}` filled in from the environment; empty for none.
    manifest : dict
        What goes into `records.toml`.
    """

    path: Path
    sources: tuple[Source, ...]
    codes: dict[str, dict[str, str]]
    database: str
    manifest: dict[str, Any]


def read_mapping(path: str | Path) -> Mapping:
    """
    Read a mapping file.

    Parameters
    ----------
    path : str or Path
        TOML.

    Returns
    -------
    Mapping

    Raises
    ------
    DataNotFound
        When there is no such file.
    UnknownInFile
        For a key, table, column or code list that is not known.
    CannotRead
        When it is no TOML, lacks a key, or a value is of the wrong kind.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DataNotFound(f"There is no mapping {path}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read the mapping {path}: {error}.") from error
    with named_in(path.name):
        return _mapping(path, given)


def _mapping(path: Path, given: dict[str, Any]) -> Mapping:
    _check_kinds(given, _TOP, "key of a mapping")
    missing = [key for key in _NEEDED if not given.get(key)]
    if missing:
        raise CannotRead(f"The mapping {path.name} lacks: {', '.join(missing)}.")
    if given["until"] < given["since"]:
        raise CannotRead(f"In the mapping {path.name}, until is before since.")
    for key in ("areas", "missing"):
        if not all(isinstance(word, str) for word in given.get(key, [])):
            raise CannotRead(f"In the mapping {path.name}, {key} must be a list of texts.")
    absent = tuple(word.strip().casefold() for word in given.get("missing", []))
    given["areas"] = [areas.find(name).name for name in given["areas"]]
    kept = ("title", "areas", "since", "until", "synthetic", "guidance_2021_from")
    return Mapping(
        path=path,
        sources=tuple(_source(path, name, said, absent) for name, said in given["tables"].items()),
        codes=_codes(given.get("codes", {})),
        database=_filled_in(given.get("database", "")),
        manifest={key: given[key] for key in kept if key in given},
    )


def _check_kinds(given: dict[str, Any], kinds: dict[str, Any], what: str) -> None:
    for key, value in given.items():
        if key not in kinds:
            raise UnknownName(what, key, kinds)
        if type(value) is not kinds[key]:
            raise CannotRead(f"The {what} {key!r} must be a {_SAID[kinds[key]]}.")


_SAID: dict[Any, str] = {
    int: "whole number",
    list: "list of texts",
    dt.date: "date without quotes, such as 2012-08-01",
    str: "text in quotes",
    bool: "true or false",
    dict: "table",
}


def _source(path: Path, name: str, said: Any, missing: tuple[str, ...]) -> Source:
    if name not in TABLES:
        raise UnknownName("table of records", name, TABLES)
    if not isinstance(said, dict):
        raise CannotRead(f"In the mapping {path.name}, tables.{name} must be a table.")
    _check_kinds(said, _TABLE, f"key of tables.{name}")
    table = TABLES[name]
    columns, constants = said.get("columns", {}), said.get("constants", {})
    for column, value in (*columns.items(), *constants.items()):
        if column not in table.columns:
            raise UnknownName(f"column of {name}", column, table.columns)
        if not isinstance(value, str):
            raise CannotRead(f"In tables.{name}, {column} must be a text in quotes.")
    if sum(key in said for key in ("file", "table", "query")) != 1:
        raise CannotRead(
            f"In the mapping {path.name}, give tables.{name} a file or a query, or the name of a "
            "table of the database."
        )
    _check_dates(path, name, said.get("dates", "%Y-%m-%d"))
    if said.get("header", 1) < 1:
        raise CannotRead(f"In tables.{name}, header is the line of the headings: 1 or more.")
    file = path.parent / said["file"] if "file" in said else None
    return Source(
        table=table,
        file=file,
        sheet=said.get("sheet", ""),
        query=said.get("query", ""),
        columns={c: columns.get(c, c) for c in table.columns if c not in constants},
        constants=constants,
        dates=said.get("dates", "%Y-%m-%d"),
        header=said.get("header", 1),
        of=said.get("table", ""),
        schema=said.get("schema", ""),
        missing=missing,
    )


def _check_dates(path: Path, name: str, pattern: str) -> None:
    """Refuse a pattern that could not give back the day that it wrote."""
    for day in (dt.datetime(2019, 7, 31, tzinfo=dt.UTC), dt.datetime(2001, 2, 3, tzinfo=dt.UTC)):
        try:
            read = dt.datetime.strptime(day.strftime(pattern), pattern)
            kept = read.date() == day.date()
        except ValueError:
            kept = False
        if not kept or pattern.startswith("%Y-%d-%m"):
            raise CannotRead(
                f"In the mapping {path.name}, dates of tables.{name} cannot be {pattern!r}: write "
                '"%d/%m/%Y" for 31/07/2019, "%d-%b-%Y" for 31-Jul-2019, "%d/%m/%Y %H:%M" for '
                "31/07/2019 14:30."
            )


def _codes(given: dict[str, Any]) -> dict[str, dict[str, str]]:
    for name, words in given.items():
        if name not in CODES:
            raise UnknownName("code list", name, CODES)
        known = [code.code for code in CODES[name]]
        for code in words.values():
            # A word left without a code is not mapped yet: it will be reported where it stands.
            if code and code not in known:
                raise UnknownName(f"code of {name}", code, known)
    return given


def _filled_in(url: str) -> str:
    """Fill in `${NAME}` from the environment, so that a password need not be written down."""

    def value(match: re.Match) -> str:
        if match[1] not in os.environ:
            raise CannotRead(f"The mapping asks for {match[1]}, which the environment has not.")
        value = os.environ[match[1]]
        # A whole address stands as it is; a part of one may hold signs that mean something there.
        return value if match[0] == url else quote_plus(value)

    return re.sub(r"\$\{(\w+)\}", value, url)
