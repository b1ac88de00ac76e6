"""What a reading of children's records can say: good or better, in words, and how sure.

References
----------
Cochran WG (1977). Sampling techniques, 3rd edition. Wiley, New York: 24-25, 51-52, 75-78. Shares in
    a sample from a finite population, and the size of sample for a margin.
Newcombe RG (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Stat Med 17: 873-890. Method 10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from .. import comparisons, inputs, quantifiers, rates, values
from ..errors import ImpossibleInput
from .audits import GOOD, GRADE, NOT_APPLICABLE, NOT_MARKED, NOT_RECORDED, SCALE, RecordReading
from .tabling import join_notes, results

INDICATOR = "record_reading"
_LACKING = {NOT_APPLICABLE: "not_applicable", NOT_RECORDED: "not_recorded",
            NOT_MARKED: "not_marked"}  # fmt: skip
_WORDS = ["word", "also_possible", *_LACKING.values(), "by_second", "better"]


def good_or_better(reading: RecordReading, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell in how many records each question was answered by good or better, or by yes.

    Parameters
    ----------
    reading : RecordReading
    confidence : float

    Returns
    -------
    DataFrame
        A results table with a row for each question: columns `question, strand, statement` tell
        rows apart. The denominator is the records with a mark; records to which the question does
        not apply, that do not say, or that nobody marked are counted apart, in `not_applicable,
        not_recorded, not_marked`; `by_second` counts answers of a second reader, which stand where
        the first left the question blank. `value, lower, upper` are per cent, with Wilson's
        interval for a sample from a finite population where that is known; `word` is the
        inspectors' word and `also_possible` the words that chance leaves open. `better` is "higher"
        or "lower", and empty where it is not known whether a yes is good news.

        The finite population is the records to which the question applies: of all records, the
        share of those marked among those marked or not applicable. A record that nobody marked, or
        that does not say, may be of either kind, and stays in it.

    References
    ----------
    Cochran (1977), as `cpstats.quantifier`.
    """
    rows = [_good(reading, question, confidence) for question in reading.questions]
    return _table(reading, rows, ["question", "strand", "statement"], _WORDS)


def _good(reading: RecordReading, question: Any, confidence: float) -> dict[str, Any]:
    marks = _counting(reading, question.id)
    known, lacking = marks["mark"].dropna(), marks["status"].value_counts()
    row: dict[str, Any] = {
        "key": question.id, "question": question.text, "strand": question.strand,
        "statement": question.statement, "better": question.polarity,
        **{column: int(lacking.get(why, 0)) for why, column in _LACKING.items()},
    }  # fmt: skip
    if known.empty:
        return row | {"denominator": 0, "numerator": 0, "mark": values.NOT_APPLICABLE,
                      "note": "No record has a mark."}  # fmt: skip
    least = GOOD if question.kind == GRADE else 1
    part, whole = int((known >= least).sum()), len(known)
    frame = _population(reading, whole, row["not_applicable"])
    found = quantifiers.quantifier(part, whole, population=frame, confidence=confidence).iloc[0]
    scaled = frame is not None and frame != reading.population
    note = f"Of {reading.population:,} records, about {frame:,} are of this kind." if scaled else ""
    second = _by_the_second(reading, marks)
    said = f"In {second} the second reader's answer stands: the first left it blank."
    return row | {
        "numerator": part, "denominator": whole,
        **{c: found[c] for c in ("value", "lower", "upper", "method", "word", "also_possible")},
        "by_second": second,
        "note": join_notes(said if second else "", note, found["note"]),
    }  # fmt: skip


def _by_the_second(reading: RecordReading, marks: pd.DataFrame) -> int:
    """Count the answers of a second reader that count, as the first left the question blank."""
    first = reading.marks.drop_duplicates("record").set_index("record")["reader"]
    return int((marks["reader"] != marks["record"].map(first)).sum())


def _counting(reading: RecordReading, question: str) -> pd.DataFrame:
    """Take the reading of each record that counts."""
    marks = reading.marks
    return marks[(marks["question"] == question) & marks["counts"]]


def _population(reading: RecordReading, marked: int, not_applicable: int) -> int | None:
    """Scale the population to the records that a question applies to, as far as marks tell."""
    if reading.population is None:
        return None
    applies = math.ceil(reading.population * marked / (marked + not_applicable))
    # So many that were looked at are known to be of the other kind.
    return max(min(applies, reading.population - not_applicable), marked)


def distribution(reading: RecordReading) -> pd.DataFrame:
    """
    Tell how many records had each mark.

    Parameters
    ----------
    reading : RecordReading

    Returns
    -------
    DataFrame
        A results table with a row for each graded question and mark, 6 to 1, none left out:
        `question, grade` tell rows apart; the denominator is the records with a mark. Wilson's
        interval, per cent, without correction for a finite population.
    """
    rows = []
    for question in (q for q in reading.questions if q.kind == GRADE):
        known = _counting(reading, question.id)["mark"].dropna()
        for mark, word in SCALE.items():
            rows.append(
                {
                    "key": question.id,
                    "question": question.text,
                    "grade": f"{mark} {word}",
                    "numerator": int((known == mark).sum()),
                    "denominator": len(known),
                }
            )
    return _table(reading, _shares(rows), ["question", "grade"])


