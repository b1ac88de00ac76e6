"""Making one report of a batch, in a process of its own: on this machine or another."""

from __future__ import annotations

import contextlib
import datetime as dt
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import nbformat

from ..disclosure.ledgers import LEDGER
from ..endnotes import commit
from ..errors import CpstatsError, ReportFailed
from ..kinds import ask_annual, ask_quarterly, ask_reproduction
from ..outputs.cleaning import clean_notebook, mark_restricted
from ..outputs.whereabouts import names_of, without_whereabouts
from ..running import Asked, run
from .apart import can_fork
from .fingerprints import Fingerprint
from .jobs import FAILED, MADE, Job, Outcome, title
from .manifests import ENDING, manifest_of, read_manifest, sha256
from .places import Place, fetched

_ASK: dict[str, Any] = {
    "annual": ask_annual, "quarterly": ask_quarterly, "reproduction": ask_reproduction,
}  # fmt: skip
_KEPT_ASIDE = "It stopped at an error. It can hold what must not leave."


def make(job: Job, fingerprint: Fingerprint) -> Outcome:
    """
    Make a report, whole: every format, then its manifest.

    Parameters
    ----------
    job : Job
    fingerprint : Fingerprint
        Of what it is made from, for its manifest.

    Returns
    -------
    Outcome
        "made", or "failed" with what is wrong and the notebook as far as it ran. Then nothing was
        written, and what was there before is still there.
    """
    start = time.perf_counter()
    try:
        with ExitStack() as stack:
            _make(job, fingerprint, stack, start)
    except CpstatsError as error:
        aside = error.notebook if isinstance(error, ReportFailed) else ""
        # An error of Python's own can speak of a child: only the notebook set aside tells it all.
        brief = error.briefly if isinstance(error, ReportFailed) else ""
        why = (
            f"{brief}. See failed/{job.name}.ipynb."
            if brief
            else without_whereabouts(str(error), _names(job))
        )
        return Outcome(job.name, FAILED, (why,), _since(start), _aside(aside))
    except Exception as error:  # a fault of ours: the others are made all the same
        last = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}."
        return Outcome(job.name, FAILED, (why,), _since(start))
    return Outcome(job.name, MADE, seconds=_since(start))


def _since(start: float) -> float:
    return time.perf_counter() - start


def _make(job: Job, fingerprint: Fingerprint, stack: ExitStack, start: float) -> None:
    inputs = {name: str(stack.enter_context(fetched(w))) for name, w in job.inputs.items()}
    data = stack.enter_context(fetched(job.data))
    place = Place(job.output)
    folder = place.local or stack.enter_context(_with_ledger(place, job))
    asked = _ask(job, inputs, data, folder / f"{job.name}.html")
    made = run(asked, here=can_fork())
    outputs: dict[str, dict[str, Any]] = {}
    contents = {file.name: file.read_bytes() for file in made.files}
    if place.local is None:
        for name, content in contents.items():
            place.write(name, content)
        _send_ledger(folder, place)
    stamps = place.stamps()
    for name, content in contents.items():
        outputs[name] = {"sha256": sha256(content), "stamp": stamps.get(name)}
    older = _older(place, job, set(stamps) - set(contents))
    manifest = manifest_of(
        job, fingerprint, outputs, title=asked.title, verdict=made.verdict,
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), seconds=_since(start),
        commit=commit(), older=older,
    )  # fmt: skip
    place.write(f"{job.name}{ENDING}", manifest)
    _remove(place, older)


def _older(place: Place, job: Job, others: set[str]) -> dict[str, dict[str, Any]]:
    """Find files of the report before that are not made now: they would contradict this one."""
    name = f"{job.name}{ENDING}"
    old = read_manifest(place.read(name), name) if name in others else None
    listed = {**old.get("older", {}), **old["outputs"]} if old else {}
    return {file: {"sha256": about["sha256"]} for file, about in listed.items() if file in others}


def _remove(place: Place, older: dict[str, dict[str, Any]]) -> None:
    """Delete what is older, unless somebody altered it; the manifest names what stays."""
    for file, about in older.items():
        with contextlib.suppress(CpstatsError):
            if sha256(place.read(file)) == about["sha256"]:
                place.remove(file)


def _ask(job: Job, inputs: dict[str, str], data: Path, page: Path) -> Asked:
    """Ask for one of our reports as one is asked for alone; for another, as it is."""
    given = {**job.parameters, **inputs}
    if job.kind in _ASK:
        return _ASK[job.kind](**given, to=job.formats, output=page, data=data)
    return Asked(Path(job.kind), given, page, title(job), data, to=job.formats)


@contextlib.contextmanager
def _with_ledger(place: Place, job: Job) -> Iterator[Path]:
    """Give a folder for outputs that go elsewhere, with what was released there before."""
    with tempfile.TemporaryDirectory(prefix="cpstats-") as name:
        folder = Path(name)
        if job.releases:
            ledger = place.below(LEDGER)
            for entry in ledger.stamps():
                Place(str(folder / LEDGER)).write(entry, ledger.read(entry))
        yield folder


def _send_ledger(folder: Path, place: Place) -> None:
    for entry in sorted((folder / LEDGER).glob("*.json")):
        place.write(f"{LEDGER}/{entry.name}", entry.read_bytes())


def _aside(text: str) -> str:
    """Keep a notebook that failed for whoever mends it, and say in it that it is for no other."""
    if not text:
        return ""
    kept = clean_notebook(nbformat.reads(text, as_version=4), failed=True)
    return nbformat.writes(mark_restricted(kept, _KEPT_ASIDE))


def _names(job: Job) -> dict[str, str]:
    return names_of([job.output, job.data, job.kind, job.inputs, job.parameters])
