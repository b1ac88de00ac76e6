"""A survey read: each answer with its meaning kept, and no comment among them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import CannotRead, DataProblems, Problem, nearest
from .survey_exports import SYNTHETIC_COLUMN, Export, lines_said, read_export, read_sheet
from .survey_questions import (
    FREE_TEXT,
    LIKERT,
    SCALE,
    Question,
    Questionnaire,
    headings,
    plain,
    read_questions,
)

ANSWERED, DONT_KNOW = "answered", "don't know"
NOT_APPLICABLE, NOT_ANSWERED = "not applicable", "not answered"
NOT_STATED, ALL = "Not stated", "All"
SYNTHETIC = "SYNTHETIC"

_STATUSES = {
    "": NOT_ANSWERED,
    "don't know": DONT_KNOW,
    "dont know": DONT_KNOW,
    "do not know": DONT_KNOW,
    "not applicable": NOT_APPLICABLE,
    "n/a": NOT_APPLICABLE,
}
_NUMBERS = {"1", "2", "3", "4", "5"}
_BROKEN = re.compile(r"#(n/a|ref!|value!|name\?|div/0!|null!|num!)", re.IGNORECASE)
_COLUMNS = ["respondent", "group", "question", "answer", "status"]


@dataclass(frozen=True, eq=False)
class Survey:
    """A survey, read.

    Attributes
    ----------
    answers : DataFrame
        `respondent` (the line of the export, so that no name comes along), `group`, `question`
        (its id), `answer` (a word of the scale; empty where there is none) and `status`
        ("answered", "don't know", "not applicable" or "not answered"). A row for each respondent
        and question on the scale; what was written in free text is not here.
    questions : tuple of Question
    comments : dict of str to int
        By question in free text, how many wrote something.
    title, who, area : str
    date : date
    groups : tuple of str
        Every group that was asked or answered; "All" where the survey has none.
    invited : int, dict of str to int, or None
        How many were asked, all together or by group.
    synthetic : bool
    """

    answers: pd.DataFrame
    questions: tuple[Question, ...]
    comments: dict[str, int]
    title: str
    who: str
    area: str
    date: dt.date
    groups: tuple[str, ...]
    invited: int | dict[str, int] | None
    synthetic: bool


def read_survey(path: str | Path, questions: str | Path) -> Survey:
    """
    Read the export of a survey.

    Parameters
    ----------
    path : str or Path
        CSV or xlsx, a row for each respondent and a column for each question. Headings may take
        two rows, the first of them merged: they are joined as "text / sub-heading".
    questions : str or Path
        The questions file, TOML: `title`, `who` ("staff", "children" or "parents"), `area`,
        `date`, `synthetic`; where there are any, `group` and `respondent` (headings of the agency
        and of what tells respondents apart), `invited` (how many were asked: a number, or a table
        by group) and `left_out` (headings not to be read); and a `[[question]]` for each question,
        with `id`, `column`, `text`, `kind` ("likert" or "free text"), and where needed `reverse`
        (worded negatively) and `one_is` (what the number 1 means: "strongly agree" or "strongly
        disagree"; without it, numbers are no answers).

    Returns
    -------
    Survey

    Raises
    ------
    CannotRead
        When a file is not there, or is a broken workbook.
    DataProblems
        With every problem of both files. No comment, name or answer is repeated in it.
    """
    export_file, questions_file = Path(path), Path(questions)
    for file in (export_file, questions_file):
        if not file.is_file():
            raise CannotRead(f"There is no file {file}.")
    asked, problems = read_questions(questions_file)
    if asked is None:
        raise DataProblems([*problems, *read_sheet(export_file).problems])
    export = read_export(export_file, headings(asked), asked.left_out)
    if export.problems:
        # With headings amiss the cells are read all the same, so that all is said at once.
        raise DataProblems([*export.problems, *_amiss(export_file.name, export, asked)])
    problems = list(_amiss(export_file.name, export, asked))
    if problems:
        raise DataProblems(problems)
    return _survey(export, asked)


def _amiss(file: str, export: Export, asked: Questionnaire) -> Iterator[Problem]:
    for question in asked.question:
        if question.kind == LIKERT:
            yield from _unknown(file, export, question)
    yield from _respondents(file, export, asked)
    yield from _groups_amiss(file, export, asked)
    yield from _too_many(file, export, asked)
    yield from _made_up(file, export, asked)


def _meanings(question: Question) -> dict[str, tuple[str, str]]:
    """Give answer and status by what may stand in a cell."""
    meant = {word: ("", status) for word, status in _STATUSES.items()}
    meant |= {plain(word): (word, ANSWERED) for word in SCALE}
    if question.one_is:
        scale = SCALE if question.one_is == plain(SCALE[0]) else SCALE[::-1]
        meant |= {str(n): (word, ANSWERED) for n, word in enumerate(scale, 1)}
    return meant


def _unknown(file: str, export: Export, question: Question) -> Iterator[Problem]:
    """Say where there is no answer of the scale, and never what stands there."""
    meant = _meanings(question)
    cells = zip(export.lines, export.columns.get(plain(question.column), []), strict=False)
    wrong = [(line, plain(cell)) for line, cell in cells if plain(cell) not in meant]
    numbers = [line for line, cell in wrong if cell in _NUMBERS]
    if numbers:
        said = (
            f"holds numbers in {len(numbers)} cells, and which end of the scale 1 is, is not said"
        )
        remedy = 'Give the question one_is = "strongly disagree" (or agree), or export words'
        yield Problem(file, numbers[0], question.column, "", said, remedy)
    others = [(line, cell) for line, cell in wrong if cell not in _NUMBERS]
    if others:
        lines = [line for line, _ in others]
        said = f"holds no answer of the scale ({lines_said(lines)})"
        near = nearest(others[0][1], SCALE, at_most=1)
        remedy = f"Is the first {near[0]!r}? " if near else ""
        remedy += f"Write {', '.join(SCALE)}, Don't know, Not applicable, or leave it blank"
        yield Problem(file, lines[0], question.column, "", said, remedy)


def _respondents(file: str, export: Export, asked: Questionnaire) -> Iterator[Problem]:
    """Refuse respondents without a mark of their own, and notes that are no respondents."""
    own = export.columns.get(plain(asked.respondent), []) if asked.respondent else []
    seen: dict[str, list[int]] = {}
    for line, cell in zip(export.lines, own, strict=False):
        seen.setdefault(plain(cell), []).append(line)
    blank = seen.pop("", [])
    if blank:
        said = f"is blank ({lines_said(blank)})"
        remedy = "Fill it in, or take out what is no respondent"
        yield Problem(file, blank[0], asked.respondent, "", said, remedy)
    for lines in seen.values():
        if len(lines) > 1:
            said = f"has one respondent several times ({lines_said(lines)})"
            yield Problem(file, lines[1], asked.respondent, "", said, "Keep one return of each")
    if not asked.respondent:
        yield from _notes(file, export)


def _notes(file: str, export: Export) -> Iterator[Problem]:
    """Refuse last rows of which only the first cell is there: totals, notes and sources."""
    rows = list(zip(*export.columns.values(), strict=True))
    end = len(rows)
    while end and len(rows[0]) > 1 and rows[end - 1][0] and not any(rows[end - 1][1:]):
        end -= 1
    if end < len(rows):
        said = f"ends in {len(rows) - end} rows with nothing but their first cell"
        remedy = "Take out totals and notes; a return without any answer can go too"
        yield Problem(file, export.lines[end], "", "", said, remedy)


def _groups_amiss(file: str, export: Export, asked: Questionnaire) -> Iterator[Problem]:
    by_group = asked.invited if isinstance(asked.invited, dict) else None
    if by_group is not None and not asked.group:
        said = "gives the number asked by group, and there is no group"
        remedy = "Name the column in `group`, or give one number"
        yield Problem(file, None, "invited", "", said, remedy)
        return
    known = None if by_group is None else {plain(name) for name in by_group}
    wrong: dict[str, list[int]] = {}
    for line, cell in _group_cells(export, asked):
        if why := _no_group(cell, known):
            wrong.setdefault(why, []).append(line)
    for why, lines in wrong.items():
        said = f"{why} ({lines_said(lines)})"
        yield Problem(file, lines[0], asked.group, "", said, _REMEDIES[why])


def _no_group(cell: str, known: set[str] | None) -> str:
    """Say why a cell names no group; empty where it does, or is blank."""
    broken, everyone, unknown = _REMEDIES
    if _BROKEN.fullmatch(cell):
        return broken
    if plain(cell) in ("all", "total"):
        return everyone
    return unknown if cell and known is not None and plain(cell) not in known else ""


_REMEDIES = {
    "holds an error of the workbook": "Mend the formula",
    "has a group called all or total": "Give it the name of a group",
    "has a group that `invited` does not name": "Add it there, or mend its spelling",
}


def _group_cells(export: Export, asked: Questionnaire) -> Iterator[tuple[int, str]]:
    cells = export.columns.get(plain(asked.group), []) if asked.group else []
    return zip(export.lines, cells, strict=False)


def _too_many(file: str, export: Export, asked: Questionnaire) -> Iterator[Problem]:
    """Refuse more respondents than were asked."""
    remedy, by_group = "Mend `invited`, or take out double returns", {}
    many = asked.invited
    if isinstance(many, dict):
        by_group, many = many, sum(many.values())
    if many is not None and len(export.lines) > many:
        said = f"has {len(export.lines)} respondents, and {many} were asked"
        yield Problem(file, None, "", "", said, remedy)
    found = pd.Series([plain(cell) for _, cell in _group_cells(export, asked)], dtype="str")
    for group, most in by_group.items():
        there = int((found == plain(group)).sum())
        if there > most:
            said = f"has {there} respondents of a group of which {most} were asked"
            yield Problem(file, None, asked.group, group, said, remedy)


def _made_up(file: str, export: Export, asked: Questionnaire) -> Iterator[Problem]:
    marks = {plain(cell) for cell in export.columns.get(SYNTHETIC_COLUMN, [])}
    if plain(SYNTHETIC) in marks and not asked.synthetic:
        said = "says SYNTHETIC, and the questions file says synthetic = false"
        yield Problem(file, None, SYNTHETIC_COLUMN, "", said, "Say synthetic = true")


def _survey(export: Export, asked: Questionnaire) -> Survey:
    groups, every = _groups(export, asked)
    scaled = [question for question in asked.question if question.kind == LIKERT]
    written = [question for question in asked.question if question.kind == FREE_TEXT]
    parts = [_answers(export, question, groups) for question in scaled]
    return Survey(
        answers=pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS),
        questions=asked.question,
        comments={q.id: sum(map(bool, export.columns[plain(q.column)])) for q in written},
        title=asked.title,
        who=asked.who,
        area=asked.area,
        date=asked.date,
        groups=every,
        invited=asked.invited,
        synthetic=asked.synthetic,
    )


def _groups(export: Export, asked: Questionnaire) -> tuple[list[str], tuple[str, ...]]:
    """Give the group of each respondent, in one spelling, and every group there is."""
    if not asked.group:
        return [ALL] * len(export.lines), (ALL,)
    by_group = asked.invited if isinstance(asked.invited, dict) else {}
    names = {plain(name): name for name in by_group}
    cells = [" ".join(cell.split()) for _, cell in _group_cells(export, asked)]
    groups = [names.setdefault(plain(cell), cell) if cell else NOT_STATED for cell in cells]
    known = list(names.values()) if by_group else sorted(names.values())
    return groups, tuple(dict.fromkeys([*known, *(g for g in groups if g == NOT_STATED)]))


def _answers(export: Export, question: Question, groups: list[str]) -> pd.DataFrame:
    meant = _meanings(question)
    found = [meant[plain(cell)] for cell in export.columns[plain(question.column)]]
    return pd.DataFrame(
        {
            "respondent": export.lines,
            "group": groups,
            "question": question.id,
            "answer": [answer for answer, _ in found],
            "status": [status for _, status in found],
        }
    ).astype(dict.fromkeys(_COLUMNS[1:], "str"))
