"""The tables of a page as an accessible workbook (gptables)."""

from __future__ import annotations

import copy
import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

from .blocks import Block
from .sheets import INTRO, Sheet, marks, plain, sheets
from .word import timeless

#: Lines above a header that may stay in sight with it: more would leave no room for the rows.
_STAYS = 12
_A4 = 9


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
        one marked-up table from column A, no merged cells, notes above it. Header rows stay in
        sight and are printed on each page, a sheet one page wide. Title and language are in the
        properties of the document.
    """
    import gptables as gpt

    found = sheets(blocks)
    tables = {sheet.label: _gptable(gpt, sheet) for sheet in found}
    cover = gpt.Cover(cover_label="Cover", title=plain(title), intro=[INTRO], about=marks(found))
    held = io.BytesIO()
    # A cell is what it is written as: no text of a report becomes a formula or a link.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with warnings.catch_warnings():
        # It misses a sheet of notes, where ours stand with their tables, and speaks of its own
        # dealings with pandas.
        warnings.simplefilter("ignore")
        book = gpt.produce_workbook(
            held, tables, cover=cover, theme=_theme(gpt), auto_width=False,
            workbook_options=options,
        )  # fmt: skip
    for sheet in found:
        _lay_out(book.get_worksheet_by_name(sheet.label), sheet)
    _lay_out_rest(book)
    book.set_properties({"title": title, "author": "cpstats"})
    book.close()
    return timeless(held.getvalue(), {"docProps/core.xml": _in_english_undated})


def _in_english_undated(core: bytes) -> bytes:
    """Name the language of the workbook, which its writer cannot, and no time of making."""
    undated = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", core)
    return undated.replace(b"</cp:coreProperties>",
                           b"<dc:language>en-GB</dc:language></cp:coreProperties>")  # fmt: skip


def _theme(gpt: Any) -> Any:
    """Let texts above a table take several lines, and cells of a row begin on one line."""
    theme = copy.deepcopy(gpt.gptheme)
    for looks in (theme.title_format, theme.subtitle_format, theme.instructions_format,
                  theme.legend_format, theme.data_format):  # fmt: skip
        looks |= {"text_wrap": True, "valign": "top"}
    return theme


def _gptable(gpt: Any, sheet: Sheet) -> Any:
    name = re.sub(r"[^a-z0-9]+", "_", sheet.label.casefold()).strip("_")
    title, section, what, *notes = sheet.above
    return gpt.GPTable(
        table=sheet.frame.copy(), table_name=name, title=title, subtitles=[section],
        instructions=what, legend=notes, index_columns={}, scope=None, source=None,
        additional_formatting=list(_looks(sheet)),
    )  # fmt: skip


def _looks(sheet: Sheet) -> Any:
    """Say which columns align right, and how each number is written."""
    if sheet.right:
        right = {"columns": list(sheet.right), "format": {"align": "right"}, "include_names": True}
        yield {"column": right}
    for column, codes in enumerate(zip(*sheet.looks, strict=True)):
        used = {code for code in codes if code}
        if len(used) == 1:
            # All of a column at once, words too, as it says nothing of them: cells take long.
            yield {"column": {"columns": [column], "format": {"num_format": used.pop()}}}
            continue
        # One place at a time: of several, their writer changes only the last. The header is row 0.
        for row, code in enumerate(codes, 1):
            if code:
                yield {"cell": {"cells": (row, column), "format": {"num_format": code}}}


def _lay_out(page: Any, sheet: Sheet) -> None:
    widths, header = sheet.widths, len(sheet.above)
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    if sum(-(-len(text) // widths[0]) for text in sheet.above) <= _STAYS:
        page.freeze_panes(header + 1, 0)
    _print(page)
    page.repeat_rows(header)


def _lay_out_rest(book: Any) -> None:
    contents = book.get_worksheet_by_name("Contents")
    contents.set_column(0, 0, 36)
    contents.set_column(1, 1, 70)
    for name in ("Cover", "Contents"):
        _print(book.get_worksheet_by_name(name))


def _print(page: Any) -> None:
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
