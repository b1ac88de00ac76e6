"""The indicators: one entry each, and no code. Adding an indicator is adding an entry."""

from __future__ import annotations

from ..definitions import Indicator
from ..errors import UnknownName
from .figures import FIGURES
from .lengths import LENGTHS
from .records import RECORDS

#: Every indicator by its id.
CATALOGUE: dict[str, Indicator] = {entry.id: entry for entry in (*FIGURES, *RECORDS, *LENGTHS)}


def find(name: str) -> Indicator:
    """Find an indicator by its id.

    Parameters
    ----------
    name : str

    Returns
    -------
    Indicator

    Raises
    ------
    UnknownName
        With the nearest ids.
    """
    if name not in CATALOGUE:
        raise UnknownName("indicator", name, CATALOGUE)
    return CATALOGUE[name]
