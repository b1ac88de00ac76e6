"""Reading a page as a list of blocks.

What a reader of the PDF, the Word file or the workbook sees is what stands on the HTML page, which
was read at the gate: nothing is taken from anywhere else.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ..errors import ReportFailed
from .blocks import Block, Bullets, Facts, Grid, Heading, Lines, Para, Picture, Run

_SVG = "data:image/svg+xml;base64,"
#: Parts of a page that are for the screen.
_LEFT_OUT = {"nav", "style", "head", "script", "title"}
_VOID = {"br", "img", "hr", "meta", "link", "input", "wbr"}


def blocks(page: str) -> list[Block]:
    """
    Read a page as a list of blocks.

    Parameters
    ----------
    page : str
        HTML, as the exporter makes it.

    Returns
    -------
    list of Block

    Raises
    ------
    ReportFailed
        For an image that is no drawing of ours.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end()
    return _with_notes(reader.made)


def _with_notes(made: list[Block]) -> list[Block]:
    """Put the notes under a table into it."""
    found: list[Block] = []
    for block in made:
        last = found[-1] if found else None
        if isinstance(block, Bullets) and block.look == "notes" and isinstance(last, Grid):
            found[-1] = Grid(last.caption, last.head, last.rows, last.numbers, block.texts)
        else:
            found.append(block)
    return found


@dataclass
class _List:
    first: int
    items: list[list[str | Bullets]] = field(default_factory=list)

    def add(self, part: str | Bullets) -> None:
        if not self.items:  # what stands in no item
            self.items.append([])
        self.items[-1].append(part)


@dataclass
class _Table:
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    heads: int = 0
    numbers: set[int] = field(default_factory=set)


class _Reader(HTMLParser):
    """Walk a page once; text gathers in `runs` until the block it stands in ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[Block] = []
        self.runs: list[Run] = []
        self.open: list[tuple[str, set[str]]] = []
        self.table: _Table | None = None
        self.lists: list[_List] = []
        self.as_it_is = False
        self.pairs: list[tuple[str, str]] = []
        self.term = ""
        self.picture: tuple[bytes, str] | None = None
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = set(given.get("class", "").split())
        if self.skip or tag in _LEFT_OUT or "skip" in classes:
            self.skip += tag not in _VOID
            return
        if tag == "img":
            self._image(given)
        elif tag == "br":
            self.runs.append(Run(" "))
        if tag in _VOID:
            return
        if tag in {"p", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd"}:
            self._flush()
        if tag == "table":
            self.table = _Table()
        elif tag == "tr" and self.table is not None:
            self.table.rows.append([])
        elif tag in {"ul", "ol"} and self.table is None:
            self._flush()
            start = given.get("start", "1")
            ordered = int(start) if start.isdecimal() else 1
            self.lists.append(_List(ordered if tag == "ol" else 0))
        elif tag == "li" and self.lists:
            self.lists[-1].items.append([])
        elif tag == "pre":
            self._flush()
            self.as_it_is = not self.lists and self.table is None
        elif tag == "dl":
            self.pairs = []
        self.open.append((tag, classes | ({f"href={given['href']}"} if "href" in given else set())))

    def handle_endtag(self, tag: str) -> None:
        if self.skip:
            self.skip -= 1
            return
        if not any(name == tag for name, _ in self.open):
            return
        classes: set[str] = set()
        while self.open:
            name, classes = self.open.pop()
            if name == tag:
                break
        self._ended(tag, classes)

    def _ended(self, tag: str, classes: set[str]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            text = self._text()
            if text:
                self.made.append(Heading(int(tag[1]), text, "sheet" in classes))
        elif tag == "p":
            self._flush(classes)
        elif tag == "li":
            self._flush()
        elif tag in {"ul", "ol"} and self.lists:
            self._list(self.lists.pop(), classes)
        elif tag == "pre":
            self._lines()
        elif tag == "dt":
            self.term = self._text()
        elif tag == "dd":
            self.pairs.append((self.term, self._text()))
        elif tag == "dl" and self.pairs:
            self.made.append(Facts(tuple(self.pairs)))
        elif tag == "figcaption" or tag == "figure":
            self._figure(tag)
        else:
            self._of_table(tag, classes)

    def _list(self, ended: _List, classes: set[str]) -> None:
        items = tuple(tuple(parts) for parts in ended.items if parts)
        made = Bullets(items, self._look(classes), ended.first)
        if items and self.lists:
            self.lists[-1].add(made)
        elif items:
            self.made.append(made)

    def _lines(self) -> None:
        text = "".join(run.text for run in self.runs).strip("\n")
        if self.as_it_is:
            self.runs = []
        if self.as_it_is and text.strip():
            self.made.append(Lines(text))
        self.as_it_is = False

    def _figure(self, tag: str) -> None:
        """A picture waits for its caption; without one the end of the figure makes it."""
        caption = self._text()
        if self.picture is not None:
            self.made.append(Picture(*self.picture, caption))
            self.picture = None

    def _of_table(self, tag: str, classes: set[str]) -> None:
        if self.table is None:
            return
        if tag == "caption":
            self.table.caption = self._text()
        elif tag in {"td", "th"} and self.table.rows:
            row = self.table.rows[-1]
            if "number" in classes:
                self.table.numbers.add(len(row))
            row.append(self._text())
        elif tag == "thead":
            self.table.heads = len(self.table.rows)
        elif tag == "table":
            head, rows = self.table.rows[:1], self.table.rows[self.table.heads or 1 :]
            self.made.append(
                Grid(
                    self.table.caption, tuple(head[0]) if head else (),
                    tuple(tuple(row) for row in rows), frozenset(self.table.numbers),
                )
            )  # fmt: skip
            self.table = None

    def handle_data(self, data: str) -> None:
        if self.skip:
            return
        text = data if self.as_it_is else re.sub(r"\s+", " ", data)
        if not text.strip() and not self.runs:
            return
        tags = [name for name, _ in self.open]
        links = [c for name, held in self.open if name == "a" for c in held if c[:5] == "href="]
        href = links[-1][5:] if links else ""
        self.runs.append(Run(text, bool({"b", "strong"} & set(tags)), href))

    def _text(self) -> str:
        text = re.sub(r"\s+", " ", "".join(run.text for run in self.runs)).strip()
        self.runs = []
        return text

    def _flush(self, classes: set[str] | None = None) -> None:
        """End a paragraph; text outside of any is one too."""
        if self.table is not None or not "".join(run.text for run in self.runs).strip():
            return
        if self.lists:
            self.lists[-1].add(self._text())
        else:
            self.made.append(Para(tuple(self.runs), self._look(classes or set())))
            self.runs = []

    def end(self) -> None:
        """End what the page leaves open."""
        self._flush()

    def _look(self, classes: set[str]) -> str:
        """Name the look: of the block itself, or of what it stands in."""
        held = [classes, *(own for _, own in reversed(self.open))]
        known = ("banner", "lead", "warning", "commentary", "notes")
        return next((k for own in held for k in known if k in own), "")

    def _image(self, given: dict[str, str]) -> None:
        source = given.get("src", "")
        if not source.startswith(_SVG):
            raise ReportFailed("The page holds an image that is no drawing of ours.")
        self.picture = (base64.b64decode(source[len(_SVG) :]), given.get("alt", ""))
