"""Which areas differ from Scotland, and which from themselves the year before.

Thirty-two comparisons at the level of 95% find one or two differences where there are none. So
each result is given twice: each comparison on its own, and allowing for how many there are.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import areas, catalogue, comparisons, inputs, p_values, periods, values
from .definitions import Indicator
from .errors import CpstatsError, UnknownName

YEAR_BEFORE = "year before"

#: What a comparison says, whatever is compared.
COMPARED = [
    "ratio", "ratio_lower", "ratio_upper", "difference", "difference_lower", "difference_upper",
    "p_value", "verdict", "comparison_confidence", "comparison_method",
]  # fmt: skip

_ADDED = [
    *COMPARED[:8], "p_adjusted", "verdict_adjusted", "comparisons", *COMPARED[8:],
    "comparison_note",
]  # fmt: skip

_COUNTS = ["numerator", "denominator"]

#: Columns of a comparison whose names a results table has already.
_OWN = {"confidence", "method"}


def compare_areas(
    results: pd.DataFrame, *, to: str = areas.SCOTLAND, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Compare each area with one of them, period by period.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, a rate or a proportion, that holds the area `to`.
    to : str
        Each council is compared with the rest of Scotland, its own children taken out; or name
        a council.
    confidence : float

    Returns
    -------
    DataFrame
        The rows given, in their order, with

        - `compared_to`: "rest of Scotland", or the area;
        - `ratio, ratio_lower, ratio_upper` (of rates; missing for proportions) and `difference,
          difference_lower, difference_upper`, in the unit of the indicator, as `compare_rates`
          and `compare_proportions` give them;
        - `p_value, verdict`: each comparison on its own;
        - `p_adjusted, verdict_adjusted`: allowing for the `comparisons` made, which are all
          those in the table: give one period to allow for that period alone. "higher" or "lower"
          where the verdict says so and the adjusted p-value is below the level;
        - `comparison_confidence, comparison_method`;
        - `comparison_note`: why there is no verdict, or what speaks against one.

    Raises
    ------
    CpstatsError
        For several indicators, one that is no rate or proportion, or several rows for an area,
        period and group.
    UnknownName
        When `to` is not among the results.

    References
    ----------
    Holm (1979): no more than one table in twenty (at 95%) has a "higher" or "lower" among its
    adjusted verdicts that is due to chance alone.

    Examples
    --------
    >>> from cpstats import load, measure
    >>> compared = compare_areas(measure(load(), "register_rate", periods="2018-19"))
    >>> int(compared["comparisons"].iloc[0])
    32
    >>> verdicts = compared[["verdict", "verdict_adjusted"]]
    >>> (verdicts == "higher").sum().tolist(), (verdicts == "lower").sum().tolist()
    ([7, 4], [7, 5])
    """
    entry, keys = _read(results)
    name = to if to in set(results["area"]) else areas.find(to).name
    if name not in set(results["area"]):
        raise UnknownName("area in the results", name, sorted(set(results["area"])))
    same = ["period", *keys]
    found = _look_up(results[results["area"] == name].set_index(same), results[same])
    why_not = _why_not(results, found, pd.Series(name, index=found.index))
    compared_to = name
    if name == areas.SCOTLAND:
        compared_to = f"rest of {name}"
        for column in _COUNTS:
            found[column] -= results[column].to_numpy(dtype="float64")
        left = _possible(entry, found["numerator"], found["denominator"])
        why_not = np.where((why_not == "") & ~left, f"the counts leave no {compared_to}", why_not)
    else:
        holds = (results["area"] == areas.SCOTLAND).to_numpy()
        why_not = np.where(holds, f"{areas.SCOTLAND} holds {name}: take it out first", why_not)
    itself = (results["area"] == name).to_numpy()
    why_not = np.where(itself, "the others are compared with it", why_not)
    return _with(results, entry, found, compared_to, why_not, "", confidence)


def compare_periods(
    results: pd.DataFrame, *, to: str = YEAR_BEFORE, confidence: float = 0.95
) -> pd.DataFrame:
    """
    Compare each area with itself in another period.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, a rate or a proportion.
    to : str
        "year before", or a period of the table.
    confidence : float

    Returns
    -------
    DataFrame
        As `compare_areas`; `compared_to` is the period. Where the definition changed between the
        two, or the count moved to another day, `comparison_note` says so beside the verdict.
        Children on the register at both dates are in both counts, which makes the test slower to
        call a change than its level says.

    Raises
    ------
    CpstatsError
        As `compare_areas`; and for the year before where periods are no years.
    UnknownName
        When `to` is not a period of the results.

    Examples
    --------
    >>> from cpstats import load, measure
    >>> fife = measure(load(), "register_rate", areas="Fife", periods=["2017-18", "2018-19"])
    >>> compare_periods(fife)[["period", "compared_to", "verdict"]].values.tolist()
    [['2017-18', '2016-17', ''], ['2018-19', '2017-18', 'similar']]
    """
    entry, keys = _read(results)
    if to == YEAR_BEFORE:
        others = results["period"].map({p: _before(p) for p in set(results["period"])})
    else:
        if to not in set(results["period"]):
            raise UnknownName("period in the results", to, sorted(set(results["period"])))
        others = pd.Series(to, index=results.index)
    same = ["area", "period", *keys]
    found = _look_up(results.set_index(same), results.assign(period=others)[same])
    why_not = _why_not(results, found, others)
    itself = (results["period"] == others).to_numpy()
    why_not = np.where(itself, "the others are compared with it", why_not)
    remarks = _breaks(entry, results["period"], others)
    return _with(results, entry, found, others.to_numpy(), why_not, remarks, confidence)


