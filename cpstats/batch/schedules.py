"""A schedule: which reports, for whom, in which formats, and where they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .. import published
from ..errors import BadSchedule, CpstatsError
from ..formats import read_formats
from .asking import Shared, ask
from .jobs import Job
from .parameters import read_parameters
from .places import fetched
from .readings import Reading, read
from .refusals import refuse_places, refuse_values
from .subjects import about, read_areas, read_years
from .templates import templates


@dataclass(frozen=True)
class Schedule:
    """
    A schedule, read and checked.

    Attributes
    ----------
    file : Path
    output : str
        Folder or address that reports go to.
    jobs : tuple of Job
        In the order of areas, years and notebooks.
    """

    file: Path
    output: str
    jobs: tuple[Job, ...]


def read_schedule(file: str | Path) -> Schedule:
    """
    Read a schedule (TOML) and check all of it before anything runs.

    Parameters
    ----------
    file : str or Path
        With `areas` ("all councils" for the 32), `years` ("latest", "all"), `notebooks` ("annual",
        "quarterly", "reproduction" or the path of one), `formats`, `output`; where wanted
        `records`, `evidence`, `commentary` (folders, in which `{area}` and `{year}` stand for
        those of a report), `policy`, `audience` ("public", or "committee" for restricted reports),
        `data`, and `[parameters]` for the notebooks.

    Returns
    -------
    Schedule

    Raises
    ------
    BadSchedule
        With everything that is wrong in it.
    """
    reading = read(file)
    output = "" if "output" in reading.bad else reading.under("output", reading.text("output"))
    jobs = tuple(_jobs(reading, output))
    refuse_places(reading, jobs)
    if reading.problems:
        raise BadSchedule(reading.problems)
    return Schedule(reading.file, output, jobs)


def _jobs(reading: Reading, output: str) -> Iterator[Job]:
    found, places, formats = templates(reading), read_areas(reading), _formats(reading)
    data = _data(reading)
    with ExitStack() as stack:
        folder = _opened(reading, data, stack)
        years = read_years(reading, found, folder)
        given = read_parameters(reading, found)
        refuse_values(reading, found, given, formats, folder)
    shared = Shared(given, formats, output, data)
    named: dict[str, Job] = {}
    for template in found:
        for area, period in about(reading, template, places, years):
            job = ask(reading, template, area, period, shared)
            if named.setdefault(job.name, job) != job:
                reading.wrong(
                    "notebooks", f"two reports would be called {job.name}: rename a notebook."
                )
    yield from named.values()


def _formats(reading: Reading) -> tuple[str, ...]:
    if "formats" in reading.bad:
        return ()
    try:
        return read_formats(reading.texts("formats"))
    except CpstatsError as error:
        reading.wrong("formats", error)
        return ()


def _data(reading: Reading) -> str:
    if "data" in reading.bad:
        return ""
    if named := reading.text("data"):
        return reading.under("data", named)
    try:
        return str(published.find(None).absolute())
    except CpstatsError as error:
        reading.wrong("data", error)
        return ""


def _opened(reading: Reading, data: str, stack: ExitStack) -> Path | None:
    """Open the data package, whose tables are checked in full where they were edited."""
    if not data:
        return None
    try:
        folder = stack.enter_context(fetched(data))
        published.load(folder)
        return folder
    except (CpstatsError, OSError) as error:
        reading.wrong("data", error)
        return None
