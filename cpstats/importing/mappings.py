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
from ..errors import CpstatsError, UnknownName
from ..records import CODES, TABLES, Table

_TOP: dict[str, Any] = {
    "areas": list,
    "since": dt.date,
    "until": dt.date,
    "title": str,
    "synthetic": bool,
    "guidance_2021_from": dt.date,
    "database": str,
    "codes": dict,
    "tables": dict,
}
_NEEDED = ("areas", "since", "until", "tables")
_TABLE: dict[str, Any] = {
    "file": str,
    "sheet": str,
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
    """

    table: Table
    file: Path | None
    sheet: str
    query: str
    columns: dict[str, str]
    constants: dict[str, str]
    dates: str

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return self.file.name if self.file else f"the query for {self.table.id}"


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
    UnknownName
        For a key, table, column or code list that is not known.
    CpstatsError
        When it is no TOML, lacks a key, or a value is of the wrong kind.
    """
    path = Path(path)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CpstatsError(f"Cannot read the mapping {path}: {error}.") from error
    _check_kinds(given, _TOP, f"key of the mapping {path.name}")
    missing = [key for key in _NEEDED if not given.get(key)]
    if missing:
        raise CpstatsError(f"The mapping {path.name} lacks: {', '.join(missing)}.")
    if given["until"] < given["since"]:
        raise CpstatsError(f"In the mapping {path.name}, until is before since.")
    given["areas"] = [areas.find(name).name for name in given["areas"]]
    kept = ("title", "areas", "since", "until", "synthetic", "guidance_2021_from")
    return Mapping(
        path=path,
        sources=tuple(_source(path, name, said) for name, said in given["tables"].items()),
        codes=_codes(given.get("codes", {})),
        database=_filled_in(given.get("database", "")),
        manifest={key: given[key] for key in kept if key in given},
    )


def _check_kinds(given: dict[str, Any], kinds: dict[str, Any], what: str) -> None:
    for key, value in given.items():
        if key not in kinds:
            raise UnknownName(what, key, kinds)
        if type(value) is not kinds[key]:
            raise CpstatsError(f"The {what} {key!r} must be a {_SAID[kinds[key]]}.")


_SAID: dict[Any, str] = {
    list: "list of texts",
    dt.date: "date without quotes, such as 2012-08-01",
    str: "text in quotes",
    bool: "true or false",
    dict: "table",
}


def _source(path: Path, name: str, said: Any) -> Source:
    if name not in TABLES:
        raise UnknownName("table of records", name, TABLES)
    if not isinstance(said, dict):
        raise CpstatsError(f"In the mapping {path.name}, tables.{name} must be a table.")
    _check_kinds(said, _TABLE, f"key of tables.{name}")
    table = TABLES[name]
    columns, constants = said.get("columns", {}), said.get("constants", {})
    for column, value in (*columns.items(), *constants.items()):
        if column not in table.columns:
            raise UnknownName(f"column of {name}", column, table.columns)
        if not isinstance(value, str):
            raise CpstatsError(f"In tables.{name}, {column} must be a text in quotes.")
    if ("file" in said) == ("query" in said):
        raise CpstatsError(f"In the mapping {path.name}, give tables.{name} a file or a query.")
    file = path.parent / said["file"] if "file" in said else None
    return Source(
        table=table,
        file=file,
        sheet=said.get("sheet", ""),
        query=said.get("query", ""),
        columns={c: columns.get(c, c) for c in table.columns if c not in constants},
        constants=constants,
        dates=said.get("dates", "%Y-%m-%d"),
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
            raise CpstatsError(f"The mapping asks for {match[1]}, which the environment has not.")
        value = os.environ[match[1]]
        # A whole address stands as it is; a part of one may hold signs that mean something there.
        return value if match[0] == url else quote_plus(value)

    return re.sub(r"\$\{(\w+)\}", value, url)
