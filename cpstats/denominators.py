"""What counts are divided by: the counts or population estimates that a definition names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import periods as period_terms
from .definitions import Indicator, columns_of
from .published import Published
from .selections import grouped, places


def with_denominators(
    data: Published, entry: Indicator, result: pd.DataFrame, splits: list[str]
) -> pd.DataFrame:
    """Join denominators: each source in turn fills in what those before it lack."""
    result = result.assign(
        start=pd.Series(_starts(entry, result), index=result.index, dtype="datetime64[s]")
    )
    denominator = np.full(len(result), np.nan)
    basis = np.full(len(result), "", dtype=object)
    for figures in entry.denominators_from:
        usable = [c for c in splits if c not in columns_of(figures.where)]
        frame = grouped(data, figures, usable, entry.breakdowns)
        keys = ["area_code", "period", *[c for c in usable if c in frame]]
        mid_year = frame["period"].str.startswith("mid-").any()
        title = data.measures["title"][figures.measure]
        value, vintage = frame["value"].to_numpy(dtype=float), frame["vintage"].tolist()
        for period in _population_periods(entry, result) if mid_year else [result["period"]]:
            at = places(frame, result.assign(period=period), keys)
            found = np.where(at >= 0, value[at], np.nan) if len(frame) else denominator
            for row in np.flatnonzero(np.isnan(denominator) & ~np.isnan(found)):
                denominator[row] = found[row]
                said = f"{period.iat[row]} estimate" if mid_year else title
                basis[row] = f"{said} ({vintage[at[row]]})"
    return result.assign(denominator=denominator, denominator_basis=basis)


def _starts(entry: Indicator, result: pd.DataFrame) -> list[pd.Timestamp]:
    pairs = list(zip(result["period"].tolist(), result["calendar"].tolist(), strict=True))
    starts = {pair: _start_of(entry, *pair) for pair in dict.fromkeys(pairs)}
    return [starts[pair] for pair in pairs]


def _start_of(entry: Indicator, period: str, calendar: str) -> pd.Timestamp:
    if entry.calendar in period_terms.NO_YEARS:
        return pd.NaT
    own = calendar if calendar in period_terms.FIRST_MONTH else entry.calendar
    year = own if own in period_terms.FIRST_MONTH else period_terms.ACADEMIC
    return pd.Timestamp(period_terms.parse(period, year).start)


def _population_periods(entry: Indicator, result: pd.DataFrame) -> list[pd.Series]:
    """Name the mid-year estimates to try: of the year itself, then of the year before.

    The year before is what publications use until the next estimate is out.
    """
    if entry.calendar == "mid-year":
        return [result["period"]]
    first = result["period"].str.slice(0, 4).astype(int)
    year = first + (1 if entry.population_year == "ends" else 0)
    return ["mid-" + year.astype("str"), "mid-" + (year - 1).astype("str")]
