"""Run a notebook with parameters, and let its page leave only when it is whole.

papermill only logs a parameter that its notebook does not have, and makes a report with the
defaults: here that is an error. Pages are written beside their place and moved into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import published
from .disclosure import read_policy
from .disclosure.ledgers import LEDGER
from .disclosure.policies import POLICY
from .errors import ReportFailed, UnknownName
from .execution import execute
from .leaving import let_leave
from .records import open_records
from .values import SUPPRESSED

ANNUAL = "annual_self_evaluation.ipynb"
QUARTERLY = "quarterly_scrutiny.ipynb"


def build_annual(
    *,
    area: str,
    year: str,
    comparators: str | Iterable[str] = "family",
    records: str = "",
    policy: str = "",
    restricted: bool = False,
    notebook: bool = False,
    output: str | Path | None = None,
    data: str | Path | None = None,
) -> Path:
    """
    Make the annual self-evaluation report of an area.

    Parameters
    ----------
    area : str
        A council or Scotland, in any known spelling.
    year : str
        Academic year, such as "2018-19".
    comparators : str or iterable of str
        "family", or council names (in one text, parted by ";").
    records : str
        Folder of the partnership's own records, which add their chapters; empty for none.
    policy : str
        How figures from records are protected: "scotgov", "phs", "strict" or a file; empty for
        `policy.toml` of the data package.
    restricted : bool
        For the committee alone: hide nothing, and keep the notebook.
    notebook : bool
        Keep the executed notebook beside the page, cleaned.
    output : str or Path, optional
        The page to write. Without it, `reports/annual-<area>-<year>.html` in the working folder.
    data : str or Path, optional
        The folder of the data package, if not the usual one.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    CpstatsError
        For a parameter that is wrong, before anything is run.
    DataProblems
        When the data have problems.
    ReportFailed
        When a cell failed or the page has faults, and when records break rules that nobody
        waived. What was at `output` stays as it was.
    """
    from . import annual

    package = published.load(data)
    comparators = comparators if isinstance(comparators, str) else "; ".join(comparators)
    given: dict[str, Any] = {
        "area": area,
        "year": year,
        "comparators": comparators,
        "records": records,
    }
    # Refuses wrong parameters before a kernel starts; records are checked in the notebook itself.
    scope = annual.open(**(given | {"records": ""}), data=package)
    page = _page(output, f"annual-{slug(scope.area)}-{scope.year}", restricted)
    read_policy(policy or package.folder / POLICY)
    title = f"{_marked(records)}{scope.area}: child protection self-evaluation, {scope.year}"
    asked = given | {"area": scope.area, "year": scope.year}
    asked |= _leaving(policy, restricted, page)
    return run(_notebook(ANNUAL), asked, page, title=title, data=package.folder, keep=notebook)


def build_quarterly(
    *,
    area: str,
    quarter: str,
    records: str,
    questions: str = "",
    policy: str = "",
    restricted: bool = False,
    notebook: bool = False,
    output: str | Path | None = None,
    data: str | Path | None = None,
) -> Path:
    """
    Make the quarterly scrutiny paper of an area.

    Parameters
    ----------
    area : str
        A council, in any known spelling.
    quarter : str
        The last of the four quarters it shows, such as "2018-19 Q4" (academic year).
    records : str
        Folder of the partnership's own records.
    questions : str
        A file of scrutiny questions; empty for those of the data package.
    policy : str
    restricted : bool
    notebook : bool
        As for `build_annual`.
    output : str or Path, optional
        The page to write. Without it, `reports/quarterly-<area>-<quarter>.html` in the working
        folder.
    data : str or Path, optional
        The folder of the data package, if not the usual one.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    CpstatsError
        For a parameter that is wrong, before anything is run.
    ReportFailed
        When a cell failed or the page has faults, and when records break rules that nobody
        waived. What was at `output` stays as it was.
    """
    from . import areas, local

    package = published.load(data)
    name, label = areas.find(area).name, local.four_quarters(quarter).until
    page = _page(output, f"quarterly-{slug(name)}-{slug(label)}", restricted)
    read_policy(policy or package.folder / POLICY)
    title = f"{_marked(records)}{name}: child protection scrutiny paper, {label}"
    asked = {"area": name, "quarter": label, "records": records, "questions": questions}
    asked |= _leaving(policy, restricted, page)
    return run(_notebook(QUARTERLY), asked, page, title=title, data=package.folder, keep=notebook)


def _page(output: str | Path | None, name: str, restricted: bool) -> Path:
    """Say where a page goes. One for the committee alone says so in its name."""
    end = "-RESTRICTED" if restricted else ""
    return Path(output) if output else Path("reports") / f"{name}{end}.html"


def _leaving(policy: str, restricted: bool, page: Path) -> dict[str, Any]:
    """Say how a report may leave, as its notebook takes it."""
    given = str(Path(policy).absolute()) if policy.endswith(".toml") else policy
    ledger = str(page.absolute().parent / LEDGER)
    return {"policy": given, "restricted": restricted, "ledger": ledger}


def _marked(records: str) -> str:
    """Open the title of a page with SYNTHETIC where its records are made up."""
    if not records:
        return ""
    # DuckDB reads rows when it counts, so this reads the manifest and the headers.
    return "SYNTHETIC: " if open_records(records, engine="duckdb").synthetic else ""


def run(
    notebook: Path, parameters: dict[str, Any], page: Path, *, title: str, data: Path,
    keep: bool = False,
) -> Path:  # fmt: skip
    """
    Execute a notebook and export it as a page.

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

    Returns
    -------
    Path
        Of the page, absolute.

    Raises
    ------
    UnknownName
        For a parameter that the notebook does not have.
    ReportFailed
        When a cell failed or the page has faults.
    """
    from .export import ReportExporter

    check_parameters(notebook, parameters)
    executed, handed = execute(notebook, parameters, data)
    restricted = bool(parameters.get("restricted"))
    executed.metadata["title"] = f"{'RESTRICTED: ' if restricted else ''}{title}"
    html, _ = ReportExporter().from_notebook_node(executed)
    if handed is not None:
        html = html.replace(SUPPRESSED, handed.release.policy.symbol)
    return let_leave(
        html, executed if keep or restricted else None, page, handed=handed, restricted=restricted
    )


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


def _notebook(name: str) -> Path:
    beside = Path(__file__).resolve().parent.parent
    for folder in (Path.cwd(), beside):
        if (folder / "notebooks" / name).exists():
            return folder / "notebooks" / name
    raise ReportFailed(f"There is no notebooks/{name} in this folder or beside the code.")
