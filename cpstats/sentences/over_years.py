"""Which way a series goes, and how surely, in a sentence."""

from __future__ import annotations

import pandas as pd

from .. import values
from ..definitions import Indicator
from ..trends import FALLING, NO_CLEAR_CHANGE, QUASI_POISSON, RISING, timelines


def trend(row: pd.Series, entry: Indicator) -> str:
    """Say which way a series goes over the years, and how surely.

    Parameters
    ----------
    row : Series
        A row of `cpstats.trend`.
    entry : Indicator

    Returns
    -------
    str
        A sentence; another one where the test of order disagrees, and another where the trend is
        not clear any more among all the series tested together. Without a verdict, why.
    """
    what = _subject(row, entry)
    if not row["verdict"]:
        return f"{what[:1].upper()}{what[1:]} cannot be judged for a trend: {row['note']}."
    said = f"{_span(row)}, {what} {_MOVED[row['verdict']]}"
    if pd.isna(row["ratio"]):
        return f"{said}: {_by_order(row, entry)}.{_among(row)}"
    return f"{said}{_by_ratio(row, entry)}.{_apart(row)}{_among(row)}"


_MOVED = {RISING: "rose", FALLING: "fell", NO_CLEAR_CHANGE: "showed no clear change"}


def _subject(row: pd.Series, entry: Indicator) -> str:
    """Name what moves. Past tense follows, so that it need not be told if it is one or many."""
    name = entry.name.split(" (per ")[0]
    name = name[:1].lower() + name[1:]
    if entry.kind == "rate":
        name = f"the {name}" if "rate" in name.split() else f"the rate of {name}"
    name = ", ".join([name, *(str(row[c]) for c in entry.breakdowns if c in row)])
    if entry.kind not in {"rate", "count"}:
        name = f"the figure for {name} ({entry.unit})"
    return f"{name} in {row['area']}" if "area" in row else name


def _span(row: pd.Series) -> str:
    first, last = timelines.say(row["first"]), timelines.say(row["last"])
    if row["points"] == row["years"] + 1:
        return f"Over {int(row['points'])} years, {first} to {last}"
    return f"From {first} to {last}, over {int(row['points'])} figures"


def _by_ratio(row: pd.Series, entry: Indicator) -> str:
    """Give the ratio per year with its interval, and what the interval allows for."""
    at, low, high = row["ratio"], row["ratio_lower"], row["ratio_upper"]
    if row["verdict"] != NO_CLEAR_CHANGE and entry.kind in {"rate", "count"}:
        at, low, high = (100 * abs(r - 1) for r in (at, *sorted((low, high), key=_from_one)))
        at, low, high = (f"{x}%" for x in _written((at, low, high), low, fewest=1))
        said = f" by {at} a year"
    else:
        # A change in per cent of a percentage would be read as percentage points.
        told_apart = min(_from_one(low), _from_one(high), high - low)
        at, low, high = _written((at, low, high), told_apart, fewest=2)
        name = (
            "rate ratio per year"
            if entry.kind == "rate"
            else "ratio of each year to the year before"
        )
        said = f": the {name} is {at}"
    said += f" ({_level(row)} interval {low} to {high})"
    if row["dispersion"] > 1 and row["method"] == QUASI_POISSON:
        spread = values.write(row["dispersion"], decimals=1)
        said += f", allowing for {spread} times the variation that chance alone would give"
    return said


def _from_one(ratio: float) -> float:
    return abs(ratio - 1)


def _written(numbers: tuple[float, ...], smallest: float, fewest: int) -> list[str]:
    """Write numbers with as many decimals as it takes to see the smallest difference."""
    decimals = next((d for d in range(fewest, 6) if smallest >= 0.5 * 10.0**-d), 6)
    return [values.write(x, decimals=decimals) for x in numbers]


def _level(row: pd.Series) -> str:
    return f"{100 * row['confidence']:g}%"


def _by_order(row: pd.Series, entry: Indicator) -> str:
    """Say what the test of order found, where there are no counts to test."""
    if pd.isna(row["kendall_tau"]):
        return "every figure is the same"
    decimals = entry.decimals + 1
    slope, low, high = (
        values.write(row[c], decimals=decimals) for c in ("slope", "slope_lower", "slope_upper")
    )
    return (
        f"in the middle of all pairs of years the slope is {slope} a year ({_level(row)} interval "
        f"{low} to {high}); there are no counts, so only the order of the figures could be tested"
    )


def _apart(row: pd.Series) -> str:
    """Say so where the test of order finds otherwise."""
    if row["order_verdict"] in {"", row["verdict"]}:
        return ""
    found = {RISING: "a rise", FALLING: "a fall", NO_CLEAR_CHANGE: "no clear change"}
    tau = values.write(row["kendall_tau"], decimals=2)
    return (
        f" The two tests disagree: by the order of the years alone there is "
        f"{found[row['order_verdict']]} (Kendall's tau {tau}), so this is no sure finding."
    )


def _among(row: pd.Series) -> str:
    """Say so where a trend does not stand among all those tested with it."""
    moved = row["verdict"] in {RISING, FALLING}
    if not moved or row["tested"] == 1 or row["p_adjusted"] <= 1 - row["confidence"]:
        return ""
    return (
        f" Allowing for all {int(row['tested'])} tested together, it is not clear (adjusted "
        f"p-value {values.write(row['p_adjusted'], decimals=2)})."
    )
