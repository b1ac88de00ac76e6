"""Answers on a scale: those who disagree to the left of a line, those who agree to the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .. import values
from ..errors import CpstatsError
from ..inputs import needed
from .figure import CONTEXT, FOCUS, INK, SECOND, Chart, blank, fitted, styled

#: Tints of the two colours, for the milder answers; each is drawn within a line of its colour.
_BLUE, _ORANGE, _GREY = "#b8cbe0", "#fbd0b6", "#e3e3e3"
_LOOKS: dict[str, dict[str, Any]] = {
    "Strongly disagree": {"facecolor": SECOND, "edgecolor": SECOND},
    "Disagree": {"facecolor": _ORANGE, "edgecolor": SECOND},
    "Neither agree nor disagree": {"facecolor": _GREY, "edgecolor": CONTEXT},
    "Strongly agree": {"facecolor": FOCUS, "edgecolor": FOCUS},
    "Agree": {"facecolor": _BLUE, "edgecolor": FOCUS},
}
#: What stands on each side of the line, from the line outwards.
_LEFT, _RIGHT = ("Disagree", "Strongly disagree"), ("Agree", "Strongly agree")
_NEITHER = "Neither agree nor disagree"
_ALL = "All"

# Inches: what the drawing is wide, a line of text, a bar, the space under it, room for "100%".
_WIDE, _LINE, _BAR, _UNDER, _END = 5.4, 0.21, 0.3, 0.22, 0.5
_KEY = 1.65
#: The names over the three parts need so much.
_NAMES = (0.95, 0.75, 0.95)


@dataclass(frozen=True)
class _Places:
    """Where things stand across, in percentage points from the line."""

    left: float
    right: float
    neither: float
    points: float  # to the inch


@styled
def diverging(results: pd.DataFrame) -> Chart:
    """
    Draw how answers spread over the scale, for several questions or for several groups.

    Parameters
    ----------
    results : DataFrame
        From `answers_by`: several questions of one group (or of all together), or one question by
        group, in the order to draw.

    Returns
    -------
    Chart
        A row for each question or group, its name and number of answers above its bar. To the
        left of the line those who disagree, to the right those who agree, strongest outside, each
        side with its total in bold; those who neither agree nor disagree stand apart on the
        right, so that both sides start at the line. Shares are written in the bars that have
        room. Hidden rows say so in words. `alt` gives every share.

    Raises
    ------
    CpstatsError
        For several questions by several groups, or a row that lacks an answer or has it twice.
    """
    needed(results, "group", "answer", "question", "text", "reverse")
    rows = _rows(results)
    heights = [_LINE * (row["label"].count("\n") + 1) + 0.05 + _BAR + _UNDER for row in rows]
    shown, title = any(not row["mark"] for row in rows), _title(results)
    more = _LINE * title.count("\n")
    chart, axes = blank(height=sum(heights) + (_KEY + more if shown else 0.5))
    places, down = _places(rows), 0.0
    for row, height in zip(rows, heights, strict=True):
        axes.text(places.left, down, row["label"], va="top", fontsize=11, linespacing=1.15)
        _bar(axes, down + height - _UNDER - _BAR / 2, row, places)
        down += height
    _finish(axes, places, down, title if shown else "")
    chart.data = results
    chart.alt = _alt(results, rows)
    chart.caption = _caption(results, rows)
    return chart


def _rows(results: pd.DataFrame) -> list[dict[str, Any]]:
    """Give what is drawn in each row: its name, its shares, or why there are none."""
    by_group = results["group"].nunique() > 1
    if by_group and results["question"].nunique() > 1:
        raise CpstatsError(
            "This chart is of several questions or of several groups: choose one question, or one "
            "group."
        )
    parts = results.groupby("group" if by_group else "question", sort=False)
    return [_row(part, by_group) for _, part in parts]


def _row(part: pd.DataFrame, by_group: bool) -> dict[str, Any]:
    if sorted(part["answer"]) != sorted(_LOOKS):
        raise CpstatsError("Each row of this chart takes every answer of the scale, once.")
    one, shares = part.iloc[0], part.set_index("answer")["value"]
    name = one["group"] if by_group else one["text"]
    name += " (worded negatively)" if one["reverse"] and not by_group else ""
    hidden = bool(shares.isna().any())
    many = "" if hidden else f" ({one['denominator']:,.0f})"
    return {
        "name": name,
        "label": fitted(f"{name}{many}", _WIDE - 0.15, 11),
        "shares": shares.to_dict(),
        "mark": _mark(part) if hidden else "",
        "of": one,
    }


def _mark(part: pd.DataFrame) -> str:
    """Say why a row has no bar: one hidden answer hides all, as the rest would give it back."""
    marks = part.loc[part["value"].isna(), "mark"]
    return next((mark for mark in marks if mark in values.WHY_MISSING), values.NOT_AVAILABLE)


def _total(row: dict[str, Any], side: tuple[str, ...]) -> float:
    return 0.0 if row["mark"] else float(sum(row["shares"][answer] for answer in side))


def _places(rows: list[dict[str, Any]]) -> _Places:
    """Share out the width: each part as wide as its longest bar, or as its name."""
    longest = [max(_total(row, side) for row in rows) for side in (_LEFT, _RIGHT, (_NEITHER,))]

    def inches(points: float) -> list[float]:
        """Give the width of each part when an inch is so many points."""
        wide = zip(longest, _NAMES, strict=True)
        return [max(most / points + _END, name) for most, name in wide]

    points = next(p for p in np.arange(15.0, 300.0, 0.5) if sum(inches(p)) <= _WIDE or p > 299)
    left, right, _ = inches(points)
    return _Places(-left * points, (_WIDE - left) * points, right * points, points)


def _bar(axes: Axes, y: float, row: dict[str, Any], places: _Places) -> None:
    if row["mark"]:
        why = values.WHY_MISSING[row["mark"]]
        said = f"{row['mark']} {_why(row['mark']) or why}"
        axes.text(places.left, y, said, va="center", fontsize=11, style="italic")
        return
    for way, side in ((-1, _LEFT), (1, _RIGHT)):
        at = 0.0
        for answer in side:
            _piece(axes, y, way, at, row["shares"][answer], answer, places)
            at += row["shares"][answer]
        _end(axes, y, way, at, at)
    # Beside the bars only: through the names above them, a line would be in the way.
    axes.vlines([0, places.neither], y - _BAR * 0.62, y + _BAR * 0.62, color=INK, linewidth=1)
    neither = row["shares"][_NEITHER]
    _piece(axes, y, 1, places.neither, neither, _NEITHER, places, written=False)
    _end(axes, y, 1, places.neither + neither, neither)


def _piece(
    axes: Axes, y: float, way: int, start: float, share: float, answer: str, places: _Places,
    *, written: bool = True,
) -> None:  # fmt: skip
    """Draw one answer, with its share where there is room for it."""
    axes.barh(y, way * share, left=way * start, height=_BAR, linewidth=0.9, **_LOOKS[answer])
    said = values.write(share)
    if written and share > (0.14 + 0.1 * len(said)) * places.points:
        colour = "white" if answer == "Strongly agree" else INK
        middle = way * (start + share / 2)
        axes.text(middle, y, said, ha="center", va="center_baseline", fontsize=10, color=colour)


def _end(axes: Axes, y: float, way: int, at: float, share: float) -> None:
    """Write what a side adds up to, where it ends."""
    axes.annotate(
        f"{values.write(share)}%", (way * at, y), (way * 4, 0), textcoords="offset points",
        ha="left" if way > 0 else "right", va="center_baseline", fontsize=10, fontweight="bold",
    )  # fmt: skip


def _title(results: pd.DataFrame) -> str:
    """Say what the figures are; and of which question, where the rows are groups."""
    unit, one = "Per cent of valid answers (their number in brackets)", results.iloc[0]
    if results["group"].nunique() == 1:
        return unit
    worded = " (worded negatively)" if one["reverse"] else ""
    return f"{fitted(one['text'] + worded, _WIDE - 1.2, 12)}\n{unit}"


def _finish(axes: Axes, places: _Places, down: float, title: str) -> None:
    axes.set_xlim(places.left, places.right)
    axes.set_ylim(down, -0.38)
    axes.set_axis_off()
    if not title:
        return
    named = ((0, -4, "Disagree"), (0, 4, "Agree"), (places.neither, 4, "Neither"))
    for at, aside, words in named:
        axes.annotate(
            words, (at, -0.12), (aside, 0), textcoords="offset points", va="bottom",
            ha="right" if aside < 0 else "left", fontweight="bold", annotation_clip=False,
        )  # fmt: skip
    handles = [Patch(label=answer, **looks) for answer, looks in _LOOKS.items()]
    axes.figure.legend(
        handles=handles, loc="outside upper left", ncols=2, frameon=False, fontsize=11,
        title=title, alignment="left",
    )  # fmt: skip


def _why(mark: str) -> str:
    return "Too few answers to show" if mark == values.SUPPRESSED else ""


def _alt(results: pd.DataFrame, rows: list[dict[str, Any]]) -> str:
    what = "group" if results["group"].nunique() > 1 else "question"
    many = f"{len(rows)} {what}{'' if len(rows) == 1 else 's'}"
    said = [f"Bars to both sides of a line, {_of_what(results)}, {many}, per cent of answers."]
    for row in rows:
        name = row["name"].rstrip(".")
        if row["mark"]:
            said.append(
                f"{name}: {(_why(row['mark']) or values.WHY_MISSING[row['mark']]).lower()}."
            )
            continue
        shares = {answer: values.write(share) for answer, share in row["shares"].items()}
        said.append(
            f"{name}: agree {values.write(_total(row, _RIGHT))} (strongly "
            f"{shares['Strongly agree']}), neither {shares[_NEITHER]}, disagree "
            f"{values.write(_total(row, _LEFT))} (strongly {shares['Strongly disagree']}), "
            f"{row['of']['denominator']:,.0f} answers."
        )
    return " ".join(said)


def _of_what(results: pd.DataFrame) -> str:
    one = results.iloc[0]
    said = f"{one['area']}, {one['period']}"
    if results["group"].nunique() > 1:
        worded = " (worded negatively)" if one["reverse"] else ""
        return f"{said}, '{one['text']}'{worded}"
    return said if one["group"] == _ALL else f"{said}, {one['group']}"


def _caption(results: pd.DataFrame, rows: list[dict[str, Any]]) -> str:
    shown = [row["of"] for row in rows if not row["mark"]]
    said = [f"{_of_what(results)[:1].upper()}{_of_what(results)[1:]}."]
    said.append(
        "Denominator: valid answers. Left out of it: don't know, not applicable, not answered"
        + (f" ({_left_out(shown)})." if shown else ".")
    )
    if any(row["mark"] for row in rows):
        said.append(f"{values.SUPPRESSED} too few answers to show, or hidden so that the total ")
        said[-1] += "does not give those back."
    sources = "; ".join(dict.fromkeys(source for source in results["source"] if source))
    return " ".join([*said, f"Source: {sources}."])


def _left_out(shown: list[Any]) -> str:
    """Say how many were left out, the fewest and the most of the rows."""
    many = [int(of["dont_know"] + of["not_applicable"] + of["not_answered"]) for of in shown]
    if min(many) == max(many):
        return f"{many[0]:,}"
    return f"{min(many):,} to {max(many):,} in a row"
