"""The questions file of a survey: who was asked what, when, and where the answers stand."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import areas
from ..errors import Problem, UnknownName, nearest

LIKERT, FREE_TEXT = "likert", "free text"
WHO = ("staff", "children", "parents")

#: The scale, from one end to the other.
SCALE = (
    "Strongly agree",
    "Agree",
    "Neither agree nor disagree",
    "Disagree",
    "Strongly disagree",
)
AGREE, DISAGREE = SCALE[:2], SCALE[3:]
_ENDS = ("strongly agree", "strongly disagree")

_KINDS: dict[str, tuple[str, Any]] = {
    "title": ("text", str),
    "who": ("text", str),
    "area": ("text", str),
    "date": ("a date such as 2021-03-15, without quotes", dt.date),
    "synthetic": ("true or false", bool),
    "question": ("[[question]] entries", list),
    "group": ("text", str),
    "respondent": ("text", str),
    "left_out": ("a list of headings", list),
    "invited": ("a whole number, or a table of them by group", (int, dict)),
}
_NEEDED = ("title", "who", "area", "date", "synthetic", "question")
_OF_QUESTION: dict[str, tuple[str, Any]] = {
    "id": ("text", str),
    "column": ("text", str),
    "text": ("text", str),
    "kind": ("text", str),
    "reverse": ("true or false", bool),
    "one_is": ("text", str),
}
_NEEDED_OF_QUESTION = ("id", "column", "text", "kind")


@dataclass(frozen=True)
class Question:
    """One question of a survey.

    Attributes
    ----------
    id : str
        Its short name, the same in every wave.
    column : str
        Its heading in the export; under a merged heading "text / sub-heading".
    text : str
        As it was put.
    kind : str
        "likert" or "free text".
    reverse : bool
        Whether it is worded negatively, so that to disagree is the good answer.
    one_is : str
        What the number 1 means where answers are numbers: "strongly agree" or "strongly
        disagree"; empty where they are words.
    """

    id: str
    column: str
    text: str
    kind: str = LIKERT
    reverse: bool = False
    one_is: str = ""


@dataclass(frozen=True)
class Questionnaire:
    """A questions file, read.

    Attributes
    ----------
    title, who, area : str
    date : date
    synthetic : bool
    question : tuple of Question
    group, respondent : str
        Headings of the group and of what tells respondents apart; empty for none.
    left_out : tuple of str
        Headings that are not read.
    invited : int, dict of str to int, or None
        How many were asked, all together or by group.
    """

    title: str
    who: str
    area: str
    date: dt.date
    synthetic: bool
    question: tuple[Question, ...]
    group: str = ""
    respondent: str = ""
    left_out: tuple[str, ...] = ()
    invited: int | dict[str, int] | None = None


def plain(words: object) -> str:
    """
    Write words as they are compared: without case, and with single spaces.

    Parameters
    ----------
    words : object

    Returns
    -------
    str

    Examples
    --------
    >>> plain("  Don't  KNOW ")
    "don't know"
    """
    return " ".join(str(words).replace("’", "'").split()).casefold()


def read_questions(path: Path) -> tuple[Questionnaire | None, list[Problem]]:
    """
    Read a questions file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    questionnaire : Questionnaire or None
        None where there is a problem.
    problems : list of Problem
        Every one of them.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        said = f"cannot be read as TOML ({where})"
        return None, [Problem(path.name, None, "", "", said, "Mend it there")]
    problems = [
        *_shaped(path.name, "", given, _KINDS, _NEEDED),
        *_about(path.name, given),
        *_invited(path.name, given.get("invited")),
        *_each_question(path.name, given.get("question")),
    ]
    problems = problems or list(_used_twice(path.name, given))
    if problems:
        return None, problems
    asked = tuple(Question(**entry) for entry in given.pop("question"))
    left_out = tuple(given.pop("left_out", ()))
    given["area"] = areas.find(given["area"]).name
    return Questionnaire(**given, question=asked, left_out=left_out), []


