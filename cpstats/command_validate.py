"""`cpstats validate`: records against every rule, as a table, a page and a list to work off."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from .errors import UnknownName

FORMATS = ("table", "csv", "json")


def validate(
    path: Annotated[Path, typer.Argument(help="Folder of the records.")],
    year: Annotated[
        str | None,
        typer.Option(help="Collection year, such as 2018-19. [default: all]", show_default=False),
    ] = None,
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
    html: Annotated[Path | None, typer.Option(help="Page to write.", show_default=False)] = None,
    excel: Annotated[
        Path | None,
        typer.Option(help="Workbook of problems to write, one a row.", show_default=False),
    ] = None,
    waivers: Annotated[
        Path | None,
        typer.Option(
            help="Errors accepted in writing. [default: waivers.toml beside the records]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check records against every rule; exit code 1 while errors stop a report."""
    import datetime as dt

    from .rules import checking
    from .rules import waivers as written
    from .rules.writing import write_excel, write_html

    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    accepted = written.read_waivers(waivers or path, on=dt.date.today())
    findings = checking.validate(path, year=year)
    if html:
        write_html(findings, html, waivers=accepted)
    if excel:
        write_excel(findings, excel, waivers=accepted)
    _show(findings, accepted, format)
    if len(written.unwaived_errors(findings, accepted)):
        raise typer.Exit(1)


def _show(findings: Any, accepted: Any, format: str) -> None:
    from .rules.waivers import waived
    from .rules.writing import SYNTHETIC_SAID, headline

    summary = findings.summary()
    if format == "csv":
        print(summary.assign(source=findings.source).to_csv(index=False), end="")
        if findings.synthetic:
            # A table without a row says it nowhere else.
            print(SYNTHETIC_SAID, file=sys.stderr)
    elif format == "json":
        print(_as_json(findings, accepted, summary))
    else:
        print(headline(findings, accepted))
        if len(summary):
            _print_table(summary, "Problems")
        if accepted:
            _print_table(waived(findings, accepted), "Accepted in writing")


def _as_json(findings: Any, accepted: Any, summary: Any) -> str:
    """Say whose records these are even where they have no problem."""
    import json

    from .rules.waivers import unwaived_errors

    said = {
        "source": findings.source,
        "synthetic": findings.synthetic,
        "stops_a_report": len(unwaived_errors(findings, accepted)) > 0,
        "problems": json.loads(summary.to_json(orient="records")),
    }
    return json.dumps(said, indent=2, ensure_ascii=False)


def _print_table(frame: Any, title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for column in frame:
        table.add_column(column, overflow="fold", justify="right" if column == "count" else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*map(str, row))
    # Into a file or a pipe nothing needs to wrap.
    width = None if sys.stdout.isatty() else 200
    Console(markup=False, highlight=False, width=width).print(table)
