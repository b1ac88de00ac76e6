"""What an inspection asked to improve: what it said, what bears on it, and where it stands now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
from markupsafe import Markup

from .. import values
from ..evidence.plan import standing
from ..evidence.plan_reading import Plan
from ..periods import write_date
from ..tables import Html, Pieces, Prose, Table, pieces
from .evidence_map import latest, strength
from .mapping import AreaForImprovement, Inspection
from .naming import figure_of, link_name, name_of
from .plan_pages import MADE_UP, marked

Find = Callable[[str], "pd.DataFrame | None"]


def areas_for_improvement(
    inspection: Inspection, find: Find, plan: Plan | None, *, on: dt.date
) -> Pieces:
    """
    Give each area for improvement a page.

    Parameters
    ----------
    inspection : Inspection
    find : callable
        Gives the results table of a link, or None; "records:NAME" is an indicator counted from
        records.
    plan : Plan or None
    on : date

    Returns
    -------
    Pieces
    """
    lead = (
        f"{inspection.title}, published {write_date(inspection.published)}, asked for "
        f"{len(inspection.areas)} improvements. Each stands here with the measures that bear on "
        "it. Published figures come from national statistics, those counted from records are the "
        "partnership's own: of one measure the two can be made otherwise, and differ."
    )
    pages = [piece for asked in inspection.areas for piece in _page(asked, find, plan, on)]
    made_up = [Prose([MADE_UP], "warning")] if plan is not None and plan.synthetic else []
    return pieces(Prose([lead]), *made_up, *pages)


def _page(asked: AreaForImprovement, find: Find, plan: Plan | None, on: dt.date) -> list[Any]:
    title = f"Area for improvement {asked.number}: {asked.title}"
    head = Html(Markup('<h3 class="sheet">{}</h3>').format(title))
    said = Prose([f"What the inspection said: {asked.said}"])
    return [head, said, _measures(asked, find, on), _actions(asked, plan, on)]


def _measures(asked: AreaForImprovement, find: Find, on: dt.date) -> Table:
    """Show the last figure of each measure, the one before it, and how strong it is."""
    links = [*(f"indicator:{i}" for i in asked.indicators),
             *(f"records:{i}" for i in asked.records), *asked.evidence]  # fmt: skip
    rows = [row for link in links for row in _measured(link, find(link), on)]
    numbers = ["Before", "Last"]
    return Table(pd.DataFrame(rows), f"Area {asked.number}: the measures that bear on it",
                 numbers=numbers)  # fmt: skip


_WHY = {
    "records": "counted from records; this report has no count of it",
    "indicator": "published for Scotland alone, or not for this area",
}


def _measured(link: str, rows: pd.DataFrame | None, on: dt.date) -> list[dict[str, str]]:
    if rows is None or rows["value"].isna().all():
        why = _WHY.get(link.partition(":")[0], "not in hand") if rows is None else ""
        mark = (
            values.NOT_AVAILABLE if rows is None else rows["mark"].iloc[-1] or values.NOT_AVAILABLE
        )
        return [{"Measure": link_name(link), "Before": "", "Last": mark, "Of": "",
                 "How strong": why or "no figure is shown"}]  # fmt: skip
    found = []
    for _, row in latest(rows, on).iterrows():
        own = rows[rows["indicator"] == row["indicator"]]
        before = latest(own[own["start"] < row["start"]])
        found.append(
            {
                "Measure": name_of(row),
                "Before": figure_of(before.iloc[-1]) if len(before) else "",
                "Last": figure_of(row),
                "Of": str(row["period"]),
                "How strong": strength(row),
            }
        )
    return found


def _actions(asked: AreaForImprovement, plan: Plan | None, on: dt.date) -> Table | Prose:
    if plan is None:
        return Prose(["No improvement plan was given."])
    rows = standing(plan, on=on)
    rows = rows[rows["area_for_improvement"] == asked.number]
    if rows.empty:
        return Prose(["The plan has no action for it."])
    frame = pd.DataFrame({"Action": rows["id"] + " " + rows["action"], "Lead": rows["lead"],
                          "Due": rows["due"], "State": rows["state"]})  # fmt: skip
    caption = f"{marked(plan)}Area {asked.number}: actions, as they stood on {write_date(on)}"
    return Table(frame, caption)
