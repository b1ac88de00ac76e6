"""Sentences made from figures: they change when the figures change, and never overclaim."""

from __future__ import annotations

import math

import pandas as pd

from . import periods, values
from .comparisons import HIGHER, LOWER
from .definitions import Indicator
from .trends import FALLING, NO_CLEAR_CHANGE, QUASI_POISSON, RISING, timelines

#: Below this many registrations, possible counts behind a percentage are not spelt out.
FEWEST_SHOWN = 20


def ordinal(number: float) -> str:
    """Write a place.

    Examples
    --------
    >>> ordinal(1), ordinal(12), ordinal(23)
    ('1st', '12th', '23rd')
    """
    n = int(number)
    ending = "th" if 10 <= n % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


#: Marks beside a figure, in a word.
_BESIDE = {"[e]": "estimated", "[p]": "provisional", "[r]": "revised", "[u]": "low reliability"}


def spoken(number: float, mark: str, decimals: int = 0, unit: str = "") -> str:
    """Write a figure for a sentence: what stands beside it is said in a word.

    Examples
    --------
    >>> spoken(2668.0, "[e]"), spoken(6.5, "", 1, "%")
    ('2,668 (estimated)', '6.5%')
    """
    said = f"{values.write(number, decimals=decimals)}{unit}"
    return f"{said} ({_BESIDE[mark]})" if mark in _BESIDE else said


def value(row: pd.Series, entry: Indicator) -> str:
    """Write a value with its unit and interval."""
    said = f"{values.write(row['value'], decimals=entry.decimals)} {entry.unit}"
    return said + interval(row, entry)


def interval(row: pd.Series, entry: Indicator) -> str:
    """Write an interval in brackets; nothing where there is none."""
    if pd.isna(row["lower"]):
        return ""
    low, high = (values.write(row[c], decimals=entry.decimals) for c in ("lower", "upper"))
    return f" (95% interval {low} to {high})"


def level(row: pd.Series, entry: Indicator) -> str:
    """Say how many children were on the register, and the rate."""
    area, period = row["area"], row["period"]
    day = periods.write_date(periods.census_date(period))
    if pd.isna(row["value"]) and pd.isna(row["numerator"]):
        why = values.WHY_MISSING[row["mark"]]
        return f"The number of children on the register in {area} on {day} is {why}."
    if pd.isna(row["numerator"]):
        return (
            f"The published register rate of {area} for {day} is "
            f"{values.write(row['value'], decimals=entry.decimals)} {entry.unit}. "
            "The count behind it is not in hand, so it has no interval and cannot be tested."
        )
    count = spoken(row["numerator"], row["mark"])
    who = "child" if row["numerator"] == 1 else "children"
    verb = "was" if row["numerator"] == 1 else "were"
    said = f"On {day}, {count} {who} in {area} {verb} on the register"
    if pd.isna(row["value"]):
        return f"{said}. The population for a rate is not in hand."
    return f"{said}: {value(row, entry)}."


def change(now: pd.Series, then: pd.Series, compared: pd.Series, entry: Indicator) -> str:
    """Say how a value differs from the year before, and whether that is more than chance."""
    if pd.isna(now["value"]) or pd.isna(then["value"]):
        missing = now["period"] if pd.isna(now["value"]) else then["period"]
        return f"No change since the year before can be given: {missing} has no figure."
    written = f"{spoken(then['value'], then['mark'], entry.decimals)} in {then['period']}"
    if not compared["verdict"]:
        moved = direction(now["value"], then["value"])
        return (
            f"It was {written}, so it has {moved}. Without both counts it cannot be said whether "
            "the change is more than chance."
        )
    ratio = (
        f"ratio of the two rates {compared['ratio']:.2f}, 95% interval "
        f"{compared['ratio_lower']:.2f} to {upper_limit(compared['ratio_upper'])}"
    )
    if compared["verdict"] == HIGHER:
        return f"It was {written}: a rise beyond what chance alone would often give ({ratio})."
    if compared["verdict"] == LOWER:
        return f"It was {written}: a fall beyond what chance alone would often give ({ratio})."
    return f"It was {written}: no clear change, since chance alone often gives as much ({ratio})."


