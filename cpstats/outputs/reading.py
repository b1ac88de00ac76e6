"""Read a finished output as an intruder would: all of it, and not the figures it was made from.

Pixels are not read: what a picture shows must be told in a table or an alternative, and that is.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from ..errors import CannotRead
from .documents import words_of_csv, words_of_json, words_of_markdown, words_of_text
from .markup import words_of_page, words_of_xml
from .page_tables import PageTable, tables
from .pictures import words_of
from .places import Text
from .searching import Found, Wanted, search
from .wordings import Statement, statements
from .workbooks import words_of_workbook
from .wrappings import decoded, unwrapped

__all__ = ["Found", "PageTable", "Statement", "Text", "faults", "statements", "tables", "texts"]

#: A file, or what stands in it.
Output = Path | str | bytes

_KINDS: dict[str, Callable[[str], Iterable[Text | tuple[str, str, str]]]] = {
    "html": words_of_page,
    "svg": lambda text: _drawing(text.encode()),
    "ipynb": words_of_json,
    "json": words_of_json,
    "csv": words_of_csv,
    "md": words_of_markdown,
    "txt": words_of_text,
}
_BYTES: dict[str, Callable[[bytes], Iterable[Text]]] = {
    "xlsx": words_of_workbook,
    "png": lambda content: (Text(chunk, text, said=False) for chunk, text in words_of(content)),
}


def texts(output: Output, kind: str) -> Iterator[Text]:
    """
    Give every place of an output where words or numbers can stand.

    Parameters
    ----------
    output : Path, str or bytes
        A file; or what stands in it (a str is content, never a path).
    kind : str
        "html", "svg", "ipynb", "json", "csv", "md", "txt", "xlsx" or "png".

    Returns
    -------
    iterator of Text
        What is hidden too: comments, attributes, metadata, hidden sheets, pictures inside pages and
        what they say beside their pixels, pages inside notebooks.

    Raises
    ------
    CannotRead
        When it is of another kind, is broken, or holds something that cannot be read (a font, a
        photograph): what cannot be read cannot be released.
    """
    if kind in _BYTES:
        return iter(_BYTES[kind](_content(output)))
    if kind in _KINDS:
        return _through(_KINDS[kind](_text(_content(output))))
    known = ", ".join([*_KINDS, *_BYTES])
    raise CannotRead(
        f"An output of the kind {kind!r} cannot be read, so it cannot be released. Known: {known}."
    )


def faults(output: Output, kind: str, canaries: Mapping[str, Iterable[str]]) -> list[Found]:
    """
    List where something stands that must not.

    Parameters
    ----------
    output : Path, str or bytes
    kind : str
        As for `texts`.
    canaries : mapping of str to iterable of str
        What may not stand anywhere (identifiers, exact texts), by a name that can be told.

    Returns
    -------
    list of Found
        Name and place; never what was found. Case, double spaces and characters that are not seen
        make no difference, nor does base64, percent-encoding or an escape of HTML or JSON. A number
        is not found inside a longer number, nor a word of under 8 characters inside a longer word.

    Raises
    ------
    CannotRead
        As for `texts`.
    """
    content = _content(output)
    source = "" if kind in _BYTES else unwrapped(_text(content))[0]
    return search(texts(content, kind), source, Wanted(canaries))


def _content(output: Output) -> bytes:
    if isinstance(output, bytes):
        return output
    if isinstance(output, str):
        return output.encode("utf-8", errors="surrogatepass")
    try:
        return output.read_bytes()
    except OSError as error:
        raise CannotRead(f"Cannot read {output}: {error.strerror}.") from None


def _text(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead("The output is not written in UTF-8, so it cannot be read.") from None


def _through(found: Iterable[Text | tuple[str, str, str]]) -> Iterator[Text]:
    """Read what stands inside of what was found: data URIs, and outputs of a media type."""
    for part in found:
        if isinstance(part, Text):
            text, inside = unwrapped(part.text)
            if text.strip():
                yield Text(part.where, text, said=part.said)
            for mime, content in inside:
                yield from _within(part.where, _of_media(mime, content))
        else:
            where, mime, written = part
            binary = mime.partition("/")[0] != "text" and not _worded(mime)
            content = decoded(written) if binary else written.encode("utf-8", "surrogatepass")
            yield from _within(where, _of_media(mime, content))


def _within(where: str, found: Iterable[Text]) -> Iterator[Text]:
    for text in found:
        yield Text(f"{where} › {text.where}", text.text, said=text.said)


def _worded(mime: str) -> bool:
    """Tell whether a media type is written in words."""
    return mime.endswith(("json", "xml", "javascript", "latex"))


def _of_media(mime: str, content: bytes) -> Iterator[Text]:
    mime = mime.casefold()
    if mime == "image/png":
        return (Text(chunk, text, said=False) for chunk, text in words_of(content))
    if mime in {"text/html", "application/xhtml+xml"}:
        return _through(words_of_page(_text(content)))
    if mime.endswith("xml"):
        return _through(_drawing(content))
    if mime.startswith("text/") or _worded(mime):
        return _through(words_of_text(_text(content)))
    # A media type that nobody knows may say what must not be said.
    said = mime if mime in mimetypes.types_map.values() else "that is not known"
    raise CannotRead(
        f"The output holds something of a media type ({said}) that cannot be read, so it cannot be "
        "released."
    )


def _drawing(content: bytes) -> list[Text]:
    """Read SVG as XML; what is not well-formed is read as a browser would, which still reads it."""
    try:
        return list(words_of_xml(content))
    except CannotRead:
        return list(words_of_page(_text(content)))
