"""Small record sets for tests: tables drawn as text or given as rows."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from cpstats.records import TABLES, Engine, Records
from cpstats.records.engines import connect, to_engine


def drawn(text: str) -> list[dict]:
    """Read a table drawn with bars; an empty cell is missing, a date is written 2019-07-31."""
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    head, *rows = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(head, map(_value, row), strict=True)) for row in rows]


def _value(cell: str):
    if not cell:
        return None
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        return cell


def records(
    engine: str = "pandas",
    *,
    areas: tuple[str, ...] = ("Fife",),
    since: dt.date = dt.date(2012, 8, 1),
    until: dt.date = dt.date(2021, 7, 31),
    **tables: str | list[dict],
) -> Records:
    """Make a record set of tables drawn or given as rows; keys and areas are filled in."""
    engine = Engine(engine)
    connection = connect(engine)
    frames = {}
    for name, given in tables.items():
        rows = drawn(given) if isinstance(given, str) else given
        table = TABLES[name]
        frame = pd.DataFrame(rows, columns=[c for c in table.columns if rows and c in rows[0]])
        if table.key not in frame:
            frame[table.key] = [f"{name[:2]}{n:05d}" for n in range(len(frame))]
        if "area" in table.columns and "area" not in frame:
            frame["area"] = areas[0]
        for field in table.fields:
            if field.type == "date" and field.name in frame:
                frame[field.name] = pd.to_datetime(frame[field.name]).astype("datetime64[s]")
            elif field.name in frame:
                frame[field.name] = frame[field.name].astype("str")
        frames[name] = to_engine(frame, table, engine, connection)
    return Records(
        tables=frames,
        areas=areas,
        since=since,
        until=until,
        synthetic=True,
        engine=engine,
        holds=connection,
    )
