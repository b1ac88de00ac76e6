"""What a survey of staff, children or parents says, how sure it is, and whom it did not reach.

References
----------
Wilson EB (1927). Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 22: 209-212.
Cochran WG (1977). Sampling techniques, 3rd edition. Wiley, New York: 51-52 (finite populations)
    and 361-363 (bounds when those who did not respond could be all one way or all the other).
Newcombe RG (1998). Interval estimation for the difference between independent proportions.
    Stat Med 17: 873-890. Method 10.
Holm S (1979). A simple sequentially rejective multiple test procedure. Scand J Stat 6: 65-70.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import comparisons, inputs, p_values, quantifiers, values
from ..errors import CpstatsError
from ..periods import write_date
from .survey_counting import (
    APART,
    count_answers,
    counted_of,
    lay_out,
    scaled,
    source_of,
)
from .survey_questions import SCALE, Question, plain
from .survey_reading import Survey, read_survey

__all__ = ["LEAST", "Survey", "agreement", "answers_by", "compare_waves", "read_survey"]

#: Fewer valid answers are not shown.
LEAST = 10

_OF_WORDS = ["value", "lower", "upper", "method", "word", "also_possible"]
_BOUNDS = ["bound_lower", "bound_upper"]
_NEWCOMBE = ["difference", "difference_lower", "difference_upper", "p_value", "verdict"]
_WAVES = [
    "before_period", "before_numerator", "before_denominator", "before_value", *_NEWCOMBE,
    "p_adjusted", "verdict_adjusted", "comparisons",
]  # fmt: skip


def agreement(
    survey: Survey, *, by_group: bool = False, confidence: float = 0.95, least: int = LEAST
) -> pd.DataFrame:
    """
    Tell how many agree, in figures and words, and what those who did not respond leave open.

    Parameters
    ----------
    survey : Survey
    by_group : bool
        Each group by itself, in place of all together.
    confidence : float
    least : int
        Fewer valid answers are marked `[c]` and every figure of them is missing; so are the next
        smallest groups, until the total less the groups shown gives none of them back.

    Returns
    -------
    DataFrame
        A results table with a row for each question and `group` ("All" for all together). The
        numerator is those who agree or strongly agree; of a question worded negatively, those who
        disagree or strongly disagree. The denominator is the valid answers: don't know, not
        applicable and not answered are counted apart, in `dont_know, not_applicable,
        not_answered`. `value, lower, upper` are per cent. Then `question, text, counted` (the
        answers in the numerator), `responded` (returns with any answer), `invited`,
        `response_rate` (per cent), `bound_lower, bound_upper` (per cent: if all who could have
        answered and did not had been of the other mind, or of the same; missing where it is not
        known how many were asked), `word` and `also_possible` (as `cpstats.quantifier`), and
        `better` ("higher"). A zero is 0; a group that nobody answered for is hidden like any other
        small one.

    Raises
    ------
    CpstatsError
        When the survey has no groups, or no question on the scale.

    References
    ----------
    Wilson (1927) with Cochran (1977): those who answered are read as drawn at random from those
    asked, less those who said that they do not know or that it does not apply. Non-response is
    seldom at random, so Cochran's bounds (1977: 361) stand beside the interval.
    """
    at = inputs.level(confidence)
    rows = count_answers(survey, by_group=by_group, least=least)
    asked = [scaled(survey)[question] for question in rows["question"]]
    told = pd.Series([counted_of(question) for question in asked])
    part = [row[list(names)].sum() for (_, row), names in zip(rows.iterrows(), told, strict=True)]
    rows = rows.assign(numerator=part, counted=told.map(_either))
    rows = _with_shares(rows, at)
    rows["note"] = [_note(r, q) for (_, r), q in zip(rows.iterrows(), asked, strict=True)]
    # Of a statement worded negatively those who disagree are counted: more of them is better too.
    rows["better"] = "higher"
    more = ["question", "text", "counted", *APART, *_BOUNDS, "word", "also_possible", "better"]
    return lay_out(survey, rows, groups=["group"], more=more)


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(sorted((name.lower() for name in names), key=len))


def _with_shares(rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Add shares, limits and words, and the bounds that non-response leaves open."""
    whole = rows["denominator"].where(~rows["hidden"])
    part, could = rows["numerator"].where(~rows["hidden"]), _could_answer(rows)
    found = quantifiers.quantifier(part, whole, population=could, confidence=confidence)
    rows[_OF_WORDS] = found[_OF_WORDS].where(~rows["hidden"], other=np.nan)
    rows[["word", "also_possible", "method"]] = rows[["word", "also_possible", "method"]].fillna("")
    rows["said_of_word"] = found["note"]
    rows["bound_lower"] = 100 * part / could
    rows["bound_upper"] = 100 * (part + could - whole) / could
    return rows


