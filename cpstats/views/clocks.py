"""The timescales of the national guidance: limits as data, and whether something was in time.

Scottish bank holidays come from the holidays library. Councils have local holidays of their own,
which are not in it: a limit in working days can be a day or two stricter here than in practice.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

import narwhals as nw
import pandas as pd

from ..records import Records
from ..records.dates import days_between, months_between
from ..records.engines import hand_over

REGIMES = ("2014", "2021")
DAYS, WORKING, MONTHS = "days", "working days", "months"

#: Records before the first year or after the last have no timescales in working days.
YEARS = range(1995, 2051)


@dataclass(frozen=True)
class Clock:
    """A limit of the guidance.

    Attributes
    ----------
    name, regime : str
        What it limits, under the guidance of which year.
    unit : str
        "days" (calendar), "working days", "months" (calendar) or "days before birth".
    limit : int
    source : str
    """

    name: str
    regime: str
    unit: str
    limit: int
    source: str


def _clocks() -> dict[tuple[str, str], Clock]:
    text = resources.files(__package__).joinpath("clocks.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        (r["clock"], r["regime"]): Clock(
            r["clock"], r["regime"], r["unit"], int(r["limit"]), r["source"]
        )
        for r in rows
    }


#: Every clock by its name and regime.
CLOCKS: dict[tuple[str, str], Clock] = _clocks()


def regime(records: Records, date: str = "date") -> nw.Expr:
    """Say which guidance was in force in the area on a date."""
    since = dt.datetime.combine(records.guidance_2021_from, dt.time())
    new = (nw.col(date) >= since).fill_null(False)
    return nw.when(new).then(nw.lit("2021")).otherwise(nw.lit("2014"))


def in_time(
    frame: nw.LazyFrame, records: Records, clock: str, *, earlier: str, later: str, name: str
) -> nw.LazyFrame:
    """
    Say whether one date follows another within the limit of a clock.

    The guidance is that in force on the earlier day, which is when the clock started.

    Parameters
    ----------
    frame : narwhals LazyFrame
    records : Records
    clock : str
        Its name in `clocks.csv`.
    earlier, later : str
        Columns of dates.
    name : str
        Of the column to add.

    Returns
    -------
    narwhals LazyFrame
        With `name`: "yes" or "no"; null where a date is missing, the later comes first, the
        guidance has no such limit, or working days are asked of a year that has none here.
    """
    # Worked out for each pair of dates once: the same two days give the same answer, and a query
    # that goes on from here need not hold all of this arithmetic.
    days = _judged(frame.select(earlier, later).unique(), records, clock, earlier, later, name)
    return frame.join(records.settled(days), on=[earlier, later], how="left")


def _judged(
    frame: nw.LazyFrame, records: Records, clock: str, earlier: str, later: str, name: str
) -> nw.LazyFrame:
    used = [CLOCKS[clock, r] for r in REGIMES if (clock, r) in CLOCKS]
    if any(c.unit == WORKING for c in used):
        frame = _with_working_days(frame, records, earlier, "_from")
        frame = _with_working_days(frame, records, later, "_to")
    frame = frame.with_columns(_in_force=regime(records, earlier))
    result: nw.Expr = nw.lit(None, dtype=nw.String)
    for one in used:
        met = _met(one, nw.col(earlier), nw.col(later))
        said = nw.when(met).then(nw.lit("yes")).when(~met).then(nw.lit("no"))
        if one.unit == WORKING:
            numbered = ~nw.col("_from").is_null() & ~nw.col("_to").is_null()
            said = nw.when(numbered).then(said)
        result = nw.when(nw.col("_in_force") == one.regime).then(said).otherwise(result)
    # A missing date makes the comparison null, which is not known either.
    known = (nw.col(later) >= nw.col(earlier)).fill_null(False)
    return frame.with_columns(nw.when(known).then(result).alias(name)).select(earlier, later, name)


def _met(clock: Clock, earlier: nw.Expr, later: nw.Expr) -> nw.Expr:
    if clock.unit == WORKING:
        return (nw.col("_to") - nw.col("_from")) <= clock.limit
    if clock.unit == MONTHS:
        # On the day itself is in time: a day short of it, the months are not yet complete.
        return months_between(earlier, later.dt.offset_by("-1d")) < clock.limit
    return days_between(earlier, later) <= clock.limit


def _with_working_days(frame: nw.LazyFrame, records: Records, date: str, name: str) -> nw.LazyFrame:
    days = hand_over(working_days(), records.engine, records.holds)
    days = days.rename({"working_days": name})
    return frame.join(days, left_on=date, right_on="_day", how="left")


@cache
def working_days() -> pd.DataFrame:
    """
    Number the Scottish working days.

    Returns
    -------
    DataFrame
        A row for each day: `_day` (datetime64[s]) and `working_days`, how many working days there
        were from the first year on up to and including the day. Saturdays, Sundays and Scottish
        bank holidays are none.

    Examples
    --------
    >>> numbered = working_days().set_index("_day")["working_days"]
    >>> int(numbered["2020-01-06"] - numbered["2019-12-31"])  # 1 and 2 January are holidays
    2
    """
    import holidays

    closed = holidays.country_holidays("GB", subdiv="SCT", years=YEARS)
    day = pd.date_range(f"{YEARS.start}-01-01", f"{YEARS.stop - 1}-12-31")
    open_ = (day.day_of_week < 5) & ~day.isin(pd.to_datetime(list(closed)))
    return pd.DataFrame(
        {"_day": day.astype("datetime64[s]"), "working_days": open_.cumsum().astype("int64")}
    )
