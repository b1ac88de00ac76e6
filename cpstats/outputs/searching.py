"""Looking for what must not stand in an output, however it is wrapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .places import Text
from .wrappings import forms, plain

#: Words of fewer characters than this are looked for standing alone.
_LONG = 8


@dataclass(frozen=True)
class Found:
    """Something that must not stand in an output, and does.

    Attributes
    ----------
    name : str
        What it is, as the caller calls it; never the thing itself.
    where : str
        Where it stands.
    """

    name: str
    where: str

    def __str__(self) -> str:
        return f"{self.name} stands in the output: {self.where}"


class Wanted:
    """Strings to look for, many at once.

    Parameters
    ----------
    canaries : mapping of str to iterable of str
        What they are called, and the strings. Blank ones are left out: they stand everywhere.
    """

    def __init__(self, canaries: Mapping[str, Iterable[str]]) -> None:
        self.names: dict[str, list[str]] = {}
        for name, given in canaries.items():
            for string in [given] if isinstance(given, str) else given:
                if string and (wanted := plain(string)):
                    self.names.setdefault(wanted, []).append(name)
        self._by_opening: dict[int, dict[str, list[str]]] = {}
        for wanted in self.names:
            openings = self._by_opening.setdefault(min(len(wanted), _LONG), {})
            openings.setdefault(wanted[:_LONG], []).append(wanted)

    def among(self, text: str) -> set[str]:
        """Give the strings that stand in a text."""
        return {s for form in forms(text) for s in self.standing(plain(form))}

    def standing(self, text: str) -> set[str]:
        """Give the strings that stand in a text as they are; `text` is plain."""
        found = set()
        for length, openings in self._by_opening.items():
            for at in range(len(text) - length + 1):
                for wanted in openings.get(text[at : at + length], ()):
                    if text.startswith(wanted, at) and _whole(text, at, at + len(wanted)):
                        found.add(wanted)
        return found


def _whole(text: str, start: int, end: int) -> bool:
    """Tell a number or a short word from the same characters inside a longer one."""
    sides = [(text[max(start - 1, 0) : start], text[start]), (text[end : end + 1], text[end - 1])]
    if any(beside.isdigit() and own.isdigit() for beside, own in sides):
        return False
    return end - start >= _LONG or not any(
        beside.isalpha() and own.isalpha() for beside, own in sides
    )


def search(texts: Iterable[Text], source: str, wanted: Wanted) -> list[Found]:
    """
    Find what stands in an output and must not.

    Parameters
    ----------
    texts : iterable of Text
    source : str
        The output as it is written, where something may stand that no reader of texts comes to.
    wanted : Wanted

    Returns
    -------
    list of Found
        Each name once a place.
    """
    found: dict[Found, None] = {}
    seen: set[str] = set()
    telling: dict[str, bool] = {}
    for number, text in enumerate(texts, start=1):
        strings = wanted.among(text.text)
        # A heading or the name of a sheet may hold what must not be said.
        if strings and text.where not in telling:
            telling[text.where] = bool(wanted.among(text.where))
        where = f"place {number}" if telling.get(text.where) else text.where
        for string in sorted(strings):
            found |= dict.fromkeys(Found(name, where) for name in wanted.names[string])
        seen |= strings
    for string in sorted(wanted.standing(plain(source)) - seen):
        found |= dict.fromkeys(Found(name, "its source") for name in wanted.names[string])
    return list(found)
