"""What a reading of children's records is: questions, marks, and who could have been read.

The six-point scale is that of the Care Inspectorate, 6 excellent to 1 unsatisfactory.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pandas as pd

from ..errors import CannotRead, DataProblems, Problem

#: Point 3 is "adequate" here; Education Scotland calls it "satisfactory".
SCALE = {
    6: "excellent",
    5: "very good",
    4: "good",
    3: "adequate",
    2: "weak",
    1: "unsatisfactory",
}
GOOD = 4
GRADE, YES_NO = "grade", "yes or no"
HIGHER, LOWER = "higher", "lower"
NOT_APPLICABLE, NOT_RECORDED, NOT_MARKED = "not applicable", "not recorded", "not marked"

_KEYS = {"id", "text", "kind", "strand", "statement", "better"}


@dataclass(frozen=True)
class Question:
    """One question that readers answer of each record.

    Attributes
    ----------
    id, text : str
    kind : str
        "grade" (1 to 6) or "yes or no".
    strand : str
        Under which heading it stands.
    statement : int
        Which of the four inspection statements it bears on.
    better : str
        "higher" or "lower": whether a yes is good news. Empty where nobody said so; a grade needs
        no saying, as higher marks are better.
    """

    id: str
    text: str
    kind: str = GRADE
    strand: str = ""
    statement: int = 0
    better: str = ""

    @property
    def polarity(self) -> str:
        """Which way is better: "higher", "lower", or empty where it is not known."""
        return HIGHER if self.kind == GRADE else self.better


@dataclass(frozen=True)
class RecordReading:
    """Records that were read, and the marks they were given.

    Attributes
    ----------
    marks : DataFrame
        A row for each record, reader and question: `record, reader, question` (str), `mark`
        (float, 1 to 6, or 1 for yes and 0 for no; missing without a mark), `status` (why there is
        none) and `counts` (bool: of two readings of a record the first one counts, the second where
        the first left the question blank).
    questions : tuple of Question
    title, area, source : str
    date : date
        When the reading was done.
    population : int or None
        Records that the sample was drawn from; None where it is not known.
    synthetic : bool
    """

    marks: pd.DataFrame
    questions: tuple[Question, ...]
    title: str
    area: str
    source: str
    date: dt.date
    population: int | None
    synthetic: bool

    @property
    def records(self) -> int:
        """How many records were read: those with an answer to any question."""
        answered = self.marks[self.marks["status"] != NOT_MARKED]
        return int(answered["record"].nunique())

    @property
    def listed(self) -> int:
        """How many records the workbook lists, read or not."""
        return int(self.marks["record"].nunique())


def read_questions(path: str | Path | None = None) -> tuple[Question, ...]:
    """
    Read the questions of a record reading.

    Parameters
    ----------
    path : str or Path, optional
        A TOML file of [[question]] entries; without it, the questions that come with cpstats.

    Returns
    -------
    tuple of Question

    Raises
    ------
    CannotRead
        When it cannot be read.
    DataProblems
        With everything wrong in it.
    """
    name = Path(path).name if path else "record_questions.toml"
    try:
        held = Path(path) if path else resources.files("cpstats.evidence").joinpath(name)
        entries = tomllib.loads(held.read_text(encoding="utf-8")).get("question", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    if (
        not isinstance(entries, list)
        or not entries
        or not all(isinstance(e, dict) for e in entries)
    ):
        raise CannotRead(f"Cannot read {path}: each question begins with [[question]].")
    problems = [Problem(name, None, "question", *said) for said in _wrong(entries)]
    if problems:
        raise DataProblems(problems)
    return tuple(Question(**entry) for entry in entries)


def _wrong(entries: list[dict]) -> Iterator[tuple[str, str, str]]:
    ids = [str(e.get("id", "")) for e in entries]
    for number, entry in enumerate(entries, 1):
        for key in sorted(set(entry) - _KEYS):
            yield key, f"is not known in question {number}", f"Known: {', '.join(sorted(_KEYS))}"
        for key in ("id", "text"):
            if not str(entry.get(key, "")).strip():
                yield "", f"question {number} has no {key}", f"Write {key} = ..."
        if entry.get("kind", GRADE) not in (GRADE, YES_NO):
            kind = str(entry["kind"])
            yield kind, f"is no kind of question {number}", f"Write {GRADE} or {YES_NO}"
        if entry.get("better", HIGHER) not in (HIGHER, LOWER):
            said = f"is no direction of question {number}"
            yield str(entry["better"]), said, f"Write {HIGHER} or {LOWER}, or leave it out"
        if ids.count(ids[number - 1]) > 1 or ids[number - 1] in {"record", "reader"}:
            yield ids[number - 1], "names two columns", "Give each question a name of its own"
