"""A ledger for another document, started with a claim of each usual form."""

from __future__ import annotations

import re
from pathlib import Path

from .. import areas, measures
from ..errors import ImpossibleInput
from ..files import write_whole
from ..published import Published, load
from ..values import round_half_up

#: The figure of the examples: every area has it.
_EXAMPLE, _PERIOD = "aged_under_16", "mid-2020"


def start_ledger(
    path: str | Path,
    *,
    title: str,
    area: str = "",
    published: str = "",
    data: Published | None = None,
) -> Path:
    """
    Start a ledger for another document, with one claim of each usual form to write over.

    Parameters
    ----------
    path : str or Path
        The file to write, ending in .toml, in a folder that is there; there must be no such file.
    title : str
        Of the document.
    area : str
        Any spelling; the examples are of it, without it of Scotland.
    published : str
        When it was published.
    data : Published, optional
        Where the figure of the examples is taken from.

    Returns
    -------
    Path

    Raises
    ------
    ImpossibleInput
        For an empty title, a file that is there already (a ledger is somebody's work), another
        ending or a folder that is not there.
    UnknownName
        For an area that is not known.
    """
    path = Path(path)
    if not title.strip():
        raise ImpossibleInput("A ledger needs the title of its document.")
    if path.suffix != ".toml":
        raise ImpossibleInput(f"{path} does not end in .toml, by which a ledger is known.")
    if path.exists():
        raise ImpossibleInput(f"{path} is there already. Name a new file.")
    if not path.absolute().parent.is_dir():
        raise ImpossibleInput(f"There is no folder {path.parent}. Make it first.")
    name = areas.find(area).name if area.strip() else ""
    given = {"TITLE": title, "AREA": name, "PUBLISHED": published}
    given |= _example(data or load(), name or areas.SCOTLAND)
    text = (Path(__file__).parent / "starter.toml").read_text(encoding="utf-8")
    for key, said in given.items():
        text = text.replace(f'"{key}"', _quoted(said))
    return write_whole(path, text)


def _example(data: Published, area: str) -> dict[str, str]:
    """Give the examples a figure of the area, so that they hold until they are written over."""
    found = measures.measure(data, _EXAMPLE, areas=area)
    value = round_half_up(float(found.loc[found["period"] == _PERIOD, "value"].iloc[0]))
    return {"EXAMPLE AREA": area, "EXAMPLE VALUE": f"{value:.0f}"}


def _quoted(text: str) -> str:
    """Write text as TOML does, so that no quotation mark in it ends it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'
