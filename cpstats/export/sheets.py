"""The tables of a page as sheets, from which workbooks of both kinds are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from ..values import MARKS
from .blocks import Block, Bullets, Facts, Grid, Heading, Lines, Para, Picture

_NUMBER = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?|[-+]?\d+(\.\d+)?")
#: Without any of these their writer refuses a cell.
_WORD = re.compile("[a-zA-Z0-9]")
#: What a spreadsheet program would run.
_FORMULA = ("=", "@", "\t", "\r")
#: Letters: what a sheet is wide, and the least and most that a column is, so that it can be read
#: beside the others; what stands above a table stands in its first column, which is never narrow.
_ACROSS, _LEAST, _MOST, _FIRST = 150, 24, 60, 50

#: A blank cell says nothing to a screen reader, and must say why in a workbook.
NOTHING = "no entry"


@dataclass(frozen=True)
class Sheet:
    """One table of the page: its sheet's name, section, caption, cells and notes.

    `looks` says of each cell how its number is written (`look`), and `right` which columns align
    right.
    """

    label: str
    section: str
    caption: str
    frame: pd.DataFrame
    notes: tuple[str, ...]
    looks: tuple[tuple[str, ...], ...] = ()
    right: tuple[int, ...] = ()

    @property
    def above(self) -> list[str]:
        """Say what the table is: its title, its section, what stands here, and its notes."""
        what = "This worksheet contains one table."
        what += " Notes on it stand above it." if self.notes else ""
        said = [self.caption or self.label, f"Section: {self.section}", what, *self.notes]
        return [plain(text) for text in said]

    @property
    def widths(self) -> list[int]:
        """Give each column's width in letters; longer texts take several lines."""
        most = min(max(_ACROSS // self.frame.shape[1], _LEAST), _MOST)
        own = [_width([name, *self.frame[name]], most) for name in self.frame]
        return [max(own[0], _FIRST), *own[1:]]


def _width(cells: Iterable[object], most: int) -> int:
    texts = [f"{cell:,}" if isinstance(cell, int | float) else str(cell) for cell in cells]
    word = max(len(word) for text in texts for word in text.split())
    return min(max(min(max(map(len, texts)), most), word), _MOST) + 2


def sheets(blocks: Sequence[Block]) -> tuple[Sheet, ...]:
    """
    Take the tables of a page, and its sentences, definitions and charts as tables.

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
            looks = tuple(tuple(look(cell) for cell in row) for row in block.rows)
            right = tuple(sorted(block.numbers))
            found.append(Sheet(label, section, block.caption, frame, block.notes, looks, right))
    for label, caption, columns, rows in (
        ("Sentences", "What the report says in sentences", ["Section", "Text"], _sentences(blocks)),
        ("Definitions", "Definitions of the indicators", ["Of", "What", "Text"],
         _definitions(blocks)),
        ("Charts", "What the charts show, in words", ["Section", "Shows"], _charts(blocks)),
    ):  # fmt: skip
        frame = pd.DataFrame(list(rows), columns=columns)
        if len(frame):
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


def look(text: str) -> str:
    """
    Say how a spreadsheet writes the number of a cell, so that it reads as on the page.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The number format; empty where the cell is no number.

    Examples
    --------
    >>> look("3.0"), look("24,016"), look("2019"), look("[c]")
    ('0.0', '#,##0', '0', '')
    """
    said = text.strip()
    if not _NUMBER.fullmatch(said):
        return ""
    places = len(said.partition(".")[2])
    return ("#,##0" if "," in said else "0") + ("." + "0" * places if places else "")


def plain(text: str) -> str:
    """Keep text text: what a program would take for a formula gets an apostrophe before it.

    What a writer of workbooks would take for a link gets a space, and what it would refuse as no
    word, a word.
    """
    text = text.replace("](", "] (")
    text = text if _WORD.search(text) else f"{text} (as written)"
    return f"'{text}" if text.startswith(_FORMULA) else text


def _sentences(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Give what stands in no table: figures are told in sentences too."""
    section = ""
    for block in blocks:
        if isinstance(block, Heading):
            section = block.text
        elif isinstance(block, Para | Lines):
            if block.text.strip():
                yield section, block.text.strip()
        elif isinstance(block, Bullets):
            yield from ((section, text) for text in _items(block))


def _items(block: Bullets) -> Iterator[str]:
    for part in (part for parts in block.items for part in parts):
        yield from _items(part) if isinstance(part, Bullets) else (part,)


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


INTRO = (
    "The tables of the report, each on a sheet of its own; its sentences, its definitions, and its "
    "charts in words last."
)


def marks(found: Sequence[Sheet]) -> list[str]:
    """
    Explain the marks that stand in the tables.

    Parameters
    ----------
    found : sequence of Sheet

    Returns
    -------
    list of str
        A line for each mark that is used, and that zero is a number.
    """
    text = "\n".join(str(cell) for sheet in found for cell in sheet.frame.to_numpy().ravel())
    used = [f"{mark}: {meaning}" for mark, meaning in MARKS.items() if mark in text]
    return [*(["Marks that stand in place of a figure, or beside one:"] if used else []), *used,
            "Zero is 0."]  # fmt: skip
