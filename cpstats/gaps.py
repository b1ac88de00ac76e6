"""What records cannot say is taken out, with the reason: never 0, and never a guess."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import periods as period_terms
from . import values
from .definitions import Counted, Indicator
from .records import Records
from .views import VIEWS


def without_population(entry: Indicator, result: pd.DataFrame) -> pd.DataFrame:
    """Say of a rate that lacks its population that this is what it lacks."""
    lacking = result["denominator"].isna() & (result["mark"] == "") & (result["note"] == "")
    if entry.kind == "rate":
        result.loc[lacking, "note"] = "No population of this area, age and time is in hand."
    return result


def without_gaps(
    records: Records,
    entry: Indicator,
    spans: list[period_terms.Period],
    result: pd.DataFrame,
) -> pd.DataFrame:
    """Take out what the records cannot say: another area, a time not covered, a missing table."""
    stock = entry.calendar == "census date"
    ends = {s.label: s.end if stock else s.start for s in spans if s.end <= records.until}
    covered = {label for label, day in ends.items() if records.since <= day}
    followed = pd.Timestamp(records.since) + pd.DateOffset(months=entry.look_back)
    whole = {label for label, day in ends.items() if followed <= pd.Timestamp(day)}
    both: list[Counted | None] = [entry.counted, entry.counted_of]
    counts = [c for c in both if c is not None]
    asked = {table for c in counts for table in (*VIEWS[c.view].tables, *c.needs, "children")}
    lacking = sorted(asked - set(records.tables))
    why = np.select(
        [
            np.full(len(result), bool(lacking)),
            ~result["area"].isin(records.areas).to_numpy(),
            ~result["period"].isin(covered).to_numpy(),
            ~result["period"].isin(whole).to_numpy(),
        ],
        [
            f"These records hold no table {', '.join(lacking)}.",
            "These records are not of this area.",
            f"These records cover {records.since.isoformat()} to {records.until.isoformat()}.",
            f"What came in the {entry.look_back} months before is not in these records, which "
            f"begin on {records.since.isoformat()}.",
        ],
        "",
    )
    gap = why != ""
    result = result.assign(note=np.where(gap, why, result["note"].fillna("")))
    shown = ("numerator", "denominator", "value", "lower", "upper")
    figures = [c for c in shown if c in result]
    result.loc[gap, figures] = np.nan
    if "method" in result:
        result.loc[gap, "method"] = ""
    result.loc[gap, "mark"] = values.NOT_AVAILABLE
    return result
