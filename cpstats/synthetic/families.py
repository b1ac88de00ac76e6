"""Made-up families and children: who they are, before anything happens to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

_SIZES = (0.50, 0.28, 0.14, 0.06, 0.02)
_AGES = ((0, 4), (5, 10), (11, 15), (16, 17))
#: Shares of the age bands among children registered (Table 2.1 of 2018-19, roughly).
REGISTERED_AGES = (0.46, 0.32, 0.20, 0.02)
#: Among concerns that lead no further: more young people.
OTHER_AGES = (0.28, 0.28, 0.30, 0.14)

_TRAITS = {
    "sex": (("female", "male", "not known"), (0.49, 0.50, 0.01)),
    "disability": (("no", "yes", "not known"), (0.80, 0.06, 0.14)),
}
_SHARED = {
    "ethnicity": (
        (
            "white", "mixed or multiple", "Asian, Scottish Asian or British Asian",
            "African, Scottish African or British African", "other", "not known",
        ),
        (0.86, 0.02, 0.03, 0.02, 0.01, 0.06),
    ),
    "simd_quintile": (("1", "2", "3", "4", "5", "not known"), (0.48, 0.23, 0.13, 0.08, 0.05, 0.03)),
}  # fmt: skip


def working(day: int) -> int:
    """Give the day itself, or the Friday before it at a weekend."""
    return day - max((day - 1) % 7 - 4, 0)


@dataclass
class Child:
    """A made-up child; days are ordinals of `datetime.date`.

    Attributes
    ----------
    id, family : str
    born, expected : int or None
        Day of birth, and expected day of birth of a child known before it.
    unborn_id : str
        The identifier before birth; empty for a child first known after it.
    traits : dict
    """

    id: str
    family: str
    born: int
    expected: int | None = None
    unborn_id: str = ""
    traits: dict[str, str] = field(default_factory=dict)

    def id_on(self, day: int) -> str:
        """Give the identifier in use on a day."""
        return self.unborn_id if self.unborn_id and day < self.born else self.id

    def is_known_on(self, day: int) -> bool:
        """Tell whether anything can be recorded: born, or known before birth."""
        return bool(self.unborn_id) or day >= self.born

    @property
    def grown(self) -> int:
        """The day of turning eighteen, near enough, from below."""
        return self.born + 18 * 365

    def age_on(self, day: int) -> int:
        """Give completed years, -1 before birth."""
        if day < self.born:
            return -1
        now, then = dt.date.fromordinal(day), dt.date.fromordinal(self.born)
        return now.year - then.year - ((now.month, now.day) < (then.month, then.day))


class Maker:
    """Makes families from one source of chance, and numbers them.

    Parameters
    ----------
    chance : numpy Generator
    prefix : str
        Of every identifier.
    """

    def __init__(self, chance: np.random.Generator, prefix: str) -> None:
        self.chance, self.prefix, self._numbers = chance, prefix, {}  # type: ignore[var-annotated]

    def number(self, kind: str) -> str:
        """Give the next identifier of a kind."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{self.prefix}-{kind}{self._numbers[kind]:06d}"

    def pick(self, options: tuple, shares: tuple[float, ...] | None = None) -> str:
        """Choose one of some words."""
        return str(self.chance.choice(np.array(options, dtype=object), p=shares))

    def happens(self, share: float) -> bool:
        """Let something happen with a probability."""
        return bool(self.chance.random() < share)

    def between(self, low: int, high: int) -> int:
        """Choose a whole number, both ends inside."""
        return int(self.chance.integers(low, high + 1))

    def family(self, day: int, ages: tuple[float, ...], unborn: float = 0.0) -> list[Child]:
        """Make the children of a family as known on a day, perhaps one not yet born."""
        name = self.number("F")
        shared = {k: self.pick(*v) for k, v in _SHARED.items()}
        size = int(self.chance.choice(5, p=_SIZES)) + 1
        oldest = self.between(*_AGES[int(self.chance.choice(4, p=ages))])
        children = []
        for n in range(size):
            age = max(oldest - 2 * n, 0)
            # Brothers and sisters of one age are no twins by accident: births lie a year apart.
            if n and age == 0:
                break
            born = day - int(365.25 * age) - self.between(1, 330)
            children.append(self._child(name, born, shared))
        if self.happens(unborn):
            children = [*children[1:], self._unborn(name, day, shared)]
        return children

    def _child(self, family: str, born: int, shared: dict[str, str]) -> Child:
        traits = {k: self.pick(*v) for k, v in _TRAITS.items()}
        return Child(self.number("C"), family, born, traits=shared | traits)

    def _unborn(self, family: str, day: int, shared: dict[str, str]) -> Child:
        expected = day + self.between(20, 190)
        child = self._child(family, expected + self.between(-12, 10), shared)
        child.expected, child.unborn_id = expected, self.number("U")
        child.born = max(child.born, day + 3)
        return child
