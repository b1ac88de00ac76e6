"""One report of a batch: what it is asked for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..kinds import title_of

MADE, FAILED, DIED, LATE, CURRENT = "made", "failed", "died", "timed out", "up to date"
PUBLIC, COMMITTEE = "public", "committee"


@dataclass(frozen=True)
class Job:
    """
    A report to make, as it can be sent to another process or machine.

    Attributes
    ----------
    name : str
        Of its files, without ending.
    kind : str
        "annual", "quarterly", "reproduction", or the path of a notebook that was named.
    parameters : dict
        For the notebook.
    inputs : dict of str to str
        Parameters that are folders or files: absolute paths, or addresses.
    formats : tuple of str
    output : str
        Folder, or address of one.
    data : str
        Folder of the data package, or its address.
    restricted : bool
        For the committee alone.
    area, period : str
        What it is about; empty where it is about none.
    """

    name: str
    kind: str
    parameters: dict[str, Any]
    inputs: dict[str, str]
    formats: tuple[str, ...]
    output: str
    data: str
    restricted: bool = False
    area: str = ""
    period: str = ""

    @property
    def releases(self) -> bool:
        """Whether it enters what it shows in the ledger of releases, and reads what stands there.

        Such reports of one area are made one after another: each must see what others showed.
        """
        return not self.restricted and bool({"records", "evidence"} & set(self.inputs))


def audience(job: Job) -> str:
    """Say for whom a report is, as manifests say it."""
    return COMMITTEE if job.restricted else PUBLIC


@dataclass(frozen=True)
class Outcome:
    """
    What became of a report.

    Attributes
    ----------
    name, status : str
        Status is one of "made", "failed", "died", "timed out", "up to date".
    why : tuple of str
        Why it was made, or what went wrong.
    seconds : float
    notebook : str
        The notebook as far as it ran, where a cell failed.
    tries : int
    """

    name: str
    status: str
    why: tuple[str, ...] = ()
    seconds: float = 0.0
    notebook: str = field(default="", repr=False)
    tries: int = 1

    @property
    def good(self) -> bool:
        """Whether its report is there, and current."""
        return self.status in {MADE, CURRENT}


def title(job: Job) -> str:
    """Give the title of a report before it is made; empty where it depends on what is read."""
    if not job.kind.endswith(".ipynb"):
        return title_of(job.kind, job.area, job.period)
    return " ".join(part for part in (Path(job.kind).stem, job.area, job.period) if part)
