"""Control charts and run charts: a series, its centre and limits, and where which rule fires."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, values
from ..control.rulesets import CONTROL, RUN
from ..definitions import Indicator
from ..errors import CpstatsError
from . import describe
from . import lines as lines_between
from .figure import CONTEXT, FOCUS, SECOND, Chart, blank, name_values, spread, styled

#: Letter of each rule at a point, by what its name holds; the first that fits.
LETTERS = {
    "limit": ("L", "beyond a limit"),
    " of ": ("N", "near a limit"),
    "shift": ("S", "shift"),
    "long run": ("R", "long run"),
    "trend": ("T", "trend"),
    "near the centre": ("H", "hugging the centre"),
    "up and down": ("A", "going up and down in turn"),
    "far from the centre": ("F", "far from the centre"),
}

_KINDS = {
    "xmr": "Individual values (XmR chart): centre the mean, limits from the mean moving range",
    "p": "Proportions (p chart): limits three standard deviations from the mean",
    "u": "Rates (u chart): limits three standard deviations from the mean",
    "c": "Counts (c chart): limits three standard deviations from the mean",
    "pp": "Proportions (Laney's p' chart): limits allow for variation beyond chance",
    "up": "Rates (Laney's u' chart): limits allow for variation beyond chance",
    "g": "Numbers between rare events (g chart): centre the median, limit above it only",
    "t": "Times between rare events (t chart)",
    "run": "Run chart: centre the median",
}


Entry = Indicator | None


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
    rows = in_time(chart)
    if rows["series"].nunique() != 1:
        raise CpstatsError(
            "A control chart draws one series: choose one, or use charts.control_multiples."
        )
    entry = entry_of(rows)
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
    drawn.alt = alternative(rows, entry, target)
    drawn.caption = caption(rows, entry)
    return drawn


def in_time(chart: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of each series in order of time, and number them."""
    if not {"series", "signal", "centre"} <= set(chart):
        raise CpstatsError("This chart is drawn from what control_chart or run_chart gives.")
    rows = chart.sort_values("period", kind="stable") if "indicator" in chart else chart
    return rows.assign(at=rows.groupby("series", sort=False).cumcount()).reset_index(drop=True)


def entry_of(rows: pd.DataFrame) -> Entry:
    """Find the indicator charted, where there is one."""
    return catalogue.CATALOGUE.get(rows["indicator"].iloc[0]) if "indicator" in rows else None


