"""The manifest beside a report: what it was made from; and why it must be made again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .fingerprints import Fingerprint
from .jobs import Job, audience

ENDING = ".manifest.json"
_TEXTS = ("name", "title", "area", "period", "audience", "made", "disclosure")
#: What files of reports are called: nothing that leads out of the folder, or to an address.
_FILE = re.compile(r"(?P<name>[A-Za-z0-9-]+)(\.[A-Za-z0-9]+)+")


def manifest_of(
    job: Job, fingerprint: Fingerprint, outputs: Mapping[str, dict[str, Any]], *, title: str,
    verdict: str, made: str, seconds: float, commit: str, older: Mapping[str, dict[str, Any]],
) -> bytes:  # fmt: skip
    """
    Write down what a report was made from.

    Parameters
    ----------
    job : Job
    fingerprint : Fingerprint
    outputs : mapping
        Each file with its "sha256", and its "stamp" in the folder.
    title, verdict : str
        Of the report; of disclosure control.
    made : str
        When, as 2026-11-28T09:30:00+00:00.
    seconds : float
    commit : str
        Of the code.
    older : mapping
        Files of the report before that are not made now, each with its "sha256" then.

    Returns
    -------
    bytes
        JSON.
    """
    entry = {
        "name": job.name,
        "title": title,
        "notebook": job.kind.replace("\\", "/").rsplit("/", 1)[-1],
        "area": job.area,
        "period": job.period,
        "audience": audience(job),
        "formats": list(job.formats),
        "made": made,
        "seconds": round(seconds, 2),
        "commit": commit,
        "disclosure": verdict,
        "outputs": dict(outputs),
        "older": dict(older),
        "from": fingerprint.as_dict(),
    }
    return (json.dumps(entry, indent=1, ensure_ascii=False) + "\n").encode()


def read_manifest(content: bytes, file: str = "") -> dict[str, Any] | None:
    """
    Read a manifest.

    Parameters
    ----------
    content : bytes
    file : str
        What it is called; it must be of the report of that name.

    Returns
    -------
    dict or None
        None for one that cannot be read, or that names files that are not its report's: anybody
        can write one. Its report is made again.
    """
    try:
        entry = json.loads(content)
        whole = _is_whole(entry) and file in ("", f"{entry['name']}{ENDING}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return entry if whole else None


def _is_whole(entry: dict[str, Any]) -> bool:
    was, files = entry["from"], {**entry["outputs"], **entry.get("older", {})}
    texts = [entry["name"], *(entry.get(key, "") for key in _TEXTS), *entry["formats"]]
    texts += [about["sha256"] for about in (*files.values(), *was["inputs"].values())]
    for about in was["inputs"].values():
        texts += [*about.get("vintages", []), *about.get("ended", [])]
    mappings = [was.get("parameters", {}), was.get("packages", {})]
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(mapping, dict) for mapping in mappings)
        and isinstance(entry["formats"], list)
        and all(_is_of(entry["name"], file) for file in files)
    )


def _is_of(name: str, file: str) -> bool:
    """Tell a file of a report: its name, and an ending that is not that of manifests."""
    found = _FILE.fullmatch(file)
    return found is not None and found["name"] == name and not file.endswith(ENDING)


def sha256(content: bytes) -> str:
    """Hash an output."""
    return hashlib.sha256(content).hexdigest()


def changes(old: Mapping[str, Any] | None, new: Fingerprint, formats: Iterable[str]) -> list[str]:
    """
    Say why a report must be made again.

    Parameters
    ----------
    old : mapping or None
        Its manifest.
    new : Fingerprint
    formats : iterable of str
        Asked for now.

    Returns
    -------
    list of str
        Empty when nothing changed.
    """
    if old is None:
        return ["not made yet"]
    found = [f"format {name} was not made" for name in formats if name not in old["formats"]]
    was = old["from"]
    found += ["the notebook changed"] if was.get("notebook") != new.notebook else []
    found += ["cpstats changed"] if was.get("code") != new.code else []
    found += _pairs("parameter ", was.get("parameters", {}), new.parameters)
    found += _pairs("", was.get("packages", {}), new.packages)
    return [*found, *_inputs(was["inputs"], new.inputs)]


def _pairs(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            yield f"{what}{name} changed ({old.get(name, 'none')} to {new.get(name, 'none')})"


def _inputs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for file in dict.fromkeys([*old, *new]):
        before, now = old.get(file), new.get(file)
        name = file.removeprefix("data/").removesuffix(".csv").replace("_", " ")
        if before is None or now is None:
            yield f"{file} is {'new' if before is None else 'gone'}"
        elif before["sha256"] != now["sha256"]:
            was, is_ = before.get("vintages", []), now.get("vintages", [])
            if was != is_:
                yield f"{name} vintage changed ({_both(was, is_)})"
            else:
                yield f"{name} changed"
        elif before.get("ended", []) != now.get("ended", []):
            yield f"a waiver in {file} has ended"


def _both(was: list[str], now: list[str]) -> str:
    """Name the vintages that came and went."""
    gone, new = [v for v in was if v not in now], [v for v in now if v not in was]
    said = [f"{'; '.join(gone)} went"] if gone else []
    return ", ".join(said + ([f"{'; '.join(new)} came"] if new else []))
