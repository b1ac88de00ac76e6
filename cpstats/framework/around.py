"""Evidence that is gathered once but dated within: what it says of before and since a day.

Meetings of a log are counted before and after, through the same release as all else. Of outcomes
the children count whose first score came before the day and whose follow-up came after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from .. import quantifiers, values
from ..evidence.outcome_reading import Outcomes
from ..evidence.outcomes import pairs_of
from ..evidence.pairing import paired_change
from ..evidence.plan import DATED_WITHIN, days_within, tested
from ..periods import write_date
from .opening import SPANS, Own

#: With fewer children a mean comes near to the score of one, and an interval says little.
_LEAST = 10
_UNKNOWN, _HIDDEN = "not yet known", "not shown"


def around(own: Own | None, link: str, began: dt.date, on: dt.date) -> dict[str, Any] | None:
    """
    Tell whether evidence that is dated within moved after a day.

    Parameters
    ----------
    own : Own or None
    link : str
        "participation:children_attended", "outcomes:healthy".
    began : date
        When an action was first written down: that day is still before it.
    on : date
        The day of the plan.

    Returns
    -------
    dict or None
        A part of a row of `plan.moved`; None for other links, and where there is no such evidence.
    """
    kind, _, name = link.partition(":")
    found = own.find(link) if own and kind in DATED_WITHIN else None
    if own is None or found is None:
        return None
    row = {"measure": found["indicator"].iloc[0], "now": found.iloc[-1]}
    held = own.evidence.participation if kind == "participation" else own.evidence.outcomes
    if held is not None and held.date > on:
        last = write_date(held.date)
        return row | _verdict(_UNKNOWN, f"It is dated to {last}, after the day of the plan.")
    if kind == "participation":
        return row | _meetings(own, found.iloc[-1], began)
    return row | _children(own, found.iloc[-1], name, began)


def _verdict(verdict: str, note: str) -> dict[str, Any]:
    return {"verdict": verdict, "note": note}


def _meetings(own: Own, whole: pd.Series, began: dt.date) -> dict[str, Any]:
    """Hold meetings up to a day against those after it, as far as each count may be shown."""
    table, day = own.tables.get(SPANS), write_date(began)
    if table is None or pd.Timestamp(began) not in set(table["until"]):
        return _verdict(_UNKNOWN, "Put the plan into the folder of the evidence: meetings before "
                                  "and after are then counted.")  # fmt: skip
    rows = table[table["indicator"] == whole["indicator"]]
    if pd.isna(whole["value"]):
        return _verdict(_HIDDEN, "The figure of all meetings is not shown either.")
    if rows["mark"].isin([values.SUPPRESSED, values.LOW]).any():
        return _verdict(_HIDDEN, f"Before or after {day} are too few to show.")
    sides = {
        "before": rows[rows["until"] <= pd.Timestamp(began)],
        "now": rows[rows["after"] >= pd.Timestamp(began)],
    }
    counts = {s: held[["numerator", "denominator"]].sum() for s, held in sides.items()}
    empty = [s for s, count in counts.items() if not count["denominator"]]
    if empty:
        which = " and ".join("up to" if s == "before" else "after" for s in empty)
        return _verdict(_UNKNOWN, f"No meeting with an answer {which} {day} is in the log.")
    row: dict[str, Any] = {}
    for side, prefix, said in (("before", "before_", "to"), ("now", "", "after")):
        value = float(quantifiers.quantifier(*counts[side]).iloc[0]["value"])
        row[side] = whole.to_dict() | {"value": value, "mark": ""}
        row |= {f"{prefix}value": value, f"{prefix}period": f"{said} {day}"}
    return row | tested(counts["before"], counts["now"], share=True)


def _children(own: Own, whole: pd.Series, measure: str, began: dt.date) -> dict[str, Any]:
    """Hold the scores of the same children from before a day against those from after it."""
    outcomes, day = own.evidence.outcomes, write_date(began)
    if outcomes is None or pd.isna(whole["value"]):
        return _verdict(_HIDDEN, "Too few children were followed to show it.")
    pairs = pairs_of(outcomes, measure).dropna(subset="later")
    across = _across(pairs, began)
    if not across.any():
        lacking = f"No child has a first score up to {day} and a later one after it."
        return _verdict(_UNKNOWN, lacking)
    others = [_across(pairs, d) for d in days_within(own.evidence.plan) if d != began]
    every = pd.Series(True, index=pairs.index)
    if own.release is not None and not _tells_nobody(across, [every, *others], own):
        return _verdict(_HIDDEN, f"Too few children have scores from before and after {day}.")
    return _change(outcomes, pairs[across], day)


def _across(pairs: pd.DataFrame, day: dt.date) -> pd.Series:
    at = pd.Timestamp(day)
    return (pairs["first_date"] <= at) & (pairs["later_date"] > at)


def _tells_nobody(chosen: pd.Series, others: Iterable[pd.Series], own: Own) -> bool:
    """Tell whether neither a mean nor its difference from another speaks of few children."""
    least = own.release.policy.hide_under if own.release else 0
    apart = [int((a & ~b).sum()) for o in others for a, b in ((chosen, o), (o, chosen))]
    return chosen.sum() >= max(_LEAST, least) and all(n == 0 or n >= least for n in apart)


def _change(outcomes: Outcomes, pairs: pd.DataFrame, day: str) -> dict[str, Any]:
    found = paired_change(pairs["first"], pairs["later"], better=outcomes.better)
    return {
        "before_period": f"first scores, to {day}", "before_value": pairs["first"].mean(),
        "period": f"later scores, after {day}", "value": pairs["later"].mean(),
        "verdict": found["verdict"], "note": "The same children, t interval of their changes.",
    }  # fmt: skip
