"""A value over the years: one area in front, others behind, breaks in the series marked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..definitions import AS_PUBLISHED, Indicator
from . import describe
from .figure import CONTEXT, FAINT, FOCUS, Chart, blank, name_values, spread, styled


@styled
def trend(results: pd.DataFrame, *, focus: str | None = None, faint: Iterable[str] = ()) -> Chart:
    """
    Draw a value over the years.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, several areas and periods.
    focus : str, optional
        The area in front, drawn with its interval. Without it, the first.
    faint : iterable of str
        Areas to draw thin and unnamed, for the spread they show.

    Returns
    -------
    Chart
        A line for each area, broken where the definition changed and where a figure is missing.
        A missing figure of the focus has its mark on the axis; an estimated one or one published
        without a count is hollow. `alt` tells what the lines do.
    """
    entry = catalogue.find(results["indicator"].iloc[0])
    focus = focus or results["area"].iloc[0]
    faint = [a for a in faint if a != focus]
    labels = sorted(results["period"].unique())
    place = {label: i for i, label in enumerate(labels)}
    breaks = _breaks(entry, labels)
    chart, axes = blank(height=4.4)
    named = [a for a in dict.fromkeys(results["area"]) if a not in faint and a != focus]
    for area in faint:
        _line(axes, _of(results, area), place, breaks, color=FAINT, linewidth=0.9, zorder=1)
    for area in named:
        rows = _of(results, area)
        _line(axes, rows, place, breaks, color=CONTEXT, linestyle=(0, (4, 2)), zorder=2)
        _hollow(axes, rows, place, CONTEXT)
    rows = _of(results, focus)
    _band(axes, rows, place, breaks)
    _line(axes, rows, place, breaks, color=FOCUS, marker="o", markersize=5, zorder=4)
    _hollow(axes, rows, place, FOCUS)
    _finish(axes, results, entry, labels)
    _mark_gaps(axes, rows, place)
    _explain_estimates(axes, results, place)
    _mark_breaks(axes, breaks, place)
    ends = {focus: FOCUS} | dict.fromkeys(named, CONTEXT)
    _name_lines(axes, {a: _of(results, a) for a in ends}, ends, entry, len(labels))
    chart.data = results
    chart.alt = _alt(results, entry, focus, named, faint, breaks)
    shown = results[results["area"].isin([focus, *named]) & results["value"].notna()]
    chart.caption = describe.caption(shown, entry)
    if faint:
        chart.caption += f" Thin grey lines: {', '.join(faint)}."
    if (shown["method"] == AS_PUBLISHED).any() and (shown["method"] != AS_PUBLISHED).any():
        chart.caption += " Hollow points are as published: no count is in hand, so no interval."
    return chart


def _of(results: pd.DataFrame, area: str) -> pd.DataFrame:
    return results[results["area"] == area].sort_values("period")


def _breaks(entry: Indicator, labels: list[str]) -> dict[str, str]:
    """Find the periods in view from which a new version of the definition holds."""
    return {v.since: v.text for v in entry.versions if v.breaks and v.since in labels[1:]}


def _pieces(rows: pd.DataFrame, breaks: dict[str, str]) -> list[pd.DataFrame]:
    """Cut a series where a figure is missing or the definition changes."""
    new = rows["value"].isna() | rows["period"].isin(breaks)
    pieces = rows.groupby(new.cumsum(), sort=False)
    return [p[p["value"].notna()] for _, p in pieces if p["value"].notna().any()]


def _line(
    axes: Axes, rows: pd.DataFrame, place: dict[str, int], breaks: dict[str, str], **look: Any
) -> None:
    for piece in _pieces(rows, breaks):
        alone = {"marker": "o", "markersize": 3} if len(piece) == 1 else {}
        axes.plot(piece["period"].map(place), piece["value"], **{**alone, **look})


def _band(axes: Axes, rows: pd.DataFrame, place: dict[str, int], breaks: dict[str, str]) -> None:
    for piece in _pieces(rows[rows["lower"].notna() | rows["value"].isna()], breaks):
        x = piece["period"].map(place)
        if len(piece) == 1:
            axes.vlines(x, piece["lower"], piece["upper"], color=FOCUS, alpha=0.35, linewidth=5)
        else:
            axes.fill_between(x, piece["lower"], piece["upper"], color=FOCUS, alpha=0.15, lw=0)


def _hollow(axes: Axes, rows: pd.DataFrame, place: dict[str, int], color: str) -> None:
    known = rows["value"].notna()
    published = known & (rows["method"] == AS_PUBLISHED)
    # Where every value is as published there is nothing to tell apart.
    apart = published if (known & ~published).any() else published & False
    soft = rows[apart | (known & rows["mark"].isin(["[e]", "[u]"]))]
    if soft.empty:
        return
    axes.plot(
        soft["period"].map(place), soft["value"], "o",
        color=color, markerfacecolor="white", markersize=7, zorder=5,
    )  # fmt: skip


def _finish(axes: Axes, results: pd.DataFrame, entry: Indicator, labels: list[str]) -> None:
    top = results[["value", "upper"]].max().max()
    # Room above the lines for what is written there.
    room = 1.5 if results["mark"].eq("[e]").any() else 1.28
    axes.set_ylim(0, (top if top > 0 else 1) * room)
    step = max(1, -(-len(labels) // 4))
    ticks = list(range(len(labels) - 1, -1, -step))[::-1]
    axes.set_xticks(ticks, [labels[i] for i in ticks])
    axes.set_xlim(-0.4, len(labels) - 0.6)
    axes.grid(axis="y")
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])


def _mark_gaps(axes: Axes, rows: pd.DataFrame, place: dict[str, int]) -> None:
    gaps = rows[rows["value"].isna()]
    at = gaps["period"].map(place)
    # Over many years the marks would run into each other: one then stands for its stretch.
    stretch = (at.diff().ne(1) | gaps["mark"].ne(gaps["mark"].shift())).cumsum()
    many = len(place) > 14
    for _, group in gaps.groupby(stretch if many else at, sort=False):
        middle = at[group.index].mean()
        axes.annotate(
            group["mark"].iloc[0], (middle, 0), (0, 4), textcoords="offset points", ha="center"
        )


def _explain_estimates(axes: Axes, results: pd.DataFrame, place: dict[str, int]) -> None:
    """Say above the lines why a figure is estimated, with a line to where it stands."""
    for row in results[(results["mark"] == "[e]") & results["value"].notna()].itertuples():
        late = place[row.period] > len(place) / 2
        axes.annotate(
            textwrap.fill(f"{row.area} {row.note.split(';')[0]}", 26),
            (place[row.period], row.value),
            (place[row.period] + (0.4 if late else -0.4), 0.86),
            textcoords=axes.get_xaxis_transform(),
            ha="right" if late else "left",
            va="top",
            fontsize=11,
            arrowprops={"arrowstyle": "-", "color": CONTEXT, "linewidth": 0.8, "shrinkB": 4},
        )


def _mark_breaks(axes: Axes, breaks: dict[str, str], place: dict[str, int]) -> None:
    for since, text in breaks.items():
        x = place[since] - 0.5
        axes.axvline(x, color=CONTEXT, linewidth=1, linestyle=":", zorder=1)
        left = place[since] <= len(place) * 0.6
        axes.annotate(
            f"{since} on:\n{_wrap(text)}",
            (x, 0.995),
            (5 if left else -5, 0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="left" if left else "right",
            va="top",
            fontsize=11,
        )


def _wrap(text: str) -> str:
    return textwrap.fill(text.split(". ")[0].rstrip("."), 30)


def _name_lines(
    axes: Axes,
    lines: dict[str, pd.DataFrame],
    colours: dict[str, str],
    entry: Indicator,
    count: int,
) -> None:
    """Write each area's name and last value where its line ends."""
    lasts = {
        a: rows[rows["value"].notna()].iloc[-1]
        for a, rows in lines.items()
        if rows["value"].notna().any()
    }
    gap = axes.get_ylim()[1] * 0.135
    heights = spread([max(last["value"], gap / 2) for last in lasts.values()], gap)
    for (area, last), y in zip(lasts.items(), heights, strict=True):
        shown = describe.show(last, entry)
        axes.annotate(
            f"{area}\n{shown} in {last['period']}",
            (count - 1, y),
            (12, 0),
            textcoords="offset points",
            color=colours[area],
            va="center",
            fontweight="bold" if colours[area] == FOCUS else "normal",
            annotation_clip=False,
        )


def _alt(
    results: pd.DataFrame,
    entry: Indicator,
    focus: str,
    named: list[str],
    faint: list[str],
    breaks: dict[str, str],
) -> str:
    span = sorted(results["period"].unique())
    years = f"{span[0]} to {span[-1]}" if len(span) > 1 else span[0]
    said = [f"Line chart of {describe.lower_first(entry.name)}, {years}."]
    said += [describe.series(a, _of(results, a), entry) for a in [focus, *named]]
    others = results[results["area"].isin(faint) & results["value"].notna()]
    if not others.empty:
        last = others[others["period"] == others["period"].max()]
        low, high = (
            values.write(v, decimals=entry.decimals)
            for v in (last["value"].min(), last["value"].max())
        )
        said.append(
            f"{len(faint)} other areas are drawn faintly: {low} to {high} in "
            f"{last['period'].iloc[0]}."
        )
    estimated = results[results["mark"].eq("[e]") & results["value"].notna()]
    said += [
        f"{r.area} {r.period} is estimated by the publisher: {r.note}."
        for r in estimated.itertuples()
    ]
    said += [f"From {since}: {text}" for since, text in breaks.items()]
    return " ".join(said)
