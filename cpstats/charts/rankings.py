"""Areas side by side in one period, highest first: their values, and the places they take."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..definitions import Indicator
from ..errors import CpstatsError
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
    _name_areas(axes, rows["area"], focus)
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


@styled
def ranks(ranked: pd.DataFrame, *, focus: str | None = None) -> Chart:
    """
    Draw the place of each area, with the places that chance leaves open.

    Parameters
    ----------
    ranked : DataFrame
        From `rank`, of one period.
    focus : str, optional
        The area to bring out.

    Returns
    -------
    Chart
        A point at the place; a thick bar over the range of places when areas are compared pair
        by pair, a thin line over the range that allows for all comparisons at once. Areas
        without a figure stand last, with their mark. `alt` gives places and ranges.

    Raises
    ------
    CpstatsError
        For places of several periods, or of none.
    """
    if ranked["period"].nunique() != 1:
        raise CpstatsError("A chart of places takes the ranks of one period.")
    entry = catalogue.find(ranked["indicator"].iloc[0])
    rows = ranked.sort_values(["rank", "area"], na_position="last")
    chart, axes = blank(height=1.3 + 0.27 * len(rows))
    rows = rows.assign(y=range(len(rows)))
    for row in rows[rows["rank"].isna()].itertuples():
        axes.annotate(row.mark, (0.2, row.y), (4, 0), textcoords="offset points", va="center")
    strong = rows["area"] == focus
    for some, line, colour, marker, size in (
        (rows[~strong], FAINT, CONTEXT, "o", 6),
        (rows[strong], FOCUS, FOCUS, "D", 8),
    ):
        _draw_ranges(axes, some[some["rank_lower"].notna()], line)
        axes.plot(
            some["rank"], some["y"], marker, color=colour, markersize=size,
            markeredgecolor="white", zorder=4,
        )  # fmt: skip
    _name_areas(axes, rows["area"], focus)
    most = int(rows["ranked"].max())
    axes.set_xlim(0.2, max(most, 2) + 0.8)
    axes.set_xticks(_places(most))
    axes.grid(axis="x")
    name_values(axes, "Place, 1 = highest")
    chart.data = ranked
    chart.alt = _alt_of_ranks(rows, entry, focus)
    # The intervals of the values themselves are not drawn here, so nothing is said of them.
    made_of = describe.caption(ranked.assign(lower=float("nan")), entry)
    chart.caption = f"{made_of} {_what_ranges_mean(rows)}"
    return chart


def _name_areas(axes: Axes, names: pd.Series, focus: str | None) -> None:
    axes.set_yticks(range(len(names)), list(names))
    for tick, area in zip(axes.get_yticklabels(), names, strict=True):
        tick.set_fontweight("bold" if area == focus else "normal")
    axes.set_ylim(len(names) - 0.4, -0.6)


def _draw_ranges(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    # A range of one place would have no length: each reaches a little beyond its ends.
    for ends, width in (("", 1.4), ("_each", 6)):
        lower, upper = rows[f"rank_lower{ends}"] - 0.2, rows[f"rank_upper{ends}"] + 0.2
        axes.hlines(rows["y"], lower, upper, color=colour, linewidth=width)


def _places(most: int) -> list[int]:
    """Choose the places to write: the first, the last, and some between, none too close."""
    step = 1 if most <= 8 else 5
    between = [n for n in range(step, most, step) if n > 1 and most - n > step / 2]
    return list(dict.fromkeys([1, *between, most])) if most else []


def _what_ranges_mean(rows: pd.DataFrame) -> str:
    if rows["rank_lower"].isna().all():
        return "No ranges of places: too few areas, or not every one has a count to compare by."
    level = f"{100 * rows['rank_confidence'].iloc[0]:g}%"
    return (
        f"Thin lines: the places that chance leaves open, at the {level} level, when an area is "
        "compared with all the others at once. Thick bars: the same with each comparison on its "
        "own, which is narrower and more often wrong."
    )


def _alt_of_ranks(rows: pd.DataFrame, entry: Indicator, focus: str | None) -> str:
    known = rows[rows["rank"].notna()]
    ranged = known["rank_lower"].notna().any()
    many = "area" if len(known) == 1 else "areas"
    ways = (
        ", each with the range of places that chance leaves open when it is compared with all at "
        "once, then pair by pair"
    )
    said = [
        f"Chart of the places of {len(known)} {many} by {describe.lower_first(entry.name)}, "
        f"{rows['period'].iloc[0]}, 1 the highest{ways if ranged else ''}."
    ]
    if len(known):
        said.append("; ".join(_place(row) for row in known.itertuples()) + ".")
    said += [
        f"{row.area}: {values.WHY_MISSING[row.mark]}."
        for row in rows[rows["rank"].isna()].itertuples()
    ]
    if focus in set(known["area"]):
        said.append(f"{focus} is brought out.")
    return " ".join(said)


def _place(row: Any) -> str:
    if pd.isna(row.rank_lower):
        return f"{row.area} {row.rank:.0f}"
    return (
        f"{row.area} {row.rank:.0f} ({row.rank_lower:.0f} to {row.rank_upper:.0f}, "
        f"{row.rank_lower_each:.0f} to {row.rank_upper_each:.0f})"
    )
