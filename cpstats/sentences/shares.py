"""Shares in an inspector's words, in a sentence."""

from __future__ import annotations

import pandas as pd

from .. import values


def quantified(row: pd.Series, what: str = "records read") -> str:
    """Say a share in an inspector's word, with the words that cannot be ruled out.

    Parameters
    ----------
    row : Series
        A row of `quantifier`.
    what : str
        What the sample is made of: "records read", "parents asked".

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> from cpstats import quantifier
    >>> quantified(quantifier(24, 30, population=30).iloc[0])
    'Most (24 of 30, 80%): with all 30 records read, no other word is possible.'
    """
    if not row["word"]:
        return "No word can be given: the figure is missing."
    word, share = row["word"].capitalize(), _percent(row["value"])
    if pd.isna(row["lower"]):
        return f"{word} ({share}): without counts no other word can be ruled in or out."
    part, whole, population = (
        values.write(row[c]) for c in ("numerator", "denominator", "population")
    )
    shown = {0: f"none of {whole}", row["denominator"]: f"all {whole}"}
    count = shown.get(row["numerator"], f"{part} of {whole}")
    if row["population"] == row["denominator"]:
        return f"{word} ({count}, {share}): with all {whole} {what}, no other word is possible."
    of = "" if pd.isna(row["population"]) else f" of {population}"
    others = [f"'{other}'" for other in row["also_possible"].split("; ") if other]
    named = " and ".join([", ".join(others[:-1]), others[-1]] if others[1:] else others)
    open_ = f"{named} cannot be ruled out" if others else "every other word can be ruled out"
    low, high = _percent(row["lower"]), _percent(row["upper"])
    exact = ", words by the exact probability" if of else ""
    sure = f"({100 * row['confidence']:g}% interval {low} to {high}{exact})"
    return f"{word} ({count}, {share}): with {whole}{of} {what}, {open_} {sure}."


def _percent(value: float) -> str:
    """Write a whole per cent, but never some as none, nor nearly all as all."""
    if 0 < value < 0.5:
        return "under 1%"
    if 99.5 <= value < 100:
        return "over 99%"
    return f"{values.write(value)}%"
