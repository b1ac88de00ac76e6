"""Ages back to back: one sex to the left, the other to the right, the youngest at the bottom."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from .. import catalogue, values
from ..definitions import Indicator
from ..errors import CpstatsError
from . import describe
from .figure import CONTEXT, FOCUS, INK, SECOND, Chart, blank, name_values, styled

#: What stands in the column of sexes where a row is for all of them.
_ALL = ("", "all")


@styled
def ages(results: pd.DataFrame, *, sides: tuple[str, str] = ("male", "female")) -> Chart:
    """
    Draw a value for each age band, the sexes back to back.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, area and period, measured by age_band and sex. Rows
        whose sex is missing, as measured by age_band alone, are the totals of their bands.
    sides : tuple of str
        The sexes to the left and to the right.

    Returns
    -------
    Chart
        Both sides have one scale. A missing figure has its mark where its bar would start. A band
        that is known only for the sexes together has a hollow bar across the middle. Children of
        unknown sex or age are stated in the caption.

    Raises
    ------
    CpstatsError
        Without those columns, or with more than one row for a band and sex.
    """
    rows = _checked(results)
    entry = catalogue.find(rows["indicator"].iloc[0])
    bands = [_band(rows[rows["age_band"] == name], name, sides) for name in _order(rows)]
    chart, axes = blank(height=1.5 + 0.55 * len(bands))
    top = max([_reach(band) for band in bands], default=0) or 1
    for y, band in enumerate(bands):
        _draw(axes, y, band, entry)
    _finish(axes, bands, sides, top)
    name_values(axes, entry.unit[:1].upper() + entry.unit[1:])
    unknown = _unknown(rows, entry, sides)
    chart.data = results
    chart.alt = " ".join(
        [
            f"Bar chart, two sides back to back, of {describe.lower_first(entry.name)}, "
            f"{rows['area'].iloc[0]}, {rows['period'].iloc[0]}: {sides[0]} to the left, {sides[1]} "
            "to the right, on one scale, from the youngest at the bottom.",
            *(_say(band, sides, entry) for band in bands),
            *unknown,
        ]
    )
    chart.caption = _caption(rows, bands, entry, unknown)
    return chart


def _checked(results: pd.DataFrame) -> pd.DataFrame:
    if not {"age_band", "sex"} <= set(results):
        raise CpstatsError("A chart of ages takes results measured by age_band and sex.")
    if results.empty:
        raise CpstatsError("A chart of ages takes at least one row: there is none.")
    for column in ("indicator", "area", "period"):
        if results[column].nunique() > 1:
            found = ", ".join(map(str, results[column].unique()[:4]))
            raise CpstatsError(f"A chart of ages takes one {column}: got {found}.")
    rows = results.assign(sex=results["sex"].astype("str").fillna(""))
    twice = rows[rows.duplicated(["age_band", "sex"])]
    if len(twice):
        band, sex = twice[["age_band", "sex"]].iloc[0]
        raise CpstatsError(f"The age band {band} has two rows for {sex or 'all sexes'}: give one.")
    return rows


def _order(rows: pd.DataFrame) -> list[str]:
    """List the bands to draw, youngest first: those with a figure or a suppressed one."""
    given = rows[rows["value"].notna() | rows["mark"].eq(values.SUPPRESSED)]
    known = [b for b in given["age_band"].unique() if re.search(r"\d|unborn", b)]
    # The children born are the sum of their bands: they stand alone or not at all.
    return sorted(known, key=_age) or [b for b in given["age_band"].unique() if b == "all born"]


def _age(band: str) -> float:
    first = re.search(r"\d+", band)
    return -1 if first is None else int(first[0]) - (0.5 if re.match("under|<", band) else 0)


def _band(rows: pd.DataFrame, name: str, sides: tuple[str, str]) -> dict[str, Any]:
    """Gather what is known of a band: its two sides, or the sexes together in their place."""
    pair = [next(rows[rows["sex"] == side].itertuples(), None) for side in sides]
    total = next(rows[rows["sex"].isin(_ALL) & rows["value"].notna()].itertuples(), None)
    split = any(row is not None and not pd.isna(row.value) for row in pair)
    return {"name": name, "pair": pair, "total": None if split else total}


def _reach(band: dict[str, Any]) -> float:
    """Tell how far from the middle a band reaches."""
    if band["total"] is not None:
        return band["total"].value / 2
    ends = [row.value if pd.isna(row.upper) else row.upper for row in band["pair"] if row]
    return max([end for end in ends if not pd.isna(end)], default=0)


def _mark(row: Any) -> str:
    """Give the mark of a missing figure; a row that is not there is not available."""
    return values.write(float("nan"), row.mark if row is not None else "")


def _draw(axes: Axes, y: int, band: dict[str, Any], entry: Indicator) -> None:
    if band["total"] is not None:
        _draw_total(axes, y, band, entry)
        return
    for row, way, colour in zip(band["pair"], (-1, 1), (FOCUS, SECOND), strict=True):
        end, said = 0.0, _mark(row)
        if row is not None and not pd.isna(row.value):
            axes.barh(y, way * row.value, height=0.72, color=colour)
            end, said = row.value, values.write(row.value, row.mark, entry.decimals)
            if not pd.isna(row.lower):
                axes.hlines(y, way * row.lower, way * row.upper, color=INK, linewidth=1.4)
                end = row.upper
        _write(axes, said, way * end, y, way)


def _draw_total(axes: Axes, y: int, band: dict[str, Any], entry: Indicator) -> None:
    row = band["total"]
    half = row.value / 2
    axes.barh(
        y, row.value, left=-half, height=0.72, color="white", edgecolor=CONTEXT, linewidth=1.4
    )
    marks = " and ".join(dict.fromkeys(_mark(side) for side in band["pair"]))
    said = values.write(row.value, row.mark, entry.decimals)
    _write(axes, f"{said} in all,\neach sex {marks}", half, y, 1)


def _write(axes: Axes, said: str, x: float, y: int, way: int) -> None:
    axes.annotate(
        said, (x, y), (5 * way, 0), textcoords="offset points", va="center",
        ha="left" if way > 0 else "right", linespacing=1.0,
    )  # fmt: skip


def _finish(axes: Axes, bands: list[dict[str, Any]], sides: tuple[str, str], top: float) -> None:
    names = [band["name"] for band in bands]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.6, len(names) + 0.1)
    # Both sides are as wide as the longest bar and what is written at its end.
    wide = any(band["total"] is not None and _reach(band) > top / 2 for band in bands)
    reach = top * (1.75 if wide else 1.4)
    axes.set_xlim(-reach, reach)
    steps = [t for t in MaxNLocator(3).tick_values(0, top) if 0 < t < reach]
    ticks = [*(-t for t in reversed(steps)), 0, *steps]
    axes.set_xticks(ticks, [f"{abs(t):,g}" for t in ticks])
    axes.grid(axis="x")
    axes.axvline(0, color=INK, linewidth=1)
    for side, way in zip(sides, (-1, 1), strict=True):
        axes.annotate(
            side.capitalize(), (0, len(names) - 0.45), (8 * way, 0), textcoords="offset points",
            ha="left" if way > 0 else "right", va="bottom", fontweight="bold",
        )  # fmt: skip


def _say(band: dict[str, Any], sides: tuple[str, str], entry: Indicator) -> str:
    told = [_worded(row, entry) for row in band["pair"]]
    said = [f"{side} {words}" for side, words in zip(sides, told, strict=True)]
    if told[0] == told[1] and told[0] in values.WHY_MISSING.values():
        said = [f"each sex {told[0]}"]
    if band["total"] is not None:
        said.append(f"{values.write(band['total'].value, decimals=entry.decimals)} in all")
    return f"{band['name']}: {', '.join(said)}."


def _worded(row: Any, entry: Indicator) -> str:
    if row is None or pd.isna(row.value):
        return values.WHY_MISSING[_mark(row)]
    return values.write(row.value, row.mark, entry.decimals)


def _unknown(rows: pd.DataFrame, entry: Indicator, sides: tuple[str, str]) -> list[str]:
    """State what has no place among the bars: unknown sex, unknown age."""
    found = rows[(rows["value"] > 0) & ~rows["age_band"].eq("all born")]
    aged = ~found["age_band"].eq("unknown")
    known = found["sex"].isin([*sides, *_ALL])
    told = []
    for row in found[aged & ~known].itertuples():
        said = values.write(row.value, decimals=entry.decimals)
        told.append(f"Not drawn: {said} aged {row.age_band} with sex {row.sex}.")
    for row in found[~aged].itertuples():
        sex = "all sexes" if row.sex in _ALL else row.sex
        said = values.write(row.value, decimals=entry.decimals)
        told.append(f"Not drawn: {said} of unknown age ({sex}).")
    return told


def _caption(
    rows: pd.DataFrame, bands: list[dict[str, Any]], entry: Indicator, unknown: list[str]
) -> str:
    drawn = rows[rows["age_band"].isin([band["name"] for band in bands])]
    said = [describe.caption(drawn, entry), *unknown]
    if any(band["total"] is not None for band in bands):
        said.append("Hollow bars across the middle: the sexes together, where neither is given.")
    marks = {_mark(r) for b in bands for r in b["pair"] if r is None or pd.isna(r.value)}
    said += [f"{mark}: {values.WHY_MISSING[mark]}." for mark in sorted(marks)]
    return " ".join([*said, *([entry.unknowns] if entry.unknowns else [])])
