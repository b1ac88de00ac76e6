"""The list of a folder's reports as a page: by area and period, with formats and status."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container, Iterable, Mapping
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, select_autoescape

from .failures import Failure
from .jobs import COMMITTEE, PUBLIC
from .manifests import ENDING
from .schedules import Schedule

_RESTRICTED = "RESTRICTED"


def index(
    manifests: Mapping[str, Mapping[str, Any] | None],
    failures: Iterable[Failure],
    schedule: Schedule,
    there: Container[str],
) -> bytes:
    """
    List the reports of a folder.

    Parameters
    ----------
    manifests : mapping
        Of the reports that are there, by name; None for one that cannot be read.
    failures : iterable of Failure
        Of what failed when it was last tried it says why, and that an older report stands.
    schedule : Schedule
        Reports that are not in it may be old, or another schedule's.
    there : container of str
        The files of the folder: nothing else is linked.

    Returns
    -------
    bytes
        HTML, with a field that narrows the list. Nothing is fetched, and without scripts the whole
        list is there.
    """
    rows = {
        name: _made(entry, there) if entry else _unreadable(name)
        for name, entry in manifests.items()
    }
    for failure in failures:
        row = rows.setdefault(failure.name, _unmade(failure))
        old = "; the one made before stands" if row["formats"] else ""
        row |= {"status": f"{failure.status}{old}", "bad": True}
        row["why"] = [*failure.why, *row["why"]]
    asked = {job.name for job in schedule.jobs}
    for name, row in rows.items():
        if name not in asked:
            row["status"] += f"; not in {schedule.file.name}"
    ordered = sorted(rows.items(), key=lambda r: (r[1]["area"], r[1]["period"], r[0]))
    folder = resources.files("cpstats.batch")
    script = folder.joinpath("index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = Environment(autoescape=select_autoescape(default=True)).from_string(
        folder.joinpath("index.html.j2").read_text(encoding="utf-8")
    )
    page = template.render(rows=[row for _, row in ordered], script=script, digest=digest)
    return page.encode(errors="replace")


def _made(entry: Mapping[str, Any], there: Container[str]) -> dict[str, Any]:
    name, outputs = entry["name"], [*entry["outputs"]]
    files = {file.rsplit(".", 1)[-1]: quote(file) for file in outputs if file in there}
    why = [f"{file} is gone" for file in outputs if file not in there]
    why += [f"{file} is older than this report" for file in entry.get("older", ())
            if file in there]  # fmt: skip
    return _row(
        name,
        entry.get("title", ""),
        entry.get("audience", ""),
        area=entry.get("area", ""),
        period=entry.get("period", ""),
        formats=[(kind, files[kind]) for kind in entry["formats"] if kind in files],
        manifest=quote(f"{name}{ENDING}"),
        disclosure=entry.get("disclosure", ""),
        made=entry.get("made", "")[:16].replace("T", " "),
        why=why,
    )


def _unmade(failure: Failure) -> dict[str, Any]:
    return _row(
        failure.name, failure.title, failure.audience, area=failure.area, period=failure.period
    )


def _unreadable(name: str) -> dict[str, Any]:
    """Of a report whose manifest is not one, nothing is believed and nothing is linked."""
    return _row(name, "", "", status="not known", why=["Its manifest cannot be read."], bad=True)


def _row(name: str, title: str, audience: str, **more: Any) -> dict[str, Any]:
    restricted = audience == COMMITTEE or name.endswith(f"-{_RESTRICTED}")
    return {
        "title": f"{_RESTRICTED}: {title or name}" if restricted else title or name,
        "audience": COMMITTEE if restricted else audience if audience == PUBLIC else "not known",
        "restricted": restricted,
        "unchecked": more.get("disclosure", "").startswith("NOT CHECKED"),
        "area": "", "period": "", "formats": [], "manifest": "", "disclosure": "", "made": "",
        "status": "made", "why": [], "bad": False, **more,
    }  # fmt: skip
