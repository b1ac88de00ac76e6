"""The export of a survey as headings and cells: merged headings kept where they are certain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CannotRead, Problem, nearest
from .survey_questions import plain

#: The column in which made-up returns say that they are.
SYNTHETIC_COLUMN = "synthetic"
BETWEEN = " / "
_LISTED = 20
_SHOWN = 80  # of a heading that is a whole question


@dataclass
class Sheet:
    """An export as text: its rows with their lines, its merged cells, what cannot be read.

    Attributes
    ----------
    file : str
    rows : list of tuple
        Line and cells.
    merged : list of tuple of int
        First and last line, first and last column (from 0), of each range of merged cells.
    problems : list of Problem
    """

    file: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Export:
    """An export under its headings.

    Attributes
    ----------
    lines : list of int
    columns : dict of str to list of str
        Cells by heading, written plainly.
    problems : list of Problem
    """

    lines: list[int]
    columns: dict[str, list[str]]
    problems: list[Problem]


def read_export(path: Path, wanted: list[str], left_out: tuple[str, ...] = ()) -> Export:
    """
    Read an export under the headings that a questions file names.

    Parameters
    ----------
    path : Path
        CSV, or the only filled sheet of a workbook.
    wanted : list of str
        Headings that it must have.
    left_out : tuple of str
        Headings that it may have.

    Returns
    -------
    Export
        Rows in which every cell is blank are left out.

    Raises
    ------
    CannotRead
        When there is no such file, or it is a broken workbook.
    """
    sheet = read_sheet(path)
    if not sheet.rows:
        empty = Problem(path.name, None, "", "", "is empty", "Make the export again")
        return Export([], {}, sheet.problems or [empty])
    heads, first = _headings(sheet, wanted)
    if not {plain(name) for name in wanted} & set(map(plain, heads)):
        return Export([], {}, [*sheet.problems, _lost(sheet)])
    body = [(line, cells) for line, cells in sheet.rows[first:] if any(cells)]
    problems = [
        *sheet.problems,
        *_merged(sheet, first),
        *_named(sheet, heads, wanted, left_out),
        *_headless(sheet, heads, body),
        *_uneven(sheet, heads, body),
    ]
    if not body:
        problems.append(Problem(path.name, None, "", "", "has no rows", "Make the export again"))
    return Export([line for line, _ in body], _columns(heads, body), problems)


def _columns(heads: list[str], body: list[tuple[int, list[str]]]) -> dict[str, list[str]]:
    return {
        plain(name): [cells[n] if n < len(cells) else "" for _, cells in body]
        for n, name in enumerate(heads)
        if name
    }


def read_sheet(path: Path) -> Sheet:
    """
    Read the cells of an export.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Sheet

    Raises
    ------
    CannotRead
        When there is no such file, or it is a broken workbook.
    """
    if not path.is_file():
        raise CannotRead(f"There is no file {path}.")
    return _workbook(path) if path.suffix.casefold() in (".xlsx", ".xlsm") else _csv(path)


_AS_CSV = "Save it as CSV UTF-8, with commas"


def _csv(path: Path) -> Sheet:
    sheet, text = Sheet(path.name), _decoded(path.read_bytes())
    if text is None:
        said = "is neither UTF-8 nor Windows-1252 text"
        return Sheet(path.name, problems=[Problem(path.name, None, "", "", said, _AS_CSV)])
    reader, start = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                sheet.rows.append((start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error:
        said = "has a quotation mark that is never closed, or stands inside a cell"
        sheet.problems.append(
            Problem(path.name, start, "", "", said, "Write it twice, or close it")
        )
    if sheet.rows and len(sheet.rows[0][1]) == 1 and {";", "\t"} & set(sheet.rows[0][1][0]):
        said = "has its columns parted by something else than commas"
        sheet.problems.append(Problem(path.name, 1, "", "", said, _AS_CSV))
    return sheet


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        # UTF-16 reads as Windows-1252 with a nothing in every letter.
        return None if "\x00" in text else text
    return None


def _workbook(path: Path) -> Sheet:
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path)
    except Exception as error:
        said = f"Cannot read {path.name} ({type(error).__name__}): it is broken or locked."
        raise CannotRead(said) from None
    filled = [s for s in book.worksheets if any(c is not None for r in s.values for c in r)]
    if len(filled) != 1:
        said = f"has {len(filled)} filled sheets, and one is read"
        remedy = "Keep the sheet with the answers by themselves"
        return Sheet(path.name, problems=[Problem(path.name, None, "", "", said, remedy)])
    cells = filled[0]
    rows = [(n, [_text(c) for c in row]) for n, row in enumerate(cells.values, 1)]
    merged = [(r.min_row, r.max_row, r.min_col - 1, r.max_col - 1) for r in cells.merged_cells]
    problems = list(_not_worked_out(path.name, cells, formulas[cells.title]))
    return Sheet(path.name, [row for row in rows if any(row[1])], merged, problems)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _not_worked_out(file: str, cells: Any, formulas: Any) -> Iterator[Problem]:
    """Refuse formulas whose values were never kept: they would be read as not answered."""
    wrong = [
        cell.row
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and cells.cell(cell.row, cell.column).value is None
    ]
    if wrong:
        said = f"has {len(wrong):,} formulas without a value"
        yield Problem(file, wrong[0], "", "", said, "Open it in Excel and save it")


def _headings(sheet: Sheet, wanted: list[str]) -> tuple[list[str], int]:
    """Give the headings and how many rows they take: two when more are known that way."""
    single = sheet.rows[0][1]
    if len(sheet.rows) < 2:
        return single, 1
    double = _together(sheet)
    known = {plain(name) for name in wanted}
    found = [len(known & set(map(plain, heads))) for heads in (single, double)]
    return (double, 2) if found[1] > found[0] else (single, 1)


def _together(sheet: Sheet) -> list[str]:
    """Join two rows of headings: what is merged over several columns stands before each."""
    (line, top), (_, below) = sheet.rows[:2]
    width = max(len(top), len(below))
    top, below = ([*cells, *[""] * (width - len(cells))] for cells in (top, below))
    across = [r for r in sheet.merged if r[0] == line and r[3] > r[2]]
    filled = list(top)
    for n in range(1, width):
        # A CSV has lost what was merged: a blank with a sub-heading goes with what stands left.
        inside = any(first < n <= last for _, _, first, last in across)
        if not top[n] and (inside if across else below[n]):
            filled[n] = filled[n - 1]
    return [BETWEEN.join(part for part in pair if part) for pair in zip(filled, below, strict=True)]


def _merged(sheet: Sheet, first: int) -> Iterator[Problem]:
    """Refuse merged cells whose meaning is not certain: all but the first would be blank."""
    last = sheet.rows[first - 1][0]
    for low, high, left, right in sorted(sheet.merged):
        over = right - left + 1
        if high > last:
            said = f"has merged cells down to line {high}"
            yield Problem(sheet.file, low, "", "", said, "Unmerge them and fill in each cell")
        elif right > left and (first == 1 or low > sheet.rows[0][0]):
            said = f"has a heading merged over {over} columns"
            remedy = f"Name each column in the questions file as 'heading{BETWEEN}sub-heading'"
            yield Problem(sheet.file, low, "", "", said, remedy)


def _lost(sheet: Sheet) -> Problem:
    """Say that there are no headings: the first row may be somebody's answers, and stays unsaid."""
    said = "has none of the headings that the questions file names"
    remedy = "Put them in the first row, or the first two, with nothing above them"
    return Problem(sheet.file, sheet.rows[0][0], "", "", said, remedy)


