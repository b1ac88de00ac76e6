"""Dates as documents print them, and how one stands to another.

"12 July 2021" is a day, "March 2022" a month, "2016" a year; "by 25 January 2022" is any day up to
it. "Early", "mid" and "end of" are taken as the first, second and last third of a month or year:
no published meaning was found.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date, date]

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_THIRDS = {"early": 0, "mid": 1, "end of": 2, "late": 2}
_THIRD = re.compile(r"(early|mid|end of|late)[ -](.+)")
#: How an order reads where it holds, and where it does not.
SAID = {
    "not before": ("does not end before", "ends before"),
    "not after": ("does not begin after", "begins after"),
    "within": ("lies within", "does not lie within"),
    "overlaps": ("fits", "does not fit"),
    "covers": ("covers", "does not cover"),
}
_DAY = re.compile(r"(\d{1,2}) ([a-z]+) (\d{4})")
_MONTH = re.compile(r"([a-z]+) (\d{4})")
_YEARS = re.compile(r"(\d{4}) ?[-–] ?(\d{4}|\d{2})")

#: How the days of a claim can stand to other days; each holds when some reading of both does so.
ORDERS: dict[str, Callable[[Span, Span], bool]] = {
    "not before": lambda one, other: one[1] >= other[0],
    "not after": lambda one, other: one[0] <= other[1],
    "within": lambda one, other: one[0] >= other[0] and one[1] <= other[1],
    "overlaps": lambda one, other: one[0] <= other[1] and one[1] >= other[0],
    "covers": lambda one, other: one[0] <= other[0] and one[1] >= other[1],
}


def span(text: str) -> Span | None:
    """
    Give the first and last day that a printed date can mean.

    Parameters
    ----------
    text : str

    Returns
    -------
    (date, date) or None
        None for what is no date.

    Examples
    --------
    >>> span("early November 2021")
    (datetime.date(2021, 11, 1), datetime.date(2021, 11, 10))
    >>> span("a Monday") is None
    True
    """
    said = text.strip().casefold()
    if said.startswith("by "):
        until = span(said.removeprefix("by "))
        return (date.min, until[1]) if until else None
    if third := _THIRD.fullmatch(said):
        whole = span(third[2])
        return _third(whole, _THIRDS[third[1]]) if whole else None
    if " to " in said:
        return _between(*said.split(" to ", 1))
    try:
        return _one(said)
    except (ValueError, KeyError):
        return None


def _one(said: str) -> Span | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return date.fromisoformat(said), date.fromisoformat(said)
    if found := _DAY.fullmatch(said):
        day = date(int(found[3]), _MONTHS[found[2]], int(found[1]))
        return day, day
    if found := _MONTH.fullmatch(said):
        year, month = int(found[2]), _MONTHS[found[1]]
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    if found := _YEARS.fullmatch(said):
        last = found[2] if len(found[2]) == 4 else found[1][:2] + found[2]
        return date(int(found[1]), 1, 1), date(int(last), 12, 31)
    if re.fullmatch(r"\d{4}", said):
        return date(int(said), 1, 1), date(int(said), 12, 31)
    return None


def _between(first: str, last: str) -> Span | None:
    """Read "July to November 2021": the year stands once."""
    end = span(last)
    if end is None:
        return None
    begin = span(first) or span(f"{first} {end[1].year}")
    return (begin[0], end[1]) if begin and begin[0] <= end[1] else None


def _third(whole: Span, place: int) -> Span:
    first, last = whole
    if first.year == last.year and first.month == last.month:
        bounds = ((1, 10), (11, 20), (21, last.day))[place]
        return first.replace(day=bounds[0]), first.replace(day=bounds[1])
    size = ((last - first).days + 1) // 3
    begin = first + timedelta(days=size * place)
    return begin, last if place == 2 else begin + timedelta(days=size - 1)


def is_loose(text: str) -> bool:
    """Tell a date that is read by our own rule for early, mid and end."""
    return _THIRD.search(text.strip().casefold()) is not None