def _shares(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add shares with their intervals to rows of counts."""
    for row in rows:
        if row["denominator"]:
            found = rates.proportion(row["numerator"], row["denominator"]).iloc[0]
            row |= {c: found[c] for c in ("value", "lower", "upper", "method")}
        else:
            row["mark"] = values.NOT_APPLICABLE
    return rows


def change_since(
    now: RecordReading, before: RecordReading, *, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Tell whether good or better became more or less frequent since an earlier reading.

    Parameters
    ----------
    now, before : RecordReading
        Two samples, drawn apart from each other.
    confidence : float

    Returns
    -------
    DataFrame
        A results table of `now` with the columns `before_numerator, before_denominator,
        before_value, difference, difference_lower, difference_upper` (percentage points),
        `p_value` and `verdict` ("higher", "lower", "similar"; empty where a question was not put
        both times). Newcombe's limits, without correction for finite populations: with it they
        would be a little narrower.

    References
    ----------
    Newcombe (1998), method 10, as `cpstats.compare_proportions`.
    """
    later = good_or_better(now, confidence=confidence)
    earlier = good_or_better(before, confidence=confidence).set_index("indicator")
    found = later.join(
        earlier[["numerator", "denominator", "value"]].add_prefix("before_"), on="indicator"
    )
    columns = ["difference", "difference_lower", "difference_upper", "p_value", "verdict"]
    both = found["value"].notna() & found["before_value"].notna()
    found[columns[:4]], found["verdict"] = np.nan, ""
    if both.any():
        held = found[both]
        compared = comparisons.compare_proportions(
            held["numerator"], held["denominator"], held["before_numerator"],
            held["before_denominator"], confidence=confidence,
        )  # fmt: skip
        found.loc[both, columns] = compared[columns].to_numpy()
        found[columns[:4]] = found[columns[:4]].astype("float64")
    added = "Not put both times, or nobody was marked: no comparison."
    found.loc[~both, "note"] = [join_notes(note, added) for note in found.loc[~both, "note"]]
    return found


def plan_sample(sample: int, population: int, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell beforehand what a sample of records can say.

    Parameters
    ----------
    sample : int
        Records to read.
    population : int
        Records they are drawn from at random.
    confidence : float

    Returns
    -------
    DataFrame
        A row for each share that may be found, in steps of a tenth: `numerator, denominator,
        population, value, lower, upper` (per cent), `margin` (half the width), `word` and
        `also_possible`, as `cpstats.quantifier`; and `change`: the smallest rise, in percentage
        points, that a second sample of this size could tell from chance (missing where none
        could).

    Raises
    ------
    ImpossibleInput
        For a sample that is not a whole number from 1 to its population.

    Examples
    --------
    >>> plan = plan_sample(60, 420).set_index("value").loc[70.0]
    >>> [round(float(plan[limit]), 1) for limit in ("lower", "upper")], plan["also_possible"]
    ([58.4, 79.5], 'most')
    """
    if not (float(sample).is_integer() and float(population).is_integer()):
        raise ImpossibleInput("A sample and its population are whole numbers.")
    if not 0 < sample <= population:
        raise ImpossibleInput(f"Of {population} records, {sample} cannot be read.")
    parts = sorted({int(values.round_half_up(sample * tenth / 10)) for tenth in range(11)})
    counts = pd.Series(parts, dtype="float64")
    found = quantifiers.quantifier(
        counts, pd.Series(float(sample), index=counts.index),
        population=pd.Series(float(population), index=counts.index), confidence=confidence,
    )  # fmt: skip
    columns = ["numerator", "denominator", "population", "value", "lower", "upper"]
    planned = found[columns].assign(margin=(found["upper"] - found["lower"]) / 2)
    planned[["word", "also_possible"]] = found[["word", "also_possible"]]
    planned["change"] = [_least_rise(part, sample, confidence) for part in parts]
    return planned


def _least_rise(part: int, sample: int, confidence: float) -> float:
    """Find the smallest rise that a second sample of this size would show as more than chance."""
    more = np.arange(part + 1, sample + 1, dtype="float64")
    if not len(more):
        return np.nan
    same = np.ones(len(more))
    compared = comparisons.compare_proportions(
        more, sample * same, part * same, sample * same, confidence=confidence
    )
    clear = np.flatnonzero(compared["verdict"] == comparisons.HIGHER)
    return float(100 * (more[clear[0]] - part) / sample) if len(clear) else np.nan


def records_for(population: int, margin: float, *, confidence: float = 0.95) -> int:
    """
    Tell how many records to read for a margin, whatever share is found.

    Parameters
    ----------
    population : int
        Records to draw from.
    margin : float
        Half the width of the interval at a share of one half, in percentage points.
    confidence : float

    Returns
    -------
    int
        At most the population.

    Raises
    ------
    ImpossibleInput
        For a margin that is not between 0 and 50, or a population that is not above 0.

    References
    ----------
    Cochran (1977): 75-76, with p = 1/2: n0 = z^2 / (4 d^2), n = n0 / (1 + (n0 - 1) / N).

    Examples
    --------
    >>> records_for(420, 10)
    79
    """
    from scipy import special

    if not (0 < margin < 50 and population > 0):
        raise ImpossibleInput("Give a margin between 0 and 50 points, and a population above 0.")
    z = special.ndtri((1 + inputs.level(confidence)) / 2)
    first = z**2 / (4 * (margin / 100) ** 2)
    return min(math.ceil(first / (1 + (first - 1) / population)), int(population))


def _table(
    reading: RecordReading, rows: Iterator | list, groups: list[str], more: list[str] | None = None
) -> pd.DataFrame:
    return results(
        rows, indicator=INDICATOR, area=reading.area, date=reading.date,
        source=f"{reading.title} ({reading.source})", groups=groups, more=more or [],
    )  # fmt: skip
