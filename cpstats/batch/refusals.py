"""What each kind of report would refuse once it is made, refused before any is.

`kinds` checks a report alone; here the same is asked once for a whole schedule, and no records or
evidence are read, so that hundreds of reports that are up to date are still told so in a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .. import areas, periods
from ..disclosure.policies import POLICY, Policy, read_policy
from ..errors import CpstatsError
from ..files import slug
from ..formats import HTML
from .fingerprints import counts
from .jobs import Job
from .places import fetched, is_address, shown, why_not_known
from .readings import FOLDERS, Reading
from .templates import Template

#: What a file that is no TOML, or no file, is refused with.
_UNREADABLE = (CpstatsError, OSError, ValueError, RecursionError)


def refuse_values(
    reading: Reading, found: Sequence[Template], given: dict[str, Any], formats: Sequence[str],
    data: Path | None,
) -> None:  # fmt: skip
    """
    Tell a reading what its values would be refused for.

    Parameters
    ----------
    reading : Reading
    found : sequence of Template
    given : dict
        Parameters.
    formats : sequence of str
    data : Path or None
        The data package; None when it cannot be read.
    """
    kinds = {template.kind for template in found}
    policy = _policy(reading, kinds, data)
    if policy and kinds & {"annual", "quarterly"}:
        _refuse_formats(reading, policy, formats)
    if kinds & {"annual", "quarterly"}:
        _refuse_day(reading, given.get("date", ""))
    if "annual" in kinds:
        _refuse_comparators(reading, given.get("comparators", ""))
    if "reproduction" in kinds and data:
        _refuse_ledger(reading, given.get("ledger", ""), data)
    if "quarterly" in kinds:
        _refuse_file(reading, "questions", given, _read_questions)
    if "reproduction" in kinds:
        _refuse_file(reading, "supplied", given, _read_supplied)


def _policy(reading: Reading, kinds: set[str], data: Path | None) -> Policy | None:
    named = reading.text("policy")
    try:
        if named.endswith(".toml"):
            with fetched(reading.under("policy", named)) as file:
                return read_policy(file)
        if named:
            return read_policy(named)
        if data and kinds & {"annual", "quarterly"}:
            return read_policy(data / POLICY)
    except _UNREADABLE as error:
        reading.wrong("policy" if named else "data", error)
    return None


def _refuse_formats(reading: Reading, policy: Policy, formats: Sequence[str]) -> None:
    """Refuse what the policy keeps from leaving: the page is read at the gate in any case."""
    protected = reading.text("records") or reading.text("evidence")
    if protected and reading.text("audience") != "committee":
        for name in dict.fromkeys((HTML, *formats)):
            if name not in policy.public:
                said = f"({policy}) lets no {name} leave: list it in `public`, or take it out here."
                reading.wrong("formats", f"the policy {said}")


def _refuse_day(reading: Reading, day: Any) -> None:
    if isinstance(day, str):  # of what is no text, it is said elsewhere
        try:
            periods.read_day(day)
        except CpstatsError as error:
            reading.wrong("parameters.date", error)


def _refuse_comparators(reading: Reading, named: Any) -> None:
    if named == "family" or not isinstance(named, str):
        return
    for name in filter(None, map(str.strip, named.split(";"))):
        try:
            areas.find(name)
        except CpstatsError as error:
            reading.wrong("parameters.comparators", f"{error} Or 'family'; part names by ';'.")


def _refuse_ledger(reading: Reading, named: Any, data: Path) -> None:
    from ..claims import find_ledger, read_ledger

    key = "parameters.ledger"
    if not named:
        reading.wrong(key, "is missing: name the document, such as ledger = 'dundee-2022'.")
    elif isinstance(named, str):
        where = reading.under(key, named) if _is_file(reading, named) else named
        try:
            read_ledger(find_ledger(where, data))
        except _UNREADABLE as error:
            reading.wrong(key, error)


def _refuse_file(
    reading: Reading, name: str, given: dict[str, Any], read: Callable[[Path], object]
) -> None:
    key, where = f"parameters.{name}", given.get(name, "")
    if not where or not isinstance(where, str):  # of what is no text, it is said elsewhere
        return
    if not _is_file(reading, where):
        reading.wrong(key, f"there is no file {where} beside the schedule.")
        return
    try:
        read(Path(reading.under(key, where)))
    except _UNREADABLE as error:
        reading.wrong(key, error)


def _read_questions(file: Path) -> None:
    from ..local import scrutiny_questions

    scrutiny_questions(file, area="")


def _read_supplied(file: Path) -> None:
    from ..claims import read_items

    read_items(file)


def _is_file(reading: Reading, where: Any) -> bool:
    return isinstance(where, str) and os.path.isfile(reading.file.parent / where)


def refuse_places(reading: Reading, jobs: Sequence[Job]) -> None:
    """
    Tell a reading which folders are none, and which inputs the outputs would become part of.

    Parameters
    ----------
    reading : Reading
    jobs : sequence of Job
    """
    places = dict.fromkeys((name, where) for job in jobs for name, where in job.inputs.items())
    outputs = dict.fromkeys(("output", job.output) for job in jobs)
    for name, where in [*outputs, *places]:
        if is_address(where) and (why := why_not_known(where)):
            reading.wrong(name, f"{shown(where)} cannot be reached: {why.rstrip('.')}.")
    # Of several reports that ask for one place, the first is enough to say what is wrong with it.
    for (name, where), job in {(n, w): j for j in jobs[::-1] for n, w in j.inputs.items()}.items():
        if where and name in FOLDERS and not is_address(where):
            _refuse_no_folder(reading, name, where, job)
    for output, data in dict.fromkeys((job.output, job.data) for job in jobs):
        if output and not is_address(output):
            _refuse_output(reading, output)
            for name, where in [*places, ("data", data)]:
                _refuse_around(reading, name, where, output)


def _refuse_no_folder(reading: Reading, name: str, where: str, job: Job) -> None:
    if os.path.isfile(where):
        reading.wrong(name, f"{_shown(reading, where)} is a file: name the folder that it lies in.")
    elif name != "commentary" and not os.path.isdir(where):  # slots are made where there are none
        called = _called(reading, name, job)
        reading.wrong(name, f"there is no folder {_shown(reading, where)}.{called}")


def _called(reading: Reading, name: str, job: Job) -> str:
    """Say what {area} stands for, and point to a folder that is called as the area is."""
    asked = reading.text(name)
    if "{area}" not in asked:
        return ""
    stands = f"{{area}} stands for {slug(job.area)!r}"
    plain = asked.replace("{area}", job.area).replace("{year}", job.period[:7])
    if os.path.isdir(there := reading.under(name, plain)):
        return f" There is a folder {_shown(reading, there)}: rename it, as {stands}."
    return f" In it {stands}."


def _refuse_output(reading: Reading, output: str) -> None:
    """Refuse what no folder can be called; what stands in its way is said when it is written."""
    try:
        os.stat(output)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass
    except OSError as error:
        reading.wrong("output", f"{_shown(reading, output)} can be no folder: {error.strerror}.")


def _refuse_around(reading: Reading, name: str, where: str, output: str) -> None:
    """Refuse an input that holds the outputs: each report would make the next out of date."""
    if not where or is_address(where) or os.path.isfile(where):
        return
    outer, inner = Path(os.path.realpath(where)), Path(os.path.realpath(output))
    # A manifest is the first of the outputs that would count.
    manifest = inner / "report.manifest.json"
    if inner.is_relative_to(outer) and counts(name, manifest.relative_to(outer)):
        key = name if name in (*FOLDERS, "data") else f"parameters.{name}"
        said = "holds the output folder, so that no report would ever be up to date"
        reading.wrong(key, f"{_shown(reading, where)} {said}: let them lie side by side.")


def _shown(reading: Reading, where: str) -> str:
    """Name a place as the schedule does where it lies beside it."""
    path, base = Path(where), reading.file.parent
    return str(path.relative_to(base)) if path.is_relative_to(base) else where
