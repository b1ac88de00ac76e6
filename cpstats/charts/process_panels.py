"""Control charts or run charts of many series, each in a small panel of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..errors import ImpossibleInput
from . import describe, processes, wording
from .figure import FOCUS, PLATE, Chart, styled
from .multiples import SMALL, panels


@styled
def control_multiples(chart: pd.DataFrame, *, focus: str | None = None) -> Chart:
    """
    Draw control charts or run charts of many series in small panels on one scale.

    Parameters
    ----------
    chart : DataFrame
        From `control_chart` or `run_chart`, with several series over the same periods.
    focus : str, optional
        The series whose panel is brought out.

    Returns
    -------
    Chart
        Panels in alphabetical order. Diamonds are points at which a rule fires: which rule, the
        alternative and the table of `chart` tell. A missing figure has its mark on the axis.
    """
    rows = wording.in_time(chart)
    labels = list(dict.fromkeys(rows["period"].iloc[np.argsort(wording.times_of(rows).sort)]))
    place = {label: at for at, label in enumerate(labels)}
    rows = rows.assign(at=rows["period"].map(place))
    names = sorted(rows["series"].unique())
    entry = wording.entry_of(rows)
    if rows["value"].isna().all():
        raise ImpossibleInput("There is nothing to draw: no value is given.")
    unit = entry.unit if entry else "value"
    words = [f"{unit[:1].upper()}{unit[1:]}", "Diamonds: a rule fires"]
    for since, why in _starts(rows).items():
        reason = describe.lower_first(describe.opening(why))
        words.append(f"Dotted upright: {wording.name_of(since)} on, {reason}")
    drawn, axes = panels(
        names,
        labels=[wording.name_of(x) for x in labels],
        words="\n".join(words),
        focus=focus,
    )
    processes.scale(next(iter(axes.values())), rows)
    for name, own in axes.items():
        _panel(own, rows[rows["series"] == name], len(labels))
    drawn.data = chart
    drawn.alt = _alternative(rows, names, labels, entry, focus)
    drawn.caption = wording.caption(rows, entry, letters=False)
    return drawn


def _starts(rows: pd.DataFrame) -> dict[object, str]:
    """Find where phases start that every series shares, with the reason."""
    later = rows[rows["phase"] > 1]
    first = later.groupby(["series", "phase"], sort=False).first()
    return dict(zip(first["period"], first["reason"], strict=True))


def _panel(axes: Axes, rows: pd.DataFrame, periods: int) -> None:
    processes.lines(axes, rows, width=1.0)
    processes.points(axes, rows, letters=False, size=2.5)
    for part in wording.phases(rows)[1:]:
        axes.axvline(part["at"].iloc[0] - 0.5, color=FOCUS, linewidth=0.8, linestyle=":", zorder=1)
    axes.set_xlim(-0.7, periods - 0.3)
    for middle, mark in processes.gaps(rows, together=True):
        axes.annotate(
            mark, (middle, 0), (0, 2), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", fontsize=SMALL, bbox=PLATE, zorder=6,
        )  # fmt: skip


def _alternative(
    rows: pd.DataFrame,
    names: list[str],
    labels: list[Any],
    entry: wording.Entry,
    focus: str | None,
) -> str:
    """Tell which series have signals; the others have none."""
    what = describe.lower_first(entry.name) if entry else "values"
    first, last = labels[0], labels[-1]
    said = [
        f"Small charts of {what} for {len(names)} areas, {wording.name_of(first)} to "
        f"{wording.name_of(last)}, on one scale."
    ]
    loud = {
        name: wording.signals_said(part)
        for name, part in rows.groupby("series", sort=True)
        if (part["signal"] != "").any()
    }
    said += [f"{name}: {told}" for name, told in loud.items()]
    known = set(rows.loc[rows["value"].notna(), "series"])
    held = set(rows.loc[rows["centre"].notna(), "series"])
    quiet = [name for name in names if name not in loud and name in known]
    for words, among in (
        ("No rule fires", [name for name in quiet if name in held]),
        ("No rule is read, for want of a centre line", [n for n in quiet if n not in held]),
    ):
        if among:
            said.append(f"{words}: {', '.join(among)}.")
    missing = {
        name: describe.missing(part).strip()
        for name, part in rows.groupby("series", sort=True)
        if "mark" in rows
    }
    said += [f"{name}: {describe.lower_first(told)}" for name, told in missing.items() if told]
    if focus is not None:
        said.append(f"{focus} is brought out.")
    return " ".join(said)
