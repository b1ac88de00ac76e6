"""How far a hidden count can be bounded, over all whole numbers in keeping with what is told.

Every set of counts that a program finds is a witness for all cells at once: what is left undecided
by pushing all of them together is settled one by one. A range counts as wide when two such sets
show it, and as narrow when a bound proves it; on anything else nothing leaves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import Contradiction, NotProven
from .systems import System

#: No count of children comes near it; what reaches it has no end.
_NO_END = 1e6
_PUSHES = 10
_NODES = 5_000
_TINY = 1e-6
#: Pushing many together, counts need not go the last bit of the way.
_ROUGH = 0.2


def ranges(system: System, asked: np.ndarray, *, enough: float | None = None) -> pd.DataFrame:
    """
    Bound counts.

    Parameters
    ----------
    system : System
    asked : array_like of int
        Numbers of the cells.
    enough : float, optional
        Stop on a cell as soon as two sets of counts are known in which it differs by so much. Its
        range is then at least what is given.

    Returns
    -------
    DataFrame
        A row for each cell asked for: `cell`, `low`, `high` (whole numbers; high may be inf).

    Raises
    ------
    Contradiction
        When no counts are in keeping with what is told.
    NotProven
        When the solver fails or gives up.
    """
    asked = np.asarray(asked, dtype=int)
    low, high = _propagated(system)
    wanted = np.zeros(len(low), dtype=bool)
    wanted[asked] = True
    least, most = low.copy(), high.copy()
    for cells, matrix, below, above in _parts(system, low, high):
        if wanted[cells].any():
            part = _Part(matrix, below, above, low[cells], high[cells], enough)
            least[cells], most[cells] = part.ranges(wanted[cells])
    # Adding 0 makes a plain 0 of what a solver calls -0.
    return pd.DataFrame({"cell": asked, "low": least[asked] + 0.0, "high": most[asked] + 0.0})


def _propagated(system: System) -> tuple[np.ndarray, np.ndarray]:
    """Tighten each count by each relation alone, again and again, until nothing moves."""
    low, high = np.ceil(system.low - _TINY), np.floor(system.high + _TINY)
    matrix = system.matrix.tocoo()
    row, column, weight = matrix.row, matrix.col, matrix.data
    many = matrix.shape[0]
    for _ in range(50):
        up = weight > 0
        least = np.where(up, weight * low[column], weight * high[column])
        most = np.where(up, weight * high[column], weight * low[column])
        new_low, new_high = low.copy(), high.copy()
        # What the others of a relation are at the least and most, without taking inf from inf.
        for part, limit, is_least in ((least, system.most, True), (most, system.least, False)):
            endless = ~np.isfinite(part)
            number = np.bincount(row, endless, many)
            sums = np.bincount(row, np.where(endless, 0, part), many)
            alone = number[row] - endless == 0
            usable = alone & np.isfinite(limit[row])
            rest = limit[row] - (sums[row] - np.where(endless, 0, part))
            bound = rest[usable] / weight[usable]
            is_upper = (weight[usable] > 0) == is_least
            at = column[usable]
            np.minimum.at(new_high, at[is_upper], np.floor(bound[is_upper] + _TINY))
            np.maximum.at(new_low, at[~is_upper], np.ceil(bound[~is_upper] - _TINY))
        if (new_low > new_high).any():
            raise Contradiction("What is told contradicts itself: no counts fit all of it.")
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return low, high


def _parts(system: System, low: np.ndarray, high: np.ndarray) -> list[tuple]:
    """Split what is not settled into what hangs together: cells, relations and their limits."""
    from scipy import sparse
    from scipy.sparse import csgraph

    open_ = np.flatnonzero(low < high)
    settled = np.where(low < high, 0.0, low)
    taken = system.matrix @ settled
    matrix = sparse.csr_array(system.matrix)[:, open_]
    below, above = system.least - taken, system.most - taken
    matrix = sparse.csr_array(matrix)
    empty = np.diff(matrix.indptr) == 0
    if ((below > _TINY) | (above < -_TINY))[empty].any():
        raise Contradiction("What is told contradicts itself: a sum is not that of its parts.")
    links = abs(matrix).T @ abs(matrix)
    many, label = csgraph.connected_components(links, directed=False)
    found = []
    for number in range(many):
        at = np.flatnonzero(label == number)
        own = sparse.csr_array(matrix[:, at])
        rows = np.flatnonzero(np.diff(own.indptr))
        found.append((open_[at], own[rows], below[rows], above[rows]))
    return found


class _Part:
    """Counts that hang together, none of them settled."""

    def __init__(
        self, matrix: Any, below: np.ndarray, above: np.ndarray,
        low: np.ndarray, high: np.ndarray, enough: float | None,
    ) -> None:  # fmt: skip
        self.matrix, self.below, self.above = matrix, below, above
        self.low, self.high = low, np.minimum(high, _NO_END)
        self.enough = np.inf if enough is None else enough
        self.seen_low, self.seen_high = np.full(len(low), np.inf), np.full(len(low), -np.inf)

    def ranges(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        if not self.matrix.shape[0]:
            return self.low, _endless(self.high)
        self._push_together(wanted)
        least, most = self.low.copy(), self.high.copy()
        for cell in np.flatnonzero(wanted).tolist():
            if not self._is_open(cell):
                least[cell], most[cell] = self.seen_low[cell], self.seen_high[cell]
                continue
            least[cell] = self._least(cell, 1.0)
            if self._is_open(cell):
                most[cell] = -self._least(cell, -1.0)
            if not self._is_open(cell):
                least[cell], most[cell] = self.seen_low[cell], self.seen_high[cell]
        return least, _endless(most)

    def _is_open(self, cell: int) -> bool:
        return not self.seen_high[cell] - self.seen_low[cell] >= self.enough

    def _push_together(self, wanted: np.ndarray) -> None:
        drawn = np.random.default_rng(1)
        for _ in range(_PUSHES):
            left = [c for c in np.flatnonzero(wanted).tolist() if self._is_open(c)]
            if len(left) < 3:
                return
            direction = np.zeros(len(self.low))
            direction[left] = drawn.choice([-1.0, 1.0], len(left))
            for sign in (1.0, -1.0):
                if not self._relaxed(sign * direction)[1]:
                    self._whole(sign * direction, gap=_ROUGH)
            if sum(map(self._is_open, left)) > 0.95 * len(left):
                return  # what is left has to be pushed alone

    def _least(self, cell: int, sign: float) -> float:
        """Find the least of a count, or of its opposite; at first any numbers will do."""
        direction = np.zeros(len(self.low))
        direction[cell] = sign
        bound = np.ceil(self._relaxed(direction)[0] - _TINY)
        seen = sign * (self.seen_low if sign > 0 else self.seen_high)[cell]
        if seen <= bound + _TINY:
            return float(seen)
        if np.isfinite(self.enough) and self._far_enough(cell, sign):
            return float(sign * (self.seen_low if sign > 0 else self.seen_high)[cell])
        return self._whole(direction)

    def _far_enough(self, cell: int, sign: float) -> bool:
        """Look for any counts at all that lie far enough from those seen: dearer to disprove."""
        other = (self.seen_high if sign > 0 else self.seen_low)[cell]
        limit = other - sign * self.enough
        low, high = self.low.copy(), self.high.copy()
        if not np.isfinite(limit) or not low[cell] <= limit <= high[cell]:
            return False
        (high if sign > 0 else low)[cell] = limit
        try:
            self._whole(np.zeros(len(low)), bounds=(low, high))
        except Contradiction:
            return False
        return True

    def _relaxed(self, direction: np.ndarray) -> tuple[float, bool]:
        """Solve for any numbers; say too whether the counts found are whole."""
        from scipy.optimize import linprog

        found = linprog(direction, **self._limits(), method="highs")
        if found.status == 2:
            raise Contradiction("What is told contradicts itself: no counts fit all of it.")
        if found.status != 0:
            raise NotProven(f"The solver gave up: {found.message}")
        return float(found.fun), self._see(found.x)

    def _whole(
        self, direction: np.ndarray, gap: float = 0.0,
        bounds: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> float:  # fmt: skip
        """Solve for whole numbers."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        found = milp(
            direction,
            integrality=np.ones(len(direction)),
            bounds=Bounds(*(bounds or (self.low, self.high))),
            constraints=LinearConstraint(self.matrix, self.below, self.above),
            options={"node_limit": _NODES, "mip_rel_gap": gap},
        )
        if found.status == 2:
            raise Contradiction("What is told contradicts itself: no whole numbers fit all of it.")
        if found.status != 0 or found.x is None:
            raise NotProven(f"The solver gave up: {found.message}")
        self._see(found.x)
        return float(np.round(found.fun))

    def _see(self, point: np.ndarray) -> bool:
        """Take a point as a witness, if its counts are whole and fit all that is told."""
        whole = np.round(point)
        if np.abs(point - whole).max() > 1e-5:
            return False
        sums = self.matrix @ whole
        fits = (sums >= self.below - 1e-6).all() and (sums <= self.above + 1e-6).all()
        if fits:
            np.minimum(self.seen_low, whole, out=self.seen_low)
            np.maximum(self.seen_high, whole, out=self.seen_high)
        return bool(fits)

    def _limits(self) -> dict[str, Any]:
        from scipy import sparse

        exact = self.below == self.above
        above, below = ~exact & np.isfinite(self.above), ~exact & np.isfinite(self.below)
        given: dict[str, Any] = {"bounds": np.column_stack([self.low, self.high])}
        if exact.any():
            given |= {"A_eq": self.matrix[exact], "b_eq": self.below[exact]}
        if above.any() or below.any():
            given["A_ub"] = sparse.vstack([self.matrix[above], -self.matrix[below]], format="csr")
            given["b_ub"] = np.concatenate([self.above[above], -self.below[below]])
        return given


def _endless(most: np.ndarray) -> np.ndarray:
    return np.where(most >= _NO_END / 2, np.inf, most)