def break_between(now: str, entry: Indicator) -> str:
    """Say when the definition changed between a year and the one before it."""
    since = [v.text.rstrip(".") for v in entry.versions if v.breaks and v.since == now]
    said = "; ".join(text[:1].lower() + text[1:] for text in since)
    return f"The two are not alike: {said} from {now} on." if said else ""


def upper_limit(limit: float) -> str:
    """Write the upper limit of a ratio, which has none when the reference had no events."""
    return "no limit" if math.isinf(limit) else f"{limit:.2f}"


def direction(now: float, then: float) -> str:
    """Name the way a value went.

    Examples
    --------
    >>> direction(2.0, 1.0), direction(1.0, 1.0)
    ('risen', 'stayed the same')
    """
    if now == then:
        return "stayed the same"
    return "risen" if now > then else "fallen"


def against(row: pd.Series, reference: pd.Series, compared: pd.Series, entry: Indicator) -> str:
    """Say how an area stands against the rest of Scotland."""
    if pd.isna(row["value"]) or pd.isna(reference["value"]):
        return ""
    written = spoken(reference["value"], reference["mark"], entry.decimals)
    scotland = f"Scotland as a whole: {written}"
    if not compared["verdict"]:
        return (
            f"{scotland}. {row['area']} is {relation(row['value'], reference['value'])}, "
            "and without both counts it cannot be said whether by more than chance."
        )
    ratio = (
        f"ratio {compared['ratio']:.2f}, 95% interval {compared['ratio_lower']:.2f} to "
        f"{upper_limit(compared['ratio_upper'])}"
    )
    if compared["verdict"] in {HIGHER, LOWER}:
        how = compared["verdict"]
        return f"{scotland}. {row['area']} is {how} than the rest of Scotland ({ratio})."
    return (
        f"{scotland}. {row['area']} is not clearly different from the rest of Scotland ({ratio})."
    )


def relation(first: float, second: float) -> str:
    """Name how one value lies to another.

    Examples
    --------
    >>> relation(2.0, 1.0), relation(1.0, 1.0)
    ('higher', 'the same')
    """
    if first == second:
        return "the same"
    return "higher" if first > second else "lower"


def place(row: pd.Series, entry: Indicator) -> str:
    """Say what place an area takes among councils, and how sure that is."""
    if pd.isna(row["rank"]):
        why = values.WHY_MISSING.get(row["mark"], "not available")
        return f"{row['area']} has no place among the councils: its figure is {why}."
    if row["ranked"] == 1:
        return f"No place can be given: no council but {row['area']} has a figure in hand."
    nth = "highest" if row["rank"] == 1 else f"{ordinal(row['rank'])} highest"
    what = entry.name.split(" (")[0].lower()
    said = f"{row['area']} has the {nth} {what} of the {int(row['ranked'])} councils with a figure"
    if pd.isna(row["rank_lower"]):
        return f"{said}. Not every council has a count, so how sure that place is cannot be said."
    low, high = ordinal(row["rank_lower"]), ordinal(row["rank_upper"])
    if low == high:
        return f"{said}, and no other place is consistent with chance at the 95% level."
    return f"{said}, and any place from {low} to {high} is consistent with chance."


def few_events(percentage: float, fractions: list[tuple[int, int]]) -> str:
    """Say which counts could stand behind a published percentage, as the inference it is."""
    if percentage == 0:
        return "A published 0 can be a true zero or an absence: the source does not tell."
    if not fractions:
        return "The publisher gives no counts, so how many children it stands for is not known."
    if fractions[0][1] < FEWEST_SHOWN:
        return (
            "The publisher gives no counts. Among those that could stand behind this percentage "
            "some are so small that they are not spelt out here."
        )
    listed = ", ".join(f"{part} in {whole}" for part, whole in fractions[:4])
    return (
        f"The publisher gives no counts. A percentage of {values.write(percentage, decimals=2)} is "
        f"what {listed} would give (our inference, not a published figure): a few children, who "
        "may be one or two families, make the difference between one year and the next."
    )


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
        name = "rate ratio per year" if entry.kind == "rate" else "ratio of one year to the last"
        said = f": the {name} is {at}"
    said += f" ({_level(row)} interval {low} to {high})"
    if row["dispersion"] > 1 and row["method"] == QUASI_POISSON:
        spread = values.write(row["dispersion"], decimals=1)
        said += f", allowing for more variation than chance alone (dispersion {spread})"
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
