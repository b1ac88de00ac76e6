"""A folder of evidence: which files, of what kind, and what they say as results tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from .. import areas
from ..errors import CannotRead, CpstatsError, DataProblems, Problem
from ..evidence.audits import RecordReading
from ..evidence.outcome_reading import Outcomes, read_outcomes
from ..evidence.participation_reading import ParticipationLog, read_participation
from ..evidence.plan_reading import Plan, read_plan
from ..evidence.record_workbooks import read_record_reading
from ..evidence.survey import Survey, read_survey

MANIFEST = "evidence.toml"
_KINDS: dict[str, Callable[..., Any]] = {
    "record_reading": read_record_reading,
    "survey": read_survey,
    "outcomes": read_outcomes,
    "participation": read_participation,
    "plan": read_plan,
}
#: Kinds that stand beside a file that says what they are.
_WITH_ABOUT = {"survey", "outcomes", "participation"}


@dataclass(frozen=True)
class Evidence:
    """Evidence that is not the register, of one area.

    Attributes
    ----------
    folder : Path
    area : str
    readings : tuple of RecordReading
    surveys : tuple of Survey
    outcomes : Outcomes or None
    participation : ParticipationLog or None
    plan : Plan or None
    files : dict of str to str
        Each file read, and its hash.
    """

    folder: Path
    area: str
    readings: tuple[RecordReading, ...] = ()
    surveys: tuple[Survey, ...] = ()
    outcomes: Outcomes | None = None
    participation: ParticipationLog | None = None
    plan: Plan | None = None
    files: dict[str, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether any of it is made up."""
        held = [*self.readings, *self.surveys, self.outcomes, self.participation]
        return any(one.synthetic for one in held if one is not None)


def open_evidence(folder: str | Path, *, area: str) -> Evidence:
    """
    Read a folder of evidence.

    Parameters
    ----------
    folder : str or Path
        Holds `evidence.toml`: `area`, and for each kind (`record_reading`, `survey`, `outcomes`,
        `participation`, `plan`) a list of files.
    area : str
        Of the report.

    Returns
    -------
    Evidence
        Readings and surveys in the order of their dates.

    Raises
    ------
    CannotRead
        When the folder has no such file, or it cannot be read.
    CpstatsError
        When the evidence is of another area.
    DataProblems
        With everything wrong in all its files.
    """
    from ..published import file_hash

    folder = Path(folder)
    listed = _manifest(folder)
    name = areas.find(listed["area"]).name
    if name != areas.find(area).name:
        raise CpstatsError(f"The evidence in {folder} is of {name}, not of {area}.")
    problems: list[Problem] = []
    held: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    files = {MANIFEST: file_hash(folder / MANIFEST)}
    for kind, names in ((k, listed.get(k, [])) for k in _KINDS):
        for file in names:
            path = folder / file
            files[file] = file_hash(path)
            given = [path, path.with_suffix(".toml")] if kind in _WITH_ABOUT else [path]
            try:
                held[kind].append(_KINDS[kind](*given))
            except DataProblems as error:
                problems += error.problems
    problems += _of_others(held, name)
    if problems:
        raise DataProblems(problems)
    return Evidence(
        folder, name,
        readings=tuple(sorted(held["record_reading"], key=lambda r: r.date)),
        surveys=tuple(sorted(held["survey"], key=lambda s: s.date)),
        outcomes=_only(held["outcomes"]), participation=_only(held["participation"]),
        plan=_only(held["plan"]), files=files,
    )  # fmt: skip


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    problems = []
    for key in sorted(set(listed) - {"area", *_KINDS}):
        known = f"Known: area, {', '.join(_KINDS)}"
        problems.append(Problem(MANIFEST, None, key, "", "is no kind of evidence", known))
    if not isinstance(listed.get("area"), str):
        problems.append(Problem(MANIFEST, None, "area", "", "is missing", 'Write area = "..."'))
    for kind in (k for k in _KINDS if k in listed):
        names = listed[kind]
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            said = "is no list of files"
            problems.append(Problem(MANIFEST, None, kind, str(names)[:40], said, 'Write ["..."]'))
            continue
        if kind in {"outcomes", "participation", "plan"} and len(names) > 1:
            said, remedy = "lists several files", "Give one: it holds all times"
            problems.append(Problem(MANIFEST, None, kind, "", said, remedy))
        # A file elsewhere is none of this folder's.
        for file in names:
            if Path(file).is_absolute() or ".." in Path(file).parts:
                said, remedy = "is outside the folder", "Put it in"
                problems.append(Problem(MANIFEST, None, kind, file, said, remedy))
            elif not (folder / file).exists():
                problems.append(Problem(MANIFEST, None, kind, file, "is not there", "Put it in"))
    if problems:
        raise DataProblems(problems)
    return listed


def _of_others(held: dict[str, list[Any]], area: str) -> list[Problem]:
    """Find files that are of another area than the folder."""
    return [
        Problem(
            MANIFEST, None, kind, str(one.area), f"is not {area}", "Keep areas in folders apart"
        )
        for kind, many in held.items()
        for one in many
        if getattr(one, "area", area) != area
    ]


def _only(many: list[Any]) -> Any:
    return many[0] if many else None


def indicator_of(results: pd.DataFrame) -> pd.Series:
    """Name the kind and the name of what each row measures: `record_reading:plan`."""
    return results["indicator"].str.replace(": ", ":", n=1)
