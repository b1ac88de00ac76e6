"""`cpstats report`: the annual report, the quarterly paper, and a document's claims recomputed."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from .running import Asked

PolicyName = Annotated[
    str,
    typer.Option(
        help="Disclosure policy: scotgov, phs, strict or a file. [default: data/policy.toml]",
        show_default=False,
    ),
]
Restricted = Annotated[
    bool, typer.Option("--restricted", help="For the committee alone: hide nothing.")
]
Notebook = Annotated[
    bool, typer.Option("--notebook", help="Keep the executed notebook beside the page.")
]
DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the data package. [default: data/]", show_default=False),
]
Date = Annotated[str, typer.Option(help="Day of the report. [default: today]", show_default=False)]
Formats = Annotated[
    str, typer.Option("--to", help="Formats, such as html,pdf,docx,xlsx,ods.", show_default=True)
]
Supplied = Annotated[
    Path | None,
    typer.Option(help="Figures you hold (CSV): see docs/claims.md.", show_default=False),
]


def annual(
    area: Annotated[str, typer.Option(help="Council area or Scotland, as usually spelt.")],
    year: Annotated[str, typer.Option(help="Academic year, such as 2018-19.")],
    comparators: Annotated[
        str, typer.Option(help='"family", or council names parted by ";".')
    ] = "family",
    records: Annotated[
        str,
        typer.Option(help="Folder of the records whose chapters are added.", show_default=False),
    ] = "",
    evidence: Annotated[
        str, typer.Option(help="Folder of other evidence: docs/evidence.md.", show_default=False)
    ] = "",
    commentary: Annotated[
        str, typer.Option(help="Folder of your own words in Markdown.", show_default=False)
    ] = "",
    policy: PolicyName = "",
    restricted: Restricted = False,
    notebook: Notebook = False,
    date: Date = "",
    to: Formats = "html",
    output: Annotated[
        Path | None,
        typer.Option(
            help="Page to write. [default: reports/annual-AREA-YEAR.html]", show_default=False
        ),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Make the annual self-evaluation report of an area as one HTML page; print its path."""
    from .kinds import ask_annual

    with _busy(f"Making the annual report of {area}, {year}"):
        asked = ask_annual(
            area=area,
            year=year,
            comparators=comparators,
            records=records,
            evidence=evidence,
            commentary=commentary,
            policy=policy,
            restricted=restricted,
            notebook=notebook,
            date=date or _today(),
            to=to,
            output=output,
            data=data,
        )
        _make(asked)


def quarterly(
    area: Annotated[str, typer.Option(help="Council area, as usually spelt.")],
    quarter: Annotated[str, typer.Option(help="The last of four quarters, such as 2018-19 Q4.")],
    records: Annotated[str, typer.Option(help="Folder of the records.")],
    questions: Annotated[
        str,
        typer.Option(
            help="Scrutiny questions (TOML). [default: data/scrutiny_questions.toml]",
            show_default=False,
        ),
    ] = "",
    policy: PolicyName = "",
    restricted: Restricted = False,
    notebook: Notebook = False,
    date: Date = "",
    to: Formats = "html",
    output: Annotated[
        Path | None,
        typer.Option(
            help="Page to write. [default: reports/quarterly-AREA-QUARTER.html]",
            show_default=False,
        ),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Make the quarterly scrutiny paper of an area as one HTML page; print its path."""
    from .kinds import ask_quarterly

    with _busy(f"Making the quarterly paper of {area}, {quarter}"):
        asked = ask_quarterly(
            area=area,
            quarter=quarter,
            records=records,
            questions=questions,
            policy=policy,
            restricted=restricted,
            notebook=notebook,
            date=date or _today(),
            to=to,
            output=output,
            data=data,
        )
        _make(asked)


def reproduction(
    ledger: Annotated[
        str, typer.Option(help="Name of a ledger in data/claims, or its path.")
    ] = "dundee-2022",
    supplied: Supplied = None,
    to: Formats = "html",
    output: Annotated[
        Path | None,
        typer.Option(
            help="Page to write. [default: reports/reproduction-LEDGER.html]", show_default=False
        ),
    ] = None,
    data: DataFolder = None,
) -> None:
    """Make the page on which a document's claims are recomputed; print its path."""
    from .kinds import ask_reproduction

    with _busy(f"Recomputing the claims of {ledger}"):
        asked = ask_reproduction(
            ledger=ledger, supplied=str(supplied or ""), to=to, output=output, data=data
        )
        _make(asked)


def _busy(words: str) -> Any:
    """Show on the terminal that something is being done."""
    from rich.console import Console

    # Its own handle on the terminal: while a notebook runs here, sys.stderr is the notebook's.
    return Console(file=sys.stderr).status(words)


def _today() -> str:
    return dt.date.today().isoformat()


def _make(asked: Asked) -> None:
    """Make a report in this process, which ends with it; print the path of each format."""
    from .formats import read_formats
    from .running import run

    made = run(asked, here=True)
    for file in made.files[: len(read_formats(asked.to))]:
        print(file)
