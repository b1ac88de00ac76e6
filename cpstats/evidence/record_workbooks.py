"""The workbook that readers of records filled, read with its meaning kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from .. import areas
from ..errors import CannotRead, DataProblems, Problem, UnknownName
from ..importing import workbooks
from .audits import (
    GRADE,
    NOT_APPLICABLE,
    NOT_MARKED,
    NOT_RECORDED,
    SCALE,
    YES_NO,
    Question,
    RecordReading,
    read_questions,
)
from .long_tables import read_day

MARKS, QUESTIONS, ABOUT = "Marks", "Questions", "About"
ALLOWED = {
    GRADE: [*map(str, sorted(SCALE)), NOT_APPLICABLE, NOT_RECORDED],
    YES_NO: ["yes", "no", NOT_APPLICABLE, NOT_RECORDED],
}
_WORDS = {word: float(mark) for mark, word in SCALE.items()}
_STATUS = {"n/a": NOT_APPLICABLE, "na": NOT_APPLICABLE, "not applicable": NOT_APPLICABLE,
           "not recorded": NOT_RECORDED, "not known": NOT_RECORDED}  # fmt: skip
OF_QUESTION = ("id", "text", "kind", "strand", "statement", "better")


def read_record_reading(path: str | Path) -> RecordReading:
    """
    Read a workbook that readers of records filled.

    Parameters
    ----------
    path : str or Path
        As `write_template` made it.

    Returns
    -------
    RecordReading
        Words of the scale are read as their marks ("good", "4 - good"); a blank is "not marked"
        and stays to be seen. Where the first of two readers left a question blank and the second
        did not, the second's answer counts.

    Raises
    ------
    CannotRead
        When it is no such workbook.
    DataProblems
        With everything wrong in it: marks off the scale, records read twice by one reader or by
        more than two, or written in two ways, columns of no question, questions without a column,
        facts that cannot be so.
    """
    path = Path(path)
    sheets = workbooks.sheets_of(path)
    for needed in (MARKS, QUESTIONS, ABOUT):
        if needed not in sheets:
            raise CannotRead(f"Cannot read {path.name}: it has no sheet {needed!r}.")
    asked = _questions(path)
    facts, problems = _facts(path)
    columns, found = workbooks.read(path, MARKS, 1)
    # Rows with a record and nothing else are records not yet read, not notes under the table.
    problems += [p for p in found if "nothing but their first cell" not in p.problem]
    problems += _columns(path.name, columns, asked)
    marks, wrong = _marks(path.name, columns, asked)
    problems += [*wrong, *_twice(path.name, columns)]
    read = len(set(filter(None, map(_plain, columns.get("record", [])))))
    population = facts.get("population")
    if population is not None and population < read:
        said = f"is smaller than the {read} records listed"
        problems.append(Problem(path.name, None, "population", str(population), said,
                                "Give the records that the sample was drawn from"))  # fmt: skip
    if problems:
        raise DataProblems(problems)
    return RecordReading(marks, asked, source=path.name, **facts)


def _questions(path: Path) -> tuple[Question, ...]:
    columns, problems = workbooks.read(path, QUESTIONS, 1)
    if problems or not {"id", "text", "kind", "strand"} <= set(columns):
        raise CannotRead(f"Cannot read {path.name}: its sheet {QUESTIONS!r} is not as it was made.")
    many = len(columns["id"])
    rows = zip(*(columns.get(k, [""] * many) for k in OF_QUESTION), strict=True)
    return tuple(_question([_plain(cell) for cell in row]) for row in rows if row[0])


def _question(cells: list[str]) -> Question:
    key, text, kind, strand, statement, better = cells
    number = int(statement) if statement.isdigit() else 0
    # Workbooks made before questions had a direction: that of the question that comes with cpstats.
    known = {q.id: q.better for q in read_questions() if q.text == text}
    return Question(key, text, kind, strand, number, better or known.get(key, ""))


def _facts(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read what the sheet about the reading says."""
    columns, problems = workbooks.read(path, ABOUT, 1)
    given = dict(zip(map(_plain, columns.get("fact", [])), columns.get("value", []), strict=False))

    def wrong(key: str, said: str, remedy: str) -> None:
        problems.append(Problem(path.name, None, key, _plain(given.get(key)), said, remedy))

    facts: dict[str, Any] = {"title": _plain(given.get("title")), "population": None}
    facts["synthetic"] = _plain(given.get("synthetic")).casefold() == "yes"
    try:
        facts["area"] = areas.find(_plain(given.get("area"))).name
    except UnknownName as error:
        wrong("area", "is no council", str(error))
    try:
        facts["date"] = read_day(re.sub(r"[ T][\d:]+$", "", _plain(given.get("date"))))
    except ValueError:
        wrong("date", "is no date", "Write it as 2021-10-31")
    if _plain(given.get("population")):
        if re.fullmatch(r"[1-9]\d{0,6}", _plain(given["population"])):
            facts["population"] = int(_plain(given["population"]))
        else:
            wrong(
                "population", "is no number of records", "Write a whole number, or leave it blank"
            )
    return facts, problems


