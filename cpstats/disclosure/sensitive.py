"""Which counts are too small, or too telling, to be shown: the rules of a policy."""

from __future__ import annotations

import numpy as np

from .cells import HIDDEN, REST, SILENT, Cells
from .policies import Policy

HELD_BACK = "held back by the source"


def reasons(cells: Cells, value: np.ndarray, policy: Policy) -> list[str]:
    """
    Say of each count by which rule it must be hidden.

    Parameters
    ----------
    cells : Cells
    value : ndarray of float, shape (n,)
        The counts.
    policy : Policy

    Returns
    -------
    list of str
        The rule, in words; empty where no rule applies.
    """
    behind = zip(cells.keys, value, cells.state, cells.families, cells.largest, strict=True)
    rests = {at for _, _, role, at in cells.places if role == REST}
    found: list[str] = []
    for _, count, state, families, largest in behind:
        if state == HIDDEN and np.isnan(cells.value[len(found)]):
            found.append(HELD_BACK)
        elif state == SILENT and count == 0 and len(found) in rests:
            found.append(_FULL if policy.full == "hide" else "")
        else:
            found.append(_reason(count, families, largest, policy))
    return found


_FULL = "all of its whole"


def _reason(count: float, families: float, largest: float, policy: Policy) -> str:
    if count == 0:
        return "none" if policy.zero == "hide" else ""
    if 0 < count < policy.hide_under:
        return f"fewer than {policy.hide_under}"
    if policy.families and 0 < families < policy.hide_under:
        return f"fewer than {policy.hide_under} families"
    if policy.dominance and largest > policy.dominance * count:
        return f"one family is more than {100 * policy.dominance:.0f}% of it"
    return ""
