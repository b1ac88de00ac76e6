"""Whether children's lives got better: repeated measures of the same children.

References
----------
Kaplan EL, Meier P (1958). Nonparametric estimation from incomplete observations. J Am Stat Assoc
    53: 457-481.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from .. import rates, values
from .outcome_reading import HIGHER, Outcomes
from .pairing import METHOD, PAIRED, paired_change, paired_difference
from .tabling import join_notes, results

INDICATOR = "outcomes"
IMPROVED, SAME, WORSE, MISSING = "improved", "same", "worse", "missing at follow-up"
AGE_GROUPS = {"0-4": (0, 5), "5-10": (5, 11), "11-15": (11, 16), "16-17": (16, 18),
              "18 and over": (18, np.inf)}  # fmt: skip
UNKNOWN = "not known"
#: Days by which a share improved is told.
DAYS = (90, 180, 365)
#: With fewer children followed, a mean and its interval say little.
FEW = 10
#: The mean of fewer children than this comes near to the score of one of them.
_TOO_FEW_TO_TELL = 5
_MORE = ["first_mean", "later_mean", "missing", "wilcoxon_p_value", "sign_p_value", "verdict"]


def changes(outcomes: Outcomes, *, by_age: bool = False, confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell how far the scores of the same children changed.

    Parameters
    ----------
    outcomes : Outcomes
    by_age : bool
        Whether to split by the age at the first score.
    confidence : float

    Returns
    -------
    DataFrame
        A results table with a row for each measure (and `age_group`): the denominator is children
        with a first score, the numerator those of them with a follow-up; `value, lower, upper` are
        the mean change, later less first, in points of the scale. Further `first_mean, later_mean`
        (of those followed), `missing` (children without a follow-up), p-values of the Wilcoxon and
        the sign test, and `verdict` ("better", "worse", "no clear change").
    """
    rows = (_change(outcomes, key, group, confidence) for key, group in _each(outcomes, by_age))
    return _table(outcomes, rows, ["measure", "age_group"], _MORE)


def _change(
    outcomes: Outcomes, key: dict[str, Any], pairs: pd.DataFrame, confidence: float
) -> dict[str, Any]:
    followed, lost = pairs.dropna(subset="later"), pairs[pairs["later"].isna()]
    row = {**key, "denominator": len(pairs), "numerator": len(followed), "missing": len(lost)}
    if followed.empty:
        mark = values.NOT_AVAILABLE if len(pairs) else values.NOT_APPLICABLE
        return row | {"mark": mark, "verdict": "", "note": "No child has a follow-up."}
    found = paired_change(
        followed["first"], followed["later"], better=outcomes.better, confidence=confidence
    )
    return row | {
        "value": found["change"], "lower": found["lower"], "upper": found["upper"],
        "method": METHOD, "first_mean": followed["first"].mean(),
        "later_mean": followed["later"].mean(), "verdict": found["verdict"],
        "wilcoxon_p_value": found["wilcoxon_p_value"], "sign_p_value": found["sign_p_value"],
        "note": join_notes(_lost(followed, lost), _few(len(followed))),
    }  # fmt: skip


def _lost(followed: pd.DataFrame, lost: pd.DataFrame) -> str:
    """Say how those missing at follow-up began, as they may have fared otherwise."""
    if lost.empty:
        return ""
    # A note is not hidden with its row: it must not give the score of one child away.
    if min(len(lost), len(followed)) < _TOO_FEW_TO_TELL:
        return "Children without a follow-up may have fared otherwise."
    return (
        f"Those without a follow-up began at {lost['first'].mean():.1f} on average, those "
        f"followed at {followed['first'].mean():.1f}: how they fared is not known."
    )


def _few(many: int) -> str:
    return f"Fewer than {FEW} children were followed." if many < FEW else ""


