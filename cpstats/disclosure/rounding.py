"""Controlled rounding: every count to a multiple of a base, so that tables still add.

Each count goes to the multiple below it or above it, whichever keep all sums and lie nearest
together (Cox and Ernst, 1982, "Controlled rounding", INFOR 20: 423-432).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..errors import NotProven
from .systems import Relation

_NODES = 20_000


def round_together(
    value: np.ndarray, relations: Sequence[Relation], base: int, shown: np.ndarray
) -> np.ndarray:
    """
    Round counts to multiples of a base.

    Parameters
    ----------
    value : ndarray of float, shape (n,)
    relations : sequence of Relation
        Sums are kept; what is only a bound is not.
    base : int
    shown : ndarray of bool
        Counts to be printed. Others may go anywhere.

    Returns
    -------
    ndarray of float
        Less than one base away from each count that is shown; multiples stay, and so does 0.

    Raises
    ------
    NotProven
        When no such multiples keep all sums, or the solver fails.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    from .systems import system_of

    sums = [r for r in relations if r.least == r.most == 0]
    least = np.where(shown, np.floor(value / base), 0.0)
    most = np.where(shown, np.ceil(value / base), np.inf)
    matrix = system_of(sums, least, most).matrix
    # The loss of going up rather than down; ties go down.
    loss = np.where(shown, (2 * least + 1) * base - 2 * value + 1e-6, 0.0)
    found = milp(
        loss,
        integrality=np.ones(len(value)),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(matrix, 0.0, 0.0) if sums else (),
        options={"node_limit": _NODES},
    )
    if found.x is None:
        raise NotProven(f"No multiples of {base} keep all sums of these tables together.")
    return np.round(found.x) * base
