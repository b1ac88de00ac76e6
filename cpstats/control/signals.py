"""Where the rules fire, computed for all series at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..groups import words
from .layouts import Layout
from .limits import Limits
from .rulesets import Near, RuleSet

UP, DOWN = 1, -1


def find(layout: Layout, drawn: Limits, few: np.ndarray, rules: RuleSet) -> Any:
    """
    Name the rules that fire at each point.

    Parameters
    ----------
    layout : Layout
    drawn : Limits
        Values and lines of the chart.
    few : array of bool
        Where there are too few points for any line.
    rules : RuleSet

    Returns
    -------
    array of str
        Names parted by "; "; empty where none fires. A rule that has a side says it: "shift up".
    """
    slack = _slack(layout, drawn.judged)
    away = np.where(few, np.nan, _away(drawn, slack))
    fired = {}
    if rules.outside:
        beyond = slack if drawn.judged is drawn.value else _slack(layout, drawn.value)
        fired["above the limit"] = ~few & (drawn.value > drawn.upper + beyond)
        fired["below the limit"] = ~few & (drawn.value < drawn.lower - beyond)
    fired |= dict(_in_rows(layout, drawn.judged, away, rules))
    fired |= dict(_in_zones(layout, away, drawn.sigma, slack, rules))
    return named(fired)


def _away(drawn: Limits, slack: np.ndarray) -> np.ndarray:
    """How far each point is from its centre, those on the line not at all."""
    away = drawn.judged - drawn.judged_centre
    return np.where(np.abs(away) <= slack, 0.0, away)


def sides(layout: Layout, drawn: Limits) -> np.ndarray:
    """Tell on which side of its centre each point lies: 1, -1, or 0 on it or where unknown."""
    return np.nan_to_num(np.sign(_away(drawn, _slack(layout, drawn.judged)))).astype(np.int8)


def named(true: dict[str, np.ndarray]) -> Any:
    """Give each point the names of what is true of it, parted by "; "."""
    code = np.zeros(len(next(iter(true.values()))), dtype=np.uint16)
    for bit, at in enumerate(true.values()):
        code |= at * np.uint16(1 << bit)
    # Few combinations occur, so each is spelt out once.
    count = np.bincount(code, minlength=1)
    spelt = [
        "; ".join(name for bit, name in enumerate(true) if c >> bit & 1) if count[c] else ""
        for c in range(len(count))
    ]
    return words(code, spelt)


def _slack(layout: Layout, values: np.ndarray) -> np.ndarray:
    """How far sums of floats stray: a point so near to a line is on it."""
    largest = np.zeros(layout.phases)
    np.maximum.at(largest, layout.phase, np.nan_to_num(np.abs(values)))
    return 1e-11 * layout.spread(largest)


def _in_rows(
    layout: Layout, values: np.ndarray, away: np.ndarray, rules: RuleSet
) -> Iterator[tuple[str, np.ndarray]]:
    """Rules of points in a row, which take no limits."""
    if rules.shift:
        side = np.nan_to_num(np.sign(away)).astype(np.int8)
        long = run_lengths(side, layout.stretch) >= rules.shift
        yield "shift up", long & (side == UP)
        yield "shift down", long & (side == DOWN)
    if rules.trend:
        rising, falling = trends(layout, values, rules.trend)
        yield "trend up", rising
        yield "trend down", falling
    if rules.alternating:
        turns = _alternating(layout, values, rules.alternating)
        yield f"{rules.alternating} up and down", turns


def _in_zones(
    layout: Layout, away: np.ndarray, sigma: np.ndarray, slack: np.ndarray, rules: RuleSet
) -> Iterator[tuple[str, np.ndarray]]:
    """Rules of how far points are from the centre."""
    for near in rules.near:
        name = f"{near.points} of {near.among}"
        yield f"{name} high", _far(layout, away, sigma, slack, near)
        yield f"{name} low", _far(layout, -away, sigma, slack, near)
    if rules.hugging:
        # Points that cannot leave the centre do not hug it.
        within = (np.abs(away) <= sigma + slack) & (sigma > 0)
        long = run_lengths(within, layout.stretch) >= rules.hugging
        yield f"{rules.hugging} near the centre", long
    if rules.avoiding:
        beyond = np.abs(away) > sigma + slack
        long = run_lengths(beyond, layout.stretch) >= rules.avoiding
        yield f"{rules.avoiding} far from the centre", long


def trends(layout: Layout, values: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Tell which points stand in a run that rises, and in one that falls, at least so long."""
    step = _steps(layout, values)
    long = run_lengths(step, layout.stretch) >= points - 1
    found = []
    for direction in (UP, DOWN):
        at = long & (step == direction)
        # A step joins two points: the run begins one before its first step.
        at[:-1] |= at[1:]
        found.append(at)
    return found[0], found[1]


def _steps(layout: Layout, values: np.ndarray) -> np.ndarray:
    """Give the direction from the point before to each; 0 where they tie or there is none."""
    step = np.zeros(len(values), dtype=np.int8)
    step[1:] = np.nan_to_num(np.sign(np.diff(values))) * layout.joined()[1:]
    return step


def _far(
    layout: Layout, away: np.ndarray, sigma: np.ndarray, slack: np.ndarray, near: Near
) -> np.ndarray:
    """Tell which points above the centre are among enough that are far from it."""
    far = away > near.beyond * sigma + slack
    if np.isfinite(near.up_to):
        far &= away <= near.up_to * sigma + slack
    many, last = len(far), near.among - 1
    if many <= last:
        return np.zeros(many, dtype=bool)
    count = np.concatenate([[0], np.cumsum(far)])
    enough = np.zeros(many, dtype=bool)
    enough[last:] = (count[near.among :] - count[: -near.among] >= near.points) & (
        layout.stretch[last:] == layout.stretch[: many - last]
    )
    covered = enough.copy()
    for back in range(1, near.among):
        covered[:-back] |= enough[back:]
    return far & covered


def _alternating(layout: Layout, values: np.ndarray, points: int) -> np.ndarray:
    """Tell which points stand in a run of turns at least so long."""
    step = _steps(layout, values)
    turns = np.zeros(len(values), dtype=bool)
    turns[1:] = step[1:] * step[:-1] == -1
    at = run_lengths(turns, layout.stretch) >= points - 2
    # The two points before the first turn make it one.
    at[:-1] |= at[1:]
    at[:-1] |= at[1:]
    return at


def run_lengths(label: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """Give each point the length of the run of equal labels it stands in; 0 where the label is."""
    if not len(label):
        return np.zeros(0, dtype=np.int64)
    new = np.ones(len(label), dtype=bool)
    new[1:] = (label[1:] != label[:-1]) | (stretch[1:] != stretch[:-1])
    run = np.cumsum(new) - 1
    return np.where(label != 0, np.bincount(run)[run], 0)
