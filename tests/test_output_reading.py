"""What a finished output says: read whole, wherever it is said."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import struct
import zipfile
import zlib
from urllib.parse import quote

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpstats import values
from cpstats.errors import CannotRead, ImpossibleInput, ReportFailed
from cpstats.outputs.cleaning import clean_notebook, mark_restricted
from cpstats.outputs.reading import faults, statements, tables, texts
from cpstats.tables import Table

CANARY = "SYN-CANARY-0042"
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><text x='1'>{CANARY}</text></svg>"


def said(output, kind):
    return "\n".join(text.text for text in texts(output, kind))


def found(output, kind, canary=CANARY):
    return faults(output, kind, {"a number": [canary]})


def in_base64(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def chunk(name, content):
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def picture(*chunks, after=b""):
    end = chunk(b"IEND", b"")
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + end + after


def drawn(**metadata):
    """A picture as matplotlib saves it, with words beside its pixels."""
    from matplotlib.figure import Figure

    kept = io.BytesIO()
    Figure(figsize=(1, 1)).savefig(kept, format="png", metadata=metadata)
    return kept.getvalue()


@pytest.fixture(scope="module")
def small_workbook():
    from openpyxl import Workbook

    kept = io.BytesIO()
    book = Workbook()
    book.active.append(["Fife", 12])
    book.save(kept)
    return kept.getvalue()


# Pages

PAGES = {
    "text": "<p>{}</p>",
    "text without an end": "<p>{}",
    "text that elements part": "<p>SYN-<b>CANARY</b>-<span class='x'>0042</span></p>",
    "text that a soft hyphen parts": "<p>SYN-CAN&shy;ARY-0042</p>",
    "text in other letters": "<p>syn-canary-0042</p>",
    "heading": "<h2>{}</h2>",
    "title": "<head><title>{}</title></head>",
    "meta": '<meta name="description" content="{}">',
    "comment": "<!-- {} -->",
    "comment without an end": "<p>x</p><!-- {}",
    "conditional comment": "<!--[if IE]><p>{}</p><![endif]-->",
    "declaration": "<!DOCTYPE html SYSTEM '{}'>",
    "instruction": "<?xml {}?>",
    "alt": '<img alt="{}">',
    "title of an element": '<abbr title="{}">x</abbr>',
    "aria-label": '<div aria-label="{}"></div>',
    "aria-description": '<div aria-description="{}"></div>',
    "data": '<div data-child="{}"></div>',
    "name of data": '<div data-syn-canary-0042=""></div><i data-syn-canary-0042="1"></i>',
    "value": '<input type="hidden" value="{}">',
    "placeholder": '<input placeholder="{}">',
    "summary": '<table summary="{}"></table>',
    "link": '<a href="#{}">x</a>',
    "class": '<p class="{}">x</p>',
    "id": '<p id="{}">x</p>',
    "style attribute": "<p style=\"--who: '{}'\">x</p>",
    "style": "<style>/* {} */</style>",
    "content of a style": "<style>p:after {content: '{}'}</style>",
    "script": '<script>var rows = ["{}"]</script>',
    "script without an end": '<script>var rows = ["{}"]',
    "escaped in a script": '<script>var rows = ["SYN\\u002dCANARY\\x2d0042"]</script>',
    "base64 in a script": f'<script>var rows = atob("{in_base64(CANARY)}")</script>',
    "base64 of more": f'<script>var rows = atob("{in_base64("id," + CANARY + ",1")}")</script>',
    "base64 glued to a word": f"<p>row{in_base64(CANARY)}</p>",
    "base64 twice": f"<p>{in_base64(in_base64(CANARY))}</p>",
    "percent": f"<a href='?child={''.join(f'%{ord(c):02x}' for c in CANARY)}'>x</a>",
    "escaped twice": "<p>SYN&amp;#45;CANARY&amp;#45;0042</p>",
    "hidden": "<p hidden>{}</p>",
    "not displayed": "<p style='display: none'>{}</p>",
    "template": "<template><p>{}</p></template>",
    "noscript": "<noscript>{}</noscript>",
    "textarea": "<textarea>{}</textarea>",
    "option": "<select><option label='{}'>x</option></select>",
    "page in a page": "<iframe srcdoc='&lt;p title=&quot;{}&quot;&gt;x&lt;/p&gt;'></iframe>",
    "svg text": "<svg><text>SYN-<tspan>CANARY-0042</tspan></text></svg>",
    "svg title": "<svg><title>{}</title></svg>",
    "svg desc": "<svg><desc>{}</desc></svg>",
    "svg metadata": "<svg><metadata><rdf:RDF>{}</rdf:RDF></metadata></svg>",
    "svg in base64": f'<img src="data:image/svg+xml;base64,{in_base64(SVG)}">',
    "svg in percent": f'<img src="data:image/svg+xml,{quote(SVG)}">',
    "svg as it is": f'<img src="data:image/svg+xml;utf8,{SVG}">',
    "svg in a style": f'<style>p {{background: url("data:image/svg+xml,{quote(SVG)}")}}</style>',
    "svg in svg": "<img src='data:image/svg+xml,"
    + quote(f"<svg><image href='data:image/svg+xml;base64,{in_base64(SVG)}'/></svg>")
    + "'>",
    "svg that breaks off": f'<img src="data:image/svg+xml;base64,{in_base64(SVG[:-8])}">',
    "text in a data URI": f'<a href="data:,{CANARY}">x</a>',
    "page in a data URI": f'<a href="data:text/html;base64,{in_base64(f"<p>{CANARY}</p>")}">x</a>',
    "end tag": '<p>x</p title="{}">',
}  # fmt: skip


@pytest.mark.parametrize("place", PAGES)
def test_a_page_is_read_whole(place):
    page = PAGES[place].replace("{}", CANARY)
    assert found(page, "html")
    assert not found(page, "html", "SYN-CANARY-0043")
    # What only a search of the source comes to, or must unwrap, stands in no text as it is.
    if place not in {"end tag", "name of data"} and CANARY in page:
        assert CANARY in said(page, "html")


PNG = {
    "tEXt": picture(chunk(b"tEXt", f"Title\0{CANARY}".encode())),
    "zTXt": picture(chunk(b"zTXt", b"Title\0\0" + zlib.compress(CANARY.encode()))),
    "iTXt": picture(chunk(b"iTXt", f"Title\0\0\0en\0Titel\0{CANARY}".encode())),
    "iTXt packed": picture(chunk(b"iTXt", b"T\0\1\0\0\0" + zlib.compress(CANARY.encode()))),
    "keyword": picture(chunk(b"tEXt", f"{CANARY}\0x".encode())),
    "eXIf": picture(chunk(b"eXIf", CANARY.encode())),
    "eXIf in wide letters": picture(chunk(b"eXIf", CANARY.encode("utf-16"))),
    "a private chunk": picture(chunk(b"prVt", CANARY.encode())),
    "after the end": picture(after=CANARY.encode()),
    "matplotlib": drawn(Description=CANARY),
}


@pytest.mark.parametrize("place", PNG)
def test_a_picture_in_a_page_is_read_beside_its_pixels(place):
    page = f'<img alt="A chart" src="data:image/png;base64,{in_base64(PNG[place])}">'
    assert found(page, "html")
    assert found(PNG[place], "png")


@pytest.mark.parametrize(
    "page",
    [
        '<img src="data:image/jpeg;base64,/9j/4AAQ">',
        "<style>@font-face {src: url(data:font/woff2;base64,d09GMgAB)}</style>",
        '<img src="data:image/png;base64,R0lGODlh">',
        f'<img src="data:image/png;base64,{in_base64(picture()[:-20])}">',
        '<object data="data:application/pdf;base64,JVBERi0x"></object>',
    ],
)
def test_what_cannot_be_read_cannot_be_released(page):
    with pytest.raises(CannotRead, match="cannot be read"):
        list(texts(page, "html"))


@given(st.text(st.sampled_from("<>!-[]?&#x;/='\"ab \n")))
def test_whatever_is_called_a_page_is_read_or_refused(page):
    for step in (lambda: list(texts(page, "html")), lambda: tables(page)):
        with contextlib.suppress(CannotRead):
            step()


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=9))
def test_a_broken_workbook_is_read_or_refused(small_workbook, changes):
    content = bytearray(small_workbook)
    for at, byte in changes:
        content[at % len(content)] = byte
    with contextlib.suppress(CannotRead):
        found(bytes(content), "xlsx")


@pytest.mark.parametrize("kind", ["pdf", "jpeg", ""])
def test_a_kind_that_cannot_be_read_is_refused(kind):
    with pytest.raises(CannotRead, match="cannot be released"):
        texts("x", kind)


def test_a_place_is_told_by_its_heading_and_element():
    page = '<h2>Ages</h2><p>Of <b>12</b> children, 3</p><img alt="A chart">'
    read = [(t.where, t.text) for t in texts(page, "html")]
    assert read == [
        ("h2", "Ages"),
        ("Ages › p", "Of 12 children, 3"),
        ("Ages › img alt", "A chart"),
    ]


def test_what_is_hidden_says_so_and_machinery_is_told_from_words():
    page = "<p hidden>one</p><style>p {top: 3px}</style><p class='c4'>five</p>"
    read = {t.text: t for t in texts(page, "html")}
    assert read["one"].where == "p (hidden)"
    assert [t.text for t in read.values() if t.said] == ["one", "five"]


@pytest.mark.parametrize("how", ["hidden", "aria-hidden=true", 'style="display:none"'])
def test_every_way_to_hide_is_known(how):
    [*_, text] = texts(f"<div {how}><p>one</p></div>", "html")
    assert text.where == "p (hidden)"


@pytest.mark.parametrize("form", [";base64," + in_base64(SVG), "," + quote(SVG), ";utf8," + SVG])
def test_a_drawing_inside_a_page_is_read_as_a_drawing(form):
    read = {t.where: t.text for t in texts(f'<img src="data:image/svg+xml{form}">', "html")}
    assert read["img src › text"] == CANARY


def test_words_that_a_chart_draws_as_outlines_are_words():
    [*_, drawn_words] = texts("<svg><g id='text_1'><!-- 1,234 --></g></svg>", "html")
    assert (drawn_words.text.strip(), drawn_words.said) == ("1,234", True)


def test_a_table_of_a_report_is_read_as_it_was_written():
    frame = pd.DataFrame({"Area": ["Fife & <Kinross>"], "Children": ["1,234"], "Share": ["[c]"]})
    made = Table(frame, "On the register", numbers=["Children"])
    page = made._repr_html_()
    read = [t.text for t in texts(page, "html") if t.said]
    assert {"On the register", "Fife & <Kinross>", "1,234", "[c]"} <= set(read)
    [table] = tables(page)
    assert table.caption == "On the register"
    assert table.columns == ("Area", "Children", "Share")
    assert table.rows == (("Fife & <Kinross>", "1,234", "[c]"),)


@given(st.lists(st.text(st.characters(exclude_categories=["C"])), min_size=2, max_size=9))
def test_any_table_of_a_report_is_read_as_it_was_written(cells):
    frame = pd.DataFrame({"Area": cells[:-1], "Children": cells[1:]})
    page = Table(frame, cells[0])._repr_html_()
    [table] = tables(page)
    plain = [" ".join(cell.split()) for cell in cells]
    assert (table.caption, table.columns) == (plain[0], ("Area", "Children"))
    assert [row[0] for row in table.rows] == plain[:-1]
    assert [row[1] for row in table.rows] == plain[1:]
    read = {" ".join(t.text.split()) for t in texts(page, "html")}
    assert set(filter(None, plain)) <= read


def test_tables_with_spans_heads_of_two_lines_and_tables_inside():
    page = """
        <table><caption>By <em>age</em></caption>
        <thead><tr><th rowspan=2>Area</th><th colspan=2>Age</th></tr>
        <tr><th>0-4</th><th>5-10</th></tr></thead>
        <tr><th>Fife<td>1<b>2</b><br>[p]<td><table><tr><td>7</td></tr></table>
        <tr><td rowspan=2>Angus<td colspan=2>3</tr><tr><td>4<td>5</tr></table>
        <table></table>
    """
    outer, inner, empty = tables(page)
    assert outer.caption == "By age"
    assert outer.columns == ("Area", "Age / 0-4", "Age / 5-10")
    assert outer.rows == (
        ("Fife", "12 [p]", ""), ("Angus", "3", "3"), ("Angus", "4", "5"),
    )  # fmt: skip
    assert inner.rows == (("7",),)
    [tall] = tables("<table><tr><td rowspan=3>A<td>1<tr><td>2<tr><td>3<tr><td>B<td>4</table>")
    assert tall.rows == (("A", "1"), ("A", "2"), ("A", "3"), ("B", "4"))
    assert (empty.caption, empty.columns, empty.rows) == ("", (), ())


def test_a_fault_never_says_what_it_found():
    page = f'<h2>Child {CANARY}</h2><p title="{CANARY}">x</p>'
    messages = [str(fault) for fault in found(page, "html")]
    assert len(messages) == 3 - 1
    assert "a number stands in the output" in messages[0]
    assert not any(CANARY in message for message in messages)


def test_a_number_inside_a_longer_one_is_another_number():
    assert not found("<p>12345678</p>", "html", "1234567")
    assert not found("<p>Fifers</p>", "html", "Fife")
    assert not found("<p>P00421</p>", "html", "P0042")
    assert found("<p>child_P0042x</p>", "html", "P0042")
    assert found("<p>(1234567)</p>", "html", "1234567")
    assert found(f"<p>{in_base64('P0042')}</p>", "html", "P0042")


def test_blank_strings_are_not_looked_for():
    assert faults("<p>x</p>", "html", {"ids": ["", "  "], "note": "\u200b"}) == []


def test_many_identifiers_are_looked_for_at_once():
    ids = [f"SYN-{n:06d}" for n in range(50_000)]
    [one] = faults("<p>of SYN-031415 only</p>", "html", {"id": ids, "note": "the whole note"})
    assert (one.name, one.where) == ("id", "p")


@given(st.text(st.sampled_from("ABCdef019 -_/<&\"'%+é"), min_size=12).filter(lambda t: t.strip()))
def test_whatever_is_planted_is_found_in_text_base64_and_percent(planted):
    from html import escape

    for form in [escape(planted), in_base64(planted), quote(planted, safe="")]:
        for page in ["<p>x {} y</p>", '<img alt="{}">', "<!-- {} --> "]:
            assert found(page.replace("{}", form), "html", planted)


# Workbooks


def workbook(place, path):
    from openpyxl import Workbook
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.drawing.image import Image
    from openpyxl.workbook.defined_name import DefinedName
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "Figures"
    sheet.append(["Area", "Children"])
    sheet.append(["Fife", 12])
    second = book.create_sheet("Second")
    if place == "cell":
        sheet["D4"] = CANARY
    elif place in {"hidden", "veryHidden"}:
        second["A1"] = CANARY
        second.sheet_state = place
    elif place == "hidden row":
        sheet["A9"] = CANARY
        sheet.row_dimensions[9].hidden = True
    elif place == "hidden column":
        sheet["H1"] = CANARY
        sheet.column_dimensions["H"].hidden = True
    elif place == "comment":
        sheet["A1"].comment = Comment(CANARY, "x")
    elif place == "author of a comment":
        sheet["A1"].comment = Comment("x", CANARY)
    elif place == "defined name":
        book.defined_names["who"] = DefinedName("who", attr_text=f'"{CANARY}"')
    elif place == "name of a defined name":
        name = "SYN_CANARY_0042"
        book.defined_names[name] = DefinedName(name, attr_text="Figures!$A$1")
    elif place == "formula":
        sheet["D4"] = f'=LEN("{CANARY}")'
    elif place == "header":
        sheet.oddHeader.center.text = CANARY
    elif place == "footer":
        sheet.evenFooter.left.text = CANARY
    elif place == "title of the file":
        book.properties.title = CANARY
    elif place == "creator":
        book.properties.creator = CANARY
    elif place == "custom property":
        from openpyxl.packaging.custom import StringProperty

        book.custom_doc_props.append(StringProperty(name="who", value=CANARY))
    elif place == "validation":
        rule = DataValidation(type="list", formula1=f'"{CANARY},b"')
        rule.add("B2")
        sheet.add_data_validation(rule)
    elif place == "prompt":
        rule = DataValidation(type="whole", prompt=CANARY, formula1="1")
        rule.add("B2")
        sheet.add_data_validation(rule)
    elif place == "name of a sheet":
        second.title = CANARY
    elif place == "title of a chart":
        chart = BarChart()
        chart.title = CANARY
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
        sheet.add_chart(chart, "E5")
    elif place == "picture":
        sheet.add_image(Image(io.BytesIO(PNG["tEXt"])), "E5")
    elif place == "link":
        sheet["A1"].hyperlink = f"https://example.org/{CANARY}"
    elif place == "number format":
        sheet["B2"].number_format = f'"{CANARY}"0'
    elif place == "conditional format":
        from openpyxl.formatting.rule import FormulaRule

        sheet.conditional_formatting.add("A1", FormulaRule(formula=[f'A1="{CANARY}"']))
    book.save(path)


WORKBOOKS = [
    *("cell", "hidden", "veryHidden", "hidden row", "hidden column", "comment"),
    *("author of a comment", "defined name", "name of a defined name", "formula", "header"),
    *("footer", "title of the file", "creator", "custom property", "validation", "prompt"),
    *("name of a sheet", "title of a chart", "picture", "link", "number format"),
    "conditional format",
]


@pytest.mark.parametrize("place", WORKBOOKS)
def test_a_workbook_is_read_whole(place, tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook(place, path)
    canary = CANARY.replace("-", "_") if place == "name of a defined name" else CANARY
    messages = [str(fault) for fault in found(path, "xlsx", canary)]
    assert messages
    assert not any(canary in message for message in messages)


def test_a_workbook_without_it_has_no_faults(tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook("nowhere", path)
    assert found(path, "xlsx") == []
    cells = {t.where: t.text for t in texts(path, "xlsx") if t.said}
    assert cells["sheet Figures, B2"] == "12"


def test_the_place_of_a_cell_is_its_sheet_and_whether_it_is_hidden(tmp_path):
    places = {
        "cell": "sheet Figures, D4",
        "veryHidden": "sheet Second (hidden), A1",
        "hidden row": "sheet Figures, A9 (hidden)",
        "hidden column": "sheet Figures, H1 (hidden)",
        "comment": "sheet Figures, A1, comment",
    }
    for place, where in places.items():
        path = tmp_path / f"{place}.xlsx"
        workbook(place, path)
        assert where in [t.where for t in texts(path, "xlsx") if CANARY in t.text]


PARTS = {
    "declaration": ("customXml/item1.xml", "", f"<!DOCTYPE a SYSTEM '{CANARY}'><a/>"),
    "entity": ("customXml/item1.xml", "", f"<!DOCTYPE a [<!ENTITY b '{CANARY}'>]><a/>"),
    "instruction": ("customXml/item1.xml", "", f"<a><?who {CANARY}?></a>"),
    "value kept of a formula": (
        "xl/worksheets/sheet1.xml",
        "</row></sheetData>",
        f'<c r="E2" t="str"><f>A1</f><v>{CANARY}</v></c></row></sheetData>',
    ),
    "rich text in runs": (
        "xl/worksheets/sheet1.xml",
        "</row></sheetData>",
        '<c r="E2" t="inlineStr"><is><r><t>SYN-CAN</t></r><r><rPr><b/></rPr><t>ARY-0042</t></r>'
        "</is></c></row></sheetData>",
    ),
    "what a chart keeps": ("xl/charts/chart1.xml", "", f"<c><v>{CANARY}</v></c>"),
    "what a pivot table keeps": (
        "xl/pivotCache/pivotCacheDefinition1.xml", "", f'<p><s v="{CANARY}"/></p>',
    ),
    "runs of a chart": (
        "xl/charts/chart1.xml",
        "",
        "<c xmlns:a='b'><a:p><a:r><a:rPr/><a:t>SYN-CAN</a:t></a:r><a:r><a:t>ARY-0042</a:t></a:r>"
        "</a:p></c>",
    ),
    "custom XML": ("customXml/item1.xml", "", f"<who>{CANARY}</who>"),
    "comment in XML": ("customXml/item1.xml", "", f"<who><!-- {CANARY} --></who>"),
    "name of a part": (f"customXml/{CANARY}.xml", "", "<who/>"),
    "a drawing for old versions": ("xl/vml1.vml", "", f"<xml><div>{CANARY}</div></xml>"),
}  # fmt: skip


def rewritten(path, name, old, new, comment=b""):
    """Write a workbook anew with one part changed or added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(kept, "w") as after:
        for part in before.namelist():
            text = before.read(part)
            if part == name:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(part, text)
        if name not in before.namelist():
            after.writestr(name, new)
        after.comment = comment
    return kept.getvalue()


