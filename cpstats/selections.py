"""From the data package to the figures that a definition asks for."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from . import values
from .definitions import Figures, columns_of
from .published import Published

#: The bands of the published tables, whose 16+ is of 16 and 17 when it is divided by a population.
_BANDS = {"0-4": range(5), "5-10": range(5, 11), "11-15": range(11, 16), "16+": range(16, 18)}
#: What is kept of figures beside whose and when they are.
_KEPT = ["value", "mark", "vintage", "source", "note", "calendar", "date"]
_BAND_OF_AGE = {str(age): band for band, ages in _BANDS.items() for age in ages}


def select(data: Published, figures: Figures) -> pd.DataFrame:
    """Take the rows of a table that a definition asks for."""
    table = data.table(figures.table)
    table = table[table["measure"].to_numpy(dtype=object) == figures.measure]
    if "age" in table and "age_band" not in table:
        table = table.assign(age_band=table["age"].map(_BAND_OF_AGE))
    return table.query(figures.where, engine="python") if figures.where else table


def grouped(
    data: Published, figures: Figures, splits: list[str], dims: Iterable[str]
) -> pd.DataFrame:
    """Take the figures, by the columns asked for; over the others, the total or the sum.

    A column that the condition speaks of has been chosen from already, so its members are added.
    Any other column gives its row "all", or, where a table has none, its sum. What was once grouped
    is kept with the data: indicators share numerators and populations.
    """
    asked = (figures, tuple(splits), tuple(dims))
    if asked not in data.grouped:
        data.grouped[asked] = _grouped(data, *asked)
    return data.grouped[asked].copy(deep=False)


def _grouped(
    data: Published, figures: Figures, splits: tuple[str, ...], dims: tuple[str, ...]
) -> pd.DataFrame:
    table = select(data, figures)
    chosen = columns_of(figures.where)
    wanted = np.ones(len(table), dtype=bool)
    for column in [c for c in dims if c in table]:
        whole = table[column].to_numpy(dtype=object) == "all"
        if column in splits:
            wanted &= ~whole
        elif column not in chosen and (wanted & whole).any():
            wanted &= whole
    keys = ["area_code", "period", *[c for c in splits if c in table]]
    table = table.loc[wanted, [*keys, *_KEPT]]
    if table.duplicated(keys).any():
        return table.groupby(keys, sort=False, as_index=False).agg(
            value=("value", lambda v: v.sum(skipna=False)),
            mark=("mark", _strongest),
            vintage=("vintage", _joined),
            source=("source", _joined),
            note=("note", _joined),
            calendar=("calendar", "first"),
            date=("date", "first"),
        )
    return table


def _strongest(marks: pd.Series) -> str:
    """Find the mark of a sum: what hides one part hides the whole."""
    order = [*values.WHY_MISSING, *values.BESIDE]
    given = [m for m in marks if m]
    return min(given, key=order.index) if given else ""


def _joined(texts: pd.Series) -> str:
    return "; ".join(dict.fromkeys(t for t in texts if t))


def cite(data: Published, frame: pd.DataFrame) -> pd.Series:
    """Say where figures come from, as a reader would look it up: edition and table."""
    table = data.sources["table"]
    pairs = list(zip(frame["vintage"].tolist(), frame["source"].tolist(), strict=True))
    said = {
        (edition, ids): "; ".join(f"{edition}, {table.get(s, s)}" for s in ids.split("; "))
        for edition, ids in set(pairs)
    }
    cited = [said[pair] for pair in pairs]
    return pd.Series(cited, index=frame.index, dtype="str")


def places(frame: pd.DataFrame, wanted: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Find the row of a frame for each row wanted; -1 where there is none."""
    held = zip(*(frame[key].tolist() for key in keys), strict=True)
    at = {key: place for place, key in enumerate(held)}
    asked = zip(*(wanted[key].tolist() for key in keys), strict=True)
    return np.array([at.get(key, -1) for key in asked], dtype=int)