def shares(outcomes: Outcomes, *, by_age: bool = False, confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell how many children improved, stayed the same, got worse, or were not seen again.

    Parameters
    ----------
    outcomes : Outcomes
    by_age : bool
    confidence : float

    Returns
    -------
    DataFrame
        A results table with four rows for each measure (and `age_group`), told apart by `answer`:
        "improved", "same", "worse" (of the children followed) and "missing at follow-up" (of all
        with a first score). A change counts from the smallest one that the scale's file names.
        Wilson's intervals, per cent. The first three add up to their denominator: where one is
        hidden a second must be, so give `protect` a row "all" with them.
    """
    rows = (
        row for key, pairs in _each(outcomes, by_age)
        for row in _shares(outcomes, key, pairs, confidence)
    )  # fmt: skip
    return _table(outcomes, rows, ["measure", "age_group", "answer"], [])


def _shares(
    outcomes: Outcomes, key: dict[str, Any], pairs: pd.DataFrame, confidence: float
) -> Iterator[dict[str, Any]]:
    counts = _moved(outcomes, pairs)
    many = sum(counts.values())
    for answer, count in counts.items():
        yield key | {"answer": answer} | _share(count, many, confidence)
    yield key | {"answer": MISSING} | _share(len(pairs) - many, len(pairs), confidence)


def _moved(outcomes: Outcomes, pairs: pd.DataFrame) -> dict[str, int]:
    """Count the children followed by how they changed."""
    followed = pairs.dropna(subset="later")
    gain = _gain(outcomes, followed["later"] - followed["first"])
    better = int((gain >= outcomes.smallest_change).sum())
    worse = int((gain <= -outcomes.smallest_change).sum())
    return {IMPROVED: better, SAME: len(followed) - better - worse, WORSE: worse}


def improved_less_worse(
    outcomes: Outcomes, *, by_age: bool = False, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Tell whether more children improved than got worse.

    Parameters
    ----------
    outcomes : Outcomes
    by_age : bool
    confidence : float

    Returns
    -------
    DataFrame
        A results table with a row for each measure (and `age_group`): the share of the children
        followed that improved less the share that got worse, in percentage points, with Newcombe's
        limits for two shares of the same children, and `sign_p_value`. The numerator is the
        children who improved, the denominator those followed; the number who got worse follows
        from the value, so show a row only where that count may be shown too.
    """
    rows = (_balance(outcomes, key, held, confidence) for key, held in _each(outcomes, by_age))
    return _table(outcomes, rows, ["measure", "age_group"], ["sign_p_value"])


def _balance(
    outcomes: Outcomes, key: dict[str, Any], pairs: pd.DataFrame, confidence: float
) -> dict[str, Any]:
    counts = _moved(outcomes, pairs)
    many = sum(counts.values())
    row = {**key, "numerator": counts[IMPROVED], "denominator": many}
    if not many:
        return row | {"mark": values.NOT_AVAILABLE if len(pairs) else values.NOT_APPLICABLE}
    found = paired_difference(counts[IMPROVED], counts[WORSE], many, confidence=confidence)
    ends = zip(("value", "lower", "upper"), ("difference", "lower", "upper"), strict=True)
    figures = {column: 100 * found[end] for column, end in ends}
    return row | figures | {
        "method": PAIRED, "sign_p_value": found["p_value"], "note": join_notes(_few(many)),
    }  # fmt: skip


def _share(part: int, whole: int, confidence: float) -> dict[str, Any]:
    row = {"numerator": part, "denominator": whole}
    if not whole:
        return row | {"mark": values.NOT_APPLICABLE}
    found = rates.proportion(part, whole, confidence=confidence).iloc[0]
    return row | {c: found[c] for c in ("value", "lower", "upper", "method")}


def _gain(outcomes: Outcomes, change: pd.Series) -> pd.Series:
    """Turn a change so that more is better."""
    # 5.3 less 5.2 is a change of 0.1, though to a computer it falls short of it.
    return (change if outcomes.better == HIGHER else -change).round(9)


def time_to_improvement(outcomes: Outcomes, *, confidence: float = 0.95) -> pd.DataFrame:
    """
    Tell how soon children improved, whoever was lost on the way.

    Parameters
    ----------
    outcomes : Outcomes
    confidence : float

    Returns
    -------
    DataFrame
        A results table with a row for each measure and span of `days` (90, 180, 365): the share of
        children, per cent, whose score was better by the smallest change by then. Children not yet
        improved count until their last score, and no longer. The numerator is children seen to
        improve by then, the denominator all with a first score; the two do not divide into the
        value.

    References
    ----------
    Kaplan and Meier (1958), with the limits of the log of the survivor function.
    """
    rows = (
        row for key, _ in _each(outcomes, by_age=False)
        for row in _times(outcomes, key, confidence)
    )  # fmt: skip
    return _table(outcomes, rows, ["measure", "days"], [])


def _times(outcomes: Outcomes, key: dict[str, Any], confidence: float) -> Iterator[dict[str, Any]]:
    from scipy import stats

    spans, improved = _spans(outcomes, key["key"])
    for days in DAYS:
        row = {**key, "days": str(days), "denominator": len(spans),
               "numerator": int((improved & (spans <= days)).sum())}  # fmt: skip
        if not len(spans):
            yield row | {"mark": values.NOT_APPLICABLE}
            continue
        held = stats.CensoredData.right_censored(spans, ~improved)
        still = stats.ecdf(held).sf
        with warnings.catch_warnings():
            # Before the first improvement and after the last there are no limits: they are missing.
            warnings.simplefilter("ignore", RuntimeWarning)
            limits = still.confidence_interval(confidence_level=confidence, method="log-log")
        shown = [float(f.evaluate(days)) for f in (still, limits.high, limits.low)]
        reached = days <= spans.max()
        value, lower, upper = (100 * (1 - s) for s in shown)
        yield row | (
            {"value": value, "lower": lower, "upper": upper, "method": "Kaplan-Meier"}
            if reached
            else {"mark": values.NOT_AVAILABLE, "note": "No child was seen for so long."}
        )


def _spans(outcomes: Outcomes, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Give days to the first improvement, or to the last score of those who had none."""
    spans, improved = [], []
    scores = outcomes.scores[outcomes.scores["measure"] == measure].sort_values("date")
    for _, own in scores.groupby("child", sort=True):
        gain = _gain(outcomes, own["score"] - own["score"].iloc[0])
        better = own[gain >= outcomes.smallest_change]
        last = better["date"].iloc[0] if len(better) else own["date"].iloc[-1]
        spans.append((last - own["date"].iloc[0]).days)
        improved.append(bool(len(better)))
    return np.array(spans, dtype="float64"), np.array(improved, dtype=bool)


def _each(outcomes: Outcomes, by_age: bool) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Give each measure, and within it each age group, with its pairs of scores."""
    for measure, name in outcomes.measures.items():
        pairs = pairs_of(outcomes, measure)
        groups = [*AGE_GROUPS, UNKNOWN] if by_age else ["all"]
        for group in groups:
            chosen = pairs[pairs["age_group"] == group] if by_age else pairs
            yield {"key": measure, "measure": name, "age_group": group}, chosen


def pairs_of(outcomes: Outcomes, measure: str) -> pd.DataFrame:
    """
    Give each child's first score and its last follow-up within the span.

    Parameters
    ----------
    outcomes : Outcomes
    measure : str
        Its id.

    Returns
    -------
    DataFrame
        `child, first, later, first_date, later_date, age_group`; the later two are missing where
        there is no follow-up.
    """
    scores = outcomes.scores[outcomes.scores["measure"] == measure].sort_values("date")
    rows = []
    for child, own in scores.groupby("child", sort=True):
        start = own.iloc[0]
        until = start["date"] + pd.Timedelta(days=outcomes.follow_up_days)
        after = own[(own["date"] > start["date"]) & (own["date"] <= until)]
        later, day = after[["score", "date"]].iloc[-1] if len(after) else (np.nan, pd.NaT)
        rows.append((child, start["score"], later, start["date"], day, _age_group(start["age"])))
    columns = ["child", "first", "later", "first_date", "later_date", "age_group"]
    return pd.DataFrame(rows, columns=columns)


def _age_group(age: float) -> str:
    found = (name for name, (first, end) in AGE_GROUPS.items() if first <= age < end)
    return next(found, UNKNOWN)


def _table(
    outcomes: Outcomes, rows: Iterable[dict[str, Any]], groups: list[str], more: list[str]
) -> pd.DataFrame:
    return results(
        rows, indicator=INDICATOR, area=outcomes.area, date=outcomes.date,
        source=f"{'SYNTHETIC: ' if outcomes.synthetic else ''}{outcomes.title} ({outcomes.source})",
        groups=groups, more=more,
    )  # fmt: skip
