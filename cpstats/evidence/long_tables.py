"""A long table, a row for each thing seen, with a file beside it that says what it is."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .. import areas
from ..errors import CannotRead, Problem, UnknownName, nearest
from ..importing import workbooks

#: So many problems of one kind are listed; the rest are counted.
_LISTED = 50
_YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False,
        "0": False}  # fmt: skip
_NOT_RECORDED = {"", "not recorded", "not known", "unknown"}
_NOT_APPLICABLE = {"not applicable", "n/a", "na"}
NOT_RECORDED, NOT_APPLICABLE = "not recorded", "not applicable"
_NO_COLUMN = "has no such column"

Row = dict[str, str]


def rows_of(
    path: Path, needed: Iterable[str], optional: Iterable[str]
) -> tuple[list[tuple[int, Row]], list[Problem]]:
    """
    Read the rows of a CSV file or workbook, with the line of each.

    Parameters
    ----------
    path : Path
    needed, optional : iterable of str
        Columns. Any other is a problem, so that a misspelt one is not taken for missing.

    Returns
    -------
    rows : list of (int, dict)
        Blank rows are left out, and rows whose cells do not match the headings; columns that are
        not there are empty.
    problems : list of Problem

    Raises
    ------
    CannotRead
        When it cannot be read.
    """
    needed, optional = list(needed), list(optional)
    problems: list[Problem] = []
    if path.suffix.casefold() == ".xlsx":
        columns, problems = _workbook(path)
        held = [
            dict(zip(columns, map(plain, c), strict=True))
            for c in zip(*columns.values(), strict=True)
        ]
        names = list(columns)
    else:
        held, names, problems = _csv(path)
    for name in needed:
        if name not in names:
            said = f"It needs {', '.join(needed)}"
            problems.append(Problem(path.name, 1, name, "", _NO_COLUMN, said))
    known = [*needed, *optional, "synthetic"]
    for name in (n for n in names if n not in known):
        near = nearest(str(name), [n for n in known if n not in names])
        remedy = f"Is it {near[0]!r}?" if near else f"Take it out. Known: {', '.join(known)}"
        problems.append(Problem(path.name, 1, str(name), "", "is a column of no meaning", remedy))
    blank = dict.fromkeys(known, "")
    uneven = {problem.line for problem in problems if problem.line != 1}
    rows = [
        (line, {**blank, **row})
        for line, row in enumerate(held, 2) if any(row.values()) and line not in uneven
    ]  # fmt: skip
    return rows, problems


def lacking(problems: Iterable[Problem]) -> set[str]:
    """Name the columns that a table lacks: what their blanks would be is said already."""
    return {problem.column for problem in problems if problem.problem == _NO_COLUMN}


def _workbook(path: Path) -> tuple[dict[str, list], list[Problem]]:
    try:
        workbooks.sheets_of(path)
        return workbooks.read(path, "", 1)
    except CannotRead as error:
        said = str(error)
        raise CannotRead(said if path.name in said else f"{path.name} {said}.") from None


def _csv(path: Path) -> tuple[list[Row], list[str], list[Problem]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = list(csv.reader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CannotRead(f"Cannot read {path.name}: {error}.") from error
    if not cells:
        raise CannotRead(f"Cannot read {path.name}: it is empty.")
    names = [name.strip() for name in cells[0]]
    remedy = "Give each row as many cells as there are headings"
    wrong = [
        Problem(path.name, line, "", "", f"has {len(row)} cells for {len(names)} headings", remedy)
        for line, row in enumerate(cells[1:], 2) if row and len(row) != len(names)
    ]  # fmt: skip
    for name in dict.fromkeys(n for n in names if not n or names.count(n) > 1):
        wrong.append(Problem(path.name, 1, name, "", "is blank or heads two columns", "Rename it"))
    held = [dict(zip(names, map(plain, row), strict=False)) for row in cells[1:]]
    return held, names, wrong


def plain(cell: Any) -> str:
    """Give a cell as text: a day as 2021-10-31, a whole number without its .0."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()


def told(text: str, known: Iterable[str] = ()) -> str:
    """Give what a problem may repeat of a cell: figures, or words near to known ones."""
    # Anything else may be a name, or what somebody said.
    return text if re.fullmatch(r"[\d\s.,:/+-]{1,20}", text) or nearest(text, known) else ""


def read_day(text: str) -> dt.date:
    """Read a day written as 2021-10-31 or 31/10/2021; ValueError for anything else."""
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if match:
        return dt.date(int(match[3]), int(match[2]), int(match[1]))
    return dt.date.fromisoformat(text)


def read_answer(text: str) -> bool | str | None:
    """Read yes, no, not recorded or not applicable; None for what is none of them."""
    said = text.casefold()
    if said in _NOT_RECORDED:
        return NOT_RECORDED
    if said in _NOT_APPLICABLE:
        return NOT_APPLICABLE
    return _YES.get(said)


def read_about(
    path: Path, keys: dict[str, type | tuple[type, ...]], asked: Iterable[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """
    Read the file that says what a table is.

    Parameters
    ----------
    path : Path
        TOML.
    keys : dict of str to type
        What may stand in it.
    asked : iterable of str
        What must.

    Returns
    -------
    facts : dict
        With the area by its proper name; empty where anything is wrong, so that the table beside
        it is read as far as it can be all the same.
    problems : list of Problem
        Everything wrong in it, also that it cannot be read.
    """
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        said = "is not there, or cannot be opened"
        return {}, [Problem(path.name, None, "", "", said, "Put it beside its table")]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        said = f"cannot be read as TOML ({error})"
        return {}, [Problem(path.name, None, "", "", said, "Mend it there")]
    problems = list(_wrong(path.name, held, keys, asked))
    return ({} if problems else {**held, "area": areas.find(held["area"]).name}), problems


def _wrong(file: str, held: dict, keys: dict, asked: Iterable[str]) -> Iterator[Problem]:
    for key in sorted(set(held) - set(keys)):
        yield Problem(file, None, key, "", "is not known here", f"Known: {', '.join(keys)}")
    for key in (k for k in held if k in keys):
        # A time of day is a date to Python, and cannot be held against one.
        if not isinstance(held[key], keys[key]) or isinstance(held[key], dt.datetime):
            said = "is written otherwise than it is read"
            yield Problem(file, None, key, str(held[key])[:40], said, "See docs/evidence.md")
    for key in sorted(set(asked) - set(held)):
        yield Problem(file, None, key, "", "is missing", f"Write {key} = ...")
    if isinstance(held.get("area"), str):
        try:
            areas.find(held["area"])
        except UnknownName as error:
            yield Problem(file, None, "area", held["area"], "is no area", str(error))


def at_most(problems: list[Problem]) -> list[Problem]:
    """List so many problems of each kind, and count the rest."""
    kept: list[Problem] = []
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.column, problem.problem), []).append(problem)
    for (column, said), many in kinds.items():
        kept += many[:_LISTED]
        if len(many) > _LISTED:
            rest = f"and {len(many) - _LISTED:,} more rows: {said}"
            kept.append(Problem(many[0].file, None, column, "", rest, many[0].remedy))
    return kept
