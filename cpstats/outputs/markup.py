"""The words of a page or of an XML document: text, attributes, comments, and all that is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from xml.parsers import expat

from ..errors import CannotRead
from .places import Text

#: Elements that stand inside a sentence: what is parted by them is read as one.
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
    *("ins", "kbd", "label", "mark", "meter", "output", "q", "s", "samp", "small", "span"),
    *("strike", "strong", "sub", "sup", "time", "tspan", "u", "var", "wbr", "br"),
    # Office documents part a sentence into runs.
    *("r", "t", "rpr", "rfont", "sz", "color", "family", "scheme", "vertalign", "defrpr", "latin"),
}
_VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
    *("source", "track", "wbr"),
}
#: Elements that a reader is not told.
_MACHINERY = {"style", "script", "metadata"}
#: Attributes in words for a reader; others set how a page looks and works.
_IN_WORDS = {
    *("alt", "title", "summary", "content", "placeholder", "value", "label", "datetime"),
    *("aria-label", "aria-description", "aria-valuetext", "aria-roledescription", "abbr"),
}
_HEADING = re.compile(r"h[1-6]")
#: Words that a style puts on the page.
_WRITTEN_BY_STYLE = re.compile(r"content\s*:\s*[\"']([^\"']+)")
_UNSEEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


def words_of_page(page: str) -> Iterator[Text]:
    """Give every place of an HTML page where words or numbers can stand, in order.

    Parameters
    ----------
    page : str

    Yields
    ------
    Text
        Text that only inline elements part (`<b>`, `<span>`) is one; pages inside the page (srcdoc)
        are read too. Data URIs are given as they stand.

    Raises
    ------
    CannotRead
        When it is broken beyond reading.
    """
    reader = _Page()
    fed(reader, page)
    # What stands in an element that never ends is left over by the parser of some versions.
    reader.collected.write(reader.rawdata)
    yield from reader.collected.end()


def fed(reader: HTMLParser, page: str) -> None:
    """Let a reader go through a page; some declarations that no page has stop it with an error."""
    try:
        reader.feed(page)
        reader.close()
    except (AssertionError, ValueError, IndexError):
        raise CannotRead("The page is not HTML that can be read.") from None


def words_of_xml(document: bytes, *, said: bool = True) -> Iterator[Text]:
    """Give every place of an XML document where words or numbers can stand, in order.

    Parameters
    ----------
    document : bytes
    said : bool
        Whether its text is meant for a reader.

    Yields
    ------
    Text

    Raises
    ------
    CannotRead
        When it is not well-formed.
    """
    collected = _Collected(said=said)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, given: collected.open(_local(tag), given.items())
    parser.EndElementHandler = lambda tag: collected.shut(_local(tag))
    parser.CharacterDataHandler = collected.write
    parser.CommentHandler = lambda text: collected.aside("comment", text)
    parser.ProcessingInstructionHandler = lambda name, text: collected.aside(
        "instruction", f"{name} {text}"
    )
    parser.StartDoctypeDeclHandler = lambda *given: collected.aside(
        "declaration", " ".join(str(part) for part in given if part)
    )
    parser.EntityDeclHandler = lambda name, _parameter, value, *_: collected.aside(
        "entity", f"{name} {value or ''}"
    )
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise CannotRead("A part is not well-formed XML, so it cannot be read.") from None
    yield from collected.end()


def _local(tag: str) -> str:
    return tag.rpartition(":")[2].casefold()


class _Collected:
    """Texts as they come, each with the heading it stands under and its element."""

    def __init__(self, *, said: bool = True) -> None:
        self.said = said
        self.texts: list[Text] = []
        self.heading = ""
        self.inside: list[tuple[str, bool]] = []
        self.run: list[str] = []

    def open(self, tag: str, given: Iterable[tuple[str, str | None]]) -> None:
        attributes = [(name, value or "") for name, value in given]
        if tag not in _INLINE:
            self._shut_run()
        if tag == "br":
            self.run.append("\n")
        if tag not in _VOID:
            self.inside.append((tag, _hidden(tag, attributes)))
        for name, value in attributes:
            self._attribute(tag, name.casefold(), value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "srcdoc":
            self.texts += words_of_page(value)
        else:
            said = name.startswith("data-") or (name in _IN_WORDS and "device-width" not in value)
            # The name of an attribute can say something too, where it is not a usual one.
            text = f"{name} {value}" if name.startswith("data-") else value
            self._put(self._where(f"{tag} {name.partition('-')[0]}"), text, said=said)

    def shut(self, tag: str) -> None:
        if tag not in _INLINE:
            text = self._shut_run()
            if _HEADING.fullmatch(tag) and text:
                self.heading = text
        for at in range(len(self.inside) - 1, -1, -1):
            if self.inside[at][0] == tag:
                del self.inside[at:]
                break

    def write(self, text: str) -> None:
        self.run.append(text)

    def aside(self, what: str, text: str) -> None:
        # Charts that draw letters as outlines keep the words that they drew beside them.
        drawn = what == "comment" and any(tag == "svg" for tag, _ in self.inside)
        self._put(self._where(what), text, said=drawn)

    def end(self) -> list[Text]:
        self._shut_run()
        return self.texts

    def _shut_run(self) -> str:
        text = "".join(self.run).strip()
        self.run = []
        within = [tag for tag, _ in self.inside if tag not in _INLINE] or ["page"]
        self._put(self._where(within[-1]), text, said=not _MACHINERY.intersection(within))
        if "style" in within:
            for written in _WRITTEN_BY_STYLE.findall(text):
                self._put(self._where("content of a style"), written, said=True)
        return text

    def _where(self, what: str) -> str:
        unseen = " (hidden)" if any(hidden for _, hidden in self.inside) else ""
        return f"{self.heading} › {what}{unseen}" if self.heading else what + unseen

    def _put(self, where: str, text: str, *, said: bool) -> None:
        if text.strip():
            self.texts.append(Text(where, text, said=said and self.said))


def _hidden(tag: str, attributes: list[tuple[str, str]]) -> bool:
    given = dict(attributes)
    return (
        tag in {"template", "noscript"}
        or "hidden" in given
        or given.get("aria-hidden") == "true"
        or bool(_UNSEEN.search(given.get("style", "")))
    )


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.collected = _Collected()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.collected.open(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.collected.open(tag, attrs)
        self.collected.shut(tag)

    def handle_endtag(self, tag: str) -> None:
        self.collected.shut(tag)

    def handle_data(self, data: str) -> None:
        self.collected.write(data)

    def handle_comment(self, data: str) -> None:
        self.collected.aside("comment", data)

    def handle_decl(self, decl: str) -> None:
        self.collected.aside("declaration", decl)

    def handle_pi(self, data: str) -> None:
        self.collected.aside("instruction", data)

    def unknown_decl(self, data: str) -> None:
        self.collected.write(data.removeprefix("CDATA["))
