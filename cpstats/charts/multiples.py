"""Many areas in small panels on one scale, in the order in which a reader looks for them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from .. import catalogue, inputs, values
from ..definitions import Indicator
from ..errors import ImpossibleInput, UnknownName
from . import describe, lines, panel_words
from .figure import CONTEXT, FOCUS, INK, PLATE, Chart, fitted, spread, styled

#: As wide as a page shows a figure, so that the text of panels keeps its size there.
PANELS_WIDTH = 6.3
SMALL = 11

#: Height of the axes of one panel in inches, by the columns of the grid.
_HEIGHTS = {1: 2.6, 2: 1.7, 3: 1.25, 4: 0.8}
_LINE = 0.185  # inches that a line of small text takes


def panels(
    names: Iterable[str], *, labels: Sequence[str], words: str = "", focus: str | None = None
) -> tuple[Chart, dict[str, Axes]]:
    """
    Start a chart of small panels that share both axes. Call within the style.

    Parameters
    ----------
    names : iterable of str
        A panel each, row by row, named above it.
    labels : sequence of str
        The periods along the axis, at 0, 1, 2 and so on: the first and the last are written,
        under the lowest panel of each column.
    words : str
        What the panels share, written once above them all; lines parted by a line feed.
    focus : str, optional
        The panel to bring out: its name is bold, and it stands in a box.

    Returns
    -------
    tuple of Chart and dict of Axes
        The axes by name. Places of the grid without a panel are left out.

    Raises
    ------
    ImpossibleInput
        For no names, or a name twice.
    UnknownName
        For a focus that is not among the names.
    """
    order = list(names)
    if not order or len(set(order)) < len(order):
        raise ImpossibleInput(f"Panels need names, each of them once: got {order}.")
    if focus is not None and focus not in order:
        raise UnknownName("area among the panels", focus, order)
    columns = columns_for(len(order))
    rows = math.ceil(len(order) / columns)
    titles = [fitted(n, _inches(columns), SMALL, bold=n == focus) for n in order]
    tallest = [
        max(t.count("\n") for t in titles[k : k + columns]) for k in range(0, len(titles), columns)
    ]
    # Each row holds its axes, the lines of its names and some air.
    height = rows * (_HEIGHTS[columns] + 0.12) + (sum(tallest) + rows) * _LINE + 0.35
    height += _LINE * 1.15 * (words.count("\n") + 1 if words else 0)
    chart = Chart(figsize=(PANELS_WIDTH, height), layout="constrained")
    # matplotlib's own type has no shape for a grid that is always two-dimensional.
    grid = np.asarray(chart.subplots(rows, columns, sharex=True, sharey=True, squeeze=False))
    every = list(grid.ravel())
    for unused in every[len(order) :]:
        unused.remove()
    axes = dict(zip(order, every, strict=False))
    for k, (name, own) in enumerate(axes.items()):
        _dress(own, titles[k], chosen=name == focus, ticks=3 if columns > 1 else 5)
        _name_ends(own, labels, lowest=k + columns >= len(order), narrow=columns > 3)
    if words:
        chart.suptitle(words, x=0.01, ha="left", fontsize=12)
    return chart, axes


def columns_for(count: int) -> int:
    """Choose the columns of a grid: up to four, leaving as few places empty as can be.

    Examples
    --------
    >>> [columns_for(n) for n in (1, 2, 4, 5, 8, 9, 32)]
    [1, 2, 2, 3, 4, 3, 4]
    """
    if count <= 4:
        return math.ceil(count**0.5)
    if count > 9:
        return 4
    return min((3, 4), key=lambda columns: -count % columns)


def _inches(columns: int) -> float:
    # The scale stands left of the first column, and air between the others.
    return (PANELS_WIDTH - 0.45) / columns - 0.02


def _dress(axes: Axes, title: str, *, chosen: bool, ticks: int) -> None:
    axes.set_title(
        title, loc="left", fontsize=SMALL, pad=4, fontweight="bold" if chosen else "normal"
    )
    axes.grid(axis="y")
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 5, 10], min_n_ticks=2))
    axes.tick_params(labelsize=SMALL)
    if chosen:
        for side in axes.spines.values():
            side.set(visible=True, color=FOCUS, linewidth=1.8)


def _name_ends(axes: Axes, labels: Sequence[str], *, lowest: bool, narrow: bool) -> None:
    """Write the first and the last period, in narrow panels at the edges so that none touch."""
    axes.set_xticks([0, len(labels) - 1] if len(labels) > 1 else [0])
    axes.tick_params(axis="x", labelbottom=False, length=3)
    if not lowest:
        return
    last = (
        ((1, 0), "axes fraction", "right")
        if narrow
        else ((len(labels) - 1, 0), ("data", "axes fraction"), "center")
    )
    ends = [(labels[0], (0, 0), "axes fraction", "left"), (labels[-1], *last)]
    for label, at, within, side in ends[: len(labels)]:
        axes.annotate(
            label, at, (0, -6), xycoords=within, textcoords="offset points",
            ha=side, va="top", fontsize=SMALL,
        )  # fmt: skip


@styled
def small_multiples(
    results: pd.DataFrame, *, reference: str = "Scotland", focus: str | None = None
) -> Chart:
    """
    Draw a value over the years for many areas, each in a small panel of its own.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, a row for each area and period.
    reference : str
        The area drawn grey and dashed in every panel, where it is among the results. Counts have
        none: a country's would dwarf those of its areas.
    focus : str, optional
        The area whose panel is brought out.

    Returns
    -------
    Chart
        Panels in alphabetical order on one scale. A line breaks where the definition changed and
        where a figure is missing, which has its mark on the axis; the last figure stands where
        the line ends. `alt` gives the first and the last figure of each area.

    Raises
    ------
    ImpossibleInput
        For no rows, several indicators, an area with two figures for a period, or an infinite
        value.
    UnknownName
        For a focus that is not among the areas.
    """
    entry = _one_indicator(results)
    labels = sorted(results["period"].unique())
    names = sorted(set(results["area"]) - {reference}) or [reference]
    across = lines.of(results, reference if reference not in names else "")
    if entry.kind == "count":
        across = across.iloc[:0]
    breaks = lines.breaks_in(entry, labels)
    words = _words(entry, across, reference, breaks)
    chart, axes = panels(names, labels=labels, words=words, focus=focus)
    drawn = results[results["area"].isin(names)]
    first = next(iter(axes.values()))
    top = _scale(first, drawn, across, len(labels), columns_for(len(names)))
    for name, own in axes.items():
        _panel(own, lines.of(results, name), across, labels, breaks, entry)
    chart.data = results
    chart.alt = panel_words.alternative(drawn, names, across, reference, breaks, entry, focus)
    chart.caption = panel_words.caption(pd.concat([drawn, across]), names, entry, top)
    return chart


def _one_indicator(results: pd.DataFrame) -> Indicator:
    if results.empty or results["indicator"].nunique() > 1:
        found = ", ".join(results["indicator"].unique()) or "no rows"
        raise ImpossibleInput(f"Small multiples take the results of one indicator: got {found}.")
    twice = results[results.duplicated(["area", "period"])]
    if not twice.empty:
        raise ImpossibleInput(
            "Small multiples take one row for each area and period, no breakdown: "
            f"{twice['area'].iloc[0]} {twice['period'].iloc[0]} is there more than once."
        )
    for column in ("value", "upper"):
        given = results[column].to_numpy("float64")
        inputs.refuse(np.isinf(given), given, f"{column} must be finite")
    return catalogue.find(results["indicator"].iloc[0])


def _words(entry: Indicator, across: pd.DataFrame, reference: str, breaks: dict[str, str]) -> str:
    """Say once what every panel shows."""
    said = [entry.unit[:1].upper() + entry.unit[1:]]
    if across["value"].notna().any():
        said.append(f"{panel_words.look(across)}: {reference}")
    said += [
        f"Dotted: {since} on, {describe.lower_first(describe.opening(text))}"
        for since, text in breaks.items()
    ]
    return "\n".join(said)


def _scale(
    axes: Axes, drawn: pd.DataFrame, across: pd.DataFrame, count: int, columns: int
) -> float:
    """Set the one scale, with room for marks below and for the figure that ends a line.

    Gives the height from which on lines are cut.
    """
    figures = pd.concat([drawn["value"], across["value"]]).dropna()
    most = figures.max() if figures.max() > 0 else 1.0
    usual = figures.quantile(0.98) if len(figures) else most
    # A few far above all others would press every line to the ground.
    bands = min(drawn["upper"].max(), most * 1.6) if drawn["upper"].notna().any() else 0.0
    top = usual * 1.6 if 0 < 2 * usual < most else max(most * 1.18, bands)
    strip = _LINE / _HEIGHTS[columns] if _has_marks(drawn) else 0.0
    axes.set_ylim(-top * strip / (1 - strip), top)
    share, span = 0.45 / _inches(columns), max(count - 1, 1)
    axes.set_xlim(-0.04 * span, count - 1 + share / (1 - share) * span)
    return top


def _has_marks(drawn: pd.DataFrame) -> bool:
    return bool((drawn["value"].isna() | drawn["mark"].isin(values.BESIDE)).any())


def _panel(
    axes: Axes,
    rows: pd.DataFrame,
    across: pd.DataFrame,
    labels: list[str],
    breaks: dict[str, str],
    entry: Indicator,
) -> None:
    place = {label: i for i, label in enumerate(labels)}
    if axes.get_ylim()[0] < 0:
        # The strip of marks lies below the axis, not on it.
        axes.axhline(0, color=INK, linewidth=0.8, zorder=1)
        axes.tick_params(axis="x", length=0)
        if not axes.spines["top"].get_visible():
            axes.spines["bottom"].set_visible(False)
    for since in breaks:
        top = axes.get_ylim()[1]
        axes.vlines(place[since] - 0.5, 0, top, CONTEXT, linewidth=1, linestyle=":", zorder=1)
    lines.draw(
        axes, across, place, breaks, color=CONTEXT, linestyle=(0, (4, 2)), linewidth=1.2, zorder=2
    )
    lines.band(axes, rows, place, breaks, linewidth=4)
    lines.draw(axes, rows, place, breaks, color=FOCUS, linewidth=1.8, zorder=4)
    lines.hollow(axes, rows, place, FOCUS, size=4)
    _write_peaks(axes, rows, place, entry)
    known = rows[rows["value"].notna()]
    marks = lines.gaps(rows, place, together=True)
    if len(known):
        last = known.iloc[-1]
        _write_last(axes, place[last["period"]], last["value"], entry)
        marks += [(place[last["period"]], last["mark"])] if last["mark"] in values.BESIDE else []
    _write_marks(axes, sorted(marks))


def _write_last(axes: Axes, at: float, value: float, entry: Indicator) -> None:
    low, high = axes.get_ylim()
    columns = columns_for(len(axes.figure.axes))
    half = _LINE / 2 / _HEIGHTS[columns] * (high - low)
    axes.annotate(
        values.write(value, decimals=entry.decimals), (at, min(max(value, half), high - half)),
        (5, 0), textcoords="offset points", va="center", fontsize=SMALL, color=FOCUS, zorder=6,
        bbox=PLATE,
    )  # fmt: skip


def _write_peaks(axes: Axes, rows: pd.DataFrame, place: dict[str, int], entry: Indicator) -> None:
    """Write the highest figure of each stretch that the scale cuts."""
    top = axes.get_ylim()[1]
    above = rows["value"] > top
    for _, stretch in rows[above].groupby((~above).cumsum()[above]):
        peak = stretch.loc[stretch["value"].idxmax()]
        at = stretch["period"].map(place).mean()
        axes.annotate(
            values.write(peak["value"], decimals=entry.decimals), (at, top), (0, -2),
            textcoords="offset points", ha="center", va="top", fontsize=SMALL, color=FOCUS,
            zorder=6, bbox=PLATE,
        )  # fmt: skip


def _write_marks(axes: Axes, marks: list[tuple[float, str]]) -> None:
    """Write marks in the strip below zero, one for each stretch, no two on top of each other."""
    low, high = axes.get_xlim()
    # A mark takes about 0.3 inches of the panel.
    width = 0.3 / _inches(columns_for(len(axes.figure.axes))) * (high - low)
    for x, (_, mark) in zip(spread([at for at, _ in marks], width), marks, strict=True):
        axes.annotate(
            mark, (x, axes.get_ylim()[0]), (0, 3), textcoords="offset points", ha="center",
            fontsize=SMALL, zorder=6,
        )  # fmt: skip
