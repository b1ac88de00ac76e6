"""The tables of a page as an accessible workbook (gptables) and as OpenDocument."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from .blocks import Block, Facts, Grid, Heading, Picture
from .word import MADE, timeless

_NUMBER = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d+(\.\d+)?")
#: What a spreadsheet program would run.
_FORMULA = ("=", "@", "\t", "\r")


#: A blank cell says nothing to a screen reader, and must say why in a workbook.
NOTHING = "no entry"


@dataclass(frozen=True)
class Sheet:
    """One table of the page: its sheet's name, section, caption, cells and notes."""

    label: str
    section: str
    caption: str
    frame: pd.DataFrame
    notes: tuple[str, ...]


def sheets(blocks: Sequence[Block]) -> tuple[Sheet, ...]:
    """
    Take the tables of a page, and its definitions and charts as tables.

    Parameters
    ----------
    blocks : sequence of Block

    Returns
    -------
    tuple of Sheet
        Numbers are numbers, so that they can be reckoned with; marks and words stay text.
    """
    return _sheets(tuple(blocks))


@lru_cache(maxsize=1)  # two formats are made of the same
def _sheets(blocks: tuple[Block, ...]) -> tuple[Sheet, ...]:
    found: list[Sheet] = []
    section = ""
    for block in blocks:
        if isinstance(block, Heading):
            section = block.text
        if isinstance(block, Grid) and block.head and block.rows:
            frame = pd.DataFrame(block.rows, columns=_once(block.head))
            frame = frame.map(number)
            label = f"Table {len(found) + 1}"
            found.append(Sheet(label, section, block.caption, frame, block.notes))
    for label, caption, rows in (
        ("Definitions", "Definitions of the indicators", list(_definitions(blocks))),
        ("Charts", "What the charts show, in words", list(_charts(blocks))),
    ):
        if rows:
            columns = ["Of", "What", "Text"] if label == "Definitions" else ["Section", "Shows"]
            frame = pd.DataFrame(rows, columns=columns)
            found.append(Sheet(label, label, caption, frame.map(plain), ()))
    none = pd.DataFrame({"Tables": ["This report has none."]})
    return tuple(found) or (Sheet("Tables", "Tables", "Tables", none, ()),)


def _once(head: Sequence[str]) -> list[str]:
    """Give each column a name of its own; a blank one is counted."""
    names: list[str] = []
    for place, name in enumerate(head, 1):
        own = name or f"Column {place}"
        names.append(own if own not in names else f"{own} ({place})")
    return names


def number(text: str) -> float | int | str:
    """
    Read a cell of the page as a number where it is one.

    Parameters
    ----------
    text : str

    Returns
    -------
    float, int or str

    Examples
    --------
    >>> number("1,234"), number("3.8"), number("[c]"), number("=1+1")
    (1234, 3.8, '[c]', "'=1+1")
    """
    said = text.strip()
    if not any(c.isalnum() for c in said):
        return NOTHING
    if _NUMBER.fullmatch(said):
        bare = said.replace(",", "")
        return float(bare) if "." in bare else int(bare)
    return plain(said)


