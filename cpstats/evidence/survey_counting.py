"""Answers counted by question and group, few of them hidden, laid out as a results table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import areas, values
from ..errors import CpstatsError, ImpossibleInput
from ..measures import AFTER, BEFORE
from ..periods import write_date
from .survey_questions import AGREE, DISAGREE, LIKERT, SCALE, Question
from .survey_reading import (
    ALL,
    ANSWERED,
    DONT_KNOW,
    NOT_ANSWERED,
    NOT_APPLICABLE,
    SYNTHETIC,
    Survey,
)

#: Columns that say who is not in the denominator, and of how many.
APART = ["dont_know", "not_applicable", "not_answered", "responded", "invited", "response_rate"]
_STATUSES = [ANSWERED, DONT_KNOW, NOT_APPLICABLE, NOT_ANSWERED]
_TEXT = ["method", "mark", "source", "note"]


def scaled(survey: Survey) -> dict[str, Question]:
    """
    Give the questions on the scale by their id.

    Parameters
    ----------
    survey : Survey

    Returns
    -------
    dict of str to Question
    """
    return {q.id: q for q in survey.questions if q.kind == LIKERT}


def counted_of(question: Question) -> tuple[str, ...]:
    """
    Name the answers that are counted: agreement, or what is as good where words are negative.

    Parameters
    ----------
    question : Question

    Returns
    -------
    tuple of str
    """
    return DISAGREE if question.reverse else AGREE


def count_answers(survey: Survey, *, by_group: bool, least: int) -> pd.DataFrame:
    """
    Count the answers to each question.

    Parameters
    ----------
    survey : Survey
    by_group : bool
    least : int
        Fewer valid answers than this are hidden.

    Returns
    -------
    DataFrame
        A row for each question and group: `question, group, text`, a column for each answer of
        the scale, `denominator` (valid answers), `dont_know, not_applicable, not_answered,
        responded, invited, response_rate` (per cent), `empty` (returns without any answer, which
        count as no response) and `hidden`.

    Raises
    ------
    CpstatsError
        When the survey has no group or no question on the scale.
    ImpossibleInput
        When `least` is no whole number above 0.
    """
    _check(survey, by_group, least)
    table = _tallied(survey, by_group).reset_index()
    table["responded"] = table[["denominator", *APART[:3]]].sum(axis=1)
    table["invited"] = [_asked(survey, group) for group in table["group"]]
    asked = table["invited"].where(table["invited"] > 0)
    table["response_rate"] = 100 * table["responded"] / asked
    table["text"] = [scaled(survey)[question].text for question in table["question"]]
    hidden = table.groupby("question", sort=False)["denominator"].transform(
        lambda whole: hide_few(whole.to_numpy(), least)
    )
    return table.assign(hidden=hidden.astype(bool))


def _tallied(survey: Survey, by_group: bool) -> pd.DataFrame:
    """Count answers, those without one, and returns without any, by question and group."""
    groups = list(survey.groups) if by_group else [ALL]
    answers = survey.answers if by_group else survey.answers.assign(group=ALL)
    grid = pd.MultiIndex.from_product([list(scaled(survey)), groups], names=["question", "group"])
    nothing = (answers["status"] == NOT_ANSWERED).groupby(answers["respondent"]).transform("all")
    given = answers[~nothing]
    valid = given[given["status"] == ANSWERED]
    statuses = _crossed(given, "status", grid, _STATUSES)
    counts = _crossed(valid, "answer", grid, list(SCALE)).join(
        statuses.set_axis(["denominator", *APART[:3]], axis=1)
    )
    empty = _crossed(answers[nothing], "status", grid, [NOT_ANSWERED])
    return counts.assign(empty=empty[NOT_ANSWERED])


def _check(survey: Survey, by_group: bool, least: int) -> None:
    if not isinstance(least, int) or isinstance(least, bool) or least < 1:
        raise ImpossibleInput(f"`least` is a whole number above 0: got {least!r}.")
    if by_group and survey.groups == (ALL,):
        raise CpstatsError(
            "This survey has no groups: name the column of the group in its questions file."
        )
    if not scaled(survey):
        raise CpstatsError("This survey has no question on the scale: nothing can be counted.")


def _crossed(
    answers: pd.DataFrame, column: str, grid: pd.MultiIndex, members: list[str]
) -> pd.DataFrame:
    """Count by question and group; none is 0, so that every group has its row."""
    sizes = answers.groupby(["question", "group", column]).size().unstack(column, fill_value=0)
    return sizes.reindex(index=grid, columns=members, fill_value=0).astype("float64")


def _asked(survey: Survey, group: str) -> float:
    if isinstance(survey.invited, dict):
        known = {**survey.invited, ALL: sum(survey.invited.values())}
        return float(known.get(group, np.nan))
    return float(survey.invited) if group == ALL and survey.invited is not None else np.nan


def hide_few(answers: np.ndarray, least: int) -> np.ndarray:
    """
    Choose the groups to hide, so that the total does not give back what is hidden.

    Parameters
    ----------
    answers : array of float
        Valid answers of each group.
    least : int

    Returns
    -------
    array of bool
        Groups with fewer than `least`; then the next smallest, until beside each of them others
        with `least` answers are hidden. What all less the shown groups gives is then never one
        small group, nor one with so few others that it is nearly that group.

    Examples
    --------
    >>> hide_few(np.array([40.0, 4.0, 12.0, 11.0]), 10).tolist()
    [False, True, False, True]
    >>> hide_few(np.array([50.0, 9.0, 1.0, 12.0]), 10).tolist()
    [False, True, True, True]
    """
    few = answers < least
    hidden = few.copy()
    while hidden.any() and not hidden.all():
        if answers[hidden].sum() - answers[few].max() >= least:
            break
        hidden[np.argmin(np.where(hidden, np.inf, answers))] = True
    return hidden


def lay_out(
    survey: Survey, rows: pd.DataFrame, *, groups: list[str], more: list[str]
) -> pd.DataFrame:
    """
    Lay counted rows out as a results table.

    Parameters
    ----------
    survey : Survey
    rows : DataFrame
        With `question`, the groups, and figures; `hidden` rows lose every figure.
    groups, more : list of str
        Columns that tell rows apart, and those that stand last.

    Returns
    -------
    DataFrame
    """
    place = areas.find(survey.area)
    head = {
        "indicator": [f"{survey.who}_survey: {question}" for question in rows["question"]],
        "area_code": place.code,
        "area": place.name,
        "period": write_date(survey.date),
        "start": pd.Timestamp(survey.date),
        "source": source_of(survey),
    }
    columns = [*BEFORE, *groups, *AFTER, "note", *more]
    table = rows.assign(**head).reindex(columns=columns)
    numbers = ["numerator", "denominator", "value", "lower", "upper"]
    table[numbers] = table[numbers].astype("float64")
    figures = [*numbers, *(c for c in more if pd.api.types.is_float_dtype(table[c]))]
    hidden = rows["hidden"].to_numpy()
    table.loc[hidden, figures] = np.nan
    table[_TEXT] = table[_TEXT].astype("object").fillna("").astype("str")
    table.loc[table["value"].isna(), "method"] = ""
    table.loc[hidden, "mark"] = values.SUPPRESSED
    return table


def source_of(survey: Survey) -> str:
    """
    Say where the figures come from, and when they are made up.

    Parameters
    ----------
    survey : Survey

    Returns
    -------
    str
    """
    made_up = survey.synthetic and SYNTHETIC not in survey.title
    said = f"{survey.title}, {write_date(survey.date)}"
    return f"{SYNTHETIC}: {said}" if made_up else said
