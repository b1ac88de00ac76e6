"""A value over the years: one area in front, others behind, breaks in the series marked."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..control import run_chart
from ..control.rulesets import RUN
from ..definitions import AS_PUBLISHED, Indicator
from ..errors import ImpossibleInput
from . import describe, lines, processes, wording
from .figure import CONTEXT, FAINT, FOCUS, Chart, blank, end_at_hundred, name_values, spread, styled


@styled
def trend(
    results: pd.DataFrame,
    *,
    focus: str | None = None,
    faint: Iterable[str] = (),
    rules: str | None = None,
) -> Chart:
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
    rules : str, optional
        The rule set of run charts by which the area in front is read: "phs" or "anhoej".

    Returns
    -------
    Chart
        A line for each area, broken where the definition changed and where a figure is missing.
        A missing figure of the focus has its mark on the axis; an estimated one or one published
        without a count is hollow. Points at which a rule fires are diamonds with a letter. `alt`
        tells what the lines do.
    """
    entry = catalogue.find(results["indicator"].iloc[0])
    focus = focus or results["area"].iloc[0]
    faint = [a for a in faint if a != focus]
    labels = sorted(results["period"].unique())
    place = {label: i for i, label in enumerate(labels)}
    breaks = lines.breaks_in(entry, labels)
    chart, axes = blank(height=4.4)
    named = [a for a in dict.fromkeys(results["area"]) if a not in faint and a != focus]
    for area in faint:
        lines.draw(
            axes, lines.of(results, area), place, breaks, color=FAINT, linewidth=0.9, zorder=1
        )
    for area in named:
        rows = lines.of(results, area)
        lines.draw(axes, rows, place, breaks, color=CONTEXT, linestyle=(0, (4, 2)), zorder=2)
        lines.hollow(axes, rows, place, CONTEXT)
    rows = lines.of(results, focus)
    lines.band(axes, rows, place, breaks)
    lines.draw(axes, rows, place, breaks, color=FOCUS, marker="o", markersize=5, zorder=4)
    lines.hollow(axes, rows, place, FOCUS)
    run = _run(rows, rules)
    if run is not None:
        fired = run.assign(at=run["period"].map(place))
        processes.diamonds(axes, fired[fired["signal"] != ""], size=7.5)
    _finish(axes, results, entry, labels)
    _mark_gaps(axes, rows, place)
    _explain_estimates(axes, results, place)
    _mark_breaks(axes, breaks, place)
    ends = {focus: FOCUS} | dict.fromkeys(named, CONTEXT)
    _name_lines(axes, {a: lines.of(results, a) for a in ends}, ends, entry, len(labels))
    chart.data = results
    chart.alt = _alt(results, entry, focus, named, faint, breaks)
    shown = results[results["area"].isin([focus, *named]) & results["value"].notna()]
    chart.caption = describe.caption(shown, entry)
    if faint:
        chart.caption += f" Thin grey lines: {', '.join(faint)}."
    if (shown["method"] == AS_PUBLISHED).any() and (shown["method"] != AS_PUBLISHED).any():
        chart.caption += " Hollow points are as published: no count is in hand, so no interval."
    if rules is not None:
        chart.caption += f" {_read_by(run, rules, focus)}"
        chart.alt += f" {wording.signals_said(run)}" if run is not None else ""
    return chart


def _run(rows: pd.DataFrame, rules: str | None) -> pd.DataFrame | None:
    """Read a series as a run chart; nothing where it has too few points for a median."""
    if rules is None or rows["value"].notna().sum() == 0:
        return None
    try:
        return run_chart(rows, rules=rules)
    except ImpossibleInput:
        return None


def _read_by(run: pd.DataFrame | None, rules: str, focus: str) -> str:
    """Name the rule set by which the area in front is read, and what it found."""
    ruleset = RUN[rules]
    if run is None:
        return f"Too few points to read by the rules of {ruleset.title}."
    if run["centre"].isna().all():
        return f"{focus} is not read by rules: {run['caution'].iloc[0]}."
    found = "no rule fires"
    if (run["signal"] != "").any():
        found = f"diamonds: a rule fires, {wording.letters_told(run)}"
    said = f"{focus} read by the rules of {ruleset.title} ({ruleset.words}): {found}."
    trial = run.loc[run["trial"], "caution"].unique()
    return " ".join([said, *(f"{text[:1].upper()}{text[1:]}." for text in trial)])


def _finish(axes: Axes, results: pd.DataFrame, entry: Indicator, labels: list[str]) -> None:
    top = results[["value", "upper"]].max().max()
    # Room above the lines for what is written there.
    room = 1.5 if results["mark"].eq("[e]").any() else 1.28
    axes.set_ylim(0, (top if top > 0 else 1) * room)
    end_at_hundred(axes.yaxis, entry)
    step = max(1, -(-len(labels) // 4))
    ticks = list(range(len(labels) - 1, -1, -step))[::-1]
    axes.set_xticks(ticks, [labels[i] for i in ticks])
    axes.set_xlim(-0.4, len(labels) - 0.6)
    axes.grid(axis="y")
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])


def _mark_gaps(axes: Axes, rows: pd.DataFrame, place: dict[str, int]) -> None:
    # Over many years the marks would run into each other: one then stands for its stretch.
    for middle, mark in lines.gaps(rows, place, together=len(place) > 14):
        axes.annotate(mark, (middle, 0), (0, 4), textcoords="offset points", ha="center")


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
    return textwrap.fill(describe.opening(text), 30)


def _name_lines(
    axes: Axes,
    ends: dict[str, pd.DataFrame],
    colours: dict[str, str],
    entry: Indicator,
    count: int,
) -> None:
    """Write each area's name and last value where its line ends."""
    lasts = {
        a: rows[rows["value"].notna()].iloc[-1]
        for a, rows in ends.items()
        if rows["value"].notna().any()
    }
    gap = axes.get_ylim()[1] * 0.135
    # None lower than this: it would stand on the names of the years.
    heights = spread([last["value"] for last in lasts.values()], gap, floor=gap / 2)
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
    said += [describe.series(a, lines.of(results, a), entry) for a in [focus, *named]]
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
