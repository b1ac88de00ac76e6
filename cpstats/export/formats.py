"""The formats of a report, each made from its page, and each an exporter of nbconvert."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..formats import HTML
from . import excel, opendocument, typst, word
from .blocks import Block
from .html import ReportExporter, title_of
from .reading import blocks

MAKERS: dict[str, Callable[..., bytes]] = {
    "pdf": typst.pdf,
    "docx": word.docx,
    "xlsx": excel.xlsx,
    "ods": opendocument.ods,
}


def made_from(page: str, formats: Iterable[str], *, title: str) -> dict[str, bytes]:
    """
    Make other formats of a page.

    Parameters
    ----------
    page : str
        HTML.
    formats : iterable of str
        Among them "html" is left out: that is the page itself.
    title : str

    Returns
    -------
    dict of str to bytes
    """
    asked = [name for name in formats if name != HTML]
    held: tuple[Block, ...] = tuple(blocks(page)) if asked else ()
    return {name: MAKERS[name](held, title=title) for name in asked}


class _FromPage(ReportExporter):
    """Export an executed notebook as a page, and the page as another format."""

    kind = ""

    def from_notebook_node(  # type: ignore[override]  # bytes, where the base says notebook
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        page, resources = super().from_notebook_node(nb, resources, **kwargs)
        resources["output_extension"] = f".{self.kind}"
        return made_from(page, [self.kind], title=title_of(nb))[self.kind], resources


class PdfExporter(_FromPage):
    """Export an executed notebook as PDF/UA-1."""

    export_from_notebook = "cpstats report (PDF)"
    kind = "pdf"


class WordExporter(_FromPage):
    """Export an executed notebook as a Word file."""

    export_from_notebook = "cpstats report (Word)"
    kind = "docx"


class WorkbookExporter(_FromPage):
    """Export the tables of an executed notebook as an Excel workbook."""

    export_from_notebook = "cpstats report (Excel)"
    kind = "xlsx"


class OpenDocumentExporter(_FromPage):
    """Export the tables of an executed notebook as an OpenDocument spreadsheet."""

    export_from_notebook = "cpstats report (OpenDocument)"
    kind = "ods"
