"""The reports: each made whole, by one call."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .kinds import ask_annual, ask_quarterly, ask_reproduction
from .running import run


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
    date: str = "",
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
    date : str
        Day of the report, such as "2026-11-28": it is printed, and waivers must hold on it. Empty
        for none; waivers must hold today then.
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
    return run(
        ask_annual(
            area=area,
            year=year,
            comparators=comparators,
            records=records,
            evidence=evidence,
            commentary=commentary,
            policy=policy,
            restricted=restricted,
            notebook=notebook,
            date=date,
            to=to,
            output=output,
            data=data,
        )
    ).first


def build_quarterly(
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
    date : str
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
    return run(
        ask_quarterly(
            area=area,
            quarter=quarter,
            records=records,
            questions=questions,
            policy=policy,
            restricted=restricted,
            notebook=notebook,
            date=date,
            to=to,
            output=output,
            data=data,
        )
    ).first


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
    return run(
        ask_reproduction(ledger=ledger, supplied=supplied, to=to, output=output, data=data)
    ).first
