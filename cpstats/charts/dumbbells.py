"""Then and now: two periods of one indicator, an area to a row, joined by a line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..definitions import Indicator
from ..errors import CpstatsError, UnknownName
from . import describe
from .figure import CONTEXT, FAINT, FOCUS, INK, Chart, blank, name_values, styled

#: How a clear change is shown: a triangle that points the way it went.
_POINTING = {"higher": ">", "lower": "<"}

#: About how wide the value axis and one letter are, in inches: what is written needs room.
_AXIS, _LETTER = 3.7, 0.095


@styled
def dumbbell(results: pd.DataFrame, *, focus: str | None = None) -> Chart:
    """
    Draw two periods of an indicator for each area, then and now.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator and two periods. A column `verdict` on the rows of the
        later period ("higher", "lower" or "similar" than the earlier) marks clear changes.
    focus : str, optional
        The area to bring out.

    Returns
    -------
    Chart
        Areas in order of their later value, highest first; then hollow, now filled, both values
        written. An area with one of the two has that point and the mark of the other; areas
        without a later value stand last.

    Raises
    ------
    CpstatsError
        Unless there are two periods of one indicator with one row for each area and period.
    UnknownName
        For a `focus` that is not among the areas.
    """
    then, now = _checked(results, focus)
    entry = catalogue.find(results["indicator"].iloc[0])
    rows = _paired(results, then, now)
    chart, axes = blank(height=1.35 + 0.27 * len(rows))
    for y, row in enumerate(rows.itertuples()):
        _draw(axes, y, row, FOCUS if row.Index == focus else CONTEXT)
        _write(axes, y, row, entry, (then, now))
    _finish(axes, rows, entry, focus, (then, now))
    _name_periods(axes, rows, (then, now))
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])
    chart.data = results
    breaks = [
        f"From {v.since} the definition differs: {v.text}"
        for v in entry.versions
        if v.breaks and then < v.since <= now
    ]
    chart.alt = " ".join([*_alt(rows, entry, focus, then, now), *breaks])
    tested = "verdict" in results
    chart.caption = " ".join(
        [
            describe.caption(results.assign(lower=np.nan), entry),
            f"Hollow: {then}. Filled: {now}.",
            "Triangles and words: a clear change by the test in the results; others have no clear "
            "change or no test."
            if tested
            else "The two years are not tested here: a difference can be chance.",
            *_marks(rows),
            *breaks,
        ]
    )
    return chart


def _checked(results: pd.DataFrame, focus: str | None) -> tuple[str, str]:
    if results["indicator"].nunique() != 1:
        got = ", ".join(results["indicator"].unique()[:4]) or "none"
        raise CpstatsError(f"A chart of then and now takes one indicator: got {got}.")
    found = sorted(results["period"].unique())
    if len(found) != 2:
        got = ", ".join(found[:4]) + (", ..." if len(found) > 4 else "")
        raise CpstatsError(f"A chart of then and now takes two periods: got {got}.")
    twice = results[results.duplicated(["area", "period"])]
    if len(twice):
        area, period = twice[["area", "period"]].iloc[0]
        raise CpstatsError(f"{area} has two rows for {period}: give one, without a breakdown.")
    if focus is not None and focus not in set(results["area"]):
        raise UnknownName("area in the results", focus, results["area"].unique())
    return found[0], found[1]


def _paired(results: pd.DataFrame, then: str, now: str) -> pd.DataFrame:
    """Put the two periods of an area into one row, highest now first."""
    kept = results.assign(verdict=results.get("verdict", ""))
    sides = {"then": kept[kept["period"] == then], "now": kept[kept["period"] == now]}
    rows = pd.concat(
        {s: f.set_index("area")[["value", "mark", "verdict"]] for s, f in sides.items()}, axis=1
    )
    rows.columns = [side if name == "value" else f"{side}_{name}" for side, name in rows.columns]
    rows = rows.rename(columns={"now_verdict": "verdict"}).drop(columns="then_verdict")
    text = rows[["then_mark", "now_mark", "verdict"]].fillna("")
    return (
        rows.assign(**text)
        .rename_axis("area")
        .sort_values(["now", "then", "area"], ascending=[False, False, True])
    )


def _draw(axes: Axes, y: int, row: Any, colour: str) -> None:
    axes.hlines(y, row.then, row.now, color=colour if colour == FOCUS else FAINT, linewidth=2.2)
    axes.plot(
        row.then, y, "o", color=colour, markerfacecolor="white", markeredgewidth=1.5, markersize=8.5
    )
    shape = _POINTING.get(row.verdict, "o")
    axes.plot(row.now, y, shape, color=colour, markersize=5.5 if shape == "o" else 8)


def _texts(row: Any, entry: Indicator, periods: tuple[str, str]) -> tuple[str, str]:
    """Give what is written to the left and to the right of a row's points."""
    known = [not pd.isna(value) for value in (row.then, row.now)]
    written = [
        values.write(row.then, row.then_mark, entry.decimals),
        values.write(row.now, row.now_mark, entry.decimals),
    ]
    if not any(known):
        marks = [f"{period} {mark}" for period, mark in zip(periods, written, strict=True)]
        return "", f"{written[0]} in both years" if written[0] == written[1] else ", ".join(marks)
    if not all(known):
        gap = known.index(False)
        return "", f"{written[1 - gap]} ({periods[gap]} {written[gap]})"
    left, right = written if row.then <= row.now else written[::-1]
    return left, f"{right}, now {row.verdict}" if row.verdict in _POINTING else right


