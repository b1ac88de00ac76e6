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
    from . import annual, areas, batch, charts, evidence, inspection, periods, quarterly
    from .catalogue import CATALOGUE
    from .claims import audit_rate, reproduce
    from .comparisons import compare_proportions, compare_rates
    from .control import control_chart, judge, run_chart, suggest_rebases
    from .counting import count
    from .differences import compare_areas, compare_periods
    from .disclosure import attack, protect
    from .episodes import reregistered_within
    from .families import family_members, summarise_family
    from .funnels import funnel
    from .importing import import_records, starter_mapping
    from .inequalities import relative_index, slope_index
    from .measures import measure, years
    from .published import load
    from .quantifiers import quantifier
    from .ranks import rank
    from .rates import proportion, rate
    from .records import open_records
    from .report import build_annual, build_quarterly, build_reproduction
    from .rules import validate
    from .spreads import spread_of
    from .standardising import (
        directly_standardised_rate,
        indirectly_standardised_rate,
        indirectly_standardised_ratio,
    )
    from .synthetic import synthesise, write_synthetic
    from .trends import rolling, trend

__version__ = "0.1.0"

#: Where each public name lives. They are loaded when first used: charts and reports are slow to
#: import, and most notebooks need neither.
_HOMES = {
    "CATALOGUE": "catalogue",
    "attack": "disclosure",
    "audit_rate": "claims",
    "build_annual": "report",
    "build_quarterly": "report",
    "build_reproduction": "report",
    "compare_areas": "differences",
    "compare_periods": "differences",
    "compare_proportions": "comparisons",
    "compare_rates": "comparisons",
    "control_chart": "control",
    "count": "counting",
    "directly_standardised_rate": "standardising",
    "family_members": "families",
    "funnel": "funnels",
    "import_records": "importing",
    "indirectly_standardised_rate": "standardising",
    "indirectly_standardised_ratio": "standardising",
    "judge": "control",
    "load": "published",
    "measure": "measures",
    "open_records": "records",
    "proportion": "rates",
    "protect": "disclosure",
    "quantifier": "quantifiers",
    "rank": "ranks",
    "rate": "rates",
    "relative_index": "inequalities",
    "reproduce": "claims",
    "reregistered_within": "episodes",
    "rolling": "trends",
    "run_chart": "control",
    "slope_index": "inequalities",
    "spread_of": "spreads",
    "starter_mapping": "importing",
    "suggest_rebases": "control",
    "summarise_family": "families",
    "synthesise": "synthetic",
    "trend": "trends",
    "validate": "rules",
    "write_synthetic": "synthetic",
    "years": "measures",
}
_MODULES = {"annual", "areas", "batch", "charts", "evidence", "inspection", "periods", "quarterly"}

__all__ = [
    "CATALOGUE",
    "annual",
    "areas",
    "attack",
    "audit_rate",
    "batch",
    "build_annual",
    "build_quarterly",
    "build_reproduction",
    "charts",
    "compare_areas",
    "compare_periods",
    "compare_proportions",
    "compare_rates",
    "control_chart",
    "count",
    "directly_standardised_rate",
    "evidence",
    "family_members",
    "funnel",
    "import_records",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "inspection",
    "judge",
    "load",
    "measure",
    "open_records",
    "periods",
    "proportion",
    "protect",
    "quantifier",
    "quarterly",
    "rank",
    "rate",
    "relative_index",
    "reproduce",
    "reregistered_within",
    "rolling",
    "run_chart",
    "slope_index",
    "spread_of",
    "starter_mapping",
    "suggest_rebases",
    "summarise_family",
    "synthesise",
    "trend",
    "validate",
    "write_synthetic",
    "years",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    # Any module, whoever imported it before: a notebook must find the same in every process.
    if name in _MODULES or (not name.startswith("_") and _is_module(name)):
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _is_module(name: str) -> bool:
    from importlib.util import find_spec

    return find_spec(f"{__name__}.{name}") is not None


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
