"""The improvement plan on the page: what is due, what slipped, and whether its number moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from .. import values
from ..evidence.plan import moved, standing
from ..evidence.plan_reading import Plan
from ..periods import write_date
from ..tables import Pieces, Prose, Table, heading, pieces

_ORDER = ("overdue", "due", "not yet due", "no date", "recurring", "standing item", "complete",
          "stopped")  # fmt: skip
_MEANS = {
    "overdue": "past its date, and not said to be complete",
    "due": "due within a month",
    "not yet due": "not yet due",
    "no date": "without a date",
    "recurring": "reported at intervals",
    "standing item": "a standing item",
    "complete": "complete",
    "stopped": "stopped",
}

Find = Callable[[str], "pd.DataFrame | None"]


def plan_page(plan: Plan, find: Find, *, on: dt.date, whole: bool = True) -> Pieces:
    """
    Show where a plan stands on a day.

    Parameters
    ----------
    plan : Plan
    find : callable
        Gives the results table of a link, or None.
    on : date
    whole : bool
        Every action, or only those that want attention: overdue, due within a month, or slipped.

    Returns
    -------
    Pieces
    """
    rows = standing(plan, on=on)
    counts = rows["state"].value_counts()
    said = [f"{counts[s]} {_MEANS[s]}" for s in _ORDER if s in counts]
    text = f"On {write_date(on)}, of {len(rows)} actions: {'; '.join(said)}."
    last = max(update.as_of for action in plan.actions for update in action.until(on))
    word = f"The last word on any of them is of {write_date(last)}."
    slipped = rows[rows["slips"] > 0]
    if len(slipped):
        word += f" {len(slipped)} slipped, by {slipped['days_slipped'].median():.0f} days (median)."
    return pieces(
        heading("The improvement plan", 3),
        Prose([text, word]),
        _actions(rows if whole else rows[_wanting(rows)]),
        _moved(plan, find, on),
    )


def _wanting(rows: pd.DataFrame) -> pd.Series:
    return rows["state"].isin(["overdue", "due"]) | (rows["slips"] > 0)


def _actions(rows: pd.DataFrame) -> Table | Prose:
    if rows.empty:
        return Prose(["No action wants attention."])
    frame = pd.DataFrame(
        {
            "Action": rows["id"] + " " + rows["action"],
            "Lead": rows["lead"],
            "Due": rows["due"],
            "State": rows["state"],
            "Days overdue": [str(n) if n else "" for n in rows["days_overdue"]],
            "Slips": [str(n) if n else "" for n in rows["slips"]],
        }
    )
    return Table(frame, "Actions of the plan", numbers=["Days overdue", "Slips"])


def _moved(plan: Plan, find: Find, on: dt.date) -> Table | Prose:
    rows = moved(plan, find, on=on)
    rows = rows[rows["verdict"] != "not measured"]
    if rows.empty:
        return Prose(["No action of the plan points to a figure in hand: whether it helped cannot "
                      "be told."])  # fmt: skip
    frame = pd.DataFrame(
        {
            "Action": rows["id"] + " " + rows["action"],
            "State": rows["state"],
            "Measure": [m.partition(": ")[2] or m for m in rows["measure"]],
            "Before the plan": [
                _figure(p, v)
                for p, v in zip(rows["before_period"], rows["before_value"], strict=True)
            ],
            "Since": [_figure(p, v) for p, v in zip(rows["period"], rows["value"], strict=True)],
            "Did it move?": rows["verdict"],
        }
    )
    note = "A figure that moved was not therefore moved by the action."
    return Table(frame, "Whether the numbers behind actions moved", notes=[note])


def _figure(period: object, value: float) -> str:
    return "" if pd.isna(value) else f"{values.write(value, decimals=1)} ({period})"
