"""A batch: what must be made is made, what is current is left, and what failed harms no other."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from typing import Any

from ..errors import CpstatsError, UnknownName
from ..outputs import whereabouts
from .executors import cores, done, units
from .failures import ASIDE, Failures
from .fingerprints import Fingerprint, Fingerprints
from .indexes import index
from .jobs import CURRENT, FAILED, Job, Outcome
from .manifests import ENDING, changes, read_manifest, sha256
from .places import Place
from .schedules import Schedule
from .summaries import summary

INDEX, SUMMARY = "index.html", "summary.xml"
#: Seconds for one try of one report.
TIMEOUT = 900.0


@dataclass(frozen=True)
class Planned:
    """
    A report, and what a batch has to do for it.

    Attributes
    ----------
    job : Job
    fingerprint : Fingerprint or None
        None where something it is made from cannot be reached.
    why : tuple of str
        Why it must be made; empty when it is current.
    unreachable : str
        What cannot be reached.
    """

    job: Job
    fingerprint: Fingerprint | None
    why: tuple[str, ...]
    unreachable: str = ""


def plan(schedule: Schedule, *, only: Iterable[str] = (), force: bool = False) -> list[Planned]:
    """
    Find what must be made, and why; nothing is written.

    Parameters
    ----------
    schedule : Schedule
    only : iterable of str
        Names of reports, where `*` stands for anything; empty for all.
    force : bool
        Whether to make again what is current.

    Returns
    -------
    list of Planned

    Raises
    ------
    UnknownName
        When `only` names no report of the schedule.
    CannotRead
        When the place of the outputs cannot be reached.
    """
    chosen = _chosen(schedule, tuple(only))
    place, prints = Place(schedule.output), Fingerprints()
    stamps = place.stamps()
    found = []
    for job in chosen:
        try:
            fingerprint = prints.of(job)
        except (CpstatsError, OSError) as error:
            said = whereabouts.without_whereabouts(str(error))
            found.append(Planned(job, None, ("something cannot be read",), said))
            continue
        why = ["asked for by --force"] if force else _why(job, fingerprint, place, stamps)
        found.append(Planned(job, fingerprint, tuple(why)))
    return found


def _chosen(schedule: Schedule, only: tuple[str, ...]) -> list[Job]:
    for pattern in only:
        if not any(fnmatch(job.name, pattern) for job in schedule.jobs):
            raise UnknownName("report of the schedule", pattern, [j.name for j in schedule.jobs])
    return [j for j in schedule.jobs if not only or any(fnmatch(j.name, p) for p in only)]


def _why(
    job: Job, fingerprint: Fingerprint, place: Place, stamps: dict[str, list[Any]]
) -> list[str]:
    name = f"{job.name}{ENDING}"
    old = read_manifest(place.read(name), name) if name in stamps else None
    why = changes(old, fingerprint, job.formats)
    for file, about in (old or {}).get("outputs", {}).items():
        if file not in stamps:
            why.append(f"{file} is gone")
        elif stamps[file] != about.get("stamp") and sha256(place.read(file)) != about["sha256"]:
            why.append(f"{file} was altered")
    return why


def run_batch(
    schedule: Schedule, *, only: Iterable[str] = (), force: bool = False, jobs: int = 0,
    executor: str = "", timeout: float = TIMEOUT, retries: int = 1,
    told: Callable[[Outcome], None] = lambda _: None,
    begun: Callable[[Sequence[Planned]], None] = lambda _: None,
) -> list[Outcome]:  # fmt: skip
    """
    Make the reports of a schedule that are not current.

    Parameters
    ----------
    schedule : Schedule
    only, force
        As for `plan`.
    jobs : int
        Reports at once on this machine; 0 for one a core.
    executor : str
        Empty for this machine, or "dask://host:port" for a cluster.
    timeout : float
        Seconds for one try of one report.
    retries : int
        Further tries, where a process died or took too long.
    told : callable
        Told each outcome as it is known.
    begun : callable
        Told what is planned, before anything is made.

    Returns
    -------
    list of Outcome
        In the order of the schedule. Beside the reports lie `index.html` (all reports of the
        folder), `summary.xml` (JUnit, of this batch) and, in `failed/`, what became of reports that
        failed, with their notebooks.

    Raises
    ------
    CpstatsError
        When another batch writes to the same place, or a cluster cannot be used.
    CannotWrite
        When nothing can be written there.
    """
    place = Place(schedule.output)
    with place.locked():
        planned = plan(schedule, only=only, force=force)
        failures = Failures(place)
        for swept in (place, place.below(ASIDE)):
            swept.sweep(p.job.name for p in planned)
        begun(planned)
        of = {p.job.name: p for p in planned}
        found: dict[str, Outcome] = {}
        made = _made(planned, jobs=jobs or cores(), executor=executor, timeout=timeout,
                     retries=retries)  # fmt: skip
        try:
            for outcome in made:
                asked = of[outcome.name]
                why = tuple(map(whereabouts.without_whereabouts, outcome.why)) or asked.why
                found[outcome.name] = whole = replace(outcome, why=why)
                _remember(failures, asked.job, whole)
                told(whole)
        finally:
            outcomes = [found[p.job.name] for p in planned if p.job.name in found]
            # A disk that is full keeps no summary; the outcomes are told all the same.
            with contextlib.suppress(CpstatsError):
                _write_down(place, schedule, outcomes, failures)
    return outcomes


def _made(planned: Sequence[Planned], **how: Any) -> Iterator[Outcome]:
    """Give what is known at once, then make the others."""
    for p in planned:
        if p.fingerprint is None:
            yield Outcome(p.job.name, FAILED, (p.unreachable,))
        elif not p.why:
            yield Outcome(p.job.name, CURRENT)
    work = [(p.job, p.fingerprint) for p in planned if p.why and p.fingerprint is not None]
    yield from done(units(work), **how)


def _remember(failures: Failures, job: Job, outcome: Outcome) -> None:
    """Keep what failed until its report is made; reports of before stay where they are."""
    if outcome.good:
        failures.forget(job.name)
    else:
        failures.keep(job, outcome)


def _write_down(
    place: Place, schedule: Schedule, outcomes: list[Outcome], failures: Failures
) -> None:
    there = place.stamps()
    manifests = {n.removesuffix(ENDING): _read(place, n) for n in there if n.endswith(ENDING)}
    place.write(SUMMARY, summary(schedule.file.name, outcomes))
    page = index(manifests, failures.known.values(), schedule, there)
    place.write(INDEX, page)


def _read(place: Place, name: str) -> dict[str, Any] | None:
    try:
        return read_manifest(place.read(name), name)
    except CpstatsError:
        return None
