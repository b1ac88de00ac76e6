"""What a reader must know beside a trend: what was left out, and why there is no verdict."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from .. import periods
from . import timelines
from .orderings import fewest_points
from .timelines import Timelines

#: Points that a verdict from counts needs: two for the line, two to tell how far figures stray.
FEWEST = 4

#: Marks that stand beside a figure which is used, in a word.
_SOFT = {"[e]": "estimated", "[p]": "provisional", "[u]": "of low reliability"}


def write_notes(
    lines: Timelines,
    result: pd.DataFrame,
    used: np.ndarray,
    by_counts: np.ndarray,
    count: np.ndarray,
    value: np.ndarray,
    baseline: Any,
) -> list[str]:
    """Write the note of each series; parts are kept apart by semicolons."""
    starts = np.searchsorted(lines.series, np.arange(lines.many + 1))
    kinds = lines.kinds()
    notes = []
    for n, (a, b) in enumerate(itertools.pairwise(starts)):
        rows, row = slice(a, b), result.iloc[n]
        frame = lines.frame.iloc[rows]
        said = [
            *_no_verdict(row, frame, used[rows], count[rows], bool(by_counts[n])),
            *_left_out(lines, rows, used[rows], count[rows], value[rows]),
            *_soft(frame, used[rows]),
            *_no_baseline(row, lines, rows, value[rows], baseline),
        ]
        if by_counts[n] and row["verdict"] and kinds[a] == "proportion":
            said.append("a share scatters less than the test allows, so a trend is called late")
        notes.append("; ".join(said))
    return notes


def _no_verdict(
    row: pd.Series, frame: pd.DataFrame, used: np.ndarray, count: np.ndarray, by_counts: bool
) -> list[str]:
    points = int(row["points"])
    if not points:
        return ["there is no figure"]
    if not by_counts:
        fewest = fewest_points(row["confidence"])
        said = ["without counts there is a test of order only"]
        if points < fewest:
            level = f"{100 * row['confidence']:g}%"
            why = f"and without counts a test at {level} needs at least {fewest}"
            return [f"too few points: {points}, {why}"]
        if np.isnan(row["kendall_tau"]):
            said.append("every figure is the same")
        return said
    few = points < FEWEST
    said = [f"too few points: {points}, and a trend needs at least {FEWEST}"] if few else []
    if points == 2:
        said.append("two points leave nothing to tell how far figures stray from a line")
    return said + _one_sided(row, frame, used, count)


def _one_sided(
    row: pd.Series, frame: pd.DataFrame, used: np.ndarray, count: np.ndarray
) -> list[str]:
    """Say what counts that leave all years but one empty allow."""
    with_cases = np.flatnonzero(used & (count > 0))
    if not len(with_cases):
        return ["no cases in any period, so there is no ratio to give"]
    if len(with_cases) > 1 or row["points"] < 2:
        return []
    period = timelines.say(frame["period"].iloc[with_cases[0]])
    only = f"every case fell in one period, {period}"
    if row["ratio"] in (0, np.inf):
        end = "0" if row["ratio"] == 0 else "infinity"
        return [f"{only}, so the ratio per year runs to {end} and has no interval"]
    return [only]


def _left_out(
    lines: Timelines, rows: slice, used: np.ndarray, count: np.ndarray, value: np.ndarray
) -> list[str]:
    frame, when = lines.frame.iloc[rows], lines.when[rows]
    known = ~np.isnan(value)
    cut = lines.cut[rows][known].max(initial=-np.inf)
    said = []
    if (known & (when < cut)).any():
        first = timelines.say(frame["period"].iloc[int(np.flatnonzero(used)[0])])
        since = _label_at(frame, when, cut) or first
        said.append(f"figures before {since} are on another definition and are left out")
    inside = when >= cut
    missing = int((inside & ~known).sum())
    if missing and known.any():
        of = int(inside.sum())
        verb = "is" if missing == 1 else "are"
        said.append(f"{missing} of {of} periods without a figure {verb} left out")
    uncounted = int((inside & known & ~used).sum())
    if uncounted:
        what = "1 figure" if uncounted == 1 else f"{uncounted} figures"
        verb = "is" if uncounted == 1 else "are"
        said.append(f"{what} published without a count {verb} left out")
    return said


def _label_at(frame: pd.DataFrame, when: np.ndarray, place: float) -> str:
    at = np.flatnonzero(when == place)
    return timelines.say(frame["period"].iloc[int(at[0])]) if len(at) else ""


def _soft(frame: pd.DataFrame, used: np.ndarray) -> list[str]:
    """Name the figures that are used although something stands beside them."""
    if "mark" not in frame:
        return []
    said = []
    for mark, word in _SOFT.items():
        at = frame["period"][used & (frame["mark"] == mark).to_numpy()]
        if len(at):
            said.append(f"{word}: {', '.join(timelines.say(p) for p in at)}")
    return said


def _no_baseline(
    row: pd.Series, lines: Timelines, rows: slice, value: np.ndarray, baseline: Any
) -> list[str]:
    if baseline is None or not row["points"]:
        return []
    asked = timelines.say(baseline)
    if not pd.isna(row["baseline"]):
        alone = row["baseline"] == row["last"]
        return [f"the last period is the baseline itself, {asked}"] if alone else []
    at = np.flatnonzero(lines.when[rows] == periods.place(baseline)[0])
    known = len(at) and not np.isnan(value[at[0]])
    cut = lines.cut[rows][~np.isnan(value)].max(initial=-np.inf)
    if known and lines.when[rows][at[0]] < cut:
        return [f"the baseline {asked} is on another definition"]
    if known:
        return [f"the baseline {asked} has no count"]
    return [f"there is no figure for the baseline {asked}"]
