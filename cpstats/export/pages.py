"""What a page must satisfy before it leaves."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: nbconvert's filler for an image that nobody described.
_FILLER = "No description has been provided for this image"

#: Attributes whose address the browser fetches by itself, by tag; a link waits to be followed.
_FETCHED = {"src", "srcset", "data", "poster", "background", "action", "formaction"}


def faults(page: str) -> list[str]:
    """List what is wrong with a page.

    Parameters
    ----------
    page : str
        HTML.

    Returns
    -------
    list of str
        Images without an alternative, skipped heading levels, tables without a caption or with
        headers of no scope, missing language or title, and anything fetched from outside.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.report()


def faults_of_part(part: str) -> list[str]:
    """List what is wrong with a part of a page, each fault once."""
    reader = _Reader()
    reader.level = 6  # which heading stands before it is not known
    reader.feed(part)
    reader.close()
    return list(dict.fromkeys(reader.found))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.level = 0
        self.tops = 0
        self.lang = self.titled = False
        self.captions: list[bool] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        self._fetches(tag, given)
        if tag == "html":
            self.lang = bool(given.get("lang"))
        elif tag in {"img", "svg"} and given.get("alt", "").strip() in {"", _FILLER}:
            self.found.append(f"An image ({tag}) has no alternative text.")
        elif re.fullmatch(r"h[1-6]", tag):
            self._heading(int(tag[1]))
        elif tag == "table":
            self.captions.append(False)
        elif tag == "caption" and self.captions:
            self.captions[-1] = True
        elif tag == "th" and given.get("scope") not in {"col", "row"}:
            self.found.append("A table header has no scope.")
        elif tag in {"script", "iframe", "object", "embed", "base"}:
            self.found.append(f"The page holds a <{tag}>.")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""
        if tag == "table" and self.captions and not self.captions.pop():
            self.found.append("A table has no caption.")

    def handle_data(self, data: str) -> None:
        if self._inside == "title" and data.strip():
            self.titled = True
        if self._inside == "style":
            self._style(data)

    def _heading(self, level: int) -> None:
        self.tops += level == 1
        if level > self.level + 1:
            self.found.append(f"A heading of level {level} follows one of level {self.level}.")
        self.level = level

    def _fetches(self, tag: str, given: dict[str, str]) -> None:
        fetched = _FETCHED | ({"href", "xlink:href"} if tag != "a" else set())
        for name in fetched & set(given):
            address = given[name].strip()
            if address and not address.startswith(("data:", "#")):
                self.found.append(f"<{tag} {name}> fetches {address!r} from outside the page.")
        self._style(given.get("style", ""))
        if given.get("http-equiv", "").casefold() == "refresh":
            self.found.append("The page sends its reader elsewhere.")

    def _style(self, css: str) -> None:
        for address in re.findall(r"url\(\s*['\"]?([^)'\"]+)", css):
            if not address.startswith(("data:", "#")):
                self.found.append(f"A style fetches {address!r} from outside the page.")
        if "@import" in css:
            self.found.append("A style imports another from outside the page.")

    def report(self) -> list[str]:
        if not self.lang:
            self.found.append("The page does not say its language.")
        if not self.titled:
            self.found.append("The page has no title.")
        if self.tops != 1:
            self.found.append(f"The page has {self.tops} headings of level 1 where it needs one.")
        return self.found
