"""The tables of a page as an OpenDocument spreadsheet."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import partial
from itertools import repeat
from typing import Any

from .blocks import Block
from .sheets import INTRO, Sheet, marks, sheets
from .word import timeless

#: Centimetres that a letter takes, about.
_LETTER = 0.2


def ods(blocks: Sequence[Block], *, title: str) -> bytes:
    """
    Make an OpenDocument spreadsheet of the tables of a page.

    Parameters
    ----------
    blocks : sequence of Block
    title : str

    Returns
    -------
    bytes
        A cover, a list of contents, and a sheet for each table: caption, section and notes above
        it, then one header row and the rows. Title and language are in the properties of the
        document.
    """
    from odf import dc
    from odf.opendocument import OpenDocumentSpreadsheet

    document = OpenDocumentSpreadsheet()
    document.meta.addElement(dc.Title(text=title))
    document.meta.addElement(dc.Language(text="en-GB"))
    found = sheets(blocks)
    looks = _Looks(document)
    _cover(document, [title, INTRO, *marks(found)], looks)
    _contents(document, found, looks)
    for sheet in found:
        _sheet(document, sheet, looks)
    # Styles here have names of their own: looking for others would walk through every cell twice.
    document._used_auto_styles = lambda segments: []
    held = io.BytesIO()
    document.write(held)
    return timeless(held.getvalue(), dict.fromkeys(_ODF_PARTS, _with_used))


_ODF_PARTS = ("content.xml", "styles.xml", "meta.xml")


def _with_used(part: bytes) -> bytes:
    """Declare the namespaces that are used alone: their writer adds those of earlier files."""
    text = part.decode()
    start = text.index("<", text.index("?>"))
    end = text.index(">", start)
    root = text[start:end]
    used = set(_PREFIX.findall(text))
    named = sorted(n for n in set(_NAMESPACE.findall(root)) if n[1] in used)
    opened, *others = _NAMESPACE.sub("", root).split()
    spaces = [declared for declared, _ in named]
    return (text[:start] + " ".join([opened, *spaces, *others]) + text[end:]).encode()


#: A namespace as the root declares it, and a prefix as an element or attribute begins with it.
_NAMESPACE = re.compile(r'(xmlns:([\w.-]+)="[^"]*")')
_PREFIX = re.compile(r"[</\s]([\w.-]+):[\w-]")


class _Looks:
    """The styles of a document, each made when it is first asked for."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.made: dict[str, Any] = {}

    def column(self, letters: int) -> Any:
        from odf.style import Style, TableColumnProperties

        return self._style(f"Wide {letters}", lambda name: _with(
            Style(name=name, family="table-column"),
            TableColumnProperties(columnwidth=f"{letters * _LETTER:.1f}cm"),
        ))  # fmt: skip

    def row(self) -> Any:
        from odf.style import Style, TableRowProperties

        return self._style("High", lambda name: _with(
            Style(name=name, family="table-row"),
            TableRowProperties(useoptimalrowheight="true"),
        ))  # fmt: skip

    def cell(self, code: str = "", *, bold: bool = False, right: bool = False) -> Any:
        """Give the look of a cell: its text takes several lines; a number reads as on the page."""
        name = " ".join(["Cell", *["bold"] * bold, *["right"] * right, code]).strip()
        return self._style(name, partial(self._cell, code=code, bold=bold, right=right))

    def _cell(self, name: str, *, code: str, bold: bool, right: bool) -> Any:
        from odf.style import ParagraphProperties, Style, TableCellProperties, TextProperties

        number = {"datastylename": self._number(code)} if code else {}
        made = Style(name=name.replace(" ", "_"), displayname=name, family="table-cell", **number)
        made.addElement(TableCellProperties(wrapoption="wrap", verticalalign="top"))
        if right:
            made.addElement(ParagraphProperties(textalign="end"))
        return _with(made, *([TextProperties(fontweight="bold")] if bold else []))

    def _number(self, code: str) -> Any:
        from odf.number import Number, NumberStyle

        grouped = str("," in code).lower()
        return self._style(f"Number {code}", lambda _: _with(
            NumberStyle(name=f"N{len(self.made)}"),
            Number(decimalplaces=_places(code), minintegerdigits=1, grouping=grouped),
        ))  # fmt: skip

    def _style(self, name: str, make: Any) -> Any:
        if name not in self.made:
            self.made[name] = make(name)
            self.document.styles.addElement(self.made[name])
        return self.made[name]


