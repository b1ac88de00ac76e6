"""`cpstats records`, `synth` and `count`: records brought in, made up, and counted."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from .engine_names import Engine
from .terminal import Format, brief, write

records_app = typer.Typer(help="Bring in child-level records.", no_args_is_help=True)


class FileFormat(StrEnum):
    """How tables are written."""

    CSV = "csv"
    PARQUET = "parquet"


def synth(
    area: Annotated[list[str], typer.Option(help="Council area; repeat for several.")],
    since: Annotated[
        int, typer.Option("--from", help="The first academic year begins in its August.")
    ],
    until: Annotated[int, typer.Option("--to", help="The last year ends in its July.")],
    out: Annotated[Path, typer.Option(help="Folder to make.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same records.")] = 1,
    dirty: Annotated[
        bool, typer.Option("--dirty", help="Plant faults, listed in faults.csv.")
    ] = False,
    format: Annotated[FileFormat, typer.Option(help="How to write tables.")] = FileFormat.CSV,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the data package. [default: data/]", show_default=False),
    ] = None,
) -> None:
    """Make up a record set, SYNTHETIC throughout; print its folder."""
    from . import published
    from .synthetic import write_synthetic

    package = published.load(data)
    print(
        write_synthetic(
            area,
            out,
            since=since,
            until=until,
            seed=seed,
            dirty=dirty,
            format=format.value,
            data=package,
        )
    )


def count(
    records: Annotated[Path, typer.Option(help="Folder of the records, or one of its tables.")],
    indicator: Annotated[str, typer.Option(help="Indicator, as `cpstats indicators` lists it.")],
    area: Annotated[
        list[str] | None,
        typer.Option(help="Area; repeat for several. [default: all]", show_default=False),
    ] = None,
    period: Annotated[
        list[str] | None,
        typer.Option(
            help='Year or quarter, "2018-19 Q2"; repeat for several. [default: all covered]',
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="Breakdown; repeat for several.", show_default=False)
    ] = None,
    every: Annotated[str, typer.Option(help="year or quarter.")] = "year",
    calendar: Annotated[
        str,
        typer.Option(
            help='"academic year" or "financial year". [default: of the indicator]',
            show_default=False,
        ),
    ] = "",
    engine: Annotated[Engine, typer.Option(help="Where to count.")] = Engine.PANDAS,
    policy: Annotated[
        str,
        typer.Option(
            help="Disclosure policy to protect them by: scotgov, phs, strict or a file. [default: "
            "none: for the partnership's own eyes]",
            show_default=False,
        ),
    ] = "",
    format: Annotated[Format, typer.Option(help="How to write them.")] = Format.TABLE,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the data package. [default: data/]", show_default=False),
    ] = None,
) -> None:
    """Count an indicator in child-level records, with intervals, marks and sources."""
    from . import published
    from .counting import count as counted
    from .records import open_records

    opened = open_records(records, engine=engine)
    results = counted(
        opened,
        indicator,
        areas=area or None,
        periods=period or None,
        by=by or (),
        every=every,
        calendar=calendar,
        data=published.load(data),
    )
    if policy:
        results = _protected(opened, results, policy, by or [], every, calendar)
    shown = brief(results, by or []) if format is Format.TABLE else results
    write(shown, format, f"{indicator}: {opened.source}")


def _protected(
    records: Any, results: Any, policy: str, by: list[str], every: str, calendar: str
) -> Any:
    from .disclosure import protect, read_policy
    from .siblings import families_behind

    chosen = read_policy(policy)
    if chosen.families or chosen.dominance:
        indicator = results["indicator"].iloc[0]
        behind = families_behind(records, indicator, by=by, every=every, calendar=calendar)
        results = results.merge(behind, on=["area", "period", *by], how="left")
    return protect(results, chosen)


@records_app.command()
def init(
    source: Annotated[
        str, typer.Argument(help="Folder, CSV, Excel or Parquet file, or database address.")
    ],
    out: Annotated[Path, typer.Option(help="Mapping to write.")] = Path("mapping.toml"),
    schema: Annotated[
        str, typer.Option(help="Schema of the database. [default: its own]", show_default=False)
    ] = "",
) -> None:
    """Write a starter mapping from what a source holds; print its path."""
    from .errors import CannotWrite
    from .files import write_whole
    from .importing import starter_mapping

    text = starter_mapping(source, schema=schema)
    if out.exists():
        raise CannotWrite(f"{out} is there already. Name another with --out.")
    print(write_whole(out, text))


@records_app.command("import")
def import_(
    mapping: Annotated[Path, typer.Argument(help="Mapping (TOML): see docs/records.md.")],
    out: Annotated[Path, typer.Option(help="Folder of the record set to make.")],
) -> None:
    """Bring exports in as a record set; nothing is written unless all of it is right."""
    from .importing import import_records

    print(import_records(mapping, out))
