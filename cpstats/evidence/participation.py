"""Who took part in the meetings that protect them, whose views were heard, who had an advocate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .. import comparisons, quantifiers, values
from ..errors import UnknownName
from .long_tables import NOT_APPLICABLE, NOT_RECORDED
from .participation_reading import CARER, CHILD, FATHER, MOTHER, PARENT, ParticipationLog
from .tabling import join_notes, results

INDICATOR = "participation"
#: Children asked to take part, by age; young people are those whom the inspection calls so.
AGE_GROUPS = {"under 13": (0, 13), "13-17": (13, 18), "18 and over": (18, np.inf)}
UNKNOWN = "age not known"
BY = ("age_group", "meeting_type")
_MORE = ["word", "also_possible", "not_recorded", "not_applicable", "better"]
#: Measures of which fewer is better; of all others more is.
_BAD_NEWS = {"no_parent_attended"}
#: Meetings about a child who is not born yet, as logs name their type.
_BEFORE_BIRTH = r"pre.?birth|un.?born|ante.?natal|pre.?natal"

#: What is measured: its name, the rows it is asked of, the column that answers, and what is a yes.
Measure = tuple[
    str, Callable[[ParticipationLog], pd.DataFrame], str, Callable[[pd.Series], pd.Series]
]


def _yes(column: pd.Series) -> pd.Series:
    return column == "yes"


def _heard(column: pd.Series) -> pd.Series:
    return ~column.isin(["no", NOT_RECORDED, NOT_APPLICABLE])


def _eligible(log: ParticipationLog) -> pd.DataFrame:
    """Children old enough to be asked; of unknown age too, as they may be, but none unborn."""
    children = log.rows[log.rows["role"] == CHILD]
    born = ~children["meeting_type"].str.contains(_BEFORE_BIRTH, regex=True)
    return children[(children["age"] >= log.eligible_from) | (children["age"].isna() & born)]


def _roles(*roles: str) -> Callable[[ParticipationLog], pd.DataFrame]:
    def rows(log: ParticipationLog) -> pd.DataFrame:
        return log.rows[log.rows["role"].isin(roles)]

    return rows


def _offered(log: ParticipationLog) -> pd.DataFrame:
    eligible = _eligible(log)
    return eligible[eligible["advocacy_offered"] == "yes"]


def _no(column: pd.Series) -> pd.Series:
    return column == "no"


def _meetings(log: ParticipationLog) -> pd.DataFrame:
    """Give each meeting once: whether any parent or carer came, where that can be known."""
    adults = log.rows[log.rows["role"] != CHILD]
    came = adults.groupby("meeting", sort=False)["attended"].agg(_any_came)
    meetings = log.rows.drop_duplicates("meeting").drop(columns="attended")
    # A meeting whose log names no adult tells nothing of them.
    return meetings.assign(
        attended=meetings["meeting"].map(came).astype("object").fillna(NOT_RECORDED)
    )


def _any_came(answers: pd.Series) -> str:
    """Give the first of the answers that decides: one yes is enough, one gap leaves it open."""
    return next(a for a in ("yes", NOT_RECORDED, "no", NOT_APPLICABLE) if (answers == a).any())


MEASURES: dict[str, Measure] = {
    "children_attended": ("Children who attended", _eligible, "attended", _yes),
    "children_views": ("Children whose views were heard, in any way", _eligible, "views", _heard),
    "parents_attended": (
        "Parents and carers who attended", _roles(MOTHER, FATHER, PARENT, CARER), "attended", _yes
    ),
    "mothers_attended": ("Mothers who attended", _roles(MOTHER), "attended", _yes),
    "fathers_attended": ("Fathers who attended", _roles(FATHER), "attended", _yes),
    "no_parent_attended": (
        "Meetings that no parent or carer attended", _meetings, "attended", _no
    ),
    "parents_views": (
        "Parents and carers whose views were heard", _roles(MOTHER, FATHER, PARENT, CARER),
        "views", _heard,
    ),
    "advocacy_offered": ("Children offered advocacy", _eligible, "advocacy_offered", _yes),
    "advocacy_used": ("Children offered advocacy who took it up", _offered, "advocacy_used", _yes),
}  # fmt: skip


def participation(log: ParticipationLog, *, by: str = "", confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell who took part and who was heard.

    Parameters
    ----------
    log : ParticipationLog
    by : str
        "age_group" (of the child), "meeting_type", or empty for all together.
    confidence : float

    Returns
    -------
    DataFrame
        A results table with a row for each of `MEASURES` and group (`measure, group` tell rows
        apart), whether or not anyone is in it. A person counts at each meeting. The denominator is
        those for whom it was recorded; `not_recorded` and `not_applicable` are counted apart.
        Wilson's interval, per cent, the inspectors' `word` and the words also possible. Of
        `no_parent_attended` the denominator is meetings, and fewer is better: `better` says of
        each measure which way is ("higher", "lower"). A child without an age counts as old enough
        to be asked, save at meetings before birth.

    Raises
    ------
    UnknownName
        For another `by`.
    """
    if by not in ("", *BY):
        raise UnknownName("breakdown of participation", by, BY)
    rows = []
    for key, (name, chosen, column, is_yes) in MEASURES.items():
        asked = chosen(log)
        for group, held in _grouped(asked, by):
            rows.append({"key": key, "measure": name, "group": group,
                         "better": "lower" if key in _BAD_NEWS else "higher"}
                        | _share(held[column], is_yes, confidence))  # fmt: skip
    return _table(log, rows, ["measure", "group"])


