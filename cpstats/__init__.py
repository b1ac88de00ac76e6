"""Child protection statistics for Scotland.

import cpstats as cp

data = cp.load()
rates = cp.measure(data, "register_rate", areas=["Dundee City", "Scotland"])
cp.charts.trend(rates)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import annual, areas, charts, periods
    from .catalogue import CATALOGUE
    from .comparisons import compare_proportions, compare_rates
    from .control import control_chart, judge, run_chart, suggest_rebases
    from .differences import compare_areas, compare_periods
    from .families import family_members, summarise_family
    from .measures import measure, years
    from .published import load
    from .ranks import rank
    from .rates import proportion, rate
    from .report import build_annual

__version__ = "0.1.0"

#: Where each public name lives. They are loaded when first used: charts and reports are slow to
#: import, and most notebooks need neither.
_HOMES = {
    "CATALOGUE": "catalogue",
    "build_annual": "report",
    "compare_areas": "differences",
    "compare_periods": "differences",
    "compare_proportions": "comparisons",
    "compare_rates": "comparisons",
    "control_chart": "control",
    "family_members": "families",
    "judge": "control",
    "load": "published",
    "measure": "measures",
    "proportion": "rates",
    "rank": "ranks",
    "rate": "rates",
    "run_chart": "control",
    "suggest_rebases": "control",
    "summarise_family": "families",
    "years": "measures",
}
_MODULES = {"annual", "areas", "charts", "periods"}

__all__ = [
    "CATALOGUE",
    "annual",
    "areas",
    "build_annual",
    "charts",
    "compare_areas",
    "compare_periods",
    "compare_proportions",
    "compare_rates",
    "control_chart",
    "family_members",
    "judge",
    "load",
    "measure",
    "periods",
    "proportion",
    "rank",
    "rate",
    "run_chart",
    "suggest_rebases",
    "summarise_family",
    "years",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
