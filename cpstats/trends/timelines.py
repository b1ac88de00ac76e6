"""A results table read as series over time: what each row is, when, and what may be used of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import catalogue, inputs
from .. import periods as period_terms
from ..errors import ImpossibleInput, UnknownName
from ..groups import group
from ..inputs import refuse

_KEYS = ("indicator", "area_code", "area")


@dataclass(frozen=True)
class Timelines:
    """Rows of a results table in order of series, then of time.

    Attributes
    ----------
    frame : DataFrame
        The rows themselves, numbered from 0.
    keys : list of str
        The columns that tell the series apart.
    series : array of int
        The series of each row, numbered in order of first appearance.
    when : array of float
        In years.
    written : array of str
        How the period is written: "year", "quarter", "date".
    cut : array of float
        For each row, the last break of its indicator's definition at or before it, in years;
        minus infinity where there is none.
    """

    frame: pd.DataFrame
    keys: list[str]
    series: np.ndarray
    when: np.ndarray
    written: np.ndarray
    cut: np.ndarray

    @property
    def many(self) -> int:
        """How many series there are."""
        return int(self.series.max()) + 1 if len(self.series) else 0

    @property
    def names(self) -> pd.DataFrame:
        """The keys of each series, a row each."""
        return self.frame.loc[self.first_rows, self.keys].reset_index(drop=True)

    @property
    def first_rows(self) -> np.ndarray:
        """Where each series begins."""
        return np.flatnonzero(np.diff(self.series, prepend=-1))

    def kinds(self) -> np.ndarray:
        """Tell the kind of each row's indicator; empty where the catalogue has no such entry."""
        return np.array([e.kind if e else "" for e in self._entries()], dtype="str")

    def scales(self) -> np.ndarray:
        """Tell what one of a row's units is per; 1 where the catalogue has no such entry."""
        return np.array([e.per if e else 1.0 for e in self._entries()], dtype="float64")

    def _entries(self) -> list[Any]:
        if "indicator" not in self.frame:
            return [None] * len(self.frame)
        codes, ids = pd.factorize(self.frame["indicator"])
        found = [catalogue.CATALOGUE.get(i) for i in ids]
        return [found[c] for c in codes]


def read(results: pd.DataFrame, by: str | Iterable[str]) -> Timelines:
    """Read a results table, and refuse what is no set of series."""
    missing = [c for c in ("period", "numerator", "denominator") if c not in results]
    if missing:
        raise ImpossibleInput(f"The table has no column {' or '.join(missing)}.")
    splits = [by] if isinstance(by, str) else list(by)
    for column in splits:
        if column not in results:
            raise UnknownName("column", column, map(str, results))
    keys = list(dict.fromkeys([*(k for k in _KEYS if k in results), *splits]))
    codes = group(results, keys).code
    when, written = places(results["period"])
    order = np.lexsort((when, codes))
    lines = Timelines(
        frame=results.iloc[order].reset_index(drop=True),
        keys=keys,
        series=codes[order],
        when=when[order],
        written=written[order],
        cut=_cuts(results, when)[order],
    )
    _refuse_mixed(lines)
    return lines


def places(periods: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Place periods in time, in years, and tell how each is written."""
    codes, labels = pd.factorize(periods)
    if (codes < 0).any():
        raise ImpossibleInput("A period is missing: every figure needs its year or date.")
    known = [period_terms.place(label) for label in labels]
    when = np.array([k[0] for k in known], dtype="float64")
    return when[codes], np.array([k[1] for k in known], dtype="str")[codes]


def say(label: Any) -> str:
    """Write a period for a sentence."""
    if isinstance(label, dt.date):
        return period_terms.write_date(label)
    if isinstance(label, float | np.floating) and float(label).is_integer():
        return str(int(label))
    return str(label)


def _cuts(results: pd.DataFrame, when: np.ndarray) -> np.ndarray:
    """Find, for each row, the last break in its indicator's definition."""
    cut = np.full(len(results), -np.inf)
    if "indicator" not in results:
        return cut
    codes, ids = pd.factorize(results["indicator"])
    for code, name in enumerate(ids):
        entry = catalogue.CATALOGUE.get(name)
        breaks = [v.since for v in entry.versions if v.breaks and v.since] if entry else []
        for at in sorted(period_terms.place(since)[0] for since in breaks):
            cut[(codes == code) & (when >= at)] = at
    return cut


def _refuse_mixed(lines: Timelines) -> None:
    same = np.diff(lines.series) == 0
    for wrong, why in (
        (np.diff(lines.when) == 0, "stands twice in one series{more}: give `by`, or drop one"),
        (
            lines.written[1:] != lines.written[:-1],
            "is not written like the one before it{more}: keep years, quarters and dates apart",
        ),
    ):
        at = np.flatnonzero(wrong & same)
        if len(at):
            row = lines.frame.loc[at[0] + 1]
            name = ", ".join(str(row[k]) for k in lines.keys if k != "area_code")
            more = f", and {len(at) - 1} more" if len(at) > 1 else ""
            raise ImpossibleInput(
                f"Period {say(row['period'])}{f' of {name}' if name else ''} "
                f"{why.format(more=more)}."
            )


def floats(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Take a column as numbers; one that is not there is all missing."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return inputs.floats(name, frame[name]).copy()


def counts(lines: Timelines) -> tuple[np.ndarray, np.ndarray]:
    """Take counts and populations, nan in both where either is missing.

    A count of the catalogue has no population; it is given one of 1 throughout.
    """
    count, population = floats(lines.frame, "numerator"), floats(lines.frame, "denominator")
    kind = lines.kinds()
    population[kind == "count"] = 1.0
    refuse(count < 0, count, "a count cannot be negative")
    whole = np.isnan(count) | (count == np.round(count))
    refuse(~whole, count, "a count must be a whole number")
    refuse(population < 0, population, "a denominator cannot be negative")
    refuse((population == 0) & (count > 0), count, "a count stands over a denominator of 0")
    over = (kind == "proportion") & (count > population)
    refuse(over, count, "a part cannot be larger than its whole")
    # A group of nobody has no rate, which is not a rate of 0.
    lost = np.isnan(count) | np.isnan(population) | (population == 0)
    return np.where(lost, np.nan, count), np.where(lost, np.nan, population)
