"""The command line: `cpstats --help` tells what it can do.

Exit codes: 0 done, 1 the data, a file or the report has problems, 2 a wrong word on the command
line (a path to nothing is such a word).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from . import (
    __version__,
    command_batch,
    command_claims,
    command_evidence,
    command_records,
    command_reports,
    command_schedule,
    command_validate,
)
from .errors import (
    CannotRead,
    CannotWrite,
    CpstatsError,
    DataProblems,
    ReportFailed,
    UnknownInFile,
)
from .terminal import Format, brief, plain, write

app = typer.Typer(
    help="Child protection statistics for Scotland: rates, trends and self-evaluation reports.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
report_app = typer.Typer(help="Make a report.", no_args_is_help=True)
data_app = typer.Typer(help="Look after the published figures.", no_args_is_help=True)
app.add_typer(report_app, name="report")
app.add_typer(data_app, name="data")
app.add_typer(command_records.records_app, name="records")
app.add_typer(command_claims.claims_app, name="claims")
app.add_typer(command_evidence.evidence_app, name="evidence")
app.add_typer(command_schedule.schedule_app, name="schedule")
app.command()(command_batch.batch)
app.command()(command_claims.reproduce)
report_app.command()(command_reports.annual)
report_app.command()(command_reports.quarterly)
report_app.command()(command_reports.reproduction)
app.command()(command_validate.validate)
app.command()(command_records.synth)
app.command()(command_records.count)


DataFolder = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the data package. [default: data/]", show_default=False),
]


def main() -> None:
    """Run the command line, with our errors as one clear message."""
    try:
        app()
    except (DataProblems, CannotRead, UnknownInFile, ReportFailed, CannotWrite) as error:
        _say(str(error))
        sys.exit(1)
    except CpstatsError as error:
        _say(str(error))
        sys.exit(2)


def _say(text: str) -> None:
    from .outputs.whereabouts import without_passwords

    print(f"cpstats: {plain(without_passwords(text))}", file=sys.stderr)


def _version(asked: bool) -> None:
    if asked:
        print(f"cpstats {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


@app.command()
def indicators(
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.TABLE,
) -> None:
    """List the indicators; as CSV or JSON with their definitions."""
    import pandas as pd

    from .catalogue import CATALOGUE

    rows = [
        {
            "indicator": entry.id,
            "name": entry.name,
            "unit": entry.unit,
            "areas": entry.coverage,
            "by": ", ".join(entry.breakdowns),
            "definition": entry.definition,
        }
        for entry in CATALOGUE.values()
    ]
    frame = pd.DataFrame(rows)
    shown = frame[["indicator", "name", "unit"]] if format is Format.TABLE else frame
    write(shown, format, "Indicators")


@app.command()
def rates(
    indicator: Annotated[str, typer.Option(help="Indicator, as `cpstats indicators` lists it.")],
    area: Annotated[
        list[str] | None,
        typer.Option(help="Area; repeat for several. [default: all]", show_default=False),
    ] = None,
    year: Annotated[
        list[str] | None,
        typer.Option(help="Year; repeat for several. [default: all]", show_default=False),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Breakdown; repeat for several.", show_default=False)
    ] = None,
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.TABLE,
    data: DataFolder = None,
) -> None:
    """Print an indicator for areas and years, with intervals, marks and sources."""
    from . import measures, published

    package = published.load(data)
    results = measures.measure(
        package,
        indicator,
        areas=area or None,
        periods=_years(package, indicator, year),
        by=by or (),
    )
    write(brief(results, by or []) if format is Format.TABLE else results, format, indicator)


def _years(package: Any, indicator: str, asked: list[str] | None) -> list[str] | None:
    """Refuse a year for which the indicator has no figure anywhere."""
    if not asked:
        return None
    from . import catalogue, measures, periods
    from .errors import UnknownName

    known = list(dict.fromkeys(measures.measure(package, indicator)["period"]))
    if catalogue.find(indicator).calendar in {"mid-year", "index edition"}:
        labels = asked
    else:
        labels = [periods.parse(y).label for y in asked]
    for label in labels:
        if label not in known:
            near = [] if labels is asked else [periods.nearest(label, known)]
            raise UnknownName(f"year with figures for {indicator}", label, known, near)
    return labels


@app.command("areas")
def list_areas(
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.TABLE,
) -> None:
    """List the council areas and Scotland, with codes and spellings that are understood."""
    import pandas as pd

    from .areas import every

    rows = [
        {
            "code": area.code,
            "area": area.name,
            "former codes": ", ".join(area.former_codes),
            "also understood": "; ".join(area.spellings),
        }
        for area in every()
    ]
    write(pd.DataFrame(rows), format, "Areas")


@data_app.command()
def check(data: DataFolder = None) -> None:
    """Check every figure of the data package: cells, keys, ranges, totals against parts."""
    from . import published

    package = published.Published(published.find(data))
    published.check(package, package.names)
    print(f"{len(package.names)} tables checked, no problems.")
    for name in package.edited:
        print(f"{name}.csv was edited since it was sealed: `cpstats data seal` seals it.")


@data_app.command()
def seal(data: DataFolder = None) -> None:
    """Check every table, then write its hash into the data package."""
    from . import adding, published

    changed = adding.seal(published.find(data))
    print(f"Sealed: {', '.join(changed)}." if changed else "Every table was sealed already.")


@data_app.command()
def add(
    recipe: Annotated[Path, typer.Argument(help="Recipe (TOML): see data/README.md.")],
    data: DataFolder = None,
) -> None:
    """Add a published table to the tidy figures; nothing is written unless all of it is right."""
    from . import adding, published

    package = published.load(data)
    asked = adding.read_recipe(recipe)
    rows = adding.add(package, asked)
    print(f"{len(rows)} figures added to {asked.table}.csv from {asked.file.name}, and sealed.")


if __name__ == "__main__":
    main()
