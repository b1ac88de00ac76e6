"""A source as text, row by row with its line: CSV, Excel, Parquet or a database."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from .. import csvfiles
from ..errors import CannotRead, Problem
from . import databases, workbooks
from .mappings import Source

#: The column that says where a row stands in its source: a name that no source has.
LINE = "[line]"
#: So many rows of a CSV file that cannot be read are listed; the rest are counted.
_LISTED = 20
_AGAIN = "Make the export again"


@dataclass(frozen=True)
class Raw:
    """A source as text.

    Attributes
    ----------
    name : str
        What to call it in a message.
    frame : DataFrame
        Every column as text, "" where blank, and `line`: of a CSV file, or the row of a sheet,
        Parquet file or query. Dates that the source holds as dates are written 2019-07-31; those
        with a time zone, by the clock in Scotland.
    problems : list of Problem
        Why it, or some of its rows, could not be read.
    """

    name: str
    frame: pd.DataFrame
    problems: list[Problem]


def read_sources(sources: Iterable[Source], database: str) -> list[Raw]:
    """
    Read the sources of a mapping, all of them as they were at one time.

    Parameters
    ----------
    sources : iterable of Source
    database : str
        SQLAlchemy URL, for tables and queries.

    Returns
    -------
    list of Raw
        One for each source; a file that cannot be read says so in its problems.

    Raises
    ------
    UnknownName
        When the database has no such table.
    CannotRead
        When the database cannot be read to its end, or a file changes meanwhile.
    """
    sources = list(sources)
    files = {s.file for s in sources if s.file and s.file.is_file()}
    before = {file: _seal(file) for file in files}
    with contextlib.ExitStack() as stack:
        asked = [s for s in sources if s.file is None]
        if asked and not database:
            raise CannotRead(f"tables.{asked[0].table.id} has a query, but no database is named.")
        connection = stack.enter_context(databases.Connected(database)) if asked else None
        raws = [_read(source, connection) for source in sources]
    changed = sorted(file.name for file in files if _seal(file) != before[file])
    if changed:
        raise CannotRead(f"{', '.join(changed)} changed while it was read. Try again.")
    return raws


def _read(source: Source, connection: Any) -> Raw:
    if source.file is None:
        columns = databases.read_query(connection, source)
        return Raw(source.name, as_text(columns, first=1), [])
    if not source.file.is_file():
        said = f"is not in {source.file.parent}"
        return _unread(source.name, said, "Put it there, or correct its name in the mapping")
    return read_file(source.file, source.sheet, source.header)


def _unread(name: str, said: str, remedy: str) -> Raw:
    return Raw(name, pd.DataFrame({LINE: []}), [Problem(name, None, "", "", said, remedy)])


def read_file(path: Path, sheet: str = "", header: int = 1) -> Raw:
    """
    Read a CSV, Excel or Parquet file.

    Parameters
    ----------
    path : Path
    sheet : str
        Of a workbook; empty for the first.
    header : int
        The line of the headings.

    Returns
    -------
    Raw
    """
    kind = path.suffix.lower()
    try:
        if kind == ".csv":
            return _from_csv(path, header)
        if kind in {".xlsx", ".xlsm"}:
            columns, problems = workbooks.read(path, sheet, header)
            return Raw(path.name, as_text(columns, first=header + 1), problems)
        if kind == ".parquet":
            return Raw(path.name, as_text(_from_parquet(path), first=1), [])
    except CannotRead as error:
        return _unread(path.name, str(error), "Correct the mapping, or make the export again")
    except OSError as error:
        if error.strerror:
            return _unread(path.name, f"cannot be read: {error.strerror}", "See who may read it")
        return _broken(path, error)
    except Exception as error:
        return _broken(path, error)
    return _unread(path.name, "is no CSV, Excel (.xlsx) or Parquet file", "Save it as one of them")


def _broken(path: Path, error: Exception) -> Raw:
    # What a parser says may hold a child's row: only its kind is passed on.
    said = f"cannot be read ({type(error).__name__}): it is broken or not whole"
    locked = ", without a password" if path.suffix.lower() != ".parquet" else ""
    return _unread(path.name, said, _AGAIN + locked)


def _from_csv(path: Path, header: int) -> Raw:
    table = csvfiles.read(path, header=header)
    frame = pd.DataFrame([r.cells for r in table.rows], columns=table.columns, dtype="str")
    frame[LINE] = [r.line for r in table.rows]
    odd = _odd_text(path)
    problems = odd or [*table.problems, *_cut_short(path.name, len(table.notes))]
    if len(problems) > _LISTED:
        said = f"has {len(problems) - _LISTED:,} more problems of this kind"
        problems = [*problems[:_LISTED], Problem(path.name, None, "", "", said, _AGAIN)]
    return Raw(path.name, frame, problems)


def _odd_text(path: Path) -> list[Problem]:
    """Refuse what would be read with wrong letters: UTF-16 that does not say so, two encodings."""
    held, said = path.read_bytes(), ""
    if b"\0" in held and not held.startswith((b"\xff\xfe", b"\xfe\xff")):
        said = "is UTF-16 text, or no text"
    with contextlib.suppress(UnicodeDecodeError):
        held.decode("utf-8")
        held = b""
    if re.search(rb"\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]", held):
        said = said or "is UTF-8 in some places and Windows-1252 in others"
    return [Problem(path.name, None, "", "", said, "Save it as CSV UTF-8")] if said else []


def _cut_short(name: str, rows: int) -> list[Problem]:
    """Refuse last rows of which only the first cell is there: a child with nothing, or a note."""
    if not rows:
        return []
    said = f"ends in {rows} lines with nothing but their first cell"
    return [Problem(name, None, "", "", said, f"{_AGAIN}, or take out what is no row")]


def _from_parquet(path: Path) -> databases.Columns:
    import pyarrow.parquet as parquet

    table = parquet.ParquetFile(path).read()
    databases.refuse_twice(table.column_names, "It")
    return {name: table[name].to_pylist() for name in table.column_names}


def _seal(path: Path) -> tuple[int, int, str]:
    try:
        with path.open("rb") as file:
            what = path.stat()
            return what.st_mtime_ns, what.st_ino, hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return 0, 0, ""  # what cannot be read is said where it is read


def as_text(columns: databases.Columns, *, first: int) -> pd.DataFrame:
    """Write every cell as text; rows that are blank throughout are left out."""
    text = pd.DataFrame({c: map(_written, cells) for c, cells in columns.items()}, dtype="str")
    text[LINE] = range(first, first + len(text))
    blank = (text.drop(columns=LINE) == "").all(axis=1)
    return text[~blank].reset_index(drop=True)


def _written(value: Any) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, dt.datetime) and value.tzinfo:
        # Midnight of a summer's day is 23:00 of the day before in UTC.
        value = value.astimezone(ZoneInfo("Europe/London"))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float | Decimal) and value % 1 == 0:
        return str(int(value))
    if isinstance(value, bytes):
        return value.hex()
    return str(value).strip()
