"""What failed is written down at once, and forgotten when its report is made."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import CpstatsError
from .jobs import FAILED, Job, Outcome, audience, title
from .places import Place

ASIDE = "failed"
_RECORD, _NOTEBOOK = ".json", ".ipynb"


@dataclass(frozen=True)
class Failure:
    """
    A report that could not be made when it was last tried.

    Attributes
    ----------
    name, status, area, period, audience, title : str
    why : tuple of str
    """

    name: str
    status: str = FAILED
    why: tuple[str, ...] = ("What went wrong cannot be read.",)
    area: str = ""
    period: str = ""
    audience: str = ""
    title: str = ""


class Failures:
    """
    The failures of a folder: also those of batches before, and of reports not chosen this time.

    Parameters
    ----------
    place : Place
        Of the outputs. Each failure is a file of its own in `failed/`, so that a batch that is
        killed leaves those it knew of.
    """

    def __init__(self, place: Place) -> None:
        self._place = place.below(ASIDE)
        self._files = set(self._place.stamps())
        names = sorted(f.removesuffix(_RECORD) for f in self._files if f.endswith(_RECORD))
        self.known = {name: self._read(name) for name in names}

    def keep(self, job: Job, outcome: Outcome) -> None:
        """Write a failure down, with the notebook as far as it ran; what can be read stays."""
        self.known[job.name] = failure = Failure(
            job.name,
            outcome.status,
            outcome.why,
            job.area,
            job.period,
            audience(job),
            title(job),
        )
        # A disk that is full keeps no records; the failure is told all the same.
        with contextlib.suppress(CpstatsError):
            self._write(f"{job.name}{_RECORD}", json.dumps(asdict(failure), indent=1) + "\n")
            if outcome.notebook:
                self._write(f"{job.name}{_NOTEBOOK}", outcome.notebook)
            else:
                self._remove(f"{job.name}{_NOTEBOOK}")

    def forget(self, name: str) -> None:
        """Take away what was kept of a report, now that it is made."""
        self.known.pop(name, None)
        with contextlib.suppress(CpstatsError):
            self._remove(f"{name}{_NOTEBOOK}")
            self._remove(f"{name}{_RECORD}")

    def _read(self, name: str) -> Failure:
        try:
            given = json.loads(self._place.read(f"{name}{_RECORD}"))
            read = Failure(**{**given, "why": tuple(given["why"])})
        except (CpstatsError, ValueError, TypeError, KeyError, RecursionError):
            return Failure(name)
        texts: list[Any] = [
            read.status,
            read.area,
            read.period,
            read.audience,
            read.title,
            *read.why,
        ]
        whole = read.name == name and all(isinstance(text, str) for text in texts)
        return read if whole else Failure(name)

    def _write(self, name: str, content: str) -> None:
        self._place.write_private(name, content.encode())
        self._files.add(name)

    def _remove(self, name: str) -> None:
        if name in self._files:
            self._place.remove(name)
            self._files.discard(name)
