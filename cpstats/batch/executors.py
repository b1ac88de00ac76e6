"""Who makes the reports: processes of this machine, or the workers of a cluster."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any

from ..errors import CpstatsError
from .apart import Died, TookTooLong, apart, end_all, prepare
from .fingerprints import Fingerprint
from .jobs import DIED, FAILED, LATE, Job, Outcome
from .places import is_address

DASK = "dask://"
Unit = tuple[tuple[Job, Fingerprint], ...]
#: What may pass, so that another try is worth its time.
_MAY_PASS = {DIED, LATE}
#: Seconds between looks at a cluster, and for which one may be without any worker.
_LOOK, _PATIENCE = 0.2, 60.0
#: Seconds in which what a worker made must come home: it is a line a report.
_FETCH = 10.0
#: Told to stop: what is ended then is not tried again.
_STOPPED = threading.Event()


def units(work: Sequence[tuple[Job, Fingerprint]]) -> list[Unit]:
    """
    Part the work into pieces that may run side by side.

    Parameters
    ----------
    work : sequence of (Job, Fingerprint)

    Returns
    -------
    list of tuple
        Reports of one area that release figures from records stand in one piece, in their order:
        each must see what the one before it showed.
    """
    held: dict[Any, list[tuple[Job, Fingerprint]]] = {}
    for place, (job, fingerprint) in enumerate(work):
        held.setdefault(job.area if job.releases else place, []).append((job, fingerprint))
    return [tuple(piece) for piece in held.values()]


def make_unit(unit: Unit, timeout: float, retries: int) -> list[Outcome]:
    """
    Make the reports of a piece one after another, each in a process of its own.

    Parameters
    ----------
    unit : tuple of (Job, Fingerprint)
    timeout : float
        Seconds for each try.
    retries : int
        Tries after the first, where the process died or took too long. An error is final: the same
        inputs give it again.

    Returns
    -------
    list of Outcome
    """
    return [_make(job, fingerprint, timeout, retries) for job, fingerprint in unit]


def _make(job: Job, fingerprint: Fingerprint, timeout: float, retries: int) -> Outcome:
    from .making import make

    prepare(data="" if is_address(job.data) else job.data, formats=list(job.formats))
    tries = 0
    while True:
        tries += 1
        try:
            outcome: Outcome = apart(make, job, fingerprint, timeout=timeout)
        except Died as error:
            why = f"Its process died (exit code {error}): perhaps it was out of memory."
            outcome = Outcome(job.name, DIED, (why,))
        except TookTooLong:
            outcome = Outcome(job.name, LATE, (f"It took longer than {timeout:g} s.",), timeout)
        except OSError as error:  # no room for temporary files, or for another process
            why = f"Its process could not be started: {error.strerror or error}."
            outcome = Outcome(job.name, FAILED, (why,))
        if outcome.status not in _MAY_PASS or tries > retries or _STOPPED.is_set():
            return replace(outcome, tries=tries)


def done(
    pieces: Sequence[Unit], *, jobs: int, executor: str, timeout: float, retries: int
) -> Iterator[Outcome]:
    """
    Make all pieces, and give what became of each report as it is known.

    Parameters
    ----------
    pieces : sequence of tuple
    jobs : int
        Reports at once, on this machine; a cluster has as many as its workers have threads.
    executor : str
        Empty for this machine, or "dask://host:port".
    timeout, retries
        As for `make_unit`.

    Yields
    ------
    Outcome

    Raises
    ------
    CpstatsError
        When the cluster cannot be reached, or runs another cpstats than this.
    """
    if executor:
        yield from _on_cluster(pieces, executor, timeout, retries)
        return
    _STOPPED.clear()
    pool: Executor
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(make_unit, piece, timeout, retries) for piece in pieces]
        try:
            for future in as_completed(futures):
                yield from future.result()
        except BaseException:  # told to stop: nothing goes on behind the user's back
            _STOPPED.set()
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise


def _on_cluster(
    pieces: Sequence[Unit], address: str, timeout: float, retries: int
) -> Iterator[Outcome]:
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise CpstatsError("A cluster needs dask: pip install 'cpstats[cluster]'.") from None
    where = address.removeprefix(DASK)
    try:
        client = Client(f"tcp://{where}", timeout=5, set_as_default=False)
    except (OSError, TimeoutError, OverflowError) as error:
        raise CpstatsError(f"There is no dask scheduler at {where}: {error}.") from None
    with client:
        _refuse_other_code(client)
        futures = {
            client.submit(make_unit, piece, timeout, retries, pure=False): piece for piece in pieces
        }
        for future in _as_done(client, futures):
            piece = futures[future]
            try:
                outcomes = future.result(timeout=_FETCH)
            except TimeoutError:  # the worker that held it died with it: it is made again
                continue
            except KilledWorker:  # losing a worker is no fault of a report, losing many is
                why = "The cluster lost worker after worker over it."
                outcomes = [Outcome(job.name, DIED, (why,)) for job, _ in piece]
            except Exception as error:  # what a worker says, such as of a missing package
                said = f"The cluster said: {type(error).__name__}: {error}"
                outcomes = [Outcome(job.name, FAILED, (said,)) for job, _ in piece]
            del futures[future]
            yield from outcomes
        why = f"The cluster has had no worker for {_PATIENCE:g} s."
        yield from (
            Outcome(job.name, DIED, (why,)) for piece in futures.values() for job, _ in piece
        )


def _as_done(client: Any, futures: Mapping[Any, Any]) -> Iterator[Any]:
    """Give futures as they are done, and stop where nobody is left who could do more.

    One that whoever asks leaves among them is given again.
    """
    alive = time.monotonic()
    while futures:
        done = [future for future in futures if future.done()]
        yield from done
        if done or _workers(client):
            alive = time.monotonic()
        elif time.monotonic() - alive > _PATIENCE:
            return
        if not done:
            time.sleep(_LOOK)


def _workers(client: Any) -> int:
    try:
        return len(client.nthreads())
    except Exception:  # the scheduler is gone too; each future will say so, or nobody will
        return 0


def _refuse_other_code(client: Any) -> None:
    """Reports of one batch are made by one code: a worker with another stops it."""
    from .fingerprints import code_hash

    try:
        held = client.run(code_hash)
    except Exception as error:
        raise CpstatsError(f"The workers of the cluster cannot run cpstats: {error}.") from None
    others = [worker for worker, code in held.items() if code != code_hash()]
    if not held:
        raise CpstatsError("The cluster has no workers.")
    if others:
        raise CpstatsError(f"Another cpstats is installed on {', '.join(sorted(others))}.")


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
