"""The reports: what each is asked for, and what is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import published
from .disclosure import read_policy
from .disclosure.ledgers import LEDGER
from .disclosure.policies import POLICY
from .records import open_records
from .running import find_notebook, run, slug

ANNUAL = "annual_self_evaluation.ipynb"
REPRODUCTION = "inspection_reproduction.ipynb"
#: Parameters that name folders: a notebook runs elsewhere than the command.
_FOLDERS = ("evidence", "commentary")

QUARTERLY = "quarterly_scrutiny.ipynb"


def build_annual(
    *,
    area: str,
    year: str,
    comparators: str | Iterable[str] = "family",
    records: str = "",
    evidence: str = "",
    commentary: str = "",
    policy: str = "",
    restricted: bool = False,
    notebook: bool = False,
    to: str | Iterable[str] = "html",
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
    evidence : str
        Folder of its other evidence (docs/evidence.md); empty for none.
    commentary : str
        Folder of its own words in Markdown. Slots that have no file are made, empty; what is
        written in them is printed as the partnership's on every run. Empty for none.
    policy : str
        How figures from records are protected: "scotgov", "phs", "strict" or a file; empty for
        `policy.toml` of the data package.
    restricted : bool
        For the committee alone: hide nothing, and keep the notebook.
    notebook : bool
        Keep the executed notebook beside the page, cleaned.
    to : str or iterable of str
        Formats: "html,pdf,docx,xlsx,ods" or some of them, all from one run.
    output : str or Path, optional
        The page to write. Without it, `reports/annual-<area>-<year>.html` in the working folder.
    data : str or Path, optional
        The folder of the data package, if not the usual one.

    Returns
    -------
    Path
        The page; in the first of several formats, the others beside it.

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
    from . import annual, framework

    package = published.load(data)
    comparators = comparators if isinstance(comparators, str) else "; ".join(comparators)
    given: dict[str, Any] = {
        "area": area,
        "year": year,
        "comparators": comparators,
        "records": records,
        "evidence": evidence,
        "commentary": commentary,
    }
    # Refuses wrong parameters before a kernel starts; records are checked in the notebook itself.
    scope = annual.open(**(given | {"records": "", "evidence": ""}), data=package)
    made_up = bool(evidence) and framework.open_evidence(evidence, area=scope.area).synthetic
    if commentary:
        framework.start_commentary(commentary)
    page = _page(output, f"annual-{slug(scope.area)}-{scope.year}", restricted)
    read_policy(policy or package.folder / POLICY)
    title = (
        f"{_marked(records, made_up)}{scope.area}: child protection self-evaluation, {scope.year}"
    )
    folders = {key: str(Path(given[key]).absolute()) for key in _FOLDERS if given[key]}
    asked = given | folders | {"area": scope.area, "year": scope.year}
    asked |= _leaving(policy, restricted, page)
    return run(
        find_notebook(ANNUAL), asked, page, title=title, data=package.folder, keep=notebook, to=to
    )


def build_quarterly(
    *,
    area: str,
    quarter: str,
    records: str,
    questions: str = "",
    policy: str = "",
    restricted: bool = False,
    notebook: bool = False,
    to: str | Iterable[str] = "html",
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
    to : str or iterable of str
        As for `build_annual`.
    output : str or Path, optional
        The page to write. Without it, `reports/quarterly-<area>-<quarter>.html` in the working
        folder.
    data : str or Path, optional
        The folder of the data package, if not the usual one.

    Returns
    -------
    Path
        The page; in the first of several formats, the others beside it.

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
    return run(
        find_notebook(QUARTERLY),
        asked,
        page,
        title=title,
        data=package.folder,
        keep=notebook,
        to=to,
    )


def build_reproduction(
    *,
    ledger: str,
    supplied: str = "",
    to: str | Iterable[str] = "html",
    output: str | Path | None = None,
    data: str | Path | None = None,
) -> Path:
    """
    Make the page on which the claims of a document are recomputed.

    Parameters
    ----------
    ledger : str
        The name of a ledger in `data/claims/`, or its path.
    supplied : str
        A file of figures that the partnership holds; empty for none.
    to : str or iterable of str
        Formats, as for `build_annual`.
    output : str or Path, optional
        The page to write. Without it, `reports/reproduction-<ledger>.html` in the working folder.
    data : str or Path, optional
        The folder of the data package, if not the usual one.

    Returns
    -------
    Path
        The page; in the first of several formats, the others beside it.

    Raises
    ------
    UnknownName
        For a ledger that is not there.
    DataProblems
        With everything wrong in the ledger or in what was supplied, before anything is run.
    ReportFailed
        When a cell failed or the page has faults. What was at `output` stays as it was.
    """
    from . import inspection

    package = published.load(data)
    given = {"ledger": _absolute(ledger), "supplied": _absolute(supplied)}
    made = inspection.open(**given, data=package)
    page = _page(output, f"reproduction-{slug(made.ledger.name)}", restricted=False)
    title = f"Claims recomputed: {made.ledger.title}"
    return run(find_notebook(REPRODUCTION), given, page, title=title, data=package.folder, to=to)


def _absolute(path: str) -> str:
    """Name a file so that the notebook finds it too; the name of a ledger stays a name."""
    return str(Path(path).absolute()) if path and Path(path).suffix else path


def _page(output: str | Path | None, name: str, restricted: bool) -> Path:
    """Say where a page goes. One for the committee alone says so in its name."""
    end = "-RESTRICTED" if restricted else ""
    return Path(output) if output else Path("reports") / f"{name}{end}.html"


def _leaving(policy: str, restricted: bool, page: Path) -> dict[str, Any]:
    """Say how a report may leave, as its notebook takes it."""
    given = str(Path(policy).absolute()) if policy.endswith(".toml") else policy
    ledger = str(page.absolute().parent / LEDGER)
    return {"policy": given, "restricted": restricted, "ledger": ledger}


def _marked(records: str, made_up: bool = False) -> str:
    """Open the title of a page with SYNTHETIC where its records are made up."""
    if made_up or not records:
        return "SYNTHETIC: " if made_up else ""
    # DuckDB reads rows when it counts, so this reads the manifest and the headers.
    return "SYNTHETIC: " if open_records(records, engine="duckdb").synthetic else ""