def _named(
    sheet: Sheet, heads: list[str], wanted: list[str], left_out: tuple[str, ...]
) -> Iterator[Problem]:
    """Hold the headings against those that the questions file names, both ways."""
    line, there = sheet.rows[0][0], [plain(name) for name in heads if name]
    known = {plain(n): n for n in (*wanted, *left_out, SYNTHETIC_COLUMN)}
    lacking = [name for name in wanted if plain(name) not in there]
    spare = [name for name in heads if name and plain(name) not in known]
    for name in lacking:
        near = nearest(name, spare, at_most=1)
        remedy = f"Is it {_short(near[0])!r}?" if near else "Add it, or mend the questions file"
        yield Problem(sheet.file, line, _short(name), "", "is not among the headings", remedy)
    for name in dict.fromkeys(spare):
        remedy = "Add a [[question]] with this column, or name it in left_out"
        yield Problem(sheet.file, line, _short(name), "", "is named by no question", remedy)
    for name in sorted({name for name in there if there.count(name) > 1}):
        said = "stands twice in the headings"
        yield Problem(sheet.file, line, _short(name), "", said, "Give each its own heading")


def _headless(
    sheet: Sheet, heads: list[str], body: list[tuple[int, list[str]]]
) -> Iterator[Problem]:
    for n, name in enumerate(heads):
        lines = [line for line, cells in body if n < len(cells) and cells[n]]
        if lines and not name:
            said = f"has {len(lines)} filled cells in column {n + 1}, which has no heading"
            yield Problem(sheet.file, lines[0], "", "", said, "Give the column a heading")


def _uneven(sheet: Sheet, heads: list[str], body: list[tuple[int, list[str]]]) -> Iterator[Problem]:
    for line, cells in body:
        if len(cells) < len(heads) or any(cells[len(heads) :]):
            said = f"has {len(cells)} cells where the headings have {len(heads)}"
            yield Problem(sheet.file, line, "", "", said, "Put quotes round a cell with a comma")


def lines_said(lines: list[int]) -> str:
    """
    Write the lines where something stands, at most twenty of them.

    Parameters
    ----------
    lines : list of int

    Returns
    -------
    str

    Examples
    --------
    >>> lines_said([4, 9])
    'lines 4, 9'
    """
    more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    return f"line{'s'[: len(lines) - 1]} {', '.join(map(str, lines[:_LISTED]))}{more}"


def _short(name: str) -> str:
    return name if len(name) <= _SHOWN else f"{name[: _SHOWN - 1]}…"
