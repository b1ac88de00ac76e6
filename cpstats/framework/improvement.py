"""What an inspection asked to improve: what it said, what bears on it, and where it stands now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
from markupsafe import Markup

from .. import values
from ..catalogue import CATALOGUE
from ..evidence.plan import standing
from ..evidence.plan_reading import Plan
from ..periods import write_date
from ..tables import Html, Pieces, Prose, Table, pieces
from .evidence_map import latest, strength
from .mapping import AreaForImprovement, Inspection

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
        f"{len(inspection.areas)} improvements. Each stands here with the measures that bear on it."
    )
    pages = [piece for asked in inspection.areas for piece in _page(asked, find, plan, on)]
    return pieces(Prose([lead]), *pages)


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
    "records": "counted from records; none were used",
    "indicator": "published for Scotland alone, or not for this area",
}


def _measured(link: str, rows: pd.DataFrame | None, on: dt.date) -> list[dict[str, str]]:
    kind, _, name = link.partition(":")
    if rows is None or rows["value"].isna().all():
        entry = CATALOGUE.get(name)
        what = entry.name if entry else ("all measures" if name == "*" else name.replace("_", " "))
        why = _WHY.get(kind, "nothing in hand")
        shown = f"{what} ({kind.replace('_', ' ')})"
        return [{"Measure": shown, "Before": "", "Last": "[x]", "Of": "", "How strong": why}]
    found = []
    for _, row in latest(rows, on).iterrows():
        own = rows[rows["indicator"] == row["indicator"]]
        before = latest(own[own["start"] < row["start"]])
        found.append(
            {
                "Measure": _name(row),
                "Before": _write(before.iloc[-1]) if len(before) else "",
                "Last": _write(row),
                "Of": str(row["period"]),
                "How strong": strength(row),
            }
        )
    return found


def _name(row: pd.Series) -> str:
    said = [row.get(column) for column in ("text", "question", "measure")]
    words = [s for s in said if isinstance(s, str) and s]
    if words:
        return words[0]
    entry = CATALOGUE.get(str(row["indicator"]))
    return entry.heading if entry else str(row["indicator"])


def _write(row: pd.Series) -> str:
    """Write a figure with its unit, which headings of the catalogue say already."""
    entry = CATALOGUE.get(str(row["indicator"]))
    if entry:
        return values.write(row["value"], row["mark"], entry.decimals)
    if str(row["indicator"]).startswith("outcomes"):
        return f"{row['value']:+.1f} points"
    return f"{values.write(row['value'])}%"


def _actions(asked: AreaForImprovement, plan: Plan | None, on: dt.date) -> Table | Prose:
    if plan is None:
        return Prose(["No improvement plan was given."])
    rows = standing(plan, on=on)
    rows = rows[rows["area_for_improvement"] == asked.number]
    if rows.empty:
        return Prose(["The plan has no action for it."])
    frame = pd.DataFrame({"Action": rows["id"] + " " + rows["action"], "Lead": rows["lead"],
                          "Due": rows["due"], "State": rows["state"]})  # fmt: skip
    return Table(frame, f"Area {asked.number}: actions, as they stood on {write_date(on)}")
