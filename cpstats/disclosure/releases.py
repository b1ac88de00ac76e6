"""Tables made fit to leave: small counts hidden, and what would give them back hidden with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Contradiction, NotProven
from .asking import Asked, parts_of, what_to_protect
from .cells import (
    DENOMINATOR,
    HIDDEN,
    NUMERATOR,
    SHOWN,
    SILENT,
    Cells,
    as_tables,
    named,
    read_cells,
)  # fmt: skip
from .intruders import PUBLIC, SAFE, Known, attacked, known_of
from .policies import Policy, read_policy
from .protecting import hide, reachable
from .redacting import columns_of, was_absent, without
from .rounding import round_together
from .sensitive import reasons
from .systems import Relation, System, system_of
from .weaving import Makes, first_that_fits, weave

#: Times that the attacker may send a choice back before the tables do not leave at all.
_TRIES = 8

_NODES = 2_000

DECISIONS = ("table", "row", "what", "group", "rule", "low", "high")
GUARDS = "others could be worked out from it"


@dataclass(frozen=True)
class Release:
    """Tables that may leave, and why each figure that is not in them was hidden.

    Attributes
    ----------
    tables : dict of str to DataFrame
    decisions : DataFrame
        A row for each hidden figure: `table, row, what, group, rule, low, high`; low and high are
        what the attacker can work out. For the one who answers for disclosure, not for readers: a
        rule says more than a symbol.
    policy : Policy
    makes : dict
        How groups make their wholes, as the counts themselves say.
    hidden : frozenset of tuple
        Each numerator that is hidden with its denominator, unless a table shows the same two of
        something else. Never to be written anywhere: it is what a finished page is searched for.
    bounded : int
        How many hidden counts what is public, or left before, bounds more closely than the policy
        asks, whatever is hidden now.
    """

    tables: dict[str, pd.DataFrame]
    decisions: pd.DataFrame
    policy: Policy
    makes: Makes = field(default_factory=dict, repr=False)
    hidden: frozenset[tuple[float, float]] = field(default=frozenset(), repr=False)
    bounded: int = 0


def protect(
    tables: Any,
    policy: str | Path | Policy | None = None,
    *,
    totals: Mapping[str, str | Iterable[str]] | None = None,
    parts: Mapping[str, Mapping[str, Iterable[str]]] | None = None,
    public: Any = (),
    earlier: Any = (),
) -> Any:
    """
    Hide small counts, and others from which they could be worked out.

    Parameters
    ----------
    tables : DataFrame, or several in a list or by name
        Results tables as `count` and `measure` give them, or tables with a column `count` and a
        row for each group. All that is released together belongs in one call.
    policy : str, Path or Policy, optional
        "scotgov", "phs", "strict" or a file. Without it, `policy.toml` of the data package.
    totals : mapping of str to str or list of str, optional
        For a column, the member that is all of it: {"sex": "both"}. "all", "total" and Scotland
        are known.
    parts : mapping, optional
        For a column, sub-totals and what each is the sum of:
        {"age_band": {"0-15": ["0-4", "5-10", "11-15"]}}.
    public : tables, optional
        What is known from elsewhere, such as published figures. It is not hidden again, but an
        intruder knows it.
    earlier : tables, optional
        What was released before: what was shown is known, and what was hidden stays so.

    Returns
    -------
    As `tables`
        Where a count is hidden, so is everything made from it: `numerator` or `denominator`,
        `value`, `lower` and `upper` are missing and `mark` is `[c]`. With a policy that rounds,
        counts are multiples of its base, and values are worked out anew.

    Raises
    ------
    NotProven
        When the figures cannot be protected, or no proof of it was found.
    Contradiction
        When the tables contradict one another.

    Examples
    --------
    >>> import pandas as pd
    >>> on_register = pd.DataFrame(
    ...     {"age": ["0-4", "5-10", "11+", "all"], "count": [31.0, 24.0, 3.0, 58.0]}
    ... )
    >>> protect(on_register, "scotgov")["count"].tolist()
    [31.0, nan, nan, 58.0]
    """
    made = release(
        tables, policy, totals=totals, parts=parts, public=public, earlier=earlier
    ).tables
    if isinstance(tables, pd.DataFrame):
        return made["table"]
    return made if isinstance(tables, Mapping) else list(made.values())


def release(
    tables: Any,
    policy: str | Path | Policy | None = None,
    *,
    totals: Mapping[str, str | Iterable[str]] | None = None,
    parts: Mapping[str, Mapping[str, Iterable[str]]] | None = None,
    public: Any = (),
    earlier: Any = (),
) -> Release:
    """Protect tables as `protect` does, and keep why: see `Release`."""
    policy, given = read_policy(policy), as_tables(tables)
    about = known_of(public, earlier, totals, parts)
    read = first_that_fits(lambda unsure: _read(given, about, unsure))
    unsure, cells, own, held, theirs, relations, makes, value = read
    said = reasons(_as_told(cells, own, theirs), value, policy)
    why = ["" if n in held else r for n, r in enumerate(said)]
    free = np.zeros(len(value), dtype=bool)
    free[[n for n, state in enumerate(own) if state == SHOWN and n not in held]] = True
    rounded = _rounded(cells, relations, value, free, policy)
    asked, system = what_to_protect(cells, relations, value, why, free, policy, rounded)
    asked.guarded[list(theirs)] = False

    trial = _Trial(given, cells, why, free, rounded, system, policy, about, makes, unsure)
    try:
        return trial.release(asked, set())
    except NotProven:
        # What is public, or left before, cannot be called back: what it bounds is kept as wide
        # as it still can be.
        width = reachable(system, asked)
        away = {named(cells.keys[at]) for at in np.flatnonzero(width < asked.width)}
        if not (away and trial.outside):
            raise
        return trial.release(replace(asked, width=width), away)


@dataclass(frozen=True)
class _Trial:
    """Tables with their counts, and what the intruder knows: what to hide is tried on him."""

    given: dict[str, pd.DataFrame]
    cells: Cells
    why: list[str]
    free: np.ndarray
    rounded: np.ndarray
    system: System
    policy: Policy
    about: Known
    makes: Makes
    unsure: str

    @property
    def outside(self) -> bool:
        """Whether anything is known beyond the tables."""
        return bool(self.about.earlier or self.about.tables)

    def release(self, asked: Asked, away: set[tuple[str, str]]) -> Release:
        """Hide, let the intruder try, and hide more; counts that are `away` he may bound."""
        at = {named(key): n for n, key in enumerate(self.cells.keys)}
        whole = {
            cell: frozenset(part.cells.tolist())
            for part in parts_of(self.system, asked) for cell in part.cells.tolist()
        }  # fmt: skip
        barred: list[tuple[int, frozenset[int]]] = []
        for _ in range(_TRIES):
            hidden = hide(self.system, asked, barred)
            hidden[~self.free & ~asked.hidden] = False
            made = self._without(hidden)
            # He is given the view that is not contradicted: with another he would work out what
            # is not so, and nothing could be hidden from that.
            found = attacked(made, self.policy, self.about, self.makes, self.unsure)
            narrow = found.loc[~found["verdict"].isin([SAFE, PUBLIC])]
            keys, gone = _keys(narrow), frozenset(np.flatnonzero(hidden).tolist())
            if self.outside:
                # All that hangs together with it is hidden: what he has is not of these tables.
                away = away | {k for k in keys if k in at and whole.get(at[k], {-1}) <= gone}
            left = [key for key in keys if key not in away]
            if not left:
                decided = _decided(self.given, self.cells, hidden, self.why, found)
                pairs = _gone(self.given, made)
                return Release(made, decided, self.policy, self.makes, pairs, len(keys))
            barred += [(at[key], gone) for key in left if key in at]
        raise NotProven(_unsafe(narrow))

    def _without(self, hidden: np.ndarray) -> dict[str, pd.DataFrame]:
        return {
            name: without(name, frame, self.cells, hidden, self.rounded, self.policy)
            for name, frame in self.given.items()
        }


def _read(given: dict[str, pd.DataFrame], about: Known, unsure: str) -> tuple:
    """Read the counts of tables with what is known beside them, and what joins them."""
    cells = read_cells(given, about.totals)
    own = [*cells.state]
    held, theirs = about.add_to(cells)
    relations, makes = weave(cells, about.parts, unsure=unsure)
    return unsure, cells, own, held, theirs, relations, makes, _filled(cells, relations)


def _as_told(cells: Cells, own: list[str], theirs: set[int]) -> Cells:
    """Take what an earlier report of ours hid for what it is here: no source held it back."""
    states = [
        SILENT if n < len(own) and own[n] == SILENT and n not in theirs and s == HIDDEN else s
        for n, s in enumerate(cells.state)
    ]
    return replace(cells, state=states)


def _filled(cells: Cells, relations: list[Relation]) -> np.ndarray:
    """Give the counts that no table prints some values that fit the others."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    value = np.array(cells.value, dtype=float)
    nothing = np.isnan(value)
    if not nothing.any():
        return value
    least, most = np.where(nothing, 0.0, value), np.where(nothing, np.inf, value)
    system = system_of(relations, least, most)
    sums = LinearConstraint(system.matrix, system.least, system.most) if relations else ()
    found = milp(
        np.where(nothing, 1.0, 0.0),
        integrality=nothing.astype(int),
        bounds=Bounds(least, most),
        constraints=sums,
        options={"node_limit": _NODES},
    )
    if found.x is None:
        raise Contradiction("The tables contradict one another: no counts fit all their sums.")
    return np.where(nothing, np.round(found.x), value)


