"""The words of notebooks, JSON, CSV, Markdown and plain text."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from ..errors import CannotRead
from .places import Text

_MEDIA = re.compile(r"(text|image|audio|video|application|font|model|multipart)/[\w.+-]+")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_EMPHASIS = re.compile(r"(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")

#: Of a notebook, what is kept as lines and read as one text.
_LINES = {"source", "text", "traceback"}


class _Pairs(list):
    """The members of a JSON object, those that occur twice too."""


def words_of_json(text: str) -> Iterator[Text | tuple[str, str, str]]:
    """Give every name and every value of a JSON document.

    Parameters
    ----------
    text : str

    Yields
    ------
    Text or tuple
        For a value whose name is a media type ("image/png": the outputs of a notebook) the tuple of
        place, media type and content.

    Raises
    ------
    CannotRead
        When it is not JSON.
    """
    try:
        whole = json.loads(text, object_pairs_hook=_Pairs)
    except ValueError:
        raise CannotRead("It is not JSON, so it cannot be read.") from None
    yield from _walk(whole, "")


def _walk(node: Any, where: str) -> Iterator[Text | tuple[str, str, str]]:
    if isinstance(node, _Pairs):
        for name, value in node:
            inner = f"{where}, {name}" if where else name
            if not re.fullmatch(r"[a-z_]+", name):
                yield Text(f"{where or 'document'}, a name", name, said=False)
            lines = _joined(value, name) if name in _LINES or _MEDIA.fullmatch(name) else None
            if lines is None:
                yield from _walk(value, inner)
            elif _MEDIA.fullmatch(name):
                yield inner, name, lines
            else:
                yield Text(inner, lines, said=True)
    elif isinstance(node, list):
        for number, value in enumerate(node, start=1):
            yield from _walk(value, f"{where} {number}" if where else str(number))
    elif node is not None and not isinstance(node, bool) and str(node).strip():
        yield Text(where or "document", str(node))


def _joined(value: Any, name: str) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        # Lines of a notebook end with their break; those of a traceback do not.
        return ("\n" if name == "traceback" else "").join(value)
    return None


def words_of_csv(text: str) -> Iterator[Text]:
    """Give every cell of a CSV file, with its line and its column.

    Parameters
    ----------
    text : str

    Yields
    ------
    Text
    """
    reader = csv.reader(io.StringIO(text, newline=""))
    head: list[str] = []
    try:
        for number, row in enumerate(reader):
            head = head if number else row
            for at, cell in enumerate(row):
                column = head[at] if at < len(head) and number else f"{at + 1}"
                if cell.strip():
                    yield Text(f"line {reader.line_num}, column {column}", cell)
    except csv.Error:
        raise CannotRead("It is not CSV, so it cannot be read.") from None


def words_of_markdown(text: str) -> Iterator[Text]:
    """Give every paragraph of a Markdown document under its heading, without the marks of emphasis.

    Parameters
    ----------
    text : str

    Yields
    ------
    Text
    """
    heading = ""
    for line, paragraph in _paragraphs(text):
        where = f"{heading} › line {line}" if heading else f"line {line}"
        yield Text(where, _EMPHASIS.sub("", paragraph))
        if found := _HEADING.match(paragraph):
            heading = found[1].strip()


def words_of_text(text: str) -> Iterator[Text]:
    """Give every paragraph of a plain text.

    Parameters
    ----------
    text : str

    Yields
    ------
    Text
    """
    for line, paragraph in _paragraphs(text):
        yield Text(f"line {line}", paragraph)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    for found in re.finditer(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*", text):
        yield text.count("\n", 0, found.start()) + 1, found[0].rstrip()
