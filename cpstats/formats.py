"""The formats that a report can have."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import UnknownName

HTML = "html"
#: The page, and what is made of it (`export/formats.py`).
FORMATS = (HTML, "pdf", "docx", "xlsx", "ods")


def read_formats(to: str | Iterable[str]) -> tuple[str, ...]:
    """
    Read which formats are asked for.

    Parameters
    ----------
    to : str or iterable of str
        "html,pdf,docx,xlsx,ods" or some of them.

    Returns
    -------
    tuple of str
        Each once, in the order asked for.

    Raises
    ------
    UnknownName
        For a format that is none.

    Examples
    --------
    >>> read_formats("html, PDF")
    ('html', 'pdf')
    """
    asked = to.split(",") if isinstance(to, str) else list(to)
    found = tuple(dict.fromkeys(name.strip().casefold() for name in asked))
    for name in found:
        if name not in FORMATS:
            raise UnknownName("format", name, FORMATS)
    return found
