"""When an action is due, as plans say it: a month, a standing item, every six months, tbc."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

DATED, STANDING, RECURRING, UNSET = "dated", "standing", "recurring", "to be confirmed"

_MONTHS = {m.casefold(): n for n, m in enumerate(calendar.month_name) if m}
_MONTHS |= {m.casefold(): n for n, m in enumerate(calendar.month_abbr) if m} | {"sept": 9}
_EVERY = {"monthly": 1, "quarterly": 3, "six-monthly": 6, "six monthly": 6, "half-yearly": 6,
          "biannual": 6, "annual": 12, "annually": 12, "yearly": 12}  # fmt: skip
_STANDING = (
    "standing item",
    "standing",
    "ongoing",
    "on-going",
    "on going",
    "continuous",
    "continuing",
)
_UNSET = ("tbc", "tba", "to be confirmed", "to be agreed", "to be decided", "not set", "-", "n/a")
_LATEST = 2100
_ANY_DATE = re.compile(rf"\b(19|20)\d\d\b|\d/\d|\b({'|'.join(m for m in _MONTHS if m != 'may')})\b")
#: How a plan says when what goes on ends, and when it begins.
_UNTIL = re.compile(r"(?P<what>.*?)[\s,(-]*\b(?:until|till|to end)\s+(?P<day>.+?)\)?")
_FROM = re.compile(r"(?P<what>.*?)[\s,(-]*\b(?:from|first|starting|beginning)\s+(?P<day>.+?)\)?")


@dataclass(frozen=True)
class Due:
    """When an action is due.

    Attributes
    ----------
    kind : str
        "dated", "standing" (an item of every meeting, or ongoing), "recurring", "to be confirmed".
    date : date or None
        The last day that is still in time: "March 2022" is 31 March 2022. Of a standing or
        recurring one, the last day by which it has begun, where the plan says so.
    months : int
        Of a recurring one, the months between.
    text : str
        As the plan says it.
    """

    kind: str
    date: dt.date | None
    months: int
    text: str


def read_due(text: str) -> Due:
    """
    Read when an action is due.

    Parameters
    ----------
    text : str
        "March 2022", "31 March 2022", "31/03/2022", "2022-03-31", "Q1 2022-23", "end of March
        2022"; "spring" is refused. "Standing item", "ongoing", "six-monthly report", "tbc" and a
        blank keep their meaning; so do "ongoing until June 2022" (due then), "standing item from
        April 2022" and "six-monthly report, first June 2022" (to have begun by then). Any other
        date beside such words is refused, as it could mean either.

    Returns
    -------
    Due

    Raises
    ------
    ValueError
        With what to write instead.

    Examples
    --------
    >>> read_due("March 2022").date, read_due("ongoing").kind, read_due("Six-monthly").months
    (datetime.date(2022, 3, 31), 'standing', 6)
    """
    said = re.sub(r"\s+", " ", text).strip()
    plain = said.casefold().strip(" .")
    if not plain or plain in _UNSET:
        return Due(UNSET, None, 0, said)
    for word in _STANDING:
        if re.match(rf"{word}(?![\w-])", plain):
            return _going_on(STANDING, 0, plain, said)
    for word, months in _EVERY.items():
        if re.match(rf"{word}\b", plain):
            return _going_on(RECURRING, months, plain, said)
    found = _date(plain)
    if found is None:
        raise ValueError(
            "is no date and no other time|Write 'March 2022', '31 March 2022', 'standing item', "
            "'six-monthly' or 'tbc'"
        )
    return Due(DATED, found, 0, said)


def _going_on(kind: str, months: int, plain: str, said: str) -> Due:
    """Read what goes on or comes back, with the date that it ends or begins by."""
    if (ends := _UNTIL.fullmatch(plain)) and (day := _date(ends["day"])):
        return Due(DATED, day, 0, said)
    if (begins := _FROM.fullmatch(plain)) and not _ANY_DATE.search(begins["what"]):
        day = _date(begins["day"])
        if day or not _ANY_DATE.search(begins["day"]):
            return Due(kind, day, months, said)
    if _ANY_DATE.search(plain):
        raise ValueError(
            "holds a date whose meaning is not said|Write 'ongoing until June 2022', 'standing "
            "item from June 2022' or 'six-monthly report, first June 2022'; a review by a day is "
            "an action of its own"
        )
    return Due(kind, None, months, said)


def _date(plain: str) -> dt.date | None:
    """Read a day, a month or a financial quarter: its last day."""
    plain = re.sub(r"^((by|before|the|end|of) )+", "", plain)
    for form, way in _FORMS:
        match = re.fullmatch(form, plain)
        if match:
            try:
                return way(*match.groups())
            except (ValueError, KeyError):
                return None
    return None


def _month(month: str, year: str) -> dt.date:
    return _last(int(year), _MONTHS[month])


def _last(year: int, month: int) -> dt.date:
    if year > _LATEST:
        raise ValueError(year)
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _day(day: str, month: str, year: str) -> dt.date:
    return dt.date(int(year), _MONTHS[month], int(day))


def _slashed(day: str, month: str, year: str) -> dt.date:
    return dt.date(int(year), int(month), int(day))


def _iso(year: str, month: str, day: str) -> dt.date:
    return dt.date(int(year), int(month), int(day))


def _quarter(number: str, year: str) -> dt.date:
    """Read a quarter of a financial year: Q4 2021-22 ends in March 2022."""
    months = {1: 6, 2: 9, 3: 12, 4: 3}
    return _last(int(year) + (int(number) == 4), months[int(number)])


_YEAR = r"((?:19|20)\d\d)"
_FORMS = (
    (rf"([a-z]+),? {_YEAR}", _month),
    (rf"(\d{{1,2}})(?:st|nd|rd|th)? ([a-z]+),? {_YEAR}", _day),
    (rf"(\d{{1,2}})/(\d{{1,2}})/{_YEAR}", _slashed),
    (rf"{_YEAR}-(\d\d)-(\d\d)(?:[ t]00:00:00)?", _iso),
    (rf"(?:q|quarter )([1-4]) {_YEAR}[-/]\d\d", _quarter),
)
