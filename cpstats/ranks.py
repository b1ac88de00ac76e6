"""What place an area takes among others, and which other places chance leaves open.

References
----------
Mogstad M, Romano JP, Shaikh AM, Wilhelm D (2024). Inference for ranks with applications to
    mobility across neighbourhoods and academic achievement across countries. Rev Econ Stud 91:
    476-518. The range of ranks of one area from its comparisons with every other.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from . import areas, catalogue, comparisons, inputs
from .errors import CpstatsError

COLUMNS = [
    "rank", "rank_lower", "rank_upper", "rank_lower_each", "rank_upper_each", "ranked",
    "rank_confidence", "rank_from_lowest",
]  # fmt: skip


def rank(results: pd.DataFrame, *, among: Iterable[str], confidence: float = 0.95) -> pd.DataFrame:
    """
    Rank areas within each period, with the ranges of ranks that chance allows.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator.
    among : iterable of str
        The areas to rank, such as `areas.councils()`. Others are left out of the result.
    confidence : float
        Of the ranges.

    Returns
    -------
    DataFrame
        The rows of those areas with

        - `rank`: 1 is the highest value, equals share the better place;
        - `rank_lower, rank_upper`: the best and worst place when the area is compared with all
          the others at once. The true place lies within it at the level of confidence: this is
          the range to quote.
        - `rank_lower_each, rank_upper_each`: the same with each comparison at that level on its
          own, as if it were the only one. Narrower, and more often wrong: of 31 councils that
          do not differ from an area, one or two will seem to;
        - `ranked`: areas of the period that have a value;
        - `rank_confidence`: the level;
        - `rank_from_lowest`: 1 is the lowest value, equals share the lower number.

        An area without a value has no rank. Ranges are given for rates and proportions, in
        periods in which every area with a value has a count.

    Raises
    ------
    CpstatsError
        For results of several indicators, with several rows for an area and period, or for
        Scotland among its councils.
    UnknownName
        For an area that is neither among the results nor known.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024): an area's place is no better than one after those
    clearly above it and no worse than one before those clearly below it. With all at once, the
    level is shared out between the comparisons (Bonferroni). Rates are compared by the exact
    limits of their ratio, proportions by Newcombe's limits of their difference.

    Examples
    --------
    >>> from cpstats import areas, load, measure
    >>> rates = measure(load(), "register_rate", periods="2018-19")
    >>> places = rank(rates, among=areas.councils()).set_index("area")
    >>> places.loc["Dundee City", COLUMNS[:6]].astype(int).tolist()
    [6, 1, 25, 1, 18, 32]
    """
    level = inputs.level(confidence)
    inputs.needed(results, "indicator", "area", "period", "value", "numerator", "denominator")
    if results["indicator"].nunique() > 1:
        raise CpstatsError("A ranking takes the results of one indicator.")
    asked, known = [among] if isinstance(among, str) else list(among), set(results["area"])
    # A council that has no row is left out; a name that is none is a mistake.
    names = [name if name in known else areas.find(name).name for name in asked]
    if areas.SCOTLAND in names:
        raise CpstatsError("Scotland takes no place among its councils: leave it out of `among`.")
    chosen = results[results["area"].isin(names)].reset_index(drop=True)
    if chosen.duplicated(["area", "period"]).any():
        raise CpstatsError("A ranking takes one row for each area and period: no breakdown.")
    if chosen.empty:
        return chosen.reindex(columns=[*chosen, *COLUMNS])
    ranked = [_rank_period(g, level) for _, g in chosen.groupby("period", sort=False)]
    return chosen.join(pd.concat(ranked))


def _rank_period(group: pd.DataFrame, confidence: float) -> pd.DataFrame:
    known = group[group["value"].notna()]
    many = len(known)
    result = pd.DataFrame(np.nan, index=group.index, columns=COLUMNS)
    result["rank"] = group["value"].rank(ascending=False, method="min")
    result["rank_from_lowest"] = group["value"].rank(ascending=True, method="min")
    result["ranked"], result["rank_confidence"] = many, confidence
    kind = catalogue.find(group["indicator"].iloc[0]).kind
    counts = known[["numerator", "denominator"]].to_numpy(dtype="float64")
    if many < 2 or kind not in {"rate", "proportion"} or np.isnan(counts).any():
        return result
    for ending, comparisons_made in (("", many - 1), ("_each", 1)):
        tail = (1 - confidence) / 2 / comparisons_made
        above, below = _clearly(kind, counts[:, 0], counts[:, 1], tail)
        result.loc[known.index, f"rank_lower{ending}"] = 1 + below.sum(axis=1)
        result.loc[known.index, f"rank_upper{ending}"] = many - above.sum(axis=1)
    return result


def _clearly(
    kind: str, part: np.ndarray, whole: np.ndarray, tail: float
) -> tuple[np.ndarray, np.ndarray]:
    """Say which areas (down) are clearly above and clearly below which (across)."""
    pairs = part[:, None], whole[:, None], part[None, :], whole[None, :]
    if kind == "rate":
        lower, upper = comparisons.ratio_limits(*pairs, tail)
        return lower > 1, upper < 1
    found = comparisons.proportion_difference(*pairs, tail)
    return found["difference_lower"] > 0, found["difference_upper"] < 0