def _places(code: str) -> int:
    return len(code.partition(".")[2])


def _with(element: Any, *parts: Any) -> Any:
    for part in parts:
        element.addElement(part)
    return element


def _cover(document: Any, lines: list[str], looks: _Looks) -> None:
    made = _start("Cover", [90], looks)
    _texts(made, lines, looks)
    document.spreadsheet.addElement(made)


def _contents(document: Any, found: Sequence[Sheet], looks: _Looks) -> None:
    """List the sheets, each with a link to it."""
    from odf.table import TableCell
    from odf.text import A, P

    made = _start("Contents", [36, 70], looks)
    _texts(made, ["Table of contents", "This worksheet contains one table."], looks)
    _header(made, ["Sheet name", "Table description"], (), looks)
    for sheet in found:
        link = _with(P(), A(href=f"#'{sheet.label}'.A1", type="simple", text=sheet.label))
        where = TableCell(valuetype="string", stylename=looks.cell())
        row = _with(_row([], [], looks), _with(where, link), _cell(sheet.above[0], looks.cell()))
        made.addElement(row)
    document.spreadsheet.addElement(made)


def _sheet(document: Any, sheet: Sheet, looks: _Looks) -> None:
    made = _start(sheet.label, sheet.widths, looks)
    _texts(made, sheet.above, looks)
    _header(made, list(sheet.frame), sheet.right, looks)
    plain = tuple(repeat("", sheet.frame.shape[1]))
    rows = sheet.frame.to_numpy(dtype=object).tolist()
    for row, codes in zip(rows, sheet.looks or repeat(plain), strict=False):
        styles = [looks.cell(c, right=at in sheet.right) for at, c in enumerate(codes)]
        made.addElement(_row(row, styles, looks, codes))
    document.spreadsheet.addElement(made)


def _start(name: str, widths: Sequence[int], looks: _Looks) -> Any:
    from odf.table import Table, TableColumn

    columns = [TableColumn(stylename=looks.column(width)) for width in widths]
    return _with(Table(name=name), *columns)


def _texts(made: Any, lines: Sequence[str], looks: _Looks) -> None:
    """Write texts one under another; the first is the title."""
    for place, text in enumerate(lines):
        made.addElement(_row([text], [looks.cell(bold=place == 0)], looks))


def _header(made: Any, head: list[str], right: Sequence[int], looks: _Looks) -> None:
    from odf.table import TableHeaderRows

    styles = [looks.cell(bold=True, right=at in right) for at in range(len(head))]
    made.addElement(_with(TableHeaderRows(), _row(head, styles, looks)))


def _row(
    cells: list[Any], styles: list[Any], looks: _Looks, codes: Sequence[str] = ()
) -> Any:  # fmt: skip
    from odf.table import TableRow

    of_each = zip(cells, styles, codes or repeat(""), strict=False)
    held = [_cell(cell, style, code) for cell, style, code in of_each]
    return _with(TableRow(stylename=looks.row()), *held)


def _cell(value: Any, style: Any, code: str = "") -> Any:
    from odf.table import TableCell
    from odf.text import P

    kind = {"valuetype": "float", "value": value} if code else {"valuetype": "string"}
    text = f"{value:{',' * (',' in code)}.{_places(code)}f}" if code else str(value)
    return _with(TableCell(**kind, stylename=style), P(text=text))
