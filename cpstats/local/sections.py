"""What each section shows: data, in one file for the annual chapters and one for the questions.

A section has a heading (a chapter's title, or a scrutiny question), figures, groups held against
each other, control charts by quarter, and what to ask next.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import catalogue
from ..counting import known_groups
from ..definitions import Indicator
from ..errors import CpstatsError, DataNotFound, DataProblems, Problem, nearest

_CHAPTERS = Path(__file__).parent / "chapters.toml"
QUESTIONS = "scrutiny_questions.toml"


@dataclass(frozen=True)
class Pair:
    """Figures two by two.

    Attributes
    ----------
    indicators : tuple of str
    by : str
        A breakdown; empty for none.
    groups : tuple of str
        Two groups of it, to hold against each other for each indicator. Without them each
        indicator, or each group of it, is held against itself in the time before.
    title : str
    """

    indicators: tuple[str, ...]
    by: str = ""
    groups: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Process:
    """One control chart by quarter.

    Attributes
    ----------
    indicator : str
    by, group : str
        The group of a breakdown that it shows; empty for all.
    """

    indicator: str
    by: str = ""
    group: str = ""


@dataclass(frozen=True)
class Section:
    """One chapter, or one scrutiny question.

    Attributes
    ----------
    id, title, about : str
    figures : tuple of str
        Indicators for the table.
    pairs : tuple of Pair
    charts : tuple of Process
    published : tuple of str
        Indicators shown beside Scotland, from published figures.
    ask : tuple of str
        What to ask next.
    """

    id: str
    title: str
    about: str = ""
    figures: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    charts: tuple[Process, ...] = ()
    published: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    @property
    def over_time(self) -> tuple[str, ...]:
        """Indicators that are held against themselves in the time before, once."""
        plain = (pair for pair in self.pairs if not (pair.by or pair.groups))
        return tuple(dict.fromkeys([*self.figures, *(i for p in plain for i in p.indicators)]))

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator counted from records, once."""
        paired = (i for pair in self.pairs for i in pair.indicators)
        charted = (chart.indicator for chart in self.charts)
        return tuple(dict.fromkeys([*self.figures, *paired, *charted]))


def annual_chapters() -> dict[str, Section]:
    """Give the chapters that records add to the annual report, by id and in order."""
    return {section.id: section for section in read_sections(_CHAPTERS)}


def scrutiny_questions(path: str | Path, *, area: str) -> tuple[Section, ...]:
    """
    Read the scrutiny questions of a committee.

    Parameters
    ----------
    path : str or Path
        A TOML file of [[section]] entries: see data/scrutiny_questions.toml.
    area : str
        Stands where a question says {area}.

    Returns
    -------
    tuple of Section

    Raises
    ------
    DataNotFound
        When there is no such file.
    CpstatsError
        When it cannot be read.
    DataProblems
        With everything in it that is wrong.
    """
    return tuple(
        replace(
            section,
            title=_named(section.title, area),
            about=_named(section.about, area),
            ask=tuple(_named(text, area) for text in section.ask),
        )
        for section in read_sections(Path(path))
    )


def _named(text: str, area: str) -> str:
    return text.replace("{area}", area)