def compare_counts(
    entry: Indicator,
    one: pd.DataFrame,
    other: pd.DataFrame,
    *,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare two columns of counts, row by row, as the kind of the indicator asks.

    Parameters
    ----------
    entry : Indicator
        A rate or a proportion.
    one, other : DataFrame
        With `numerator, denominator`, nan where there is nothing to compare; same length.
    confidence : float

    Returns
    -------
    DataFrame
        Columns `ratio, ratio_lower, ratio_upper, difference, difference_lower, difference_upper,
        p_value, verdict, comparison_confidence, comparison_method`, on a new index. Proportions
        have no ratio.
    """
    counts = [
        frame[column].to_numpy(dtype="float64") for frame in (one, other) for column in _COUNTS
    ]
    is_rate = entry.kind == "rate"
    compare = comparisons.compare_rates if is_rate else comparisons.compare_proportions
    found = compare(*map(pd.Series, counts), per=entry.per, confidence=confidence)
    found = found.rename(columns=lambda name: f"comparison_{name}" if name in _OWN else name)
    return found.reindex(columns=COMPARED)


def _read(results: pd.DataFrame) -> tuple[Indicator, list[str]]:
    """Find the indicator of a results table, and the columns it is split by."""
    inputs.needed(results, "indicator", "area", "period", "value", "mark", *_COUNTS)
    if results["indicator"].nunique() != 1:
        raise CpstatsError("A comparison takes the results of one indicator.")
    entry = catalogue.find(results["indicator"].iloc[0])
    if entry.kind not in {"rate", "proportion"}:
        raise CpstatsError(
            f"{entry.id} has no counts to compare by (it is a {entry.kind} figure). "
            "Take a rate or a proportion."
        )
    keys = [column for column in entry.breakdowns if column in results]
    if results.duplicated(["area", "period", *keys]).any():
        raise CpstatsError("A comparison takes one row for each area, period and group.")
    return entry, keys


def _look_up(reference: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    at = pd.MultiIndex.from_frame(wanted) if wanted.shape[1] > 1 else pd.Index(wanted.iloc[:, 0])
    found = reference[[*_COUNTS, "value", "mark"]].reindex(at).reset_index(drop=True)
    return found.assign(there=at.isin(reference.index))


def _before(period: str) -> str:
    try:
        return periods.before(period)
    except CpstatsError:
        raise CpstatsError(
            f"{period!r} has no year before it: name in `to` the period to compare with."
        ) from None


def _why_not(results: pd.DataFrame, found: pd.DataFrame, to: pd.Series) -> np.ndarray:
    """Say of each row why it cannot be compared; nothing where it can."""
    own, others = why_no_count(results), why_no_count(found)
    named = to.to_numpy(dtype=object)
    absent = ~found["there"].to_numpy()
    return np.select(
        [own != "", absent, others != ""],
        [own, named + " is not among the results", named + ": " + others],
        "",
    )


def why_no_count(rows: pd.DataFrame) -> np.ndarray:
    """Say why a row has no counts to compare by."""
    part, whole = (rows[c].to_numpy(dtype="float64") for c in _COUNTS)
    without = np.isnan(part) | ~(whole > 0)
    reason = rows["mark"].map(values.WHY_MISSING).fillna(values.WHY_MISSING[values.NOT_AVAILABLE])
    as_published = without & rows["value"].notna().to_numpy()
    said = ("the figure is " + reason).to_numpy(dtype=object)
    return np.select(
        [as_published, without],
        ["the figure comes without its numerator and denominator", said],
        "",
    )


def _possible(entry: Indicator, part: pd.Series, whole: pd.Series) -> np.ndarray:
    good = (part >= 0) & (whole > 0)
    return (good & (part <= whole) if entry.kind == "proportion" else good).to_numpy()


def _breaks(entry: Indicator, period: pd.Series, other: pd.Series) -> np.ndarray:
    """Say what changed in the definition between two periods, which sort as they follow."""
    both = np.array([period.astype("str"), other.astype("str")], dtype=object)
    first, last = both.min(axis=0), both.max(axis=0)
    said = pd.Series("", index=period.index, dtype=object)
    for version in entry.versions:
        if version.breaks and version.since:
            between = (first < version.since) & (last >= version.since)
            said += np.where(between, f"from {version.since}: {version.text} ", "")
    return said.str.strip().to_numpy()


def _with(
    results: pd.DataFrame,
    entry: Indicator,
    found: pd.DataFrame,
    compared_to: np.ndarray | str,
    why_not: np.ndarray,
    remarks: np.ndarray | str,
    confidence: float,
) -> pd.DataFrame:
    """Add the comparisons to a results table, each on its own and all allowed for."""
    can = why_not == ""
    counts = (rows[_COUNTS].reset_index(drop=True) for rows in (results, found))
    one, other = (rows.where(np.column_stack([can, can])) for rows in counts)
    compared = compare_counts(entry, one, other, confidence=confidence)
    compared["p_adjusted"] = p_values.holm(compared["p_value"].to_numpy())
    clear = compared["p_adjusted"] < 1 - confidence
    untested = compared["verdict"] == ""
    compared["verdict_adjusted"] = compared["verdict"].where(clear | untested, comparisons.SIMILAR)
    compared["comparisons"] = int(compared["p_value"].notna().sum())
    nothing = np.where(can & untested, "both counts are 0", why_not)
    compared["comparison_note"] = np.where(nothing == "", remarks, nothing).astype(str)
    return results.assign(
        compared_to=compared_to, **{name: compared[name].array for name in _ADDED}
    )
