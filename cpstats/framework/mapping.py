"""The inspection framework, and what an inspection asked for, from files that users can fill."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import areas, catalogue
from ..errors import CannotRead, DataProblems, Problem, UnknownName, nearest
from ..evidence.plan_reading import LINKS

FRAMEWORK = "framework.toml"
_KINDS = (*LINKS, "plan")
_LISTS = ("indicators", "records", "evidence")


@dataclass(frozen=True)
class Statement:
    """One of the four inspection statements."""

    number: int
    text: str


@dataclass(frozen=True)
class QualityIndicator:
    """A quality indicator whose name is verified, or was given by a user.

    Attributes
    ----------
    number, name, source : str
    evidence : tuple of str
        Links such as "record_reading:plan"; "outcomes:*" is all outcomes.
    """

    number: str
    name: str
    source: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Framework:
    """The framework as far as it is known.

    Attributes
    ----------
    statements : dict of int to Statement
    quality_indicators : tuple of QualityIndicator
    celcis : dict of str to str
        By indicator of the catalogue, the number and name in the CELCIS minimum dataset.
    """

    statements: dict[int, Statement]
    quality_indicators: tuple[QualityIndicator, ...]
    celcis: dict[str, str]


@dataclass(frozen=True)
class AreaForImprovement:
    """What an inspection asked to improve, and the measures that bear on it.

    Attributes
    ----------
    number, title, said : str
    statement : int
    indicators, records, evidence : tuple of str
        Published indicators, indicators counted from records, and links to other evidence.
    """

    number: str
    title: str
    said: str
    statement: int
    indicators: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inspection:
    """An inspection of an area.

    Attributes
    ----------
    title, area, ledger, plan : str
        `ledger` names its claims, `plan` a file in `data/plans`.
    published : date
    areas : tuple of AreaForImprovement
    """

    title: str
    area: str
    published: dt.date
    ledger: str
    plan: str
    areas: tuple[AreaForImprovement, ...]


def read_framework(path: Path) -> Framework:
    """
    Read the framework of a data package.

    Parameters
    ----------
    path : Path
        `framework.toml`.

    Returns
    -------
    Framework

    Raises
    ------
    CannotRead
        When it cannot be read.
    DataProblems
        With everything wrong in it.
    """
    held = _toml(path)
    keys = {"statement": {"number", "text"}, "celcis": {"number", "name", "indicator"},
            "quality_indicator": {"number", "name", "source", "evidence"}}  # fmt: skip
    problems = [Problem(path.name, None, *said) for said in _entries(held, keys)]
    if problems:
        raise DataProblems(problems)
    statements = [Statement(**entry) for entry in held.get("statement", [])]
    indicators = [
        QualityIndicator(**{**entry, "evidence": tuple(entry.get("evidence", ()))})
        for entry in held.get("quality_indicator", [])
    ]
    celcis = {e["indicator"]: f"{e['number']} {e['name']}" for e in held.get("celcis", [])}
    return Framework({s.number: s for s in statements}, tuple(indicators), celcis)


def read_inspections(folder: Path) -> dict[str, Inspection]:
    """
    Read what inspections asked for, by area: of several, the last published.

    Parameters
    ----------
    folder : Path
        `inspections` of the data package.

    Returns
    -------
    dict of str to Inspection

    Raises
    ------
    CannotRead, DataProblems
        As `read_framework`.
    """
    found: dict[str, Inspection] = {}
    for path in sorted(folder.glob("*.toml")):
        made = _inspection(path)
        if made.area not in found or found[made.area].published < made.published:
            found[made.area] = made
    return found


def _inspection(path: Path) -> Inspection:
    held = _toml(path)
    keys = {"area_for_improvement": {*_ASKED["area_for_improvement"], *_LISTS}}
    head = {"title", "area", "published", "ledger", "plan"}
    problems = [Problem(path.name, None, *said) for said in _entries(held, keys, head)]
    for key in sorted(head - set(held)):
        problems.append(Problem(path.name, None, key, "", "is missing", f"Write {key} = ..."))
    if not problems:
        try:
            areas.find(held["area"])
        except UnknownName as error:
            problems.append(Problem(path.name, None, "area", held["area"], "is none", str(error)))
    if not problems and not isinstance(held["published"], dt.date):
        said, remedy = "is no date", "Write it without quotes: 2022-01-11"
        problems.append(Problem(path.name, None, "published", str(held["published"]), said, remedy))
    if problems:
        raise DataProblems(problems)
    asked = []
    for entry in held["area_for_improvement"]:
        lists = {k: tuple(entry.get(k, ())) for k in _LISTS}
        asked.append(AreaForImprovement(**{**entry, **lists}))
    given = {key: held[key] for key in head} | {"area": areas.find(held["area"]).name}
    return Inspection(**given, areas=tuple(asked))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error


_ASKED = {"statement": {"number", "text"}, "quality_indicator": {"number", "name"},
          "celcis": {"number", "name", "indicator"},
          "area_for_improvement": {"number", "statement", "title", "said"}}  # fmt: skip


def _entries(
    held: dict[str, Any], keys: dict[str, set[str]], head: set[str] | None = None
) -> Iterator[tuple[str, str, str, str]]:
    """Say all that is wrong with the entries of a file."""
    for name in sorted(set(held) - set(keys) - (head or set())):
        yield name, "", "is not known here", f"Known: {', '.join([*keys, *(head or ())])}"
    for kind, known in keys.items():
        entries = held.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            yield kind, str(entries)[:40], "is no list of entries", f"Begin each with [[{kind}]]"
            continue
        for number, entry in enumerate(entries, 1):
            at = f"{kind} {number}"
            for key in sorted(set(entry) - known):
                yield at, key, "is not known in it", f"Known: {', '.join(sorted(known))}"
            for key in sorted(k for k in _ASKED[kind] if not entry.get(k)):
                yield at, key, "is missing", f"Write {key} = ..."
            yield from (_link(at, link) for link in entry.get("evidence", ()) if _link(at, link)[1])
            for indicator in _indicators(entry):
                if indicator not in catalogue.CATALOGUE:
                    near = " or ".join(nearest(str(indicator), catalogue.CATALOGUE)) or "none near"
                    yield at, str(indicator), "is no indicator", f"Did you mean {near}?"


def _indicators(entry: dict[str, Any]) -> list[Any]:
    single = [entry["indicator"]] if entry.get("indicator") else []
    return [*entry.get("indicators", ()), *entry.get("records", ()), *single]


def _link(at: str, link: Any) -> tuple[str, str, str, str]:
    kind, _, name = str(link).partition(":")
    fine = kind in _KINDS and bool(name)
    return at, "" if fine else str(link), "is no link to evidence", f"Kinds: {', '.join(_KINDS)}"
