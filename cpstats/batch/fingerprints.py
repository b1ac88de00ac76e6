"""What a report is made from, as hashes: alike means that it need not be made again."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib.metadata
import os
import platform
import re
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..notebooks import NOTEBOOKS, find_notebook
from ..outputs.whereabouts import told
from .jobs import Job
from .places import fetched, shown

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
#: Folders in a data package that its reports read whole.
_DATA_FOLDERS = ("claims", "inspections", "plans")
_WAIVERS = "waivers.toml"
_DATA_ENDINGS = {".csv", ".json", ".toml"}


@dataclass(frozen=True)
class Fingerprint:
    """
    What a report is made from.

    Attributes
    ----------
    notebook : str
        SHA-256 of the template.
    code : str
        SHA-256 of cpstats itself.
    parameters : dict
        Folders and files by their names alone.
    inputs : dict
        Each file with its SHA-256, and the vintages in it where it holds published figures.
    packages : dict of str to str
        Versions of what cpstats runs on, and of Python.
    """

    notebook: str
    code: str
    parameters: dict[str, Any]
    inputs: dict[str, dict[str, Any]]
    packages: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Give it as it stands in a manifest."""
        return asdict(self)


class Fingerprints:
    """Take fingerprints; what many reports share is read once."""

    def __init__(self) -> None:
        self._folders: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._notebooks: dict[str, str] = {}

    def of(self, job: Job) -> Fingerprint:
        """Take the fingerprint of a report.

        Raises
        ------
        CannotRead
            When something cannot be reached.
        """
        inputs = dict(self._folder("data", job.data))
        for name, where in job.inputs.items():
            inputs |= self._folder(name, where)
        if "records" in job.inputs and not job.parameters.get("date"):
            inputs = _with_waivers(inputs)
        named = {name: shown(where) for name, where in job.inputs.items()}
        return Fingerprint(
            self._notebook(job.kind),
            code_hash(),
            {**told(job.parameters), **named},
            inputs,
            packages(),
        )

    def _notebook(self, kind: str) -> str:
        if kind not in self._notebooks:
            path = find_notebook(kind) if kind in NOTEBOOKS else Path(kind)
            self._notebooks[kind] = _hash(path.read_bytes())
        return self._notebooks[kind]

    def _folder(self, name: str, where: str) -> dict[str, dict[str, Any]]:
        if (name, where) not in self._folders:
            with fetched(where) as folder:
                self._folders[name, where] = _read(name, folder)
        return self._folders[name, where]


def _read(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """Hash a file, or every file of a folder that a report can read."""
    if folder.is_file():
        return {f"{name}/{folder.name}": {"sha256": _hash(folder.read_bytes())}}
    found: dict[str, dict[str, Any]] = {}
    for file in _files(folder):
        inside = file.relative_to(folder)
        if not counts(name, inside):
            continue
        content = file.read_bytes()
        # A slot that nobody has written in says nothing, whether its file is there or not.
        if name == "commentary" and not _COMMENT.sub(b"", content).strip():
            continue
        entry: dict[str, Any] = {"sha256": _hash(content)}
        if name == "data" and file.suffix == ".csv":
            entry["vintages"] = _vintages(content)
        if inside.name == _WAIVERS:
            entry["until"] = _ends(content)
        found[f"{name}/{inside.as_posix()}"] = entry
    return found


def _files(folder: Path) -> list[Path]:
    """List the files of a folder, through links too, and through each but once."""
    found, seen = [], set()
    for here, below, names in os.walk(folder, followlinks=True):
        if (real := os.path.realpath(here)) in seen:
            below.clear()
            continue
        seen.add(real)
        found += [Path(here, name) for name in names]
    return sorted(found)


def counts(name: str, inside: Path) -> bool:
    """
    Tell whether a file in a folder is part of what reports are made from.

    Parameters
    ----------
    name : str
        Of the parameter, or "data": of a data package its examples and its README are no part.
    inside : Path
        From the folder.

    Returns
    -------
    bool
        False for hidden files too, and for those that an office leaves while one is open.
    """
    hidden = any(part.startswith((".", "~$")) for part in inside.parts)
    return not hidden and (name != "data" or _is_data(inside))


def _is_data(inside: Path) -> bool:
    known = len(inside.parts) == 1 or inside.parts[0] in _DATA_FOLDERS
    return known and inside.suffix in _DATA_ENDINGS


def _ends(content: bytes) -> list[str]:
    """Give the last day of each waiver; of a file that cannot be read the report will speak."""
    try:
        given = tomllib.loads(content.decode("utf-8-sig")).get("waiver", [])
        return sorted(str(waiver["until"]) for waiver in given)
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


def _with_waivers(inputs: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Say which waivers have ended by today, where a report is of no day of its own."""
    name = f"records/{_WAIVERS}"
    if name not in inputs:
        return inputs
    today = dt.date.today().isoformat()
    ended = [day for day in inputs[name]["until"] if day < today]
    return {**inputs, name: {**inputs[name], "ended": ended}}


def _vintages(content: bytes) -> list[str]:
    rows = csv.DictReader(content.decode("utf-8-sig", errors="replace").splitlines())
    if "vintage" not in (rows.fieldnames or ()):
        return []
    return sorted({row["vintage"] or "" for row in rows} - {""})


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def code_hash() -> str:
    """Hash every file of cpstats that runs or is printed."""
    home = Path(__file__).resolve().parent.parent
    whole = hashlib.sha256()
    for file in sorted(home.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            whole.update(file.relative_to(home).as_posix().encode() + b"\0")
            whole.update(file.read_bytes() + b"\0")
    return whole.hexdigest()


@cache
def packages() -> dict[str, str]:
    """Name the versions of what cpstats runs on."""
    asked = importlib.metadata.requires("cpstats") or []
    names = [re.split(r"[^A-Za-z0-9._-]", line)[0] for line in asked if "extra ==" not in line]
    found = {name: importlib.metadata.version(name) for name in sorted(names)}
    return {**found, "python": platform.python_version()}
