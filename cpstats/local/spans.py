"""Which stretch of time a section shows, which it is held against, and which quarters it charts."""

from __future__ import annotations

from dataclasses import dataclass

from .. import periods
from ..definitions import Indicator


@dataclass(frozen=True)
class Span:
    """The time a report is about, and the like time before it.

    Attributes
    ----------
    now, before : str
        Periods of events: "2018-19", or "2017-18 Q3 to 2018-19 Q2".
    stock_now, stock_before : str
        Periods at whose end children on the register are counted.
    every : str
        As `count` takes it: "year" or "four quarters".
    name, name_before : str
        What a reader calls them.
    until : str
        The last quarter to chart.
    """

    now: str
    before: str
    stock_now: str
    stock_before: str
    every: str
    name: str
    name_before: str
    until: str

    def periods(self, entry: Indicator) -> tuple[str, str]:
        """Give the two periods of an indicator, the earlier first."""
        if entry.calendar == "census date":
            return self.stock_before, self.stock_now
        return self.before, self.now


def year(label: str) -> Span:
    """Show an academic year beside the year before."""
    before = periods.before(label)
    return Span(label, before, label, before, "year", label, before, f"{label} Q4")


def four_quarters(quarter: str) -> Span:
    """Show the four quarters that end with one, beside the four before them.

    Two quarters are never compared: in so few children a family moves a quarter.

    Examples
    --------
    >>> four_quarters("2018-19 Q2").before
    '2016-17 Q3 to 2017-18 Q2'
    """
    last = periods.parse(quarter)
    now = periods.four_to(last)
    year_before = f"{periods.before(last.label[:7])} {last.label[-2:]}"
    before = periods.four_to(periods.parse(year_before))
    return Span(
        now.label, before.label, last.label, year_before, "four quarters",
        f"year to {periods.write_date(last.end)}",
        f"year to {periods.write_date(before.end)}", last.label,
    )  # fmt: skip
