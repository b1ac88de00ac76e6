"""What the notebooks of a schedule are given beside areas and periods, made plain."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from ..errors import CpstatsError, nearest
from ..notebooks import check_parameters
from .readings import FOLDERS, Reading, brief
from .templates import Template

#: Parameters that the schedule itself sets, with a value of their kind.
OURS: dict[str, Any] = {
    "area": "", "year": "", "quarter": "", **dict.fromkeys(FOLDERS, ""), "policy": "",
    "restricted": True,
}  # fmt: skip
#: Tables and lists in one another.
_DEEPEST = 20
_LARGEST = 2**63


def read_parameters(reading: Reading, found: Sequence[Template]) -> dict[str, Any]:
    """
    Read the parameters that a schedule gives its notebooks.

    Parameters
    ----------
    reading : Reading
        Told of those that no notebook declares, or declares to be of another kind, and of values
        that cannot be written down and compared.
    found : sequence of Template

    Returns
    -------
    dict
        Days and times are texts here, as 2026-11-28.
    """
    given: dict[str, Any] = {}
    for name, value in reading.given.get("parameters", {}).items():
        key, takers = f"parameters.{name}", [t for t in found if name in t.takes]
        if name in OURS:
            reading.wrong(key, "is set by the schedule itself.")
        elif found and not takers:
            near = nearest(name, [n for t in found for n in t.takes])
            also = f" Did you mean {near[0]!r}?" if near else ""
            reading.wrong(key, f"no notebook has such a parameter.{also}")
        elif why := _why_not(plain := _as_text(value, [t.takes[name] for t in takers])):
            reading.wrong(key, f"{brief(value)} {why}")
        else:
            given[name] = plain
    for template in found:
        _check_kinds(reading, template, given)
    _refuse_untaken(reading, found)
    return given


def _refuse_untaken(reading: Reading, found: Sequence[Template]) -> None:
    """Refuse what no notebook takes: left in, it would seem to be heeded."""
    for key in (*FOLDERS, "policy"):
        if found and reading.text(key) and not any(key in t.takes for t in found):
            reading.wrong(key, f"no notebook has the parameter {key!r}: take this key out.")
    if found and reading.text("audience") == "committee" and not any(t.hides for t in found):
        reading.wrong("audience", "no notebook hides anything: it is for everybody, so say public.")


def _as_text(value: Any, defaults: Sequence[Any]) -> Any:
    """Take a day without quotes as its text, where every notebook asks for a text."""
    if isinstance(value, dt.date | dt.time) and all(isinstance(d, str) for d in defaults):
        return value.isoformat()
    return value


def _check_kinds(reading: Reading, template: Template, given: dict[str, Any]) -> None:
    for name, value in {**OURS, **given}.items():
        if name in template.takes:
            try:
                check_parameters(template.path, {name: value})
            except CpstatsError as error:
                reading.wrong("notebooks" if name in OURS else f"parameters.{name}", error)


def _why_not(value: Any, deep: int = 0) -> str:
    """Say why a value cannot be written into a manifest and be found unchanged; empty if it can."""
    if deep > _DEEPEST:
        return f"is nested more than {_DEEPEST} deep: write plainer lists and tables."
    if isinstance(value, dt.date | dt.time):
        return "has a date or a time in it, where no text is asked for: write it in quotes."
    if isinstance(value, float) and not math.isfinite(value):
        return "is no finite number, and could not be told from another: write a number."
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return "has more digits than a number has in TOML: write it in quotes."
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((why for part in inside if (why := _why_not(part, deep + 1))), "")
