"""Pairs: two figures to a row, each with its interval, such as two ages or two years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..errors import CpstatsError
from . import describe
from .figure import CONTEXT, FOCUS, Chart, blank, fitted, name_values, styled

#: How far above and below its row each of the two stands, and how they look.
_APART = 0.17
_LOOKS: tuple[dict[str, Any], ...] = (
    {"marker": "o", "markerfacecolor": "white", "color": CONTEXT},
    {"marker": "D", "markerfacecolor": FOCUS, "color": FOCUS},
)
_LABELS = 2.3  # inches for the names of rows


@styled
def pairs(results: pd.DataFrame, *, down: str, across: str) -> Chart:
    """
    Draw two figures to a row with their intervals, such as two ages or two years.

    Parameters
    ----------
    results : DataFrame
        Results of proportions, or of one indicator, of one area: a row for each of `down` and
        `across`, in the order to draw.
    down : str
        The column that names rows.
    across : str
        The column that names the two members of each row.

    Returns
    -------
    Chart
        The first member is a hollow circle, the second a filled diamond, both with their values
        written. A missing figure has its mark where it would stand.

    Raises
    ------
    CpstatsError
        Unless there are two members, and one row for each of them.
    """
    members = list(dict.fromkeys(results[across]))
    if len(members) != 2 or results.duplicated([down, across]).any():
        raise CpstatsError(f"A chart of pairs takes two of {across} for each of {down}, once each.")
    names = list(dict.fromkeys(results[down]))
    chart, axes = blank(height=1.5 + 0.55 * len(names))
    top = float(np.nanmax([*results["upper"], *results["value"], 0.0])) or 1.0
    for y, name in enumerate(names):
        for at, member, looks in zip((-_APART, _APART), members, _LOOKS, strict=True):
            row = results[(results[down] == name) & (results[across] == member)]
            _draw(axes, y + at, row.iloc[0] if len(row) else None, looks, top)
    entries = [catalogue.find(i) for i in dict.fromkeys(results["indicator"])]
    _finish(axes, names, members, top)
    unit = entries[0].unit if len(entries) == 1 else "per cent"
    name_values(axes, unit[:1].upper() + unit[1:])
    chart.data = results
    chart.alt = _alt(results, down, across, names, members)
    chart.caption = _caption(results, entries)
    return chart


def _draw(axes: Axes, y: float, row: Any, looks: dict[str, Any], top: float) -> None:
    if row is None or pd.isna(row["value"]):
        mark = values.NOT_AVAILABLE if row is None else row["mark"]
        axes.annotate(mark, (0, y), (5, 0), textcoords="offset points", va="center", fontsize=10)
        return
    end = row["upper"] if pd.notna(row["upper"]) else row["value"]
    if pd.notna(row["lower"]):
        axes.hlines(y, row["lower"], end, color=looks["color"], linewidth=1.6, zorder=2)
    axes.plot([row["value"]], [y], linestyle="", markersize=7, zorder=3, **looks)
    said = values.write(row["value"], decimals=catalogue.find(row["indicator"]).decimals)
    axes.annotate(
        said, (end, y), (5, 0), textcoords="offset points", va="center", fontsize=10,
        color=looks["color"], annotation_clip=False,
    )  # fmt: skip


def _finish(axes: Axes, names: list[str], members: list[str], top: float) -> None:
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.set_xlim(0, top * 1.12)
    axes.set_yticks(range(len(names)), [fitted(name, _LABELS, 11) for name in names], fontsize=11)
    axes.grid(axis="x")
    handles = [
        axes.plot([], [], linestyle="-", linewidth=1.6, markersize=7, label=name, **looks)[0]
        for name, looks in zip(members, _LOOKS, strict=True)
    ]
    beside = 2 if sum(map(len, members)) < 30 else 1
    axes.figure.legend(handles=handles, loc="outside upper left", ncols=beside, frameon=False)


def _alt(
    results: pd.DataFrame, down: str, across: str, names: list[str], members: list[str]
) -> str:
    what = " and ".join(members)
    said = [f"Chart of pairs, {results['area'].iloc[0]}: {what}, for each of {len(names)} rows."]
    for name in names:
        rows = results[results[down] == name].set_index(across)
        shown = [
            f"{m} {describe.show(rows.loc[m], catalogue.find(rows.loc[m, 'indicator']))}"
            for m in members
            if m in rows.index
        ]
        said.append(f"{name}: {', '.join(shown)}.")
    return " ".join(said)


def _caption(results: pd.DataFrame, entries: list[catalogue.Indicator]) -> str:
    if len(entries) == 1:
        return describe.caption(results, entries[0])
    sources = "; ".join(dict.fromkeys(s for s in results["source"] if s))
    said = [f"{e.name}: {describe.lower_first(e.definition)}" for e in entries]
    methods = dict.fromkeys(results.loc[results["lower"].notna(), "method"])
    return f"{' '.join(said)} Source: {sources}. 95% intervals: {' or '.join(methods)}."
