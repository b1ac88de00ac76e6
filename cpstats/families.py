"""An area among its comparators: how far apart they are, and how it stands against the others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from . import areas, catalogue, inputs, rates
from .definitions import Indicator
from .differences import COMPARED, compare_counts, why_no_count
from .errors import CpstatsError, UnknownName
from .published import Published
from .ranks import COLUMNS as PLACES
from .ranks import rank

_NEEDED = ("indicator", "area", "period", "value", "mark", "numerator", "denominator")


def family_members(data: Published, area: str, *, family_set: str = "people") -> list[str]:
    """
    List the areas that the Local Government Benchmarking Framework compares an area with.

    Parameters
    ----------
    data : Published
    area : str
        A council, in any known spelling.
    family_set : str
        "people" for services to people, "other" for other services.

    Returns
    -------
    list of str
        The other members of its family, by name.

    Raises
    ------
    UnknownName
        For an area without a family, or a set that is not known.

    Examples
    --------
    >>> from cpstats import load
    >>> family_members(load(), "Dundee City")[:3]
    ['East Ayrshire', 'Glasgow City', 'Inverclyde']
    """
    table = data.table("comparator_families")
    name = areas.find(area).name
    if family_set not in set(table["family_set"]):
        raise UnknownName("set of families", family_set, sorted(set(table["family_set"])))
    table = table[table["family_set"] == family_set]
    if name not in set(table["area"]):
        raise UnknownName("area with a family", name, sorted(set(table["area"])))
    group = table.loc[table["area"] == name, "group"].iloc[0]
    return sorted(table.loc[(table["group"] == group) & (table["area"] != name), "area"])


def summarise_family(
    results: pd.DataFrame, *, area: str, family: Iterable[str], confidence: float = 0.95
) -> pd.DataFrame:
    """
    Set an area beside its comparators, in one row for each period.

    Parameters
    ----------
    results : DataFrame
        A results table of one indicator, without breakdown, that holds the area and its family.
        Scotland's value is taken over where it is there.
    area : str
        By its proper name.
    family : iterable of str
        The comparators, such as `family_members`; the area itself may be among them.
    confidence : float

    Returns
    -------
    DataFrame
        One row for each period, in the order of the results:

        - `indicator, area, period, value, mark`: of the area; `scotland`: the national value;
        - `members, with_value`: areas of the family, the area among them, and how many of them
          have a value; `median, lowest, lowest_area, highest, highest_area` are of those;
        - `pooled_members`: the others, the area left out, that have counts; `pooled_without`:
          those that have none, and so are not in the pool; `pooled_numerator,
          pooled_denominator, pooled, pooled_lower, pooled_upper, pooled_method`: the pool taken
          as one area. Rates and proportions only;
        - `ratio` to `comparison_method`: the area against that pool, as `compare_areas`;
        - `rank` to `ranked`: its place within the family, as `rank`;
        - `confidence`, and `note`: why there is no comparison, or whom the pool is without.

    Raises
    ------
    CpstatsError
        For several indicators, a breakdown, or a family of nobody.
    UnknownName
        When the area or a member is not among the results.

    Examples
    --------
    >>> from cpstats import load, measure
    >>> data = load()
    >>> family = family_members(data, "Dundee City")
    >>> names = ["Dundee City", "Scotland", *family]
    >>> results = measure(data, "register_rate", areas=names, periods="2018-19")
    >>> found = summarise_family(results, area="Dundee City", family=family).round(2)
    >>> found[["value", "median", "pooled", "verdict", "rank", "ranked"]].values.tolist()
    [[3.79, 3.8, 3.65, 'similar', 5.0, 8]]
    """
    inputs.needed(results, *_NEEDED)
    others = _others(family, area)
    entry = _read(results, [area, *others])
    listed = list(dict.fromkeys(results["period"]))
    own = _one(results, area, listed)
    apart = _spread(results[results["area"].isin([area, *others])], listed)
    rows = results[results["area"].isin(others)]
    pool = _pool(rows, entry, listed, confidence)
    placed = _one(rank(results, among=[area, *others], confidence=confidence), area, listed)
    national = results[results["area"] == areas.SCOTLAND].set_index("period")["value"]
    compared = _against(entry, own, pool, confidence)
    return pd.DataFrame(
        {
            "indicator": entry.id,
            "area": area,
            "period": listed,
            "value": own["value"].to_numpy(),
            "mark": own["mark"].to_numpy(),
            "scotland": national.reindex(listed).to_numpy(),
            "members": len(others) + 1,
            **{name: apart[name].to_numpy() for name in apart},
            **{name: pool[name].to_numpy() for name in pool},
            **{name: compared[name].to_numpy() for name in COMPARED[:8]},
            "comparison_method": compared["comparison_method"].to_numpy(),
            **{name: placed[name].to_numpy() for name in PLACES[:-1]},
            "confidence": confidence,
            "note": _notes(own, pool, compared, rows),
        }
    )


def _others(family: Iterable[str], area: str) -> list[str]:
    names = dict.fromkeys([family] if isinstance(family, str) else family)
    names.pop(area, None)
    if areas.SCOTLAND in (area, *names):
        raise CpstatsError("Scotland is no member of a family: its councils are counted in it.")
    if not names:
        raise CpstatsError("A family of nobody: name the areas to compare with.")
    return list(names)


def _read(results: pd.DataFrame, needed: list[str]) -> Indicator:
    if results["indicator"].nunique() != 1:
        raise CpstatsError("A family is summarised from the results of one indicator.")
    known = sorted(set(results["area"]))
    for name in needed:
        if name not in known:
            raise UnknownName("area in the results", name, known)
    if results.duplicated(["area", "period"]).any():
        raise CpstatsError("A family takes one row for each area and period: no breakdown.")
    return catalogue.find(results["indicator"].iloc[0])


def _one(results: pd.DataFrame, area: str, listed: list[str]) -> pd.DataFrame:
    return results[results["area"] == area].set_index("period").reindex(listed)


def _spread(rows: pd.DataFrame, listed: list[str]) -> pd.DataFrame:
    """Give middle and ends of the values of each period, with the names at the ends."""
    values = rows.groupby("period", sort=False)["value"]
    found = pd.DataFrame({"with_value": values.count(), "median": values.median()})
    for end, limit in (("lowest", values.transform("min")), ("highest", values.transform("max"))):
        at = rows[rows["value"] == limit].sort_values("area").groupby("period")
        found[end] = at["value"].first()
        found[f"{end}_area"] = at["area"].agg(", ".join)
        found[f"{end}_area"] = found[f"{end}_area"].fillna("")
    found = found.reindex(listed)
    return found.assign(with_value=found["with_value"].fillna(0).astype(int))


def _pool(
    rows: pd.DataFrame, entry: Indicator, listed: list[str], confidence: float
) -> pd.DataFrame:
    """Take the areas that have counts as one."""
    counted = rows["numerator"].notna() & (rows["denominator"] > 0)
    by_period = rows[counted].groupby("period")
    found = pd.DataFrame(
        {
            "pooled_members": by_period["area"].nunique(),
            "pooled_numerator": by_period["numerator"].sum(),
            "pooled_denominator": by_period["denominator"].sum(),
        }
    ).reindex(listed)
    found["pooled_members"] = found["pooled_members"].fillna(0).astype(int)
    without = rows["area"].nunique() - found["pooled_members"]
    found.insert(1, "pooled_without", without)
    if entry.kind not in {"rate", "proportion"}:
        columns = ["pooled_numerator", "pooled_denominator"]
        found = found.assign(pooled_members=0, pooled_without=rows["area"].nunique())
        found[columns] = np.nan
    compute = rates.proportion if entry.kind == "proportion" else rates.rate
    pooled = compute(
        found["pooled_numerator"],
        found["pooled_denominator"],
        per=entry.per,
        confidence=confidence,
    )
    found["pooled"] = pooled["value"]
    return found.assign(**{f"pooled_{name}": pooled[name] for name in ("lower", "upper", "method")})


def _against(
    entry: Indicator, own: pd.DataFrame, pool: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    nobody = ~(own["denominator"] > 0) | pool["pooled"].isna()
    columns = {"pooled_numerator": "numerator", "pooled_denominator": "denominator"}
    one = own[["numerator", "denominator"]].mask(nobody)
    return compare_counts(entry, one, pool.rename(columns=columns), confidence=confidence)


def _notes(
    own: pd.DataFrame, pool: pd.DataFrame, compared: pd.DataFrame, rows: pd.DataFrame
) -> np.ndarray:
    """Say why there is no comparison with the pool, or else whom the pool is without."""
    why = pd.Series(why_no_count(own), index=own.index, dtype=object)
    hidden = rows[rows["numerator"].isna() | ~(rows["denominator"] > 0)].sort_values("area")
    without = hidden.groupby("period")["area"].agg(", ".join).reindex(own.index)
    untested = (compared["verdict"] == "").to_numpy()
    return np.select(
        [why != "", pool["pooled"].isna(), untested, without.notna()],
        [
            f"{own['area'].iloc[0]}: " + why,
            "no comparator has counts",
            "both counts are 0",
            "the pool is without " + without.astype(object),
        ],
        "",
    ).astype(str)
