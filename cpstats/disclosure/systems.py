"""Counts that hang together, as an intruder sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class System:
    """What is told of each count, and what joins them.

    Attributes
    ----------
    low, high : ndarray of float, shape (n,)
        The least and most that a count can be by what is told of it alone: both its value where
        it is shown, 0 and inf where it is hidden.
    matrix : scipy.sparse.csr_array, shape (m, n)
        One relation a row.
    least, most : ndarray of float, shape (m,)
        least <= matrix @ counts <= most; equal for a sum and its parts.
    """

    low: np.ndarray
    high: np.ndarray
    matrix: Any
    least: np.ndarray
    most: np.ndarray


@dataclass(frozen=True)
class Relation:
    """`least <= sum of weights * counts <= most`."""

    cells: tuple[int, ...]
    weights: tuple[float, ...]
    least: float = 0.0
    most: float = 0.0


def equals(whole: int, parts: Iterable[int]) -> Relation:
    parts = tuple(parts)
    return Relation((whole, *parts), (1.0, *(-1.0 for _ in parts)))


def at_most(less: Iterable[int], more: Iterable[int]) -> Relation:
    """The sum of some counts is no more than that of others."""
    less, more = tuple(less), tuple(more)
    weights = (*(1.0 for _ in less), *(-1.0 for _ in more))
    return Relation((*less, *more), weights, -np.inf, 0.0)


def system_of(relations: Sequence[Relation], low: np.ndarray, high: np.ndarray) -> System:
    """Write relations as a matrix."""
    from scipy import sparse

    rows = np.repeat(np.arange(len(relations)), [len(r.cells) for r in relations])
    columns = np.array([c for r in relations for c in r.cells], dtype=int)
    weights = np.array([w for r in relations for w in r.weights], dtype=float)
    matrix = sparse.csr_array((weights, (rows, columns)), shape=(len(relations), len(low)))
    # A count that stands on both sides of a sum says nothing in it.
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    least = np.array([r.least for r in relations], dtype=float)
    most = np.array([r.most for r in relations], dtype=float)
    return System(low, high, matrix, least, most)
