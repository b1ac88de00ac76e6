"""Waivers in writing: who has accepted an error, why and until when.

An error so accepted does not stop a report; it is printed in it instead.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .. import areas
from ..errors import CannotRead, CpstatsError, DataNotFound, DataProblems, Problem
from .checking import Findings
from .entries import RULES, find

WAIVERS = "waivers.toml"
_KEYS = {"code", "area", "reason", "by", "until"}


@dataclass(frozen=True)
class Waiver:
    """An error accepted in writing.

    Attributes
    ----------
    code : str
        The rule.
    reason, by : str
        Why, and who accepted it.
    until : datetime.date
        The last day it holds.
    area : str
        The council; empty for all.
    """

    code: str
    reason: str
    by: str
    until: dt.date
    area: str = ""


def read_waivers(path: str | Path, *, on: dt.date) -> tuple[Waiver, ...]:
    """
    Read the waivers of a record set.

    Parameters
    ----------
    path : str or Path
        A TOML file of [[waiver]] entries, or the folder of a record set: without waivers.toml
        in it there are none.
    on : datetime.date
        The day on which they must hold.

    Returns
    -------
    tuple of Waiver

    Raises
    ------
    DataProblems
        When one lacks a reason, a name or a last day, is past it, or names no rule or council.
    DataNotFound
        When there is no such file.
    CannotRead
        When it cannot be read.
    """
    file = Path(path)
    if file.is_dir():
        file = file / WAIVERS
        if not file.is_file():
            return ()
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("waiver", [])
    except FileNotFoundError:
        raise DataNotFound(f"There is no {file}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {file}: {error}.") from error
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise CannotRead(f"Cannot read {file}: each waiver begins with [[waiver]].")
    problems = [p for n, e in enumerate(entries, 1) for p in _problems(file.name, n, e, on)]
    if problems:
        raise DataProblems(problems)
    return tuple(_waiver(entry) for entry in entries)


def unwaived_errors(findings: Findings, waivers: Sequence[Waiver]) -> pd.DataFrame:
    """
    Give the errors that still stop a report.

    Parameters
    ----------
    findings : Findings
    waivers : sequence of Waiver

    Returns
    -------
    DataFrame
        Rows of `findings.problems`.
    """
    errors = findings.errors
    accepted = pd.Series(False, index=errors.index)
    for waiver in waivers:
        accepted |= _covers(waiver, errors)
    return errors[~accepted]


def waived(findings: Findings, waivers: Sequence[Waiver]) -> pd.DataFrame:
    """
    List what was accepted in writing, for the report to print.

    Parameters
    ----------
    findings : Findings
    waivers : sequence of Waiver

    Returns
    -------
    DataFrame
        One row for each waiver: code, title, count (errors it covers; 0 when none), area, reason,
        by, until.
    """
    rows = [
        {
            "code": waiver.code,
            "title": RULES[waiver.code].title,
            "count": int(_covers(waiver, findings.errors).sum()),
            "area": waiver.area,
            "reason": waiver.reason,
            "by": waiver.by,
            "until": waiver.until.isoformat(),
        }
        for waiver in waivers
    ]
    return pd.DataFrame(rows, columns=["code", "title", "count", "area", "reason", "by", "until"])


def _covers(waiver: Waiver, problems: pd.DataFrame) -> pd.Series:
    same = problems["code"] == waiver.code
    return same & (problems["area"] == waiver.area).fillna(False) if waiver.area else same


def _waiver(entry: dict[str, Any]) -> Waiver:
    area = areas.find(entry["area"]).name if entry.get("area") else ""
    return Waiver(entry["code"], entry["reason"], entry["by"], entry["until"], area)


def _problems(file: str, number: int, entry: dict[str, Any], on: dt.date) -> list[Problem]:
    """Say all that is wrong with one waiver."""
    found = [
        (key, "", f"waiver {number} does not say {said}", f"Add {key} = ... to it.")
        for key, said in (("reason", "why"), ("by", "who accepted it"), ("code", "which rule"))
        if not str(entry.get(key, "")).strip()
    ]
    until = entry.get("until")
    if type(until) is not dt.date:
        said = "has no last day"
        found.append(("until", "", f"waiver {number} {said}", "Add until = 2026-07-31 to it."))
    elif until < on:
        said = f"waiver {number} ended before {on.isoformat()}"
        found.append(("until", until.isoformat(), said, "Mend the error, or accept it anew."))
    for key, look_up in (("code", find), ("area", areas.find)):
        if entry.get(key):
            try:
                look_up(str(entry[key]))
            except CpstatsError as error:
                found.append((key, "", f"waiver {number} names none", str(error)))
    for key in sorted(set(entry) - _KEYS):
        found.append((key, "", f"waiver {number} says what no waiver has", "Take it away."))
    return [Problem(file, None, column, *rest) for column, *rest in found]
