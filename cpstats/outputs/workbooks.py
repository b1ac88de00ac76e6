"""The words of a workbook: cells with their sheets, and every part of the file behind them."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from ..errors import CannotRead
from .markup import words_of_xml
from .pictures import words_of
from .places import Text

_XML = (".xml", ".rels", ".vml", ".svg")
_BROKEN = "It is no workbook that can be opened, so it cannot be read."


def words_of_workbook(content: bytes) -> Iterator[Text]:
    """Give every place of an xlsx file where words or numbers can stand.

    Parameters
    ----------
    content : bytes

    Yields
    ------
    Text
        First the cells (values, formulas, comments), hidden ones too; then the text and attributes
        of every part of the file: properties, names, headers, charts and what they keep, pivot
        tables, and cells once more as they are stored.

    Raises
    ------
    CannotRead
        When it is no workbook, or holds a part that is neither XML nor PNG.
    """
    try:
        file = zipfile.ZipFile(io.BytesIO(content))
        parts = [(part.filename, part.comment, file.read(part)) for part in file.infolist()]
    except Exception:  # a broken file fails with whatever comes: zlib, struct, zipfile
        raise CannotRead(_BROKEN) from None
    yield from _cells(content)
    yield Text("file, comment", file.comment.decode("latin-1"), said=False)
    for name, comment, part in parts:
        yield Text("file, name of a part", name, said=False)
        yield Text(f"{name}, comment", comment.decode("latin-1"), said=False)
        yield from _part(name, part)


def _part(name: str, part: bytes) -> Iterator[Text]:
    kind = name.casefold()
    if kind.endswith(_XML):
        for found in words_of_xml(part, said=False):
            yield Text(f"{name}, {found.where}", found.text, said=False)
    elif kind.endswith(".png"):
        for chunk, text in words_of(part):
            yield Text(f"{name}, {chunk}", text, said=False)
    elif kind.endswith(".xlsx"):
        for found in words_of_workbook(part):
            yield Text(f"{name}, {found.where}", found.text, said=False)
    elif part:
        raise CannotRead(
            "The workbook holds a part that is neither XML nor a PNG picture, so it cannot be read "
            "and cannot be released. Take macros, photographs and the like out of it."
        )


def _cells(content: bytes) -> Iterator[Text]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that it leaves out: they are read as parts
        try:
            formulas = load_workbook(io.BytesIO(content), rich_text=False)
            values = load_workbook(io.BytesIO(content), data_only=True)
        except Exception:  # openpyxl fails on a broken file with whatever comes
            raise CannotRead(
                "It is no workbook that can be opened, so it cannot be read."
            ) from None
    for sheet in formulas.worksheets:
        yield Text("name of a sheet", sheet.title)
        yield from _cells_of(sheet, values[sheet.title])


def _cells_of(sheet: Any, values: Any) -> Iterator[Text]:
    name = f"sheet {sheet.title}" + ("" if sheet.sheet_state == "visible" else " (hidden)")
    rows = {number for number, row in sheet.row_dimensions.items() if row.hidden}
    columns = [d for d in sheet.column_dimensions.values() if d.hidden and d.min and d.max]
    for row, kept in zip(sheet.iter_rows(), values.iter_rows(), strict=True):
        for cell, value in zip(row, kept, strict=True):
            hidden = cell.row in rows or any(d.min <= cell.column <= d.max for d in columns)
            where = f"{name}, {cell.coordinate}" + (" (hidden)" if hidden else "")
            yield from _cell(cell, value.value, where)


def _cell(cell: Any, kept: Any, where: str) -> Iterator[Text]:
    if cell.data_type == "f":
        formula = getattr(cell.value, "text", cell.value)
        yield Text(f"{where}, formula", str(formula), said=False)
    if kept is not None:
        yield Text(where, _written(kept))
    if cell.comment is not None:
        yield Text(f"{where}, comment", f"{cell.comment.author}: {cell.comment.text}")


def _written(value: Any) -> str:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)
