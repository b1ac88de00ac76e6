"""Records at rest and in use: a folder of tables, opened on the engine that will count them.

A record set is a folder with one CSV or Parquet file for each table it has, named after the table
(or a folder of Parquet parts of that name, as clusters write them), and `records.toml`, which says
whose records they are and which days they cover. Opened, each table is a lazy narwhals frame, so
that one expression serves pandas, DuckDB and Spark.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import tomllib
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import narwhals as nw

from .. import areas
from ..engine_names import Engine
from ..errors import CannotRead, DataNotFound, UnknownName, named_in
from .engines import connect, says_synthetic, scan, settle
from .model import TABLES

MANIFEST = "records.toml"

#: Under which key of `kept` it stands how to drop what was worked out.
_DROPS = "drops"

#: The kinds of what it says.
_KINDS = {
    "areas": list,
    "since": dt.date,
    "until": dt.date,
    "synthetic": bool,
    "title": str,
    "guidance_2021_from": dt.date,
}


@dataclass(frozen=True)
class Records:
    """A record set, opened on an engine.

    Attributes
    ----------
    tables : dict of str to narwhals LazyFrame
        The tables it has, by id. A table that was not collected is not there. Columns are all
        those of the model: keys, ids, areas, codes and texts as strings, dates as dates
        (datetime64[s] on pandas, DATE elsewhere); what is missing is null.
    areas : tuple of str
        The councils whose records they are.
    since, until : datetime.date
        First and last day that they cover, both inside.
    synthetic : bool
        Whether they are made up.
    engine : Engine
    title : str
    source : str
        What to print under a figure made from them.
    guidance_2021_from : datetime.date
        The day from which the area follows the timescales of the 2021 guidance.
    """

    tables: dict[str, nw.LazyFrame]
    areas: tuple[str, ...]
    since: dt.date
    until: dt.date
    synthetic: bool
    engine: Engine = Engine.PANDAS
    title: str = ""
    guidance_2021_from: dt.date = dt.date(2021, 9, 1)
    holds: Any = field(default=None, repr=False, compare=False)  # keeps a connection alive
    #: The columns that a query asks for; without it, all. Who a child is need not always be joined.
    wanted: frozenset[str] | None = field(default=None, repr=False, compare=False)
    #: What was worked out once; views of records in memory are asked for again and again.
    kept: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def source(self) -> str:
        """What to print under a figure made from these records."""
        return source_of(synthetic=self.synthetic, title=self.title)

    def once(self, key: Hashable, make: Callable[[], nw.LazyFrame]) -> nw.LazyFrame:
        """Work a frame out, or plan it, once."""
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]

    def settled(self, frame: nw.LazyFrame) -> nw.LazyFrame:
        """Work a step of a long query out; see `engines.settle`."""
        found, drop = settle(frame, self.holds)
        self.kept.setdefault(_DROPS, []).append(drop)
        return found

    @contextlib.contextmanager
    def query(self) -> Iterator[Records]:
        """Open the records for one question; what an engine worked out for it is then dropped.

        In memory it is kept instead: the next question asks for it again.
        """
        if self.engine is Engine.PANDAS:
            yield self
            return
        asked = replace(self, kept={})
        try:
            yield asked
        finally:
            for drop in asked.kept.get(_DROPS, ()):
                drop()

    def wants(self, *columns: str) -> bool:
        """Tell whether a query asks for any of these columns."""
        return self.wanted is None or bool(self.wanted & set(columns))

    def table(self, name: str) -> nw.LazyFrame:
        """Give one table.

        Raises
        ------
        UnknownName
            When the model has no such table.
        DataNotFound
            When these records do not hold it.
        """
        if name not in TABLES:
            raise UnknownName("table of records", name, TABLES)
        if name not in self.tables:
            raise DataNotFound(f"These records hold no table of {TABLES[name].name.lower()}.")
        return self.tables[name]


def source_of(*, synthetic: bool, title: str) -> str:
    """Say in one line whose records they are: what is made up says so first."""
    said = "SYNTHETIC records, made up by a generator" if synthetic else "Local records"
    title = title.removeprefix("SYNTHETIC: ")
    return f"{said}: {title}" if title else said


def open_records(path: str | Path, *, engine: str | Engine = Engine.PANDAS) -> Records:
    """
    Open a record set.

    Parameters
    ----------
    path : str or Path
        Its folder, or the file of one of its tables (CSV or Parquet).
    engine : str
        "pandas", "duckdb" or "spark".

    Returns
    -------
    Records

    Raises
    ------
    DataNotFound
        When there is no record set in that folder.
    UnknownName
        For an engine that is not known.
    CannotRead
        When its manifest cannot be read.
    """
    folder = set_folder(path)
    if engine not in list(Engine):
        raise UnknownName("engine", engine, list(Engine))
    engine = Engine(engine)
    manifest = read_manifest(folder)
    connection = connect(engine)
    files = {name: file for name in TABLES if (file := table_file(folder, name))}
    tables = {name: scan(file, TABLES[name], engine, connection) for name, file in files.items()}
    return Records(
        tables=tables,
        areas=tuple(areas.find(name).name for name in manifest["areas"]),
        since=manifest["since"],
        until=manifest["until"],
        # Rows that say so are believed, whatever the manifest says.
        synthetic=manifest["synthetic"] or any(map(says_synthetic, files.values())),
        engine=engine,
        title=manifest.get("title", ""),
        guidance_2021_from=manifest.get("guidance_2021_from", Records.guidance_2021_from),
        holds=connection,
    )


def set_folder(path: str | Path) -> Path:
    """Find the folder of a record set by itself or by one of its tables.

    Raises
    ------
    DataNotFound
        For a table on its own, which says neither whose it is nor which days it covers.
    """
    found = Path(path)
    is_table = found.stem in TABLES and found.suffix in {".csv", ".parquet"}
    if not is_table or not found.exists():
        return found
    if not (found.parent / MANIFEST).is_file():
        raise DataNotFound(
            f"{found} is a table on its own: it says neither whose records it holds nor which days "
            f"they cover. Write a {MANIFEST} beside it that does (docs/records.md)."
        )
    return found.parent


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what `records.toml` says of a record set."""
    path = folder / MANIFEST
    if not path.is_file():
        raise DataNotFound(f"There is no {MANIFEST} in {folder}: it is not a record set.")
    try:
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    missing = [key for key in ("areas", "since", "until", "synthetic") if key not in manifest]
    if missing:
        raise CannotRead(f"{path} lacks: {', '.join(missing)}.")
    wrong = [k for k, kind in _KINDS.items() if k in manifest and type(manifest[k]) is not kind]
    if wrong or not all(isinstance(name, str) for name in manifest["areas"]):
        raise CannotRead(
            f'{path}: {", ".join(wrong) or "areas"} cannot be read. Write areas = ["Fife"], dates '
            "as since = 2012-08-01 without quotes, synthetic = true or false, titles in quotes."
        )
    if manifest["until"] < manifest["since"]:
        raise CannotRead(f"{path}: until is before since.")
    with named_in(str(path)):
        manifest["areas"] = [areas.find(name).name for name in manifest["areas"]]
    return manifest


def table_file(folder: Path, table: str) -> Path | None:
    """Find the file of a table in a record set; None when it was not collected."""
    for suffix in (".parquet", ".csv"):
        if (folder / f"{table}{suffix}").exists():
            return folder / f"{table}{suffix}"
    return None
