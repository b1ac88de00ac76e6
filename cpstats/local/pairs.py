"""Groups held against each other, or each group against itself in the time before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import charts
from ..counting import ORDERED
from ..tables import Prose, Table
from .figures import (
    ALONE,
    SIBLINGS,
    behind,
    compared,
    entry_of,
    few,
    notes,
    opening,
    then_and_now,
    written,
)
from .opening import Local
from .sections import Pair
from .spans import Span


def pair_rows(local: Local, pair: Pair, span: Span) -> tuple[pd.DataFrame, str, str]:
    """Count what a pair holds against each other, in order, with the names of its columns."""
    frames = [then_and_now(local, i, span, pair.by) for i in pair.indicators]
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.assign(measure=[entry_of(r).name for _, r in rows.iterrows()])
    down, across = pair.by or "measure", "time"
    if pair.groups:
        rows = rows[(rows["time"] == span.name) & rows[pair.by].isin(pair.groups)]
        down, across = "measure", pair.by
    if down != "measure":
        # What nobody has in either time is left out.
        now = rows[rows["time"] == span.name]
        if down not in ORDERED:
            now = now.sort_values("value", ascending=False, kind="stable")
        seen = rows.groupby(down)["numerator"].sum(min_count=1)
        order = [g for g in now[down] if seen[g] != 0]
        rows = pd.concat([rows[rows[down] == g] for g in order] or [rows.iloc[:0]])
    members = list(pair.groups) or [span.name_before, span.name]
    rows["_member"] = pd.Categorical(rows[across], members)
    rows["_row"] = pd.Categorical(rows[down], list(dict.fromkeys(rows[down])))
    rows = rows.sort_values(["_row", "_member"]).drop(columns=["_row", "_member"])
    return rows.reset_index(drop=True), down, across


def pair_table(rows: pd.DataFrame, down: str, across: str, caption: str) -> Table:
    """Tabulate pairs: each member with its counts and value, and whether they differ."""
    first_name, second_name = list(dict.fromkeys(rows[across]))
    first = rows[rows[across] == first_name].set_index(down, drop=False)
    second = rows[rows[across] == second_name].set_index(down, drop=False).loc[first.index]
    frame = pd.DataFrame({opening(down.replace("_", " ")): list(first.index)})
    for name, part in ((first_name, first), (second_name, second)):
        frame[f"{opening(name)}: counts"] = behind(part)
        frame[f"{opening(name)}: per cent"] = written(part)
    frame[f"{opening(second_name)}, against {first_name}"] = compared(second, first)
    return Table(frame, caption, numbers=frame.columns[1:5], notes=[*notes(rows), ALONE, SIBLINGS])


def pair_chart(rows: pd.DataFrame, down: str, across: str) -> charts.Chart | Prose:
    """Draw pairs; a share of too few is not drawn."""
    drawn = rows.copy()
    scarce = few(rows)
    drawn.loc[scarce, ["value", "lower", "upper"]] = np.nan
    drawn.loc[scarce, "mark"] = "[x]"
    if drawn["value"].isna().all():
        return Prose(["No chart: too few stand behind every one of these figures."])
    return charts.pairs(drawn, down=down, across=across)
