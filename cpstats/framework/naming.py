"""What a measure is called on a page, and how its figure is written with its unit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import values
from ..catalogue import CATALOGUE

_KINDS = {"indicator": "published", "records": "counted from records"}


def name_of(row: Any) -> str:
    """
    Name what a row of a results table measures.

    Parameters
    ----------
    row : Series or dict
        Of evidence or of the catalogue.

    Returns
    -------
    str
        As it was put to people, or as the catalogue calls it; never a bare id where there is a
        name. Of a statement worded negatively, whose disagreement is counted, it says so.
    """
    said = [row.get(column) for column in ("text", "question", "measure")]
    words = [s for s in said if isinstance(s, str) and s]
    if words:
        turned = " (those who disagree)" if "disagree" in str(row.get("counted", "")) else ""
        return f"{words[0]}{turned}"
    entry = CATALOGUE.get(str(row["indicator"]))
    return entry.heading if entry else str(row["indicator"])


def figure_of(row: Any) -> str:
    """
    Write the figure of a row with its unit, which headings of the catalogue say already.

    Parameters
    ----------
    row : Series or dict

    Returns
    -------
    str
        Its mark where it is not shown.
    """
    entry = CATALOGUE.get(str(row["indicator"]))
    if entry:
        return values.write(row["value"], row["mark"], entry.decimals)
    if pd.isna(row["value"]):
        return str(row["mark"]) or values.NOT_AVAILABLE
    if str(row["indicator"]).startswith("outcomes"):
        return f"{row['value']:+.1f} points"
    return f"{values.write(row['value'])}%"


def link_name(link: str) -> str:
    """
    Name a link whose figures are not in hand.

    Parameters
    ----------
    link : str
        "record_reading:plan", "indicator:register_rate".

    Returns
    -------
    str

    Examples
    --------
    >>> link_name("record_reading:initial_response")
    'initial response (record reading)'
    """
    kind, _, name = link.partition(":")
    entry = CATALOGUE.get(name)
    # A link may ask for a figure of the catalogue that nobody publishes: records alone have it.
    if kind == "indicator" and entry and not entry.is_published:
        kind = "records"
    what = entry.name if entry else ("all measures" if name == "*" else name.replace("_", " "))
    return f"{what} ({_KINDS.get(kind, kind.replace('_', ' '))})"
