"""The intruder: what can be worked out of released tables by one who knows all that is public.

He has nothing but the tables as they leave, and what he knows from elsewhere. He uses every sum,
rates with known populations and their rounding, percentages, intervals, and earlier releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .attacking import ranges
from .cells import HIDDEN, LOW, NUMERATOR, REST, SHOWN, SILENT, Cells, as_tables, named, read_cells
from .hints import hints
from .policies import Policy, read_policy
from .systems import System, system_of
from .weaving import Makes, first_that_fits, weave

#: Hidden counts up to which the whole range of each is worked out; of more, enough of it.
_EXACT = 300

COLUMNS = ("cell", "what", "group", "low", "high", "verdict")

SAFE, NARROW, SMALL, PUBLIC = "safe", "too narrow", "small, and told", "as published"


@dataclass(frozen=True)
class Known:
    """What is known beyond the tables.

    Attributes
    ----------
    tables : dict of str to DataFrame
        Figures known from elsewhere.
    earlier : dict of str to DataFrame
        What was released before, with what was hidden then and must stay so.
    totals, parts : dict
        As `protect` takes them.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    earlier: dict[str, pd.DataFrame] = field(default_factory=dict)
    totals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def add_to(self, cells: Cells, loose: float = 0) -> tuple[set[int], set[int]]:
        """Add what is known to the counts of tables, which may be rounded by up to `loose`.

        A figure that was revised since says nothing exact of today's: neither it nor anything
        else of its measure is held against them.

        Returns
        -------
        held : set of int
            The counts that are known.
        theirs : set of int
            Those that a publisher hid, as well as he did: nobody else can hide them better.
        """
        public, before = (read_cells(t, self.totals) for t in (self.tables, self.earlier))
        known = self._fitting(cells, public, loose)
        held = {cells.know(key, value) for key, value, state in known if state == SHOWN}
        theirs = {cells.add(key, value, state) for key, value, state in known if state == HIDDEN}
        theirs = {at for at in theirs if np.isnan(cells.value[at])}
        for key, value, state in self._fitting(cells, before, loose):
            if state == SHOWN:
                held.add(cells.know(key, value))
            elif state == HIDDEN:
                cells.add(key, value, state)
        cells.join(public, "public")
        cells.join(before, "earlier")
        return held, theirs

    @staticmethod
    def _fitting(cells: Cells, other: Cells, loose: float) -> list[tuple]:
        rows = list(zip(other.keys, other.value, other.state, strict=True))
        revised = set()
        for key, value, _ in rows:
            at = cells.find(key)
            if at is not None and not np.isnan(value) and not np.isnan(cells.value[at]):
                revised |= {key.measure} if abs(cells.value[at] - value) > loose else set()
        return [row for row in rows if row[0].measure not in revised]


def known_of(
    tables: Any,
    earlier: Any,
    totals: Mapping[str, str | Iterable[str]] | None,
    parts: Mapping[str, Mapping[str, Iterable[str]]] | None,
) -> Known:
    """Gather what is known beyond the tables."""
    whole = {
        column: (names,) if isinstance(names, str) else tuple(names)
        for column, names in (totals or {}).items()
    }
    of = {c: {t: [*names] for t, names in subs.items()} for c, subs in (parts or {}).items()}
    empty: tuple = ()
    return Known(
        {} if tables is empty or len(tables) == 0 else as_tables(tables),
        {} if earlier is empty or len(earlier) == 0 else as_tables(earlier),
        whole,
        of,
    )


def attack(
    tables: Any,
    policy: str | Path | Policy | None = None,
    *,
    totals: Mapping[str, str | Iterable[str]] | None = None,
    parts: Mapping[str, Mapping[str, Iterable[str]]] | None = None,
    public: Any = (),
    earlier: Any = (),
    makes: Makes | None = None,
) -> pd.DataFrame:
    """
    Work out what released tables tell of the counts they hide.

    Parameters
    ----------
    tables : DataFrame, or several in a list or by name
        As they are to leave: hidden figures have the mark `[c]`.
    policy : str, Path or Policy, optional
        As `protect` takes it: its threshold and protection are what the tables are held to.
    totals, parts : mapping, optional
        As `protect` takes them.
    public : tables, optional
        What is known from elsewhere, such as published figures.
    earlier : tables, optional
        What was released before.
    makes : dict, optional
        How groups make their wholes, by measure and column, where it is known beforehand.

    Returns
    -------
    DataFrame
        A row for each count that is hidden, or that is told without being printed (the rest of a
        share, say), or that is small and shown: `cell, what, group, low, high, verdict`. low and
        high are the least and most that it can be; verdict is "safe", "too narrow" (less wide than
        the policy's protection), "small, and told", or "as published" (too narrow by what is
        public alone).

    Raises
    ------
    NotProven
        When no verdict was reached.
    Contradiction
        When the tables contradict one another.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "area": ["Fife", "Orkney Islands", "Shetland Islands", "All"],
    ...     "count": [90.0, float("nan"), float("nan"), 94.0],
    ...     "mark": ["", "[c]", "[c]", ""],
    ... })
    >>> attack(table, "scotgov")[["low", "high", "verdict"]].values.tolist()
    [[0.0, 4.0, 'too narrow'], [0.0, 4.0, 'too narrow']]
    """
    policy, given = read_policy(policy), as_tables(tables)
    about = known_of(public, earlier, totals, parts)
    return first_that_fits(lambda unsure: attacked(given, policy, about, makes, unsure))


