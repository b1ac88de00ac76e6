"""The page as a Word file, for committees that edit: real styles, captions and alternatives."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .blocks import Block, Bullets, Facts, Grid, Heading, Lines, Para, Picture
from .paper import contents_at, laid_out, leading, listed
from .typst import png, widths
from .word_contents import add_styles, bookmark, contents

_FONT = "Arial"
_LISTS = [f"List {n}{m}" for n in ("Bullet", "Number", "Continue") for m in ("", " 2", " 3")]
_CELL, _CODE = "Cell", "Lines"
#: Inches: between the margins of A4.
_WIDTH = 6.5
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ZIPPED = (1980, 1, 1, 0, 0, 0)


def docx(blocks: Sequence[Block], *, title: str) -> bytes:
    """
    Make a Word file of a page.

    Parameters
    ----------
    blocks : sequence of Block
    title : str

    Returns
    -------
    bytes
        Headings, lists, captions and tables have Word's own styles; a long document has a list of
        contents; header rows repeat on each page; charts are pictures with their alternative. The
        same blocks give the same bytes.
    """
    from docx import Document

    document = Document()
    _prepare(document, title)
    held = laid_out(blocks)
    headings = [at for at, block in enumerate(held) if isinstance(block, Heading)]
    begins, leads, names = contents_at(held), leading(held), listed(held)
    named = [(n, held[at]) for n, at in enumerate(headings) if at in names]
    numbers = itertools.count()
    for place, block in enumerate(held):
        if place == begins:
            document.element.body.insert_element_before(contents(named), "w:sectPr")
        made = _WRITE[type(block)](document, block)
        if isinstance(block, Heading):
            bookmark(made, next(numbers))
        if place in leads:
            made.paragraph_format.keep_with_next = True
    file = io.BytesIO()
    document.save(file)
    return timeless(file.getvalue())


def timeless(
    content: bytes, changes: Mapping[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """
    Take the clock out of a zipped document.

    Parameters
    ----------
    content : bytes
    changes : mapping of str to callable, optional
        What to make of members, by name.

    Returns
    -------
    bytes
        The same members, each at one and the same time.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w") as new:
        for item in old.infolist():
            info = zipfile.ZipInfo(item.filename, _ZIPPED)
            # An ODF file begins with its kind, stored as it is; a picture gets no smaller.
            stored = item.filename.endswith(".png")
            info.compress_type = zipfile.ZIP_STORED if stored else item.compress_type
            info.external_attr = item.external_attr
            held_in = old.read(item.filename)
            change = (changes or {}).get(item.filename)
            new.writestr(info, change(held_in) if change else held_in)
    return held.getvalue()


