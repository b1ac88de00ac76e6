"""Counts within counts: what their definitions say of them, whatever tables they stand in.

Meetings with a decision recorded are among all meetings, children registered for eighteen months
among those registered for twelve, and each child is one of its events. An intruder reads it off the
definitions.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .cells import WITHOUT, Cells, Groups, Key, rest_name
from .systems import Relation, at_most, equals

#: A measure and one that it lies within.
Nest = tuple[str, str]

_COUNTED = re.compile(r"(?P<unit>rows|children|families) of (?P<view>\w+)(?: where (?P<where>.*))?")
#: Each is one of the next: a family of its children, a child of its events.
_UNITS = {"families": 0, "children": 1, "rows": 2}

#: What the law says of one step and the one before: there is no registration without a meeting.
_FOLLOWS = {"reached_registration == 'yes'": "reached_meeting == 'yes'"}


@dataclass(frozen=True)
class _Said:
    """What a measure counts: events of a view that meet every one of some conditions."""

    unit: int
    view: str
    conditions: tuple[ast.expr, ...]

    def within(self, other: _Said) -> bool:
        """Tell whether all that is counted here is counted there."""
        return (
            self.view == other.view
            and self.unit <= other.unit
            and all(any(_implies(c, d) for c in self.conditions) for d in other.conditions)
        )


def nests(measures: Iterable[str]) -> list[Nest]:
    """
    Find which measures lie within which, by their definitions.

    Parameters
    ----------
    measures : iterable of str

    Returns
    -------
    list of tuple
        The one within, then the wider one.
    """
    return _nests(tuple(sorted(m for m in measures if _read(m) is not None)))


@lru_cache(maxsize=16)  # a release is woven several times, always of the same measures
def _nests(measures: tuple[str, ...]) -> list[Nest]:
    said = {m: read for m in measures if (read := _read(m)) is not None}
    pairs = itertools.permutations(said, 2)
    return [(less, more) for less, more in pairs if said[less].within(said[more])]


def nested(cells: Cells, kept: Callable[[Nest], bool]) -> Iterator[Relation]:
    """Bound each count by the next wider ones of the same group."""
    present: dict[Groups, dict[str, int]] = defaultdict(dict)
    for at, key in enumerate(cells.keys):
        present[key.groups][key.measure] = at
    found = [n for n in nests({k.measure for k in cells.keys}) if kept(n)]
    wider: dict[str, set[str]] = defaultdict(set)
    for less, more in found:
        wider[less].add(more)
    for at_group in present.values():
        for less, at in at_group.items():
            here = wider[less] & at_group.keys() if less in wider else set()
            # What the wider ones lie within themselves is said by them.
            beyond = {m for other in here for m in wider.get(other, ()) if other not in wider[m]}
            for more in sorted(here - beyond):
                yield at_most([at], [at_group[more]])


def broken(cells: Cells) -> set[Nest]:
    """Find what the counts in hand contradict: published and recorded, say, or a slip."""
    value: Mapping[Key, float] = dict(zip(cells.keys, cells.value, strict=True))
    by_measure: dict[str, list[Key]] = defaultdict(list)
    for key in cells.keys:
        by_measure[key.measure].append(key)
    pairs = [*nests(by_measure), *_following(by_measure)]
    return {
        (less, more)
        for less, more in pairs
        if any(value[key] > value.get(Key(more, key.groups), np.inf) for key in by_measure[less])
    }


def following(cells: Cells, kept: Callable[[Nest], bool]) -> Iterator[Relation]:
    """Say who reached one step and not the next: they are few, and no table prints them."""
    for less, more in _following({k.measure for k in cells.keys}):
        if kept((less, more)):
            for at, key in enumerate(list(cells.keys)):
                whole = cells.find(Key(more, key.groups)) if key.measure == less else None
                if whole is not None:
                    yield _between(cells, at, whole)


def _following(measures: Iterable[str]) -> list[Nest]:
    known = [*measures]
    pairs = (
        (m, m.replace(step, before))
        for m in known for step, before in _FOLLOWS.items() if step in m and WITHOUT not in m
    )  # fmt: skip
    return [pair for pair in pairs if pair[1] in known]


_LIMIT = re.compile(r"(?P<how><=?|>=?)\s*(?P<number>\d+)")


def steps(cells: Cells) -> Iterator[Relation]:
    """Say that those under one threshold are among those under the next, and who is between."""
    ladders: dict[tuple[str, Groups], list[tuple[float, int]]] = defaultdict(list)
    for at, key in enumerate(list(cells.keys)):
        limits = list(_LIMIT.finditer(key.measure))
        for limit in limits if WITHOUT not in key.measure else ():
            template = key.measure[: limit.start("number")] + "#" + key.measure[limit.end() :]
            up = 1 if limit["how"].startswith("<") else -1
            ladders[template, key.groups].append((up * float(limit["number"]), at))
    for rungs in ladders.values():
        rungs.sort()
        for (_, less), (_, more) in itertools.pairwise(rungs):
            yield _between(cells, less, more)


def _between(cells: Cells, less: int, more: int) -> Relation:
    name = rest_name(cells.keys[less].measure, cells.keys[more].measure)
    left = cells.value[more] - cells.value[less]
    return equals(more, (less, cells.add(Key(name, cells.keys[more].groups), left)))


# Definitions


@lru_cache(maxsize=4096)
def _read(measure: str) -> _Said | None:
    found = _COUNTED.fullmatch(measure)
    if found is None or WITHOUT in measure:
        return None
    where = (found["where"] or "").replace("is recorded", "is not None")
    where = where.replace("is missing", "is None")
    try:
        said = ast.parse(where, mode="eval").body if where else None
    except SyntaxError:  # not of our catalogue, or "with a known ..."
        return None
    return _Said(_UNITS[found["unit"]], found["view"], tuple(_parts(said)) if said else ())


def _parts(said: ast.expr) -> Iterator[ast.expr]:
    if isinstance(said, ast.BoolOp) and isinstance(said.op, ast.And):
        for value in said.values:
            yield from _parts(value)
    else:
        yield said


def _implies(one: ast.expr, other: ast.expr) -> bool:
    """Tell whether what meets one condition meets the other; False where that is not plain."""
    if ast.dump(one) == ast.dump(other):
        return True
    if isinstance(other, ast.BoolOp) and isinstance(other.op, ast.Or):
        return any(_implies(one, value) for value in other.values)
    narrow, wide = _members(one), _members(other)
    return bool(narrow and wide and narrow[0] == wide[0] and narrow[1] <= wide[1])


def _members(said: ast.expr) -> tuple[str, frozenset[Any]] | None:
    """Give the column of a condition, and the values that meet it, where it lists them."""
    if not (isinstance(said, ast.Compare) and len(said.ops) == 1):
        return None
    if not (isinstance(said.left, ast.Name) and isinstance(said.ops[0], ast.Eq | ast.In)):
        return None
    value = ast.literal_eval(said.comparators[0])
    members = value if isinstance(said.ops[0], ast.In) else (value,)
    return said.left.id, frozenset(members)
