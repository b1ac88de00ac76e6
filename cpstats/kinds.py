"""The kinds of report: what each is asked for, and what is refused before anything runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import published
from .disclosure import read_policy
from .disclosure.ledgers import LEDGER
from .disclosure.policies import POLICY
from .files import slug
from .notebooks import find_notebook
from .records import open_records
from .running import Asked

#: Parameters that name folders: a notebook runs elsewhere than the command.
_FOLDERS = ("evidence", "commentary")


def ask_annual(
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
    date: str = "",
    to: str | Iterable[str] = "html",
    output: str | Path | None = None,
    data: str | Path | None = None,
) -> Asked:
    """Ask for the annual report, as `report.build_annual` makes it."""
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
        "date": date,
    }
    # Refuses wrong parameters before a kernel starts; records are checked in the notebook itself.
    scope = annual.open(**(given | {"records": "", "evidence": ""}), data=package)
    made_up = bool(evidence) and framework.open_evidence(evidence, area=scope.area).synthetic
    if commentary:
        framework.start_commentary(commentary)
    page = _page(output, f"annual-{slug(scope.area)}-{scope.year}", restricted)
    read_policy(policy or package.folder / POLICY)
    title = _marked(records, made_up) + title_of("annual", scope.area, scope.year)
    folders = {key: str(Path(given[key]).absolute()) for key in _FOLDERS if given[key]}
    asked = given | folders | {"area": scope.area, "year": scope.year}
    asked |= _leaving(policy, restricted, page)
    return Asked(
        find_notebook("annual"), asked, page, title=title, data=package.folder, keep=notebook, to=to
    )


def ask_quarterly(
    *,
    area: str,
    quarter: str,
    records: str,
    questions: str = "",
    policy: str = "",
    restricted: bool = False,
    notebook: bool = False,
    date: str = "",
    to: str | Iterable[str] = "html",
    output: str | Path | None = None,
    data: str | Path | None = None,
) -> Asked:
    """Ask for the quarterly paper, as `report.build_quarterly` makes it."""
    from . import areas, local, periods

    package = published.load(data)
    name, label = areas.find(area).name, local.four_quarters(quarter).until
    page = _page(output, f"quarterly-{slug(name)}-{slug(label)}", restricted)
    read_policy(policy or package.folder / POLICY)
    title = _marked(records) + title_of("quarterly", name, label)
    asked = {"area": name, "quarter": label, "records": records, "questions": questions}
    asked |= {"date": date}
    periods.read_day(date)
    asked |= _leaving(policy, restricted, page)
    return Asked(
        find_notebook("quarterly"),
        asked,
        page,
        title=title,
        data=package.folder,
        keep=notebook,
        to=to,
    )


def ask_reproduction(
    *,
    ledger: str,
    supplied: str = "",
    to: str | Iterable[str] = "html",
    output: str | Path | None = None,
    data: str | Path | None = None,
) -> Asked:
    """Ask for a document's claims recomputed, as `report.build_reproduction` makes them."""
    from . import inspection

    package = published.load(data)
    given = {"ledger": _absolute(ledger), "supplied": _absolute(supplied)}
    made = inspection.open(**given, data=package)
    page = _page(output, f"reproduction-{slug(made.ledger.name)}", restricted=False)
    title = f"Claims recomputed: {made.ledger.title}"
    return Asked(
        find_notebook("reproduction"), given, page, title=title, data=package.folder, to=to
    )


def title_of(kind: str, area: str, period: str) -> str:
    """Give the title of a report; empty for one whose title depends on what it reads."""
    titles = {"annual": "child protection self-evaluation",
              "quarterly": "child protection scrutiny paper"}  # fmt: skip
    return f"{area}: {titles[kind]}, {period}" if kind in titles else ""


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