def _prepare(document: Any, title: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    facts = document.core_properties
    facts.title, facts.language, facts.author = title, "en-GB", "cpstats"
    facts.revision = 1
    for dated in facts._element.xpath("dcterms:created | dcterms:modified | cp:lastPrinted"):
        facts._element.remove(dated)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    for name in (
        "Normal",
        "Title",
        *(f"Heading {n}" for n in range(1, 5)),
        "Caption",
        *_LISTS,
    ):
        style = document.styles[name]
        style.font.name = _FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0x0B, 0x0C, 0x0C)
    document.styles["Normal"].font.size = Pt(11)
    code = document.styles.add_style(_CODE, WD_STYLE_TYPE.PARAGRAPH)
    code.base_style, code.font.name = document.styles["Normal"], "Courier New"
    code.font.size, code.paragraph_format.space_after = Pt(9), Pt(0)
    cells = document.styles.add_style(_CELL, WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style, cells.font.size = document.styles["Normal"], Pt(9)
    add_styles(document, section.page_width - section.left_margin - section.right_margin)
    # Word reads text aloud, and checks it, in the language of the styles, not of the properties.
    for named in (*document.styles.element.xpath("w:docDefaults//w:lang"),
                  *document.settings.element.xpath("w:themeFontLang")):  # fmt: skip
        named.set(qn("w:val"), "en-GB")
    section.header.paragraphs[0].text = title
    section.header.paragraphs[0].runs[0].font.size = Pt(8)
    _number_pages(section.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    """Put "Page 1 of 12" at the foot, counted by Word."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for text, code in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        paragraph.add_run(text)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        paragraph._p.append(field)


def _paragraph(document: Any, text: str, style: str) -> Any:
    """Add a paragraph, its style by its id: to look each up by its name takes longer than all else.

    The id of one of Word's own styles is its name without spaces.
    """
    made = document.add_paragraph(text)
    if style:
        made._p.style = style.replace(" ", "")
    return made


def _heading(document: Any, block: Heading) -> Any:
    # The title of the page is the title of the document; its sections begin at level 1.
    name = "Title" if block.level == 1 else f"Heading {block.level - 1}"
    made = _paragraph(document, block.text, name)
    made.paragraph_format.page_break_before = block.new_page
    return made


def _para(document: Any, block: Para) -> Any:
    paragraph = _paragraph(document, "", "Intense Quote" if _set_apart(block) else "")
    for run in block.runs:
        made = paragraph.add_run(run.text)
        made.bold = run.strong or block.look == "banner"
        if run.href:
            paragraph.add_run(f" ({run.href})")
    return paragraph


def _set_apart(block: Para) -> bool:
    return block.look in {"warning", "commentary"}


def _bullets(document: Any, block: Bullets, level: int = 1) -> None:
    name = "List Number" if block.first else "List Bullet"
    # Word has styles for three levels; what lies deeper stands on the third.
    depth = "" if level == 1 else f" {min(level, 3)}"
    numbered = _numbering(document, f"{name}{depth}", block.first) if block.first else None
    for parts in block.items:
        style = f"{name}{depth}"
        for part in parts:
            if isinstance(part, Bullets):
                _bullets(document, part, level + 1)
                continue
            made = _paragraph(document, part, style)
            if numbered is not None and style == f"{name}{depth}":
                made._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = numbered
            style = f"List Continue{depth}"  # a further paragraph has no mark of its own


def _numbering(document: Any, style: str, first: int) -> int:
    """Begin to count: Word would go on where its last list of the style ended."""
    lists = document.part.numbering_part.element
    used = document.styles[style].element.pPr.numPr.numId.val
    kind = next(n for n in lists.num_lst if n.numId == used).abstractNumId.val
    made = lists.add_num(kind)
    made.add_lvlOverride(ilvl=0).add_startOverride(first)
    return int(made.numId)


def _lines(document: Any, block: Lines) -> None:
    for line in block.text.split("\n"):
        _paragraph(document, line, _CODE)


def _facts(document: Any, block: Facts) -> None:
    for term, text in block.pairs:
        paragraph = document.add_paragraph()._p
        run = _part(paragraph, "w:r")
        _part(_part(run, "w:rPr"), "w:b")
        said = _part(run, "w:t")
        said.text = f"{term}: "
        said.set(_SPACE, "preserve")
        _part(_part(paragraph, "w:r"), "w:t").text = text


def _picture(document: Any, block: Picture) -> None:
    from docx.shared import Inches

    shape = document.add_picture(io.BytesIO(png(block.svg)), width=Inches(5.6))
    held = shape._inline.docPr
    held.set("descr", block.alt)
    held.set("name", "Chart")
    if block.caption:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        _paragraph(document, block.caption, "Caption")


def _table(document: Any, block: Grid) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Inches

    caption = _paragraph(document, block.caption, "Caption")
    caption.paragraph_format.keep_with_next = True
    table = document.add_table(len(block.rows) + 1, len(block.head))
    table._tbl.tblStyle_val = "TableGrid"
    whole = widths(block)
    for column, width in zip(table.columns, whole, strict=True):
        column.width = Inches(_WIDTH * width / sum(whole))
    for line, (row, texts) in enumerate(zip(table.rows, (block.head, *block.rows), strict=True)):
        settings = row._tr.get_or_add_trPr()
        if line == 0:
            repeats = OxmlElement("w:tblHeader")
            repeats.set(qn("w:val"), "true")
            settings.append(repeats)
        settings.append(OxmlElement("w:cantSplit"))
        for place, (cell, text) in enumerate(zip(row._tr.tc_lst, texts, strict=True)):
            _fill(cell, text, bold=line == 0, right=place in block.numbers)
    for note in block.notes:
        _paragraph(document, note, "List Bullet")


def _fill(cell: Any, text: str, *, bold: bool, right: bool) -> None:
    """Write the only paragraph of a cell, its parts in the order that Word wants.

    The library would search the place of each part among the others, in a thousand cells a report.
    """
    paragraph = cell.p_lst[0]
    looks = _part(paragraph, "w:pPr")
    _part(looks, "w:pStyle", _CELL)
    if right:
        _part(looks, "w:jc", "right")
    run = _part(paragraph, "w:r")
    if text:
        if bold:
            _part(_part(run, "w:rPr"), "w:b")
        _part(run, "w:t").text = text


def _part(of: Any, name: str, value: str = "") -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    part = OxmlElement(name)
    if value:
        part.set(qn("w:val"), value)
    of.append(part)
    return part


_WRITE: dict[type, Any] = {
    Heading: _heading, Para: _para, Bullets: _bullets, Lines: _lines, Facts: _facts,
    Picture: _picture, Grid: _table,
}  # fmt: skip