def read_sections(path: Path) -> tuple[Section, ...]:
    """Read sections from a file; see `scrutiny_questions`."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("section", [])
    except FileNotFoundError:
        raise DataNotFound(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CpstatsError(f"Cannot read {path}: {error}.") from error
    if (
        not isinstance(entries, list)
        or not all(isinstance(e, dict) for e in entries)
        or not entries
    ):
        raise CpstatsError(f"Cannot read {path}: each section begins with [[section]].")
    problems = [p for n, e in enumerate(entries, 1) for p in _problems(path.name, n, e)]
    if problems:
        raise DataProblems(problems)
    return tuple(_section(entry) for entry in entries)


def _section(entry: dict[str, Any]) -> Section:
    pairs = tuple(
        Pair(
            tuple(pair["indicators"]),
            pair.get("by", ""),
            tuple(pair.get("groups", ())),
            pair.get("title", ""),
        )
        for pair in entry.get("pairs", ())
    )
    charts = tuple(
        Process(chart["indicator"], chart.get("by", ""), chart.get("group", ""))
        for chart in entry.get("charts", ())
    )
    return Section(
        id=entry["id"].strip(),
        title=entry["title"].strip(),
        about=entry.get("about", "").strip(),
        figures=tuple(entry.get("figures", ())),
        pairs=pairs,
        charts=charts,
        published=tuple(entry.get("published", ())),
        ask=tuple(entry.get("ask", ())),
    )


_KINDS: dict[str, type] = {
    "id": str, "title": str, "about": str, "figures": list, "pairs": list, "charts": list,
    "published": list, "ask": list,
}  # fmt: skip


def _problems(file: str, number: int, entry: dict[str, Any]) -> Iterator[Problem]:
    """Say all that is wrong with one section."""

    def wrong(column: str, value: object, said: str, remedy: str) -> Problem:
        return Problem(file, None, column, str(value), f"section {number} {said}", remedy)

    for key in ("id", "title"):
        if not entry.get(key):
            yield wrong(key, "", f"has no {key}", f'Write {key} = "...".')
    for key in sorted(set(entry) - set(_KINDS)):
        yield wrong(key, "", "says what no section has", f"Known: {', '.join(_KINDS)}.")
    mistyped = [k for k in entry if k in _KINDS and type(entry[k]) is not _KINDS[k]]
    for key in mistyped:
        kind = "a list in brackets" if _KINDS[key] is list else "text in quotes"
        yield wrong(key, entry[key], "is written otherwise than it is read", f"Write {kind}.")
    if mistyped:
        return
    for chart in (c for c in entry.get("charts", ()) if isinstance(c, dict)):
        by, group = chart.get("by", ""), chart.get("group", "")
        if bool(by) != bool(group):
            said = "has a chart with one of by and group and not the other"
            yield wrong("charts", group or by, said, "Name both, or neither.")
        elif by:
            yield from (wrong("charts", *said) for said in _no_group(by, [group]))
    for pair in (p for p in entry.get("pairs", ()) if isinstance(p, dict)):
        if pair.get("groups") and not pair.get("by"):
            yield wrong("pairs", "", "has groups of no breakdown", "Name it: by = ...")
        yield from (
            wrong("pairs", *said) for said in _no_group(pair.get("by", ""), pair.get("groups", ()))
        )
    for key, splits in _named_in(entry):
        for name, by, groups in splits:
            yield from (wrong(key, *said) for said in _unknown(key, name, by, groups))


def _named_in(entry: dict[str, Any]) -> Iterator[tuple[str, list[tuple[Any, Any, Any]]]]:
    """List the indicators that a section names, with the breakdown and groups of each."""
    for key in ("figures", "published"):
        yield key, [(name, "", ()) for name in entry.get(key, ())]
    pairs = [p if isinstance(p, dict) else {"indicators": [p]} for p in entry.get("pairs", ())]
    yield (
        "pairs",
        [
            (name, p.get("by", ""), p.get("groups", ()))
            for p in pairs
            for name in p.get("indicators", ["none given"])
        ],
    )
    charts = [c if isinstance(c, dict) else {"indicator": c} for c in entry.get("charts", ())]
    yield "charts", [(c.get("indicator", "none given"), c.get("by", ""), ()) for c in charts]


def _unknown(
    key: str, name: Any, by: Any, groups: Iterable[Any]
) -> Iterator[tuple[object, str, str]]:
    known = {i: e for i, e in catalogue.CATALOGUE.items() if _usable(key, e)}
    if name not in known:
        near = " or ".join(nearest(str(name), known)) or "cpstats indicators lists them"
        yield name, "names an indicator that it cannot show", f"Did you mean {near}?"
    elif by and by not in known[name].counted_by:
        has = ", ".join(known[name].counted_by) or "none"
        yield by, f"splits {name} by what it cannot be split by", f"It has: {has}."
    if len(list(groups)) not in (0, 2):
        yield (
            ", ".join(map(str, groups)),
            "holds other than two groups against each other",
            ("Name two groups, or leave groups out."),
        )


def _no_group(by: str, groups: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    known = known_groups(by)
    for group in groups:
        if known and group not in known:
            yield group, f"names no group of {by}", f"Known: {', '.join(known)}."


def _usable(key: str, entry: Indicator) -> bool:
    if key == "published":
        return entry.is_published
    # Two by two stand shares alone: counts of two groups are of unlike numbers of children.
    return entry.counted is not None and (key != "pairs" or entry.kind == "proportion")
