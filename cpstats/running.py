"""A notebook run and exported: checked, executed apart, made in its formats, read at the gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .disclosure.handing import Handed
from .errors import ReportFailed
from .execution import execute
from .formats import HTML, read_formats
from .leaving import let_leave
from .notebooks import check_parameters
from .outputs.whereabouts import names_of, without_whereabouts
from .values import SUPPRESSED


@dataclass(frozen=True)
class Asked:
    """A report as it is asked for, checked as far as can be before anything runs.

    Attributes
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
        Formats, as `formats.read_formats` takes them.
    """

    notebook: Path
    parameters: dict[str, Any]
    page: Path
    title: str
    data: Path
    keep: bool = False
    to: str | Iterable[str] = "html"


@dataclass(frozen=True)
class Made:
    """What was made: every file that was written, and what the gate said.

    Attributes
    ----------
    files : tuple of Path
        Absolute; the formats in the order asked for, then what lies beside them.
    verdict : str
        Of disclosure control.
    """

    files: tuple[Path, ...]
    verdict: str

    @property
    def first(self) -> Path:
        """The page, or the first of the formats asked for."""
        return self.files[0]


def run(asked: Asked, *, here: bool = False) -> Made:
    """
    Execute a notebook and export it, in one format or several.

    papermill only logs a parameter that its notebook does not have, and makes a report with the
    defaults: here that is an error.

    Parameters
    ----------
    asked : Asked
    here : bool
        Whether this process is thrown away afterwards, so that the cells may run in it.

    Returns
    -------
    Made

    Raises
    ------
    UnknownName
        For a parameter that the notebook does not have, and for a format that is none.
    ReportFailed
        When a cell failed or the page has faults.
    """
    import nbformat

    from .export import page_exporter
    from .export.formats import made_from

    formats = read_formats(asked.to)
    check_parameters(asked.notebook, asked.parameters)
    executed, handed = execute(asked.notebook, asked.parameters, asked.data, here=here)
    restricted = bool(asked.parameters.get("restricted"))
    said = f"{'RESTRICTED: ' if restricted else ''}{asked.title}"
    executed.metadata["title"] = said
    try:
        html, _ = page_exporter().from_notebook_node(executed)
    except ReportFailed as error:
        error.notebook = nbformat.writes(executed)
        raise
    # All formats are made of the page: what it does not tell none of them tells.
    html = without_whereabouts(html, names_of(asked.parameters))
    if handed is not None:
        html = html.replace(SUPPRESSED, handed.release.policy.symbol)
    page = asked.page.with_suffix(f".{HTML}") if asked.page.suffix[1:] in formats else asked.page
    files = let_leave(
        html, executed if asked.keep or restricted else None, page, handed=handed,
        restricted=restricted, others=made_from(html, formats, title=said),
        with_page=HTML in formats,
    )  # fmt: skip
    given = bool(asked.parameters.get("records") or asked.parameters.get("evidence"))
    verdict = _verdict(handed, restricted, given)
    return Made(tuple(sorted(files, key=lambda f: _place(f, formats))), verdict)


def _place(file: Path, formats: tuple[str, ...]) -> int:
    kind = file.suffix[1:]
    return formats.index(kind) if kind in formats else len(formats)


def _verdict(handed: Handed | None, restricted: bool, given: bool) -> str:
    if restricted:
        return "restricted: for the committee alone, nothing hidden"
    if handed is None and given:
        return "NOT CHECKED: records or evidence were given, and the notebook released none of them"
    if handed is None:
        return "published figures alone: nothing to protect"
    hidden = len(handed.release.decisions)
    figures = "1 figure" if hidden == 1 else f"{hidden} figures"
    said = f"passed; {figures} hidden; policy: {handed.release.policy.name}"
    if handed.release.bounded:
        many = "1 of them is" if handed.release.bounded == 1 else f"{handed.release.bounded} are"
        said += f"; {many} bounded more closely by what is public or left before"
    return said
