"""Which population was a published rate made with? Count and rate leave few estimates open.

A rate of `per` persons, printed to d decimals, was made with a population P for which
per * count / P rounds to it. The estimates in hand that lie in that range are told apart from the
others by year, ages and vintage.
"""

from __future__ import annotations

import math
import numbers
import re

import numpy as np
import pandas as pd

from .. import areas
from ..errors import ImpossibleInput
from ..published import Published

AGES = {
    "population_0_15": "0-15",
    "population_0_17": "0-17",
    "population_all_ages": "all ages",
}
_PLAIN = re.compile(r"[0-9]{1,15}(\.[0-9]{1,30})?")
_MOST_DECIMALS = 30
#: Rates at full precision are held against whole persons.
_HALF_A_PERSON = 0.5


def audit_rate(
    data: Published,
    rate: float | str,
    count: float,
    *,
    area: str,
    per: float = 1000,
    decimals: int | None = None,
) -> pd.DataFrame:
    """
    Tell with which population estimates a published rate can have been made.

    Parameters
    ----------
    data : Published
        From `load`.
    rate : float or str
        As published; text keeps its last zero: "14.0".
    count : float
        The numerator that was published with it.
    area : str
        Any spelling.
    per : float
        Persons that the rate is for.
    decimals : int, optional
        How many were printed; without it, as many as `rate` shows.

    Returns
    -------
    DataFrame
        A row for each estimate of the area: `area, year, ages, vintage, population, rate,
        difference, fits`, those that fit first, then by the size of the difference. `rate` is made
        with that estimate (per `per`), `difference` is it less the published one. `fits` when it
        rounds to the published rate; a rate printed in full fits within half a person.

    Raises
    ------
    ImpossibleInput
        For a rate, count or `per` that is no number above 0, a rate that is not in plain digits
        (3.79, not 3.79e0), and decimals that are no whole number from 0.
    UnknownName
        For an area that is not known.

    Examples
    --------
    >>> from cpstats import load
    >>> found = audit_rate(load(), "3.789140572951366", 91, area="Dundee City")
    >>> found.loc[found["fits"], ["year", "ages", "population"]].values.tolist()
    [['mid-2018', '0-15', 24016.0]]
    """
    name, text = areas.find(area).name, _as_printed(rate)
    published = float(text)
    for what, number in (("count", count), ("per", per)):
        if isinstance(number, bool) or not isinstance(number, numbers.Real):
            raise ImpossibleInput(f"The {what} is {number!r}. Give a number.")
    if not all(0 < number < math.inf for number in (published, count, per)):
        raise ImpossibleInput("A rate, a count and `per` above 0 are needed.")
    shown = _decimals(text, decimals)
    found = estimates(data, name)
    found["rate"] = per * count / found["population"]
    found["difference"] = found["rate"] - published
    least, most = _range(published, count, per, shown)
    found["fits"] = found["population"].between(least, most)
    order = found.assign(size=found["difference"].abs())
    kept = order.sort_values(["fits", "size", "year", "ages"], ascending=[False, True, True, True])
    return kept.drop(columns="size").reset_index(drop=True)


def _as_printed(rate: object) -> str:
    """Write a rate in plain digits: text as it is, a number with all its digits."""
    if isinstance(rate, numbers.Real) and not isinstance(rate, bool):
        whole = isinstance(rate, numbers.Integral)
        text = str(rate) if whole else np.format_float_positional(float(rate), trim="-")
    else:
        text = str(rate).strip()
    if not isinstance(rate, str | numbers.Real) or not _PLAIN.fullmatch(text):
        raise ImpossibleInput(f"{text!r} is no rate: write it as published, in plain digits.")
    return text


def _decimals(text: str, given: int | None) -> int:
    """Count the decimals that were printed; those that are given go before."""
    if given is None:
        return len(text.partition(".")[2])
    whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
    if not whole or not 0 <= given <= _MOST_DECIMALS:
        said = f"`decimals` is {given!r}. Give a whole number from 0 to {_MOST_DECIMALS}."
        raise ImpossibleInput(said)
    return int(given)


def _range(rate: float, count: float, per: float, decimals: int) -> tuple[float, float]:
    """Give the least and most population that a printed rate leaves open."""
    half = 0.5 * 10.0**-decimals
    most = per * count / (rate - half) if rate > half else math.inf
    least, middle = per * count / (rate + half), per * count / rate
    # Rounding cannot be told from half a person where a rate is printed in full.
    return min(least, middle - _HALF_A_PERSON), max(most, middle + _HALF_A_PERSON)


def estimates(data: Published, area: str) -> pd.DataFrame:
    """
    List every population estimate of an area in hand.

    Parameters
    ----------
    data : Published
    area : str

    Returns
    -------
    DataFrame
        `area, year, ages, vintage, population`.
    """
    frames = []
    for name in ("population", "other_vintages"):
        table = data.table(name)
        rows = table[(table["area"] == area) & table["measure"].isin(AGES)]
        frames.append(rows.assign(ages=rows["measure"].map(AGES)))
    frames.append(_summed(data, area))
    found = pd.concat(frames, ignore_index=True)
    found = found.rename(columns={"period": "year", "value": "population"})
    columns = ["area", "year", "ages", "vintage", "population"]
    # One estimate stands in several tables: the first is kept.
    once = found.dropna(subset="population").drop_duplicates(["year", "ages", "population"])
    return once[columns].astype(dict.fromkeys(columns[:4], "str")).reset_index(drop=True)


def _summed(data: Published, area: str) -> pd.DataFrame:
    """Add up single years of age."""
    table = data.table("population_by_age")
    rows = table[table["area"] == area]
    parts = []
    for ages, last in (("0-15", 15), ("0-17", 17)):
        young = rows[pd.to_numeric(rows["age"]) <= last]
        summed = young.groupby(["area", "period", "vintage"], as_index=False)["value"].sum()
        parts.append(summed.assign(ages=ages))
    return pd.concat(parts)
