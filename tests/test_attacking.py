"""Bounds of hidden counts, against enumeration written here with nothing of the package."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpstats.disclosure.attacking import ranges
from cpstats.disclosure.systems import Relation, at_most, equals, system_of
from cpstats.errors import Contradiction, NotProven

INF = np.inf


def with_margins(inner: np.ndarray) -> np.ndarray:
    for axis in range(inner.ndim):
        inner = np.concatenate([inner, inner.sum(axis=axis, keepdims=True)], axis=axis)
    return inner


def sums_of(shape: tuple[int, ...]) -> list[Relation]:
    number = np.arange(np.prod(shape)).reshape(shape)
    found = []
    for axis in range(number.ndim):
        lines = np.moveaxis(number, axis, -1).reshape(-1, shape[axis])
        found += [equals(int(line[-1]), line[:-1].tolist()) for line in lines]
    return found


def by_enumeration(full: np.ndarray, hidden: np.ndarray) -> dict[int, tuple[int, int]]:
    """Try every table of whole numbers that shows the same: slow, and plain."""
    inner = tuple(slice(0, n - 1) for n in full.shape)
    most = int(full[..., -1].ravel()[:-1].max())  # no cell is more than its line
    shape = full[inner].shape
    seen: dict[int, list[int]] = {int(c): [] for c in np.flatnonzero(hidden)}
    open_ = np.flatnonzero(hidden[inner].ravel())
    start = full[inner].ravel().copy()
    for values in itertools.product(range(most + 1), repeat=len(open_)):
        start[open_] = values
        table = with_margins(start.reshape(shape))
        if (table == full)[~hidden].all():
            for cell, found in seen.items():
                found.append(int(table.ravel()[cell]))
    return {cell: (min(found), max(found)) for cell, found in seen.items()}


@st.composite
def tables(draw, shapes=((2, 3), (3, 3), (2, 2, 2))):
    shape = draw(st.sampled_from(shapes))
    inner = np.array(draw(st.lists(st.integers(0, 5), min_size=int(np.prod(shape)),
                                   max_size=int(np.prod(shape))))).reshape(shape)  # fmt: skip
    full = with_margins(inner)
    hidden = np.zeros(full.shape, dtype=bool)
    chosen = draw(st.sets(st.integers(0, inner.size - 1), min_size=1, max_size=3))
    hidden[tuple(slice(0, n) for n in shape)].flat[sorted(chosen)] = True
    flat = np.zeros(shape, dtype=bool).ravel()
    flat[sorted(chosen)] = True
    hidden[tuple(slice(0, n) for n in shape)] = flat.reshape(shape)
    return full, hidden


@settings(max_examples=80, deadline=None)
@given(tables())
def test_ranges_are_those_of_every_table_that_shows_the_same(given_):
    full, hidden = given_
    value = full.ravel().astype(float)
    low, high = np.where(hidden.ravel(), 0, value), np.where(hidden.ravel(), INF, value)
    found = ranges(system_of(sums_of(full.shape), low, high), np.flatnonzero(hidden))
    expected = by_enumeration(full, hidden)
    got = {int(r.cell): (r.low, r.high) for r in found.itertuples()}
    assert got == expected


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 6))
def test_enough_never_disagrees_on_what_is_wide(given_, enough):
    full, hidden = given_
    value = full.ravel().astype(float)
    low, high = np.where(hidden.ravel(), 0, value), np.where(hidden.ravel(), INF, value)
    system = system_of(sums_of(full.shape), low, high)
    asked = np.flatnonzero(hidden)
    exact, seen = ranges(system, asked), ranges(system, asked, enough=enough)
    wide = exact["high"] - exact["low"] >= enough
    assert (wide == (seen["high"] - seen["low"] >= enough)).all()
    assert ((seen["low"] >= exact["low"]) & (seen["high"] <= exact["high"])).all()


def test_two_hidden_councils_of_2016_share_four():
    # Children's Social Work Statistics 2015-16: 2,715 in Scotland, 2,711 in the 30 shown.
    relation = equals(0, [1, 2, 3])
    low, high = np.array([2715.0, 2711, 0, 0]), np.array([2715.0, 2711, INF, INF])
    found = ranges(system_of([relation], low, high), [2, 3])
    assert found[["low", "high"]].to_numpy().tolist() == [[0, 4], [0, 4]]
    shown_zeros = np.array([2715.0, 2711, 1, 1])
    found = ranges(system_of([relation], shown_zeros, high), [2, 3])
    assert found[["low", "high"]].to_numpy().tolist() == [[1, 3], [1, 3]]


def test_a_cell_alone_in_a_sum_is_found():
    system = system_of([equals(0, [1, 2])], np.array([10.0, 7, 0]), np.array([10.0, 7, INF]))
    assert ranges(system, [2])[["low", "high"]].to_numpy().tolist() == [[3, 3]]


def test_whole_numbers_tell_more_than_fractions():
    # x + y = 5 and x - y between 0 and 0.5 leaves 2.5 to 2.75 of fractions, and nothing whole but
    # none; with 2x = 2y + 1 out of reach, x is 3 and y 2 only when the difference may be 1.
    relations = [equals(0, [1, 2]), Relation((1, 2), (1.0, -1.0), 0.5, 1.5)]
    system = system_of(relations, np.array([5.0, 0, 0]), np.array([5.0, INF, INF]))
    assert ranges(system, [1, 2])[["low", "high"]].to_numpy().tolist() == [[3, 3], [2, 2]]


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 1))
def test_a_percentage_binds_a_part_to_its_hidden_whole(whole, part, decimals):
    part = min(part, whole)
    share = round(100 * part / whole, decimals)
    half = 0.5 * 10.0**-decimals
    relations = [
        Relation((0, 1), (1.0, -(share - half) / 100), 0, INF),
        Relation((0, 1), (1.0, -(share + half) / 100), -INF, 0),
        at_most([1], [2]),
    ]
    low, high = np.array([0.0, 1, 30]), np.array([INF, INF, 30])
    found = ranges(system_of(relations, low, high), [0, 1])
    pairs = [
        (n, m)
        for m in range(1, 31)
        for n in range(m + 1)
        if abs(100 * n / m - share) <= half * (1 + 1e-12)
    ]
    for column, cell in ((0, 0), (1, 1)):
        values = [pair[column] for pair in pairs]
        row = found[found["cell"] == cell].iloc[0]
        assert (row["low"], row["high"]) == (min(values), max(values))


def test_nothing_bounds_a_count_that_stands_in_no_sum():
    found = ranges(system_of([], np.zeros(1), np.full(1, INF)), [0])
    assert found[["low", "high"]].to_numpy().tolist() == [[0, INF]]


@pytest.mark.parametrize(
    ("relations", "low", "high"),
    [
        ([equals(0, [1, 2])], [10, 7, 4], [10, 7, 4]),
        ([equals(0, [1, 2])], [10, 12, 0], [10, 12, INF]),
        ([equals(0, [1, 2]), equals(3, [1, 2])], [10, 0, 0, 11], [10, INF, INF, 11]),
        # Two of each of two, together an odd number.
        ([Relation((0, 1), (2.0, 2.0), 5, 5)], [0, 0], [9, 9]),
    ],
)
def test_what_contradicts_itself_says_so(relations, low, high):
    system = system_of(relations, np.array(low, dtype=float), np.array(high, dtype=float))
    with pytest.raises(Contradiction):
        ranges(system, [1])


def test_a_solver_that_gives_up_proves_nothing(monkeypatch):
    import scipy.optimize

    class GaveUp:
        status, x, fun, message = 1, None, 0.0, "limit reached"

    monkeypatch.setattr(scipy.optimize, "linprog", lambda *_, **__: GaveUp())
    system = system_of([equals(0, [1, 2])], np.array([10.0, 0, 0]), np.array([10.0, INF, INF]))
    with pytest.raises(NotProven, match="limit reached"):
        ranges(system, [1])
