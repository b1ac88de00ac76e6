"""Academic years, financial years, quarters and census dates, and how to find them in any text.

A period is text in results ("2018-19") with a start date beside it, because a bare pandas Period
prints an August to July year as the year in which it ends.

Sources: Children's Social Work Statistics count events from 1 August to 31 July and the register
on 31 July; up to 2010 the register was counted on 31 March and events from April to March. The
Children's Reporter and the police publish April to March.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .errors import CpstatsError, ImpossibleInput

ACADEMIC, FINANCIAL = "academic year", "financial year"

#: The month in which each calendar's year begins.
FIRST_MONTH = {ACADEMIC: 8, FINANCIAL: 4}

#: Calendars whose periods are no years of events.
NO_YEARS = {"index edition", "mid-year"}

#: From this year on the register is counted on 31 July.
CENSUS_MOVED = 2011

_YEAR = re.compile(r"(?P<first>\d{4})\s*[-/–]\s*(?P<last>\d{4}|\d{2})")
_SINGLE = re.compile(r"(mid-)?\d{4}")
_TOGETHER = re.compile(r"\d{4}.* to \d{4}.*")
_QUARTER = re.compile(_YEAR.pattern + r"\s*Q(?P<quarter>[1-4])", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of time with a name.

    Attributes
    ----------
    start, end : datetime.date
        First and last day, both inside.
    label : str
        "2018-19", "2018-19 Q2".
    calendar : str
        "academic year" or "financial year".
    """

    start: dt.date
    end: dt.date
    label: str
    calendar: str = ACADEMIC

    @property
    def census_date(self) -> dt.date:
        """The day within this year on which the register was counted for the statistics."""
        return census_date(self.label)


def parse(text: object, calendar: str = ACADEMIC) -> Period:
    """Read a year or quarter, however it is written.

    Parameters
    ----------
    text : str or date
        "2018-19", "2018/19", "2018-2019", "2018-19 Q2", "2017-18 Q3 to 2018-19 Q2" (four
        quarters), or a date inside the period.
    calendar : str
        "academic year" (1 August to 31 July) or "financial year" (1 April to 31 March).

    Returns
    -------
    Period

    Raises
    ------
    CpstatsError
        When the text is no period, its years do not follow, or it can be read two ways ("2019").

    Examples
    --------
    >>> parse("2018/19").label, parse("2018/19").start.isoformat()
    ('2018-19', '2018-08-01')
    >>> parse("2018-19 Q2", "financial year").start.isoformat()
    '2018-07-01'
    """
    if isinstance(text, dt.date):
        return of(text, calendar)
    said = str(text).strip()
    first, _, last = said.partition(" to ")
    if last and _QUARTER.fullmatch(last):
        four = four_to(parse(last, calendar))
        if four.label == f"{parse(first, calendar).label} to {parse(last, calendar).label}":
            return four
    if match := _QUARTER.fullmatch(said):
        return _quarter(_first_year(match, said), int(match["quarter"]), calendar)
    if match := _YEAR.fullmatch(said):
        return _year(_first_year(match, said), calendar)
    if re.fullmatch(r"\d{4}", said):
        year = int(said)
        raise CpstatsError(
            f"{said!r} can be read as two {calendar}s. "
            f"Write {_label(year - 1)!r} or {_label(year)!r}."
        )
    try:
        return of(dt.date.fromisoformat(said), calendar)
    except ValueError:
        raise CpstatsError(f"{said!r} is not a year. Write it like '2018-19'.") from None


def of(day: dt.date, calendar: str = ACADEMIC) -> Period:
    """Find the year of a calendar in which a day falls.

    Examples
    --------
    >>> of(dt.date(2019, 7, 31)).label, of(dt.date(2019, 8, 1)).label
    ('2018-19', '2019-20')
    """
    return _year(day.year - (day.month < FIRST_MONTH[calendar]), calendar)


