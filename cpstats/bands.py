"""Events and persons in the bands of each group: read, checked, one entry a band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import groups
from .errors import ImpossibleInput
from .groups import Groups


@dataclass(frozen=True)
class Cells:
    """Bands of groups, one entry each."""

    group: np.ndarray
    groups: int
    count: np.ndarray
    variance: np.ndarray
    population: np.ndarray
    standard: np.ndarray

    def sum(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.group, values, minlength=self.groups).astype("float64", copy=False)


def read(
    frame: pd.DataFrame,
    told: Groups,
    count: str,
    population: str,
    standard: str,
    band: str | None,
    events_per_child: str | None,
) -> Cells:
    """Read and check the bands, bringing rows of one band together where repeats are told apart."""
    x, n, w = groups.numbers(frame, count=count, population=population, standard=standard)
    check(frame, told, x, n, band)
    groups.refuse(~(w > 0), w, "A standard population must be above 0 in every band", told)
    if events_per_child is not None:
        return _repeats(frame, told, x, n, w, band, events_per_child)
    if band is not None:
        _bands(frame, told, band, repeats=None)
    return Cells(told.code, len(told.first), x, x, n, w)


def _repeats(
    frame: pd.DataFrame,
    told: Groups,
    x: np.ndarray,
    n: np.ndarray,
    w: np.ndarray,
    band: str | None,
    events_per_child: str,
) -> Cells:
    """Bring the rows of a band together, one for each number of events that a child had."""
    if band is None:
        raise ImpossibleInput("`events_per_child` needs `band`: name the column of bands.")
    (f,) = groups.numbers(frame, events_per_child=events_per_child)
    groups.refuse(
        ~((f >= 1) & (f == np.round(f))), f, "Events per child must be 1, 2, 3 and so on", told
    )
    groups.refuse(
        np.abs(x / f - np.round(x / f)) > 1e-9,
        x,
        "A count must be a multiple of its events per child (it counts events, not children)",
        told,
    )
    bands = _bands(frame, told, band, repeats=events_per_child)
    for values, what in ((n, "population"), (w, "standard population")):
        there = values[bands.first][bands.code]
        uneven = (values != there) & ~(np.isnan(values) & np.isnan(there))
        groups.refuse(uneven, values, f"All rows of a band must have the same {what}", bands)
    # Children with f events: their number x / f varies as a Poisson count, their events f^2 times
    # as much.
    return Cells(
        told.code[bands.first],
        len(told.first),
        bands.sum(x),
        bands.sum(f * x),
        n[bands.first],
        w[bands.first],
    )


def _bands(frame: pd.DataFrame, told: Groups, band: str, repeats: str | None) -> Groups:
    """Tell the bands of each group apart; each is there, and once."""
    keys = list(told.labels.columns)
    bands = groups.group(frame, [*keys, band])
    rows = bands if repeats is None else groups.group(frame, [*keys, band, repeats])
    twice = pd.Series(rows.code).duplicated().to_numpy()
    if twice.any():
        named = rows.name(int(rows.code[twice][0]))
        raise ImpossibleInput(f"There are several rows for {named}: add them up first.")
    which, names = pd.factorize(frame[band].iloc[bands.first])
    held = np.bincount(told.code[bands.first], minlength=len(told.first))
    if (held < len(names)).any():
        short = int(np.flatnonzero(held < len(names))[0])
        own = which[told.code[bands.first] == short]
        absent = names[np.setdiff1d(np.arange(len(names)), own)[0]]
        where = told.name(short) or "the table"
        raise ImpossibleInput(
            f"Band {groups.said(absent)} has no row in {where}: give one, with a count of 0 if "
            "it has no events."
        )
    return bands


def check(
    frame: pd.DataFrame, told: Groups, x: np.ndarray, n: np.ndarray, band: str | None
) -> None:
    groups.refuse(x < 0, x, "A count cannot be negative", told)
    groups.refuse(n < 0, n, "A population cannot be negative", told)
    if (wrong := (x > 0) & (n == 0)).any():
        if band is not None:
            told = groups.group(frame, [*told.labels.columns, band])
        groups.refuse(wrong, x, "A band of nobody cannot have events", told)