def _could_answer(rows: pd.DataFrame) -> pd.Series:
    """Count those asked, less those who said that they have no answer to give."""
    return rows["invited"] - rows["dont_know"] - rows["not_applicable"]


def _note(row: Any, question: Question) -> str:
    if row["hidden"]:
        return "Too few answers to show them, or to show those of a smaller group by the rest."
    worded = "Worded negatively, so counted are those who " if question.reverse else "Counted: "
    said = [f"{worded}{row['counted']}.", _apart(row)]
    if np.isnan(row["invited"]):
        said.append("How many were asked is not known, so neither is the response rate.")
    else:
        said.append(
            f"{row['responded']:,.0f} of {row['invited']:,.0f} asked responded "
            f"({values.write(row['response_rate'])}%). Had all who gave no answer been of the "
            f"other mind, {values.write(row['bound_lower'])}%; of the same, "
            f"{values.write(row['bound_upper'])}%. The interval takes those who answered as drawn "
            "at random from those asked: it does not cover non-response."
        )
    if row["empty"]:
        said.append(f"{row['empty']:,.0f} empty returns count as no response.")
    return " ".join([*said, row["said_of_word"]])


def _apart(row: Any) -> str:
    return (
        f"Not in the denominator: {row['dont_know']:,.0f} don't know, "
        f"{row['not_applicable']:,.0f} not applicable, {row['not_answered']:,.0f} not answered."
    )


def answers_by(survey: Survey, *, by_group: bool = False, least: int = LEAST) -> pd.DataFrame:
    """
    Spread the answers to each question over the scale, as they were given.

    Parameters
    ----------
    survey : Survey
    by_group : bool
    least : int
        As in `agreement`: the same groups are hidden.

    Returns
    -------
    DataFrame
        A results table with a row for each question, `group` and `answer` ("Strongly agree" to
        "Strongly disagree"): numerator those who gave it, denominator the valid answers, value
        the share in per cent, with Wilson's limits. Then `question, text, reverse` and, the same
        for each answer, `dont_know, not_applicable, not_answered, responded, invited,
        response_rate`. Questions worded negatively are not turned round.

    Raises
    ------
    CpstatsError
        When the survey has no groups, or no question on the scale.
    """
    wide = count_answers(survey, by_group=by_group, least=least)
    order = wide.index.repeat(len(SCALE))
    rows = wide.loc[order].assign(answer=list(SCALE) * len(wide)).reset_index(drop=True)
    rows["numerator"] = wide[list(SCALE)].to_numpy().ravel()
    rows["reverse"] = [scaled(survey)[question].reverse for question in rows["question"]]
    rows = _with_shares(rows, 0.95)
    rows["note"] = [
        "Too few answers to show them, or to show those of a smaller group by the rest."
        if row["hidden"]
        else _apart(row)
        for _, row in rows.iterrows()
    ]
    more = ["question", "text", "reverse", *APART]
    return lay_out(survey, rows, groups=["group", "answer"], more=more)


