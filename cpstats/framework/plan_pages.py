"""The improvement plan on the page: what is due, what slipped, and whether its number moved."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from .. import comparisons, values
from ..catalogue import CATALOGUE
from ..evidence.plan import Around, Find, moved, standing
from ..evidence.plan_reading import Plan
from ..periods import write_date
from ..tables import Pieces, Prose, Table, heading, pieces
from .naming import figure_of, link_name, name_of

_ORDER = ("overdue", "due", "not yet due", "no date", "recurring", "standing item", "complete",
          "stopped")  # fmt: skip
_MEANS = {
    "overdue": "overdue (past the date set, and not said to be complete)",
    "due": "due within a month",
    "not yet due": "not yet due",
    "no date": "without a date",
    "recurring": "reported at intervals",
    "standing item": "ongoing (standing items)",
    "complete": "complete",
    "stopped": "stopped",
}
_WAYS = {comparisons.HIGHER: "higher", comparisons.LOWER: "lower"}


def plan_page(
    plan: Plan, find: Find, *, on: dt.date, whole: bool = True, around: Around | None = None
) -> Pieces:
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
    around : callable, optional
        As `plan.moved`.

    Returns
    -------
    Pieces
    """
    head = heading("The improvement plan", 3)
    made_up = [Prose([MADE_UP], "warning")] if plan.synthetic else []
    rows = standing(plan, on=on)
    if rows.empty:
        text = f"The plan was first written on {write_date(plan.began)}, after {write_date(on)}."
        return pieces(head, *made_up, Prose([text]))
    counts = rows["state"].value_counts()
    said = [f"{counts[s]} {_MEANS[s]}" for s in _ORDER if s in counts]
    text = f"On {write_date(on)}, of {len(rows)} actions: {'; '.join(said)}."
    word = f"The last word on any of them is of {write_date(rows['as_of'].max())}."
    table = _actions(rows if whole else rows[_wanting(rows)], plan)
    return pieces(
        head, *made_up, Prose([text, f"{word} {_slipped(rows)}".strip()]), table,
        *_moved(plan, find, on, around),
    )  # fmt: skip


MADE_UP = (
    "SYNTHETIC plan: its actions are those of a real plan, and what is said of them since is made "
    "up, to show what this page tells. None of it happened."
)


def _slipped(rows: pd.DataFrame) -> str:
    """Say how many slipped, and by how much those did that have a date."""
    slipped = rows[rows["slips"] > 0]
    if slipped.empty:
        return ""
    dated = slipped["days_slipped"].dropna()
    lost = len(slipped) - len(dated)
    said = [f"{len(dated)} to a later date, by {dated.median():,.0f} days (median)"] * bool(
        len(dated)
    )
    said += [f"{lost} lost the date and {'has' if lost == 1 else 'have'} none now"] * bool(lost)
    return f"{len(slipped)} slipped (their date moved later, or was taken away): {'; '.join(said)}."


def _wanting(rows: pd.DataFrame) -> pd.Series:
    return rows["state"].isin(["overdue", "due"]) | (rows["slips"] > 0)


def _actions(rows: pd.DataFrame, plan: Plan) -> Table | Prose:
    if rows.empty:
        return Prose(["No action wants attention."])
    frame = pd.DataFrame(
        {
            "Action": rows["id"] + " " + rows["action"],
            "Lead": rows["lead"],
            "Due": rows["due"],
            "State": rows["state"],
            "Days overdue": [f"{n:,}" if n else "" for n in rows["days_overdue"]],
            "Times slipped": [str(n) if n else "" for n in rows["slips"]],
        }
    )
    numbers = ["Days overdue", "Times slipped"]
    return Table(frame, f"{marked(plan)}Actions of the plan", numbers=numbers)


def marked(plan: Plan) -> str:
    """Say before a caption that a plan is made up."""
    return "SYNTHETIC: " if plan.synthetic else ""


def _moved(plan: Plan, find: Find, on: dt.date, around: Around | None) -> list[Table | Prose]:
    rows = moved(plan, find, on=on, around=around)
    absent = dict.fromkeys(map(link_name, rows.loc[rows["verdict"] == "not measured", "evidence"]))
    said = [f"Not in hand, so not followed: {'; '.join(absent)}."] if absent else []
    rows = rows[rows["verdict"] != "not measured"]
    if rows.empty:
        none = "No action of the plan points to a figure in hand: whether it helped is not known."
        return [Prose([none, *said])]
    frame = pd.DataFrame(
        {
            "Action": rows["id"] + " " + rows["action"],
            "State": rows["state"],
            "Measure": [name_of(row) for row in rows["now"]],
            "Before the action": [_figure(row, "before") for _, row in rows.iterrows()],
            "Since": [_figure(row, "now") for _, row in rows.iterrows()],
            "Did it move?": [_answer(row) for _, row in rows.iterrows()],
        }
    )
    notes = [
        "Before is the last figure from before an action was first written down, since the latest. "
        "A figure that moved was not therefore moved by the action.",
        *said,
    ]
    return [Table(frame, f"{marked(plan)}Whether the numbers behind actions moved", notes=notes)]


def _figure(row: Any, side: str) -> str:
    """Write one side of a comparison with its unit and time; nothing where there is none."""
    period, value = ("before_period", "before_value") if side == "before" else ("period", "value")
    if not isinstance(row[period], str) or pd.isna(row[value]):
        return ""
    if isinstance(row[side], float) or row["measure"].startswith("outcomes"):
        return f"{values.write(row[value], decimals=1)} on the scale ({row[period]})"
    return f"{figure_of(row[side])} ({row[period]})"


def _answer(row: Any) -> str:
    """Say which way a figure moved, whether that is better, and why if nothing can be said."""
    verdict = row["verdict"]
    if verdict == comparisons.SIMILAR:
        return "no clear change"
    if verdict not in _WAYS:
        why = verdict in ("better", "worse", "no clear change")
        return verdict if why else f"{verdict}: {row['note'][:1].lower()}{row['note'][1:]}"
    entry = CATALOGUE.get(str(row["measure"]))
    better = entry.better if entry else row["now"].get("better", "")
    if better not in ("higher", "lower"):
        return _WAYS[verdict]
    return f"{_WAYS[verdict]}: {'better' if better == _WAYS[verdict] else 'worse'}"
