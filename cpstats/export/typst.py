"""The page as PDF/UA-1, made by Typst from the blocks of the page.

The text of a report is handed over as data, never as markup: a name cannot become a command. The
compiler itself refuses a picture without an alternative and a skipped heading level.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ReportFailed
from .blocks import Block, Bullets, Facts, Grid, Heading, Lines, Para, Picture
from .paper import contents_at, laid_out, leading, listed

#: Times in a file would make each run another file.
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
#: Pixels an inch of a chart that Word shows.
_PPI = 150.0
#: Letters: on a line of a table, about the text of a cell, and given to a column at a time.
_LINE, _AROUND, _STEP = 100, 2.5, 2.0


def pdf(blocks: Sequence[Block], *, title: str) -> bytes:
    """
    Make an accessible PDF (PDF/UA-1) of a page.

    Parameters
    ----------
    blocks : sequence of Block
    title : str
        Of the document; it runs at the head of each page.

    Returns
    -------
    bytes
        The same blocks give the same bytes.

    Raises
    ------
    ReportFailed
        With what the compiler says, such as a picture without an alternative.
    """
    held = laid_out(blocks)
    leads, names = leading(held), listed(held)
    entries = [
        _entry(block) | {"leads": at in leads, "listed": at in names}
        for at, block in enumerate(held)
    ]
    document = {"title": title, "blocks": entries, "contents": contents_at(held)}
    return _compiled(document)


def png(svg: bytes, *, width_mm: float = 150) -> bytes:
    """
    Draw a chart as pixels, for formats that know no drawings.

    Parameters
    ----------
    svg : bytes
    width_mm : float

    Returns
    -------
    bytes
        PNG, at 150 pixels an inch.
    """
    source = (
        f"#set page(width: {width_mm:g}mm, height: auto, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return _compile(source.encode(), format="png", ppi=_PPI, sys_inputs={"svg": svg.decode()})


def _compiled(document: dict[str, Any]) -> bytes:
    template = resources.files("cpstats.export").joinpath("templates/report.typ").read_bytes()
    given = {"doc": json.dumps(document, ensure_ascii=False)}
    try:
        return _compile(
            template, format="pdf", pdf_standards=["ua-1"], timestamp=_MADE, sys_inputs=given
        )
    except RuntimeError as error:
        raise ReportFailed(f"The PDF must not leave: {error}.") from error


def _compile(source: bytes, **options: Any) -> bytes:
    import typst

    return typst.compile(source, ignore_system_fonts=True, font_paths=fonts(), **options)


@cache
def fonts() -> Any:
    """Load the fonts that matplotlib brings, and no other: every machine makes the same file."""
    import matplotlib as mpl
    import typst

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _entry(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text,
                "sheet": block.new_page}  # fmt: skip
    if isinstance(block, Para):
        runs = [{"text": r.text, "strong": r.strong, "href": r.href} for r in block.runs]
        return {"kind": "para", "runs": runs, "look": block.look}
    if isinstance(block, Bullets):
        return _list(block)
    if isinstance(block, Lines):
        return {"kind": "lines", "text": block.text}
    if isinstance(block, Picture):
        return {"kind": "picture", "svg": block.svg.decode(), "alt": block.alt,
                "caption": block.caption}  # fmt: skip
    if isinstance(block, Facts):
        return {"kind": "facts", "pairs": [list(pair) for pair in block.pairs]}
    return _table(block)


def _list(block: Bullets) -> dict[str, Any]:
    """Give a list with those in it: of each item texts and lists in their order."""
    items = [[_list(p) if isinstance(p, Bullets) else p for p in parts] for parts in block.items]
    return {"kind": "bullets", "items": items, "first": block.first}


def _table(block: Grid) -> dict[str, Any]:
    """Give a table with the width of its columns: as their text wants it."""
    return {
        "kind": "table", "caption": block.caption, "head": list(block.head),
        "rows": [list(row) for row in block.rows], "notes": list(block.notes),
        "numbers": sorted(block.numbers), "widths": widths(block),
    }  # fmt: skip


def widths(block: Grid) -> list[float]:
    """
    Share the width of a page among the columns of a table.

    Parameters
    ----------
    block : Grid

    Returns
    -------
    list of float
        In letters. Each column holds its longest word, and a figure whole; what is left goes to
        those that make the table lower.
    """
    return list(_widths(block))


@lru_cache(maxsize=256)  # two formats share the width of the same tables
def _widths(block: Grid) -> tuple[float, ...]:
    rows = [block.head, *block.rows]
    found = np.array([max(map(_longest, cells)) for cells in zip(*rows, strict=True)]) + _AROUND
    texts = np.array([[len(text) for text in row] for row in rows])
    figures = [at in block.numbers for at in range(len(found))]
    whole = np.where(figures, np.maximum(found, texts[1:].max(axis=0, initial=0) + _AROUND), found)
    # A figure and its interval stay on one line, where that leaves room for words.
    found = whole if whole.sum() <= _LINE * 0.8 else found
    # Each column wider by a step, and last none.
    steps = np.vstack([np.eye(len(found)), np.zeros(len(found))]) * _STEP
    for _ in range(int((_LINE - found.sum()) / _STEP)):
        heights = _heights(texts, found + steps)
        best = int(np.argmin(heights[:-1]))
        if heights[best] >= heights[-1]:
            break
        found = found + steps[best]
    return tuple(float(width) for width in found)


def _heights(texts: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Say about how high a table is in lines, with each row of widths: the highest cell counts."""
    widths = widths[:, None, :]
    # A line ends where the next word does not fit: half a word before its end, on average.
    room = np.maximum(widths - _AROUND - np.where(texts > widths, 3.0, 0.0), 1.0)
    squares = np.maximum(texts / room, 1.0) ** 2
    found: np.ndarray = np.sqrt(np.sqrt((squares * squares).sum(axis=2))).sum(axis=1)
    return found


#: What the template keeps on one line: an interval in brackets; and words.
_TOGETHER = re.compile(r"\([-\d.,]+ to [-\d.,]+\)|\S+")


def _longest(text: str) -> int:
    return max(map(len, _TOGETHER.findall(text)), default=0)
