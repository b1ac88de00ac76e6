"""A schedule as it is written: its keys, and every problem kept until all are known."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadSchedule, nearest
from .places import under

LISTS = ("areas", "years", "notebooks", "formats")
FOLDERS = ("records", "evidence", "commentary")
_TEXTS = ("output", *FOLDERS, "policy", "audience", "data")
_KEYS = (*LISTS, *_TEXTS, "parameters")
_AUDIENCES = ("public", "committee")
#: What no name has in it, and no file may be called by.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_BRIEF = reprlib.Repr()
_BRIEF.maxstring = _BRIEF.maxother = 80


@dataclass
class Reading:
    """
    A schedule as far as it is read.

    Attributes
    ----------
    file : Path
        Absolute.
    given : dict
        By key, as written.
    problems : list of str
    bad : set of str
        Keys that are wrong, and so are not among those given.
    """

    file: Path
    given: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)

    def wrong(self, key: str, said: object) -> None:
        """Keep a problem, with the file and the key that it stands in."""
        self.problems.append(f"{self.file.name}, {key}: {said}")

    def refuse(self, key: str, said: object) -> None:
        """Keep a problem of a whole key, which is then as if it were not there."""
        self.wrong(key, said)
        self.bad.add(key)

    def text(self, key: str) -> str:
        """Give the text of a key; empty where there is none."""
        return str(self.given.get(key, ""))

    def texts(self, key: str) -> list[str]:
        """Give the texts of a key; empty where there are none."""
        return list(self.given.get(key, ()))

    def under(self, key: str, where: str) -> str:
        """Take a place from where the schedule lies; empty, and a problem, for what is none."""
        try:
            return under(self.file.parent, where)
        except RuntimeError:  # "~ann" where there is no ann
            self.wrong(key, f"{where!r} begins in the home of nobody: write the folder in full.")
            return ""


def read(file: str | Path) -> Reading:
    """
    Read what a schedule says, and refuse keys that it cannot have.

    Parameters
    ----------
    file : str or Path

    Returns
    -------
    Reading

    Raises
    ------
    BadSchedule
        When it cannot be read at all. Keys that are wrong are told, and left out.
    """
    path = Path(file).absolute()
    try:
        str(path).encode()
    except UnicodeEncodeError:  # no notebook and no summary could tell where it lies
        said = f"{str(path)!r} has bytes in it that are no text: rename it, or the folder above it."
        raise BadSchedule([said]) from None
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError:
        raise BadSchedule(
            [f"Cannot read {path.name} as a schedule: it is nested too deeply. Write plain lists."]
        ) from None
    except (OSError, ValueError) as error:  # also what is no UTF-8, no TOML, or a name of no file
        raise BadSchedule([f"Cannot read {path.name} as a schedule: {error}."]) from error
    reading = Reading(path, given)
    for key, value in given.items():
        _check_key(reading, key, value)
    for key in ("notebooks", "formats", "output"):
        if not given.get(key) or (isinstance(given[key], str) and not given[key].strip()):
            reading.refuse(key, "is missing.")
    if given.get("audience", "public") not in _AUDIENCES:
        said = f"is neither {' nor '.join(map(repr, _AUDIENCES))}."
        reading.refuse("audience", f"{brief(given['audience'])} {said}")
    reading.given = {key: value for key, value in given.items() if key not in reading.bad}
    return reading


def brief(value: object) -> str:
    """Show a value as it was given, in a line."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    try:
        return _BRIEF.repr(value)
    except ValueError:  # a number with more digits than Python writes
        return "a number of thousands of digits"


def _check_key(reading: Reading, key: str, value: Any) -> None:
    if key not in _KEYS:
        near = nearest(key, _KEYS)
        said = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(_KEYS)}."
        reading.refuse(key, f"there is no such key. {said}")
    elif key in LISTS and not _is_list(value):
        reading.refuse(key, f'{brief(value)} is no list of texts: write it as ["..."].')
    elif key in _TEXTS and not isinstance(value, str):
        reading.refuse(key, f"{brief(value)} is no text: write it in quotes.")
    elif key == "parameters" and not isinstance(value, dict):
        reading.refuse(key, "is no table: write it as [parameters].")
    elif key != "parameters":
        for text in [value] if isinstance(value, str) else value:
            if _CONTROL.search(text):
                said = "has a control character in it, which no name has: take it out."
                reading.refuse(key, f"{brief(text)} {said}")


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)
