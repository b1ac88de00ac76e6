"""Which further counts to hide, so that the first ones cannot be worked out: the fewest that do it.

A hidden count is safe when two sets of counts, both in keeping with all that is shown, put it far
enough apart. Which cells to hide is an integer program; what it has overlooked is found by linear
programs, whose dual solutions say which cells could help, and goes back into it as a constraint
(Fischetti and Salazar-Gonzalez, 2001, "Solving the cell suppression problem on tabular data with
linear constraints", Management Science 47: 1008-1027).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ..errors import NotProven
from .asking import Asked, Part, parts_of
from .moving import Moving, Push
from .systems import System

#: Cells above which the best set is not sought to the last cell: its proof could take hours.
_SMALL = 400
_GAP = 0.02
#: Rounds in which the best set is sought anew, before cells are only added.
_ANEW = 25
_NODES = 300
_ROUNDS = 60
_TINY = 1e-6

_GIVEN_AWAY = (
    "A count that must be hidden cannot be: what is published, or was released before, gives it "
    "away, or the solver found nothing to hide with it. A stricter policy cannot take back what "
    "an earlier one let leave. Publish fewer breakdowns, or a longer time."
)
#: Narrow cells that are looked into before the choice is made anew.
_AT_ONCE = 12


def hide(
    system: System, asked: Asked, barred: Sequence[tuple[int, frozenset[int]]] = ()
) -> np.ndarray:
    """
    Choose the cells to hide.

    Parameters
    ----------
    system : System
        Its relations hold for the counts themselves.
    asked : Asked
    barred : sequence of tuple
        Cells found too narrow, each with all that was hidden then: of what hangs together with
        it, another one is to be hidden.

    Returns
    -------
    ndarray of bool
        Every cell that is hidden in the end.

    Raises
    ------
    NotProven
        When no choice protects a cell, as what is known already gives it away, or when the solver
        fails.
    """
    chosen = asked.hidden.copy()
    for part in parts_of(system, asked):
        cells = frozenset(part.cells.tolist())
        # Where all of it is hidden nothing more can be done here: whoever asks will see that.
        others = [cells - before for cell, before in barred if cell in cells and cells - before]
        chosen[part.cells] = _Search(part, asked).chosen(others)
    return chosen


def reachable(system: System, asked: Asked) -> np.ndarray:
    """
    Say how wide the range of each cell can be at all.

    Parameters
    ----------
    system : System
    asked : Asked

    Returns
    -------
    ndarray of float
        As asked, or less where a range is narrower even with all hidden that can be: what is
        public, or left before, gives it away as far as that.
    """
    width = asked.width.copy()
    for part in parts_of(system, asked):
        hidden = (asked.free | asked.hidden)[part.cells]
        for cell, pushed in Moving(part, asked).narrow(hidden, len(part.cells)):
            width[part.cells[cell]] = max(0.0, sum(push.reached for push in pushed) - _TINY)
    return width


class _Search:
    """The search for the cells to hide in one part."""

    def __init__(self, part: Part, asked: Asked) -> None:
        self.part, self.width = part, asked.width[part.cells]
        self.value = asked.value[part.cells]
        self.always = asked.hidden[part.cells]
        # What is known exactly is past guarding.
        self.guarded = asked.guarded[part.cells] & (self.width > _TINY)
        self.fixed = ~(asked.free | asked.hidden)[part.cells]
        self.cost = np.where(self.always, 0.0, asked.cost[part.cells])
        self.numbers = part.cells
        self.moving = Moving(part, asked)
        self.cuts: list[tuple[np.ndarray, np.ndarray, float]] = []
        self.covered: set[tuple[int, int]] = set()
        self.small = int((~self.always).sum()) <= _SMALL

    def chosen(self, barred: Iterable[frozenset[int]]) -> np.ndarray:
        self._cover(self.always)
        position = {int(c): n for n, c in enumerate(self.numbers)}
        for others in barred:
            at = np.array(sorted(position[c] for c in others))
            self.cuts.append((at, np.ones(len(at)), 1.0))
        hidden = self._fewest()
        for turn in range(_ROUNDS):
            narrow = self.moving.narrow(hidden, _AT_ONCE)
            if not len(narrow):
                return hidden
            added = len(self.cuts)
            for cell, pushed in narrow:
                self._cut(cell, pushed, hidden)
            self._cover(hidden)
            if len(self.cuts) == added:
                break
            anew = self.small and turn < _ANEW
            hidden = self._fewest() if anew else self._with_more(hidden, added)
        raise NotProven(_GIVEN_AWAY)

    def _fewest(self) -> np.ndarray:
        """Solve the integer program: the cells that cost least and satisfy every cut."""
        return self._solved(self.cuts, self.always)

    def _with_more(self, hidden: np.ndarray, since: int) -> np.ndarray:
        """Keep what is hidden, and hide what the newest cuts ask for on top of it."""
        return self._solved(self.cuts[since:], hidden)

    def _solved(self, cuts: list, held: np.ndarray) -> np.ndarray:
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        if not cuts:
            return held.copy()
        rows = np.repeat(np.arange(len(cuts)), [len(c[0]) for c in cuts])
        columns = np.concatenate([c[0] for c in cuts])
        weights = np.concatenate([c[1] for c in cuts])
        shape = (len(cuts), len(self.value))
        matrix = sparse.csr_array((weights, (rows, columns)), shape=shape)
        options = {"mip_rel_gap": 0.0 if self.small else _GAP, "node_limit": _NODES}
        found = milp(
            self.cost,
            integrality=np.ones(len(self.value)),
            bounds=Bounds(held.astype(float), np.where(self.fixed, 0.0, 1.0)),
            constraints=LinearConstraint(matrix, lb=np.array([c[2] for c in cuts])),
            options=options,
        )
        if found.x is None:
            raise NotProven(_GIVEN_AWAY)
        return found.x > 0.5

    # What the integer program must satisfy

    def _cover(self, hidden: np.ndarray) -> None:
        """In every sum, let a guarded cell be hidden only with another."""
        matrix = self.part.matrix
        for row in np.flatnonzero(self.part.least == self.part.most).tolist():
            at = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            for cell in at[hidden[at] & self.guarded[at]]:
                others = at[at != cell]
                moved = self.always | self.moving.loose
                if (row, cell) not in self.covered and not moved[others].any():
                    self.covered.add((row, cell))
                    self._ask(int(cell), others, np.ones(len(others)), 1.0)

    def _ask(self, cell: int, others: np.ndarray, weights: np.ndarray, need: float) -> None:
        """Ask that others weigh enough, if the cell is hidden."""
        if self.always[cell]:
            self.cuts.append((others, weights, need))
        else:
            self.cuts.append((np.append(others, cell), np.append(weights, -need), 0.0))

    def _cut(self, cell: int, pushed: list[Push], hidden: np.ndarray) -> None:
        """Say which cells could widen the range of one, from the duals of its two programs."""
        total, need = np.zeros(len(self.value)), float(self.width[cell])
        for push in pushed:
            gain = self.moving.gain(push)
            total += gain
            # What rounding and the slack of inequalities give, whatever is hidden.
            need -= max(0.0, push.reached - float(gain[hidden].sum()))
        total = np.where(total > _TINY, np.minimum(total, need), 0.0)
        # What is hidden always moves anyway, and so does the cell itself.
        moves = self.always.copy()
        moves[cell] = True
        need -= total[moves].sum()
        others = np.flatnonzero((total > 0) & ~moves)
        if need > _TINY and len(others):
            self._ask(cell, others, np.minimum(total[others], need), need)