def phases(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Cut a series into its phases."""
    return [part for _, part in rows.groupby("phase", sort=True)]


def lines(axes: Axes, rows: pd.DataFrame, width: float = 1.4) -> None:
    for part in phases(rows):
        # Half a step beyond the first and last point, so that one phase ends where the next begins.
        x = np.append(part["at"].to_numpy() - 0.5, part["at"].iloc[-1] + 0.5)
        for name in ("centre", "lower", "upper"):
            y = part[name].to_numpy()
            if np.isnan(y).all() or (name == "lower" and _is_floor(part)):
                continue
            style: Any = "-" if name == "centre" else (0, (4, 2))
            if part["trial"].any() and name != "centre":
                style = ":"
            axes.step(
                x, np.append(y, y[-1]), where="post", color=CONTEXT, linewidth=width,
                linestyle=style, zorder=2,
            )  # fmt: skip


def _is_floor(rows: pd.DataFrame) -> bool:
    """Tell whether the lower limit is no limit: at or under zero, for values that cannot be."""
    return not (rows["lower"] > 0).any() and (rows["value"].dropna() >= 0).all()


def points(axes: Axes, rows: pd.DataFrame, *, letters: bool, size: float = 5) -> None:
    """Draw values joined by a line, and those at which a rule fires as diamonds."""
    for part in phases(rows):
        axes.plot(part["at"], part["value"], color=FOCUS, linewidth=1.4, zorder=3)
    fired = rows["signal"].map(letters_of) != ""
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
            letters_of(row.signal), (row.at, row.value), (0, 8 if above else -8),
            textcoords="offset points", ha="center", va="bottom" if above else "top",
            fontweight="bold", zorder=6,
        )  # fmt: skip


def letters_of(signal: str) -> str:
    """Give the letters of the rules that fire at a point."""
    found = [
        next((letter for part, (letter, _) in LETTERS.items() if part in name), "")
        for name in signal.split("; ")
    ]
    return "".join(dict.fromkeys(found))


def _reasons(axes: Axes, rows: pd.DataFrame) -> None:
    for part in phases(rows)[1:]:
        first = part.iloc[0]
        x = first["at"] - 0.5
        axes.axvline(x, color=CONTEXT, linewidth=1, linestyle=":", zorder=1)
        left = first["at"] <= len(rows) * 0.6
        said = textwrap.fill(describe.opening(first["reason"]), 30)
        axes.annotate(
            f"{name_of(first['period'])} on:\n{said}", (x, 0.995), (5 if left else -5, 0),
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


def _finish(axes: Axes, rows: pd.DataFrame, entry: Entry, target: float | None) -> None:
    scale(axes, rows, target, room=0.2 if rows["phase"].nunique() > 1 else 0.05)
    step = max(1, -(-len(rows) // 4))
    ticks = list(range(len(rows) - 1, -1, -step))[::-1]
    axes.set_xticks(ticks, [name_of(rows["period"].iloc[i]) for i in ticks])
    axes.set_xlim(-0.7, len(rows) - 0.3)
    axes.grid(axis="y")
    unit = entry.unit if entry else "value"
    name_values(axes, unit[:1].upper() + unit[1:])


def _name_lines(axes: Axes, rows: pd.DataFrame, entry: Entry, target: float | None) -> None:
    """Write what each line is, and its height, where it ends."""
    last = rows.iloc[-1]
    median = last["chart"] in ("run", "g")
    named = {"upper": "Upper limit", "centre": "Median" if median else "Mean"}
    named["lower"] = "Lower limit"
    heights = {text: last[column] for column, text in named.items() if pd.notna(last[column])}
    low, high = axes.get_ylim()
    if _is_floor(phases(rows)[-1]):
        heights.pop("Lower limit", None)
    if target is not None:
        axes.axhline(target, color=SECOND, linewidth=1.6, linestyle=(0, (1, 1)), zorder=2)
        heights["Target"] = target
    placed = spread(list(heights.values()), (high - low) * 0.07)
    for (text, y), at in zip(heights.items(), placed, strict=True):
        axes.annotate(
            f"{text} {write(y, entry)}", (len(rows) - 0.5, at), (6, 0),
            textcoords="offset points", va="center", color=CONTEXT, annotation_clip=False,
        )  # fmt: skip


def write(number: float, entry: Entry) -> str:
    """Write a value to the decimals of its indicator, else to three figures."""
    if pd.isna(number):
        return "none"
    if entry:
        return values.write(number, decimals=max(entry.decimals, 1))
    return f"{number:.3g}"


def name_of(period: Any) -> str:
    return f"{period:%b %Y}" if isinstance(period, pd.Timestamp) else str(period)


def alternative(rows: pd.DataFrame, entry: Entry, target: float | None = None) -> str:
    """Tell what a chart of one series shows."""
    what = describe.lower_first(entry.name) if entry else "values"
    who = rows["series"].iloc[0]
    known = rows[rows["value"].notna()]
    kind = "Run chart" if rows["chart"].iloc[0] == "run" else "Control chart"
    first, last = rows.iloc[0], rows.iloc[-1]
    said = [
        f"{kind} of {what}{f', {who}' if who else ''}, {name_of(first['period'])} to "
        f"{name_of(last['period'])}: {len(known)} points."
    ]
    for part in phases(rows):
        end = part.iloc[-1]
        span = f"{name_of(part['period'].iloc[0])} to {name_of(end['period'])}"
        if pd.isna(end["centre"]):
            said.append(f"{span}: too few points for a centre line.")
            continue
        line = f"{span}: centre {write(end['centre'], entry)}"
        if pd.notna(end["upper"]):
            line += f", limits {write(end['lower'], entry)} to {write(end['upper'], entry)}"
        said.append(f"{line}.")
    if target is not None:
        said.append(f"Target {write(target, entry)}.")
    said.append(signals_said(rows))
    if pd.notna(last["value"]):
        said.append(f"Latest: {write(last['value'], entry)} in {name_of(last['period'])}.")
    if "mark" in rows:
        said.append(describe.missing(rows).strip())
    return " ".join(s for s in said if s)


def signals_said(rows: pd.DataFrame) -> str:
    """Say which rules fire where."""
    fired = rows[rows["signal"] != ""]
    if fired.empty:
        return "No rule fires."
    said: dict[str, list[str]] = {}
    for row in fired.itertuples():
        for name in row.signal.split("; "):
            said.setdefault(name, []).append(name_of(row.period))
    return " ".join(f"{name[:1].upper()}{name[1:]}: {_span(at)}." for name, at in said.items())


def _span(names: list[str]) -> str:
    if len(names) <= 3:
        return ", ".join(names)
    return f"{len(names)} points, {names[0]} to {names[-1]}"


def letters_told(rows: pd.DataFrame) -> str:
    """Say what the letters mean that stand in a chart."""
    here = {letter for signal in rows["signal"] for letter in letters_of(signal)}
    return ", ".join(f"{letter} {words}" for letter, words in LETTERS.values() if letter in here)


def caption(rows: pd.DataFrame, entry: Entry, *, letters: bool = True) -> str:
    """Say what a chart is made of, by whose rules it is read, and what to beware of."""
    chart, rules = rows["chart"].iloc[0], rows["rules"].iloc[0]
    ruleset = (RUN if chart == "run" else CONTROL)[rules]
    said = [f"{_KINDS[chart]}.", f"Rules of {ruleset.title}: {ruleset.words}."]
    known = letters_told(rows)
    if known and letters:
        said.append(f"Diamonds: a rule fires; {known}.")
    if letters and rows["signal"].str.contains("few crossings").any():
        said.append("The line crosses its median less often than chance allows.")
    starts = {p["period"].iloc[0]: p["reason"].iloc[0] for p in phases(rows)[1:]}
    said += [f"From {name_of(since)}: {why}." for since, why in starts.items()]
    for caution in dict.fromkeys(c for c in rows["caution"] if c):
        held = rows[rows["caution"] == caution].sort_values("at")["period"]
        said.append(f"{name_of(held.iloc[0])} to {name_of(held.iloc[-1])}: {caution}.")
    if (rows["trial"] & rows["upper"].notna()).any():
        said.append("Limits on trial are dotted.")
    if entry:
        # What the chart draws are limits of a process: the figures' own intervals stand elsewhere.
        said.append(describe.caption(rows.assign(lower=np.nan, upper=np.nan, method=""), entry))
    return " ".join(said).replace("..", ".")
