"""A made-up reading of records, so that a report can be seen before there is a real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from .audits import GRADE, NOT_APPLICABLE, NOT_RECORDED, Question, read_questions
from .record_templates import write_template

#: Chances of marks 1 to 6 for a question that goes well, and for one that does not.
_WELL = (0.0, 0.04, 0.22, 0.42, 0.27, 0.05)
_LESS = (0.02, 0.12, 0.42, 0.32, 0.11, 0.01)
_SECOND_READINGS = 24


def write_synthetic_reading(
    path: str | Path,
    *,
    seed: int,
    area: str = "Dundee City",
    date: str = "2022-10-31",
    records: int = 60,
    population: int = 420,
    improved: Sequence[str] = (),
) -> Path:
    """
    Write a workbook of made-up marks.

    Parameters
    ----------
    path : str or Path
    seed : int
        The same seed gives the same marks.
    area, date : str
    records, population : int
        Records read, and records they are drawn from.
    improved : sequence of str
        Questions that go well here, beside those that always do.

    Returns
    -------
    Path
    """
    asked, rng = read_questions(), np.random.default_rng(seed)
    weak = {"chronology", "plan", "child_heard"} - set(improved)
    return write_template(
        path, title="Reading of children's records", area=area, date=date, population=population,
        records=records, rows=_rows(asked, weak, records, rng), synthetic=True,
    )  # fmt: skip


def _rows(
    asked: Sequence[Question], weak: set[str], records: int, rng: np.random.Generator
) -> Iterator[list]:
    """Make a row for each record, and second readings that mostly agree."""
    for number in range(1, records + 1):
        marks = [_mark(question, weak, rng) for question in asked]
        yield [f"R{number:02d}", "A", *marks]
        if number <= _SECOND_READINGS:
            yield [f"R{number:02d}", "B", *(_again(mark, rng) for mark in marks)]


def _mark(question: Question, weak: set[str], rng: np.random.Generator) -> int | str:
    if rng.random() < 0.03:
        return NOT_APPLICABLE if rng.random() < 0.5 else NOT_RECORDED
    if question.kind != GRADE:
        return "yes" if rng.random() < 0.9 else "no"
    return int(rng.choice(6, p=_LESS if question.id in weak else _WELL)) + 1


def _again(mark: int | str, rng: np.random.Generator) -> int | str:
    """Let a second reader give the same mark, or one beside it."""
    if isinstance(mark, str) or rng.random() < 0.65:
        return mark
    return int(np.clip(mark + rng.choice([-1, 1]), 1, 6))
