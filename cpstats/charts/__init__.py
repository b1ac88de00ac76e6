"""Charts: each takes a results table and gives back a matplotlib figure with its alternative."""

from __future__ import annotations

from .ages import ages
from .changes import change_shares_chart, changes_chart
from .diverging import diverging
from .dumbbells import dumbbell
from .figure import Chart
from .funnels import funnel
from .groups import groups
from .multiples import small_multiples
from .pairs import pairs
from .process_panels import control_multiples
from .processes import control
from .rankings import ranking, ranks
from .shares import shares
from .spines import spine
from .trends import trend

__all__ = [
    "Chart",
    "ages",
    "change_shares_chart",
    "changes_chart",
    "control",
    "control_multiples",
    "diverging",
    "dumbbell",
    "funnel",
    "groups",
    "pairs",
    "ranking",
    "ranks",
    "shares",
    "small_multiples",
    "spine",
    "trend",
]
