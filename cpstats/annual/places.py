"""The area among the councils: its place, and how far out it lies."""

from __future__ import annotations

import pandas as pd

from .. import areas, catalogue, charts, funnels, sentences
from ..tables import Prose
from . import register
from .scope import Scope

_ENTRY = catalogue.CATALOGUE[register.INDICATOR]


def place(scope: Scope) -> Prose:
    """Say what place the area takes, whether it is further out than areas ordinarily are."""
    if scope.is_scotland:
        return Prose([register.spread(scope)])
    said = [sentences.place(_own(register.ranked(scope), scope), _ENTRY)]
    if _enough(scope):
        said.append(sentences.funnel(in_funnel(scope), _ENTRY))
    return Prose([*said, *_how_to_read(scope)])


def _how_to_read(scope: Scope) -> list[str]:
    if not _enough(scope):
        return []
    return [
        "These are different questions: the comparison with the rest of Scotland asks whether "
        "chance alone explains this council's difference, the funnel whether it is out of the "
        "ordinary among all councils. A high or low place is neither good nor bad: a low rate can "
        "mean less need, or need that is not seen."
    ]


def _own(rows: pd.DataFrame, scope: Scope) -> pd.Series:
    return rows.set_index("area", drop=False).loc[scope.area]


def _enough(scope: Scope) -> bool:
    """Tell whether enough councils have counts for a funnel."""
    return bool(scope.measure(register.INDICATOR, areas.councils())["numerator"].notna().sum() >= 2)


def in_funnel(scope: Scope) -> pd.Series:
    """Give the area's own row of the funnel of councils."""
    return _own(_funnel(scope), scope)


def _funnel(scope: Scope) -> pd.DataFrame:
    return funnels.funnel(scope.measure(register.INDICATOR, areas.councils()))


def place_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw every council by size, with the limits of chance and of ordinary variation."""
    if not _enough(scope):
        return register.no_figures(scope)
    return charts.funnel(_funnel(scope), focus=None if scope.is_scotland else scope.area)


def ranks_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the places of all councils, each with the range that chance allows."""
    rows = register.ranked(scope)
    if rows["value"].notna().sum() < 2:
        return register.no_figures(scope)
    return charts.ranks(rows, focus=None if scope.is_scotland else scope.area)
