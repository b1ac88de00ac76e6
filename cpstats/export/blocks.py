"""What stands on a page, block by block: every other format is made of these."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """A stretch of text: plain, strong, or a link."""

    text: str
    strong: bool = False
    href: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    text: str
    new_page: bool = False


@dataclass(frozen=True)
class Para:
    """A paragraph. `look` is "", "lead", "banner", "warning", "commentary" or "notes"."""

    runs: tuple[Run, ...]
    look: str = ""

    @property
    def text(self) -> str:
        """The paragraph without its looks."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Bullets:
    """A list: of each item its paragraphs, and the lists in it. `look` as of a paragraph.

    `first` is the number of the first item; 0 where items have none.
    """

    items: tuple[tuple[str | Bullets, ...], ...]
    look: str = ""
    first: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """Every item as one text, without the lists in it."""
        return tuple(" ".join(p for p in parts if isinstance(p, str)) for parts in self.items)


@dataclass(frozen=True)
class Lines:
    """Text whose lines and spaces stay as they are: what a cell printed, or code."""

    text: str


@dataclass(frozen=True)
class Grid:
    """A table: caption, headings, rows, which columns hold numbers, and the notes under it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart: its drawing as SVG, its alternative, its caption."""

    svg: bytes
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Facts:
    """Terms and what is said of each: a definition."""

    pairs: tuple[tuple[str, str], ...]


Block = Heading | Para | Bullets | Lines | Grid | Picture | Facts
