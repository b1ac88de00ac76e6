"""The list of contents of a Word file: a field that Word fills with page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any
from xml.sax.saxutils import escape

#: Of Word's headings, whose first is a section of the page.
_DEEP = 2


def add_styles(document: Any, width: Any) -> None:
    """Make Word's own styles of lists of contents: page numbers stand right, after dots."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Mm, Pt

    for level in range(1, _DEEP + 1):
        style = document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.element.styleId = f"TOC{level}"
        style.base_style = document.styles["Normal"]
        looks = style.paragraph_format
        looks.space_after, looks.left_indent = Pt(3), Mm(5 * (level - 1))
        looks.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def contents(headings: Sequence[tuple[int, Any]]) -> Any:
    """
    Make the list of contents.

    Parameters
    ----------
    headings : sequence of tuple
        Each with the number of its bookmark, which `bookmark` gives it.

    Returns
    -------
    lxml element
        With a link to each heading. Page numbers come when Word updates the field (F9, or
        "Update Table" above it): it is not told to on opening, as it would ask the reader first.
    """
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="TOC{h.level - 1}"/></w:pPr>{begin}'
        f'<w:hyperlink w:anchor="{anchor(at)}" w:history="1"><w:r><w:t xml:space="preserve">'
        f"{escape(h.text)}</w:t></w:r></w:hyperlink></w:p>"
        for begin, (at, h) in zip(chain([_BEGIN], repeat("")), headings, strict=False)
    )
    return parse_xml(f"<w:sdt {nsdecls('w')}>{_KIND}<w:sdtContent>{_TITLE}{lines}"
                     f"<w:p>{_mark('end')}</w:p></w:sdtContent></w:sdt>")  # fmt: skip


def bookmark(paragraph: Any, at: int) -> None:
    """Give a heading the bookmark that its line in the list leads to."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for part in (start, end):
        part.set(qn("w:id"), str(at))
    start.set(qn("w:name"), anchor(at))
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def anchor(at: int) -> str:
    """Name the bookmark of a heading, as Word names those of its lists."""
    return f"_Toc{at + 1:08d}"


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


_BEGIN = (
    f'{_mark("begin")}<w:r><w:instrText xml:space="preserve"> TOC \\o "1-{_DEEP}" \\h \\z '
    f"</w:instrText></w:r>{_mark('separate')}"
)
#: What makes Word offer to update the list.
_KIND = (
    '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/>'
    "</w:docPartObj></w:sdtPr>"
)
_TITLE = '<w:p><w:pPr><w:pStyle w:val="TOCHeading"/></w:pPr><w:r><w:t>Contents</w:t></w:r></w:p>'
