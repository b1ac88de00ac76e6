"""What a rule is, and the registry of them.

Each collection year is checked against last year's rules plus what changed: a rule says from and
until which year it holds, and is put to the events of those years only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from .. import periods
from ..errors import UnknownName
from .reading import Tables

ERROR, WARNING = "error", "warning"

Find = Callable[[Tables], pd.DataFrame]


@dataclass(frozen=True)
class Rule:
    """One thing that must hold in records.

    Attributes
    ----------
    code : str
        "REG01".
    severity : str
        "error" stops a report, "warning" does not.
    title : str
        What must hold, in one plain sentence.
    remedy : str
        What the person who enters data does.
    tables : tuple of str
        The tables it reads; where one was not collected, the rule is not put.
    find : function of Tables to DataFrame
        The rows that break it: table, position, column, area, date.
    since, until : str or None
        First and last collection year it holds for; None has no end.
    """

    code: str
    severity: str
    title: str
    remedy: str
    tables: tuple[str, ...]
    find: Find
    since: str | None = None
    until: str | None = None

    def holds_in(self, years: pd.Series) -> pd.Series:
        """Tell for each collection year ("2018-19", null for no date) whether the rule is put."""
        # Four digits lead, so the order of the labels is the order of the years.
        late = years.ge(self.since) if self.since else years.isna() | years.notna()
        early = years.le(self.until) if self.until else years.isna() | years.notna()
        return (late & early).fillna(False).astype(bool)


#: Every rule by its code.
RULES: dict[str, Rule] = {}


def rule(
    code: str,
    title: str,
    remedy: str,
    *,
    tables: tuple[str, ...] = (),
    severity: str = ERROR,
    since: str | None = None,
    until: str | None = None,
) -> Callable[[Find], Find]:
    """
    Enter the function below it into the registry.

    Parameters
    ----------
    code, title, remedy : str
        As in `Rule`.
    tables : tuple of str
    severity : str
    since, until : str, optional

    Returns
    -------
    decorator
        Gives the function back as it was.
    """

    def enter(find: Find) -> Find:
        if code in RULES:
            raise ValueError(f"two rules have the code {code}")
        RULES[code] = Rule(code, severity, title, remedy, tables, find, since, until)
        return find

    return enter


def rules_for(year: str) -> dict[str, Rule]:
    """
    Give the rules of one collection year.

    Parameters
    ----------
    year : str
        "2018-19".

    Returns
    -------
    dict of str to Rule
        By code.

    Raises
    ------
    UnknownName
        For text that names no year.
    """
    label = pd.Series([periods.parse(year).label])
    return {code: entry for code, entry in RULES.items() if entry.holds_in(label).all()}


def find(code: str) -> Rule:
    """
    Give a rule by its code.

    Raises
    ------
    UnknownName
        When there is no such rule.
    """
    if code not in RULES:
        raise UnknownName("rule", code, RULES)
    return RULES[code]
