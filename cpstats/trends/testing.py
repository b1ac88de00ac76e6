"""A trend in each series: the rate ratio per year, a test of order, and the change since a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .. import comparisons, inputs, periods
from ..errors import UnknownName
from . import timelines
from .notes import FEWEST, write_notes
from .orderings import fewest_points, order_tests
from .ratios import ratio_per_year
from .timelines import Timelines

RISING, FALLING, NO_CLEAR_CHANGE = "rising", "falling", "no clear change"


def trend(
    results: pd.DataFrame,
    *,
    by: str | Iterable[str] = (),
    baseline: Any = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """
    Test each series for a trend over the years.

    Two tests stand side by side. Where there are counts, Poisson regression gives the ratio of
    the rate of one year to that of the year before. A test of order (Kendall's tau-b, with the
    Theil-Sen slope) leans on no single year and needs no counts.

    A trend does not run across a break in an indicator's definition: only periods from the last
    break on are used. Time is real distance in years, so a year without a figure leaves a gap.

    Parameters
    ----------
    results : DataFrame
        A results table, or any with `period` ("2018-19", a year or a date), `numerator` and
        `denominator`. Series are told apart by `indicator`, `area_code` and `area`, where it has
        them. Counts of a catalogue indicator of kind "count" need no denominator.
    by : str or iterable of str
        Further columns that tell series apart.
    baseline : period, optional
        The period that the last one is compared with. Without it, the first one used.
    confidence : float

    Returns
    -------
    DataFrame
        A row for each series, in order of first appearance:

        keys; `first`, `last` (periods used), `points` (how many), `years` (from first to last);

        `ratio, ratio_lower, ratio_upper` (of the rate, per year), `p_value`, `dispersion`
        (Pearson's), `standard_error` (of the log ratio, Poisson), `method` ("Poisson" or
        "quasi-Poisson"), `p_poisson`, `p_quasi_poisson`; missing where there are no counts;

        `kendall_tau, kendall_p_value`, `slope, slope_lower, slope_upper` (a year, in the unit of
        the value), `order_verdict` (of this test alone; empty where there are too few points for
        it to tell anything);

        `baseline, baseline_value, last_value, change_ratio, change_lower, change_upper,
        change_verdict` (last period against the baseline by `compare_rates`; for
        proportions the verdict is that of `compare_proportions`);

        `verdict` ("rising", "falling" or "no clear change" by whether the interval of the ratio
        leaves out 1, or by the test of order where there are no counts; empty where `note` says
        why), `p_adjusted` (Holm's, over the series of the table that have a verdict), `tested`
        (how many those are), `confidence` and `note`.

    Raises
    ------
    ImpossibleInput
        For a missing column or period, a period twice in one series, a count that is negative,
        infinite or not whole, a count over a denominator of 0, or a part larger than its whole.
    UnknownName
        For a `baseline` that is not among the periods, or a `by` not among the columns.

    Notes
    -----
    Interval and p-value are the wider of Poisson and quasi-Poisson. The dispersion says how much
    more the figures scatter about the trend than chance alone would have it, but is itself
    uncertain when there are few of them; Student's t on points less 2 degrees of freedom allows
    for that, and a dispersion below 1 narrows nothing.

    A verdict takes 4 points with counts: two are spent on the line, and two at least must be left
    to tell how far figures stray from it. Without counts it takes as many as the test of order
    needs for its p-value to be able to fall below the level: 5 at 95% confidence.

    Verdicts stand each on its own: of 32 councils without any trend one or two would get one at
    95% confidence. `p_adjusted` allows for that.

    For parts of a whole Poisson scatter is wider than their own, so a trend is called later, not
    sooner. Children counted on a day can be counted again a year later: such figures are not
    independent, and the interval is then too narrow.

    References
    ----------
    McCullagh and Nelder (1989), Poisson and quasi-Poisson regression. Kendall (1938, 1945).
    Sen (1968). Holm S (1979). A simple sequentially rejective multiple test procedure. Scand J
    Stat 6: 65-70.

    Examples
    --------
    >>> table = pd.DataFrame({"period": range(2011, 2019), "denominator": 24000})
    >>> table["numerator"] = [60, 64, 71, 69, 80, 84, 83, 95]
    >>> trend(table).loc[0, ["ratio", "ratio_lower", "ratio_upper", "verdict"]].tolist()[-1]
    'rising'
    """
    at = inputs.level(confidence)
    lines = timelines.read(results, by)
    count, population = timelines.counts(lines)
    value, ordered = _values(lines, count, population)
    used, by_counts = _used(lines, count, value)
    many, series, when = lines.many, lines.series[used], lines.when[used]
    rows = used & by_counts[lines.series]
    ratio = ratio_per_year(
        count[rows], population[rows], lines.when[rows], lines.series[rows],
        many=many, confidence=at,
    )  # fmt: skip
    order = order_tests(ordered[used], value[used], when, series, many=many, confidence=at)
    points = np.bincount(series, minlength=many)
    ends = _ends(lines, used)
    result = pd.concat([lines.names, _span(lines, points, ends), ratio, order], axis=1)
    result["order_verdict"] = _order_verdict(order, points, at)
    result = result.join(_change(lines, ends, used, count, population, value, baseline, at))
    result["verdict"] = _verdict(result, by_counts)
    result = result.join(_adjusted(result, by_counts))
    result["confidence"] = at
    result["note"] = write_notes(lines, result, used, by_counts, count, value, baseline)
    return result


def _values(
    lines: Timelines, count: np.ndarray, population: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give values in their unit, and what orders them.

    Rates that are equal as fractions must tie, which count over population does and a value
    that was multiplied out need not.
    """
    share = count / population
    given = timelines.floats(lines.frame, "value")
    value = np.where(np.isnan(given), share * lines.scales(), given)
    return value, np.where(np.isnan(share), value, share)


def _used(lines: Timelines, count: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Choose the rows to use, and tell which series are judged by their counts."""
    known = ~np.isnan(value)
    cut = np.full(lines.many, -np.inf)
    np.maximum.at(cut, lines.series[known], lines.cut[known])
    known &= lines.when >= cut[lines.series]
    counted = known & ~np.isnan(count)
    of_known, of_counted = (np.bincount(lines.series[x], minlength=lines.many)
                            for x in (known, counted))  # fmt: skip
    # Both tests look at the same points: those with counts, unless these alone are too few.
    by_counts = (of_counted >= FEWEST) | ((of_counted == of_known) & (of_counted > 0))
    return np.where(by_counts[lines.series], counted, known), by_counts


def _ends(lines: Timelines, used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the first and last row used of each series; -1 where there is none."""
    at = np.flatnonzero(used)
    first, last = np.full(lines.many, len(used)), np.full(lines.many, -1)
    np.minimum.at(first, lines.series[at], at)
    np.maximum.at(last, lines.series[at], at)
    return np.where(last < 0, -1, first), last


def _taken(column: Any, rows: np.ndarray) -> Any:
    """Take rows of a column, missing where the row is -1."""
    taken = pd.Series(column).take(np.maximum(rows, 0)).reset_index(drop=True)
    return (taken.mask(rows < 0) if (rows < 0).any() else taken).to_numpy()


def _span(
    lines: Timelines, points: np.ndarray, ends: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    period = lines.frame["period"].array
    first, last = (_taken(lines.when, rows) for rows in ends)
    return pd.DataFrame(
        {
            "first": _taken(period, ends[0]),
            "last": _taken(period, ends[1]),
            "points": points,
            "years": last - first,
        }
    )


def _order_verdict(order: pd.DataFrame, points: np.ndarray, confidence: float) -> np.ndarray:
    tau, p_value = order["kendall_tau"], order["kendall_p_value"]
    # Ties make the p-value an approximation: the slope in the middle must leave out 0 as well.
    clear = (p_value < 1 - confidence) & (order["slope_lower"] * order["slope_upper"] > 0)
    few = points < fewest_points(confidence)
    return np.select(
        [few, clear & (tau > 0), clear & (tau < 0)], ["", RISING, FALLING], NO_CLEAR_CHANGE
    )


def _change(
    lines: Timelines,
    ends: tuple[np.ndarray, np.ndarray],
    used: np.ndarray,
    count: np.ndarray,
    population: np.ndarray,
    value: np.ndarray,
    baseline: Any,
    confidence: float,
) -> pd.DataFrame:
    """Compare the last period with the baseline; a period is not compared with itself."""
    last = ends[1]
    base = ends[0] if baseline is None else _baseline_rows(lines, used, baseline)
    then, now = (np.where((base < 0) | (base == last), -1, rows) for rows in (base, last))
    pairs = [pd.Series(_taken(x, rows)) for rows in (now, then) for x in (count, population)]
    compared = comparisons.compare_rates(*pairs, confidence=confidence)
    shares = np.array([kind == "proportion" for kind in lines.kinds()])[lines.first_rows]
    if shares.any():
        parts = [pair.where(shares) for pair in pairs]
        of_shares = comparisons.compare_proportions(*parts, confidence=confidence)["verdict"]
        compared["verdict"] = compared["verdict"].mask(shares, of_shares)
    return pd.DataFrame(
        {
            "baseline": _taken(lines.frame["period"].array, base),
            "baseline_value": _taken(value, base),
            "last_value": _taken(value, last),
            "change_ratio": compared["ratio"],
            "change_lower": compared["ratio_lower"],
            "change_upper": compared["ratio_upper"],
            "change_verdict": compared["verdict"],
        }
    )


def _baseline_rows(lines: Timelines, used: np.ndarray, baseline: Any) -> np.ndarray:
    """Find the row of the baseline in each series; -1 where it is not among those used."""
    is_it = lines.when == periods.place(baseline)[0]
    if len(is_it) and not is_it.any():
        known = dict.fromkeys(timelines.say(p) for p in lines.frame["period"])
        raise UnknownName("baseline", timelines.say(baseline), sorted(known))
    found = np.full(lines.many, -1)
    at = np.flatnonzero(is_it & used)
    found[lines.series[at]] = at
    return found


def _verdict(result: pd.DataFrame, by_counts: np.ndarray) -> np.ndarray:
    lower, upper = result["ratio_lower"], result["ratio_upper"]
    none = lower.isna() | (result["points"] < FEWEST)
    of_ratio = np.select([none, lower > 1, upper < 1], ["", RISING, FALLING], NO_CLEAR_CHANGE)
    return np.where(by_counts, of_ratio, result["order_verdict"])


def _adjusted(result: pd.DataFrame, by_counts: np.ndarray) -> pd.DataFrame:
    """Adjust the p-values that verdicts rest on, by Holm's procedure."""
    rests_on = np.where(by_counts, result["p_value"], result["kendall_p_value"])
    judged = (result["verdict"] != "").to_numpy() & ~np.isnan(rests_on)
    tested = int(judged.sum())
    at = np.flatnonzero(judged)[np.argsort(rests_on[judged], kind="stable")]
    adjusted = np.full(len(result), np.nan)
    steps = np.maximum.accumulate(rests_on[at] * (tested - np.arange(tested)))
    adjusted[at] = np.minimum(steps, 1.0)
    return pd.DataFrame({"p_adjusted": adjusted, "tested": tested})
