"""The results table of evidence: the same columns as every other result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from .. import areas, measures, values
from ..periods import write_date

#: Columns of every table of evidence, before and after its groups.
AFTER = [*measures.AFTER, "note"]


def results(
    rows: Iterable[dict[str, Any]],
    *,
    indicator: str,
    area: str,
    date: dt.date,
    source: str,
    groups: Iterable[str],
    more: Iterable[str] = (),
) -> pd.DataFrame:
    """
    Lay rows of evidence out as a results table.

    Parameters
    ----------
    rows : iterable of dict
        With `key` (what is measured), the groups, and figures; what a row lacks is missing.
    indicator : str
        The kind of evidence: "record_reading".
    area : str
    date : date
        When it was gathered.
    source : str
    groups : iterable of str
        Columns that tell rows apart.
    more : iterable of str
        Columns to stand after those of every results table.

    Returns
    -------
    DataFrame
        `indicator, area_code, area, period, start`, the groups, `numerator, denominator, value,
        lower, upper, method, mark, source, note`, then `more`. A row without a value has a mark.
    """
    found, place = pd.DataFrame(list(rows)), areas.find(area)
    columns = [*measures.BEFORE, *groups, *AFTER, *more]
    head = {
        "indicator": [f"{indicator}: {key}" for key in found.get("key", [])],
        "area_code": place.code,
        "area": place.name,
        "period": write_date(date),
        "start": pd.Timestamp(date),
        "source": source,
    }
    table = found.assign(**head).reindex(columns=columns)
    for column in ("numerator", "denominator", "value", "lower", "upper"):
        table[column] = pd.to_numeric(table[column]).astype("float64")
    for column in ("method", "mark", "note"):
        table[column] = table[column].astype("object").fillna("").astype("str")
    lacking = table["value"].isna() & (table["mark"] == "")
    table.loc[lacking, "mark"] = values.NOT_AVAILABLE
    return table


def join_notes(*notes: str) -> str:
    """Join notes to one text, each once."""
    return " ".join(dict.fromkeys(note.strip() for note in notes if note.strip()))