@pytest.mark.parametrize("place", PARTS)
def test_every_part_of_a_workbook_is_read(place, tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook("nowhere", path)
    assert found(rewritten(path, *PARTS[place]), "xlsx")


def test_the_comment_of_the_file_itself_is_read(tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook("nowhere", path)
    assert found(rewritten(path, "a.xml", "", "<a/>", CANARY.encode()), "xlsx")


def test_the_comment_of_a_part_is_read(tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook("nowhere", path)
    part = zipfile.ZipInfo("customXml/item1.xml")
    part.comment = CANARY.encode()
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(part, "<a/>")
    assert found(path, "xlsx")


def test_a_workbook_in_a_workbook_is_read(tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook("cell", path)
    inner = path.read_bytes()
    workbook("nowhere", path)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("xl/embeddings/book.xlsx", inner)
    assert found(path, "xlsx")


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "docProps/thumbnail.jpeg", "xl/media/a"])
def test_a_workbook_with_a_part_that_cannot_be_read_is_refused(name, tmp_path):
    path = tmp_path / "figures.xlsx"
    workbook("nowhere", path)
    with pytest.raises(CannotRead, match="cannot be read"):
        found(rewritten(path, name, "", "x"), "xlsx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 an old workbook"])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(CannotRead, match="cannot be read"):
        found(content, "xlsx")


# Notebooks and plain files


def notebook(**cell):
    usual = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "id": "a"}
    return {"cells": [usual | cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def shows(mime, content):
    return notebook(
        outputs=[{"output_type": "display_data", "metadata": {}, "data": {mime: content}}]
    )


ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "x", "traceback": []}
NOTEBOOKS = {
    "source": notebook(source=f"# {CANARY}"),
    "source in lines": notebook(source=["x = 1\n", f"# {CANARY}"]),
    "markdown": notebook(cell_type="markdown", source=f"**{CANARY}**"),
    "html": shows("text/html", f'<p title="{CANARY}">x</p>'),
    "html in lines": shows("text/html", ["<p>SYN-", "<b>CANARY</b>", "-0042</p>"]),
    "plain text": shows("text/plain", [CANARY]),
    "latex": shows("text/latex", CANARY),
    "javascript": shows("application/javascript", f"x = '{CANARY}'"),
    "json": shows("application/json", {"a": [{CANARY: 1}]}),
    "plotly": shows("application/vnd.plotly.v1+json", {"data": [{"y": [1], "text": CANARY}]}),
    "svg": shows("image/svg+xml", [SVG]),
    "png": shows("image/png", in_base64(PNG["tEXt"])),
    "printed": notebook(outputs=[{"output_type": "stream", "name": "stdout", "text": [CANARY]}]),
    "warned": notebook(outputs=[{"output_type": "stream", "name": "stderr", "text": CANARY}]),
    "error": notebook(outputs=[ERROR | {"evalue": CANARY}]),
    "traceback": notebook(outputs=[ERROR | {"traceback": ["\x1b[0;31mSYN-\x1b[0mCANARY-0042"]}]),
    "metadata of a cell": notebook(metadata={"tags": [CANARY]}),
    "metadata of an output": notebook(
        outputs=[{"output_type": "display_data", "data": {}, "metadata": {"a": {"b": CANARY}}}]
    ),
    "name in metadata": notebook(metadata={CANARY: 1}),
    "attachment": notebook(
        cell_type="markdown", attachments={"a.png": {"image/png": in_base64(PNG["zTXt"])}}
    ),
    "name of an attachment": notebook(attachments={f"{CANARY}.png": {}}),
    "parameters": notebook()
    | {"metadata": {"papermill": {"parameters": {"records": f"/home/{CANARY}"}}}},
    "title": notebook() | {"metadata": {"title": CANARY}},
    "picture in markdown": notebook(
        source=f"![x](data:image/png;base64,{in_base64(PNG['iTXt'])})", cell_type="markdown"
    ),
}


@pytest.mark.parametrize("place", NOTEBOOKS)
@pytest.mark.parametrize("indent", [None, 1])
def test_a_notebook_is_read_whole(place, indent):
    written = json.dumps(NOTEBOOKS[place], indent=indent)
    assert found(written, "ipynb")
    assert not found(written, "ipynb", "SYN-CANARY-0043")
    if place != "traceback":  # its colours part it: a search takes them out
        assert CANARY in said(written, "ipynb")


def test_a_notebook_with_a_photograph_is_refused():
    with pytest.raises(CannotRead, match="image/jpeg"):
        found(json.dumps(shows("image/jpeg", "/9j/4AAQ")), "ipynb")


def test_a_name_that_stands_twice_hides_nothing():
    assert found(f'{{"a": "{CANARY}", "a": "x"}}', "json")
    assert [t.text for t in texts('{"a": 12, "a": [3, null, true]}', "json")] == ["12", "3"]


def test_a_csv_is_read_by_line_and_column(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text('area,children\n"Fife,\nwest",12\nAngus,,9\n', encoding="utf-8-sig")
    read = [(t.where, t.text) for t in texts(path, "csv")]
    assert read[2:] == [
        ("line 3, column area", "Fife,\nwest"),
        ("line 3, column children", "12"),
        ("line 4, column area", "Angus"),
        ("line 4, column 3", "9"),
    ]


def test_markdown_and_text_are_read_by_paragraph():
    read = [(t.where, t.text) for t in texts("# Ages\n\n**303**\nof `474`\n", "md")]
    assert read == [("line 1", "# Ages"), ("Ages › line 3", "303\nof 474")]
    assert found(f"one\n\ntwo {CANARY}", "txt")[0].where == "line 3"
    assert found("SYN-<b>CANARY</b>-0042", "md")


def test_what_is_not_utf_8_is_refused():
    with pytest.raises(CannotRead, match="UTF-8"):
        found("é".encode("latin-1"), "txt")
    assert found(CANARY.encode("utf-16"), "txt")


# Statements


def read(text):
    return [(s.kind, s.numbers, s.percent) for s in statements(text)]


@pytest.mark.parametrize(
    ("text", "numbers", "percent"),
    [
        ("63.9% (303 of 474)", (303, 474), 63.9),
        ("303 of 474", (303, 474), None),
        ("34 of 41 children", (34, 41), None),
        ("303 of the 474 registrations (63.9%)", (303, 474), 63.9),
        ("303 out of 1,474; 20.6 per cent", (303, 1474), 20.6),
        ("none of 12", (0, 12), None),
        ("Three of the four", (3, 4), None),
        ("3/10", (3, 10), None),
        ("5% of 200", (200,), 5),
        ("34 of 2,019", (34, 2019), None),
        ("Of 474 registrations, 303 (63.9%) were", (303, 474), 63.9),
        ("34 registrations out of 41", (34, 41), None),
        ("303 (63.9%) of the 474", (303, 474), 63.9),
        ("63.9% [p] (303 of 474)", (303, 474), 63.9),
        ("63.9% (303/474)", (303, 474), 63.9),
    ],
)
def test_a_part_and_its_whole(text, numbers, percent):
    assert read(text) == [("of", numbers, percent)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3 children", [3]),
        ("1,234", [1234]),
        ("1\u00a0234 and 1\u2009234", [1234, 1234]),
        ("fell from 12 to 9", [12, 9]),
        ("rose from 13 to 17 children", [13, 17]),
        ("13 to 17 children", [13, 17]),
        ("three children", [3]),
        ("Twenty-one families, twenty two boys", [21, 22]),
        ("one unborn child", [1]),
        ("no children", [0]),
        ("-3, −4", [-3, -4]),
        ("12 [p]", [12]),
        ("2021 registrations", [2021]),
        ("2 registrations of 3 children", [2, 3]),
        ("3children", [3]),
        ("In March 12 children", [12]),
        ("12 may have", [12]),
        ("between 1 and 4", [1, 4]),
        ("4", [4]),
        ("Fife: 12.", [12]),
        ("Fife12", [12]),
        ("rose from 0 to 4", [0, 4]),
        ("ratio 0 to 4", [0, 4]),
        ("12 and then 6", [12, 6]),
        ("12 in councils", [12]),
        ("3 minutes", [3]),
        ("of whom one was unborn", [1]),
        ("one (of those on the register)", [1]),
        ("one of the children", [1]),
        ("the figure 3", [3]),
        ("[3]", [3]),
        ("1:12", [1, 12]),
        ("10+ children", [10]),
        ("2,016+", [2016]),
    ],
)
def test_a_count(text, numbers):
    assert read(text) == [("number", (float(n),), None) for n in numbers]


def test_a_percentage_alone():
    [one] = statements("2 per cent of children")
    assert (one.kind, one.numbers, one.percent, one.percent_decimals) == ("number", (), 2, 0)
    assert statements("63.90%")[0].percent_decimals == 2
    assert read("5.2 percentage points") == [("number", (), 5.2)]
    assert read("2.9 (95% interval 1 to 7)")[0] == ("number", (2.9,), None)


@pytest.mark.parametrize("text", ["12 children (5.1%)", "5.1% (12)", "twelve (5.1 per cent)"])
def test_a_count_with_its_share_of_a_whole_that_is_not_told(text):
    assert read(text) == [("number", (12,), 5.1)]


@pytest.mark.parametrize(
    "text",
    [
        *("31 July 2019", "2018-19", "2018-19 Q4", "2021", "2019-07-31", "31/07/2019", "1990s"),
        *("July 2019", "31 July", "July 31, 2019", "mid-2018", "2018/19", "2018–2019", "14:05"),
    ],
)
def test_a_date_is_no_count(text):
    assert [kind for kind, *_ in read(f"On {text}.")] == ["date"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "13 to 17",
            "0-4",
            "5–10",
            "16+",
            "aged 0-15",
            "aged 13 to 17",
            "under 5s",
            "ages 5 to 10",
        ),
        *("16 and over", "children under 16", "4-year-old", "13 to 17 year olds", "3 years old"),
    ],
)
def test_an_age_is_no_count(text):
    assert [kind for kind, *_ in read(f"Those {text}.")] == ["age"]


@pytest.mark.parametrize(
    "text",
    [
        *("6th of 32", "95% interval", "Table 2.4", "question 3", "note 3.20", "18 months"),
        *("6 to 12 months", "28 calendar days", "per 1,000", "for every 1,000", "CHN22", "2.4.6"),
        *(
            "32 councils",
            "5 of the 32 councils",
            "£3,000",
            "https://a.org/2019",
            "one of the areas",
            "S12000042",
            "#1f77b4",
        ),
        *("99.8% limits", "2 of 3 in a row", "three standard deviations", "28 points"),
    ],
)
def test_what_counts_no_children_is_told_apart(text):
    assert [kind for kind, *_ in read(f"By {text},")] == ["other"]


def test_what_is_no_count_beside_one():
    assert read("8 aged 5 and 3 under 1") == [
        ("number", (8,), None), ("age", (5,), None), ("number", (3,), None), ("number", (1,), None),
    ]  # fmt: skip
    assert [kind for kind, *_ in read("12 and 6 months later; a note.[1]")] == [
        "number", "other", "other",
    ]  # fmt: skip
    assert read("12 children in 3 councils") == [("number", (12,), None), ("other", (3,), None)]


@pytest.mark.parametrize("text", ["1" * 5_000, "1-" * 5_000, "of 3 a a a " * 900, "1 of " * 2_000])
def test_long_texts_take_no_longer_than_their_length(text):
    from time import process_time

    start = process_time()
    statements(text)
    assert process_time() - start < 5


def test_what_stands_around_is_given_in_eighty_characters():
    [one] = statements("word " * 40 + "7 children" + " word" * 40)
    assert (one.written, len(one.around) <= 80) == ("7", True)
    assert "word 7 children word" in one.around


@given(
    st.floats(-1e9, 1e9) | st.integers(-3000, 3000).map(float),
    st.integers(0, 4),
    st.sampled_from(["There were {} children.", "{}", "fell to {}, then", "({})", "is {} [p]"]),
)
def test_a_number_is_read_back_as_it_was_written(value, decimals, sentence):
    written = values.write(value, decimals=decimals)
    [one] = statements(sentence.replace("{}", written))
    assert one.kind == "number"
    assert one.numbers == (values.round_half_up(value, decimals),)
    assert one.decimals == (decimals,)


@given(st.integers(0, 99_999), st.integers(0, 99_999), st.floats(0, 100), st.integers(0, 2))
def test_a_share_is_read_back_as_it_was_written(part, whole, percent, decimals):
    share = values.write(percent, decimals=decimals)
    [one] = statements(f"{share}% ({values.write(part)} of {values.write(whole)})")
    assert (one.kind, one.numbers) == ("of", (part, whole))
    assert one.percent == values.round_half_up(percent, decimals)
    assert one.percent_decimals == decimals


@given(st.text(st.sampled_from("0123456789 .,-–/%():;abcdefgQM+£[]#²'\nof to")))
def test_no_figure_is_left_out(text):
    stated = sum(sum(c.isdecimal() for c in s.written) for s in statements(text))
    assert stated == sum(c.isdecimal() for c in text)


# Public copies


PARAMETERS = """# Parameters
area = "Fife"
year = "2018/19"
records = "/home/jane/CASES & more/records/"
questions = "data/questions.toml"
more = ["C:\\\\Users\\\\jane\\\\counts.csv", "postgresql://jane:secret@host/register"]
"""
FULL = "/home/jane/CASES & more/records"


@pytest.fixture
def executed():
    from nbformat import v4

    shown = v4.new_output(
        "display_data",
        {
            "text/html": "<p>Read from /home/jane/CASES &amp; more/records/children.csv</p>",
            "text/plain": f"Read from {FULL}",
            "image/png": in_base64(PNG["matplotlib"]),
            "application/json": {"a": 1},
        },
        metadata={"image/png": {"width": 3, "alt": "A chart", "who": "jane"}, "by": "jane"},
    )
    cells = [
        v4.new_code_cell(PARAMETERS, metadata={"tags": ["injected-parameters"], "papermill": {}}),
        v4.new_code_cell(
            "cp.show()",
            metadata={"execution": {"iopub.execute_input": "2026-11-23"}, "vscode": {}},
            outputs=[
                shown,
                v4.new_output("stream", name="stderr", text="/home/jane/x.py:3: UserWarning"),
                v4.new_output("stream", name="stdout", text=f"done: {FULL}/a"),
                v4.new_output("error", ename="KeyError", evalue="jane", traceback=["jane"]),
                v4.new_output("display_data", {"application/vnd.jupyter.widget-view+json": {}}),
                v4.new_output("execute_result", {"text/plain": "3"}, execution_count=2),
            ],
        ),
        v4.new_markdown_cell(
            "![](attachment:used.png) and/or",
            attachments={
                "used.png": {"image/png": in_base64(PNG["tEXt"])},
                "jane.png": {"image/png": in_base64(PNG["tEXt"])},
            },
        ),
    ]
    told = {
        "kernelspec": {"name": "jane", "display_name": "jane's", "language": "python"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "papermill": {"input_path": "/home/jane/a.ipynb", "parameters": {"records": FULL}},
        "widgets": {"state": "jane"},
        "authors": [{"name": "jane"}],
        "title": "Fife",
    }
    return v4.new_notebook(cells=cells, metadata=told)


def test_a_clean_notebook_says_nothing_of_where_and_who(executed):
    from nbformat import validate

    before = json.dumps(executed)
    clean = clean_notebook(executed)
    assert json.dumps(executed) == before
    validate(clean)
    who = {"user": ["jane", "secret", "/home"], "day": ["2026-11-23"], "error": ["KeyError"]}
    assert faults(before, "ipynb", who)
    assert faults(json.dumps(clean), "ipynb", who) == []


def test_a_clean_notebook_keeps_what_it_shows(executed):
    clean = clean_notebook(executed)
    parameters, code, markdown = clean.cells
    assert set(clean.metadata) == {"kernelspec", "language_info", "title"}
    assert [o.output_type for o in code.outputs] == ["display_data", "stream", "execute_result"]
    assert set(code.outputs[0].data) == {"text/html", "text/plain", "image/png"}
    assert code.outputs[0].metadata == {"image/png": {"width": 3, "alt": "A chart"}}
    assert code.outputs[0].data["text/html"] == "<p>Read from records/children.csv</p>"
    assert code.outputs[1].text == "done: records/a"
    assert list(markdown.attachments) == ["used.png"]
    assert markdown.source == "![](attachment:used.png) and/or"
    assert parameters.metadata == {"tags": ["injected-parameters"]}
    given = {}
    exec(parameters.source, given)
    assert {name: given[name] for name in ("area", "year", "records", "questions", "more")} == {
        "area": "Fife",
        "year": "2018/19",
        "records": "records",
        "questions": "questions.toml",
        "more": ["counts.csv", "register"],
    }


def test_a_short_folder_does_not_break_the_marks_of_a_page(executed):
    executed.cells[0].source = 'records = "/b"'
    executed.cells[1].outputs[0].data["image/png"] = "AA+/b+AA"
    executed.cells[1].outputs[0].data["text/html"] = "<b>3</b> and/both from /b"
    clean = clean_notebook(executed)
    shown = clean.cells[1].outputs[0].data
    assert shown["text/html"] == "<b>3</b> and/both from b"
    assert shown["image/png"] == "AA+/b+AA"


def test_parameters_that_are_no_python_are_refused(executed):
    executed.cells[0].source = "%load /home/jane/parameters.py"
    with pytest.raises(ReportFailed, match="not Python") as refused:
        clean_notebook(executed)
    assert "jane" not in str(refused.value)


def test_a_restricted_notebook_says_so_first(executed):
    from nbformat import validate

    before = json.dumps(executed)
    marked = mark_restricted(executed, "for the committee\nalone")
    assert json.dumps(executed) == before
    validate(marked)
    first, *others = marked.cells
    assert first.cell_type == "markdown"
    assert first.source.splitlines()[0] == "RESTRICTED: for the committee alone"
    assert others == executed.cells
    again = mark_restricted(marked, "not checked")
    assert [c.source for c in again.cells[:2]] == ["RESTRICTED: not checked", PARAMETERS]


def test_old_notebooks_can_be_marked_and_a_reason_is_needed(executed):
    from nbformat import validate

    executed.nbformat_minor = 4
    for cell in executed.cells:
        del cell["id"]
    validate(mark_restricted(executed, "not checked"))
    with pytest.raises(ImpossibleInput, match="why"):
        mark_restricted(executed, "  ")
