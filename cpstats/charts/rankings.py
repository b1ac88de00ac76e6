"""Areas side by side in one period, highest first, with their intervals."""

from __future__ import annotations

import pandas as pd

from .. import catalogue, values
from ..definitions import Indicator
from . import describe
from .figure import CONTEXT, FAINT, FOCUS, Chart, blank, name_values, styled


@styled
def ranking(
    results: pd.DataFrame, *, focus: str | None = None, reference: str = "Scotland"
) -> Chart:
    """
    Draw areas in order of their value, with intervals.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator and one period.
    focus : str, optional
        The area to bring out.
    reference : str
        The area whose value is drawn as a line across, where it is among the results.

    Returns
    -------
    Chart
        Areas without a figure stand last, with their mark. `alt` gives order and values.
    """
    entry = catalogue.find(results["indicator"].iloc[0])
    rows = results[results["area"] != reference].sort_values(
        ["value", "area"], ascending=[False, True], na_position="last"
    )
    across = results.loc[results["area"] == reference, "value"].dropna()
    chart, axes = blank(height=1.1 + 0.27 * len(rows))
    for y, row in enumerate(rows.itertuples()):
        colour = FOCUS if row.area == focus else FAINT
        if pd.isna(row.value):
            axes.annotate(row.mark, (0, y), (4, 0), textcoords="offset points", va="center")
            continue
        if not pd.isna(row.lower):
            axes.hlines(y, row.lower, row.upper, color=colour, linewidth=3)
        axes.plot(row.value, y, "o", color=FOCUS if row.area == focus else CONTEXT, markersize=7)
    axes.set_yticks(range(len(rows)), list(rows["area"]))
    for tick, area in zip(axes.get_yticklabels(), rows["area"], strict=True):
        tick.set_fontweight("bold" if area == focus else "normal")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.grid(axis="x")
    if len(across):
        said = f"{reference} {values.write(across.iloc[0], decimals=entry.decimals)}"
        axes.axvline(across.iloc[0], color=CONTEXT, linewidth=1.2, linestyle=(0, (4, 2)), zorder=1)
        # The highest lie to the right of the line, so its name has room at the top left.
        axes.annotate(
            said, (across.iloc[0], -0.4), (-5, 0), textcoords="offset points", ha="right", va="top"
        )
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])
    chart.data = results
    chart.alt = _alt(rows, entry, focus, reference, across)
    chart.caption = describe.caption(results, entry)
    return chart


def _alt(
    rows: pd.DataFrame, entry: Indicator, focus: str | None, reference: str, across: pd.Series
) -> str:
    known = rows[rows["value"].notna()]
    said = [
        f"Dot chart of {describe.lower_first(entry.name)}, {rows['period'].iloc[0]}, "
        f"{len(known)} areas from highest to lowest, with 95% intervals where there is a count."
    ]
    if len(across):
        said.append(f"{reference}: {values.write(across.iloc[0], decimals=entry.decimals)}.")
    said.append(
        ", ".join(f"{r['area']} {describe.show(r, entry)}" for _, r in known.iterrows()) + "."
    )
    for row in rows[rows["value"].isna()].itertuples():
        said.append(f"{row.area}: {values.WHY_MISSING[row.mark]}.")
    if focus in set(known["area"]):
        said.append(f"{focus} is brought out.")
    return " ".join(said)
