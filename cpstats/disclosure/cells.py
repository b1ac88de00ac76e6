"""Tables as counts: each count once, however many tables and roles it stands in.

A count is known by what it counts and by the group that it is of. A group says nothing of a column
over which it is the total, so that a table by age and one by sex share their whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from .. import areas as area_terms
from .. import catalogue, measures, values
from ..definitions import SUMMARIES, Counted, Indicator
from ..errors import CpstatsError

#: A count is printed; hidden by a mark; told to be more than none but to round to none; or printed
#: by no table, such as the rest of a share.
SHOWN, HIDDEN, LOW, SILENT = "shown", "hidden", "low", "silent"
NUMERATOR, DENOMINATOR, REST = "numerator", "denominator", "rest"

#: Members that stand for all, in any column; Scotland is all of the councils.
_ALL = {"all", "total"}

#: What a policy asks of the families behind counts; no table leaves with it.
BEHIND = (
    "families", "largest_family",
    *(f"{role}_{what}" for role in (NUMERATOR, DENOMINATOR, "complement")
      for what in ("families", "largest")),
)  # fmt: skip

#: Columns of a table of counts that are not groups.
_NOT_GROUPS = {
    *measures.BEFORE, *measures.AFTER, *measures.MORE, "count", "rate", *BEHIND,
} - {"area", "period"}  # fmt: skip

WITHOUT = ", without "

_WHOLE_YEAR = re.compile(r"(\d{4}-\d{2}) Q1 to \1 Q4")

#: How the counts of a measure add over time.
ADDS, OVERLAPS, STANDS = "adds", "overlaps", "stands"

Groups = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Key:
    """Which count: what is counted, and of whom, where and when."""

    measure: str
    groups: Groups

    def without(self, column: str) -> Key:
        return replace(self, groups=tuple(g for g in self.groups if g[0] != column))

    def member(self, column: str) -> str:
        return dict(self.groups).get(column, "")

    def put(self, column: str, member: str) -> Key:
        rest = self.without(column).groups
        return replace(self, groups=tuple(sorted((*rest, (column, member)))))


@dataclass
class Cells:
    """Counts, and where each stands.

    Attributes
    ----------
    keys : list of Key
    value : list of float
        What it is, where these tables say so; else nan.
    state : list of str
        "shown", "hidden", "low" or "silent".
    families, largest : list of float
        How many families are behind it, and how many of it the largest has; nan where not known.
    places : list of tuple
        Table, row and role of each cell, and its number.
    times : dict of str to str
        How a measure adds over time.
    apart : dict of str to tuple of str
        Columns over which a measure does not add: the rest of a share whose whole is not split.
    """

    keys: list[Key] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    families: list[float] = field(default_factory=list)
    largest: list[float] = field(default_factory=list)
    places: list[tuple[str, int, str, int]] = field(default_factory=list)
    times: dict[str, str] = field(default_factory=dict)
    apart: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _found: dict[Key, int] = field(default_factory=dict)

    def find(self, key: Key) -> int | None:
        return self._found.get(key)

    def add(
        self, key: Key, value: float = np.nan, state: str = SILENT,
        families: float = np.nan, largest: float = np.nan,
    ) -> int:  # fmt: skip
        """Number a count; what one table is silent about, another may show."""
        at = self._found.get(key)
        if at is None:
            at = self._found[key] = len(self.keys)
            self.keys.append(key)
            self.value.append(value)
            self.state.append(state)
            self.families.append(families)
            self.largest.append(largest)
            return at
        if self.state[at] == SHOWN and state == SHOWN and self.value[at] != value:
            what, group = named(key)
            raise CpstatsError(f"{what} ({group}) stands twice, with different counts.")
        if np.isnan(self.value[at]):
            self.value[at] = value
        if SHOWN in (state, self.state[at]):
            self.state[at] = SHOWN
        elif self.state[at] == SILENT:
            self.state[at] = state
        if np.isnan(self.families[at]):
            self.families[at], self.largest[at] = families, largest
        return at

    def keep_apart(self, measure: str, columns: Iterable[str]) -> None:
        """Note columns over which a measure does not add; several shares may leave one rest."""
        self.apart[measure] = tuple({*self.apart.get(measure, ()), *columns})

    def join(self, other: Cells, name: str) -> None:
        """Note how other tables hang together, as far as their counts are here."""
        self.times |= other.times
        for measure, columns in other.apart.items():
            self.keep_apart(measure, columns)
        rows: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for table, row, role, at in other.places:
            rows.setdefault((table, row), []).append((role, at))
        for (table, row), roles in rows.items():
            keys = [other.keys[at] for _, at in roles]
            if any(self.find(key) is None for key in keys if WITHOUT not in key.measure):
                continue  # revised since
            for (role, _), key in zip(roles, keys, strict=True):
                self.places.append((f"{name}: {table}", row, role, self.add(key)))

    def know(self, key: Key, value: float) -> int:
        """Note a count that is known from elsewhere, exactly, whatever tables print of it."""
        at = self.add(key)
        self.value[at], self.state[at] = value, SHOWN
        return at


def named(key: Key) -> tuple[str, str]:
    """Name a count for a person: what is counted, and of which group."""
    return key.measure, ", ".join(f"{column} {member}" for column, member in key.groups)


def as_tables(tables: Any) -> dict[str, pd.DataFrame]:
    """Name the tables: one alone, several in a row, or by name.

    Raises
    ------
    CpstatsError
        For a table that holds no counts.
    """
    if isinstance(tables, pd.DataFrame):
        tables = {"table": tables}
    elif not isinstance(tables, Mapping):
        tables = {f"table {n}": table for n, table in enumerate(tables, 1)}
    for name, frame in tables.items():
        if "count" not in frame and not {"indicator", "numerator", "value"} <= set(frame):
            raise CpstatsError(
                f"{name} holds no counts: give a results table (indicator, area, period, "
                "numerator, ...) or a table with a column `count`, a row for each group."
            )
    return dict(tables)


def read_cells(
    tables: Mapping[str, pd.DataFrame],
    totals: Mapping[str, Iterable[str]],
    into: Cells | None = None,
) -> Cells:
    """
    Read each count of some tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Results tables, or tables with a column `count`.
    totals : mapping of str to iterable of str
        Members of a column that stand for all of it, beyond "all", "total" and Scotland.

    Returns
    -------
    Cells
    """
    cells = into or Cells()
    for name, frame in tables.items():
        columns = [c for c in frame.columns if c not in _NOT_GROUPS]
        read = _read_counts if "count" in frame else _read_results
        groups = _groups(frame, columns, totals)
        read(cells, name, frame, groups)
    return cells


def _groups(
    frame: pd.DataFrame, columns: list[str], totals: Mapping[str, Iterable[str]]
) -> list[Groups]:
    """Give the group of each row: the columns over which it is no total."""
    found = []
    whole = {c: {*map(str.casefold, totals.get(c, ())), *_ALL} for c in columns}
    if "area" in whole:
        whole["area"].add(area_terms.SCOTLAND.casefold())
    order = sorted(columns)
    for row in frame[order].astype("str").itertuples(index=False, name=None):
        pairs = zip(order, row, strict=True)
        found.append(tuple((c, _once(m)) for c, m in pairs if m.casefold() not in whole[c]))
    return found


def _once(member: str) -> str:
    """Give a time one name: the four quarters of a year are the year."""
    return _WHOLE_YEAR.sub(r"\1", member)


def _read_counts(cells: Cells, name: str, frame: pd.DataFrame, groups: list[Groups]) -> None:
    nothing = pd.Series(np.nan, index=frame.index)
    marks = frame.get("mark", pd.Series("", index=frame.index)).fillna("")
    families, largest = (frame.get(c, nothing) for c in ("families", "largest_family"))
    rows = zip(groups, frame["count"], marks, families, largest, strict=True)
    for number, (group, value, mark, many, most) in enumerate(rows):
        state = _state(value, mark)
        if mark != values.NOT_APPLICABLE:
            at = cells.add(Key("count", group), float(value), state, many, most)
            cells.places.append((name, number, NUMERATOR, at))


def _state(value: float, mark: str) -> str:
    if pd.notna(value):
        return SHOWN
    return {values.SUPPRESSED: HIDDEN, values.LOW: LOW}.get(mark, SILENT)


@dataclass(frozen=True)
class _Named:
    """What the counts of an indicator are called, so that two indicators share what they share."""

    numerator: str
    denominator: str = ""
    apart: tuple[str, ...] = ()  # breakdowns over which the denominator stays the whole
    is_part: bool = False  # whether the numerator is a part of the denominator


def _read_results(cells: Cells, name: str, frame: pd.DataFrame, groups: list[Groups]) -> None:
    named = {i: _name(cells, str(i)) for i in frame["indicator"].unique()}
    for number, (group, row) in enumerate(zip(groups, frame.to_dict("records"), strict=True)):
        if row["mark"] == values.NOT_APPLICABLE:
            continue
        of = named[row["indicator"]]
        if cells.times.get(of.numerator) == STANDS and pd.notna(row.get("date")):
            # The last day of a year and of its last quarter are one day.
            day = f"{row['date']:%Y-%m-%d}"
            group = tuple(("period", day) if g[0] == "period" else g for g in group)
        state = _state(row["numerator"], row["mark"])
        behind = [row.get(f"numerator_{what}", np.nan) for what in ("families", "largest")]
        part = cells.add(Key(of.numerator, group), row["numerator"], state, *behind)
        cells.places.append((name, number, NUMERATOR, part))
        if not of.denominator:
            continue
        wider = tuple(g for g in group if g[0] not in of.apart)
        state = _state(row["denominator"], row["mark"])
        behind = [row.get(f"denominator_{what}", np.nan) for what in ("families", "largest")]
        whole = cells.add(Key(of.denominator, wider), row["denominator"], state, *behind)
        cells.places.append((name, number, DENOMINATOR, whole))
        if of.is_part and part != whole:
            rest = row["denominator"] - row["numerator"]
            behind = [row.get(f"complement_{what}", np.nan) for what in ("families", "largest")]
            key = Key(rest_name(of.numerator, of.denominator), group)
            if {cells.times.get(of.numerator), cells.times.get(of.denominator)} == {ADDS}:
                cells.times[key.measure] = ADDS
            cells.keep_apart(key.measure, of.apart)
            cells.places.append((name, number, REST, cells.add(key, rest, SILENT, *behind)))


def rest_name(numerator: str, denominator: str) -> str:
    return f"{denominator}{WITHOUT}{numerator}"


def _name(cells: Cells, indicator: str) -> _Named:
    entry = catalogue.CATALOGUE.get(indicator)
    if entry is None:
        return _Named(indicator)
    own = _times(cells, _plain(entry.counted) or entry.id, entry, entry.counted)
    if entry.kind in SUMMARIES:
        # How many values are known, of how many asked for.
        of = ", ".join(entry.counted.of) if entry.counted else entry.id
        return _Named(f"{own} with a known {of}", own)
    if entry.kind in {"rate", "count", "published"}:
        return _Named(own)
    whole = _plain(entry.counted_of) or f"{entry.id}: denominator"
    whole = _times(cells, whole, entry, entry.counted_of)
    apart = entry.counted_of.whole_over if entry.counted_of else ()
    return _Named(own, whole, apart, is_part=entry.kind == "proportion")


def _plain(counted: Counted | None) -> str:
    if counted is None:
        return ""
    return str(replace(counted, of=(), unit=_unit(counted)))


def _unit(counted: Counted) -> str:
    """Say what is counted: the size of a family is asked of each child once, however often."""
    return "children" if "family_size" in counted.of else counted.unit


def _times(cells: Cells, name: str, entry: Indicator, counted: Counted | None) -> str:
    unit = _unit(counted) if counted else "rows"
    stands = entry.calendar == "census date" or counted is None
    cells.times[name] = STANDS if stands else ADDS if unit == "rows" else OVERLAPS
    return name
