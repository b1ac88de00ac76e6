"""The list of a folder's reports as a page: by area and period, with formats and status."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, select_autoescape

from .jobs import Outcome
from .manifests import ENDING


def index(manifests: Iterable[Mapping[str, Any]], outcomes: Sequence[Outcome]) -> bytes:
    """
    List the reports of a folder.

    Parameters
    ----------
    manifests : iterable of mapping
        Of the reports that are there.
    outcomes : sequence of Outcome
        Of the batch just run: of what failed it says why, and that an older report stands.

    Returns
    -------
    bytes
        HTML, with a field that narrows the list. Nothing is fetched, and without scripts the whole
        list is there.
    """
    rows = {m["name"]: _row(m) for m in manifests}
    for outcome in outcomes:
        if not outcome.good:
            row = rows.setdefault(outcome.name, _unmade(outcome.name))
            old = "; the one made before stands" if row["formats"] else ""
            row["status"] = f"{outcome.status}{old}"
            row["why"] = "\n".join(outcome.why)
            row["bad"] = True
    ordered = sorted(rows.values(), key=lambda r: (r["area"], r["period"], r["title"]))
    folder = resources.files("cpstats.batch")
    script = folder.joinpath("index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = Environment(autoescape=select_autoescape(default=True)).from_string(
        folder.joinpath("index.html.j2").read_text(encoding="utf-8")
    )
    page = template.render(rows=ordered, script=script, digest=digest)
    return page.encode()


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    name = entry["name"]
    files = {file.rsplit(".", 1)[-1]: quote(file) for file in entry["outputs"]}
    return {
        "title": entry.get("title", name),
        "area": entry.get("area", ""),
        "period": entry.get("period", ""),
        "formats": [(kind, files[kind]) for kind in entry["formats"] if kind in files],
        "manifest": quote(f"{name}{ENDING}"),
        "made": str(entry.get("made", ""))[:16].replace("T", " "),
        "status": "made",
        "why": "",
        "bad": False,
    }


def _unmade(name: str) -> dict[str, Any]:
    return {"title": name, "area": "", "period": "", "formats": [], "manifest": "", "made": "",
            "status": "", "why": "", "bad": True}  # fmt: skip
