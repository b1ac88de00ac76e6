"""Charts: each takes a results table and gives back a matplotlib figure with its alternative."""

from __future__ import annotations

from .figure import Chart
from .groups import groups
from .multiples import small_multiples
from .rankings import ranking
from .spines import spine
from .trends import trend

__all__ = ["Chart", "groups", "ranking", "small_multiples", "spine", "trend"]
