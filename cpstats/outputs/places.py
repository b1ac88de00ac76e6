"""A text of an output, with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """Words or numbers of an output.

    Attributes
    ----------
    where : str
        The place, for people: the nearest heading and the element, a sheet and its cell.
    text : str
    said : bool
        Whether it is meant to be read: text, alternatives, labels, cells. False for what makes an
        output look and work: styles, scripts, drawing, names of parts.
    """

    where: str
    text: str
    said: bool = True
