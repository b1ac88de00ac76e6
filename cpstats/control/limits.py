"""Centre and limits of each kind of chart.

References
----------
Shewhart WA (1931). Economic control of quality of manufactured product. Van Nostrand.
Montgomery DC (2020). Introduction to statistical quality control, 8th ed. Wiley. Charts p, u, c;
    constants 1.128 and 3.267.
Nelson LS (1982). Control charts for individual measurements. J Qual Technol 14: 172-173. Moving
    ranges beyond 3.267 times their mean are left out and the mean is taken again.
Laney DB (2002). Improved control charts for attributes. Qual Eng 14: 531-537. Charts p' and u'.
Benneyan JC (2001). Number-between g-type statistical quality control charts for monitoring adverse
    events. Health Care Manag Sci 4: 305-318.
Nelson LS (1994). A control chart for parts-per-million nonconforming items. J Qual Technol 26:
    239-240. The t chart: times between events to the power 1/3.6 are nearly normal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .layouts import Layout

#: Mean moving range of two normal values over their standard deviation.
_D2 = 1.128
#: Upper limit of a moving range over the mean of moving ranges.
_D4 = 3.267
#: Power that makes times between events nearly normal.
_NELSON = 3.6


@dataclass(frozen=True)
class Limits:
    """Lines of a chart at each of its points.

    Attributes
    ----------
    value : array of float
        What is drawn: for p, pp, u and up the count over its denominator.
    centre, lower, upper : array of float
    judged, judged_centre, sigma : array of float
        The scale on which zones are equally wide (the value itself but for t), and one standard
        deviation on it; nan for g, whose zones are not.
    expected : array of float
        Events (and, for p and pp, the fewer of events and non-events) expected at each point, for
        judging whether the chart holds; nan where that is no question.
    ceiling : float
        The largest value there can be.
    """

    value: np.ndarray
    centre: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    judged: np.ndarray
    judged_centre: np.ndarray
    sigma: np.ndarray
    expected: np.ndarray
    ceiling: float = np.inf


def draw(
    chart: str, layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    """Compute the lines of a chart.

    Parameters
    ----------
    chart : str
        One of `CHARTS`.
    layout : Layout
    values, n : array of float
        Values, or counts and their denominators, in the layout's order.
    reach : float
        From the mean moving range to a limit of an individuals chart.
    screened : bool
        Whether moving ranges beyond their own limit are left out.
    """
    return CHARTS[chart](layout, values, n, reach, screened)


def mean_moving_range(layout: Layout, values: np.ndarray, screened: bool) -> np.ndarray:
    """Average the moving ranges of each phase's baseline.

    A moving range needs two neighbours in one stretch, both in the baseline.
    """
    moving = np.full(len(values), np.nan)
    both = layout.joined() & layout.in_baseline
    both[1:] &= layout.in_baseline[:-1]
    moving[1:] = np.where(both[1:], np.abs(np.diff(values)), np.nan)
    mean = layout.mean(moving)
    if not screened:
        return mean
    kept = layout.mean(np.where(moving < _D4 * layout.spread(mean), moving, np.nan))
    # Where all that varies is screened out, nothing is left to draw limits from.
    return np.where((kept == 0) & (mean > 0), mean, kept)


def _individuals(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    centre = layout.spread(layout.mean(_baseline(layout, values)))
    width = layout.spread(mean_moving_range(layout, values, screened)) * reach
    lower, upper = centre - width, centre + width
    unknown = np.full(len(values), np.nan)
    return Limits(values, centre, lower, upper, values, centre, width / 3, unknown)


def _proportions(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    return _attributes(layout, values, n, lambda p: p * (1 - p), ceiling=1.0)


def _rates(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    return _attributes(layout, values, n, lambda u: u)


def _counts(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    one = np.where(np.isnan(values), np.nan, 1.0)
    return _attributes(layout, values, one, lambda c: c)


def _laney_proportions(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    return _attributes(layout, values, n, lambda p: p * (1 - p), ceiling=1.0, laney=screened)


def _laney_rates(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    return _attributes(layout, values, n, lambda u: u, laney=screened)


def _attributes(
    layout: Layout,
    counts: np.ndarray,
    n: np.ndarray,
    variance: Callable[[np.ndarray], np.ndarray],
    ceiling: float = np.inf,
    laney: bool | None = None,
) -> Limits:
    """Draw counts over denominators; with `laney` (whether screened) their spread is estimated."""
    value = counts / n
    known = layout.in_baseline & ~np.isnan(value)
    with np.errstate(invalid="ignore"):
        mean = layout.total(np.where(known, counts, 0)) / layout.total(np.where(known, n, 0))
    centre = layout.spread(mean)
    sigma = np.sqrt(variance(centre) / n)
    if laney is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            z = (value - centre) / sigma
        sigma = sigma * layout.spread(mean_moving_range(layout, z, laney)) / _D2
    lower = np.maximum(centre - 3 * sigma, 0.0)
    upper = np.minimum(centre + 3 * sigma, ceiling)
    expected = np.minimum(centre, ceiling - centre) * n if np.isfinite(ceiling) else centre * n
    return Limits(value, centre, lower, upper, value, centre, sigma, expected, ceiling)


def _opportunities_between(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    """Draw counts between rare events, which follow a geometric distribution."""
    mean = layout.spread(layout.mean(_baseline(layout, values)))
    # Half the points lie on either side of the median; of the mean of skewed values they do not.
    centre = layout.spread(medians(layout, _baseline(layout, values)))
    upper = mean + 3 * np.sqrt(mean * (mean + 1))
    lower, unknown = np.zeros(len(values)), np.full(len(values), np.nan)
    lower = np.where(np.isnan(mean), np.nan, lower)
    return Limits(values, centre, lower, upper, values, centre, unknown, unknown)


def _times_between(
    layout: Layout, values: np.ndarray, n: np.ndarray, reach: float, screened: bool
) -> Limits:
    """Draw times between rare events, on the scale where they are nearly normal."""
    straight = _individuals(layout, values ** (1 / _NELSON), n, reach, screened)
    centre, lower, upper = (
        np.maximum(line, 0) ** _NELSON for line in (straight.centre, straight.lower, straight.upper)
    )
    return Limits(
        values, centre, lower, upper,
        straight.judged, straight.centre, straight.sigma, straight.expected,
    )  # fmt: skip


def _baseline(layout: Layout, values: np.ndarray) -> np.ndarray:
    return np.where(layout.in_baseline, values, np.nan)


def medians(layout: Layout, values: np.ndarray) -> np.ndarray:
    """Find the median of each phase, missing values left out; nan where there are none."""
    known = np.flatnonzero(~np.isnan(values))
    phase, value = layout.phase[known], values[known]
    ordered = value[np.lexsort((value, phase))]
    count = np.bincount(phase, minlength=layout.phases)
    first = np.cumsum(count) - count
    median = np.full(layout.phases, np.nan)
    some = np.flatnonzero(count)
    low = ordered[first[some] + (count[some] - 1) // 2]
    high = ordered[first[some] + count[some] // 2]
    median[some] = (low + high) / 2
    return median


CHARTS: dict[str, Callable[..., Limits]] = {
    "xmr": _individuals,
    "p": _proportions,
    "u": _rates,
    "c": _counts,
    "pp": _laney_proportions,
    "up": _laney_rates,
    "g": _opportunities_between,
    "t": _times_between,
}
