"""Tables and prose that stand on a page: escaped, captioned, with headers a screen reader finds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from . import values

#: Years, quarters, ages and dates, which must not be broken across lines.
_UNBROKEN = re.compile(r"\d{4}-\d{2}( Q\d)?|\d{1,3}-\d{1,3}|\d{1,2} [A-Z][a-z]+ \d{4}")


class Table:
    """A table for readers.

    Parameters
    ----------
    frame : DataFrame
        Cells as they are to be read. The first column names the rows.
    caption : str
    numbers : iterable of str
        Columns to align right.
    notes : iterable of str
        Lines to stand under the table. Marks that occur in it are explained there by themselves.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        caption: str,
        *,
        numbers: Iterable[str] = (),
        notes: Iterable[str] = (),
    ) -> None:
        self.frame = frame
        self.caption = caption
        self.numbers = set(numbers)
        self.notes = [*notes, *self._marks_explained()]

    def _marks_explained(self) -> list[str]:
        text = " ".join(str(cell) for cell in self.frame.to_numpy().ravel())
        return [f"{mark} {meaning}" for mark, meaning in values.MARKS.items() if mark in text]

    def __repr__(self) -> str:
        return f"{self.caption}\n{self.frame.to_string(index=False)}"

    def _repr_html_(self) -> str:
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(self._class(c, c), c) for c in self.frame
        )
        body = Markup("").join(self._row(row) for row in self.frame.itertuples(index=False))
        notes = Markup("").join(Markup("<li>{}</li>").format(note) for note in self.notes)
        under = Markup('<ul class="notes">{}</ul>').format(notes) if self.notes else ""
        return Markup(
            '<div class="table" role="region" tabindex="0" aria-label="{}"><table>'
            "<caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>{}"
        ).format(f"Table: {self.caption}", self.caption, head, body, under)

    def _row(self, row: tuple) -> Markup:
        first, *rest = row
        cells = Markup("").join(
            Markup("<td{}>{}</td>").format(self._class(column, cell), cell)
            for column, cell in zip(list(self.frame)[1:], rest, strict=True)
        )
        return Markup('<tr><th scope="row"{}>{}</th>{}</tr>').format(
            self._class("", first), first, cells
        )

    def _class(self, column: str, cell: object) -> Markup:
        classes = ["number"] if column in self.numbers else []
        classes += ["whole"] if _UNBROKEN.fullmatch(str(cell)) else []
        return Markup(' class="{}"').format(" ".join(classes)) if classes else Markup("")


class Prose:
    """Sentences for readers.

    Parameters
    ----------
    sentences : iterable of str
        Plain text, one paragraph or list item each.
    kind : str
        "paragraphs", "list", or "warning" (paragraphs set apart).
    """

    def __init__(self, sentences: Iterable[str], kind: str = "paragraphs") -> None:
        self.sentences = [s for s in sentences if s]
        self.kind = kind

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        if self.kind == "list":
            items = Markup("").join(Markup("<li>{}</li>").format(s) for s in self.sentences)
            return Markup('<ul class="findings">{}</ul>').format(items)
        body = Markup("").join(Markup("<p>{}</p>").format(s) for s in self.sentences)
        if self.kind == "warning" and self.sentences:
            return Markup('<div class="warning" role="note">{}</div>').format(body)
        return body


class Html:
    """A piece of a page that is HTML already, made by us from escaped text."""

    def __init__(self, html: Markup) -> None:
        self.html = html

    def __repr__(self) -> str:
        return str(self.html.striptags())

    def _repr_html_(self) -> str:
        return str(escape(self.html))


class Pieces(list):
    """Several pieces of a page, one under another: each is shown as if it stood alone."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for piece in self:
            display(piece)


def heading(text: str, level: int = 2) -> Html:
    """Head a section."""
    return Html(Markup("<{0}>{1}</{0}>").format(Markup(f"h{level:d}"), text))


def pieces(*given: Any) -> Pieces:
    """Put pieces together; lists of them are laid out, empty prose is left out."""
    laid: list[Any] = []
    for piece in given:
        laid += piece if isinstance(piece, list) else [piece]
    return Pieces(p for p in laid if not (isinstance(p, Prose) and not p.sentences))