def by_span(log: ParticipationLog, days: Iterable[dt.date]) -> pd.DataFrame:
    """
    Tell who took part in meetings before, between and after some days.

    Parameters
    ----------
    log : ParticipationLog
    days : iterable of date
        A meeting on such a day is before it.

    Returns
    -------
    DataFrame
        The rows of `participation` for each `span`, from the earliest: with one day two, with two
        days three. They add up to all.
    """
    edges = [pd.Timestamp.min, *map(pd.Timestamp, sorted(set(days))), pd.Timestamp.max]
    parts = []
    for number, (after, until) in enumerate(pairwise(edges), 1):
        held = log.rows[(log.rows["date"] > after) & (log.rows["date"] <= until)]
        found = participation(replace(log, rows=held)).drop(columns="group")
        parts.append(found.assign(span=f"span {number}", after=after, until=until))
    return pd.concat(parts, ignore_index=True)


def _grouped(rows: pd.DataFrame, by: str) -> Iterator[tuple[str, pd.DataFrame]]:
    if not by:
        yield "all", rows
        return
    groups = _age_groups(rows["age"]) if by == "age_group" else rows[by]
    order = [*AGE_GROUPS, UNKNOWN] if by == "age_group" else sorted(groups.unique())
    for group in order:
        yield str(group), rows[groups == group]


def _age_groups(age: pd.Series) -> pd.Series:
    found = pd.Series(UNKNOWN, index=age.index)
    for name, (first, end) in AGE_GROUPS.items():
        found[(age >= first) & (age < end)] = name
    return found


def _share(
    answers: pd.Series, is_yes: Callable[[pd.Series], pd.Series], confidence: float
) -> dict[str, Any]:
    lacking = {NOT_RECORDED: "not_recorded", NOT_APPLICABLE: "not_applicable"}
    known = answers[~answers.isin(lacking)]
    row: dict[str, Any] = {c: int((answers == why).sum()) for why, c in lacking.items()}
    row |= {"numerator": int(is_yes(known).sum()), "denominator": len(known)}
    if known.empty:
        why = values.NOT_APPLICABLE if answers.empty else values.NOT_AVAILABLE
        return row | {"mark": why, "note": "Nobody, or nothing recorded."}
    found = quantifiers.quantifier(
        row["numerator"], row["denominator"], confidence=confidence
    ).iloc[0]
    share = row["not_recorded"] / max(len(answers) - row["not_applicable"], 1)
    gap = f"For {100 * share:.0f}% it was not recorded." if row["not_recorded"] else ""
    copied = ("value", "lower", "upper", "method", "word", "also_possible")
    return row | {c: found[c] for c in copied} | {"note": join_notes(gap)}


def compare_ages(log: ParticipationLog, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Hold young people against younger children.

    Parameters
    ----------
    log : ParticipationLog
    confidence : float

    Returns
    -------
    DataFrame
        The rows of `participation` by age group for young people (13-17), with `younger_numerator,
        younger_denominator, younger_value` and `difference, difference_lower, difference_upper,
        p_value, verdict`: young people less younger children, percentage points, Newcombe's limits.
    """
    found = participation(log, by="age_group", confidence=confidence)
    older, younger = (
        found[found["group"] == name].set_index("indicator") for name in ("13-17", "under 13")
    )
    joined = older.join(younger[["numerator", "denominator", "value"]].add_prefix("younger_"))
    columns = ["difference", "difference_lower", "difference_upper", "p_value"]
    joined[columns], joined["verdict"] = np.nan, ""
    both = joined["value"].notna() & joined["younger_value"].notna()
    if both.any():
        held = joined[both]
        compared = comparisons.compare_proportions(
            held["numerator"], held["denominator"], held["younger_numerator"],
            held["younger_denominator"], confidence=confidence,
        )  # fmt: skip
        for column in (*columns, "verdict"):
            joined.loc[both, column] = compared[column]
    return joined.reset_index()


def _table(log: ParticipationLog, rows: list[dict[str, Any]], groups: list[str]) -> pd.DataFrame:
    return results(
        rows, indicator=INDICATOR, area=log.area, date=log.date,
        source=f"{'SYNTHETIC: ' if log.synthetic else ''}{log.title} ({log.source})",
        groups=groups, more=_MORE,
    )  # fmt: skip
