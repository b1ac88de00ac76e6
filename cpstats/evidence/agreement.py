"""How far two readers of the same records agree, beyond chance.

References
----------
Cohen J (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or
    partial credit. Psychol Bull 70: 213-220.
Fleiss JL, Cohen J, Everitt BS (1969). Large sample standard errors of kappa and weighted kappa.
    Psychol Bull 72: 323-327.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import inputs, values
from ..errors import ImpossibleInput
from .audits import GRADE, SCALE, RecordReading
from .tabling import join_notes, results

METHOD = "weighted kappa, linear weights; standard error of Fleiss, Cohen and Everitt"
#: With fewer records read twice, the interval of a large sample says too much.
FEW = 20


def weighted_kappa(table: Any, *, confidence: float = 0.95) -> dict[str, float]:
    """
    Give Cohen's weighted kappa of a square table, with its interval.

    Parameters
    ----------
    table : array of int, shape (k, k)
        Counts: row for the first reader's mark, column for the second's, both in order.
    confidence : float

    Returns
    -------
    dict of str to float
        `kappa, lower, upper, standard_error, agreed` (share with the same mark) and `near` (share
        at most one apart). Weights are 1 less the steps apart over k - 1. Kappa is missing where
        both readers gave one and the same mark only: chance alone explains all of it.

    Raises
    ------
    ImpossibleInput
        For a table that is not square, or not of counts.

    References
    ----------
    Cohen (1968); Fleiss, Cohen and Everitt (1969), formula 9.

    Examples
    --------
    >>> found = weighted_kappa([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
    >>> round(found["kappa"], 4), round(found["standard_error"], 5)
    (0.2374, 0.07832)
    """
    from scipy import special

    counts = np.asarray(table, dtype="float64")
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise ImpossibleInput("Agreement needs a square table of two marks or more.")
    if not np.isfinite(counts).all() or (counts < 0).any() or not counts.sum():
        raise ImpossibleInput("Agreement needs a table of counts, some above 0.")
    steps = np.arange(len(counts))
    apart = np.abs(steps[:, None] - steps)
    weight = 1 - apart / (len(counts) - 1)
    share = counts / counts.sum()
    first, second = share.sum(axis=1), share.sum(axis=0)
    seen, chance = (weight * share).sum(), (weight * np.outer(first, second)).sum()
    if np.isclose(chance, 1):
        kappa = error = np.nan
    else:
        kappa = (seen - chance) / (1 - chance)
        own = (weight @ second)[:, None] + first @ weight
        spread = (share * (weight * (1 - chance) - own * (1 - seen)) ** 2).sum()
        spread -= (seen * chance - 2 * chance + seen) ** 2
        error = np.sqrt(max(spread, 0) / counts.sum()) / (1 - chance) ** 2
    reach = special.ndtri((1 + inputs.level(confidence)) / 2) * error
    return {
        "kappa": float(kappa),
        "lower": float(np.fmax(kappa - reach, -1)) if reach == reach else np.nan,
        "upper": float(np.fmin(kappa + reach, 1)) if reach == reach else np.nan,
        "standard_error": float(error),
        "agreed": float(np.trace(share)),
        "near": float(share[apart <= 1].sum()),
    }


def agreement(reading: RecordReading, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell how far readers agree, from the records that two of them read.

    Parameters
    ----------
    reading : RecordReading
    confidence : float

    Returns
    -------
    DataFrame
        A results table with a row for each graded question. `numerator` is the records to which
        both gave the same mark, `denominator` those that both marked, `value` weighted kappa with
        `lower` and `upper`; `agreed` and `near` are per cent with the same mark, and with marks at
        most one apart. Without a record read twice it is `[x]`.
    """
    rows = [
        _agreed(reading, question, confidence)
        for question in reading.questions
        if question.kind == GRADE
    ]
    return results(
        rows, indicator="record_reading_agreement", area=reading.area, date=reading.date,
        source=f"{reading.title} ({reading.source})", groups=["question"],
        more=["agreed", "near"],
    )  # fmt: skip


def _agreed(reading: RecordReading, question: Any, confidence: float) -> dict[str, Any]:
    marks = reading.marks[reading.marks["question"] == question.id]
    first = marks[marks["counts"]].set_index("record")["mark"]
    again = marks[~marks["counts"]].set_index("record")["mark"]
    both = pd.concat([first, again], axis=1, keys=["first", "again"], join="inner").dropna()
    row = {"key": question.id, "question": question.text, "denominator": len(both)}
    if both.empty:
        return row | {"mark": values.NOT_AVAILABLE, "note": "No record was marked by two readers."}
    grades = sorted(SCALE)
    table = pd.crosstab(both["first"], both["again"]).reindex(
        index=grades, columns=grades, fill_value=0
    )
    found = weighted_kappa(table.to_numpy(), confidence=confidence)
    few = f"Only {len(both)} records were read twice: the interval is rough." * (len(both) < FEW)
    same = "All marks were the same: kappa has no value." * bool(np.isnan(found["kappa"]))
    return row | {
        "numerator": int((both["first"] == both["again"]).sum()),
        "value": found["kappa"], "lower": found["lower"], "upper": found["upper"],
        "method": METHOD, "agreed": 100 * found["agreed"], "near": 100 * found["near"],
        "note": join_notes(few, same),
    }  # fmt: skip
