"""What joins counts: sums over groups and over time, shares and their rest, counts within counts.

An intruder knows all of it: that quarters make a year, that all ages are everybody, that those
within three months are among those within six.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from .. import areas as area_terms
from .. import periods
from ..errors import Contradiction, CpstatsError
from . import nesting
from .cells import (
    ADDS,
    DENOMINATOR,
    NUMERATOR,
    REST,
    STANDS,
    WITHOUT,
    Cells,
    Key,
)
from .systems import Relation, at_most, equals

#: How the members of a column make its whole: all of it, some of it, or each more than once.
WHOLE, SOME, SEVERAL = "whole", "some", "several"
#: What is summed: a measure, a column, and the members of it that are there.
Sum = tuple[str, str, tuple[str, ...]]
Makes = dict[Sum, str]
#: In place of a column: one measure lies within another, unless it is SEVERAL.
_WITHIN = "within"
#: The share of sums that may be slips.
_SLIPS = 0.1


def weave(
    cells: Cells,
    parts: Mapping[str, Mapping[str, Iterable[str]]],
    makes: Makes | None = None,
    *,
    rounded: bool = False,
    unsure: str = WHOLE,
) -> tuple[list[Relation], Makes]:
    """
    Find what joins counts, adding those that no table prints where others meet in them.

    Parameters
    ----------
    cells : Cells
        Added to.
    parts : mapping
        For a column, sub-totals and the members that each is the sum of.
    makes : dict, optional
        How members make their whole, by measure and column; without it, judged from the counts.
    rounded : bool
        Whether counts are rounded: what does not add up then says nothing.
    unsure : str
        How members make their whole where no counts tell.

    Returns
    -------
    relations : list of Relation
    makes : dict
    """
    sub_totals = {c: set(of) for c, of in parts.items()}
    # Wholes that no table prints are added first: they too add over time.
    _over_groups(cells, sub_totals)
    slips = set() if rounded else nesting.broken(cells)
    judged: Makes = {(less, _WITHIN, (more,)): SEVERAL for less, more in slips}
    found = makes if makes is not None else judged

    def lies_within(nest: nesting.Nest) -> bool:
        return found.get((nest[0], _WITHIN, (nest[1],)), unsure) != SEVERAL

    relations = [*_shares(cells), *_over_time(cells), *nesting.steps(cells)]
    relations += nesting.following(cells, lies_within)
    relations += _sub_totals(cells, parts)
    over = _over_groups(cells, sub_totals)
    judged |= {} if rounded else _judged(cells, over)
    relations += nesting.nested(cells, lies_within)
    for (whole, column), members in over.items():
        key = _sum(cells, whole, column, members)
        if WITHOUT in key[0] and key not in found and unsure != WHOLE:
            continue  # of the rest of a share no more is known than of its part and whole
        # One group alone is not all there are.
        otherwise = SOME if len(members) == 1 and unsure == WHOLE else unsure
        kind = found.get(key, otherwise)
        if kind == WHOLE and unsure != WHOLE and _hides_some(cells, whole, members):
            kind = unsure  # one time that adds up says nothing sure of another
        relations += _joined(cells, whole, column, members, kind, rounded=rounded)
    return relations, found


def _hides_some(cells: Cells, whole: int, members: list[int]) -> bool:
    return any(np.isnan(cells.value[at]) for at in (whole, *members))


def first_that_fits(make: Callable[[str], Any]) -> Any:
    """Try how groups make their wholes where too many are hidden to tell, the tightest first.

    Raises
    ------
    Contradiction
        When nothing fits.
    """
    for unsure in (WHOLE, SOME):
        with contextlib.suppress(Contradiction):
            return make(unsure)
    return make(SEVERAL)


def _shares(cells: Cells) -> Iterator[Relation]:
    rows: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for table, row, role, at in cells.places:
        rows[table, row][role] = at
    seen = set()
    for roles in rows.values():
        if REST in roles and roles[REST] not in seen:
            seen.add(roles[REST])
            yield equals(roles[DENOMINATOR], (roles[NUMERATOR], roles[REST]))


def _over_groups(
    cells: Cells, sub_totals: Mapping[str, set[str]]
) -> dict[tuple[int, str], list[int]]:
    """Find each whole and its parts, the finest groups first; a whole where two columns meet."""
    found: dict[tuple[int, str], list[int]] = {}
    forms = {_form(key) for key in cells.keys}
    sizes = sorted({len(k.groups) for k in cells.keys}, reverse=True)
    for size in range(sizes[0] if sizes else 0, 0, -1):
        members: dict[Key, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for at, key in enumerate(list(cells.keys)):
            if len(key.groups) != size:
                continue
            for column, member in key.groups:
                is_sum = column not in cells.apart.get(key.measure, ())
                if is_sum and member not in sub_totals.get(column, ()):
                    members[key.without(column)][column].append(at)
        for whole, columns in members.items():
            total = cells.find(whole)
            meeting = [c for c in columns if c not in ("period", "area")]
            if total is None and (len(meeting) > 1 or (meeting and _form(whole) in forms)):
                total = cells.add(whole)
            if total is not None:
                found |= {(total, column): parts for column, parts in columns.items()}
    return found


def _form(key: Key) -> tuple[str, ...]:
    """Say what a count is of, whatever the members: two of one form may add to each other."""
    return (key.measure, *(column for column, _ in key.groups))


def _judged(cells: Cells, over: Mapping[tuple[int, str], list[int]]) -> Makes:
    """Judge from counts in hand how the members of a column make its whole."""
    votes: dict[Sum, list[str]] = defaultdict(list)
    for (whole, column), members in over.items():
        total = cells.value[whole]
        shown = np.array([cells.value[m] for m in members])
        complete = not np.isnan(shown).any()
        sum_, key = np.nansum(shown), _sum(cells, whole, column, members)
        if np.isnan(total):
            continue
        if sum_ > total:
            votes[key].append(SEVERAL)
        elif complete:
            votes[key].append(WHOLE if sum_ == total else SOME)
    return {key: _kind(key, given) for key, given in votes.items()}


def _sum(cells: Cells, whole: int, column: str, members: list[int]) -> Sum:
    names = sorted(cells.keys[m].member(column) for m in members)
    return cells.keys[whole].measure, column, tuple(names)


def _kind(key: Sum, votes: list[str]) -> str:
    """Judge by all sums; a slip in published tables makes nothing else of councils and Scotland."""
    slips = _SLIPS * len(votes) if key[1] == "area" else 0
    for kind in (SEVERAL, SOME):
        if votes.count(kind) > slips:
            return kind
    return WHOLE


def _joined(
    cells: Cells, whole: int, column: str, members: list[int],
    kind: str, *, rounded: bool,
) -> list[Relation]:  # fmt: skip
    if column == "area":
        names = {cells.keys[m].member("area") for m in members}
        councils = set(area_terms.councils())
        if names <= councils and names != councils:
            kind = SOME if kind == WHOLE else kind
    known = [cells.value[i] for i in (whole, *members)]
    if kind == WHOLE and not rounded and not np.isnan(known).any() and known[0] != sum(known[1:]):
        return []  # a slip in what was published: nothing exact can be taken from it
    if kind == WHOLE:
        return [equals(whole, members)]
    if kind == SOME:
        # Those of no group shown are what is left, and they can be few.
        key = cells.keys[whole]
        left = cells.value[whole] - sum(cells.value[m] for m in members)
        others = cells.add(Key(f"{key.measure} of any other {column}", key.groups), left)
        return [equals(whole, [*members, others])]
    return [at_most([m], [whole]) for m in members]


def _sub_totals(
    cells: Cells, parts: Mapping[str, Mapping[str, Iterable[str]]]
) -> Iterator[Relation]:
    for column, of in parts.items():
        for at, key in enumerate(list(cells.keys)):
            members = of.get(key.member(column))
            if members is None:
                continue
            found = [cells.find(key.put(column, member)) for member in members]
            if None not in found:
                yield equals(at, [f for f in found if f is not None])


# Time


def _over_time(cells: Cells) -> Iterator[Relation]:
    spans: dict[Key, dict[tuple[dt.date, dt.date], int]] = defaultdict(dict)
    for at, key in enumerate(list(cells.keys)):
        period = key.member("period")
        if period and _adds(cells, key.measure) != STANDS:
            span = _span(period)
            if span:
                spans[key.without("period")][span] = at
    for rest, of in spans.items():
        if _adds(cells, rest.measure) == ADDS:
            yield from _adding(cells, rest, of)
        else:
            yield from _overlapping(of)


def _adds(cells: Cells, measure: str) -> str:
    """Say how counts add over time; the rest of a share adds where its whole does."""
    return cells.times.get(measure, STANDS)


def _span(label: str) -> tuple[dt.date, dt.date] | None:
    try:
        period = periods.parse(label)
    except CpstatsError:
        return None
    return period.start, period.end + dt.timedelta(days=1)


def _adding(cells: Cells, rest: Key, of: dict[tuple[dt.date, dt.date], int]) -> Iterator[Relation]:
    """Make each time the sum of the stretches between all first and last days."""
    cuts = sorted({day for span in of for day in span})
    stretches = list(itertools.pairwise(cuts))
    pieces = dict(of)
    for span, at in of.items():
        inside = [s for s in stretches if span[0] <= s[0] and s[1] <= span[1]]
        if len(inside) < 2:
            continue
        for first, last in inside:
            if (first, last) not in pieces:
                pieces[first, last] = cells.add(rest.put("period", f"{first} to {last}"))
        yield equals(at, [pieces[s] for s in inside])


def _overlapping(of: dict[tuple[dt.date, dt.date], int]) -> Iterator[Relation]:
    """Bound each time by those inside it: a child counts once in each, however often it comes."""
    for span, at in of.items():
        inside = sorted(s for s in of if s != span and span[0] <= s[0] and s[1] <= span[1])
        yield from (at_most([of[s]], [at]) for s in inside)
        # The shortest ones, end to end, if they fill it.
        fill, day = [], span[0]
        while nexts := [s for s in inside if s[0] == day]:
            fill.append(min(nexts))
            day = fill[-1][1]
        if fill and day == span[1]:
            yield at_most([at], [of[s] for s in fill])
