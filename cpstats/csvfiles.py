"""CSV as people really save it: read where the meaning is certain, else say what is wrong.

The csv module of the standard library does the parsing. What is added: byte order marks,
Windows-1252, line numbers as an editor shows them, and notes left under a table. A schema library
was tried for this (docs/decisions/0002-reading.md): none keeps the reason why a cell is empty.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from .errors import Problem, nearest


@dataclass(frozen=True)
class Row:
    """One row of a file: where it stands, and its cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class RawTable:
    """A file as text: its columns, rows, the notes under it, and what could not be read."""

    file: str
    columns: list[str]
    rows: list[Row]
    notes: list[str]
    problems: list[Problem]


def read(path: Path, columns: list[str] | None = None, *, header: int = 1) -> RawTable:
    """Read a CSV file as text, cell by cell.

    Parameters
    ----------
    path : Path
    columns : list of str, optional
        The columns it must have, in any order. Without it, any columns will do.
    header : int
        The line of the headings; what stands above it is left out.

    Returns
    -------
    RawTable
        With every problem found; the rows that have one are left out.
    """
    text, problems = _decode(path)
    lines, unreadable = _records(path.name, text)
    problems += unreadable
    lines = [(line, cells) for line, cells in lines if line >= header]
    if len(lines) < 2 and not problems:
        said = "has no rows" if lines else "is empty"
        problems.append(Problem(path.name, None, "", "", said, "Put the table back"))
    if problems:
        return RawTable(path.name, [], [], [], problems)
    header_line, names = lines[0]
    if (parted := _other_delimiter(names)) is not None:
        said, remedy = f"has its columns parted by {parted}", "Save it as CSV with commas"
        return RawTable(
            path.name, [], [], [], [Problem(path.name, header_line, "", "", said, remedy)]
        )
    width = len(names)
    head = _without_blank_end([cell.strip() for cell in names])
    problems += _check_header(path.name, header_line, head, columns)
    body, notes = _split_notes(lines[1:], len(head))
    rows = []
    for line, cells in body:
        # Columns that are blank from the header down are how spreadsheets save; others count.
        if len(cells) == width and not any(cell.strip() for cell in cells[len(head) :]):
            rows.append(Row(line, dict(zip(head, cells, strict=False))))
        else:
            problems.append(
                Problem(
                    path.name,
                    line,
                    "",
                    "",
                    f"has {len(cells)} cells where the header has {width}",
                    "Put quotes round a cell that holds a comma, or fill in what is missing",
                )
            )
    return RawTable(path.name, head, rows, notes, problems)


def _records(file: str, text: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Part the text into records, each with the line it starts on; blank lines are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error:
        problem = "has a quotation mark that is never closed, or stands inside a cell"
        remedy = "Close it, or write it twice inside a quoted cell"
        return lines, [Problem(file, start, "", "", problem, remedy)]
    return lines, []


def _other_delimiter(header: list[str]) -> str | None:
    """Tell a header that was parted by something else than commas."""
    names = {";": "semicolons", "\t": "tabs"}
    return next((n for c, n in names.items() if len(header) == 1 and c in header[0]), None)


def _decode(path: Path) -> tuple[str, list[Problem]]:
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", [Problem(path.name, None, "", "", "is UTF-16 text", "Save it as CSV UTF-8")]
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding), []
        except UnicodeDecodeError:
            continue
    problem = "is neither UTF-8 nor Windows-1252 text"
    return "", [Problem(path.name, None, "", "", problem, "Save it as CSV UTF-8")]


def _check_header(
    file: str, line: int, header: list[str], wanted: list[str] | None
) -> list[Problem]:
    problems = []
    for column in sorted({c for c in header if header.count(c) > 1}):
        problems.append(
            Problem(file, line, column, "", "stands twice in the header", "Keep one of them")
        )
    if wanted is None:
        return problems
    for column in [c for c in wanted if c not in header]:
        problems.append(Problem(file, line, column, "", "is missing", "Add the column"))
    for column in [c for c in header if c not in wanted]:
        near = nearest(column, [c for c in wanted if c not in header], at_most=1)
        remedy = f"Did you mean {near[0]!r}?" if near else "Take it out"
        problems.append(Problem(file, line, column, "", "is not a column of this table", remedy))
    return problems


def _split_notes(
    lines: list[tuple[int, list[str]]], width: int
) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Part the rows from the notes at the end: lines with nothing but their first cell."""
    end = len(lines)
    while end and width > 1 and not any(cell.strip() for cell in lines[end - 1][1][1:]):
        end -= 1
    return lines[:end], [cells[0].strip() for _, cells in lines[end:]]


def _without_blank_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells
