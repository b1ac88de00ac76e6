"""The same report as PDF, Word, Excel and OpenDocument: all of it, accessible, and nothing more."""

from __future__ import annotations

import base64
import html
import io
import itertools
import re
import zipfile
from types import SimpleNamespace

import docx
import nbformat
import openpyxl
import pandas as pd
import pypdf
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from cpstats import leaving
from cpstats.errors import ReportFailed, UnknownName
from cpstats.export import page_exporter, typst
from cpstats.export.blocks import (
    Bullets,
    Facts,
    Grid,
    Heading,
    Lines,
    Para,
    Picture,
    Run,
)
from cpstats.export.formats import MAKERS, made_from
from cpstats.export.paper import laid_out, leading, listed
from cpstats.export.reading import blocks
from cpstats.export.sheets import NOTHING, number, sheets
from cpstats.formats import read_formats

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
IMAGE = f"data:image/svg+xml;base64,{base64.b64encode(SVG).decode()}"
PAGE = f"""<!doctype html><html lang="en"><title>T</title><a class="skip" href="#m">x</a><main>
<p class="banner synthetic">SYNTHETIC</p><h1>A report</h1><nav><ol><li>Contents</li></ol></nav>
<p>Plain <b>strong</b> and <a href="https://example.org">a link</a>.</p><h2>Figures</h2>
<ul class="findings"><li>One</li><li>Two</li></ul>
<div class="table"><table><caption>Counts</caption><thead><tr><th scope="col">Area</th>
<th scope="col" class="number">Children</th></tr></thead><tbody><tr><th scope="row">Fife</th>
<td class="number">1,234</td></tr><tr><th scope="row">Moray</th><td class="number">[c]</td></tr>
</tbody></table></div><ul class="notes"><li>A note</li></ul>
<figure><img src="{IMAGE}" alt="A square"><figcaption>From us</figcaption></figure>
<h3 class="sheet">Definition</h3><dl><dt>Unit</dt><dd>children</dd></dl></main></html>"""


def made(page: str, kind: str) -> bytes:
    return made_from(page, [kind], title="A report")[kind]


@pytest.fixture(scope="module")
def whole(dundee):
    return blocks(dundee.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


# --- the page as blocks -------------------------------------------------------------------------


def test_a_page_is_read_as_what_stands_on_it():
    assert blocks(PAGE) == [
        Para((Run("SYNTHETIC"),), "banner"),
        Heading(1, "A report"),
        Para((Run("Plain "), Run("strong", strong=True), Run(" and "),
              Run("a link", href="https://example.org"), Run("."))),
        Heading(2, "Figures"),
        Bullets((("One",), ("Two",))),
        Grid("Counts", ("Area", "Children"), (("Fife", "1,234"), ("Moray", "[c]")),
             frozenset({1}), ("A note",)),
        Picture(SVG, "A square", "From us"),
        Heading(3, "Definition", new_page=True),
        Facts((("Unit", "children"),)),
    ]  # fmt: skip


def test_nothing_of_a_report_is_lost(dundee, whole):
    page = dundee.read_text(encoding="utf-8")
    assert sum(isinstance(b, Grid) for b in whole) == page.count("<table>")
    assert sum(isinstance(b, Picture) for b in whole) == page.count("<img ")
    assert sum(isinstance(b, Heading) for b in whole) == len(re.findall(r"<h[1-6][ >]", page))
    cells = len(re.findall(r"<t[dh][ >]", page))
    assert sum(len(b.head) * (1 + len(b.rows)) for b in whole if isinstance(b, Grid)) == cells


def said(block) -> str:
    if isinstance(block, Bullets):
        return " ".join(said(part) for parts in block.items for part in parts)
    return block if isinstance(block, str) else block.text


#: Lists in lists, of words in items with and without paragraphs.
LISTS = st.recursive(
    st.sampled_from(["<li>{}</li>", "<li><p>{}</p><p>{}</p></li>", "<li><b>{}</b> {}</li>"]),
    lambda items: st.builds(
        lambda tag, inner: f"<li>{{}}<{tag}>{''.join(inner)}</{tag}>{{}}</li>",
        st.sampled_from(["ul", "ol"]), st.lists(items, min_size=1, max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(LISTS, min_size=1, max_size=3), st.sampled_from(["ul", "ol"]))
def test_no_word_of_a_list_is_lost_or_said_twice(items, tag):
    body = "".join(items)
    count = body.count("{}")
    page = f"<p>before</p><{tag}>{body}</{tag}><pre>after it</pre>"
    words = [f"w{n}" for n in range(count)]
    found = blocks(page.format(*words))
    assert " ".join(map(said, found)).split() == ["before", *words, "after", "it"]
    assert [type(b) for b in found] == [Para, Bullets, Lines]


NESTED = """<h1>A report</h1><ul><li>QA1 first</li><li>QA2 second<ul><li>QA3</li><li>QA4</li></ul>
</li><li>QA5</li></ul><ol start="3"><li>third</li></ol><ol><li>anew<ol><li>deeper</li></ol></li>
</ol><pre><code>one line
    another</code></pre><p>The end</p>"""


def test_lists_in_lists_and_code_stand_in_the_pdf_and_in_word():
    page = pypdf.PdfReader(io.BytesIO(made(NESTED, "pdf"))).pages[0].extract_text()
    shown = re.findall(r"QA\d|third|anew|deeper|one line|another|The end|\d\.", page)
    order = ["QA1", "QA2", "QA3", "QA4", "QA5", "3.", "third", "1.", "anew", "1.", "deeper"]
    assert shown == [*order, "one line", "another", "The end"]
    document = docx.Document(io.BytesIO(made(NESTED, "docx")))
    looks = [(p.style.name, p.text) for p in document.paragraphs]
    assert [name for name, _ in looks[1:5]] == ["List Bullet"] * 2 + ["List Bullet 2"] * 2
    assert looks[5:9] == [
        ("List Bullet", "QA5"), ("List Number", "third"), ("List Number", "anew"),
        ("List Number 2", "deeper"),
    ]  # fmt: skip
    assert looks[9:] == [("Lines", "one line"), ("Lines", "    another"), ("Normal", "The end")]
    lists = document.part.numbering_part.element
    begun = [
        n.xpath("string(w:lvlOverride/w:startOverride/@w:val)")
        for p in document.paragraphs
        if p.style.name.startswith("List Number")
        for n in lists.num_lst if n.numId == p._p.pPr.numPr.numId.val
    ]  # fmt: skip
    assert begun == ["3", "1", "1"]


def test_a_picture_from_elsewhere_is_refused():
    with pytest.raises(ReportFailed, match="no drawing of ours"):
        blocks(PAGE.replace(IMAGE, "data:image/png;base64,xxx"))


# --- PDF ----------------------------------------------------------------------------------------


def outline(entries) -> list[str]:
    found = []
    for entry in entries:
        found += outline(entry) if isinstance(entry, list) else [entry.title]
    return found


def tags(node, found: list) -> list:
    """List the structure elements of a tagged PDF, with their alternative texts."""
    node = node.get_object()
    if isinstance(node, dict):
        if "/S" in node:
            found.append((node["/S"], node.get("/Alt")))
        for kid in [node["/K"]] if "/K" in node else []:
            tags(kid, found)
    elif isinstance(node, list):
        for kid in node:
            tags(kid, found)
    return found


def test_the_pdf_is_accessible(dundee, whole):
    read = pypdf.PdfReader(dundee.with_suffix(".pdf"))
    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert read.metadata.title.startswith("Dundee City: child protection")
    heads = [b.text for b in whole if isinstance(b, Heading)]
    assert outline(read.outline) == heads
    structure = tags(root["/StructTreeRoot"]["/K"], [])
    alts = [alt for kind, alt in structure if alt]
    assert alts == [b.alt for b in whole if isinstance(b, Picture)]
    kinds = [kind for kind, _ in structure]
    assert kinds.count("/Table") == sum(isinstance(b, Grid) for b in whole)
    assert "/TH" in kinds


def test_the_pdf_says_what_the_page_says(dundee, whole):
    read = pypdf.PdfReader(dundee.with_suffix(".pdf"))
    pages = [page.extract_text() for page in read.pages]
    text = plain("".join(pages))
    for block in whole:
        if isinstance(block, Grid):
            assert plain(block.caption) in text
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert "Dundee City: child protection self-evaluation" in pages[1].splitlines()[0]


def test_a_long_table_repeats_its_header():
    rows = "".join(f"<tr><th scope='row'>{n}</th><td>x</td></tr>" for n in range(200))
    page = PAGE.replace('<tr><th scope="row">Fife', f'{rows}<tr><th scope="row">Fife')
    read = pypdf.PdfReader(io.BytesIO(made(page, "pdf")))
    with_rows = [
        p.extract_text() for p in read.pages if re.search(r"\b1\d\d\s*x", p.extract_text())
    ]
    assert len(with_rows) > 1
    assert all("Children" in text for text in with_rows)


def pages_of(page: str) -> list[str]:
    read = pypdf.PdfReader(io.BytesIO(made(page, "pdf")))
    return [plain(p.extract_text()) for p in read.pages]


def test_a_section_that_opens_a_page_begins_it():
    opening = "<h2>Asked</h2><p>Few words.</p>"
    page = PAGE.replace('<h3 class="sheet">', f'{opening}<h3 class="sheet">')
    (held,) = [text for text in pages_of(page) if "Asked" in text]
    assert "Definition" in held
    assert "Counts" not in held
    starts = [p.text for p in docx.Document(io.BytesIO(made(page, "docx"))).paragraphs
              if p.paragraph_format.page_break_before]  # fmt: skip
    assert starts == ["Asked"]


@pytest.mark.parametrize("lines", range(30, 40))
def test_no_heading_is_left_at_the_foot_of_a_page_with_its_few_words(lines):
    filled = "<p>Filled.</p>" * lines
    page = PAGE.replace("<h2>Figures", f"{filled}<h2>Figures").replace(
        '<ul class="findings"><li>One</li><li>Two</li></ul>', "<p>Few words.</p>"
    )
    (held,) = [text for text in pages_of(page) if "Figures" in text]
    assert "Fewwords" in held
    assert "Fife1,234" in held


@pytest.mark.parametrize("lines", range(30, 40))
def test_a_row_of_few_words_is_not_cut_in_two(lines):
    words = "Children whose names begin with A " * 11
    page = PAGE.replace("<h2>Figures", "<p>Filled.</p>" * lines + "<h2>Figures").replace(
        "1,234", f"{words}END"
    )
    (held,) = [text for text in pages_of(page) if "END" in text]
    assert held.count("namesbegin") == 11


def test_no_line_of_the_pdf_ends_inside_a_year_or_a_range(dundee):
    read = pypdf.PdfReader(dundee.with_suffix(".pdf"))
    lines = [line.strip() for p in read.pages for line in p.extract_text().splitlines()]
    assert len(lines) > 500
    assert [line for line in lines if re.search(r"(\d|\b[Rr]e|\b[Dd]e|self)-$", line)] == []


def test_what_stands_on_paper_keeps_together():
    words = Para((Run("Few words."),))
    held = [Heading(2, "A"), words, Heading(3, "B", new_page=True), words, Picture(SVG, "x"), words]
    assert laid_out(held)[:3] == [Heading(2, "A", new_page=True), words, Heading(3, "B")]
    assert leading(held) == {3}
    assert leading([words, Bullets(("x",)), words, words, Picture(SVG, "x")]) == {3}
    assert leading([Picture(SVG, "x"), Picture(SVG, "y")]) == set()
    parted = [Heading(2, "A"), Bullets(("x",)), Heading(3, "B", new_page=True)]
    assert laid_out(parted) == parted


@pytest.mark.parametrize(
    ("old", "new"), [('alt="A square"', 'alt=""'), ("<h2>Figures</h2>", "<h4>Figures</h4>")]
)
def test_the_compiler_refuses_what_is_not_accessible(old, new):
    with pytest.raises(ReportFailed, match="must not leave"):
        made(PAGE.replace(old, new), "pdf")


def in_contents(whole) -> list[str]:
    """Sections and their parts, without definitions: those are looked up, not read in a row."""
    pairs = itertools.pairwise([*whole, None])
    return [
        b.text for b, then in pairs
        if isinstance(b, Heading) and b.level in {2, 3} and not isinstance(then, Facts)
    ]  # fmt: skip


def test_a_long_pdf_has_a_list_of_contents(dundee, whole):
    read = pypdf.PdfReader(dundee.with_suffix(".pdf"))
    structure = tags(read.trailer["/Root"]["/StructTreeRoot"]["/K"], [])
    listed = in_contents(whole)
    assert [kind for kind, _ in structure].count("/TOCI") == len(listed)
    opening = plain(read.pages[0].extract_text() + read.pages[1].extract_text())
    assert "Contents" in opening
    assert all(plain(text) in opening for text in listed)
    assert "Register rate (per 1,000 aged 0-15)" in outline(read.outline)
    assert "Register rate (per 1,000 aged 0-15)" not in listed


def test_a_heading_that_sections_share_is_not_in_the_contents():
    asks = "<h3>What to ask next</h3><p>This.</p>"
    page = "<h1>T</h1>" + "".join(f"<h2>Part {n}</h2><h3>Of {n}</h3>{asks}" for n in range(7))
    named = {b.text for at, b in enumerate(blocks(page)) if at in listed(blocks(page))}
    assert named == {f"{what} {n}" for n in range(7) for what in ("Part", "Of")}


def test_a_short_document_has_no_list_of_contents():
    pdf = pypdf.PdfReader(io.BytesIO(made(PAGE, "pdf")))
    assert "Contents" not in pdf.pages[0].extract_text()
    assert not docx.Document(io.BytesIO(made(PAGE, "docx"))).element.xpath("//w:instrText")


# --- Word ---------------------------------------------------------------------------------------


def test_the_word_file_has_real_styles(dundee, whole):
    read = docx.Document(dundee.with_suffix(".docx"))
    styles = {0: "Title", **{n: f"Heading {n}" for n in range(1, 5)}}
    heads = [(styles[b.level - 1], b.text) for b in whole if isinstance(b, Heading)]
    found = [(p.style.name, p.text) for p in read.paragraphs]
    assert [f for f in found if f[0] == "Title" or f[0].startswith("Heading")] == heads
    grids = [b for b in whole if isinstance(b, Grid)]
    assert len(read.tables) == len(grids)
    for table, grid in zip(read.tables, grids, strict=True):
        assert [c.text for c in table.rows[0].cells] == list(grid.head)
        assert table.rows[0]._tr.trPr.xpath("./w:tblHeader")
    captions = [p.text for p in read.paragraphs if p.style.name == "Caption"]
    assert {g.caption for g in grids} <= set(captions)
    pictures = [b.alt for b in whole if isinstance(b, Picture)]
    assert [s._inline.docPr.get("descr") for s in read.inline_shapes] == pictures
    assert read.core_properties.title.startswith("Dundee City")
    assert read.core_properties.language == "en-GB"


def test_the_word_file_is_in_british_english(dundee):
    with zipfile.ZipFile(dundee.with_suffix(".docx")) as held:
        styles, settings = (held.read(f"word/{n}.xml").decode() for n in ("styles", "settings"))
    assert re.findall("<w:lang [^>]*>", styles) == [
        '<w:lang w:val="en-GB" w:eastAsia="en-US" w:bidi="ar-SA"/>'
    ]
    assert '<w:themeFontLang w:val="en-GB"' in settings


def test_the_word_file_has_a_list_of_contents(dundee, whole):
    read = docx.Document(dundee.with_suffix(".docx")).element
    (code,) = read.xpath("//w:instrText")
    assert code.text.split()[:3] == ["TOC", "\\o", '"1-2"']
    kinds = read.xpath("//w:sdt//w:fldChar/@w:fldCharType")
    assert kinds == ["begin", "separate", "end"]
    # Where each line leads stands what it says.
    held = {b.get(qn("w:name")): b.getparent() for b in read.xpath("//w:bookmarkStart")}
    lines = read.xpath("//w:sdt//w:hyperlink")
    said = ["".join(line.xpath(".//w:t/text()")) for line in lines]
    assert said == in_contents(whole)
    leads = [held[line.get(qn("w:anchor"))] for line in lines]
    assert said == ["".join(paragraph.xpath(".//w:t/text()")) for paragraph in leads]
    # Nothing makes Word ask before it opens the file.
    with zipfile.ZipFile(dundee.with_suffix(".docx")) as file:
        assert b"updateFields" not in file.read("word/settings.xml")


def test_the_cells_of_word_are_those_of_the_page():
    table = docx.Document(io.BytesIO(made(PAGE, "docx"))).tables[0]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["Area", "Children"], ["Fife", "1,234"], ["Moray", "[c]"],
    ]  # fmt: skip
    assert table.style.name == "Table Grid"
    cells = [[cell.paragraphs[0] for cell in row.cells] for row in table.rows]
    assert {p.style.name for row in cells for p in row} == {"Cell"}
    assert [[bool(p.runs[0].bold) for p in row] for row in cells] == [
        [True] * 2,
        *[[False] * 2] * 2,
    ]
    right = [[p.alignment == WD_ALIGN_PARAGRAPH.RIGHT for p in row] for row in cells]
    assert right == [[False, True]] * 3


# --- spreadsheets -------------------------------------------------------------------------------


def test_the_workbook_is_accessible(dundee, whole):
    book = openpyxl.load_workbook(dundee.with_suffix(".xlsx"))
    tables = sheets(whole)
    assert book.sheetnames == ["Cover", "Contents", *(t.label for t in tables)]
    assert book.properties.title.startswith("Dundee City")
    assert book.properties.language == "en-GB"
    for table in tables:
        sheet = book[table.label]
        assert not sheet.merged_cells.ranges
        (held,) = sheet.tables.values()
        rows = [[c.value for c in row] for row in sheet[held.ref]]
        assert held.ref.startswith("A")
        assert rows[0] == list(table.frame)
        assert rows[1:] == table.frame.to_numpy(dtype=object).tolist()
        assert table.caption in sheet["A1"].value
        assert all(c.data_type != "f" for row in sheet.iter_rows() for c in row)


def shown(value, code: str) -> str:
    """Write a number as a spreadsheet does."""
    places = len(code.partition(".")[2])
    return f"{value:{',' if ',' in code else ''}.{places}f}"


def test_a_number_of_the_workbook_reads_as_on_the_page(dundee, whole):
    book = openpyxl.load_workbook(dundee.with_suffix(".xlsx"))
    seen = 0
    for place, grid in enumerate((b for b in whole if isinstance(b, Grid)), 1):
        sheet = book[f"Table {place}"]
        (held,) = sheet.tables.values()
        for row, texts in zip(sheet[held.ref][1:], grid.rows, strict=True):
            for cell, text in zip(row, texts, strict=True):
                if cell.data_type == "n":
                    assert shown(cell.value, cell.number_format) == text
                    seen += 1
    assert seen > 100


def test_a_sheet_can_be_read_and_printed(dundee):
    book = openpyxl.load_workbook(dundee.with_suffix(".xlsx"))
    for sheet in book:
        assert max(c.width for c in sheet.column_dimensions.values()) <= 90
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in {1, None}  # one page, unless said otherwise
        assert sheet.page_setup.fitToHeight == 0
        if sheet.title in {"Cover", "Contents"}:
            continue
        (held,) = sheet.tables.values()
        header = sheet[held.ref][0][0].row
        assert sheet.print_title_rows == f"${header}:${header}"
        assert sheet.freeze_panes in {f"A{header + 1}", None}
        assert all(c.alignment.wrap_text for row in sheet.iter_rows() for c in row if c.value)
    assert book["Table 2"].freeze_panes


def test_long_notes_above_a_table_are_not_frozen_over_it():
    page = PAGE.replace("A note", "A long note. " * 60)
    sheet = openpyxl.load_workbook(io.BytesIO(made(page, "xlsx")))["Table 1"]
    assert sheet.freeze_panes is None


def texts_of(kind: str, page: str = PAGE) -> dict[str, str]:
    """The words of each sheet."""
    read = pd.read_excel(io.BytesIO(made(page, kind)), sheet_name=None, header=None)
    return {name: "\n".join(map(str, f.to_numpy().ravel())) for name, f in read.items()}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_sheet_speaks_of_notes_only_where_it_has_some(kind):
    assert "Notes on it stand above it" in texts_of(kind)["Table 1"]
    bare = PAGE.replace('<ul class="notes"><li>A note</li></ul>', "")
    assert "notes" not in texts_of(kind, bare)["Table 1"].casefold()


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_cover_explains_the_marks_that_are_used(kind):
    cover = texts_of(kind, PAGE.replace("1,234", "0.0 [u]"))["Cover"]
    assert "[c]: suppressed" in cover
    assert "[u]: low reliability" in cover
    assert "[z]" not in cover


def test_the_open_document_has_contents_widths_and_looks():
    from odf import opendocument, style, table, text

    read = opendocument.load(io.BytesIO(made(PAGE.replace("[c]", "3.0"), "ods")))
    names = [t.getAttribute("name") for t in read.getElementsByType(table.Table)]
    assert names == ["Cover", "Contents", "Table 1", "Sentences", "Definitions", "Charts"]
    links = [a.getAttribute("href") for a in read.getElementsByType(text.A)]
    assert links == [f"#'{name}'.A1" for name in names[2:]]
    columns = read.getElementsByType(style.TableColumnProperties)
    assert all(float(c.getAttribute("columnwidth")[:-2]) <= 18 for c in columns)
    cells = read.getElementsByType(style.TableCellProperties)
    assert {c.getAttribute("wrapoption") for c in cells} == {"wrap"}
    said = {str(c) for c in read.getElementsByType(table.TableCell)
            if c.getAttribute("valuetype") == "float"}  # fmt: skip
    assert said == {"1,234", "3.0"}


@pytest.mark.parametrize("kind", ["docx", "xlsx", "ods"])
def test_no_file_names_a_day_on_which_it_was_not_made(kind):
    with zipfile.ZipFile(io.BytesIO(made(PAGE, kind))) as held:
        said = held.read("meta.xml" if kind == "ods" else "docProps/core.xml").decode()
    assert not re.search(r"\d{4}-\d\d-\d\dT", said)


def test_every_figure_of_the_page_is_in_the_spreadsheets(dundee, whole):
    books = {k: pd.read_excel(dundee.with_suffix(f".{k}"), sheet_name=None, header=None)
             for k in ("xlsx", "ods")}  # fmt: skip
    for table in sheets(whole):
        wanted = set(table.frame.to_numpy(dtype=object).ravel())
        for kind, book in books.items():
            assert wanted <= set(book[table.label].to_numpy().ravel()), (kind, table.label)
    alts = [b.alt for b in whole if isinstance(b, Picture)]
    assert sheets(whole)[-1].frame["Shows"].tolist() == alts


def test_every_number_of_a_sentence_is_in_the_spreadsheets(dundee, whole):
    told = " ".join(said(b) for b in whole if isinstance(b, Para | Bullets))
    numbers = set(re.findall(r"\d+\.\d+", told))
    assert len(numbers) > 5
    for kind in ("xlsx", "ods"):
        book = pd.read_excel(dundee.with_suffix(f".{kind}"), sheet_name=None, header=None)
        cells = " ".join(map(str, book["Sentences"].to_numpy().ravel()))
        assert numbers <= set(re.findall(r"\d+\.\d+", cells))


def test_what_looks_like_links_stays_words():
    page = (
        "<h1>T</h1><h2>S</h2><p>[a](b) and [c](d)</p><ul><li>One<ul><li>[e](f)</li></ul></li></ul>"
    )
    book = openpyxl.load_workbook(io.BytesIO(made(page, "xlsx")))
    texts = [c.value for row in book["Sentences"].iter_rows() for c in row]
    assert {"[a] (b) and [c] (d)", "One", "[e] (f)"} <= set(texts)
    assert not any(c.hyperlink for row in book["Sentences"].iter_rows() for c in row)


@pytest.mark.parametrize("text", ["***", "\u2026", "\u062d\u0642\u0648\u0642", "\U0001f44d"])
def test_words_without_a_latin_letter_stop_no_workbook(text):
    page = f"<h1>T</h1><h2>S</h2><p>{text}</p><ul><li>{text}</li></ul><p> </p>"
    for kind in ("xlsx", "ods"):
        book = pd.read_excel(io.BytesIO(made(page, kind)), sheet_name=None, header=None)
        cells = list(map(str, book["Sentences"].to_numpy().ravel()))
        assert cells.count(f"{text} (as written)") == 2


def test_the_kinds_of_nothing_stay_apart():
    assert [number(t) for t in ("0", "[c]", "[x]", "[z]", "", "1,234", "-0.5", "2,668 [e]")] == [
        0, "[c]", "[x]", "[z]", NOTHING, 1234, -0.5, "2,668 [e]",
    ]  # fmt: skip


@given(st.integers(-(10**9), 10**9))
def test_a_number_is_read_as_it_was_written(value):
    assert number(f"{value:,}") == value


# --- all of them --------------------------------------------------------------------------------

HOSTILE = ['=cmd|"/C calc"!A0', "@SUM(1)", '#set page(width: 1pt)', "*bold* _x_ `y` $z$ @ref <l>",
           "\\u{1F600} ]] #[", '"} evil', "<script>alert(1)</script>"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_code(text):
    page = PAGE.replace("Fife", html.escape(text)).replace("One", html.escape(text))
    assert plain(text) in plain(
        "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(made(page, "pdf"))).pages)
    )
    table = docx.Document(io.BytesIO(made(page, "docx"))).tables[0]
    assert table.rows[1].cells[0].text == text
    book = openpyxl.load_workbook(io.BytesIO(made(page, "xlsx")))
    held = [c for row in book["Table 1"].iter_rows() for c in row if c.value is not None]
    assert all(c.data_type != "f" for c in held)
    assert any(str(c.value).lstrip("'") == text for c in held)
    assert not any(str(c.value).startswith(("=", "@")) for c in held)


@pytest.mark.parametrize("kind", list(MAKERS))
def test_the_same_page_gives_the_same_bytes(kind, monkeypatch):
    first = made(PAGE, kind)
    made(PAGE.replace("Fife", "Angus"), kind)
    import time

    then = time.time() + 100_000
    monkeypatch.setattr(time, "time", lambda: then)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(then))
    assert made(PAGE, kind) == first


def test_formats_are_named():
    assert read_formats("pdf, HTML,pdf") == ("pdf", "html")
    with pytest.raises(UnknownName, match="Did you mean 'docx'"):
        read_formats("doc")


@pytest.mark.parametrize(("kind", "opens"), [("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"),
                                             ("ods", b"PK")])  # fmt: skip
def test_nbconvert_knows_them(kind, opens):
    from nbconvert.exporters import get_exporter

    output = nbformat.v4.new_output("display_data", {"text/html": "<h1>T</h1><p>Words.</p>"})
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"title": "T"})
    content, resources = get_exporter(f"cpstats-{kind}")().from_notebook_node(notebook)
    assert content.startswith(opens)
    assert resources["output_extension"] == f".{kind}"


def showing(*parts: str) -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_code_cell(
            "x", outputs=[nbformat.v4.new_output("display_data", {"text/html": part})]
        )
        for part in parts
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_notebook_without_a_title_has_that_of_its_first_heading():
    from nbconvert.exporters import get_exporter

    page, _ = get_exporter("cpstats-html")().from_notebook_node(showing("<h1>A &amp; B</h1>"))
    assert "<title>A &amp; B</title>" in page
    content, _ = get_exporter("cpstats-pdf")().from_notebook_node(showing("<h1>A &amp; B</h1>"))
    assert pypdf.PdfReader(io.BytesIO(content)).metadata.title == "A & B"
    words = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Words\n\n# C & D")])
    content, _ = get_exporter("cpstats-docx")().from_notebook_node(words)
    assert docx.Document(io.BytesIO(content)).core_properties.title == "C & D"


def test_a_fault_is_told_with_its_cell_and_what_to_do():
    frame = pd.DataFrame({"a": [1]})._repr_html_()
    with pytest.raises(ReportFailed) as found:
        page_exporter().from_notebook_node(showing("<h1>T</h1>", frame, frame))
    assert str(found.value).splitlines() == [
        "The page must not leave:",
        "  Cell 2 shows HTML with faults: A table header has no scope. A table has no caption.",
        "  Cell 3 shows HTML with faults: A table header has no scope. A table has no caption.",
        "  Give a table as cpstats.tables.Table(frame, caption), and a chart as one of "
        "cpstats.charts.",
    ]


def test_a_policy_says_which_formats_may_leave():
    policy = SimpleNamespace(public=("html",))
    handed = SimpleNamespace(release=SimpleNamespace(policy=policy))
    with pytest.raises(ReportFailed, match="kind pdf leave"):
        leaving._refuse_other(b"", "pdf", handed)


def test_only_what_was_asked_for_is_written(tmp_path):
    page = tmp_path / "report.html"
    leaving.let_leave(
        "<p>x</p>", None, page, handed=None, restricted=False, others={"pdf": b"%PDF"},
        with_page=False,
    )  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


def test_a_table_gives_room_to_the_column_of_many_words_and_breaks_no_figure():
    row = ("Short claim of a few words", "29", "4.7 (18.9 to 21.3)", "Because " * 60)
    claim, published, computed, why = typst.widths(
        Grid("c", ("Claim", "Published", "Computed", "Why"), (row,), frozenset({1, 2}))
    )
    assert why > 50
    assert claim > 10
    assert computed > len(row[2])
    assert published < computed


cell = st.text(st.characters(codec="ascii", categories=["L", "Nd", "Zs", "Pd"]), max_size=60)


@given(st.integers(1, 7).flatmap(
    lambda n: st.lists(st.lists(cell, min_size=n, max_size=n), min_size=1, max_size=6)
))  # fmt: skip
def test_a_column_holds_its_longest_word(rows):
    found = typst.widths(Grid("c", tuple(rows[0]), tuple(map(tuple, rows[1:]))))
    longest = [
        max((len(w) for r in rows for w in r[n].split()), default=0) for n in range(len(found))
    ]
    assert all(width > word for width, word in zip(found, longest, strict=True))
    assert sum(found) <= max(100, sum(word + 2.5 for word in longest)) + 1e-9