def _shaped(
    file: str, within: str, given: dict[str, Any], kinds: dict[str, Any], needed: tuple[str, ...]
) -> Iterator[Problem]:
    """Check that what is needed is there, and that all there is is known and of its kind."""
    for name in needed:
        if name not in given or given[name] in ("", []):
            yield Problem(file, None, f"{within}{name}", "", "is missing", f"Give it: {name} = ...")
    for name, value in given.items():
        if name not in kinds:
            near = nearest(name, [k for k in kinds if k not in given], at_most=1)
            remedy = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(kinds)}"
            yield Problem(file, None, f"{within}{name}", "", "is not known here", remedy)
            continue
        words, kind = kinds[name]
        mistaken = isinstance(value, bool) and kind is not bool
        if mistaken or not isinstance(value, kind) or isinstance(value, dt.datetime):
            said = "is not what belongs there"
            yield Problem(file, None, f"{within}{name}", "", said, f"Write {words}")


def _about(file: str, given: dict[str, Any]) -> Iterator[Problem]:
    who, area = given.get("who"), given.get("area")
    if isinstance(who, str) and who and who not in WHO:
        remedy = f"Write one of: {', '.join(WHO)}"
        yield Problem(file, None, "who", who, "is none of those who are asked", remedy)
    if isinstance(area, str) and area:
        try:
            areas.find(area)
        except UnknownName as error:
            yield Problem(file, None, "area", area, "is no area", str(error))
    left = given.get("left_out", [])
    if isinstance(left, list) and not all(isinstance(name, str) for name in left):
        yield Problem(
            file, None, "left_out", "", "holds what is no heading", "Write text in quotes"
        )


def _invited(file: str, invited: Any) -> Iterator[Problem]:
    by_group = invited if isinstance(invited, dict) else {"": invited}
    if invited is None:
        return
    for group, many in by_group.items():
        if not isinstance(many, int) or isinstance(many, bool) or many < 0:
            said, name = "is not a number of people", f"invited {group}".strip()
            yield Problem(file, None, name, str(many), said, "Write a whole number, 0 or more")
        if plain(group) in ("all", "total"):
            said = "is no group"
            yield Problem(file, None, "invited", group, said, "For all together, give one number")
    if len({plain(group) for group in by_group}) < len(by_group):
        yield Problem(file, None, "invited", "", "names a group twice", "Keep one of them")


def _each_question(file: str, asked: Any) -> Iterator[Problem]:
    entries = asked if isinstance(asked, list) else []
    for number, entry in enumerate(entries, 1):
        within = f"question {number}: "
        if not isinstance(entry, dict):
            yield Problem(file, None, within, "", "is no entry", "Write it as [[question]]")
            continue
        yield from _shaped(file, within, entry, _OF_QUESTION, _NEEDED_OF_QUESTION)
        kind, one_is = entry.get("kind"), entry.get("one_is", "")
        if isinstance(kind, str) and kind not in (LIKERT, FREE_TEXT):
            remedy = f"Write {LIKERT!r} or {FREE_TEXT!r}"
            yield Problem(file, None, f"{within}kind", kind, "is no kind of question", remedy)
        if isinstance(one_is, str) and one_is not in ("", *_ENDS):
            remedy = f"Write {_ENDS[0]!r} or {_ENDS[1]!r}"
            yield Problem(file, None, f"{within}one_is", one_is, "is no end of the scale", remedy)
    for name in ("id", "column"):
        given = [plain(e.get(name)) for e in entries if isinstance(e, dict) and e.get(name)]
        for twice in sorted({g for g in given if given.count(g) > 1}):
            said = f"is the {name} of several questions"
            yield Problem(file, None, name, twice, said, f"Give each its own {name}")


def _used_twice(file: str, given: dict[str, Any]) -> Iterator[Problem]:
    """Refuse a heading that stands for two things."""
    for name in ("group", "respondent"):
        others = [entry["column"] for entry in given["question"]]
        others += given.get("left_out", []) + ([given.get("group", "")] if name != "group" else [])
        own = plain(given.get(name, ""))
        if own and own in map(plain, others):
            said = "is a heading that stands for something else too"
            yield Problem(file, None, name, given[name], said, "Name it in one place")


def headings(asked: Questionnaire) -> list[str]:
    """
    Name the headings that an export must have.

    Parameters
    ----------
    asked : Questionnaire

    Returns
    -------
    list of str
    """
    own = [asked.respondent, asked.group, *(q.column for q in asked.question)]
    return [name for name in own if name]
