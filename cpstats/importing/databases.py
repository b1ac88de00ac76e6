"""What a database holds: tables, views and queries as columns of cells, whole or not at all."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import Any

from ..errors import CannotRead, CpstatsError, UnknownName
from .mappings import Source

#: A query begins with one of these; what does not is the name of a table.
_SQL = re.compile(r"\s*(\(|--|/\*|(select|with|values|table|exec|execute|call|show|from)\b)", re.I)
#: A colon and a word would be a parameter, and a query here has none.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")
#: So many rows are fetched at once.
_FETCHED = 5000

Columns = dict[str, list[Any]]


def read_query(connection: Any, source: Source) -> Columns:
    """
    Read the table, view or query of a source to its end.

    Parameters
    ----------
    connection : object
        From `Connected`.
    source : Source

    Returns
    -------
    dict of str to list
        Cells by column.

    Raises
    ------
    UnknownName
        When there is no such table or view.
    CannotRead
        When two columns have one name.
    """
    import sqlalchemy as sql

    text = source.query.strip()
    if source.of or " " not in text or not _SQL.match(text):
        return _fetched(connection, _select(connection, source.of or text, source.schema))
    return _fetched(connection, sql.text(_PARAMETER.sub(r"\:", text)))


def tables_of(url: str, schema: str = "") -> dict[str, Columns]:
    """
    Give the first rows of every table and view of a database.

    Parameters
    ----------
    url : str
    schema : str
        Empty for the default one.

    Returns
    -------
    dict of str to dict
        By name: cells by column.

    Raises
    ------
    CannotRead
        When the database, or all of a table's first rows, cannot be read.
    """
    with Connected(url) as connection:
        return {
            name: _fetched(connection, _table(name, schema).limit(200))
            for name in sorted(_names(connection, schema))
        }


def _table(name: str, schema: str) -> Any:
    """Ask for all of a table, its name quoted as its database does."""
    import sqlalchemy as sql

    return sql.select(sql.literal_column("*")).select_from(sql.table(name, schema=schema or None))


def _names(connection: Any, schema: str) -> list[str]:
    import sqlalchemy as sql

    inspector = sql.inspect(connection)
    names = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
    with contextlib.suppress(NotImplementedError):
        names += inspector.get_materialized_view_names(schema or None)
    return list(dict.fromkeys(names))


def _select(connection: Any, name: str, schema: str) -> Any:
    """Find a table or view as it is spelt there; `dbo.Registrations` may name its schema."""
    before, _, after = name.rpartition(".")
    places = [(schema, name)] if schema or not before else [("", name), (before, after)]
    for place, plain in places:
        known = _names(connection, place)
        alike = [n for n in known if n.casefold() == plain.casefold()]
        if plain in known or len(alike) == 1:
            return _table(plain if plain in known else alike[0], place)
    # Names of tables are no secret; what they hold is.
    raise UnknownName("table or view of the database", name, known)


def _fetched(connection: Any, statement: Any) -> Columns:
    # Streamed: a big table need not fit into the driver's memory beside ours.
    streamed = not re.match(r"\s*(exec|execute|call|show)\b", str(statement), re.I)
    result = connection.execution_options(stream_results=streamed).execute(statement)
    names = [str(name) for name in result.keys()]  # noqa: SIM118
    refuse_twice(names, "The query")
    rows = [row for part in result.partitions(_FETCHED) for row in part]
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def refuse_twice(names: list[str], where: str) -> None:
    """Refuse columns of one name, of which only one could be kept."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CannotRead(f"{where} has columns of one name: {', '.join(twice)}. Rename one.")


class Connected:
    """A connection to a database, whose errors never repeat a password or a row."""

    def __init__(self, url: str) -> None:
        import sqlalchemy as sql

        try:
            self.engine = sql.create_engine(url)
        except (sql.exc.ArgumentError, sql.exc.NoSuchModuleError, ImportError) as error:
            raise CannotRead(
                f"The database address cannot be used ({type(error).__name__}): write it as "
                "dialect+driver://user:password@host/name, and install the driver."
            ) from None
        # Addresses hold passwords in more places than one: only these parts are ever shown.
        url_ = self.engine.url
        self.kind = url_.get_backend_name()
        self.said = f"the {self.kind} database at {url_.host or 'this machine'}"
        # SQLite would make the file that it does not find.
        name = url_.database or ""
        if self.kind == "sqlite" and name not in {"", ":memory:"} and not name.startswith("file:"):
            path = Path(name).absolute()
            if not path.is_file():
                raise CannotRead(f"There is no database {path}. Correct the path in its address.")

    def __enter__(self) -> Any:
        import sqlalchemy as sql

        engine = self.engine
        if self.kind in {"postgresql", "mysql", "mariadb"}:
            # Every table as it was when the first was read.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            self.connection = engine.connect()
            self.version = self._version()
        except sql.exc.SQLAlchemyError as error:
            self.engine.dispose()
            raise CannotRead(f"Cannot connect to {self.said} ({type(error).__name__}).") from None
        return self.connection

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        import sqlalchemy as sql

        changed = False
        try:
            changed = error is None and self._version() != self.version
        except sql.exc.SQLAlchemyError as dropped:
            error = dropped
        with contextlib.suppress(sql.exc.SQLAlchemyError):
            self.connection.close()
        self.engine.dispose()
        if isinstance(error, Exception) and not isinstance(error, CpstatsError):
            # Drivers have errors of their own, which may hold a row.
            raise CannotRead(
                f"No whole answer from {self.said} ({type(error).__name__}): the query is wrong or "
                "the connection dropped. Nothing was written."
            ) from None
        if changed:
            raise CannotRead(f"{self.said.capitalize()} changed while it was read. Try again.")

    def _version(self) -> Any:
        """Ask SQLite for the number that moves when another connection writes."""
        if self.kind != "sqlite":
            return None
        return self.connection.exec_driver_sql("pragma data_version").scalar()
