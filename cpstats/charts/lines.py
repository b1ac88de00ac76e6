"""The line of one area over the years: broken where it must be, with its band and its marks."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..definitions import AS_PUBLISHED, Indicator
from .figure import FOCUS


def of(results: pd.DataFrame, area: str) -> pd.DataFrame:
    """Take the rows of one area, in order of period."""
    return results[results["area"] == area].sort_values("period")


def breaks_in(entry: Indicator, labels: list[str]) -> dict[str, str]:
    """Find the periods in view from which a new version of the definition holds."""
    return {v.since: v.text for v in entry.versions if v.breaks and v.since in labels[1:]}


def pieces(rows: pd.DataFrame, breaks: dict[str, str]) -> list[pd.DataFrame]:
    """Cut a series where a figure is missing or the definition changes."""
    new = rows["value"].isna() | rows["period"].isin(breaks)
    cut = rows.groupby(new.cumsum(), sort=False)
    return [p[p["value"].notna()] for _, p in cut if p["value"].notna().any()]


def draw(
    axes: Axes, rows: pd.DataFrame, place: dict[str, int], breaks: dict[str, str], **look: Any
) -> None:
    """Draw a line in its pieces; a piece of one figure is a point."""
    for piece in pieces(rows, breaks):
        alone = {"marker": "o", "markersize": 3} if len(piece) == 1 else {}
        axes.plot(piece["period"].map(place), piece["value"], **{**alone, **look})


def band(
    axes: Axes,
    rows: pd.DataFrame,
    place: dict[str, int],
    breaks: dict[str, str],
    linewidth: float = 5,
) -> None:
    """Draw the interval around a line; around a single point it is a bar of that width."""
    for piece in pieces(rows[rows["lower"].notna() | rows["value"].isna()], breaks):
        x = piece["period"].map(place)
        if len(piece) == 1:
            axes.vlines(
                x, piece["lower"], piece["upper"], color=FOCUS, alpha=0.35, linewidth=linewidth
            )
        else:
            axes.fill_between(x, piece["lower"], piece["upper"], color=FOCUS, alpha=0.15, lw=0)


def hollow(
    axes: Axes, rows: pd.DataFrame, place: dict[str, int], color: str, size: float = 7
) -> None:
    """Draw estimated figures, and those published without a count among others, as rings."""
    known = rows["value"].notna()
    published = known & (rows["method"] == AS_PUBLISHED)
    # Where every value is as published there is nothing to tell apart.
    apart = published if (known & ~published).any() else published & False
    soft = rows[apart | (known & rows["mark"].isin(["[e]", "[u]"]))]
    if soft.empty:
        return
    axes.plot(
        soft["period"].map(place), soft["value"], "o",
        color=color, markerfacecolor="white", markersize=size, zorder=5,
    )  # fmt: skip


def gaps(rows: pd.DataFrame, place: dict[str, int], *, together: bool) -> list[tuple[float, str]]:
    """Find where the marks of missing figures stand: each at its own, or one for its stretch."""
    missing = rows[rows["value"].isna()]
    at = missing["period"].map(place).astype("float64")
    stretch = (at.diff().ne(1) | missing["mark"].ne(missing["mark"].shift())).cumsum()
    groups = missing.groupby(stretch if together else at, sort=False)
    return [(float(at[g.index].mean()), str(g["mark"].iloc[0])) for _, g in groups]
