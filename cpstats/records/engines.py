"""A file of a table, opened as a lazy frame by the engine that will count it.

Every engine gives the same columns: those of the model, null where the file has no such column or
no such value.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd

from ..engine_names import Engine
from ..errors import CannotRead, CpstatsError
from .model import Table

#: The column that every row of made-up records carries.
SYNTHETIC = "synthetic"


def connect(engine: Engine) -> Any:
    """Open what an engine needs: a DuckDB connection, a Spark session, or nothing for pandas."""
    if engine is Engine.DUCKDB:
        import duckdb

        return duckdb.connect()
    if engine is Engine.SPARK:
        return _spark()
    return None


def scan(path: Path, table: Table, engine: Engine, connection: Any) -> nw.LazyFrame:
    """
    Open a file of a table.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, ISO dates, empty for missing) or Parquet.
    table : Table
        Of the model.
    engine : Engine
    connection : object
        From `connect`.

    Returns
    -------
    narwhals LazyFrame

    Raises
    ------
    CannotRead
        When the file cannot be read. DuckDB and Spark read rows when they count: see `collect`.
    """
    try:
        if engine is Engine.PANDAS:
            return nw.from_native(from_pandas(_read_pandas(path), table)).lazy()
        if engine is Engine.DUCKDB:
            return _scan_duckdb(path, table, connection)
        return _scan_spark(path, table, connection)
    except CpstatsError:
        raise
    except Exception as error:
        # The message of an engine may hold a child's row: only its kind is passed on.
        raise CannotRead(
            f"Cannot read {path.name} ({type(error).__name__}): it is not a table with dates "
            "written as 2019-07-31. `cpstats validate` says which lines are wrong."
        ) from None


def says_synthetic(path: Path) -> bool:
    """Tell whether a file of a table has the column that every row of made-up records carries."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as parquet

        part = next(path.rglob("*.parquet"), None) if path.is_dir() else path
        return part is not None and SYNTHETIC in parquet.read_schema(part).names
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return SYNTHETIC in file.readline().strip().split(",")


