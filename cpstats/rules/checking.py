"""Every rule put to a record set: one report of all its problems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .. import periods
from ..records.store import source_of
from .entries import ERROR, RULES, Rule, rules_for
from .reading import Tables, read_tables

COLUMNS = [
    "code",
    "severity",
    "title",
    "remedy",
    "table",
    "line",
    "column",
    "area",
    "year",
]
SUMMARY = ["code", "severity", "count", "example", "title", "remedy", "area"]


@dataclass(frozen=True)
class Findings:
    """What the rules found in a record set.

    Attributes
    ----------
    problems : DataFrame
        One row for each row and rule it breaks: code, severity, title, remedy, table, line, column,
        area, year (collection year). It says where to look and never what stands there.
    synthetic : bool
        Whether the records are made up.
    title : str
        What the record set is called.
    files : dict of str to str
        The name of each table's file.
    """

    problems: pd.DataFrame
    synthetic: bool
    title: str
    files: dict[str, str]

    @property
    def source(self) -> str:
        """Whose records they are, in the words that stand under a figure made from them."""
        return source_of(synthetic=self.synthetic, title=self.title)

    @property
    def errors(self) -> pd.DataFrame:
        """The problems that stop a report."""
        return self.problems[self.problems["severity"] == ERROR]

    @property
    def ok(self) -> bool:
        """Whether nothing stops a report."""
        return self.errors.empty

    def summary(self) -> pd.DataFrame:
        """
        Sum the problems up.

        Returns
        -------
        DataFrame
            One row for each rule and council, errors first: code, severity, count, example
            ("registrations.csv line 14"), title, remedy, area.
        """
        if self.problems.empty:
            return pd.DataFrame(columns=SUMMARY)
        problems = self.problems.assign(
            example=self._places(), area=self.problems["area"].fillna("")
        )
        groups = problems.groupby(["severity", "code", "area"], sort=True)
        rows = groups.agg(
            count=("code", "size"),
            example=("example", "first"),
            title=("title", "first"),
            remedy=("remedy", "first"),
        )
        return rows.reset_index()[SUMMARY]

    def _places(self) -> pd.Series:
        """Write where each problem is."""
        file = self.problems["table"].map(self.files).fillna(self.problems["table"])
        line = (" line " + self.problems["line"].astype("str")).where(
            self.problems["line"].notna(), (", " + self.problems["year"]).fillna("")
        )
        return file + line


def validate(path: str | Path, *, year: str | None = None) -> Findings:
    """
    Check what a record set means, against every rule.

    Parameters
    ----------
    path : str or Path
        Its folder.
    year : str, optional
        Collection year ("2018-19"): its rules, and the problems of its events and of what has no
        date. By default all years, each by its own rules.

    Returns
    -------
    Findings

    Raises
    ------
    DataNotFound
        When there is no record set in that folder.
    CpstatsError
        When its manifest or a table cannot be read, or the year names none.
    """
    return check(read_tables(path), year=year)


def check(tables: Tables, *, year: str | None = None) -> Findings:
    """
    Put the rules to tables already read; see `validate`.

    Parameters
    ----------
    tables : Tables
    year : str, optional

    Returns
    -------
    Findings
    """
    rules = RULES if year is None else rules_for(year)
    parts = [
        _problems(entry, tables)
        for entry in rules.values()
        if all(name in tables for name in entry.tables)
    ]
    problems = pd.concat([pd.DataFrame(columns=COLUMNS), *(p for p in parts if len(p))])
    problems = problems.astype({"line": "Int64"}).reset_index(drop=True)
    if year is not None:
        asked = periods.parse(year).label
        problems = problems[problems["year"].isna() | (problems["year"] == asked)]
    return Findings(problems.reset_index(drop=True), tables.synthetic, tables.title, tables.files)


def _problems(entry: Rule, tables: Tables) -> pd.DataFrame:
    """Put one rule; keep the hits of the years it holds for."""
    hits = entry.find(tables)
    if hits.empty:
        return pd.DataFrame(columns=COLUMNS)
    years = periods.label_dates(pd.to_datetime(hits["date"])).astype("str")
    hits = hits.assign(year=years)[entry.holds_in(years)]
    lines = pd.Series(pd.NA, index=hits.index, dtype="Int64")
    for name in hits["table"].unique():
        here = (hits["table"] == name) & hits["position"].notna()
        lines = lines.mask(here, hits["position"].map(tables[name]["line"]).astype("Int64"))
    return hits.assign(
        code=entry.code,
        severity=entry.severity,
        title=entry.title,
        remedy=entry.remedy,
        line=lines,
    )[COLUMNS].sort_values(["table", "line"], kind="stable")
