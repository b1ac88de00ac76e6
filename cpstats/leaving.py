"""The gate: finished outputs are read whole before they leave, and what left is written down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .disclosure.handing import Handed
from .disclosure.ledgers import LEDGER, enter
from .errors import ReportFailed
from .files import write_whole
from .outputs.cleaning import clean_notebook, mark_restricted
from .outputs.reading import statements, texts

#: A rule of control charts is no count of children: "2 of 3 in a row", "2 of 3 low".
_RULE = re.compile(r"\b2 of 3 (in a row|low|high)")

_NOT_PUBLIC = (
    "The disclosure policy ({}) does not let an output of the kind {} leave: it is not among "
    "`public`."
)
_WHY = "for the committee alone. What a public page hides can be read here."


def let_leave(
    html: str,
    executed: Any,
    page: Path,
    *,
    handed: Handed | None,
    restricted: bool,
    others: Mapping[str, bytes] | None = None,
    with_page: bool = True,
) -> list[Path]:
    """
    Write a report: whole, and only when nothing in it says what is hidden.

    Parameters
    ----------
    html : str
        The page.
    executed : NotebookNode or None
        Its notebook, if it is to be kept.
    page : Path
        Where the page goes. Beside it go the notebook, `.hidden.csv` (each hidden figure and why),
        and the ledger `released/`.
    handed : Handed or None
        What the report released from records; None when it used none, or hides nothing.
    restricted : bool
        Whether it is for the committee alone.
    others : mapping of str to bytes, optional
        The same page in other formats, by their endings: made of what stands on it.
    with_page : bool
        Whether the page itself is wanted, or only the others.

    Returns
    -------
    list of Path
        Every file that was written, absolute; without the ledger.

    Raises
    ------
    ReportFailed
        When an output states a hidden count, or is of a kind that the policy does not let leave.
        Nothing is written then.
    """
    import nbformat

    kept = None
    if executed is not None:
        own = clean_notebook(executed)
        kept = nbformat.writes(mark_restricted(own, _WHY) if restricted else own)
    if handed is not None:
        refuse_leaks(html, "html", handed)
        if kept is not None:
            refuse_leaks(kept, "ipynb", handed)
        for kind, content in (others or {}).items():
            _refuse_other(content, kind, handed)
    written = [] if handed is None else [_write_down(handed, page)]
    if kept is not None:
        written.append(write_whole(page.with_suffix(".ipynb"), kept))
    for kind, content in (others or {}).items():
        written.append(write_whole(page.with_suffix(f".{kind}"), content))
    return [*written, *([write_whole(page, html)] if with_page else [])]


def _refuse_other(content: bytes, kind: str, handed: Handed) -> None:
    """Read a workbook whole; what else is made of the page says what was read there."""
    if kind == "xlsx":
        refuse_leaks(content, kind, handed)
    elif kind not in handed.release.policy.public:
        raise ReportFailed(_NOT_PUBLIC.format(handed.release.policy, kind))


def refuse_leaks(output: str | bytes | Path, kind: str, handed: Handed) -> None:
    """
    Refuse an output that states a count and its whole which are hidden together.

    Parameters
    ----------
    output : str, bytes or Path
        All of it is read: attributes, comments, metadata, hidden sheets, pictures' own texts.
    kind : str
        "html", "ipynb", "xlsx", ...
    handed : Handed

    Raises
    ------
    ReportFailed
        With the places; never with what stands there.
    """
    policy = handed.release.policy
    if kind not in policy.public:
        raise ReportFailed(_NOT_PUBLIC.format(policy, kind))
    found = [
        text.where
        for text in texts(output, kind)
        for said in statements(text.text)
        if said.kind == "of"
        and said.numbers in handed.release.hidden
        and not _RULE.search(said.around)
    ]
    if found:
        places = "\n  ".join(dict.fromkeys(found))
        raise ReportFailed(f"The report must not leave: hidden counts stand in it.\n  {places}")


def _write_down(handed: Handed, page: Path) -> Path:
    """Enter what leaves in the ledger, and log what does not; before the page itself is there."""
    done = handed.release
    ledger = page.absolute().parent / LEDGER
    enter(ledger, done, area=handed.area, synthetic=handed.synthetic, title=page.stem)
    log = done.decisions.drop(columns="row").assign(policy=done.policy.name)
    return write_whole(page.with_suffix(".hidden.csv"), log.to_csv(index=False))
