"""Where an area stands in the spread of all: indicators side by side, each around its reference.

References
----------
Hyndman RJ, Fan Y (1996). Sample quantiles in statistical packages. American Statistician 50:
    361-365. Quartiles are their definition 7, that of R and of PERCENTILE.INC in Excel.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import inputs
from .errors import ImpossibleInput, UnknownName
from .values import NOT_AVAILABLE

#: Below this many areas with a figure a quarter of them is hardly one area: no quartiles then.
FEWEST_FOR_QUARTILES = 8

#: What a spread is made of, from low to high.
QUANTILES = {
    "lowest": 0.0,
    "lower_quartile": 0.25,
    "median": 0.5,
    "upper_quartile": 0.75,
    "highest": 1.0,
}
_QUARTILES = ["lower_quartile", "median", "upper_quartile"]
_PLACED = ["value", *QUANTILES]


def spread_of(results: pd.DataFrame, *, area: str, reference: str = "Scotland") -> pd.DataFrame:
    """
    Find where an area stands in the spread of all areas, for several indicators.

    Parameters
    ----------
    results : DataFrame
        Results tables of several indicators under one another, each of one period, with a row for
        each area and for the reference. A column `verdict`, where there is one, is that of the
        area against the reference.
    area : str
        The area shown; it counts among the areas of the spread.
    reference : str
        The area all are held against; not among the areas of the spread.

    Returns
    -------
    DataFrame
        A row for each indicator, in the order given: columns `indicator, period, area, value,
        mark, reference_area, reference, reference_mark, lowest, lower_quartile, median,
        upper_quartile, highest, areas, areas_with_figure, verdict, note`. The spread is of the
        areas with a figure; quartiles and median are missing below 8 of them. A missing `value`
        or `reference` has its mark. `verdict` is "higher", "lower" or "similar", and empty where
        nothing was tested. `note` says in words what cannot be given, and why.

    Raises
    ------
    ImpossibleInput
        For no rows, an infinite value, an indicator with several periods, or two rows of an area.
    UnknownName
        For an area that is not among the results, or is the reference.

    References
    ----------
    Hyndman and Fan (1996), definition 7: the quantile at p lies (n - 1) p steps above the lowest
    of n values in order, by straight line between neighbours.

    Examples
    --------
    >>> from cpstats import load, measure
    >>> rates = measure(load(), "register_rate", periods="2018-19")
    >>> spread = spread_of(rates, area="Dundee City")
    >>> spread[["value", "reference", "lowest", "median", "highest"]].round(1).values.tolist()
    [[3.8, 2.8, 0.8, 2.8, 4.6]]
    """
    _check(results, area, reference)
    order = pd.Index(results["indicator"].unique(), name="indicator")
    others = results[results["area"] != reference]
    by_indicator = others.groupby("indicator", sort=False)["value"]
    spread = by_indicator.quantile(list(QUANTILES.values())).unstack().reindex(order)
    spread.columns = pd.Index(list(QUANTILES))
    count = by_indicator.count().reindex(order, fill_value=0)
    spread.loc[count < FEWEST_FOR_QUARTILES, _QUARTILES] = np.nan
    here, there = _rows_of(results, area, order), _rows_of(results, reference, order)
    result = pd.DataFrame(
        {
            "period": results.drop_duplicates("indicator").set_index("indicator")["period"],
            "area": area,
            "value": here["value"],
            "mark": here["mark"],
            "reference_area": reference,
            "reference": there["value"],
            "reference_mark": there["mark"],
            **spread,
            "areas": by_indicator.size().reindex(order, fill_value=0),
            "areas_with_figure": count,
            "verdict": here["verdict"].where(here["value"].notna() & there["value"].notna(), ""),
        },
        index=order,
    )
    return result.assign(note=_notes(result, area, reference)).reset_index()


def _check(results: pd.DataFrame, area: str, reference: str) -> None:
    inputs.needed(results, "indicator", "area", "period", "value", "mark")
    if "compared_to" in results:
        held = set(results.loc[results["verdict"].fillna("") != "", "compared_to"].dropna())
        if not held <= {reference, f"rest of {reference}"}:
            raise ImpossibleInput(
                f"The verdicts are against {' and '.join(sorted(held))}, the spread is around "
                f"{reference}: compare with {reference}, or leave the verdicts out."
            )
    if results.empty:
        raise ImpossibleInput("A spread takes the results of one indicator or more: got no rows.")
    value = results["value"].to_numpy("float64")
    inputs.refuse(np.isinf(value), value, "a value must be finite")
    known = [a for a in dict.fromkeys(results["area"]) if a != reference]
    if area not in known:
        raise UnknownName(f"area beside {reference}", area, known)
    for found, names in results.groupby("indicator", sort=False)["period"].unique().items():
        if len(names) > 1:
            raise ImpossibleInput(
                f"A spread takes one period of each indicator: {found} has "
                f"{' and '.join(map(str, names[:3]))}. Keep one."
            )
    twice = results[results.duplicated(["indicator", "area"])]
    if len(twice):
        raise ImpossibleInput(
            "A spread takes one row for each indicator and area, no breakdown: "
            f"{twice['indicator'].iloc[0]} has {twice['area'].iloc[0]} more than once."
        )


def _rows_of(results: pd.DataFrame, area: str, order: pd.Index) -> pd.DataFrame:
    """Take the row of one area for each indicator; where it has none, its figure is missing."""
    rows = results[results["area"] == area].set_index("indicator").reindex(order)
    if "verdict" not in rows:
        rows = rows.assign(verdict="")
    text = {c: rows[c].fillna("").astype("str") for c in ("mark", "verdict")}
    rows = rows.assign(**text)
    missing = rows["value"].isna() & rows["mark"].eq("")
    return rows.assign(mark=rows["mark"].mask(missing, NOT_AVAILABLE))


def _notes(result: pd.DataFrame, area: str, reference: str) -> np.ndarray:
    """Say what cannot be given: the gravest reason only."""
    count = result["areas_with_figure"]
    few = f"no quartiles: fewer than {FEWEST_FOR_QUARTILES} areas have a figure"
    return np.select(
        [
            count.eq(0).to_numpy(),
            result["reference"].isna().to_numpy(),
            result["value"].isna().to_numpy(),
            count.lt(FEWEST_FOR_QUARTILES).to_numpy(),
        ],
        [
            np.full(len(result), "no area has a figure", dtype=object),
            np.full(len(result), f"no figure for {reference}", dtype=object),
            np.full(len(result), f"no figure for {area}", dtype=object),
            np.full(len(result), few, dtype=object),
        ],
        "",
    ).astype(str)


def place_around(spreads: pd.DataFrame) -> pd.DataFrame:
    """
    Place values on a line from -1 to 1 with the reference at 0, a scale for each indicator.

    Parameters
    ----------
    spreads : DataFrame
        From `spread_of`.

    Returns
    -------
    DataFrame
        On the same index, columns `value, lowest, lower_quartile, median, upper_quartile,
        highest`: (x - reference) / the larger of the distances of the lowest and the highest from
        the reference. So the farther end is at -1 or 1, and equal lengths in a row are equal
        differences. Missing where x or the reference is; all 0 where no area differs from it.

    Examples
    --------
    >>> row = {"value": 4.0, "reference": 3.0, "lowest": 1.0, "lower_quartile": 2.0,
    ...        "median": 3.0, "upper_quartile": 4.0, "highest": 5.0}
    >>> place_around(pd.DataFrame([row])).values.tolist()
    [[0.5, -1.0, -0.5, 0.0, 0.5, 1.0]]
    """
    away = spreads[_PLACED].sub(spreads["reference"], axis=0)
    reach = away[["lowest", "highest"]].abs().max(axis=1)
    return away.div(reach.mask(reach == 0, 1.0), axis=0)
