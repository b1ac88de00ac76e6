"""Rules about how rows are named, refer to one another and are coded."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..records import CODES, TABLES, Field
from .entries import WARNING, rule
from .reading import Tables, nothing


def _fields(tables: Tables) -> Iterator[tuple[str, Field]]:
    """Go through the fields that the files have."""
    for name in tables.frames:
        for field in TABLES[name].fields:
            if field.name in tables.given.get(name, {field.name}):
                yield name, field


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else nothing()


@rule(
    "KEY01",
    "An identifier that refers to a child or meeting is that of one in the records.",
    "Add the child or meeting, or correct the identifier.",
)
def _refers_to_nobody(tables: Tables) -> pd.DataFrame:
    parts = []
    known: dict[str, pd.Index] = {}
    for name, field in _fields(tables):
        # A later identifier has a rule of its own.
        if field.refers_to in tables.frames and field.name != "later_id":
            if field.refers_to not in known:
                # Made once: Series.isin would make it anew for each table that refers to it.
                keys = tables[field.refers_to][TABLES[field.refers_to].key]
                known[field.refers_to] = pd.Index(keys.dropna().unique())
            value = tables[name][field.name]
            there = known[field.refers_to].get_indexer(value) >= 0
            parts.append(tables.hits(name, value.notna() & ~there, field.name))
    return _joined(parts)


@rule(
    "KEY02",
    "An identifier of a row is used once in its table.",
    "Give each row an identifier of its own; for a child entered twice, join the records.",
)
def _used_twice(tables: Tables) -> pd.DataFrame:
    parts = []
    for name, frame in tables.frames.items():
        key = frame[TABLES[name].key]
        parts.append(tables.hits(name, key.notna() & key.duplicated(keep=False), key.name))
    return _joined(parts)


@rule(
    "KEY03",
    "A row is of a council whose records these are.",
    "Correct the council, or name it in the areas of records.toml.",
)
def _other_area(tables: Tables) -> pd.DataFrame:
    parts = []
    for name in (n for n, frame in tables.frames.items() if "area" in frame):
        area = tables[name]["area"]
        parts.append(tables.hits(name, area.notna() & ~area.isin(tables.areas), "area"))
    return _joined(parts)


@rule(
    "KEY04",
    "A value that every row must have is there.",
    "Enter it.",
)
def _needed(tables: Tables) -> pd.DataFrame:
    parts = []
    for name in tables.frames:
        for field in (f for f in TABLES[name].fields if f.needed):
            empty = tables[name][field.name].isna()
            bad = tables.unreadable
            here = (bad["table"] == name) & (bad["column"] == field.name)
            # A date that could not be read is there, and has a rule of its own.
            empty &= ~tables[name].index.isin(bad.loc[here, "position"])
            parts.append(tables.hits(name, empty, field.name))
    return _joined(parts)


@rule(
    "KEY05",
    "A coded value is one of its list.",
    "Use a word of the list; see the code lists of the record model.",
)
def _unknown_code(tables: Tables) -> pd.DataFrame:
    parts = []
    for name, field in _fields(tables):
        if field.codes:
            value = tables[name][field.name]
            known = [code.code for code in CODES[field.codes]]
            parts.append(tables.hits(name, value.notna() & ~value.isin(known), field.name))
    return _joined(parts)


@rule(
    "KEY06",
    "A coded value was in use on the day of the event.",
    "Use the word of that day, or check the date.",
)
def _code_out_of_date(tables: Tables) -> pd.DataFrame:
    parts = []
    for name, field in _fields(tables):
        for code in CODES[field.codes] if field.codes else ():
            said = tables[name][field.name] == code.code
            day = tables[name]["event_date"]
            if code.since:
                parts.append(tables.hits(name, said & (day < pd.Timestamp(code.since)), field.name))
            if code.until:
                parts.append(tables.hits(name, said & (day > pd.Timestamp(code.until)), field.name))
    return _joined(parts)


@rule(
    "KEY07",
    "No row is a copy of another under a different identifier.",
    "Delete the copy, or enter what makes it another event.",
    severity=WARNING,
)
def _copies(tables: Tables) -> pd.DataFrame:
    parts = []
    for name, frame in tables.frames.items():
        # Two agencies of a role can attend; children with little recorded can look alike.
        if name not in {"children", "attendance"}:
            columns = TABLES[name].columns[1:]
            again = frame.duplicated(columns) & frame[columns].notna().any(axis=1)
            parts.append(tables.hits(name, again, TABLES[name].key))
    return _joined(parts)