def from_pandas(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Give a frame the columns and types of a table of the model; "" becomes null."""
    nothing = pd.Series(pd.NA, index=frame.index, dtype="str")
    columns = {}
    for field in table.fields:
        column = frame.get(field.name, nothing)
        columns[field.name] = _dates(column) if field.type == "date" else _texts(column)
    return pd.DataFrame(columns, index=frame.index)


def to_engine(frame: pd.DataFrame, table: Table, engine: Engine, connection: Any) -> nw.LazyFrame:
    """Hand a frame of a table of the model to an engine."""
    return hand_over(from_pandas(frame, table), engine, connection)


def hand_over(frame: pd.DataFrame, engine: Engine, connection: Any) -> nw.LazyFrame:
    """Hand a frame in memory to an engine: texts, whole numbers and dates."""
    if engine is Engine.PANDAS:
        return nw.from_native(frame).lazy()
    import pyarrow as pa

    def kind(column: pd.Series) -> Any:
        if pd.api.types.is_datetime64_any_dtype(column):
            return pa.date32()
        return pa.int64() if pd.api.types.is_integer_dtype(column) else pa.string()

    schema = pa.schema([(name, kind(frame[name])) for name in frame])
    arrow = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    if engine is Engine.DUCKDB:
        return nw.from_native(connection.from_arrow(arrow))
    return nw.from_native(connection.createDataFrame(arrow))


def settle(frame: nw.LazyFrame, connection: Any) -> tuple[nw.LazyFrame, Callable[[], object]]:
    """
    Work out a step of a long query now, so that what builds on it need not plan it again.

    A frame that is used twice is worked out twice by an engine, and one that is used twice at each
    of ten steps a thousand times.

    Parameters
    ----------
    frame : narwhals LazyFrame
    connection : object
        From `connect`.

    Returns
    -------
    frame : narwhals LazyFrame
        The same rows: on DuckDB a table in the connection's memory or its overflow, on Spark a
        checkpoint; on pandas they are worked out as it is.
    drop : callable
        Gives the room back, once nobody uses the frame.
    """
    if frame.implementation.is_pandas():
        return frame, lambda: None
    with _nothing_told():
        if frame.implementation.is_duckdb():
            name = f"settled_{uuid.uuid4().hex}"
            frame.to_native().create(name)
            settled = nw.from_native(connection.table(name))
            return settled, lambda: connection.execute(f"DROP TABLE {name}")
        # Spark lets go of a checkpoint by itself, when nothing refers to it any more.
        return nw.from_native(frame.to_native().localCheckpoint()), lambda: None


def in_order(
    frame: nw.LazyFrame, *, within: str, by: str
) -> tuple[nw.LazyFrame | nw.DataFrame, Callable[[nw.Expr], nw.Expr]]:
    """
    Make ready for expressions that look at the rows before and after.

    Parameters
    ----------
    frame : narwhals LazyFrame
    within : str
        What the rows are of, such as a person.
    by : str
        The column that orders them, each value once within it.

    Returns
    -------
    frame : narwhals LazyFrame or DataFrame
        On pandas sorted, once: it would be sorted again for each expression otherwise; with a
        column `_of` more unless `within` is of whole numbers.
    over : callable
        Makes of an expression the same within each, in order.
    """
    if frame.implementation.is_pandas():
        ordered = frame.collect().sort(within, by)
        if ordered.schema[within].is_integer():
            return ordered, lambda expression: expression.over(within)
        # Numbered, as a text would be looked up again for each expression too.
        first = (nw.col(within) != nw.col(within).shift(1)).fill_null(True)
        numbered = ordered.with_columns(_of=first.cast(nw.Int64).cum_sum())
        return numbered, lambda expression: expression.over("_of")
    return frame, lambda expression: expression.over(within, order_by=by)


def collect(frame: nw.LazyFrame) -> pd.DataFrame:
    """Bring a small result home as pandas, dates as datetime64[s], whatever the engine."""
    if frame.implementation.is_pandas():
        result = frame.collect().to_native().reset_index(drop=True)
    else:
        result = _fetched(frame)
    for name in result.columns:
        if pd.api.types.is_datetime64_any_dtype(result[name]):
            result[name] = result[name].dt.tz_localize(None).astype("datetime64[s]")
    return result


def _fetched(frame: nw.LazyFrame) -> pd.DataFrame:
    with _nothing_told():
        return frame.collect("pyarrow").to_native().to_pandas(date_as_object=False)


@contextlib.contextmanager
def _nothing_told() -> Iterator[None]:
    """Tell that records cannot be counted; as in `scan`, what an engine says may hold a row."""
    try:
        yield
    except Exception as error:
        raise CannotRead(
            f"The records could not be counted ({type(error).__name__}): a file changed or cannot "
            "be read. `cpstats validate` says which lines are wrong."
        ) from None


def _texts(column: pd.Series) -> pd.Series:
    column = column.astype("str")
    empty = column == ""
    return column.mask(empty) if empty.any() else column


def _dates(column: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("datetime64[s]")
    if column.isna().all():
        return pd.Series(pd.NaT, index=column.index, dtype="datetime64[s]")
    return pd.to_datetime(column.replace("", pd.NA), format="ISO8601").astype("datetime64[s]")


def _read_pandas(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _scan_duckdb(path: Path, table: Table, connection: Any) -> nw.LazyFrame:
    reader = "read_parquet({})" if path.suffix == ".parquet" else "read_csv({}, all_varchar=true)"
    files = path / "**" / "*.parquet" if path.is_dir() else path
    source = connection.sql(f"SELECT * FROM {reader.format(_quoted(str(files)))}")
    has = set(source.columns)
    chosen = []
    for field in table.fields:
        kind = "DATE" if field.type == "date" else "VARCHAR"
        value = f"nullif(CAST({field.name} AS VARCHAR), '')" if field.name in has else "NULL"
        if field.name in has and field.type == "date" and path.suffix == ".parquet":
            value = field.name
        chosen.append(f"CAST({value} AS {kind}) AS {field.name}")
    return nw.from_native(source.project(", ".join(chosen)))


def _scan_spark(path: Path, table: Table, connection: Any) -> nw.LazyFrame:
    from pyspark.sql import functions as spark

    if path.suffix == ".parquet":
        frame = connection.read.parquet(str(path))
    else:
        frame = connection.read.csv(str(path), header=True, multiLine=True, escape='"')
    chosen = []
    for field in table.fields:
        kind = "date" if field.type == "date" else "string"
        value = spark.col(field.name) if field.name in frame.columns else spark.lit(None)
        if kind == "string":
            value = spark.when(value.cast(kind) != "", value.cast(kind))
        chosen.append(value.cast(kind).alias(field.name))
    return nw.from_native(frame.select(chosen))


def _spark() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise CpstatsError(
            "The Spark engine needs PySpark: pip install 'cpstats[spark]', and Java 17."
        ) from error
    session = SparkSession.getActiveSession()
    return session or SparkSession.builder.appName("cpstats").getOrCreate()
