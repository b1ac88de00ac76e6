"""Where an area lies in the funnel of all areas, in a sentence."""

from __future__ import annotations

import pandas as pd

from .. import values
from ..definitions import Indicator
from ..funnels import WITHIN


def funnel(row: pd.Series, entry: Indicator) -> str:
    """Say whether an area lies further out than chance, and than areas ordinarily differ.

    Parameters
    ----------
    row : Series
        A row of `cpstats.funnel`.
    entry : Indicator

    Returns
    -------
    str
    """
    if not row["verdict"]:
        why = values.WHY_MISSING.get(row["mark"], "no count is in hand")
        return f"{row['area']} has no point in the funnel: {why}."
    far = "99.8%" in row["verdict_adjusted"] or row["verdict_adjusted"] == WITHIN
    name, level = ("outer", "99.8%") if far else ("inner", "95%")
    low, high = (
        values.write(row[f"{name}_{side}_adjusted"], decimals=entry.decimals)
        for side in ("lower", "upper")
    )
    limits = f"{level} limits for an area of its size {low} to {high} {entry.unit}"
    if row["verdict_adjusted"] == WITHIN and row["verdict"] == WITHIN:
        return f"{row['area']} differs from all areas together by no more than chance ({limits})."
    if row["tau_squared"] == 0:
        return (
            f"{row['area']} lies {row['verdict']} that chance sets about all areas together "
            f"({limits}). Areas vary no more than chance would have them."
        )
    ordinary = "what areas of its size ordinarily differ by"
    if row["verdict_adjusted"] == WITHIN:
        return (
            f"{row['area']} lies {row['verdict']} for chance alone, but areas vary more than "
            f"chance would have them, and it lies within {ordinary} ({limits})."
        )
    asks = (
        "That asks for an explanation, and is no judgement."
        if far
        else "Of 32 councils one or two lie as far out by chance."
    )
    return (
        f"{row['area']} lies {row['verdict_adjusted']} even when these allow for {ordinary} "
        f"({limits}). {asks}"
    )
