"""How long the arithmetic takes, side by side with bare NumPy doing the same sums.

Each group holds one task and two ways to do it; pytest-benchmark prints their ratio. The peers
return arrays and check nothing; cpstats reads and checks its input, names what it did and gives a
table back.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import special

import cpstats as cp

ROWS = 1_000_000
SERIES, POINTS = 41_666, 24
TAIL = 0.025


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    draw = np.random.default_rng(2026)
    return pd.DataFrame(
        {
            "area": np.arange(ROWS),
            "count": draw.poisson(30, ROWS).astype(float),
            "population": draw.integers(1_000, 50_000, ROWS).astype(float),
            "standard": draw.integers(1_000, 5_000, ROWS).astype(float),
        }
    )


@pytest.fixture(scope="module")
def series() -> np.ndarray:
    return np.random.default_rng(2026).normal(50, 5, (SERIES, POINTS))


def bare_limits(events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exact Poisson limits below 10, looked up for each whole count, and Byar's from there on."""
    z, above = special.ndtri(1 - TAIL), events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * np.sqrt(events))) ** 3
    upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    whole = np.arange(10)
    few = events < 10
    at = events[few].astype(int)
    lower[few] = np.append(0, special.gammaincinv(whole[1:], TAIL))[at]
    upper[few] = special.gammaincinv(whole + 1, 1 - TAIL)[at]
    return lower, upper


def bare_rates(counts: pd.DataFrame) -> tuple[np.ndarray, ...]:
    events, persons = counts["count"].to_numpy(), counts["population"].to_numpy()
    scale = 1000 / persons
    lower, upper = bare_limits(events)
    return events * scale, lower * scale, upper * scale


@pytest.mark.benchmark(group="a million rates")
def test_rates_cpstats(benchmark, counts):
    benchmark(cp.rate, counts["count"], counts["population"])


@pytest.mark.benchmark(group="a million rates")
def test_rates_bare_numpy(benchmark, counts):
    benchmark(bare_rates, counts)


def bare_standardised(counts: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Dobson's interval, group by group: groups are found, and each sum is over its bands."""
    areas, at = np.unique(counts["area"].to_numpy(), return_inverse=True)
    events, persons = counts["count"].to_numpy(), counts["population"].to_numpy()
    weight = counts["standard"].to_numpy()

    def total(x: np.ndarray) -> np.ndarray:
        return np.bincount(at, x, minlength=len(areas))

    seen, standard = total(events), total(weight)
    value = total(weight * events / persons) / standard * 1000
    variance = total(weight**2 * events / persons**2) / standard**2
    spread = np.sqrt(variance / seen) * 1000
    lower, upper = bare_limits(seen.copy())
    few = np.where(seen < 10, np.nan, 1.0)
    return areas, value * few, value + spread * (lower - seen), value + spread * (upper - seen)


@pytest.mark.benchmark(group="a million groups, standardised")
def test_standardised_cpstats(benchmark, counts):
    benchmark(
        cp.directly_standardised_rate,
        counts,
        by="area",
        count="count",
        population="population",
        standard="standard",
        per=1000,
    )


@pytest.mark.benchmark(group="a million groups, standardised")
def test_standardised_bare_numpy(benchmark, counts):
    benchmark(bare_standardised, counts)


def windows(true: np.ndarray, length: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(true, length, axis=1)


def covered(ends: np.ndarray, shape: tuple[int, int], length: int) -> np.ndarray:
    marked = np.zeros(shape, dtype=bool)
    for back in range(length):
        marked[:, back : back + ends.shape[1]] |= ends
    return marked


def bare_charts(values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Individuals charts as one array of a row for each series: limits and four rules."""
    centre = values.mean(axis=1, keepdims=True)
    moving = np.abs(np.diff(values, axis=1))
    mean = moving.mean(axis=1, keepdims=True)
    kept = moving < 3.267 * mean
    width = 2.66 * ((moving * kept).sum(axis=1) / kept.sum(axis=1))[:, None]
    away = values - centre
    outside = np.abs(away) > width
    shift, trend, near = (np.zeros(values.shape, dtype=bool) for _ in range(3))
    steps = np.diff(values, axis=1)
    for side in (1, -1):
        shift |= covered(windows(side * away > 0, 7).all(axis=-1), values.shape, 7)
        trend |= covered(windows(side * steps > 0, 6).all(axis=-1), values.shape, 7)
        far = (side * away > width * 2 / 3) & (side * away <= width)
        near |= far & covered(windows(far, 3).sum(axis=-1) >= 2, values.shape, 3)
    return centre, centre - width, centre + width, outside, shift, trend, near


@pytest.mark.benchmark(group="41,666 control charts of 24 points")
def test_charts_cpstats(benchmark, series):
    values, by = pd.Series(series.ravel()), np.repeat(np.arange(SERIES), POINTS)
    benchmark(cp.control_chart, values, by=by)


@pytest.mark.benchmark(group="41,666 control charts of 24 points")
def test_charts_bare_numpy(benchmark, series):
    benchmark(bare_charts, series)


# Linear in rows: a tenth of the rows should take about a tenth of the time.


@pytest.mark.benchmark(group="rates, linear in rows")
@pytest.mark.parametrize("rows", [100_000, 1_000_000])
def test_rates_by_rows(benchmark, counts, rows):
    part = counts.iloc[:rows]
    benchmark(cp.rate, part["count"], part["population"])


@pytest.mark.benchmark(group="control charts, linear in rows")
@pytest.mark.parametrize("number", [4_166, 41_666])
def test_charts_by_rows(benchmark, series, number):
    values, by = pd.Series(series[:number].ravel()), np.repeat(np.arange(number), POINTS)
    benchmark(cp.control_chart, values, by=by)


def test_the_peers_compute_the_same(counts, series):
    """A race against other sums would say nothing."""
    few = counts.iloc[:2000]
    ours = cp.rate(few["count"], few["population"])
    for name, theirs in zip(("value", "lower", "upper"), bare_rates(few), strict=True):
        np.testing.assert_allclose(ours[name], theirs, rtol=1e-10)
    part = series[:200]
    chart = cp.control_chart(part.ravel(), by=np.repeat(np.arange(200), POINTS))
    _, lower, upper, *rules = bare_charts(part)
    np.testing.assert_allclose(chart["lower"], np.repeat(lower, POINTS), rtol=1e-10)
    np.testing.assert_allclose(chart["upper"], np.repeat(upper, POINTS), rtol=1e-10)
    for name, theirs in zip(("limit", "shift", "trend", "of"), rules, strict=True):
        fired = chart["signal"].str.contains(f"{name}").to_numpy()
        assert (fired == theirs.ravel()).all(), name
