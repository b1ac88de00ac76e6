"""The tables of a page, as rows of text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from .markup import fed


@dataclass(frozen=True)
class PageTable:
    """A table as it stands on a page.

    Attributes
    ----------
    caption : str
    columns : tuple of str
        Heads of the columns; those of several lines are joined by " / ". Empty where it has none.
    rows : tuple of tuple of str
        Cells, heads of rows too. A cell that spans several places stands in each of them.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(html: str) -> list[PageTable]:
    """
    Read the tables of a page.

    Parameters
    ----------
    html : str

    Returns
    -------
    list of PageTable
        In the order in which they begin. A table in a cell of another one is one of its own.

    Examples
    --------
    >>> tables("<table><caption>Sex</caption><tr><th>Boys<td>1<b>2</b></table>")
    [PageTable(caption='Sex', columns=(), rows=(('Boys', '12'),))]
    """
    reader = _Reader()
    fed(reader, html)
    return [draft.table() for draft in reader.drafts]


@dataclass
class _Cell:
    head: bool
    across: int
    down: int
    text: list[str] = field(default_factory=list)

    def said(self) -> str:
        return " ".join("".join(self.text).split())


@dataclass
class _Draft:
    """A table while it is read; `lines` are its rows, each with whether it stands in its head."""

    caption: list[str] = field(default_factory=list)
    lines: list[tuple[bool, list[_Cell]]] = field(default_factory=list)
    in_head: bool = False
    at: list[str] | None = None

    def table(self) -> PageTable:
        rows = _laid_out([cells for _, cells in self.lines])
        tops = [top for top, _ in self.lines]
        if not any(tops) and self.lines:
            first = self.lines[0][1]
            tops[0] = len(self.lines) > 1 and bool(first) and all(cell.head for cell in first)
        heads = [row for row, top in zip(rows, tops, strict=True) if top]
        width = max(map(len, heads), default=0)
        columns = (
            dict.fromkeys(row[at] for row in heads if at < len(row) and row[at])
            for at in range(width)
        )
        body = tuple(tuple(row) for row, top in zip(rows, tops, strict=True) if not top and row)
        caption = " ".join("".join(self.caption).split())
        return PageTable(caption, tuple(" / ".join(c) for c in columns), body)


def _laid_out(lines: list[list[_Cell]]) -> list[list[str]]:
    """Put each cell in every place that it spans."""
    laid: list[list[str]] = []
    waiting: dict[int, tuple[int, str]] = {}
    for cells in lines:
        row: list[str] = []
        left = list(cells)
        while left or len(row) in waiting:
            at = len(row)
            if at in waiting:
                more, text = waiting.pop(at)
                row.append(text)
                if more > 1:
                    waiting[at] = (more - 1, text)
                continue
            cell = left.pop(0)
            for place in range(at, at + cell.across):
                row.append(cell.said())
                if cell.down > 1:
                    waiting[place] = (cell.down - 1, cell.said())
        laid.append(row)
    return laid


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.drafts: list[_Draft] = []
        self.open: list[_Draft] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.drafts.append(_Draft())
            self.open.append(self.drafts[-1])
        if not self.open:
            return
        draft = self.open[-1]
        if tag == "caption":
            draft.at = draft.caption
        elif tag in {"thead", "tbody", "tfoot"}:
            draft.in_head = tag == "thead"
        elif tag == "tr":
            draft.lines.append((draft.in_head, []))
            draft.at = None
        elif tag in {"td", "th"}:
            if not draft.lines:
                draft.lines.append((draft.in_head, []))
            cell = _Cell(tag == "th", _span(attrs, "colspan"), _span(attrs, "rowspan"))
            draft.lines[-1][1].append(cell)
            draft.at = cell.text
        elif tag in {"br", "p", "div", "li"} and draft.at is not None:
            draft.at.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.open and tag == "table":
            self.open.pop()
        elif self.open and tag in {"td", "th", "caption", "tr"}:
            self.open[-1].at = None
        elif self.open and tag == "thead":
            self.open[-1].in_head = False

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].at is not None:
            self.open[-1].at.append(data)


def _span(attrs: list[tuple[str, str | None]], name: str) -> int:
    given = (dict(attrs).get(name) or "1").strip()
    return min(max(int(given), 1), 1000) if given.isascii() and given.isdigit() else 1