def compare_waves(now: Survey, before: Survey, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Compare the answers to the same questions in two waves.

    Parameters
    ----------
    now, before : Survey
        Of the same people asked (staff, children, parents) and area, the later first.
    confidence : float

    Returns
    -------
    DataFrame
        A row for each question of either wave: the columns of `agreement` for the later one up to
        `note`, then `question, text`, `before_period, before_numerator, before_denominator,
        before_value`, and the `difference` in percentage points with Newcombe's limits
        (`difference_lower, difference_upper`), `p_value`, `verdict` ("higher", "lower",
        "similar"; empty without a comparison), and allowing for the number of questions compared
        (`comparisons`) `p_adjusted` and `verdict_adjusted`. A question that only one wave asked,
        or that was worded otherwise, is marked `[x]`, and the note says so. Fewer than 10
        valid answers in either wave are marked `[c]`.

    Raises
    ------
    CpstatsError
        When the two are no waves of one survey, or in the wrong order.

    References
    ----------
    Newcombe (1998), as `cpstats.compare_proportions`, which takes the waves as independent; Holm
    (1979).
    """
    _check_waves(now, before)
    one, other = (agreement(s, confidence=confidence).set_index("question") for s in (now, before))
    told = {**scaled(before), **scaled(now)}
    ids = [*one.index, *(question for question in other.index if question not in one.index)]
    rows = one.reindex(ids).assign(
        text=[told[question].text for question in ids],
        before_period=write_date(before.date),
        **{f"before_{c}": other[c].reindex(ids) for c in ("numerator", "denominator", "value")},
    )
    why = pd.Series([_why_not(now, before, question) for question in ids], index=ids)
    few = (why == "") & (rows["numerator"].isna() | rows["before_numerator"].isna())
    figures = [c for c in rows if c.startswith("before_n") or c in ("numerator", "denominator")]
    figures += ["before_denominator", "before_value", "value", "lower", "upper"]
    rows.loc[few | (why != ""), figures] = np.nan
    compared = _compared(rows, confidence)
    rows[compared.columns] = compared
    rows["note"] = [_said(why[q], few[q], compared.loc[q]) for q in ids]
    rows["mark"] = np.where(why != "", values.NOT_AVAILABLE, "")
    rows = rows.rename_axis("question").reset_index().assign(hidden=few.to_numpy(), group="All")
    table = lay_out(now, rows, groups=["group"], more=["question", "text", *_WAVES])
    return table.assign(source=f"{source_of(now)}; {source_of(before)}")


def _check_waves(now: Survey, before: Survey) -> None:
    if (now.who, now.area) != (before.who, before.area):
        raise CpstatsError(
            f"These are no waves of one survey: {now.who}, {now.area}; {before.who}, {before.area}."
        )
    if now.date <= before.date:
        raise CpstatsError("Give the later wave first: the second is not before it.")


def _why_not(now: Survey, before: Survey, question: str) -> str:
    """Say why a question cannot be compared; empty where it can."""
    own, other = scaled(now).get(question), scaled(before).get(question)
    if own is None or other is None:
        return f"Asked only on {write_date((before if own is None else now).date)}."
    if plain(own.text) != plain(other.text) or own.reverse != other.reverse:
        return "Worded otherwise in the two waves, so not compared."
    return ""


def _compared(rows: pd.DataFrame, confidence: float) -> pd.DataFrame:
    found = comparisons.compare_proportions(
        rows["numerator"],
        rows["denominator"],
        rows["before_numerator"],
        rows["before_denominator"],
        confidence=confidence,
    )[_NEWCOMBE]
    found["p_adjusted"] = p_values.holm(found["p_value"].to_numpy())
    clear = (found["p_adjusted"] < 1 - confidence) | (found["verdict"] == "")
    found["verdict_adjusted"] = found["verdict"].where(clear, comparisons.SIMILAR)
    # Only a question that is compared is one of so many.
    found["comparisons"] = float(found["p_value"].notna().sum())
    found.loc[found["verdict"] == "", "comparisons"] = np.nan
    return found


def _said(why: str, few: bool, row: pd.Series) -> str:
    if why or few:
        return why or "Too few answers in one of the two waves."
    said = [
        "The two waves are taken as independent: who answered both times is not known, and "
        "non-response is not allowed for."
    ]
    if row["comparisons"] > 1:
        said.append(
            f"One of {row['comparisons']:.0f} questions compared; allowing for that (Holm): "
            f"{row['verdict_adjusted']}."
        )
    return " ".join(said)
