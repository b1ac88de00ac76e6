"""From the process that counts to the one that lets a report leave: what may be seen, and what not.

A report is made in a process of its own. What it hid is handed over in a private file that lives no
longer than the run, so that the page can be searched for it.
"""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from .releases import Release

#: Names the file, while a report is made.
HANDED = "CPSTATS_RELEASE"


@dataclass(frozen=True)
class Handed:
    """A release, and of whom it is."""

    release: Release
    area: str
    synthetic: bool


def together(one: Release, other: Release) -> Release:
    """
    Put two releases of one report together, of things that have no count in common.

    Parameters
    ----------
    one, other : Release
        Of the same policy.

    Returns
    -------
    Release
        A pair of numbers that either shows is no longer searched for: it would be found.
    """
    tables = {**one.tables, **other.tables}
    shown = {
        (float(part), float(whole))
        for table in tables.values()
        for part, whole in zip(table["numerator"], table["denominator"], strict=True)
        if part == part and whole == whole
    }
    return replace(
        one, tables=tables, makes={**one.makes, **other.makes},
        decisions=pd.concat([one.decisions, other.decisions], ignore_index=True),
        hidden=(one.hidden | other.hidden) - shown, bounded=one.bounded + other.bounded,
    )  # fmt: skip


def hand(release: Release, *, area: str, synthetic: bool) -> None:
    """Hand a release to whoever runs the report; nothing happens where nobody does."""
    place = os.environ.get(HANDED)
    if place:
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            pickle.dump(Handed(release, area, synthetic), file)


def take(place: Path) -> Handed | None:
    """Take what was handed over; None when the report released nothing."""
    if not place.exists():
        return None
    with place.open("rb") as file:
        # Written a moment ago by our own code into a folder that only its user can open.
        return pickle.load(file)
