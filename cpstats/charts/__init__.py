"""Charts: each takes a results table and gives back a matplotlib figure with its alternative."""

from __future__ import annotations

from .figure import Chart
from .groups import groups
from .rankings import ranking, ranks
from .trends import trend

__all__ = ["Chart", "groups", "ranking", "ranks", "trend"]