def _columns(file: str, columns: dict, asked: Sequence[Question]) -> list[Problem]:
    known = {"record", "reader", *(q.id for q in asked)}
    remedy = f"Name it as on the sheet {QUESTIONS!r}, or take it out"
    found = [
        Problem(file, 1, c, "", "is a column of no question", remedy)
        for c in columns if c not in known
    ]  # fmt: skip
    remedy = "Put it back: a question nobody answers has an empty column"
    return found + [
        Problem(file, 1, c, "", "is a question without a column", remedy)
        for c in sorted(known - set(columns))
    ]


def _marks(
    file: str, columns: dict, asked: Sequence[Question]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give a row for each record, reader and question."""
    rows, problems = [], []
    many = len(columns.get("record", []))
    for n in range(many):
        record, reader = (_plain(columns.get(c, [None] * many)[n]) for c in ("record", "reader"))
        answers = {q.id: columns[q.id][n] for q in asked if q.id in columns}
        if not record:
            if any(map(_plain, answers.values())):
                said = "has marks for no record"
                problems.append(Problem(file, n + 2, "record", "", said, "Give its number"))
            continue
        for question in (q for q in asked if q.id in answers):
            mark, status = _mark(answers[question.id], question.kind)
            if status is None:
                allowed = f"Write one of: {', '.join(ALLOWED[question.kind])}"
                problems.append(Problem(file, n + 2, question.id, _plain(answers[question.id])[:40],
                                        "is no answer", allowed))  # fmt: skip
            rows.append((record, reader, question.id, mark, status or ""))
    names = ["record", "reader", "question", "mark", "status"]
    marks = pd.DataFrame(rows, columns=names).astype({"mark": "float64"})
    return marks.assign(counts=_counting(marks)), problems


def _counting(marks: pd.DataFrame) -> pd.Series:
    """Tell which answer counts: the first to each question of a record that is not blank."""
    answered = marks[marks["status"] != NOT_MARKED]
    order = [*answered.index, *marks.index.difference(answered.index)]
    first = marks.loc[order].drop_duplicates(["record", "question"]).index
    return pd.Series(marks.index.isin(first), index=marks.index)


def _mark(cell: Any, kind: str) -> tuple[float | None, str | None]:
    """Read one answer: a mark, or why there is none; no status for what is no answer."""
    text = _plain(cell).casefold()
    if not text:
        return None, NOT_MARKED
    if text in _STATUS:
        return None, _STATUS[text]
    if kind == YES_NO:
        return {"yes": (1.0, ""), "y": (1.0, ""), "no": (0.0, ""), "n": (0.0, "")}.get(
            text, (None, None)
        )
    word = re.sub(r"^[1-6]\s*[-:.–]?\s+", "", text)
    if word in _WORDS and (word == text or float(text[0]) == _WORDS[word]):
        return _WORDS[word], ""
    if re.fullmatch(r"[1-6](\.0+)?", text):
        return float(text), ""
    return None, None


def _twice(file: str, columns: dict) -> list[Problem]:
    """Refuse a record read twice by one reader, or by three, or written in two ways."""
    held: dict[str, list[tuple[int, str, str]]] = {}
    found = []
    readers = columns.get("reader", [])
    for line, pair in enumerate(zip(columns.get("record", []), readers, strict=False), 2):
        record, reader = _plain(pair[0]), _plain(pair[1]).casefold()
        if record:
            before = held.setdefault(record.casefold(), [])
            if said := _again(record, reader, before):
                found.append(Problem(file, line, "record", record, *said))
            before.append((line, record, reader))
    return found


def _again(record: str, reader: str, before: list[tuple[int, str, str]]) -> tuple[str, str] | None:
    """Say what is wrong with one more row of a record; nothing of a first or second reader's."""
    for line, written, _ in before[:1]:
        if written != record:
            said = f"is written {written!r} in row {line}"
            return said, "Write one record in one way, and two records in two"
    for line, _, who in before:
        if who == reader:
            return f"was read by this reader already, in row {line}", "Take out one of the two"
    if len({who for _, _, who in before}) > 1:
        return "has a third reader", "Two are compared: take the third out"
    return None


def _plain(cell: Any) -> str:
    """Give a cell as text; a whole number that a sheet holds as 4.0 is 4."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()
