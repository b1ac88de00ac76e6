"""Texts inside texts: data URIs, and the forms in which words can be hidden from a search."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, unquote_to_bytes

from ..errors import CannotRead

_DATA_URI = re.compile(
    r"data:(?P<mime>[\w.+-]+/[\w.+-]+)?(?P<options>(?:;\s*[\w.+=\"'-]+)*),", re.IGNORECASE
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]|%2[BbFf]|\s)*(?:=|%3[Dd]){0,2}")
_RUN = re.compile(r"[A-Za-z0-9+/_-]{6,}(?:\r?\n[A-Za-z0-9+/_-]+)*")
_PRINTED = re.compile(rb"[\x20-\x7e\x80-\xf4]{8,}")
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
#: Characters that part a word for a search and not for the eye.
_UNSEEN = {ord(c): None for c in "\0\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"}
#: Wrapped in a wrapping in a wrapping is as deep as anyone looks.
_DEEPEST = 3


def unwrapped(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Take the data URIs out of a text.

    Parameters
    ----------
    text : str

    Returns
    -------
    text : str
        Without what they hold.
    inside : list of tuple
        Of each its media type ("text/plain" where it says none) and its content.

    Raises
    ------
    CannotRead
        When one is not the base64 that it says it is.
    """
    left, inside, at = [], [], 0
    while found := _DATA_URI.search(text, at):
        end = _payload_ends(text, found)
        inside.append(_content(found, text[found.end() : end]))
        left.append(text[at : found.end()])
        at = end
    return "".join([*left, text[at:]]), inside


def _payload_ends(text: str, found: re.Match) -> int:
    if "base64" in found["options"].casefold():
        return _matched(_BASE64, text, found.end())
    before = text[: found.start()].rstrip()
    if not before:
        return len(text)
    if before[-1] in "\"'":
        closing = text.find(before[-1], found.end())
        return closing if closing >= 0 else len(text)
    return _matched(re.compile(r"[^\s)>]*"), text, found.end())


def _matched(pattern: re.Pattern, text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _content(found: re.Match, payload: str) -> tuple[str, bytes]:
    mime = (found["mime"] or "text/plain").casefold()
    if "base64" not in found["options"].casefold():
        return mime, unquote_to_bytes(payload)
    return mime, decoded(unquote(payload))


def decoded(text: str) -> bytes:
    """Read base64, with line breaks and without padding too.

    Raises
    ------
    CannotRead
        When it is not base64.
    """
    bare = re.sub(r"\s", "", text).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise CannotRead("What says it is base64 is not, so it cannot be read.") from None


def plain(text: str) -> str:
    r"""Write a text as it is searched: without case, unseen characters and double spaces.

    Examples
    --------
    >>> plain("Child\u00adP 12")
    'childp 12'
    """
    bare = unicodedata.normalize("NFKC", _COLOURS.sub("", text)).translate(_UNSEEN)
    return " ".join(bare.casefold().split())


def forms(text: str, depth: int = _DEEPEST) -> Iterator[str]:
    """Give a text and everything that it is a wrapping of: percent, HTML, JSON, base64.

    Parameters
    ----------
    text : str
    depth : int
        How many wrappings, one in another, are opened.

    Yields
    ------
    str
    """
    seen, latest = {text}, {text}
    for _ in range(depth):
        latest = {inner for outer in latest for inner in _opened(outer)} - seen
        seen |= latest
    yield from seen


def _opened(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
        yield unquote(text, encoding="latin-1")
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield _ESCAPED.sub(lambda m: chr(min(int(m[1] or m[2] or m[3], 16), 0x10FFFF)), text)
    if "<" in text:
        yield _TAG.sub("", text)
    for run in _RUN.findall(text):
        yield from _from_base64(run)


def _from_base64(run: str) -> Iterator[str]:
    """Read a run of letters as base64 from each of four beginnings: it may be glued to a word."""
    bare = re.sub(r"\s", "", run).translate(str.maketrans("-_", "+/"))
    for begin in range(4):
        part = bare[begin:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        content = base64.b64decode(part + "=" * (-len(part) % 4))
        if begin == 0 and (whole := _printable(content)):
            yield whole
        for stretch in _PRINTED.findall(content):
            if text := stretch.decode("utf-8", errors="replace"):
                yield text


def _printable(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if all(c.isprintable() or c.isspace() for c in text) else ""
