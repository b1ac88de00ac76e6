"""What is asked of the protection, and what of it hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .systems import System


@dataclass(frozen=True)
class Asked:
    """What to protect.

    Attributes
    ----------
    value : ndarray of float, shape (n,)
        The counts themselves.
    free : ndarray of bool
        Cells that can be hidden, or are: those that no output shows already.
    hidden : ndarray of bool
        Cells that are hidden whatever comes: too small, or printed by no table.
    guarded : ndarray of bool
        Cells whose range must stay wide if they are hidden.
    cost : ndarray of float
        What is lost with each cell.
    slack_down, slack_up : ndarray of float
        How far a count that is shown may be from what is shown: 0 unless it is rounded.
    width : ndarray of float
        How wide the range of each cell must stay.
    """

    value: np.ndarray
    free: np.ndarray
    hidden: np.ndarray
    guarded: np.ndarray
    cost: np.ndarray
    slack_down: np.ndarray
    slack_up: np.ndarray
    width: np.ndarray


@dataclass(frozen=True)
class Part:
    """Cells that hang together: their numbers, and the relations between them."""

    cells: np.ndarray
    matrix: Any
    least: np.ndarray
    most: np.ndarray


def parts_of(system: System, asked: Asked) -> list[Part]:
    """Split what can change into what hangs together; parts with nothing to guard are left out."""
    from scipy import sparse
    from scipy.sparse import csgraph

    moves = (asked.slack_down > 0) | (asked.slack_up > 0)
    free = np.flatnonzero(asked.free | asked.hidden | moves)
    matrix = sparse.csr_array(system.matrix)
    at_rest = matrix @ asked.value
    # How far each relation may move from where it stands.
    least, most = (np.minimum(system.least - at_rest, 0), np.maximum(system.most - at_rest, 0))
    columns = sparse.csr_array(matrix[:, free])
    joined = (abs(columns.T) @ abs(columns)) if columns.shape[0] else columns.T @ columns
    many, label = csgraph.connected_components(joined, directed=False)
    found = []
    order = np.argsort(label, kind="stable")
    for part in np.split(order, np.cumsum(np.bincount(label, minlength=many))[:-1]):
        cells = free[part]
        if not (asked.guarded & asked.hidden)[cells].any():
            continue
        own = sparse.csr_array(columns[:, part])
        rows = np.flatnonzero(np.diff(own.indptr))
        found.append(Part(cells, own[rows], least[rows], most[rows]))
    return found
