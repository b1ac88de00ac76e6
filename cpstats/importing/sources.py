"""A source as text, row by row with its line: CSV, Excel, Parquet or a database."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import csvfiles
from ..errors import CpstatsError, DataNotFound, Problem
from .mappings import Source

#: The column that says where a row stands in its source: a name that no source has.
LINE = "[line]"


@dataclass(frozen=True)
class Raw:
    """A source as text.

    Attributes
    ----------
    name : str
        What to call it in a message.
    frame : DataFrame
        Every column as text, "" where blank, and `line`: of a CSV file, or the row of a sheet,
        Parquet file or query. Dates that the source holds as dates are written 2019-07-31.
    problems : list of Problem
    """

    name: str
    frame: pd.DataFrame
    problems: list[Problem]


def read_source(source: Source, database: str) -> Raw:
    """
    Read a source.

    Parameters
    ----------
    source : Source
    database : str
        SQLAlchemy URL, for a query.

    Returns
    -------
    Raw

    Raises
    ------
    DataNotFound
        When there is no such file, sheet or database.
    CpstatsError
        When it cannot be read to its end, or changes while it is read.
    """
    if source.file is None:
        return Raw(source.name, _from_database(source, database), [])
    if not source.file.is_file():
        raise DataNotFound(f"There is no file {source.file}, which the mapping names.")
    before = _seal(source.file)
    raw = read_file(source.file, source.sheet)
    if _seal(source.file) != before:
        raise CpstatsError(f"{source.file.name} changed while it was read. Try again.")
    return raw


def read_file(path: Path, sheet: str = "") -> Raw:
    """Read a CSV, Excel or Parquet file."""
    kind = path.suffix.lower()
    if kind == ".csv":
        table = csvfiles.read(path)
        frame = pd.DataFrame([r.cells for r in table.rows], columns=table.columns, dtype="str")
        frame[LINE] = [r.line for r in table.rows]
        return Raw(path.name, frame, [*table.problems, *_cut_short(path.name, table)])
    if kind not in {".xlsx", ".parquet"}:
        raise CpstatsError(f"{path.name} is no CSV, Excel (.xlsx) or Parquet file.")
    try:
        frame = _from_excel(path, sheet) if kind == ".xlsx" else pd.read_parquet(path)
    except CpstatsError:
        raise
    except Exception as error:
        raise CpstatsError(
            f"Cannot read {path.name} ({type(error).__name__}): it is broken or not whole. "
            "Make the export again."
        ) from None
    return Raw(path.name, _as_text(frame, first=2 if kind == ".xlsx" else 1), [])


def _cut_short(name: str, table: csvfiles.RawTable) -> list[Problem]:
    """Refuse last rows of which only the first cell is there: a child with nothing, or a note."""
    if not table.notes:
        return []
    said = f"ends in {len(table.notes)} lines with nothing but their first cell"
    return [Problem(name, None, "", "", said, "Make the export again, or take out what is no row")]


def tables_of(url: str) -> dict[str, pd.DataFrame]:
    """Give the first rows of every table of a database, as text."""
    import sqlalchemy as sql

    with _Connected(url) as connection:
        names = sql.inspect(connection).get_table_names()
        return {n: _as_text(_rows(connection, n, limit=200), first=1) for n in sorted(names)}


def _seal(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_mtime_ns, hashlib.file_digest(file, "sha256").hexdigest()


def _from_excel(path: Path, sheet: str) -> pd.DataFrame:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        if sheet and sheet not in book.sheetnames:
            raise DataNotFound(
                f"{path.name} has no sheet {sheet!r}. It has: {', '.join(book.sheetnames)}."
            )
        rows = list(book[sheet or book.sheetnames[0]].iter_rows(values_only=True))
    finally:
        book.close()
    if not rows:
        raise CpstatsError(f"{path.name} has an empty sheet.")
    head = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    _refuse_twice([name for name in head if name], path.name)
    frame = pd.DataFrame(rows[1:], columns=head, dtype="object")
    return frame.loc[:, [bool(name) for name in head]]


def _refuse_twice(names: list[str], where: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CpstatsError(f"{where} has columns of one name: {', '.join(twice)}. Rename one.")


def _from_database(source: Source, url: str) -> pd.DataFrame:
    if not url:
        raise CpstatsError(f"tables.{source.table.id} has a query, but no database is named.")
    with _Connected(url) as connection:
        return _as_text(_rows(connection, source.query), first=1)


def _rows(connection: Any, query: str, limit: int | None = None) -> pd.DataFrame:
    import sqlalchemy as sql

    if " " not in query.strip():
        query = f"select * from {sql.sql.quoted_name(query.strip(), quote=None)}"
    result = connection.execute(sql.text(query))
    _refuse_twice(list(result.keys()), "The query")
    rows = result.fetchmany(limit) if limit else result.fetchall()
    return pd.DataFrame(rows, columns=list(result.keys()), dtype="object")


class _Connected:
    """A connection to a database, whose errors never repeat a password or a row."""

    def __init__(self, url: str) -> None:
        import sqlalchemy as sql

        try:
            self.engine = sql.create_engine(url)
        except (sql.exc.ArgumentError, sql.exc.NoSuchModuleError, ImportError) as error:
            raise CpstatsError(
                f"The database address cannot be used ({type(error).__name__}): write it as "
                "dialect+driver://user:password@host/name, and install the driver."
            ) from None
        # Addresses hold passwords in more places than one: only these parts are ever shown.
        url_ = self.engine.url
        self.said = f"the {url_.get_backend_name()} database at {url_.host or 'this machine'}"

    def __enter__(self) -> Any:
        import sqlalchemy as sql

        try:
            self.connection = self.engine.connect()
        except sql.exc.SQLAlchemyError as error:
            self.engine.dispose()
            raise CpstatsError(f"Cannot connect to {self.said} ({type(error).__name__}).") from None
        return self.connection

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        import sqlalchemy as sql

        with contextlib.suppress(sql.exc.SQLAlchemyError):
            self.connection.close()
        self.engine.dispose()
        if isinstance(error, sql.exc.SQLAlchemyError):
            raise CpstatsError(
                f"No whole answer from {self.said} ({type(error).__name__}): the query is wrong or "
                "the connection dropped. Nothing was written."
            ) from None


def _as_text(frame: pd.DataFrame, *, first: int) -> pd.DataFrame:
    """Write every cell as text; rows that are blank throughout are left out."""
    text = pd.DataFrame({str(c): [_written(v) for v in frame[c]] for c in frame}, dtype="str")
    text[LINE] = range(first, first + len(text))
    blank = (text.drop(columns=LINE) == "").all(axis=1)
    return text[~blank].reset_index(drop=True)


def _written(value: Any) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
