"""Several indicators in one view: an area in the spread of all councils, around the country."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from .. import catalogue, comparisons, spreads, values
from ..definitions import Indicator
from . import describe
from .figure import CONTEXT, FAINT, FOCUS, INK, PLATE, Chart, blank, fitted, styled

#: As wide as a page shows a figure, so that its text keeps its size there.
SPINE_WIDTH = 6.3
SMALL = 11

#: A bar this short, on the line from -1 to 1, has no room for two figures.
_SHORT = 0.75
_LINE = 0.18  # inches that a line of small text takes
_LEFT, _COLUMNS = 2.4, (0.74, 1.56)  # inches of the names, and to the ends of the figures

#: The point of the area by the verdict of a test against the reference: shape and fill, no colour.
_POINTS = {
    comparisons.HIGHER: ("^", FOCUS),
    comparisons.LOWER: ("v", FOCUS),
    comparisons.SIMILAR: ("o", FOCUS),
    "": ("o", "white"),
}
_KEY = {
    comparisons.HIGHER: "▲ higher",
    comparisons.LOWER: "▼ lower",
    comparisons.SIMILAR: "● no clear difference",
    "": "○ not tested",
}


@styled
def spine(rows: pd.DataFrame, *, area: str, reference: str = "Scotland") -> Chart:
    """
    Draw where an area stands in the spread of all, for several indicators.

    Parameters
    ----------
    rows : DataFrame
        Results tables of several indicators under one another, each of one period, with a row for
        each council and for the reference. Where there is a column `verdict` ("higher", "lower",
        "similar" or empty), the shape of the point tells it.
    area : str
        The area shown.
    reference : str
        The area in the middle of each row.

    Returns
    -------
    Chart
        A row for each indicator, with a scale of its own: a bar from the lowest to the highest
        area, a darker one over the middle half, and a point for the area; beside it the figures.
        What is missing has its mark. No colour says good or bad. `data` is that of
        `spreads.spread_of`.

    Raises
    ------
    ImpossibleInput, UnknownName
        As `spreads.spread_of`.
    """
    spread = spreads.spread_of(rows, area=area, reference=reference)
    at = spreads.place_around(spread)
    entries = [catalogue.find(i) for i in spread["indicator"]]
    names = [_name(row, e) for (_, row), e in zip(spread.iterrows(), entries, strict=True)]
    heights = [max(4, n.count("\n") + 1) * _LINE + 0.22 for n in names]
    chart, axes = _frame(sum(heights))
    y = -pd.Series(heights).cumsum() + pd.Series(heights) / 2
    axes.vlines(0, y.iloc[-1] - heights[-1] / 2, 0, CONTEXT, linewidth=1.2, linestyle=(0, (4, 2)))
    for k, entry in enumerate(entries):
        _row(axes, y[k], spread.iloc[k], at.iloc[k], entry)
        _figures(axes, y[k], spread.iloc[k], entry)
    for top in (pd.Series(heights).cumsum().iloc[:-1]).tolist():
        axes.axhline(-top, color="#d3d3d3", linewidth=0.8, xmin=-2, xmax=2, clip_on=False)
    axes.set_yticks(y.tolist(), names, fontsize=SMALL, ha="left")
    axes.tick_params(axis="y", pad=_LEFT * 72)
    axes.set_ylim(-sum(heights), 0)
    axes.set_xlim(-1.12, 1.12)
    axes.set_xticks([-1, 0, 1], ["lower", reference, "higher"], fontsize=SMALL)
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    _heads(axes, area, reference)
    chart.text(0.01, 0.012, _key(spread, reference), fontsize=SMALL, va="bottom")
    chart.data = spread
    chart.alt = _alt(spread, entries, area, reference)
    chart.caption = _caption(rows, spread, entries, area, reference)
    return chart


def _frame(rows: float) -> tuple[Chart, Axes]:
    """Start the chart with its axes between the names and the figures, all in inches."""
    above, below = 0.5, 0.6
    chart, axes = blank(height=rows + above + below, width=SPINE_WIDTH)
    # What stands beside the axes is placed by inches: nothing is left to lay out.
    chart.set_layout_engine("none")
    width = SPINE_WIDTH - _LEFT - _COLUMNS[1] - 0.18
    tall = rows + above + below
    axes.set_position(((_LEFT + 0.1) / SPINE_WIDTH, below / tall, width / SPINE_WIDTH, rows / tall))
    return chart, axes


def _name(row: pd.Series, entry: Indicator) -> str:
    """Write what a row is of, its unit, period, polarity and how many areas it knows."""
    said = [fitted(entry.heading, _LEFT, SMALL), str(row["period"])]
    if entry.better != "neither":
        said[-1] += f"; {entry.better} is better"
    if 0 < row["areas_with_figure"] < row["areas"]:
        said.append(f"{row['areas_with_figure']} of {row['areas']} councils")
    return "\n".join(said)


def _row(axes: Axes, y: float, row: pd.Series, at: pd.Series, entry: Indicator) -> None:
    if pd.isna(at["lowest"]):
        axes.annotate(
            _why_no_bar(row), (0, y), (6, 0), textcoords="offset points", va="center",
            fontsize=SMALL,
        )  # fmt: skip
        return
    # A lone council has no spread: a tick shows where it is.
    width, middle = max(at["highest"] - at["lowest"], 0.03), (at["highest"] + at["lowest"]) / 2
    axes.barh(y, width, 0.2, middle - width / 2, color="#d3d3d3")
    if pd.notna(at["median"]):
        half = at["upper_quartile"] - at["lower_quartile"]
        axes.barh(y, half, 0.2, at["lower_quartile"], color=FAINT)
    # The figures of the two ends run together where the bar is short.
    ends = [("lowest", "left"), ("highest", "right")]
    for end, side in ends if at["highest"] - at["lowest"] > _SHORT else [("lowest", "center")]:
        axes.annotate(
            _end(row, end, side, entry), (at[end], y - 0.1), (0, -3),
            textcoords="offset points", ha=side, va="top", fontsize=SMALL, color=CONTEXT,
            bbox=PLATE,
        )  # fmt: skip
    if pd.notna(at["value"]):
        shape, fill = _POINTS[row["verdict"]]
        axes.plot(
            at["value"], y, shape, color=FOCUS, markerfacecolor=fill, markeredgewidth=1.8,
            markersize=10, zorder=4,
        )  # fmt: skip


def _end(row: pd.Series, end: str, side: str, entry: Indicator) -> str:
    low, high = (values.write(row[c], decimals=entry.decimals) for c in ("lowest", "highest"))
    if side == "center" and low != high:
        return f"{low} to {high}"
    return low if end == "lowest" else high


def _why_no_bar(row: pd.Series) -> str:
    if row["areas_with_figure"] == 0:
        return f"{row['mark']} no council\nhas a figure"
    return f"{row['reference_mark']} no figure\nfor {row['reference_area']}"


def _figures(axes: Axes, y: float, row: pd.Series, entry: Indicator) -> None:
    """Write the figures of the area and of the reference beside the bar."""
    for k, (value, mark) in enumerate((("value", "mark"), ("reference", "reference_mark"))):
        axes.annotate(
            values.write(row[value], row[mark], entry.decimals), (1, y),
            (_COLUMNS[k] * 72, 0), xycoords=axes.get_yaxis_transform(),
            textcoords="offset points", ha="right", va="center", fontsize=SMALL,
            fontweight="normal" if k else "bold", color=INK,
        )  # fmt: skip


def _heads(axes: Axes, area: str, reference: str) -> None:
    for k, (name, wide) in enumerate(((area, 1.4), (reference, 0.85))):
        axes.annotate(
            fitted(name, wide, SMALL, bold=not k), (1, 1), (_COLUMNS[k] * 72, 6),
            xycoords="axes fraction", textcoords="offset points", ha="right", va="bottom",
            fontsize=SMALL, fontweight="normal" if k else "bold",
        )  # fmt: skip


def _key(spread: pd.DataFrame, reference: str) -> str:
    """Explain the points that occur."""
    drawn = spread[spread["value"].notna() & spread["reference"].notna()]
    used = [words for verdict, words in _KEY.items() if verdict in set(drawn["verdict"])]
    return f"Than {reference}: {', '.join(used)}" if used else ""


def _alt(spread: pd.DataFrame, entries: list[Indicator], area: str, reference: str) -> str:
    many = f"{len(entries)} indicators" if len(entries) > 1 else "one indicator"
    said = [f"Spine chart of {many} for {area}, in the spread of councils around {reference}."]
    said += [_said(row, e) for (_, row), e in zip(spread.iterrows(), entries, strict=True)]
    return " ".join(said)


def _said(row: pd.Series, entry: Indicator) -> str:
    def write(number: float, mark: str = "") -> str:
        return values.write(number, mark, entry.decimals)

    said = [
        f"{row['area']} {_or_why(row['value'], row['mark'], entry)}",
        f"{row['reference_area']} {_or_why(row['reference'], row['reference_mark'], entry)}",
    ]
    if row["areas_with_figure"] == 0:
        said.append("no council has a figure")
    else:
        known = f"{row['areas_with_figure']} of {row['areas']} councils"
        low, high = write(row["lowest"]), write(row["highest"])
        said.append(f"{known} {f'from {low} to {high}' if low != high else f'at {low}'}")
    if pd.notna(row["median"]):
        low, high = write(row["lower_quartile"]), write(row["upper_quartile"])
        said.append(f"the middle half {low} to {high}")
    return f"{entry.heading}, {row['period']}: {', '.join(said)}{_verdict(row, entry)}."


def _or_why(value: float, mark: str, entry: Indicator) -> str:
    if pd.isna(value):
        return values.WHY_MISSING[mark]
    return values.write(value, mark, entry.decimals)


def _verdict(row: pd.Series, entry: Indicator) -> str:
    """Say what a test found, and whether that is better only where the indicator says so."""
    verdict = row["verdict"]
    if pd.isna(row["value"]) or pd.isna(row["reference"]):
        return ""
    if verdict not in {comparisons.HIGHER, comparisons.LOWER}:
        return "; no clear difference" if verdict else "; not tested"
    said = f"; {verdict} than {row['reference_area']}"
    if entry.better == "neither":
        return said
    return f"{said}, which is {'better' if verdict == entry.better else 'worse'}"


def _caption(
    rows: pd.DataFrame,
    spread: pd.DataFrame,
    entries: list[Indicator],
    area: str,
    reference: str,
) -> str:
    said = [
        f"Each row has a scale of its own with {reference} in the middle, so lengths in different "
        "rows cannot be compared. The bar runs from the lowest to the highest council with a "
        "figure, its darker part over the middle half (25th to 75th percentile; none below "
        f"{spreads.FEWEST_FOR_QUARTILES} councils)."
    ]
    if spread["verdict"].isin([comparisons.HIGHER, comparisons.LOWER]).any():
        said.append("Higher and lower: by more than chance alone would often give.")
    said.append("Higher or lower is no judgement, unless a row says which is better.")
    shown = rows[rows["area"].isin([area, reference])]
    for entry in entries:
        own = shown[(shown["indicator"] == entry.id) & shown["value"].notna()]
        sources = dict.fromkeys(s for cell in own["source"] for s in cell.split("; ") if s)
        source = f" Source: {'; '.join(sources)}." if sources else ""
        said.append(f"{entry.name}: {describe.lower_first(entry.definition)}{source}")
    said += describe.marks_in([*spread["mark"], *spread["reference_mark"]])
    return " ".join(said)