def quarter_of(day: dt.date, calendar: str = ACADEMIC) -> Period:
    """Find the quarter in which a day falls; the first starts with the calendar's year.

    Examples
    --------
    >>> quarter_of(dt.date(2018, 12, 31)).label
    '2018-19 Q2'
    """
    months_in = (day.month - FIRST_MONTH[calendar]) % 12
    return _quarter(of(day, calendar).start.year, months_in // 3 + 1, calendar)


def four_to(quarter: Period) -> Period:
    """Give the four quarters that end with one.

    Raises
    ------
    CpstatsError
        For a period that is no quarter.

    Examples
    --------
    >>> four_to(parse("2018-19 Q2")).label
    '2017-18 Q3 to 2018-19 Q2'
    """
    if "Q" not in quarter.label:
        raise CpstatsError(f"{quarter.label!r} is not a quarter. Write it like '2018-19 Q2'.")
    first = quarter
    for _ in range(3):
        first = quarter_of(first.start - dt.timedelta(days=1), quarter.calendar)
    return Period(first.start, quarter.end, f"{first.label} to {quarter.label}", quarter.calendar)


def label_dates(dates: pd.Series, calendar: str = ACADEMIC) -> pd.Series:
    """Name the year in which each date falls.

    Parameters
    ----------
    dates : Series of datetime64
    calendar : str

    Returns
    -------
    Series of str
        On the same index; a missing date gives a missing label.
    """
    first = dates.dt.year - (dates.dt.month < FIRST_MONTH[calendar])
    return first.map(lambda year: _label(int(year)), na_action="ignore")


def census_date(label: str) -> dt.date:
    """Find the day within an academic year on which the register was counted.

    Parameters
    ----------
    label : str
        "2018-19".

    Returns
    -------
    datetime.date
        31 March up to 2010, 31 July from 2011.

    Examples
    --------
    >>> census_date("2009-10").isoformat(), census_date("2010-11").isoformat()
    ('2010-03-31', '2011-07-31')
    """
    year = parse(label).end.year
    return dt.date(year, 3, 31) if year < CENSUS_MOVED else dt.date(year, 7, 31)


def before(label: str, years: int = 1) -> str:
    """Name the year some years before this one.

    Examples
    --------
    >>> before("2000-01"), before("2018-19", 5)
    ('1999-00', '2013-14')
    """
    return _label(parse(label).start.year - years)


def nearest(label: str, known: list[str]) -> str:
    """Find the year of a list that lies nearest to one outside it.

    Examples
    --------
    >>> nearest("2030-31", ["2017-18", "2018-19"])
    '2018-19'
    """
    wanted = parse(label).start.year
    return min(known, key=lambda other: abs(parse(other).start.year - wanted))


def place(label: Any) -> tuple[float, str]:
    """Place a period in time, whatever it is written as.

    Parameters
    ----------
    label : str, number, date or pandas Period
        "2018-19", "2018-19 Q2", "2019", "mid-2019", "2019-07-31" or what they stand for.

    Returns
    -------
    tuple of float and str
        Years, so that the distance of two is in years; and how it is written: "year", "quarter"
        or "date".

    Raises
    ------
    ImpossibleInput
        For a period that is not finite, or several years taken together.
    CpstatsError
        For any other text.

    Examples
    --------
    >>> place("2018-19"), place("2018-19 Q2"), place("mid-2019")
    ((2018.0, 'year'), (2018.25, 'quarter'), (2019.0, 'year'))
    """
    if isinstance(label, pd.Period):
        label = label.to_timestamp()
    if isinstance(label, dt.date):
        # By month and day, so that the same day a year on is exactly 1 away, leap year or not.
        stamp = pd.Timestamp(label)
        return stamp.year + (stamp.month - 1 + (stamp.day - 1) / stamp.days_in_month) / 12, "date"
    if isinstance(label, int | float | np.number) and not isinstance(label, bool):
        if not np.isfinite(label):
            raise ImpossibleInput("A period must be finite.")
        return float(label), "year"
    said = str(label).strip()
    if _TOGETHER.fullmatch(said):
        raise ImpossibleInput(
            f"{said!r} is several years taken together, and neighbours share years: give the "
            "figures of single years."
        )
    if _SINGLE.fullmatch(said):
        return float(said[-4:]), "year"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        return place(pd.Timestamp(said))
    found = parse(said)
    months = found.start.year * 12 + found.start.month - FIRST_MONTH[found.calendar]
    return months / 12, "quarter" if "Q" in found.label else "year"


def read_day(text: str) -> dt.date | None:
    """Read a day written as 2026-11-28; None for none.

    Raises
    ------
    CpstatsError
        For what is no day.
    """
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise CpstatsError(f"{text!r} is not a day: write it as 2019-07-31.") from None


def write_date(day: dt.date) -> str:
    """Write a date as a reader expects it: 31 July 2019."""
    return f"{day.day} {day:%B %Y}"


def _label(first: int) -> str:
    return f"{first}-{(first + 1) % 100:02d}"


def _first_year(match: re.Match, said: str) -> int:
    first, last = int(match["first"]), match["last"]
    if last not in {f"{(first + 1) % 100:02d}", str(first + 1)}:
        raise CpstatsError(f"{said!r} is not a year: did you mean {_label(first)!r}?")
    return first


def _year(first: int, calendar: str) -> Period:
    month = FIRST_MONTH[calendar]
    end = dt.date(first + 1, month, 1) - dt.timedelta(days=1)
    return Period(dt.date(first, month, 1), end, _label(first), calendar)


def _quarter(first: int, number: int, calendar: str) -> Period:
    months = FIRST_MONTH[calendar] - 1 + 3 * (number - 1)
    start = dt.date(first + months // 12, months % 12 + 1, 1)
    months += 3
    end = dt.date(first + months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)
    return Period(start, end, f"{_label(first)} Q{number}", calendar)
