"""A schedule: which reports, for whom, in which formats, and where they go."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import areas, periods, published
from ..errors import BadSchedule, CpstatsError, nearest
from ..files import slug
from ..formats import read_formats
from ..notebooks import NOTEBOOKS, check_parameters, declared, find_notebook
from .jobs import Job
from .places import fetched, is_address, under

_LISTS = ("areas", "years", "notebooks", "formats")
_FOLDERS = ("records", "evidence", "commentary")
_TEXTS = ("output", *_FOLDERS, "policy", "audience", "data")
_KEYS = (*_LISTS, *_TEXTS, "parameters")
_AUDIENCES = ("public", "committee")
_COUNCILS, _LATEST, _ALL = "all councils", "latest", "all"
#: Parameters that the schedule itself sets.
_OURS = {"area", "year", "quarter", "records", "evidence", "commentary", "policy", "restricted"}


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


@dataclass
class _Reading:
    """A schedule as far as it is read: every problem is kept until all are known."""

    file: Path
    given: dict[str, Any]
    problems: list[str] = field(default_factory=list)

    def wrong(self, key: str, said: object) -> None:
        self.problems.append(f"{self.file.name}, {key}: {said}")

    def text(self, key: str) -> str:
        return str(self.given.get(key, ""))


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
    path = Path(file).absolute()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSchedule([f"Cannot read {path.name} as a schedule: {error}."]) from error
    reading = _Reading(path, given)
    _check_keys(reading)
    if not reading.problems:
        jobs = tuple(_jobs(reading))
        if not reading.problems:
            return Schedule(path, under(path.parent, given["output"]), jobs)
    raise BadSchedule(reading.problems)


def _check_keys(reading: _Reading) -> None:
    for key, value in reading.given.items():
        if key not in _KEYS:
            near = nearest(key, _KEYS)
            said = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(_KEYS)}."
            reading.wrong(key, f"there is no such key. {said}")
        elif key in _LISTS and not _is_list(value):
            reading.wrong(key, f'{value!r} is no list of texts: write it as ["..."].')
        elif key in _TEXTS and not isinstance(value, str):
            reading.wrong(key, f"{value!r} is no text.")
        elif key == "parameters" and not isinstance(value, dict):
            reading.wrong(key, "is no table: write it as [parameters].")
    for key in ("notebooks", "formats", "output"):
        if not reading.given.get(key):
            reading.wrong(key, "is missing.")
    audience = reading.given.get("audience", "public")
    if audience not in _AUDIENCES:
        reading.wrong("audience", f"{audience!r} is neither {' nor '.join(map(repr, _AUDIENCES))}.")


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _jobs(reading: _Reading) -> Iterator[Job]:
    base = reading.file.parent
    data = reading.text("data") or str(_found(reading))
    formats = tuple(_formats(reading))
    places, years = list(_areas(reading)), list(_years(reading, under(base, data)))
    notebooks = [(kind, _notebook(reading, kind)) for kind in reading.given["notebooks"]]
    known = [(kind, path, declared(path)) for kind, path in notebooks if path is not None]
    extra = reading.given.get("parameters", {})
    for name in extra:
        if name in _OURS:
            reading.wrong(f"parameters.{name}", "is set by the schedule itself.")
        elif known and not any(name in takes for _, _, takes in known):
            near = nearest(name, [n for _, _, takes in known for n in takes])
            also = f" Did you mean {near[0]!r}?" if near else ""
            reading.wrong(f"parameters.{name}", f"no notebook has such a parameter.{also}")
    if reading.problems:
        return
    found: dict[str, Job] = {}
    for kind, path, takes in known:
        for area, period in _about(reading, takes, places, years):
            job = _job(reading, kind, path, takes, area, period, formats, under(base, data))
            if found.setdefault(job.name, job) != job:
                reading.wrong("notebooks", f"two reports would be called {job.name}.")
    yield from found.values()


def _found(reading: _Reading) -> Any:
    try:
        return published.find(None).absolute()
    except CpstatsError as error:
        reading.wrong("data", error)
        return ""


def _formats(reading: _Reading) -> Iterable[str]:
    try:
        return read_formats(reading.given["formats"])
    except CpstatsError as error:
        reading.wrong("formats", error)
        return ()


def _areas(reading: _Reading) -> Iterator[str]:
    for name in reading.given.get("areas", []):
        if name.casefold() == _COUNCILS:
            yield from (a.name for a in areas.every() if a.kind == "council")
            continue
        try:
            yield areas.find(name).name
        except CpstatsError as error:
            reading.wrong("areas", f"{error} Or {_COUNCILS!r}.")


def _years(reading: _Reading, data: str) -> Iterator[str]:
    asked = reading.given.get("years", [])
    known = _known_years(reading, data) if asked else []
    for name in asked:
        if name.casefold() in {_LATEST, _ALL} and known:
            yield from known if name.casefold() == _ALL else known[-1:]
            continue
        try:
            label = periods.parse(name).label
        except CpstatsError as error:
            reading.wrong("years", f"{error} Or {_LATEST!r}, or {_ALL!r}.")
            continue
        if known and label[:7] not in known:
            near = periods.nearest(label[:7], known)
            reading.wrong("years", f"There are no figures for {label!r}: the nearest is {near!r}.")
        yield label


def _known_years(reading: _Reading, data: str) -> list[str]:
    """List the years with figures; read as text, which is fast."""
    found: set[str] = set()
    try:
        with fetched(data) as folder:
            for table in ("register_by_council", "reregistration_within_18_months"):
                with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                    found |= {row["period"] for row in csv.DictReader(file)}
    except (OSError, KeyError, CpstatsError) as error:
        reading.wrong("data", error)
    return sorted(found)


def _notebook(reading: _Reading, kind: str) -> Path | None:
    """Find a notebook: one of ours by its kind, any other by its path and no other way."""
    try:
        if kind in NOTEBOOKS:
            return find_notebook(kind)
        path = Path(under(reading.file.parent, kind))
        if kind.endswith(".ipynb") and path.is_file():
            declared(path)
            return path
        if kind.endswith(".ipynb"):
            reading.wrong("notebooks", f"There is no file {kind}.")
            return None
        near = nearest(kind, NOTEBOOKS)
        said = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(NOTEBOOKS)}."
        reading.wrong("notebooks", f"There is no notebook called {kind!r}. {said}")
    except CpstatsError as error:
        reading.wrong("notebooks", error)
    return None


def _about(
    reading: _Reading, takes: dict[str, Any], places: list[str], years: list[str]
) -> Iterator[tuple[str, str]]:
    """Name the areas and periods of a notebook, by what its parameters are."""
    needs = {"area": places, "year": years, "quarter": years}
    for name in needs:
        if name in takes and not needs[name]:
            key = "areas" if name == "area" else "years"
            reading.wrong(key, f"is missing: a notebook asks for the {name}.")
    if "quarter" in takes and "records" in takes and not reading.text("records"):
        reading.wrong("records", "is missing: the quarterly paper is made from records.")
    for area in places if "area" in takes else [""]:
        if "quarter" in takes:
            yield from ((area, quarter) for year in years for quarter in _quarters(year))
        elif "year" in takes:
            yield from ((area, year) for year in years if "Q" not in year)
        else:
            yield area, ""


def _quarters(year: str) -> list[str]:
    """Give the four quarters of a year; a quarter is itself."""
    return [year] if "Q" in year else [f"{year} Q{n}" for n in range(1, 5)]


def _job(
    reading: _Reading, kind: str, path: Path, takes: dict[str, Any], area: str, period: str,
    formats: tuple[str, ...], data: str,
) -> Job:  # fmt: skip
    base = reading.file.parent
    restricted = reading.text("audience") == "committee"
    given = {"area": area, "year": period, "quarter": period}
    parameters: dict[str, Any] = {n: value for n, value in given.items() if n in takes and value}
    extra = dict(reading.given.get("parameters", {}))
    if kind in ("annual", "quarterly"):
        extra.pop("ledger", None)  # theirs is that of releases, which they find themselves
    parameters |= {name: value for name, value in extra.items() if name in takes}
    inputs = {n: under(base, value) for n, value in parameters.items() if _is_file(base, value)}
    for name in _FOLDERS:
        if reading.text(name) and name in takes:
            where = reading.text(name).replace("{area}", slug(area)).replace("{year}", period[:7])
            inputs[name] = under(base, where)
            if name != "commentary" and not _is_there(inputs[name]):
                reading.wrong(name, f"there is no folder {where}.")
    policy = reading.text("policy")
    if policy and "policy" in takes:
        if policy.endswith(".toml"):
            inputs["policy"] = under(base, policy)
            if not _is_there(inputs["policy"]):
                reading.wrong("policy", f"there is no file {policy}.")
        else:
            parameters["policy"] = policy
    if restricted and "restricted" in takes:
        parameters["restricted"] = True
    try:
        check_parameters(path, parameters)
    except CpstatsError as error:
        reading.wrong("parameters", error)
    word = kind if kind in NOTEBOOKS else slug(path.stem)
    about = [word, slug(area), slug(period), slug(str(extra.get("ledger", "")))]
    name = "-".join(part for part in about if part) + ("-RESTRICTED" if restricted else "")
    parameters = {n: value for n, value in parameters.items() if n not in inputs}
    return Job(
        name, kind if kind in NOTEBOOKS else str(path), parameters, inputs, formats,
        under(base, reading.given["output"]), data, restricted, area, period,
    )  # fmt: skip


def _is_file(base: Path, value: Any) -> bool:
    """Tell a parameter that names a file or folder beside the schedule: it is an input."""
    try:
        return isinstance(value, str) and bool(value.strip()) and (base / value).exists()
    except (OSError, ValueError):  # what no file can be called
        return False


def _is_there(where: str) -> bool:
    return is_address(where) or Path(where).exists()
