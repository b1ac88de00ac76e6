"""How far hidden counts can move together, while all that is shown stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import NotProven
from .asking import Asked, Part

#: How far counts may move in a search, in widths of the protection.
_REACH = 4
#: Pushes of all cells at once, in directions drawn by a seed, before each is pushed alone.
_PUSHES = 12
_TINY = 1e-6


@dataclass(frozen=True)
class Push:
    """Counts moved as far as they go in a direction.

    Attributes
    ----------
    moved : ndarray of float
        How far each count has moved.
    reached : float
        How far in the direction.
    worth : ndarray of float
        What one more step of each count would add to that: negative for a step down.
    """

    moved: np.ndarray
    reached: float
    worth: np.ndarray


class Moving:
    """The counts of one part, and how far they may move."""

    def __init__(self, part: Part, asked: Asked) -> None:
        self.part, self.width = part, asked.width[part.cells]
        self.guarded = asked.guarded[part.cells]
        self.slack_down, self.slack_up = (
            slack[part.cells] for slack in (asked.slack_down, asked.slack_up)
        )
        self.loose = (self.slack_down > 0) | (self.slack_up > 0)
        reach = np.full(len(part.cells), _REACH * asked.width.max(initial=1.0))
        self.reach_up = np.maximum(reach, self.slack_up)
        self.reach_down = np.maximum(np.minimum(asked.value[part.cells], reach), self.slack_down)
        self.least, self.most = np.zeros(len(reach)), np.zeros(len(reach))
        self.seen_with = np.zeros(len(reach), dtype=bool)

    def gain(self, push: Push) -> np.ndarray:
        """Say how much further each count could bring it, if it were hidden."""
        return (
            np.maximum(push.worth, 0) * self.reach_up + np.maximum(-push.worth, 0) * self.reach_down
        )

    def narrow(self, hidden: np.ndarray, at_once: int) -> list[tuple[int, list[Push]]]:
        """Find guarded cells whose range is too narrow, with their two pushes; not all at once."""
        if (self.seen_with & ~hidden).any():
            # What moved before is shown now, so nothing that was seen then counts.
            self.least[:], self.most[:] = 0, 0
        self.seen_with = hidden.copy()
        drawn = np.random.default_rng(0)
        for _ in range(_PUSHES):
            left = self._open(hidden)
            if len(left) < 3:
                break
            direction = np.zeros(len(hidden))
            direction[left] = drawn.choice([-1.0, 1.0], len(left))
            for sign in (1.0, -1.0):
                self._push(sign * direction, hidden)
            if len(self._open(hidden)) > 0.95 * len(left):
                break  # what is left has to be pushed alone
        found: list[tuple[int, list[Push]]] = []
        for cell in self._open(hidden):
            direction = np.zeros(len(hidden))
            direction[cell] = 1.0
            if self._is_open(cell):
                pushed = [self._push(sign * direction, hidden) for sign in (1.0, -1.0)]
                if self._is_open(cell):
                    found.append((int(cell), pushed))
            if len(found) == at_once:
                break
        return found

    def _open(self, hidden: np.ndarray) -> np.ndarray:
        return np.flatnonzero(hidden & self.guarded & self._is_open(slice(None)))

    def _is_open(self, cell: Any) -> Any:
        return self.most[cell] - self.least[cell] < self.width[cell] - _TINY

    def _push(self, direction: np.ndarray, hidden: np.ndarray) -> Push:
        """Move counts as far as they go in a direction, all sums kept."""
        from scipy import sparse
        from scipy.optimize import linprog

        part = self.part
        can = np.flatnonzero(hidden | self.loose)
        own = sparse.csr_array(part.matrix[:, can])
        exact = part.least == part.most
        above, below = ~exact & np.isfinite(part.most), ~exact & np.isfinite(part.least)
        given: dict[str, Any] = {}
        if exact.any():
            given |= {"A_eq": own[exact], "b_eq": np.zeros(int(exact.sum()))}
        if above.any() or below.any():
            given["A_ub"] = sparse.vstack([own[above], -own[below]], format="csr")
            given["b_ub"] = np.concatenate([part.most[above], -part.least[below]])
        down = np.where(hidden, self.reach_down, self.slack_down)[can]
        up = np.where(hidden, self.reach_up, self.slack_up)[can]
        found = linprog(
            -direction[can], bounds=np.column_stack([-down, up]), method="highs", **given
        )
        if found.status != 0:
            raise NotProven(f"The solver failed: {found.message}")
        moved = np.zeros(len(hidden))
        moved[can] = found.x
        np.minimum(self.least, moved, out=self.least)
        np.maximum(self.most, moved, out=self.most)
        # The price of each relation tells what a step of any count is worth, shown ones too.
        worth = direction.copy()
        if exact.any():
            worth += part.matrix[exact].T @ found.eqlin.marginals
        if above.any() or below.any():
            prices = found.ineqlin.marginals
            many = int(above.sum())
            worth += part.matrix[above].T @ prices[:many] - part.matrix[below].T @ prices[many:]
        return Push(moved, -float(found.fun), worth)