def attacked(
    given: dict[str, pd.DataFrame], policy: Policy, about: Known,
    makes: Makes | None, unsure: str,
) -> pd.DataFrame:  # fmt: skip
    """Attack as `attack` does, with one view of how groups make the wholes that are hidden."""
    cells = read_cells(given, about.totals)
    held, theirs = about.add_to(cells, max(policy.round_to - 1, 0))
    told = hints(cells, given)
    relations, _ = weave(cells, about.parts, makes, rounded=policy.round_to > 0, unsure=unsure)
    low, high = _told(cells, held, policy)
    for at, (least, most) in told.bounds.items():
        low[at], high[at] = max(low[at], least), min(high[at], most)
    system = system_of([*relations, *told.relations], low, high)
    found = _judged(cells, system, held, policy)
    narrow = (found["verdict"] == NARROW) & found["cell"].isin(theirs)
    return found.assign(verdict=found["verdict"].mask(narrow, PUBLIC))


def _told(cells: Cells, held: set[int], policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and most that is told of each count by itself."""
    value, many = np.array(cells.value, dtype=float), len(cells.keys)
    low, high = np.zeros(many), np.full(many, np.inf)
    loose = max(policy.round_to - 1, 0)
    for at, state in enumerate(cells.state):
        if at in held or (state == SHOWN and (value[at] == 0 or not loose)):
            low[at] = high[at] = value[at]
        elif state == SHOWN:
            low[at], high[at] = max(value[at] - loose, 1), value[at] + loose
        elif state == LOW:
            low[at], high[at] = 1, loose
    return low, high


def _judged(cells: Cells, system: System, held: set[int], policy: Policy) -> pd.DataFrame:
    state = np.array(cells.state)
    free = np.array([at not in held for at in range(len(state))])
    hidden = np.flatnonzero((state == HIDDEN) & free)
    silent = np.flatnonzero((state == SILENT) & free)
    enough = None if len(hidden) <= _EXACT else policy.protection
    found = pd.concat(
        [
            ranges(system, hidden, enough=enough),
            ranges(system, silent, enough=policy.protection),
        ]
    )
    wide = found["high"] - found["low"] >= policy.protection
    is_hidden = found["cell"].isin(hidden)
    told = ~is_hidden & (found["low"] >= 1) & (found["high"] < policy.hide_under)
    if policy.full == "hide":
        told |= found["cell"].isin(_full(cells, found))
    found["verdict"] = np.where(told, SMALL, np.where(wide | ~is_hidden, SAFE, NARROW))
    found = pd.concat([found[is_hidden | told], _shown(cells, free, policy)])
    names = [named(cells.keys[at]) for at in found["cell"]]
    found = found.assign(what=[n[0] for n in names], group=[n[1] for n in names])
    return found[[*COLUMNS]].reset_index(drop=True)


def _full(cells: Cells, found: pd.DataFrame) -> set[int]:
    """Find the rests that are known to be none, of a part that is not: 100 per cent, told."""
    none = set(found.loc[found["high"] == 0, "cell"])
    part = {(t, r): at for t, r, role, at in cells.places if role == NUMERATOR}
    rests = ((part[t, r], at) for t, r, role, at in cells.places if role == REST and at in none)
    return {rest for whole, rest in rests if cells.value[whole] != 0}


def _shown(cells: Cells, free: np.ndarray, policy: Policy) -> pd.DataFrame:
    """Find counts that are shown though the policy hides them."""
    value = np.array(cells.value, dtype=float)
    small = (value > 0) & (value < policy.hide_under)
    small |= (value == 0) & (policy.zero == "hide")
    at = np.flatnonzero(small & free & (np.array(cells.state) == SHOWN))
    return pd.DataFrame({"cell": at, "low": value[at], "high": value[at], "verdict": SMALL})
