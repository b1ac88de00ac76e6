"""Asking for one report of a schedule: its name, its parameters, and what it is made from."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import slug
from .jobs import Job
from .readings import FOLDERS, Reading
from .templates import Template

#: What a batch itself writes, and what Windows has taken.
_TAKEN = {
    "index", "summary", "failed", "released", "con", "prn", "aux", "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)),
}  # fmt: skip
#: Endings, and what stands before a name while it is written, must find room in 255 bytes.
_LONGEST = 150
#: Parameters of our notebooks that can be files.
_FILES = {"questions", "supplied", "ledger"}


@dataclass(frozen=True)
class Shared:
    """
    What all reports of a schedule share.

    Attributes
    ----------
    given : dict
        Parameters.
    formats : tuple of str
    output, data : str
    """

    given: dict[str, Any]
    formats: tuple[str, ...]
    output: str
    data: str


def ask(reading: Reading, template: Template, area: str, period: str, shared: Shared) -> Job:
    """
    Ask for one report.

    Parameters
    ----------
    reading : Reading
        Told when the report can have no name of its own.
    template : Template
    area, period : str
        Empty where it is about none.
    shared : Shared

    Returns
    -------
    Job
    """
    takes = template.takes
    restricted = reading.text("audience") == "committee" and template.hides
    about = {"area": area, "year": period[:7], "quarter": period}
    parameters: dict[str, Any] = {
        name: value for name, value in about.items() if name in takes and value
    }
    extra = {name: value for name, value in shared.given.items() if name in takes}
    inputs = {
        n: reading.under(n, v) for n, v in extra.items() if _is_input(reading, template, n, v)
    }
    parameters |= {name: value for name, value in extra.items() if name not in inputs}
    inputs |= _folders(reading, takes, area, period)
    policy = reading.text("policy")
    if policy and "policy" in takes:
        if policy.endswith(".toml"):
            inputs["policy"] = reading.under("policy", policy)
        else:
            parameters["policy"] = policy
    if restricted and "restricted" in takes:
        parameters["restricted"] = True
    return Job(
        _name(reading, template, area, period, str(extra.get("ledger", "")), restricted),
        template.kind if template.ours else str(template.path), parameters, inputs,
        shared.formats, shared.output, shared.data, restricted, area, period,
    )  # fmt: skip


def _is_input(reading: Reading, template: Template, name: str, value: Any) -> bool:
    """Tell a parameter that names a file or folder beside the schedule."""
    if not isinstance(value, str) or not value.strip():
        return False
    where = reading.file.parent / value
    if not template.ours:
        return os.path.exists(where)
    # The name of a document is no file, even where something beside the schedule is called so.
    return name in _FILES and os.path.isfile(where) and (name != "ledger" or bool(where.suffix))


def _folders(reading: Reading, takes: dict[str, Any], area: str, period: str) -> dict[str, str]:
    named = {name: reading.text(name) for name in FOLDERS if name in takes}
    return {
        name: reading.under(
            name, where.replace("{area}", slug(area)).replace("{year}", period[:7])
        )
        for name, where in named.items() if where
    }  # fmt: skip


def _name(
    reading: Reading, template: Template, area: str, period: str, ledger: str, restricted: bool
) -> str:
    ledger = Path(ledger).stem if ledger.endswith(".toml") else ledger
    parts = [template.word, slug(area), slug(period), slug(ledger)]
    name = "-".join(part for part in parts if part)
    if name in _TAKEN or len(name) > _LONGEST:
        why = "too long for a file" if len(name) > _LONGEST else "a name that is taken"
        said = f"{name!r}, {why}: call {template.path.name} otherwise."
        reading.wrong("notebooks", f"a report would be called {said}")
    return name + ("-RESTRICTED" if restricted else "")
