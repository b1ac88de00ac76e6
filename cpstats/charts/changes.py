"""Change in the same children: first and later means, and who improved or got worse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import values
from ..errors import CpstatsError
from ..inputs import needed
from .figure import CONTEXT, FOCUS, INK, SECOND, Chart, blank, fitted, name_values, styled

_LABELS = 1.5  # inches for the names of measures
_UNDER = 0.26  # how far under its row the interval of a change stands
_SAME = "#e3e3e3"
#: In the order drawn, with colour and the colour of what is written in it.
_PARTS = {"improved": (FOCUS, "white"), "same": (_SAME, INK), "worse": (SECOND, INK)}
_MISSING = "missing at follow-up"
#: Smaller parts of a bar have no room for their figure.
_ROOM = 9


@styled
def changes_chart(results: pd.DataFrame) -> Chart:
    """
    Draw how far the scores of the same children changed.

    Parameters
    ----------
    results : DataFrame
        From `changes`: a row for each measure, without age groups, in the order to draw.

    Returns
    -------
    Chart
        A row for each measure: hollow the mean of the first scores, filled that of the later, of
        the same children. The thin line under them is the interval of the change, set off from
        the first mean. Change and verdict are written beside. A hidden or missing row has its mark
        and nothing else.

    Raises
    ------
    CpstatsError
        For an empty table, or one with a measure twice.
    """
    needed(results, "measure", "first_mean", "later_mean", "verdict", "value")
    if results.empty or results["measure"].duplicated().any():
        raise CpstatsError("A chart of changes takes one row for each measure.")
    chart, axes = blank(height=1.5 + 0.5 * len(results))
    rows = results.to_dict("records")
    for y, row in enumerate(rows):
        if pd.notna(row["value"]):
            _draw(axes, y, row)
        _beside(axes, y, *_written(row))
    _across(axes, results[results["value"].notna()])
    _finish(axes, list(results["measure"]))
    name_values(axes, "Mean score: hollow first, filled later")
    chart.data = results
    chart.alt = _alt(rows)
    chart.caption = _caption(results)
    return chart


def _draw(axes: Axes, y: int, row: dict[Any, Any]) -> None:
    first, later = row["first_mean"], row["later_mean"]
    axes.hlines(y, *sorted((first, later)), color=FOCUS, linewidth=2.2, zorder=2)
    axes.plot(first, y, "o", color=FOCUS, markerfacecolor="white", markersize=8, zorder=3)
    axes.plot(later, y, "o", color=FOCUS, markersize=7, zorder=3)
    if pd.notna(row["lower"]):
        ends = [first + row["lower"], first + row["upper"]]
        axes.plot(ends, [y + _UNDER] * 2, "|-", color=CONTEXT, linewidth=1.4, markersize=6)


def _written(row: dict[Any, Any]) -> tuple[str, str]:
    """Give what is written beside a row, in two lines."""
    if pd.isna(row["value"]):
        return row["mark"], ""
    return f"{signed(row['value'])}, {row['verdict']}", _span(row)


def _span(row: dict[Any, Any]) -> str:
    known = pd.notna(row["lower"])
    return f"{signed(row['lower'])} to {signed(row['upper'])}" if known else "no interval"


def signed(change: float) -> str:
    """Write a change with its sign, to one decimal."""
    said = values.write(abs(change), decimals=1)
    return said if said == "0.0" else f"{'+' if change > 0 else '−'}{said}"


def _beside(axes: Axes, y: int, above: str, below: str = "") -> None:
    for text, down in ((above, 0), (below, _UNDER + 0.13)):
        axes.annotate(
            text, (1, y + down), (8, 0), xycoords=("axes fraction", "data"), va="center",
            textcoords="offset points", fontsize=10.5 if down == 0 else 9.5, annotation_clip=False,
            color=INK if down == 0 else CONTEXT,
        )  # fmt: skip


def _across(axes: Axes, known: pd.DataFrame) -> None:
    """Make room for all means and intervals; an axis of means need not start at 0."""
    first = known["first_mean"]
    ends = [first, known["later_mean"], first + known["lower"], first + known["upper"]]
    held = pd.concat(ends).dropna() if len(known) else pd.Series([0.0, 1.0])
    axes.set_xlim(np.floor(held.min() - 0.1), np.ceil(held.max() + 0.1))


def _finish(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), [fitted(name, _LABELS, 11) for name in names], fontsize=11)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(axis="x")


def _alt(rows: list[dict[Any, Any]]) -> str:
    said = [f"Chart of change in the same children, {rows[0]['area']}, {len(rows)} measures."]
    for row in rows:
        if pd.isna(row["value"]):
            said.append(f"{row['measure']}: {values.WHY_MISSING.get(row['mark'], row['mark'])}.")
            continue
        means = [values.write(row[c], decimals=1) for c in ("first_mean", "later_mean")]
        change = f"change {signed(row['value'])}, {_span(row)}"
        said.append(f"{row['measure']}: {means[0]} to {means[1]}, {change}, {row['verdict']}.")
    return " ".join(said)


def _caption(results: pd.DataFrame) -> str:
    methods = " or ".join(dict.fromkeys(m for m in results["method"] if m))
    sources = "; ".join(dict.fromkeys(results["source"]))
    return (
        "Means of children with a first and a later score; those without a later one are in "
        "neither. Thin lines: the interval of the change, set off from the first mean. "
        f"Intervals: {methods or 'none'}. Source: {sources}."
    )


@styled
def change_shares_chart(results: pd.DataFrame) -> Chart:
    """
    Draw how many children improved, stayed the same or got worse.

    Parameters
    ----------
    results : DataFrame
        From `shares`: four rows for each measure, without age groups, in the order to draw.

    Returns
    -------
    Chart
        A bar for each measure, of the children followed; beside it the share of all children who
        were missing at follow-up. Where one of the three parts is hidden none is shown, as they
        add up to all.

    Raises
    ------
    CpstatsError
        Unless each measure has each of the four answers once.
    """
    needed(results, "measure", "answer", "value", "mark")
    asked = [*_PARTS, _MISSING]
    found = results.groupby("measure", sort=False)["answer"].agg(sorted)
    if results.empty or any(answers != sorted(asked) for answers in found):
        raise CpstatsError(f"A chart of shares takes for each measure, once: {', '.join(asked)}.")
    chart, axes = blank(height=1.6 + 0.42 * len(found))
    rows = {name: own.set_index("answer") for name, own in results.groupby("measure", sort=False)}
    for y, own in enumerate(rows.values()):
        _bar(axes, y, own)
        _beside(axes, y, f"{_percent(own.loc[_MISSING])} missing")
    axes.set_xlim(0, 100)
    _finish(axes, list(rows))
    _key(axes)
    name_values(axes, "Per cent of the children followed")
    chart.data = results
    chart.alt = _shares_alt(results["area"].iloc[0], rows)
    chart.caption = (
        "Of the children followed; beside each bar, the share of all with a first score who were "
        f"missing at follow-up. Source: {'; '.join(dict.fromkeys(results['source']))}."
    )
    return chart


def _percent(row: pd.Series) -> str:
    return row["mark"] if pd.isna(row["value"]) else f"{values.write(row['value'])}%"


def _bar(axes: Axes, y: int, own: pd.DataFrame) -> None:
    parts = own.loc[list(_PARTS)]
    if parts["value"].isna().any():
        axes.annotate(_why_none(parts), (1, y), va="center", fontsize=10)
        return
    start = 0.0
    for (colour, ink), (_, row) in zip(_PARTS.values(), parts.iterrows(), strict=True):
        axes.barh(y, row["value"], left=start, height=0.62, color=colour, edgecolor="white")
        if row["value"] >= _ROOM:
            axes.annotate(
                _percent(row), (start + row["value"] / 2, y), color=ink, fontsize=10.5,
                ha="center", va="center",
            )  # fmt: skip
        start += row["value"]


def _why_none(parts: pd.DataFrame) -> str:
    """Say why a measure has no bar: one part hidden, the other two would give it away."""
    marks = dict.fromkeys(parts.loc[parts["value"].isna(), "mark"])
    return "; ".join(values.WHY_MISSING.get(mark, mark) for mark in marks)


def _key(axes: Axes) -> None:
    """Name the parts in the order in which they stand."""
    marks = [axes.bar([0], [0], color=colour, label=name) for name, (colour, _) in _PARTS.items()]
    axes.figure.legend(handles=marks, loc="outside upper left", ncols=3, frameon=False, fontsize=11)


def _shares_alt(area: str, rows: dict[Any, pd.DataFrame]) -> str:
    said = [f"Bar chart of children who improved, stayed the same or got worse, {area}."]
    for name, own in rows.items():
        parts = own.loc[list(_PARTS)]
        told = [f"{answer} {_percent(row)}" for answer, row in parts.iterrows()]
        told = [_why_none(parts)] if parts["value"].isna().any() else told
        said.append(f"{name}: {', '.join([*told, f'{_MISSING} {_percent(own.loc[_MISSING])}'])}.")
    return " ".join(said)
