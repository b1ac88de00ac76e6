"""The workbook that readers of records fill: each cell says what may stand in it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .. import areas
from ..files import write_whole
from .audits import SCALE, Question, read_questions
from .record_workbooks import ABOUT, ALLOWED, MARKS, OF_QUESTION, QUESTIONS

#: A sentence that Excel shows beside a cell can be this long.
_PROMPT = 250


def write_template(
    path: str | Path,
    *,
    title: str,
    area: str,
    date: dt.date | str,
    population: int | None = None,
    records: int = 60,
    questions: Sequence[Question] | None = None,
    rows: Iterable[Sequence[Any]] = (),
    synthetic: bool = False,
) -> Path:
    """
    Write the workbook that readers of records fill.

    Parameters
    ----------
    path : str or Path
    title : str
        Of the reading.
    area : str
        A council, in any usual spelling.
    date : date or str
        When the reading ends ("2021-10-31").
    population : int, optional
        Records that the sample is drawn from at random.
    records : int
        Rows to prepare.
    questions : sequence of Question, optional
        From `read_questions`; without it, those that come with cpstats.
    rows : iterable of sequence
        Rows filled already: record, reader, then an answer to each question.
    synthetic : bool
        Whether the rows are made up.

    Returns
    -------
    Path
        Absolute. One sheet to fill, with a list of what may stand in each cell; one with the
        questions in full, one about the reading. No merged cells, no colour that means anything,
        a title and a language.
    """
    from openpyxl import Workbook

    asked = tuple(questions or read_questions())
    book = Workbook()
    sheet = book.active
    sheet.title = MARKS
    filled = [list(row) for row in rows]
    head = ["record", "reader", *(q.id for q in asked)]
    _fill(sheet, [head, *filled, *([[None] * len(head)] * max(records - len(filled), 0))])
    for column, question in enumerate(asked, 3):
        _ask(sheet, column, question, max(records, len(filled)))
    texts = [[q.id, q.text, q.kind, q.strand, q.statement or "", q.polarity] for q in asked]
    _fill(book.create_sheet(QUESTIONS), [list(OF_QUESTION), *texts])
    named = f"{'SYNTHETIC: ' if synthetic else ''}{title}"
    facts: list[list[Any]] = [
        ["title", named],
        ["area", areas.find(area).name],
        ["date", str(date)],
        ["population", population or ""],
        ["synthetic", _yes(synthetic)],
    ]
    _fill(book.create_sheet(ABOUT), [["fact", "value"], *facts, *_how_to()])
    _name(book, named)
    held = io.BytesIO()
    book.save(held)
    return write_whole(Path(path), held.getvalue())


def _yes(given: bool) -> str:
    return "yes" if given else "no"


def _how_to() -> list[list[str]]:
    scale = "; ".join(f"{mark} {word}" for mark, word in SCALE.items())
    return [
        ["scale", scale],
        ["how to fill", "One row for each record and reader. The same record read by a second "
         "person is a second row: the first counts (the second where the first left a question "
         "blank), both together tell how far readers agree. A third is refused."],
        ["names", "Write numbers of the reading, never a child's name or case number."],
        ["not applicable", "The question does not arise for this child."],
        ["not recorded", "It arises, and the record does not say."],
    ]  # fmt: skip


def _fill(sheet: Any, rows: list[list[Any]]) -> None:
    """Write a sheet as one table from A1, marked up as a table."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table

    for row in rows:
        sheet.append(row)
    last = get_column_letter(len(rows[0]))
    sheet.add_table(Table(displayName=sheet.title.lower(), ref=f"A1:{last}{len(rows)}"))
    for column in range(1, len(rows[0]) + 1):
        widest = max(len(str(row[column - 1] or "")) for row in rows)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(widest + 2, 12), 70)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(name="Arial", size=12, bold=cell.row == 1)


def _ask(sheet: Any, column: int, question: Question, records: int) -> None:
    """Let a cell hold what the question allows, and show the question beside it."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(column)
    rule = DataValidation(
        type="list", formula1=f'"{",".join(ALLOWED[question.kind])}"', allow_blank=True,
        promptTitle=question.id[:32], prompt=question.text[:_PROMPT], showInputMessage=True,
        errorTitle="Not an answer", error=f"Choose from the list: {question.text[:150]}",
        showErrorMessage=True,
    )  # fmt: skip
    rule.add(f"{letter}2:{letter}{records + 1}")
    sheet.add_data_validation(rule)


def _name(book: Any, title: str) -> None:
    # Made by nobody at no time: the same reading gives the same file.
    long_ago = dt.datetime(2000, 1, 1)
    book.properties.title, book.properties.language = title, "en-GB"
    book.properties.creator = "cpstats"
    book.properties.created = book.properties.modified = long_ago
