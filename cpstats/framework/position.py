"""A draft position statement: strengths and areas for improvement, each tied to its figure.

What a figure must show to be put forward is a rule of ours, printed with the draft: it offers, and
the partnership decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from .. import values
from ..evidence.audits import HIGHER, LOWER
from ..tables import Pieces, Prose, heading, pieces
from .naming import name_of
from .opening import Own

#: "Most" begins here, and a majority ends here, on the inspectors' scale.
_MOST, _HALF = 75.0, 50.0
RULE = (
    "A draft from figures, by a rule: put forward as a strength is a share whose whole interval is "
    "at or above 75%, or a clear improvement in outcomes; as an area for improvement a share whose "
    "whole interval is below 50%, or a clear worsening. Where fewer is better, such as meetings "
    "that no parent attended, the rule is turned round: a strength is at or below 25%, an area for "
    "improvement above 50%. What lies between is not put forward, nor what could be good news or "
    "bad."
)
STRENGTH, IMPROVE = "strength", "improve"


def draft(own: Own) -> dict[str, list[str]]:
    """
    Sort what the evidence shows into strengths and areas for improvement.

    Parameters
    ----------
    own : Own

    Returns
    -------
    dict of str to list of str
        Sentences by "strength" and "improve", each with its figure, interval, date and source.
    """
    found: dict[str, list[str]] = {STRENGTH: [], IMPROVE: []}
    for row in _rows(own):
        side = _side(row)
        if side:
            found[side].append(_sentence(row))
    return found


def _rows(own: Own) -> Iterable[dict[str, Any]]:
    """Give the last figures of each measure, as they may be shown."""
    last = own.evidence.readings[-1:]
    names = [f"record_reading {r.date}" for r in last]
    for who in dict.fromkeys(s.who for s in own.evidence.surveys):
        newest = [s for s in own.evidence.surveys if s.who == who][-1]
        names.append(f"survey {who} {newest.date}")
    names += [n for n in ("participation", "outcomes") if n in own.tables]
    for name in names:
        table = own.tables[name]
        yield from (dict(row) for _, row in table[table["value"].notna()].iterrows())


def _side(row: dict[str, Any]) -> str:
    if pd.isna(row["lower"]):
        return ""
    if row["indicator"].startswith("outcomes"):
        return {"better": STRENGTH, "worse": IMPROVE}.get(row["verdict"], "")
    low, high = row["lower"], row["upper"]
    if row.get("better") == LOWER:
        # Of what should be rare the share without it is the good one.
        low, high = 100 - high, 100 - low
    elif row.get("better") != HIGHER:
        return ""
    if low >= _MOST:
        return STRENGTH
    return IMPROVE if high < _HALF else ""


def _sentence(row: dict[str, Any]) -> str:
    what = name_of(row)
    low, high = (
        values.write(row[c], decimals=int(row["indicator"].startswith("outcomes")))
        for c in ("lower", "upper")
    )
    source, day = str(row["source"]), str(row["period"])
    # The source of a survey names its day already.
    source = source if source.endswith(day) else f"{source}, {day}"
    if row["indicator"].startswith("outcomes"):
        change = f"{row['value']:+.1f}"
        return f"{what}: changed by {change} points ({low} to {high}; {source})."
    shown = f"{row['numerator']:,.0f} of {row['denominator']:,.0f}, {values.write(row['value'])}%"
    return f"{what.rstrip('?')}: {shown} ({low} to {high}; {source})."


def position(own: Own, said: dict[str, Any]) -> Pieces:
    """
    Lay out the draft, with the partnership's own words beside it.

    Parameters
    ----------
    own : Own
    said : dict of str to Html or None
        Own words by slot: "position", "strengths", "areas-for-improvement".

    Returns
    -------
    Pieces
    """
    found = draft(own)
    none = "Nothing in the figures is clear enough to put forward."
    parts: list[Any] = [Prose([RULE])]
    parts += [said["position"]] if said.get("position") else []
    for side, title, slot in (
        (STRENGTH, "Strengths that the figures put forward", "strengths"),
        (IMPROVE, "Areas for improvement that the figures put forward", "areas-for-improvement"),
    ):
        listed = Prose(found[side], "list") if found[side] else Prose([none])
        parts += [heading(title, 3), listed]
        parts += [said[slot]] if said.get(slot) else []
    return pieces(*parts)
