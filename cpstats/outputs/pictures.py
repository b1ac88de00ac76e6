"""The words inside a PNG picture: its text chunks, and whatever else is not pixels."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from ..errors import CannotRead

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: Pixels, colours and sizes: no words can stand in them that a reader of words would find.
_DRAWING = {b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD"}
_END = b"IEND"


def words_of(picture: bytes) -> Iterator[tuple[str, str]]:
    """Give what a PNG says beside its pixels.

    Parameters
    ----------
    picture : bytes

    Yields
    ------
    tuple of str
        The name of the chunk (or "after its end"), and the text in it.

    Raises
    ------
    CannotRead
        When it is no PNG, or a broken one.
    """
    if not picture.startswith(_SIGNATURE):
        raise CannotRead("A picture is not the PNG that it says it is, so it cannot be read.")
    at = len(_SIGNATURE)
    while at + 12 <= len(picture):
        size, name = struct.unpack(">I4s", picture[at : at + 8])
        content = picture[at + 8 : at + 8 + size]
        if len(content) < size:
            break
        at += 12 + size
        if name == _END:
            if picture[at:]:
                yield "after its end", picture[at:].decode("latin-1")
            return
        if name not in _DRAWING:
            yield name.decode("latin-1"), _text(name, content)
    raise CannotRead("A PNG picture ends in the middle, so it cannot be read.")


def _text(name: bytes, content: bytes) -> str:
    keyword, _, rest = content.partition(b"\0")
    if name == b"tEXt":
        return f"{keyword.decode('latin-1')}: {rest.decode('latin-1')}"
    if name in {b"zTXt", b"iCCP"}:
        return f"{keyword.decode('latin-1')}: {_inflated(rest[1:]).decode('latin-1')}"
    if name == b"iTXt":
        return f"{keyword.decode('latin-1')}: {_international(rest)}"
    return content.decode("latin-1")


def _international(rest: bytes) -> str:
    """Read iTXt: a flag, a method, a language and a translated keyword stand before its text."""
    compressed = rest[:1] == b"\1"
    language, _, rest = rest[2:].partition(b"\0")
    translated, _, text = rest.partition(b"\0")
    parts = [language, translated, _inflated(text) if compressed else text]
    return " ".join(part.decode("utf-8", errors="replace") for part in parts if part)


def _inflated(content: bytes) -> bytes:
    try:
        return zlib.decompress(content)
    except zlib.error:
        raise CannotRead("A PNG picture holds a text that cannot be unpacked.") from None