def plain(text: str) -> str:
    """Keep text text: what a program would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _definitions(blocks: Sequence[Block]) -> Iterator[tuple[str, str, str]]:
    name = ""
    for block in blocks:
        if isinstance(block, Heading):
            name = block.text
        elif isinstance(block, Facts):
            yield from ((name, term, text) for term, text in block.pairs)


def _charts(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    section = ""
    for block in blocks:
        if isinstance(block, Heading):
            section = block.text
        elif isinstance(block, Picture):
            yield section, block.alt


def xlsx(blocks: Sequence[Block], *, title: str) -> bytes:
    """
    Make an accessible workbook of the tables of a page.

    Parameters
    ----------
    blocks : sequence of Block
    title : str

    Returns
    -------
    bytes
        A cover, a list of contents, and a sheet for each table, as the Analysis Function asks:
        one marked-up table from column A, no merged cells, notes above it. Title and language are
        in the properties of the document.
    """
    import gptables as gpt

    tables = {sheet.label: _gptable(gpt, sheet) for sheet in sheets(blocks)}
    cover = gpt.Cover(cover_label="Cover", title=plain(title), intro=[_INTRO], about=[_MARKS])
    held = io.BytesIO()
    # A cell is what it is written as: no text of a report becomes a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with warnings.catch_warnings():
        # It misses a sheet of notes, where ours stand with their tables, and speaks of its own
        # dealings with pandas.
        warnings.simplefilter("ignore")
        book = gpt.produce_workbook(held, tables, cover=cover, workbook_options=options)
    book.set_properties({"title": title, "author": "cpstats", "created": MADE})
    book.close()
    return timeless(held.getvalue(), {"docProps/core.xml": _in_english})


_INTRO = (
    "The tables of the report, each on a sheet of its own; definitions and charts in words last."
)
_MARKS = ("[c], [x] and [z] stand where a figure would: suppressed, not available, not applicable. "
          "Zero is 0.")  # fmt: skip


def _in_english(core: bytes) -> bytes:
    """Name the language of the workbook, which its writer cannot."""
    return core.replace(b"</cp:coreProperties>",
                        b"<dc:language>en-GB</dc:language></cp:coreProperties>")  # fmt: skip


def _gptable(gpt: Any, sheet: Sheet) -> Any:
    name = re.sub(r"[^a-z0-9]+", "_", sheet.label.casefold()).strip("_")
    notes = [plain(note) for note in sheet.notes]
    return gpt.GPTable(
        table=sheet.frame.copy(), table_name=name, title=plain(sheet.caption or sheet.label),
        subtitles=[plain(f"Section: {sheet.section}")], legend=notes, index_columns={},
        scope=None, source=None,
    )  # fmt: skip


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
        A sheet for each table: caption, section and notes above it, then one header row and the
        rows. Title and language are in the properties of the document.
    """
    from odf import dc, meta
    from odf.opendocument import OpenDocumentSpreadsheet

    document = OpenDocumentSpreadsheet()
    document.meta.addElement(dc.Title(text=title))
    document.meta.addElement(dc.Language(text="en-GB"))
    document.meta.addElement(meta.CreationDate(text=MADE.isoformat()))
    bold = _bold(document)
    _sheet(document, "Cover", [[title], [_INTRO], [_MARKS]], [], [], bold)
    for sheet in sheets(blocks):
        above = [[sheet.caption or sheet.label], [f"Section: {sheet.section}"]]
        above += [[note] for note in sheet.notes]
        rows = sheet.frame.to_numpy(dtype=object).tolist()
        _sheet(document, sheet.label, above, list(sheet.frame), rows, bold)
    held = io.BytesIO()
    document.write(held)
    return timeless(held.getvalue(), dict.fromkeys(_ODF_PARTS, _canonical))


_ODF_PARTS = ("content.xml", "styles.xml", "meta.xml")


def _canonical(part: bytes) -> bytes:
    """Leave out the namespaces that nothing uses: their writer adds those of earlier files."""
    from xml.etree.ElementTree import canonicalize

    return canonicalize(part.decode()).encode()


def _bold(document: Any) -> Any:
    from odf import style

    made = style.Style(name="Bold", family="table-cell")
    made.addElement(style.TextProperties(fontweight="bold"))
    document.styles.addElement(made)
    return made


def _sheet(
    document: Any, name: str, above: list[list[str]], head: list[str], rows: list[list[Any]],
    bold: Any,
) -> None:  # fmt: skip
    from odf.table import Table, TableHeaderRows

    made = Table(name=name)
    for place, row in enumerate(above):
        made.addElement(_row(row, bold if place == 0 else None))
    if head:
        header = TableHeaderRows()
        header.addElement(_row(head, bold))
        made.addElement(header)
    for row in rows:
        made.addElement(_row(row, None))
    document.spreadsheet.addElement(made)


def _row(cells: list[Any], look: Any) -> Any:
    from odf.table import TableCell, TableRow
    from odf.text import P

    made = TableRow()
    for cell in cells:
        is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
        kind = {"valuetype": "float", "value": cell} if is_number else {"valuetype": "string"}
        held = TableCell(**kind, **({"stylename": look} if look else {}))
        held.addElement(P(text=f"{cell:,}" if is_number else str(cell)))
        made.addElement(held)
    return made
