"""One figure, one change, one place, in a sentence."""

from __future__ import annotations

import math

import pandas as pd

from .. import periods, values
from ..comparisons import HIGHER, LOWER
from ..definitions import Indicator

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
    if now["numerator"] == 0 and then["numerator"] == 0:
        return f"It was {written}: no children either time."
    if not compared["verdict"]:
        moved = direction(now["value"], then["value"])
        return (
            f"It was {written}, so it has {moved}. Without both counts it cannot be said whether "
            "the change is more than chance."
        )
    ratio = f"ratio of the two rates {_ratio(compared)}"
    if compared["verdict"] == HIGHER:
        return f"It was {written}: a rise beyond what chance alone would often give ({ratio})."
    if compared["verdict"] == LOWER:
        return f"It was {written}: a fall beyond what chance alone would often give ({ratio})."
    return f"It was {written}: no clear change, as chance alone could give as much ({ratio})."


def break_between(now: str, entry: Indicator) -> str:
    """Say when the definition changed between a year and the one before it."""
    since = [v.text.rstrip(".") for v in entry.versions if v.breaks and v.since == now]
    said = "; ".join(text[:1].lower() + text[1:] for text in since)
    return f"The two are not alike: {said} from {now} on." if said else ""


def _ratio(compared: pd.Series) -> str:
    """Write a ratio with its interval, to as many decimals as tell its limits from 1."""
    numbers = [compared[c] for c in ("ratio", "ratio_lower", "ratio_upper")]
    apart = min(abs(limit - 1) for limit in numbers[1:])
    decimals = 2 if apart >= 0.005 else 3 if apart >= 0.0005 else 5
    at, low, high = (_unless_infinite(number, decimals) for number in numbers)
    return f"{at}, 95% interval {low} to {high}"


def _unless_infinite(number: float, decimals: int) -> str:
    """A ratio to no events at all has no number, and its interval no upper limit."""
    return "without limit" if math.isinf(number) else f"{number:.{decimals}f}"


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
    if row["numerator"] == 0 and not compared["verdict"]:
        return f"{scotland}. {row['area']} and the rest of Scotland have no children to compare."
    if not compared["verdict"]:
        return (
            f"{scotland}. {row['area']} is {relation(row['value'], reference['value'])}, "
            "and without both counts it cannot be said whether by more than chance."
        )
    ratio = f"ratio {_ratio(compared)}"
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
    what = entry.name.split(" (")[0].lower()
    low = row["rank"] > (row["ranked"] + 1) / 2
    nth = _nth(row["rank_from_lowest"], "lowest") if low else _nth(row["rank"], "highest")
    said = f"{row['area']} has the {nth} {what} of the {int(row['ranked'])} councils with a figure"
    # The range that follows counts from the top.
    said += f" ({ordinal(row['rank'])} from the highest)" if low else ""
    if pd.isna(row["rank_lower"]):
        return f"{said}. Not every council has a count, so how sure that place is cannot be said."
    low, high = ordinal(row["rank_lower"]), ordinal(row["rank_upper"])
    if low == high:
        return f"{said}, and no other place is consistent with chance at the 95% level."
    said = f"{said}, and any place from {low} to {high} is consistent with chance"
    each = ordinal(row["rank_lower_each"]), ordinal(row["rank_upper_each"])
    if each == (low, high):
        return f"{said}."
    apart = f"{each[0]} to {each[1]}" if each[0] != each[1] else f"only {each[0]}"
    return (
        f"{said}, allowing for all {int(row['ranked']) - 1} comparisons at once; compared pair by "
        f"pair, {apart}."
    )


def _nth(number: float, end: str) -> str:
    return end if number == 1 else f"{ordinal(number)} {end}"


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
    more = " and so on" if len(fractions) > 4 else ""
    return (
        f"The publisher gives no counts. A percentage of {values.write(percentage, decimals=2)} is "
        f"what {listed}{more} would give (our inference, not a published figure). Where few "
        "children stand behind it, one or two families make the difference between one year and "
        "the next."
    )
