"""Shares side by side: a dot with its interval to a row, and the inspectors' word beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import values
from ..errors import CpstatsError
from .figure import CONTEXT, FOCUS, Chart, blank, fitted, name_values, styled

_LABELS = 2.3  # inches for the names of rows
_BESIDE = 1.5  # inches for words beside the drawing


@styled
def shares(results: pd.DataFrame, *, label: str) -> Chart:
    """
    Draw shares of several wholes, each with its interval and its word.

    Parameters
    ----------
    results : DataFrame
        A results table of shares, per cent, a row for each, in the order to draw; its column `word`
        is written beside each where it has one.
    label : str
        The column that names rows.

    Returns
    -------
    Chart
        A hidden or missing share has its mark where it would stand.

    Raises
    ------
    CpstatsError
        For an empty table, or one whose rows have the same name.
    """
    if results.empty or results[label].duplicated().any():
        raise CpstatsError(f"A chart of shares takes rows that {label} tells apart.")
    lines = [fitted(str(name), _LABELS, 11) for name in results[label]]
    chart, axes = blank(height=1.2 + 0.2 * len(lines) + 0.2 * sum(t.count("\n") + 1 for t in lines))
    words = results["word"] if "word" in results else pd.Series("", index=results.index)
    for y, (row, word) in enumerate(zip(results.to_dict("records"), words, strict=True)):
        if pd.isna(row["value"]):
            axes.annotate(row["mark"], (2, y), va="center", fontsize=11)
        else:
            axes.hlines(y, row["lower"], row["upper"], color=CONTEXT, linewidth=1.8)
            axes.plot([row["value"]], [y], "o", color=FOCUS, markersize=7)
        said = [] if pd.isna(row["value"]) else [f"{values.write(row['value'])}%"]
        beside = ", ".join([*said, *([word] if word else [])])
        # Outside the layout, which would squeeze the drawing by as much again.
        axes.annotate(
            beside, (103, y), va="center", fontsize=10.5, annotation_clip=False
        ).set_in_layout(False)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xlim(0, 100)
    axes.set_xticks(np.arange(0, 101, 25))
    axes.set_yticks(range(len(lines)), lines, fontsize=11)
    axes.grid(axis="x")
    chart.set_layout_engine("constrained", rect=(0, 0, 1 - _BESIDE / chart.get_figwidth(), 1))
    name_values(axes, "Per cent")
    chart.data = results
    chart.alt = _alt(results, label, list(words))
    chart.caption = _caption(results)
    return chart


def _alt(results: pd.DataFrame, label: str, words: list[str]) -> str:
    said = [f"Chart of shares, {results['area'].iloc[0]}, {len(results)} rows."]
    for row, word in zip(results.to_dict("records"), words, strict=True):
        told = f" ({word})" if word else ""
        if pd.isna(row["value"]):
            why = values.WHY_MISSING.get(row["mark"], row["mark"])
            said.append(f"{row[label]}: {why}{told}.")
            continue
        shown = [values.write(row[c]) for c in ("value", "lower", "upper")]
        said.append(f"{row[label]}: {shown[0]}%{told}, interval {shown[1]} to {shown[2]}.")
    return " ".join(said)


def _caption(results: pd.DataFrame) -> str:
    sources = "; ".join(dict.fromkeys(results["source"]))
    methods = " or ".join(dict.fromkeys(m for m in results["method"] if m))
    return f"Shares with intervals at 95% ({methods}). Source: {sources}."