def _rounded(
    cells: Cells, relations: list[Relation], value: np.ndarray, free: np.ndarray, policy: Policy
) -> np.ndarray:
    if not policy.round_to:
        return value
    # What is known as it is keeps its value, so sums with it need not be kept.
    return np.where(free, round_together(value, relations, policy.round_to, free), value)


def _gone(
    given: dict[str, pd.DataFrame], made: dict[str, pd.DataFrame]
) -> frozenset[tuple[float, float]]:
    """Pair the numerators and denominators that were in the tables and are no longer."""
    before, after = (
        {
            (float(n), float(d))
            for frame in tables.values() if "numerator" in frame
            for n, d in zip(frame["numerator"], frame["denominator"], strict=True)
            if pd.notna(n) and pd.notna(d)
        }
        for tables in (given, made)
    )  # fmt: skip
    return frozenset(before - after)


def _decided(
    given: dict[str, pd.DataFrame],
    cells: Cells,
    hidden: np.ndarray,
    why: list[str],
    found: pd.DataFrame,
) -> pd.DataFrame:
    """Say of each figure that a table no longer shows why, and what can be worked out of it."""
    ranges = {(r.what, r.group): (r.low, r.high) for r in found.itertuples()}
    rows = []
    for table, row, role, at in cells.places:
        if table not in given or not hidden[at] or role not in (NUMERATOR, DENOMINATOR):
            continue
        if not was_absent(given[table], row, columns_of(given[table])[role]):
            what, group = named(cells.keys[at])
            low, high = ranges.get((what, group), (np.nan, np.nan))
            rows.append((table, row, what, group, why[at] or GUARDS, low, high))
    return pd.DataFrame(rows, columns=[*DECISIONS])


def _keys(narrow: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(narrow["what"], narrow["group"], strict=True))


def _unsafe(narrow: pd.DataFrame) -> str:
    first = narrow.iloc[0]
    return (
        f"{len(narrow)} hidden counts can still be worked out too closely, first: {first['what']} "
        f"({first['group']}). Publish fewer breakdowns together, or a longer time."
    )