def _write(axes: Axes, y: int, row: Any, entry: Indicator, periods: tuple[str, str]) -> None:
    left, right = _texts(row, entry, periods)
    ends = [0.0] if pd.isna([row.then, row.now]).all() else [row.then, row.now]
    look: Any = {"textcoords": "offset points", "va": "center"}
    axes.annotate(left, (np.nanmin(ends), y), (-8, 0), ha="right", **look)
    axes.annotate(right, (np.nanmax(ends), y), (8, 0), ha="left", **look)


def _finish(
    axes: Axes, rows: pd.DataFrame, entry: Indicator, focus: str | None, periods: tuple[str, str]
) -> None:
    axes.set_yticks(range(len(rows)), list(rows.index))
    for tick, area in zip(axes.get_yticklabels(), rows.index, strict=True):
        tick.set_fontweight("bold" if area == focus else "normal")
    axes.set_ylim(len(rows) - 0.4, -1.7)
    # Each row's right end and what is written there must fit between 0 and the end of the axis.
    room = [_LETTER * len(_texts(r, entry, periods)[1]) + 0.15 for r in rows.itertuples()]
    far = rows[["then", "now"]].max(axis=1).fillna(0)
    end = (far / (1 - np.minimum(room, 0.8 * _AXIS) / _AXIS)).max() or 1.0
    axes.set_xlim(-0.13 * end, end)
    axes.set_xticks([t for t in axes.get_xticks() if 0 <= t <= end] if far.any() else [])
    axes.grid(axis="x", color="#e6e6e6")


def _name_periods(axes: Axes, rows: pd.DataFrame, periods: tuple[str, str]) -> None:
    """Name the two periods above the points of the first row, or beside a point as a key."""
    first, (start, end) = rows.iloc[0], axes.get_xlim()
    inch = (end - start) / _AXIS
    at = [first["then"], first["now"]]
    apart = abs(at[1] - at[0]) > 0.8 * inch
    for side, (x, period) in enumerate(zip(at, periods, strict=True)):
        if pd.isna(x):
            other = 0 if pd.isna(at[1 - side]) else at[1 - side]
            x = other - 1.5 * inch if other > 2 * inch else other + 0.7 * inch + side * 1.2 * inch
            fill = "white" if side == 0 else CONTEXT
            axes.plot(x, -1, "o", color=CONTEXT, markerfacecolor=fill, markersize=7)
            place, align = (8, 0), "left"
        elif apart or pd.isna(at[1 - side]):
            place, align = (0, 0), "center"
        else:
            is_left = x < at[1 - side] or (x == at[1 - side] and side == 0)
            place, align = ((2, 0), "right") if is_left else ((-2, 0), "left")
        axes.annotate(
            period, (x, -1), place, textcoords="offset points", ha=align, va="center", color=INK
        )


def _alt(rows: pd.DataFrame, entry: Indicator, focus: str | None, then: str, now: str) -> list[str]:
    both = rows.dropna(subset=["then", "now"])
    said = [
        f"Dot chart of {describe.lower_first(entry.name)}, {then} and {now}, highest in {now} "
        f"first; areas: {len(rows)}."
    ]
    if len(both) > 1:
        higher, lower = (both["now"] > both["then"]).sum(), (both["now"] < both["then"]).sum()
        said.append(
            f"Of {len(both)} with both figures {higher} are higher in {now} than in {then} and "
            f"{lower} lower."
        )
    for row in rows.itertuples():
        told = [_worded(row.then, row.then_mark, entry), _worded(row.now, row.now_mark, entry)]
        clear = f", clearly {row.verdict}" if row.verdict in _POINTING else ""
        if pd.isna(row.then) or pd.isna(row.now):
            said.append(f"{row.Index}: {then} {told[0]}, {now} {told[1]}.")
        else:
            said.append(f"{row.Index}: {told[0]} to {told[1]}{clear}.")
    return [*said, *([f"{focus} is brought out."] if focus else [])]


def _worded(value: float, mark: str, entry: Indicator) -> str:
    """Write a figure for someone who listens: why it is missing, in words."""
    written = values.write(value, mark, entry.decimals)
    return values.WHY_MISSING.get(written, written)


def _marks(rows: pd.DataFrame) -> list[str]:
    """Explain the marks that stand in place of a figure."""
    gone = [*rows.loc[rows["then"].isna(), "then_mark"], *rows.loc[rows["now"].isna(), "now_mark"]]
    shown = sorted({values.write(float("nan"), mark) for mark in gone})
    return [f"{mark}: {values.WHY_MISSING[mark]}." for mark in shown]
