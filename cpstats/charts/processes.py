"""Control charts and run charts: a series, its centre and limits, and where which rule fires."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from .. import values
from ..errors import CpstatsError, ImpossibleInput
from . import describe, wording
from . import lines as lines_between
from .figure import (
    CONTEXT,
    FOCUS,
    SECOND,
    Chart,
    blank,
    end_at_hundred,
    name_values,
    spread,
    styled,
)

#: White around a letter that may stand on a line.
HALO = withStroke(linewidth=3, foreground="white")


@styled
def control(chart: pd.DataFrame, *, target: float | None = None) -> Chart:
    """
    Draw a control chart or run chart of one series.

    Parameters
    ----------
    chart : DataFrame
        From `control_chart` or `run_chart`.
    target : float, optional
        Drawn as a line, in the unit of the values.

    Returns
    -------
    Chart
        Points at which a rule fires are diamonds with a letter for each rule; the caption says
        what the letters mean, whose rules they are, why limits start anew, and what makes them
        doubtful. Limits on trial are dotted.
    """
    rows = wording.in_time(chart)
    if rows["series"].nunique() != 1:
        raise CpstatsError(
            "A control chart draws one series: choose one, or use charts.control_multiples."
        )
    if rows["value"].isna().all():
        raise ImpossibleInput("There is nothing to draw: no value is given.")
    entry = wording.entry_of(rows)
    drawn, axes = blank(height=4.4)
    lines(axes, rows)
    points(axes, rows, letters=True)
    _reasons(axes, rows)
    for middle, mark in gaps(rows, together=len(rows) > 14):
        axes.annotate(
            mark, (middle, 0), (0, 4), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center",
        )  # fmt: skip
    _finish(axes, rows, entry, target)
    _name_lines(axes, rows, entry, target)
    drawn.data = chart
    drawn.alt = wording.alternative(rows, entry, target)
    drawn.caption = wording.caption(rows, entry)
    return drawn


def lines(axes: Axes, rows: pd.DataFrame, width: float = 1.4) -> None:
    for part in wording.phases(rows):
        # Half a step beyond the first and last point, so that one phase ends where the next begins.
        x = np.append(part["at"].to_numpy() - 0.5, part["at"].iloc[-1] + 0.5)
        for name in ("centre", "lower", "upper"):
            y = part[name].to_numpy()
            if np.isnan(y).all() or (name == "lower" and wording.is_floor(part)):
                continue
            style: Any = "-" if name == "centre" else (0, (4, 2))
            if part["trial"].any() and name != "centre":
                style = ":"
            axes.step(
                x, np.append(y, y[-1]), where="post", color=CONTEXT, linewidth=width,
                linestyle=style, zorder=2,
            )  # fmt: skip


def points(axes: Axes, rows: pd.DataFrame, *, letters: bool, size: float = 5) -> None:
    """Draw values joined by a line, and those at which a rule fires as diamonds."""
    for part in wording.phases(rows):
        axes.plot(part["at"], part["value"], color=FOCUS, linewidth=1.4, zorder=3)
    fired = rows["signal"].map(wording.letters_of) != ""
    calm, loud = rows[~fired], rows[fired]
    axes.plot(calm["at"], calm["value"], "o", color=FOCUS, markersize=size, zorder=4)
    diamonds(axes, loud, size=size + 2.5, letters=letters)


def diamonds(axes: Axes, loud: pd.DataFrame, *, size: float, letters: bool = True) -> None:
    """Draw points at which a rule fires, with the letters of the rules."""
    axes.plot(
        loud["at"], loud["value"], "D", color=SECOND, markeredgecolor="black",
        markeredgewidth=0.8, markersize=size, zorder=5,
    )  # fmt: skip
    for row in loud.itertuples() if letters else ():
        above = row.value >= row.centre
        axes.annotate(
            wording.letters_of(row.signal), (row.at, row.value), (0, 8 if above else -8),
            textcoords="offset points", ha="center", va="bottom" if above else "top",
            fontweight="bold", zorder=6, path_effects=[HALO],
        )  # fmt: skip


def _reasons(axes: Axes, rows: pd.DataFrame) -> None:
    for part in wording.phases(rows)[1:]:
        first = part.iloc[0]
        x = first["at"] - 0.5
        axes.axvline(x, color=CONTEXT, linewidth=1, linestyle=":", zorder=1)
        left = first["at"] <= len(rows) * 0.6
        said = textwrap.fill(describe.opening(first["reason"]), 30)
        axes.annotate(
            f"{wording.name_of(first['period'])} on:\n{said}", (x, 0.995), (5 if left else -5, 0),
            xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="left" if left else "right", va="top", fontsize=11,
        )  # fmt: skip


def gaps(rows: pd.DataFrame, *, together: bool) -> list[tuple[float, str]]:
    """Place the marks of missing figures along the axis; together, one for each stretch."""
    marks = rows["mark"].replace("", values.NOT_AVAILABLE) if "mark" in rows else None
    marked = rows.assign(mark=values.NOT_AVAILABLE if marks is None else marks)
    place = dict(zip(rows["period"], rows["at"], strict=True))
    return lines_between.gaps(marked, place, together=together)


def scale(axes: Axes, rows: pd.DataFrame, target: float | None = None, room: float = 0.0) -> None:
    """Show every value and limit; the axis starts at zero where zero is near."""
    shown = pd.concat([rows[c] for c in ("value", "centre", "lower", "upper")]).dropna()
    if target is not None:
        shown = pd.concat([shown, pd.Series([target])])
    low, high = float(shown.min()), float(shown.max())
    if (rows["value"].dropna() >= 0).all():
        # A limit below zero is none for what cannot be negative.
        low = max(low, 0.0)
    margin = (high - low or abs(high) or 1.0) * 0.13
    low = 0.0 if 0 <= low < (high - low) * 0.5 else low - margin
    axes.set_ylim(low, high + margin + (high - low) * room)


def _finish(axes: Axes, rows: pd.DataFrame, entry: wording.Entry, target: float | None) -> None:
    scale(axes, rows, target, room=0.2 if rows["phase"].nunique() > 1 else 0.05)
    end_at_hundred(axes.yaxis, entry)
    step = max(1, -(-len(rows) // 4))
    ticks = list(range(len(rows) - 1, -1, -step))[::-1]
    # A quarter takes two lines: four of them in a row would run into each other.
    names = [wording.name_of(rows["period"].iloc[i]).replace(" Q", "\nQ") for i in ticks]
    axes.set_xticks(ticks, names)
    axes.set_xlim(-0.7, len(rows) - 0.3)
    axes.grid(axis="y")
    unit = entry.unit if entry else "value"
    name_values(axes, unit[:1].upper() + unit[1:])


def _name_lines(axes: Axes, rows: pd.DataFrame, entry: wording.Entry, target: float | None) -> None:
    """Write what each line is, and its height, where it ends."""
    last = rows.iloc[-1]
    # The centre of a t chart is the mean of what was straightened, and no mean of the values.
    middle = {"run": "Median", "g": "Median", "t": "Centre"}.get(last["chart"], "Mean")
    named = {"upper": "Upper limit", "centre": middle}
    named["lower"] = "Lower limit"
    heights = {text: last[column] for column, text in named.items() if pd.notna(last[column])}
    low, high = axes.get_ylim()
    if wording.is_floor(wording.phases(rows)[-1]):
        heights.pop("Lower limit", None)
    if target is not None:
        axes.axhline(target, color=SECOND, linewidth=1.6, linestyle=(0, (1, 1)), zorder=2)
        heights["Target"] = target
    gap = (high - low) * 0.07
    placed = spread(list(heights.values()), gap, floor=low + gap / 2)
    for (text, y), at in zip(heights.items(), placed, strict=True):
        axes.annotate(
            f"{text} {wording.write(y, entry)}", (len(rows) - 0.5, at), (6, 0),
            textcoords="offset points", va="center", color=CONTEXT, annotation_clip=False,
        )  # fmt: skip
