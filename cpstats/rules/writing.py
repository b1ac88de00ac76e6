"""The report of problems as a page, and as a workbook for the people who enter data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import CannotWrite
from ..files import write_whole
from .checking import Findings
from .waivers import Waiver, unwaived_errors, waived

#: A sheet holds a million rows, and nobody works off more than this from one list.
LISTED = 100_000

SYNTHETIC_SAID = "SYNTHETIC records, made up by a generator: no real child."

_HEADINGS = {
    "code": "Code",
    "severity": "Severity",
    "count": "Count",
    "example": "Example",
    "title": "What must hold",
    "remedy": "What to do",
    "area": "Council",
    "table": "Table",
    "line": "Line",
    "column": "Column",
    "year": "Collection year",
    "reason": "Reason",
    "by": "Accepted by",
    "until": "Until",
}
_STYLE = """
body { font: 1rem/1.5 Arial, sans-serif; color: #0b0c0c; background: #fff; margin: 2rem auto;
  max-width: 80rem; padding: 0 1rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem;
  border-bottom: 1px solid #767676; }
.synthetic { border: 3px solid #0b0c0c; padding: .5rem 1rem; font-weight: bold; }
"""


def headline(findings: Findings, waivers: Sequence[Waiver] = ()) -> str:
    """
    Say in a sentence or two whether a report can be made.

    Parameters
    ----------
    findings : Findings
    waivers : sequence of Waiver

    Returns
    -------
    str
    """
    errors, left = len(findings.errors), len(unwaived_errors(findings, waivers))
    warnings = len(findings.problems) - errors
    said = f"{_counted(errors, 'error')} and {_counted(warnings, 'warning')}."
    if errors > left:
        said += f" {_counted(errors - left, 'error')} accepted in writing."
    stops = "Errors must be mended, or accepted in writing, before a report is made."
    said += f" {stops}" if left else " Nothing stops a report."
    return f"{SYNTHETIC_SAID} {said}" if findings.synthetic else said


def write_html(findings: Findings, path: str | Path, *, waivers: Sequence[Waiver] = ()) -> Path:
    """
    Write the report as a page that needs no other file.

    Parameters
    ----------
    findings : Findings
    path : str or Path
    waivers : sequence of Waiver

    Returns
    -------
    Path

    Raises
    ------
    CannotWrite
    """
    return write_whole(Path(path), _page(findings, waivers))


def write_excel(findings: Findings, path: str | Path, *, waivers: Sequence[Waiver] = ()) -> Path:
    """
    Write the problems as a workbook to work off: one a row, a summary, and notes.

    Parameters
    ----------
    findings : Findings
    path : str or Path
    waivers : sequence of Waiver

    Returns
    -------
    Path

    Raises
    ------
    CannotWrite
    """
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = _title(findings)
    book.properties.language = "en-GB"
    book.properties.creator = "cpstats"
    notes = [[line] for line in _notes(findings, waivers)]
    _sheet(book.active, "Notes", ["Notes"], notes)
    problems = findings.problems.assign(
        line=findings.problems["line"]
        .astype(object)
        .where(findings.problems["line"].notna(), "whole table")
    )
    columns = ["code", "severity", "table", "line", "column", "area", "year", "title", "remedy"]
    heads = {**_HEADINGS, "title": "What is wrong: this does not hold"}
    _sheet(
        book.create_sheet(),
        "Problems",
        [heads[c] for c in columns],
        _cells(problems[columns].head(LISTED)),
    )
    summary = findings.summary()
    _sheet(book.create_sheet(), "Summary", [_HEADINGS[c] for c in summary], _cells(summary))
    if waivers:
        frame = waived(findings, waivers)
        _sheet(book.create_sheet(), "Accepted", [_HEADINGS[c] for c in frame], _cells(frame))
    return _save(book, Path(path).absolute())


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _title(findings: Findings) -> str:
    said = f": {findings.title}" if findings.title else ""
    return (
        f"{'SYNTHETIC: ' if findings.synthetic else ''}Problems in child protection records{said}"
    )


def _notes(findings: Findings, waivers: Sequence[Waiver]) -> list[str]:
    more = len(findings.problems) - LISTED
    cut = [f"The first {LISTED:,} problems are listed; {more:,} more are in the summary only."]
    return [
        _title(findings),
        headline(findings, waivers),
        *(cut if more > 0 else []),
        "Each row of the sheet Problems is a row of a table that breaks a rule. Look it up by its "
        "line in the file; no identifier or date of birth is repeated here.",
        "The line counts the row of headings as line 1. A problem of a whole table has no line.",
        "Error: no report is made until it is mended or accepted in writing. Warning: look at it.",
    ]


def _cells(frame: pd.DataFrame) -> list[list[Any]]:
    """Give the cells of a sheet; none is left empty without a word."""
    said = frame.astype(object).where(frame.notna() & (frame != ""), "not applicable")
    return said.to_numpy().tolist()


def _sheet(sheet: Any, name: str, heads: list[str], rows: list[list[Any]]) -> None:
    """Fill a sheet: one marked-up table from A1, its row of headings, text wrapped."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table

    sheet.title = name
    widths = {"What must hold": 50, "What is wrong: this does not hold": 50, "What to do": 60}
    widths |= {"Notes": 100, "Example": 30, "Reason": 50}
    rows = rows or [["none", *["not applicable"] * (len(heads) - 1)]]
    for cells in [heads, *rows]:
        sheet.append(cells)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            # A text that begins with "=" is a text.
            cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    for number, head in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(number)].width = widths.get(head, 18)
    last = get_column_letter(len(heads))
    sheet.add_table(Table(displayName=f"{name}_table", ref=f"A1:{last}{len(rows) + 1}"))


def _save(book: Any, path: Path) -> Path:
    """Save beside its place and move it in."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    except OSError as error:
        raise CannotWrite(f"Cannot write to {path.parent}: {error.strerror}.") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            book.save(file)
        part.replace(path)
    except OSError as error:
        raise CannotWrite(f"Cannot write {path}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _page(findings: Findings, waivers: Sequence[Waiver]) -> str:
    title = escape(_title(findings))
    banner = f'<p class="synthetic">{escape(SYNTHETIC_SAID)}</p>' if findings.synthetic else ""
    tables = [_table(findings.summary(), "Problems by rule and council")]
    if waivers:
        tables.append(_table(waived(findings, waivers), "Errors accepted in writing"))
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n{banner}\n<p>{escape(headline(findings, waivers))}</p>\n"
        + "\n".join(tables)
        + "\n</main>\n</body>\n</html>\n"
    )


def _table(frame: pd.DataFrame, caption: str) -> str:
    if frame.empty:
        return f"<p>{escape(caption)}: none.</p>"
    head = "".join(f'<th scope="col">{escape(_HEADINGS[c])}</th>' for c in frame)
    body = "\n".join(_row(row) for row in frame.itertuples(index=False))
    said = escape(caption)
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="Table: {said}"><table>\n'
        f"<caption>{said}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table></div>"
    )


def _row(row: Iterable[Any]) -> str:
    first, *rest = (escape(str(cell)) for cell in row)
    return f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in rest) + "</tr>"
