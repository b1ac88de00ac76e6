"""A notebook run and exported: checked, executed apart, made in its formats, read at the gate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .errors import ReportFailed, UnknownName
from .execution import execute
from .leaving import let_leave
from .values import SUPPRESSED


def run(
    notebook: Path, parameters: dict[str, Any], page: Path, *, title: str, data: Path,
    keep: bool = False, to: str | Iterable[str] = "html",
) -> Path:  # fmt: skip
    """
    Execute a notebook and export it, in one format or several.

    papermill only logs a parameter that its notebook does not have, and makes a report with the
    defaults: here that is an error.

    Parameters
    ----------
    notebook : Path
        With a cell tagged "parameters".
    parameters : dict
        Each one must stand in that cell.
    page : Path
        The HTML to write; its folder is made.
    title : str
        Of the page.
    data : Path
        The folder of the data package.
    keep : bool
        Whether to keep the executed notebook beside the page.
    to : str or iterable of str
        Formats, as `export.formats.read_formats` takes them.

    Returns
    -------
    Path
        Of the page, absolute; of its first format where it is asked for in several.

    Raises
    ------
    UnknownName
        For a parameter that the notebook does not have.
    ReportFailed
        When a cell failed or the page has faults.
    """
    from .export import ReportExporter
    from .export.formats import HTML, made_from, read_formats

    formats = read_formats(to)
    check_parameters(notebook, parameters)
    executed, handed = execute(notebook, parameters, data)
    restricted = bool(parameters.get("restricted"))
    said = f"{'RESTRICTED: ' if restricted else ''}{title}"
    executed.metadata["title"] = said
    html, _ = ReportExporter().from_notebook_node(executed)
    if handed is not None:
        html = html.replace(SUPPRESSED, handed.release.policy.symbol)
    page = page.with_suffix(f".{HTML}") if page.suffix[1:] in formats else page
    let_leave(
        html, executed if keep or restricted else None, page, handed=handed, restricted=restricted,
        others=made_from(html, formats, title=said), with_page=HTML in formats,
    )  # fmt: skip
    return page.absolute() if formats[0] == HTML else page.absolute().with_suffix(f".{formats[0]}")


def check_parameters(notebook: Path, parameters: Iterable[str]) -> None:
    """Refuse a notebook without a parameters cell, and parameters that the cell has not."""
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    if not known:
        raise ReportFailed(
            f"{notebook.name} has no cell tagged 'parameters', so values given to it would be lost."
        )
    for name in parameters:
        if name not in known:
            raise UnknownName(f"parameter of {notebook.name}", name, known)


def slug(name: str) -> str:
    """Make a file name of a name.

    Examples
    --------
    >>> slug("Na h-Eileanan Siar")
    'na-h-eileanan-siar'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def find_notebook(name: str) -> Path:
    beside = Path(__file__).resolve().parent.parent
    for folder in (Path.cwd(), beside):
        if (folder / "notebooks" / name).exists():
            return folder / "notebooks" / name
    raise ReportFailed(f"There is no notebooks/{name} in this folder or beside the code.")
