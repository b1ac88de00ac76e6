"""The 32 council areas and Scotland: codes past and present, and the many ways they are spelt.

Codes are those of the Office for National Statistics and National Records of Scotland register;
a code retired at a boundary change still finds its council. Comparator families are published
figures, with a source, and live in the data package.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .errors import UnknownName, nearest

SCOTLAND = "Scotland"


@dataclass(frozen=True)
class Area:
    """A council area, or Scotland.

    Attributes
    ----------
    code : str
        The GSS code in force.
    name : str
        As the Scottish Government writes it now.
    kind : str
        "council" or "nation".
    former_codes, spellings : tuple of str
    """

    code: str
    name: str
    kind: str
    former_codes: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


@cache
def every() -> tuple[Area, ...]:
    """List the 32 councils by name, then Scotland."""
    text = resources.files("cpstats").joinpath("areas.csv").read_text(encoding="utf-8")
    return tuple(
        Area(
            row["code"],
            row["name"],
            row["kind"],
            tuple(row["former_codes"].split()),
            tuple(s.strip() for s in row["spellings"].split("|") if s.strip()),
        )
        for row in csv.DictReader(text.splitlines())
    )


def names() -> list[str]:
    """List the names of the councils and Scotland."""
    return [area.name for area in every()]


def councils() -> list[str]:
    """List the names of the 32 councils."""
    return [area.name for area in every() if area.kind == "council"]


def find(name: object) -> Area:
    """Find an area by its name, any known spelling, or a GSS code past or present.

    Parameters
    ----------
    name : str

    Returns
    -------
    Area

    Raises
    ------
    UnknownName
        With the nearest names.

    Examples
    --------
    >>> find("Edinburgh, City of").name, find("Argyll & Bute").code, find("S12000046").name
    ('City of Edinburgh', 'S12000035', 'Glasgow City')
    """
    found = _index().get(_plain(str(name)))
    if found is None:
        known = {s: a.name for a in every() for s in (a.name, *a.spellings)}
        near = dict.fromkeys(known[spelling] for spelling in nearest(str(name), known))
        raise UnknownName("area", name, names(), near)
    return found


@cache
def _index() -> dict[str, Area]:
    index = {}
    for area in every():
        for word in (area.code, area.name, *area.former_codes, *area.spellings):
            index[_plain(word)] = area
    return index


def _plain(name: str) -> str:
    """Fold away what never tells two areas apart: case, ampersands, punctuation, 'Council'."""
    words = re.sub(r"[^a-z0-9& ]+", " ", name.casefold()).replace("&", " and ").split()
    return " ".join(w for w in words if w not in {"council", "the", "area"})
