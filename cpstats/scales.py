"""Scales of words for shares: their bands as published, and the rules by which we read them.

The bands are data, in quantifiers.csv: words and percentages as published, our rule for rounding
and for an edge that two bands share, the source, and how far to trust it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from .errors import CpstatsError, UnknownName

#: The one rule for rounding that is known here; a scale must name it.
ROUNDING = "half up to a whole per cent"

#: Where a whole per cent would stand, for a figure that is missing.
NONE = -1


@dataclass(frozen=True)
class Band:
    """A word of a scale and the percentages it stands for.

    Attributes
    ----------
    word, as_published : str
        The word, and the percentages as the source writes them.
    lower, upper : int
        Edges of the band, per cent.
    lower_included, upper_included : bool
    at_shared_edge : str
        Where the table gives an edge to two bands: "keeps" or "yields", by `edge_rule`.
    scale, rounding, edge_rule, source, address, trust, note : str
        What holds for the whole scale.
    """

    scale: str
    word: str
    as_published: str
    lower: int
    upper: int
    lower_included: bool
    upper_included: bool
    at_shared_edge: str
    rounding: str
    edge_rule: str
    source: str
    address: str
    trust: str
    note: str

    def holds(self, percent: np.ndarray) -> np.ndarray:
        """Tell which percentages the table, read by itself, puts in this band."""
        above = percent >= self.lower if self.lower_included else percent > self.lower
        below = percent <= self.upper if self.upper_included else percent < self.upper
        return above & below


def bands(scale: str = "education-scotland") -> tuple[Band, ...]:
    """
    List the bands of a scale, in its own order.

    Parameters
    ----------
    scale : str

    Returns
    -------
    tuple of Band

    Raises
    ------
    UnknownName
        For a scale that is not in the data.

    Examples
    --------
    >>> [(band.word, band.as_published) for band in bands()][:2]
    [('almost all', 'over 90%'), ('most', '75% to 90%')]
    """
    found = tuple(band for band in _every() if band.scale == scale)
    if not found:
        raise UnknownName("scale", scale, dict.fromkeys(band.scale for band in _every()))
    return found


@cache
def _every() -> tuple[Band, ...]:
    text = resources.files("cpstats").joinpath("quantifiers.csv").read_text(encoding="utf-8")
    return tuple(_band(row) for row in csv.DictReader(text.splitlines()))


def _band(row: dict[str, Any]) -> Band:
    edges = {edge: int(row[edge]) for edge in ("lower", "upper")}
    included = {e: row[e] == "yes" for e in ("lower_included", "upper_included")}
    return Band(**{**row, **edges, **included})


class Words:
    """The words of a scale, looked up by whole per cent.

    Parameters
    ----------
    chosen : tuple of Band
        They must give every whole per cent from 0 to 100 one word.
    """

    def __init__(self, chosen: tuple[Band, ...]) -> None:
        scale, percent = chosen[0].scale, np.arange(101)
        if any(band.rounding != ROUNDING for band in chosen):
            raise CpstatsError(f"The scale {scale} must be rounded {ROUNDING}.")
        held = np.array([band.holds(percent) for band in chosen])
        yields = np.array([band.at_shared_edge == "yields" for band in chosen])
        held &= ~(yields[:, None] & (held.sum(axis=0) > 1))
        wrong = np.flatnonzero(held.sum(axis=0) != 1)
        if len(wrong):
            raise CpstatsError(f"The scale {scale} does not give {wrong[0]}% exactly one word.")
        self.bands = chosen
        #: By whole per cent the place of its word; the last entry is for no figure.
        self.places = np.append(held.argmax(axis=0), len(chosen))

    def named(self, percent: np.ndarray) -> np.ndarray:
        """Look up words; none for NONE."""
        words = [*(band.word for band in self.bands), ""]
        return np.array(words, dtype=object)[self.places[percent]]

    def others(self, percent: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Join the words from first to last, without that of the percentage itself."""
        words, many = [band.word for band in self.bands], len(self.bands)
        joined = np.full((many + 1,) * 3, "", dtype=object)
        for own, start, end in np.ndindex(many, many, many):
            between = [words[k] for k in range(start, end + 1) if k != own]
            joined[own, start, end] = "; ".join(between)
        return joined[self.places[percent], self.places[first], self.places[last]]
