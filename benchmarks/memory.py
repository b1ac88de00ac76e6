"""Peak memory of each task beyond what its input takes, by Python's own account of allocations."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

import cpstats as cp

ROWS, SERIES, POINTS = 1_000_000, 41_666, 24


def peak(task: Callable[[], object]) -> float:
    task()  # imports are not what is measured
    tracemalloc.start()
    task()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def main() -> None:
    draw = np.random.default_rng(2026)
    frame = pd.DataFrame(
        {
            "area": np.arange(ROWS),
            "count": draw.poisson(30, ROWS).astype(float),
            "population": draw.integers(1_000, 50_000, ROWS).astype(float),
            "standard": draw.integers(1_000, 5_000, ROWS).astype(float),
        }
    )
    values = pd.Series(draw.normal(50, 5, SERIES * POINTS))
    by = np.repeat(np.arange(SERIES), POINTS)
    names = {"count": "count", "population": "population", "standard": "standard"}
    tasks = {
        "a million rates": lambda: cp.rate(frame["count"], frame["population"]),
        "a million groups, standardised": lambda: cp.directly_standardised_rate(
            frame, by="area", **names
        ),
        "41,666 control charts of 24 points": lambda: cp.control_chart(values, by=by),
    }
    for name, task in tasks.items():
        print(f"{name}: {peak(task):,.0f} MiB")


if __name__ == "__main__":
    main()
