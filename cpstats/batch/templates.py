"""The notebooks of a schedule: ours by their kind, any other by its path and no other way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import CpstatsError, nearest
from ..files import slug
from ..notebooks import NOTEBOOKS, declared, find_notebook
from .readings import Reading


@dataclass(frozen=True)
class Template:
    """
    A notebook that reports are made from.

    Attributes
    ----------
    kind : str
        "annual", "quarterly", "reproduction", or as the schedule names it.
    path : Path
    takes : dict
        The parameters it takes, with their defaults.
    """

    kind: str
    path: Path
    takes: dict[str, Any]

    @property
    def ours(self) -> bool:
        """Whether it is a notebook of cpstats."""
        return self.kind in NOTEBOOKS

    @property
    def hides(self) -> bool:
        """Whether it can hide figures from readers; what is not ours may, whatever it declares."""
        return "restricted" in self.takes or not self.ours

    @property
    def word(self) -> str:
        """What the names of its reports begin with."""
        return self.kind if self.ours else slug(self.path.stem)


def templates(reading: Reading) -> list[Template]:
    """
    Find the notebooks of a schedule.

    Parameters
    ----------
    reading : Reading
        Told of those that are none.

    Returns
    -------
    list of Template
        In the order of the schedule.
    """
    found: list[Template] = []
    for kind in reading.texts("notebooks"):
        try:
            found += _template(reading, kind)
        except CpstatsError as error:
            reading.wrong("notebooks", error)
    return found


def _template(reading: Reading, kind: str) -> Iterator[Template]:
    if kind in NOTEBOOKS:
        path = find_notebook(kind)
        takes = declared(path)
        if kind in ("annual", "quarterly"):
            del takes["ledger"]  # that of releases, which they find themselves
        yield Template(kind, path, takes)
    elif not kind.endswith(".ipynb"):
        near = nearest(kind, NOTEBOOKS)
        said = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(NOTEBOOKS)}."
        reading.wrong("notebooks", f"There is no notebook called {kind!r}. {said}")
    elif where := reading.under("notebooks", kind):
        if not os.path.isfile(where):
            reading.wrong("notebooks", f"There is no file {kind}.")
        elif not slug(Path(where).stem):
            said = "give it a name with a letter from a to z or a figure, which its reports take"
            reading.wrong("notebooks", f"No file can be called after {kind!r}: {said}.")
        else:
            yield Template(kind, Path(where), declared(Path(where)))
