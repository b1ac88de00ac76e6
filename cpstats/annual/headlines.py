"""The headline list: where the area stands, and which way it goes, in a line for each indicator."""

from __future__ import annotations

import pandas as pd

from .. import areas, catalogue, differences, funnels, trends
from ..comparisons import HIGHER, LOWER
from ..tables import Prose
from . import places, register, reregistration
from .scope import Scope

_STANDS = {
    HIGHER: "higher than the rest of Scotland",
    LOWER: "lower than the rest of Scotland",
    "similar": "not clearly different from the rest of Scotland",
}
_GOES = {
    trends.RISING: "rising",
    trends.FALLING: "falling",
    trends.NO_CLEAR_CHANGE: "no clear change",
}


def headlines(scope: Scope) -> Prose:
    """Say in a line each where the area's indicators stand, and which way they go."""
    lines = [_line(scope, register.INDICATOR), _line(scope, reregistration.LOCAL)]
    before = _goes(scope, reregistration.NATIONAL[0], areas.SCOTLAND)
    entry = catalogue.CATALOGUE[reregistration.NATIONAL[0]]
    lines.append(f"{_name(entry.name)}, in Scotland: {before}.")
    return Prose(lines, "list")


def _line(scope: Scope, indicator: str) -> str:
    entry = catalogue.CATALOGUE[indicator]
    said = [_goes(scope, indicator, scope.area)]
    if not scope.is_scotland:
        said.insert(0, _stands(scope, indicator))
    return f"{_name(entry.name)}: {'; '.join(said)}."


def _name(name: str) -> str:
    return name.split(" (")[0].split(", ")[0]


def _stands(scope: Scope, indicator: str) -> str:
    """Say where the area stands in the year of the report."""
    rows = scope.measure(indicator, scope.shown)
    if pd.isna(rows["value"].iloc[0]):
        return f"no figure for {scope.year}"
    if catalogue.CATALOGUE[indicator].kind not in {"rate", "proportion"}:
        return "not tested against Scotland, as no counts are published"
    found = differences.compare_areas(rows).iloc[0]
    if not found["verdict"]:
        return f"not tested against Scotland: {found['comparison_note'].rstrip('.')}"
    said = _STANDS[found["verdict"]]
    if indicator == register.INDICATOR and found["verdict"] in {HIGHER, LOWER}:
        said += _ordinary(scope)
    return said


def _ordinary(scope: Scope) -> str:
    """Say whether so large a difference is out of the ordinary among councils."""
    own = places.in_funnel(scope)
    if not own["verdict_adjusted"]:
        return ""
    if own["verdict_adjusted"] == funnels.WITHIN:
        return ", though by no more than councils ordinarily differ"
    return ", and further from the other councils than they ordinarily differ"


def _goes(scope: Scope, indicator: str, area: str) -> str:
    """Say which way a series goes, and over which years."""
    rows = scope.measure(indicator, [area], scope.years)
    if indicator == reregistration.LOCAL and not scope.is_scotland and reregistration.few(scope):
        return "no trend is judged, as so few children are on the register"
    # What may be a true zero or an absence is no point of a trend.
    rows["value"] = rows["value"].where(rows["mark"] != "[u]")
    row = trends.trend(rows).iloc[0]
    if not row["verdict"]:
        return f"no trend can be judged ({row['note'].split('; ')[0]})"
    said = f"{_GOES[row['verdict']]} from {row['first']} to {row['last']}"
    if pd.isna(row["ratio"]):
        return f"{said}, by the order of the years alone"
    if row["order_verdict"] not in {"", row["verdict"]}:
        other = _GOES[row["order_verdict"]]
        said += f", though by the order of the years alone {other}"
    return said
