"""Series laid end to end: one flat array for all of them, so that nothing loops over series.

A series is cut into phases, where a person recorded a reason to start the limits anew. A missing
point, or a period that is not there, cuts a stretch: no run and no moving range goes across it,
since what happened then is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ImpossibleInput
from .times import Times
from .times import read as read_times

Rebase = Mapping[Any, str] | Iterable[tuple[Any, str]]


@dataclass(frozen=True)
class Layout:
    """Values of all series in order of time, series after series.

    Attributes
    ----------
    order : array of int or slice
        Where each value stood as given; a slice of everything when it stands there still.
    phase, stretch : array of int
        Numbers of the phase, and of the stretch without a gap, that each value belongs to.
    series_of_phase : array of int
    reasons : list of str
        Why each phase began; empty for the first of a series.
    in_baseline : array of bool
        Whether a value counts towards its phase's centre and limits.
    """

    order: np.ndarray | slice
    phase: np.ndarray
    stretch: np.ndarray
    series_of_phase: np.ndarray
    reasons: list[str]
    in_baseline: np.ndarray

    @property
    def phases(self) -> int:
        """How many phases there are."""
        return len(self.series_of_phase)

    def total(self, values: np.ndarray) -> np.ndarray:
        """Add up the values of each phase, missing ones left out."""
        return np.bincount(self.phase, np.nan_to_num(values), minlength=self.phases)

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Average the values of each phase, missing ones left out; nan where there are none."""
        with np.errstate(invalid="ignore"):
            return self.total(values) / self.total(~np.isnan(values))

    def spread(self, of_phase: np.ndarray) -> np.ndarray:
        """Give each value what belongs to its phase."""
        return of_phase[self.phase]

    def as_given(self, column: Any) -> Any:
        """Put values back into the order in which they were given."""
        if isinstance(self.order, slice):
            return column
        back = np.empty(len(self.order), dtype=np.int64)
        back[self.order] = np.arange(len(self.order))
        return column.take(back)

    def joined(self) -> np.ndarray:
        """Tell which values follow another of the same stretch."""
        follows = np.zeros(len(self.stretch), dtype=bool)
        follows[1:] = self.stretch[1:] == self.stretch[:-1]
        return follows


def lay(
    values: np.ndarray,
    periods: pd.Index,
    by: np.ndarray,
    baseline: Any,
    starts_of_phases: Mapping[Any, str],
) -> Layout:
    """Put series end to end, in order of time, cut into phases and stretches.

    Parameters
    ----------
    values : array of float
        Of every series, as given; nan where there is none.
    periods : Index
        The period of each value.
    by : array of int
        The number of the series each value belongs to.
    baseline : int or period or None
        Points from the start of each phase, or the last period, that make centre and limits.
    starts_of_phases : mapping
        Key in `times` of the first period of each new phase, and the reason for it.
    """
    times = read_times(periods)
    order = _order(by, times.sort)
    series, key = by[order], times.key[order]
    new_series = np.ones(len(series), dtype=bool)
    new_series[1:] = series[1:] != series[:-1]
    _refuse_twice(series, key, periods[order], times.ordered)
    new_phase, reason = new_series.copy(), np.full(len(series), "", dtype=object)
    for start, why in starts_of_phases.items():
        at = _first_from(start, key, new_series) if times.ordered else key == start
        at &= ~new_series
        new_phase |= at
        reason[at] = why
    missing = np.isnan(values[order])
    gap = missing.copy()
    gap[1:] |= missing[:-1]
    if np.isfinite(times.step):
        gap[1:] |= np.diff(key) > times.step
    phase, first = np.cumsum(new_phase) - 1, np.flatnonzero(new_phase)
    return Layout(
        order=order,
        phase=phase,
        stretch=np.cumsum(new_phase | gap),
        series_of_phase=series[first],
        reasons=list(reason[first]),
        in_baseline=_in_baseline(baseline, times, key, series, phase, first),
    )


def _order(by: np.ndarray, when: np.ndarray) -> np.ndarray | slice:
    """Find the order of time within each series; what stands in it already is not moved."""
    series = np.diff(by)
    if ((series > 0) | ((series == 0) & (when[1:] >= when[:-1]))).all():
        return slice(None)
    return np.lexsort((when, by))


def _first_from(start: Any, key: np.ndarray, new_series: np.ndarray) -> np.ndarray:
    """Tell the first value of each series from a period on, be the period itself there or not."""
    since = key >= start
    first = since.copy()
    first[1:] &= ~since[:-1] | new_series[1:]
    return first


def _refuse_twice(series: np.ndarray, key: np.ndarray, periods: pd.Index, ordered: bool) -> None:
    twice = np.zeros(len(key), dtype=bool)
    if ordered:
        twice[1:] = (key[1:] == key[:-1]) & (series[1:] == series[:-1])
    else:
        twice = pd.DataFrame({"series": series, "key": key}).duplicated().to_numpy()
    if twice.any():
        label = periods[int(np.flatnonzero(twice)[0])]
        more = f", and {twice.sum() - 1} more" if twice.sum() > 1 else ""
        raise ImpossibleInput(
            f"Period {label} stands twice in one series{more}: give `by`, or one value a period."
        )


def pairs(rebase: Rebase) -> list[tuple[Any, str]]:
    """Read starts of phases with their reasons, and refuse one without a reason."""
    if rebase is None or isinstance(rebase, str) or not isinstance(rebase, Iterable):
        raise ImpossibleInput(f"`rebase` takes periods with their reasons: got {rebase!r}.")
    found = []
    for pair in list(rebase.items()) if isinstance(rebase, Mapping) else list(rebase):
        if isinstance(pair, str) or not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ImpossibleInput(
                f"`rebase` takes a reason with every period, as in {{{pair!r}: 'why'}}: a chart "
                "is rebased when a person knows what changed."
            )
        period, why = pair
        if not isinstance(why, str) or not why.strip():
            raise ImpossibleInput(f"`rebase` gives no reason for {period!r}: say what changed.")
        found.append((period, why.strip()))
    return found


def _in_baseline(
    baseline: Any,
    times: Times,
    key: np.ndarray,
    series: np.ndarray,
    phase: np.ndarray,
    first: np.ndarray,
) -> np.ndarray:
    if baseline is None:
        return np.ones(len(key), dtype=bool)
    place = np.arange(len(key))
    if isinstance(baseline, int | np.integer) and not isinstance(baseline, bool):
        longest = int(np.bincount(phase).max())
        if baseline > longest:
            raise ImpossibleInput(
                f"A baseline of {baseline} points is longer than any phase: the longest has "
                f"{longest}. To name a period, give it as text."
            )
        return place - first[phase] < baseline
    last = times.key_of(baseline, "baseline")
    if times.ordered:
        # A phase that begins after the baseline has one of its own: all its points.
        return (key <= last) | (key[first] > last)[phase]
    ends = np.full(int(series.max()) + 1, -1)
    ends[series[key == last]] = place[key == last]
    return place <= ends[series]
