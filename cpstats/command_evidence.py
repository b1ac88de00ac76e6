"""`cpstats evidence`: workbooks for auditors, samples, plans, and a check of all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .terminal import Format, write

evidence_app = typer.Typer(
    help="Evidence that is not the register: record reading, surveys, outcomes, the plan.",
    no_args_is_help=True,
)
_Area = Annotated[str, typer.Option(help="Council area, as usually spelt.")]
_Format = Annotated[Format, typer.Option(help="How to write them.")]


@evidence_app.command()
def template(
    path: Annotated[Path, typer.Argument(help="Workbook to write (.xlsx).")],
    area: _Area,
    date: Annotated[str, typer.Option(help="Last day of the reading, such as 2021-10-31.")],
    title: Annotated[str, typer.Option(help="Of the reading.")] = "Reading of children's records",
    records: Annotated[int, typer.Option(help="Rows to prepare.")] = 60,
    population: Annotated[
        int | None,
        typer.Option(help="Records that the sample is drawn from.", show_default=False),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(help="Your own questions (TOML): see docs/evidence.md.", show_default=False),
    ] = None,
) -> None:
    """Write the workbook that readers of records fill; print its path."""
    import datetime as dt

    from .errors import ImpossibleInput
    from .evidence import read_questions, write_template

    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        raise ImpossibleInput(f"{date!r} is no date: write it as 2021-10-31.") from None
    if path.exists():
        raise ImpossibleInput(f"{path} is there already. Name a new file.")
    asked = read_questions(questions)
    print(
        write_template(
            path, title=title, area=area, date=day, population=population, records=records,
            questions=asked,
        )
    )  # fmt: skip


@evidence_app.command()
def sample(
    records: Annotated[int, typer.Option(help="Records to read.")],
    population: Annotated[int, typer.Option(help="Records they are drawn from at random.")],
    format: _Format = Format.TABLE,
) -> None:
    """Tell beforehand what a sample of records can say, whatever it finds."""
    from .evidence.record_reading import plan_sample, records_for

    planned = plan_sample(records, population)
    write(planned, format, f"What {records} of {population} records can say")
    if format is Format.TABLE:
        print(f"For a margin of 10 points: {records_for(population, 10)} records.")


@evidence_app.command()
def plan(
    path: Annotated[Path, typer.Argument(help="Improvement plan (CSV or Excel).")],
    on: Annotated[str, typer.Option(help="The day to tell it for, such as 2022-06-30.")],
    format: _Format = Format.TABLE,
) -> None:
    """Tell where each action of an improvement plan stands on a day."""
    import datetime as dt

    from .errors import ImpossibleInput
    from .evidence import read_plan
    from .evidence.plan import standing

    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        raise ImpossibleInput(f"{on!r} is no date: write it as 2022-06-30.") from None
    held = read_plan(path)
    rows, made_up = standing(held, on=day), "SYNTHETIC: actions" if held.synthetic else "Actions"
    brief = ["id", "action", "due", "state", "days_overdue", "slips"]
    write(rows[brief] if format is Format.TABLE else rows, format, f"{made_up} on {day}")


@evidence_app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder with evidence.toml.")],
    area: _Area,
) -> None:
    """Read a folder of evidence and say what is in it, or everything wrong with it."""
    from .framework import open_evidence

    held = open_evidence(folder, area=area)
    made = "SYNTHETIC " if held.synthetic else ""
    for reading in held.readings:
        said = f"{reading.records} records read of {reading.listed} listed"
        print(f"{made}record reading, {reading.date}: {said}")
    for survey in held.surveys:
        print(f"{made}survey of {survey.who}, {survey.date}: {survey.title}")
    if held.outcomes is not None:
        children = held.outcomes.scores["child"].nunique()
        print(f"{made}outcomes to {held.outcomes.date}: {children} children")
    if held.participation is not None:
        meetings = held.participation.rows["meeting"].nunique()
        print(f"{made}participation to {held.participation.date}: {meetings} meetings")
    if held.plan is not None:
        made_up = "SYNTHETIC " if held.plan.synthetic else ""
        print(f"{made_up}improvement plan: {len(held.plan.actions)} actions")
