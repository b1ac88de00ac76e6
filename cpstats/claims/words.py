"""What words for shares and comparisons are taken to mean.

The words of the published scale (almost all, most, majority, less than half, few) come from
`scales`. For the others no published meaning was found: words.toml states ours, and every reason
given by them says so.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from ..scales import Words, bands
from ..values import round_half_up

#: Two figures that differ by less are the same.
_SAME = 1e-6
OURS = "no published meaning was found; the rule here"


@dataclass(frozen=True)
class Share:
    """The whole per cents that a word stands for.

    Attributes
    ----------
    word : str
    lower, upper : int
        Both included.
    rule : str
        Whose meaning it is.
    """

    word: str
    lower: int
    upper: int
    rule: str

    def counts(self, whole: int) -> tuple[int, int] | None:
        """Give the fewest and most of a whole that the word can stand for; None for none."""
        held = [x for x in range(whole + 1) if self.holds(100 * x / whole)]
        return (held[0], held[-1]) if held else None

    def holds(self, percent: float) -> bool:
        """Tell whether a share, rounded half up to a whole per cent, has this word."""
        return self.lower <= round_half_up(percent) <= self.upper

    def __str__(self) -> str:
        span = f"{self.lower}%" if self.lower == self.upper else f"{self.lower}% to {self.upper}%"
        return f"'{self.word}' is {span} ({self.rule})"


@dataclass(frozen=True)
class Relation:
    """What a comparing word says of one figure against another.

    Attributes
    ----------
    word, says : str
        The word, and what it is taken to mean.
    above, at_most, below : float
        The one over the other lies above the first, at most the second, below the third.
    """

    word: str
    says: str
    above: float
    at_most: float = np.inf
    below: float = np.inf

    @property
    def exact(self) -> bool:
        """Whether it says that two figures are the same."""
        return bool(self.at_most - self.above < _SAME)

    def holds(self, ratio: float) -> bool:
        """Tell whether one figure over another has this word."""
        return self.above < ratio <= self.at_most and (ratio < self.below or np.isinf(self.below))

    def __str__(self) -> str:
        return f"'{self.word}' is {self.says} ({OURS})"


@cache
def shares() -> dict[str, Share]:
    """List the words for shares: those of the published scale first."""
    scale = Words(bands())
    found = {}
    for place, band in enumerate(scale.bands):
        held = np.flatnonzero(scale.places[:101] == place)
        rule = "Education Scotland's scale, rounded half up"
        found[band.word] = Share(band.word, int(held[0]), int(held[-1]), rule)
    for word, (lower, upper) in _file()["shares"].items():
        found[word] = Share(word, lower, upper, OURS)
    return found


@cache
def relations() -> dict[str, Relation]:
    """List the comparing words."""
    return {word: Relation(word, **meant) for word, meant in _file()["relations"].items()}


@cache
def _file() -> dict[str, Any]:
    text = resources.files("cpstats.claims").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
