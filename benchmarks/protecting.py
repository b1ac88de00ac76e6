"""Disclosure control: 32 councils, 13 years, 5 age bands with all margins; time, programs, cells.

python benchmarks/protecting.py

The counts are SYNTHETIC: drawn from a negative binomial distribution with mean 8 by a seed.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections import Counter

import numpy as np
import pandas as pd
import scipy.optimize

from cpstats.disclosure import release

SHAPE = (32, 13, 5)
NAMES = ("council", "year", "age_band")


def drawn(seed: int = 1) -> pd.DataFrame:
    """Draw a table with every margin."""
    counts = np.random.default_rng(seed).negative_binomial(1.5, 1.5 / 9.5, SHAPE)
    for axis in range(3):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    members = [[*(f"{name} {n}" for n in range(size)), "all"]
               for name, size in zip(NAMES, SHAPE, strict=True)]  # fmt: skip
    frame = pd.DataFrame(itertools.product(*members), columns=[*NAMES])
    return frame.assign(count=counts.ravel().astype(float))


def counted(calls: Counter) -> None:
    """Count every program that is solved."""
    for name in ("linprog", "milp"):
        solve = getattr(scipy.optimize, name)

        def one(*given, _name=name, _solve=solve, **more):
            calls[_name] += 1
            return _solve(*given, **more)

        setattr(scipy.optimize, name, one)


def main() -> None:
    frame, calls = drawn(), Counter()
    counted(calls)
    began = time.perf_counter()
    done = release(frame, "scotgov")
    taken = time.perf_counter() - began
    hidden = done.tables["table"]["count"].isna().sum()
    small = frame["count"].between(1, 4).sum()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(frame):,} cells, {small} small, {hidden} hidden in the end")
    print(f"{taken:.1f} s, {peak:,.0f} MiB, {calls['linprog']} linear programs, "
          f"{calls['milp']} integer programs")  # fmt: skip


if __name__ == "__main__":
    main()
