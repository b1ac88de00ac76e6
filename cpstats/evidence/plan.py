"""Where an improvement plan stands: what is due, what slipped, and whether its number moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from .. import comparisons, periods
from ..errors import CpstatsError
from ..periods import write_date
from .due_dates import DATED, RECURRING, STANDING, UNSET
from .plan_reading import COMPLETE, PLANNED, STOPPED, WORDS, Action, Plan, Update

#: An action that is due within so many days is due, not merely planned.
SOON = 31
#: Kinds of evidence that are gathered once, and dated within: before and after a day.
DATED_WITHIN = ("participation", "outcomes")
_OPEN = {STANDING: "standing item", RECURRING: RECURRING}

Find = Callable[[str], "pd.DataFrame | None"]
#: Of a link, the day that an action began and the day of the plan: a part of a row of `moved`.
Around = Callable[[str, dt.date, dt.date], "dict[str, Any] | None"]


def standing(plan: Plan, *, on: dt.date) -> pd.DataFrame:
    """
    Tell where each action stands on a day.

    Parameters
    ----------
    plan : Plan
    on : date

    Returns
    -------
    DataFrame
        A row for each action that was written down by then: `id, area_for_improvement, kind,
        action, programme, lead, milestone` (as last said by that day), `status, due, state,
        days_overdue, slips, days_slipped, first_due, as_of, evidence`. States: "complete",
        "stopped", "overdue", "due" (within a month), "not yet due", "standing item", "recurring",
        "no date". A slip is an update that moves the date later, or takes it away; a date given
        after that ends the same slip. `days_slipped` is from the first date to the last, missing
        where the date was taken away and none was given since. An update that nobody made is no
        completion: what is past its date and not said to be complete is overdue. What goes on or
        comes back is overdue when the plan says by when it begins and it is still only planned.
    """
    columns = ["id", *WORDS, "status", "due", "state", "days_overdue", "slips", "days_slipped",
               "first_due", "as_of", "evidence"]  # fmt: skip
    rows = [_standing(action, on) for action in plan.actions if action.until(on)]
    return pd.DataFrame(rows, columns=columns)


def _standing(action: Action, on: dt.date) -> dict[str, Any]:
    updates = action.until(on)
    now, first = updates[-1], updates[0]
    return {
        "id": action.id,
        **now.words,
        "status": now.status,
        "due": now.due.text or UNSET,
        "state": _state(now, on),
        "days_overdue": _overdue(now, on),
        "slips": _slips(updates),
        "days_slipped": _days_slipped(updates),
        "first_due": first.due.text or UNSET,
        "as_of": now.as_of,
        "evidence": "; ".join(action.evidence),
    }


def _state(now: Update, on: dt.date) -> str:
    if now.status in {COMPLETE, STOPPED}:
        return now.status
    begun = now.due.kind != DATED and now.status != PLANNED
    if now.due.date is None or begun:
        return _OPEN.get(now.due.kind, "no date")
    if now.due.date < on:
        return "overdue"
    return "due" if (now.due.date - on).days <= SOON else "not yet due"


def _overdue(now: Update, on: dt.date) -> int:
    late = _state(now, on) == "overdue" and now.due.date is not None
    return (on - now.due.date).days if late and now.due.date else 0


def _slips(updates: tuple[Update, ...]) -> int:
    """Count the updates that moved a date later or took it away, each absence once."""
    slips, last, away = 0, updates[0].due.date, False
    for update in updates[1:]:
        day = update.due.date
        if day is None:
            # What is done needs no date any more.
            taken = last is not None and not away and update.status not in {COMPLETE, STOPPED}
            slips, away = slips + taken, away or taken
            continue
        slips += last is not None and day > last and not away
        last, away = day, False
    return slips


def _days_slipped(updates: tuple[Update, ...]) -> float:
    dates = [update.due.date for update in updates if update.due.date]
    if not dates:
        return 0.0
    now = updates[-1]
    if now.due.date is None and now.status not in {COMPLETE, STOPPED}:
        return np.nan
    return float(max((dates[-1] - dates[0]).days, 0))


def moved(plan: Plan, find: Find, *, on: dt.date, around: Around | None = None) -> pd.DataFrame:
    """
    Tell whether the number that each action points to has moved since the action was written down.

    Parameters
    ----------
    plan : Plan
    find : callable
        Gives the results table of a link, one row for each period, or None where there is none.
    on : date
    around : callable, optional
        Gives what evidence that is gathered once but dated within, such as a log of meetings, says
        of before and since a day: a part of a row below, or None where it is no such evidence.

    Returns
    -------
    DataFrame
        A row for each action and link: `id, action, state, evidence, began, measure, before_period,
        before_value, period, value, verdict, note`. Before is the last figure from before the
        action's own first entry, now the latest up to the day. With counts on both sides the two
        are tested (Newcombe for shares, exact for rates); otherwise the verdict says that they were
        not. `before` and `now` hold the rows of results themselves, where there are any.
    """
    where = standing(plan, on=on).set_index("id")
    rows = []
    for action in (a for a in plan.actions if a.until(on)):
        for link in action.evidence:
            row = {"id": action.id, "action": where.loc[action.id, "action"],
                   "state": where.loc[action.id, "state"], "evidence": link,
                   "began": action.began}  # fmt: skip
            within = around(link, action.began, on) if around else None
            rows.append(row | (within or _moved(find(link), action.began, on)))
    columns = ["id", "action", "state", "evidence", "began", "measure", "before_period",
               "before_value", "period", "value", "verdict", "note", "before", "now"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def days_within(plan: Plan | None) -> list[dt.date]:
    """
    Give the days around which a plan asks for evidence that is dated within.

    Parameters
    ----------
    plan : Plan or None

    Returns
    -------
    list of date
        The first entries of actions that point to participation or outcomes, each once.
    """
    actions = plan.actions if plan else ()
    wanted = tuple(f"{kind}:" for kind in DATED_WITHIN)
    return sorted({a.began for a in actions if any(e.startswith(wanted) for e in a.evidence)})


def _moved(results: pd.DataFrame | None, began: dt.date, on: dt.date) -> dict[str, Any]:
    if results is None or results.empty:
        return {"verdict": "not measured", "note": "No figures of it are in hand."}
    known = results.dropna(subset=["value", "start"])
    first, last = (_day(known, end) for end in (False, True))
    # A year in the middle of which the action began is neither before it nor after.
    before = known[last <= pd.Timestamp(began)].sort_values("start")
    after = known[(first > pd.Timestamp(began)) & (last <= pd.Timestamp(on))].sort_values("start")
    row: dict[str, Any] = {"measure": results["indicator"].iloc[0], "now": results.iloc[-1]}
    for name, side, rows in (("before_", "before", before), ("", "now", after)):
        if len(rows):
            row |= {f"{name}{c}": rows[c].iloc[-1] for c in ("period", "value")}
            row[side] = rows.iloc[-1]
    if before.empty or after.empty:
        return row | {
            "verdict": "not yet known",
            "note": _lacking(results, before, after, began, on),
        }
    return row | _tested(before.iloc[-1], after.iloc[-1])


def _lacking(
    results: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, began: dt.date, on: dt.date
) -> str:
    """Say exactly which figure is not there, or is there and may not be shown."""
    day = write_date(began)
    none = "no figure" if results["value"].notna().all() else "no figure that can be shown"
    said = [f"{none} up to {day}"] if before.empty else []
    said += [f"{none} from after {day} until {write_date(on)}"] if after.empty else []
    return f"This report has {' and '.join(said)}."


def _day(results: pd.DataFrame, end: bool) -> pd.Series:
    """Give the first or last day that figures are of: the day of a census, or that of a period."""
    days = results["start"]
    if end:
        days = pd.Series([_end(*row) for row in zip(results["period"], days, strict=True)],
                         index=results.index)  # fmt: skip
    return results["date"].fillna(days) if "date" in results else days


def _end(period: str, start: pd.Timestamp) -> pd.Timestamp:
    try:
        return pd.Timestamp(periods.parse(period).end)
    except CpstatsError:
        return start


def _tested(before: pd.Series, now: pd.Series) -> dict[str, Any]:
    counts = ["numerator", "denominator"]
    if before[counts].isna().any() or now[counts].isna().any():
        return {"verdict": "not tested", "note": "No counts are behind one of the figures."}
    return tested(before[counts], now[counts], share=now["method"].startswith("Wilson"))


def tested(before: Iterable[float], now: Iterable[float], *, share: bool) -> dict[str, str]:
    """
    Test whether a figure moved.

    Parameters
    ----------
    before, now : iterable of float
        Numerator and denominator.
    share : bool
        Whether it is a part of a whole, rather than a rate.

    Returns
    -------
    dict of str to str
        `verdict` ("higher", "lower", "similar") and `note`, the method.
    """
    compare = comparisons.compare_proportions if share else comparisons.compare_rates
    found = compare(*now, *before).iloc[0]
    return {"verdict": found["verdict"], "note": found["method"]}
