"""A sheet of a workbook as columns of cells, and what in it cannot be taken at its word."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from ..errors import CannotRead, Problem
from .databases import Columns, refuse_twice

#: So many problems of one kind are listed; the rest are counted.
_LISTED = 20
#: Excel keeps fifteen figures of a number.
_EXACT = 10**15


def sheets_of(path: Path) -> list[str]:
    """
    Name the sheets of a workbook.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of str

    Raises
    ------
    CannotRead
        When it is broken or not whole.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
    except Exception as error:
        raise CannotRead(
            f"Cannot read {path.name} ({type(error).__name__}): it is broken, not whole or locked "
            "by a password."
        ) from None
    try:
        # A sheet that is a chart has no cells.
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def read(path: Path, sheet: str, header: int) -> tuple[Columns, list[Problem]]:
    """
    Read a sheet.

    Parameters
    ----------
    path : Path
    sheet : str
        Empty for the first.
    header : int
        The row of the headings.

    Returns
    -------
    columns : dict of str to list
        Cells by heading; columns without a heading are left out.
    problems : list of Problem
        Merged cells, formulas that were never worked out, and notes under the table.

    Raises
    ------
    CannotRead
        When there is no such sheet, it is empty, or two columns have one name.
    """
    cells = _sheet(path, sheet, values=True)
    rows = list(cells.iter_rows(min_row=header, values_only=True))
    if not rows or not any(cell is not None for cell in rows[0]):
        first = next((n for n, row in enumerate(rows, header) if any(row)), 0)
        said = f": the first stand in row {first}, so say header = {first}" if first else ""
        raise CannotRead(f"has no headings in row {header} of the sheet {cells.title!r}{said}")
    head = [str(cell).strip() if cell is not None else "" for cell in rows[0]]
    refuse_twice([name for name in head if name], "the sheet")
    problems = [
        *_merged(path.name, cells, header),
        *_not_worked_out(path, sheet, cells, header),
        *_shortened(path.name, rows[1:], header),
        *_notes(path.name, head, rows[1:]),
    ]
    columns = {name: [row[n] for row in rows[1:]] for n, name in enumerate(head) if name}
    return columns, problems


def _sheet(path: Path, sheet: str, *, values: bool) -> Any:
    """Load a sheet whole: read in passing, openpyxl believes a wrong size and drops rows."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=values)
    names = [s.title for s in book.worksheets]
    if sheet and sheet not in names:
        raise CannotRead(f"has no sheet {sheet!r}. It has: {', '.join(names)}")
    return book[sheet or names[0]]


def _merged(file: str, cells: Any, header: int) -> list[Problem]:
    """Refuse merged cells: all but the first of them would be blank."""
    below = sorted((r for r in cells.merged_cells.ranges if r.max_row > header), key=str)
    remedy = "Unmerge them and fill in each cell"
    found = [
        Problem(file, r.min_row, "", "", f"has merged cells ({r})", remedy) for r in below[:_LISTED]
    ]
    if len(below) > _LISTED:
        said = f"has {len(below) - _LISTED:,} more merged cells"
        found.append(Problem(file, None, "", "", said, remedy))
    return found


def _not_worked_out(path: Path, sheet: str, cells: Any, header: int) -> list[Problem]:
    """Refuse formulas whose values were never kept: they would be blank."""
    if not _has_formulas(path):
        return []
    formulas = _sheet(path, sheet, values=False)
    wrong = [
        cell
        for row in formulas.iter_rows(min_row=header)
        for cell in row
        if cell.data_type == "f" and cells.cell(cell.row, cell.column).value is None
    ]
    if not wrong:
        return []
    said = f"has {len(wrong):,} formulas without a value, the first in {wrong[0].coordinate}"
    return [Problem(path.name, wrong[0].row, "", "", said, "Open it in Excel and save it")]


def _has_formulas(path: Path) -> bool:
    """Look for formulas in the file as it is written: to load it a second time takes long."""
    with zipfile.ZipFile(path) as held:
        sheets = [name for name in held.namelist() if "/worksheets/" in name]
        return any(re.search(rb"<f[ >/]|:f[ >/]", held.read(name)) for name in sheets)


def _shortened(file: str, rows: list[tuple], header: int) -> list[Problem]:
    """Refuse numbers longer than Excel can hold: different ones have become the same."""
    wrong = [
        line
        for line, row in enumerate(rows, header + 1)
        if any(isinstance(cell, int | float) and abs(cell) >= _EXACT for cell in row)
    ]
    if not wrong:
        return []
    said = f"has numbers of more than 15 figures in {len(wrong):,} rows, which Excel has shortened"
    return [Problem(file, wrong[0], "", "", said, "Export such identifiers as text")]


def _notes(file: str, head: list[str], rows: list[tuple]) -> list[Problem]:
    """Refuse last rows of which only the first cell is there: totals, notes and sources."""
    width = sum(map(bool, head))
    filled = [row for row in rows if any(cell is not None for cell in row)]
    end = len(filled)
    while end and width > 1 and all(cell is None for cell in filled[end - 1][1:]):
        end -= 1
    if end == len(filled):
        return []
    said = f"ends in {len(filled) - end} rows with nothing but their first cell"
    return [Problem(file, None, "", "", said, "Make the export again, or take out what is no row")]
