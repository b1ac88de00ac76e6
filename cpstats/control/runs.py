"""Run charts: a median, and whether points lie about it as chance would have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..inputs import Numbers
from . import limits, rulesets, signals
from .layouts import Layout, Rebase
from .readings import By, read
from .shewhart import (
    FEWEST,
    FIRM,
    HIDDEN,
    SOME_HIDDEN,
    about,
    arrange,
    counted,
    refuse_short,
    together,
    with_hidden,
)

#: Crossings so few come by chance in fewer than 1 in 20 series.
_CROSSINGS_LEVEL = 0.05


def run_chart(
    values: Numbers | pd.DataFrame,
    *,
    rules: str = "anhoej",
    baseline: Any = None,
    rebase: Rebase = (),
    by: By = None,
) -> pd.DataFrame:
    """
    Compute a run chart: the median, and which rules fire at which points.

    Parameters
    ----------
    values : Series, sequence, array or DataFrame
        As `control_chart`; a results table gives its `value`.
    rules : str
        "anhoej" (runs and crossings, with limits that go by the number of points) or "phs"
        (shift of 6, trend of 5).
    baseline : int or period, optional
        Points behind the median, as `control_chart`.
    rebase : mapping or iterable of pairs
        Starts of new phases with their reasons, as `control_chart`.
    by : Series, sequence or str, optional
        What tells series apart.

    Returns
    -------
    DataFrame
        As `control_chart`: a run chart has no limits, so `lower` and `upper` are missing. Beside
        those columns `useful` (points of the phase that are not on the median), `longest_run`,
        `longest_run_limit`, `crossings` and `crossings_limit` (int), of the whole phase. By
        Anhøj's rules the points of a run that is too long carry "long run", and every point of a
        phase with too few crossings carries "few crossings".

        Missing points are left out; by "phs" they also end a run. With more than a
        tenth suppressed there is no median.

    Raises
    ------
    ImpossibleInput, UnknownName
        As `control_chart`.

    References
    ----------
    Anhøj and Olesen (2014): of n useful points the longest run may have up to
    round(log2(n) + 3) points, and crossings are at least the 5th percentile of a binomial of
    n - 1 trials at one half. Public Health Scotland: SPBAND dashboard.

    Examples
    --------
    >>> chart = run_chart([3, 4, 3, 5, 4, 3, 7, 8, 9, 8, 7, 9])
    >>> chart[["longest_run", "longest_run_limit", "crossings", "crossings_limit"]].loc[0].tolist()
    [6, 7, 1, 3]
    >>> chart["signal"].unique().tolist()
    ['few crossings']
    """
    ruleset = rulesets.find(rules, rulesets.RUN)
    reading = read(values, None, by, "run")
    layout = arrange(reading, baseline, rebase)
    value = reading.values[layout.order]
    few, trial = counted(layout, value)
    refuse_short(layout, value, few)
    some, hidden = (held & ~few for held in with_hidden(layout, reading))
    short = layout.spread(few | hidden)
    known = np.where(layout.in_baseline, value, np.nan)
    centre = np.where(short, np.nan, layout.spread(limits.medians(layout, known)))
    nothing = np.full(len(value), np.nan)
    drawn = limits.Limits(value, centre, nothing, nothing, value, centre, nothing, nothing)
    counts, long, few_crossings = _runs(layout, signals.sides(layout, drawn))
    if rules == "anhoej":
        found = signals.named({"long run": long & ~short, "few crossings": few_crossings & ~short})
    else:
        found = signals.find(layout, drawn, short, ruleset)
    said = {_FEW: few, SOME_HIDDEN: some, HIDDEN: hidden, _TRIAL: trial & ~hidden}
    cautions = signals.named(said)
    columns = {
        "value": value,
        "centre": centre,
        "lower": nothing,
        "upper": nothing,
        "signal": found,
        **about(layout, trial & ~hidden, cautions),
        **{name: layout.spread(count) for name, count in counts.items()},
    }
    return together(reading, layout, columns, "run", rules)


_FEW = f"fewer than {FEWEST} points: no median"
_TRIAL = f"fewer than {FIRM} points: a provisional median, which will move as points are added"


def _runs(layout: Layout, side: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Count useful points, longest runs and crossings of each phase, with what chance allows."""
    kept = np.flatnonzero(side)
    phase = layout.phase[kept]
    useful = np.bincount(phase, minlength=layout.phases)
    length = signals.run_lengths(side[kept], phase)
    longest = np.zeros(layout.phases, dtype=np.int64)
    np.maximum.at(longest, phase, length)
    crossed = np.zeros(len(kept), dtype=bool)
    crossed[1:] = (side[kept][1:] != side[kept][:-1]) & (phase[1:] == phase[:-1])
    crossings = np.bincount(phase[crossed], minlength=layout.phases)
    allowed_run, allowed_crossings = _allowed(useful)
    long = np.zeros(len(side), dtype=bool)
    long[kept] = length > allowed_run[phase]
    few_crossings = layout.spread(crossings < allowed_crossings)
    counts = {
        "useful": useful,
        "longest_run": longest,
        "longest_run_limit": allowed_run,
        "crossings": crossings,
        "crossings_limit": allowed_crossings,
    }
    return counts, long, few_crossings


def _allowed(useful: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the longest run and the fewest crossings that chance allows for so many points."""
    from scipy import special

    some = np.maximum(useful, 1)
    longest = np.rint(np.log2(some) + 3).astype(np.int64)
    sizes, at = np.unique(some, return_inverse=True)
    fewest = [
        np.searchsorted(special.bdtr(np.arange(n), n - 1, 0.5), _CROSSINGS_LEVEL) for n in sizes
    ]
    return longest, np.array(fewest, dtype=np.int64)[at]
