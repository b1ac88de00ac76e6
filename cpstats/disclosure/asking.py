"""What is asked of the protection, and what of it hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .cells import HIDDEN, REST, SILENT, Cells, Key
from .policies import Policy
from .systems import Relation, System, system_of

#: Losing a figure of everybody over a year is like losing so many others.
_HEADLINE = 4


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


def what_to_protect(
    cells: Cells, relations: list[Relation], value: np.ndarray, why: list[str], free: np.ndarray,
    policy: Policy, rounded: np.ndarray,
) -> tuple[Asked, System]:  # fmt: skip
    """
    Say what to protect of some counts, and what it would cost.

    Parameters
    ----------
    cells : Cells
    relations : list of Relation
    value : ndarray of float
        The counts themselves.
    why : list of str
        The rule by which each must be hidden; empty for none.
    free : ndarray of bool
        Those that a table of ours shows, and nothing else did.
    policy : Policy
    rounded : ndarray of float
        What each is rounded to.

    Returns
    -------
    asked : Asked
    system : System
    """
    silent = np.array([s == SILENT for s in cells.state])
    sensitive = np.array([bool(reason) for reason in why])
    hidden = np.array([s == HIDDEN for s in cells.state]) | silent | (sensitive & free)
    loose = max(policy.round_to - 1, 0) * (free & (value > 0))
    slack_down = np.where(loose, np.maximum(value - np.maximum(rounded - loose, 1), 0), 0.0)
    slack_up = np.where(loose, np.maximum(rounded + loose - value, 0), 0.0)
    headline = np.array([_is_headline(key) for key in cells.keys])
    # The fewest figures, each as often as it is printed; of as many, the smallest, and those of
    # groups rather than of all.
    cost = _printed(cells) + value / (1 + value.sum()) + _HEADLINE * headline + (value == 0)
    guarded = ~silent | sensitive
    width = np.full(len(value), float(policy.protection))
    asked = Asked(value, free, hidden, guarded, cost, slack_down, slack_up, width)
    return asked, system_of(relations, np.zeros(len(value)), np.full(len(value), np.inf))


def _printed(cells: Cells) -> np.ndarray:
    """Count the rows that lose their figure with each count; of what none prints, say one."""
    rows = [at for _, _, role, at in cells.places if role != REST]
    return np.maximum(np.bincount(rows, minlength=len(cells.keys)), 1)


def _is_headline(key: Key) -> bool:
    """Tell whether a count is of everybody, over a year or on a day."""
    groups = dict(key.groups)
    return not set(groups) - {"area", "period"} and " Q" not in groups.get("period", "")
