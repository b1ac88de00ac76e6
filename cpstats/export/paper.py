"""What paper asks for that a screen does not: a list of contents, and what stays together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .blocks import Block, Facts, Grid, Heading, Para, Picture

#: A document of more sections than this begins with a list of contents.
_FEW = 6


def contents_at(blocks: Sequence[Block]) -> int:
    """
    Find where the list of contents stands: before the first section of a long document.

    Parameters
    ----------
    blocks : sequence of Block

    Returns
    -------
    int
        A place among the blocks; -1 for a document too short for a list.
    """
    sections = [at for at, b in enumerate(blocks) if isinstance(b, Heading) and b.level == 2]
    return sections[0] if len(sections) > _FEW else -1


def listed(blocks: Sequence[Block]) -> set[int]:
    """
    Find the headings that a list of contents names.

    Parameters
    ----------
    blocks : sequence of Block

    Returns
    -------
    set of int
        The places of sections and of their parts; but not of definitions, each of which has a
        heading, nor of a heading that several sections have, as it tells none of them apart.
    """
    headings = {at: b for at, b in enumerate(blocks) if isinstance(b, Heading)}
    often = Counter(b.text for b in headings.values())
    return {
        at
        for at, b in headings.items()
        if b.level == 2
        or (b.level == 3 and often[b.text] == 1 and not _defines(blocks[at + 1 : at + 2]))
    }


def _defines(following: Sequence[Block]) -> bool:
    return any(isinstance(block, Facts) for block in following)


def laid_out(blocks: Sequence[Block]) -> list[Block]:
    """
    Begin a new page before a section, where it would begin before the first part of it.

    Parameters
    ----------
    blocks : sequence of Block

    Returns
    -------
    list of Block
        A section and its few opening words stay with its first part: they were a page of their
        own.
    """
    found = list(blocks)
    for at, block in enumerate(found):
        above = _heading_above(found, at)
        if isinstance(block, Heading) and block.new_page and above is not None:
            opening = found[above]
            if isinstance(opening, Heading) and opening.level == block.level - 1:
                found[above] = replace(opening, new_page=True)
                found[at] = replace(block, new_page=False)
    return found


def _heading_above(blocks: Sequence[Block], at: int) -> int | None:
    """Find the heading that only paragraphs part from a block."""
    for place in range(at - 1, -1, -1):
        if not isinstance(blocks[place], Para):
            return place if isinstance(blocks[place], Heading) else None
    return None


def leading(blocks: Sequence[Block]) -> set[int]:
    """
    Find the paragraphs that lead to a chart or table.

    Parameters
    ----------
    blocks : sequence of Block

    Returns
    -------
    set of int
        Their places: of the one before it, and of all from a heading on. They stay with what
        follows, as they would be left at the foot of a page, with their heading alone.
    """
    found: set[int] = set()
    for at, block in enumerate(blocks):
        if isinstance(block, Grid | Picture):
            above = _heading_above(blocks, at)
            first = at - 1 if above is None else above + 1
            found |= {place for place in range(first, at) if isinstance(blocks[place], Para)}
    return found
