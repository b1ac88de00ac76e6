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

from .. import periods as period_terms
from ..errors import CpstatsError, ImpossibleInput
from ..inputs import refuse

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
        First period of each new phase, and the reason for it.
    """
    when, distance = places(periods)
    order = _order(by, when)
    series, when = by[order], when[order]
    new_series = np.ones(len(series), dtype=bool)
    new_series[1:] = series[1:] != series[:-1]
    _refuse_twice(new_series, when, periods[order])
    new_phase, reason = new_series.copy(), np.full(len(series), "", dtype=object)
    for period, why in starts_of_phases.items():
        at = (when == place_of(period, periods, "rebase")) & ~new_series
        new_phase |= at
        reason[at] = why
    missing = np.isnan(values[order])
    gap = missing.copy()
    gap[1:] |= missing[:-1]
    gap[1:] |= np.diff(when) > distance
    phase, first = np.cumsum(new_phase) - 1, np.flatnonzero(new_phase)
    return Layout(
        order=order,
        phase=phase,
        stretch=np.cumsum(new_phase | gap),
        series_of_phase=series[first],
        reasons=list(reason[first]),
        in_baseline=_in_baseline(baseline, periods, when, phase, first),
    )


def _order(by: np.ndarray, when: np.ndarray) -> np.ndarray | slice:
    """Find the order of time within each series; what stands in it already is not moved."""
    step, series = np.diff(when), np.diff(by)
    if ((series > 0) | ((series == 0) & (step >= 0))).all():
        return slice(None)
    return np.lexsort((when, by))


def places(periods: pd.Index) -> tuple[np.ndarray, float]:
    """Place periods in time, and say how far apart two neighbours may be without a gap.

    Years and quarters are known by their labels, and one that is skipped is a gap. Dates and
    numbers have an order, but how far apart they should be is not known. Other labels stand in
    the order in which they first appear.
    """
    if isinstance(periods, pd.PeriodIndex):
        return periods.asi8, 1
    if isinstance(periods, pd.RangeIndex):
        return np.arange(len(periods)), 1
    if isinstance(periods, pd.DatetimeIndex) or pd.api.types.is_numeric_dtype(periods):
        if periods.hasnans:
            raise ImpossibleInput("A period is missing: every value needs its date or number.")
        return np.unique(np.asarray(periods), return_inverse=True)[1], 1
    codes, labels = pd.factorize(np.asarray(periods, dtype=object))
    if (codes < 0).any():
        raise ImpossibleInput("A period is missing: every value needs its label.")
    try:
        known = [period_terms.parse(label) for label in labels]
    except CpstatsError:
        return codes, float("inf")
    months = np.array([p.start.year * 12 + p.start.month for p in known])
    lengths = {round((p.end - p.start).days / 30.4) for p in known}
    if len(lengths) > 1:
        raise ImpossibleInput("Years and quarters stand in one series: chart them apart.")
    return months[codes], lengths.pop()


def _refuse_twice(new_series: np.ndarray, when: np.ndarray, periods: pd.Index) -> None:
    twice = np.zeros(len(when), dtype=bool)
    twice[1:] = (when[1:] == when[:-1]) & ~new_series[1:]
    if twice.any():
        label = periods[int(np.flatnonzero(twice)[0])]
        more = f", and {twice.sum() - 1} more" if twice.sum() > 1 else ""
        raise ImpossibleInput(
            f"Period {label} stands twice in one series{more}: give `by`, or one value a period."
        )


def pairs(rebase: Rebase) -> list[tuple[Any, str]]:
    """Read starts of phases with their reasons, and refuse one without a reason."""
    found = []
    for pair in list(rebase.items()) if isinstance(rebase, Mapping) else list(rebase):
        if isinstance(pair, str) or not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ImpossibleInput(
                f"`rebase` takes a reason with every period, as in {{{pair!r}: 'why'}}: a chart "
                "is rebased when a person knows what changed."
            )
        period, why = pair
        if not str(why or "").strip():
            raise ImpossibleInput(f"`rebase` gives no reason for {period!r}: say what changed.")
        found.append((period, str(why).strip()))
    return found


def place_of(period: Any, periods: pd.Index, what: str) -> Any:
    """Find the place in time of a period that must be among those given."""
    at = np.flatnonzero(np.asarray(periods == period))
    if not len(at) and isinstance(periods, pd.DatetimeIndex | pd.PeriodIndex):
        try:
            at = np.flatnonzero(np.asarray(periods == type(periods)([period])[0]))
        except (ValueError, TypeError):
            at = np.array([], dtype=int)
    if not len(at):
        raise ImpossibleInput(f"`{what}` names {period!r}, which is not among the periods.")
    return places(periods)[0][at[0]]


def _in_baseline(
    baseline: Any, periods: pd.Index, when: np.ndarray, phase: np.ndarray, first: np.ndarray
) -> np.ndarray:
    if baseline is None:
        return np.ones(len(when), dtype=bool)
    if isinstance(baseline, int | np.integer) and not isinstance(baseline, bool):
        refuse(
            np.array([baseline < 1]), np.array([baseline]), "a baseline takes at least one point"
        )
        return np.arange(len(when)) - first[phase] < baseline
    return when <= place_of(baseline, periods, "baseline")
