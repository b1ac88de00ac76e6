"""Where an improvement plan stands: what is due, what slipped, and whether its number moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd

from .. import comparisons, periods
from ..errors import CpstatsError
from ..periods import write_date
from .due_dates import DATED, RECURRING, STANDING, UNSET
from .plan_reading import COLUMNS, COMPLETE, STOPPED, Plan, Update

#: An action that is due within so many days is due, not merely planned.
SOON = 31


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
        A row for each action: `id, area_for_improvement, kind, action, programme, lead, milestone,
        status, due, state, days_overdue, slips, days_slipped, first_due, as_of, evidence`. States:
        "complete", "stopped", "overdue", "due" (within a month), "not yet due", "standing item",
        "recurring", "no date". A slip is an update that moves the date later (or takes it away);
        `days_slipped` is from the first date to the last. An update that nobody made is no
        completion: what is past its date and not said to be complete is overdue.
    """
    rows = []
    for action in plan.actions:
        updates = action.until(on)
        now, first = updates[-1], updates[0]
        dates = [u.due.date for u in updates if u.due.date]
        rows.append(
            {
                **{c: getattr(action, c) for c in COLUMNS[:8] if c != "due"},
                "status": now.status,
                "due": now.due.text or UNSET,
                "state": _state(now, on),
                "days_overdue": _overdue(now, on),
                "slips": _slips(updates),
                "days_slipped": max((dates[-1] - dates[0]).days, 0) if dates else 0,
                "first_due": first.due.text or UNSET,
                "as_of": now.as_of,
                "evidence": "; ".join(action.evidence),
            }
        )
    return pd.DataFrame(rows)


def _state(now: Update, on: dt.date) -> str:
    if now.status in {COMPLETE, STOPPED}:
        return now.status
    if now.due.kind != DATED or now.due.date is None:
        return {STANDING: "standing item", RECURRING: RECURRING}.get(now.due.kind, "no date")
    if now.due.date < on:
        return "overdue"
    return "due" if (now.due.date - on).days <= SOON else "not yet due"


def _overdue(now: Update, on: dt.date) -> int:
    late = _state(now, on) == "overdue" and now.due.date is not None
    return (on - now.due.date).days if late and now.due.date else 0


def _slips(updates: tuple[Update, ...]) -> int:
    """Count the updates that moved a date later, or took it away."""
    slips, last = 0, updates[0].due.date
    for update in updates[1:]:
        if last and (update.due.date is None or update.due.date > last):
            slips += update.status not in {COMPLETE, STOPPED} or update.due.date is not None
        last = update.due.date or last
    return slips


def moved(plan: Plan, find: Callable[[str], pd.DataFrame | None], *, on: dt.date) -> pd.DataFrame:
    """
    Tell whether the number that each action points to has moved since the plan began.

    Parameters
    ----------
    plan : Plan
    find : callable
        Gives the results table of a link, one row for each period, or None where there is none.
    on : date

    Returns
    -------
    DataFrame
        A row for each action and link: `id, action, state, evidence, measure, before_period,
        before_value, period, value, verdict, note`. Before is the last figure from before the plan
        began, now the latest up to the day. With counts on both sides the two are tested (Newcombe
        for shares, exact for rates); otherwise the verdict says that they were not.
    """
    where = standing(plan, on=on).set_index("id")
    rows = []
    for action in plan.actions:
        for link in action.evidence:
            row = {"id": action.id, "action": action.action,
                   "state": where.loc[action.id, "state"], "evidence": link}  # fmt: skip
            rows.append(row | _moved(find(link), plan.began, on))
    columns = ["id", "action", "state", "evidence", "measure", "before_period", "before_value",
               "period", "value", "verdict", "note"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _moved(results: pd.DataFrame | None, began: dt.date, on: dt.date) -> dict[str, Any]:
    if results is None:
        return {"verdict": "not measured", "note": "No figures of it are in hand."}
    known = results.dropna(subset=["value", "start"])
    first, last = (_day(known, end) for end in (False, True))
    # A year in the middle of which the plan began is neither before it nor after.
    before = known[last <= pd.Timestamp(began)].sort_values("start")
    after = known[(first > pd.Timestamp(began)) & (last <= pd.Timestamp(on))].sort_values("start")
    row: dict[str, Any] = {"measure": results["indicator"].iloc[0] if len(results) else ""}
    for name, rows in (("before_", before), ("", after)):
        if len(rows):
            row |= {f"{name}{c}": rows[c].iloc[-1] for c in ("period", "value")}
    if before.empty or after.empty:
        lacking = "before the plan began" if before.empty else f"since {write_date(began)}"
        return row | {"verdict": "not yet known", "note": f"There is no figure from {lacking}."}
    return row | _tested(before.iloc[-1], after.iloc[-1])


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
    share = now["method"].startswith("Wilson")
    compare = comparisons.compare_proportions if share else comparisons.compare_rates
    found = compare(*now[counts], *before[counts]).iloc[0]
    return {"verdict": found["verdict"], "note": found["method"]}
