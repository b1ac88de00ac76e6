"""A folder of evidence: which files, of what kind, and what they say as results tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from .. import areas
from ..errors import CannotRead, CpstatsError, DataProblems, Problem
from ..evidence.audits import RecordReading
from ..evidence.outcome_reading import Outcomes, read_outcomes
from ..evidence.participation_reading import ParticipationLog, read_participation
from ..evidence.plan_reading import Plan, link_amiss, read_plan
from ..evidence.record_workbooks import read_record_reading
from ..evidence.survey import Survey, read_survey
from ..evidence.survey_questions import LIKERT

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
        held = [*self.readings, *self.surveys, self.outcomes, self.participation, self.plan]
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
        When the folder has no such list, or it cannot be read.
    CpstatsError
        When the evidence is of another area.
    DataProblems
        With everything wrong in all its files at once, also of one that cannot be read at all,
        and with links of the plan that name nothing in the folder.
    """
    from ..published import file_hash

    folder = Path(folder)
    listed, problems = _manifest(folder)
    unlisted = {problem.column for problem in problems}
    name = areas.find(listed.get("area", area)).name
    if name != areas.find(area).name:
        raise CpstatsError(f"The evidence in {folder} is of {name}, not of {area}.")
    held: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    files = {MANIFEST: file_hash(folder / MANIFEST)}
    for kind, names in ((k, listed.get(k, [])) for k in _KINDS):
        for file in names:
            files[file] = file_hash(folder / file)
            one, wrong = _read(kind, folder / file)
            problems += wrong
            held[kind] += [one] if one is not None else []
    problems += _of_others(held, name)
    # With one file of a kind unread, what the kind has is not known.
    whole = {k: many for k, many in held.items()
             if len(many) == len(listed.get(k, [])) and k not in unlisted}  # fmt: skip
    problems += _lost_links(whole, listed)
    if problems:
        raise DataProblems(problems)
    return Evidence(
        folder, name,
        readings=tuple(sorted(held["record_reading"], key=lambda r: r.date)),
        surveys=tuple(sorted(held["survey"], key=lambda s: s.date)),
        outcomes=_only(held["outcomes"]), participation=_only(held["participation"]),
        plan=_only(held["plan"]), files=files,
    )  # fmt: skip


def _read(kind: str, path: Path) -> tuple[Any, list[Problem]]:
    """Read one file; what cannot be read at all is a problem like any other."""
    given = [path, path.with_suffix(".toml")] if kind in _WITH_ABOUT else [path]
    try:
        return _KINDS[kind](*given), []
    except DataProblems as error:
        return None, error.problems
    except CannotRead as error:
        said = "cannot be read"
        return None, [Problem(path.name, None, "", "", said, f"{error}")]


def _lost_links(held: dict[str, list[Any]], listed: dict[str, Any]) -> Iterator[Problem]:
    """Find links of the plan to a question, statement or measure that nothing in the folder has."""
    known = _names(held)
    for plan in held.get("plan", ()):
        for action in plan.actions:
            for link in action.evidence:
                names = known.get(link.partition(":")[0])
                if names and (said := link_amiss(link, names)):
                    line = plan.lines.get((action.id, link))
                    yield Problem(listed["plan"][0], line, "evidence", link, *said)


def _names(held: dict[str, list[Any]]) -> dict[str, set[str]]:
    """Name what links can mean, by kind, of the kinds that are in hand."""
    names: dict[str, set[str]] = {"record_reading": set(), "outcomes": set()}
    for reading in held.get("record_reading", ()):
        names["record_reading"] |= {question.id for question in reading.questions}
    for survey in held.get("survey", ()):
        asked = {question.id for question in survey.questions if question.kind == LIKERT}
        names[f"{survey.who}_survey"] = names.get(f"{survey.who}_survey", set()) | asked
    for outcomes in held.get("outcomes", ()):
        names["outcomes"] |= set(outcomes.measures)
    return names


def _manifest(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read the list, leaving out what cannot be read of it, and say what that is."""
    path = folder / MANIFEST
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    problems, kept = [], {}
    for key in sorted(set(listed) - {"area", *_KINDS}):
        known = f"Known: area, {', '.join(_KINDS)}"
        problems.append(Problem(MANIFEST, None, key, "", "is no kind of evidence", known))
    if isinstance(listed.get("area"), str):
        kept["area"] = listed["area"]
    else:
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
        kept[kind] = []
        for file in names:
            # A file elsewhere is none of this folder's.
            if Path(file).is_absolute() or ".." in Path(file).parts:
                said, remedy = "is outside the folder", "Put it in"
                problems.append(Problem(MANIFEST, None, kind, file, said, remedy))
            elif not (folder / file).exists():
                problems.append(Problem(MANIFEST, None, kind, file, "is not there", "Put it in"))
            else:
                kept[kind].append(file)
    return kept, problems


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
