"""What a section answers, in sentences before its figures: the level, its direction, the test."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .. import areas, catalogue, differences, sentences, values
from ..comparisons import HIGHER, LOWER, SIMILAR
from ..tables import Prose
from .brief import told
from .figures import FEWEST, HIDDEN, few, published_rows, then_and_now, verdict
from .opening import Local
from .pairs import pair_rows
from .sections import Pair, Section
from .spans import Span

#: Of a breakdown, so many of the most common are named.
_NAMED = 3
_STANDS = {HIGHER: "higher than the rest of Scotland", LOWER: "lower than the rest of Scotland",
           SIMILAR: "not clearly different from the rest of Scotland"}  # fmt: skip
_HIDDEN, _NONE = "hidden to protect children", "not available"
_UNTESTED, _WAYS = "not tested: ", ("higher", "lower")


def answer(local: Local, section: Section, span: Span) -> Prose:
    """
    Answer a section's question as far as its figures allow.

    Parameters
    ----------
    local : Local
    section : Section
    span : Span

    Returns
    -------
    Prose
        The figure that the section charts, or its first, beside the time before; where the area
        stands in published figures; of breakdowns the most common; and of all that is held
        against something how many differ, and how many cannot be tested and why.
    """
    over_time = section.over_time
    said = [_level(local, _first(section, over_time), span)] if over_time else []
    said += [_published(local, indicator, span) for indicator in section.published]
    if len(over_time) > 1:
        rows = [then_and_now(local, i, span) for i in over_time]
        said.append(_tally(f"Against {_the(span.name_before)}", "measures", map(_named, rows)))
    for pair in (p for p in section.pairs if p.by or p.groups):
        said += _of_pair(local, pair, span)
    return Prose(said)


def _the(name: str) -> str:
    """Name a time within a sentence: "2018-19", "the year to 31 January 2019"."""
    return f"the {name}" if name.startswith("year") else name


def _first(section: Section, known: tuple[str, ...]) -> str:
    """Choose the figure that the question is about: what it charts, where that is counted."""
    charted = [c.indicator for c in section.charts if not c.by and c.indicator in known]
    return [*charted, *known][0]


def _level(local: Local, indicator: str, span: Span) -> str:
    rows = then_and_now(local, indicator, span)
    entry = catalogue.find(indicator)
    now, then = (_told(rows.iloc[[n]]) for n in (1, 0))
    # The unit of a share is told with the figure.
    name = entry.heading if entry.kind == "rate" else entry.name
    if now == then and not now[0].isdigit():
        return f"{name}: {now}, now as in {_the(span.name_before)}."
    said = f"{name}, {span.name}: {now}"
    found = verdict(rows.iloc[1], rows.iloc[0])
    if not (now[0].isdigit() and then[0].isdigit()):
        return f"{said}; {span.name_before}: {then}."
    why = found.removeprefix(_UNTESTED)
    way = f"; not tested ({why})" if _untested(found) else f": {found}"
    return f"{said}, against {then} in {_the(span.name_before)}{way}."


def _told(row: pd.DataFrame) -> str:
    """Write a figure with what is behind it, or say why there is none."""
    if few(row).any():
        return f"not given, as fewer than {FEWEST} are behind it"
    if row["value"].isna().all():
        mark = row["mark"].iloc[0]
        return _HIDDEN if mark == values.SUPPRESSED else values.WHY_MISSING.get(mark, _NONE)
    return told(row)[0]


def _published(local: Local, indicator: str, span: Span) -> str:
    """Say where the area stands in the last published year up to the time of the section."""
    entry, both = catalogue.find(indicator), [local.area, areas.SCOTLAND]
    rows = published_rows(local, indicator, span)
    given = rows[(rows["area"] == local.area) & rows["value"].notna()]
    if given.empty:
        return f"{entry.heading}, as published: no figure of {local.area} up to {span.until}."
    year = given["period"].iloc[-1]
    own, country = (
        rows[(rows["area"] == area) & (rows["period"] == year)].iloc[0] for area in both
    )
    written = [sentences.spoken(r["value"], r["mark"], entry.decimals) for r in (own, country)]
    said = f"{entry.heading}, as last published, for {year}: {written[0]}; {written[1]} in Scotland"
    if entry.kind not in {"rate", "proportion"}:
        return f"{said}; not tested, as no counts are published."
    found = differences.compare_areas(rows[rows["period"] == year]).iloc[0]
    return f"{said}: {_STANDS.get(found['verdict'], 'not tested, as a count is missing')}."


def _of_pair(local: Local, pair: Pair, span: Span) -> list[str]:
    rows, down, across = pair_rows(local, pair, span)
    if rows.empty:
        return []
    title = pair.title or catalogue.find(pair.indicators[0]).name
    held = [(str(name), part) for name, part in rows.groupby(down, sort=False)]
    if pair.groups:
        of = f"{title}: {pair.groups[1]} against {pair.groups[0]}"
        return [_tally(of, "measures", held)]
    highest = _highest(title, rows[rows[across] == span.name], down)
    of = f"{title}: against {_the(span.name_before)}"
    return [highest, _tally(of, "rows of the table", held)]


def _highest(title: str, now: pd.DataFrame, down: str) -> str:
    """Name the highest shares of a breakdown, of those that may be shown."""
    shown = now[now["value"].notna() & ~few(now)]
    if shown.empty:
        return f"{title}: no share can be shown."
    top = shown.sort_values("value", ascending=False, kind="stable").head(_NAMED)
    named = [f"{name} {figure}" for name, figure in zip(top[down], told(top), strict=True)]
    which = "" if len(shown) == len(now) else " that can be shown"
    return f"{title}: the highest shares{which} are {'; '.join(named)}."


def _named(rows: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    return catalogue.find(rows["indicator"].iloc[0]).name, rows


def _tally(head: str, things: str, pairs: Iterable[tuple[str, pd.DataFrame]]) -> str:
    """Say how many differ and which, and how many were not tested and why."""
    found: dict[str, list[str]] = {}
    for name, rows in pairs:
        found.setdefault(verdict(rows.iloc[1], rows.iloc[0]), []).append(name)
    many = sum(map(len, found.values()))
    differ = [f"{len(found[w])} {w} ({'; '.join(found[w])})" for w in _WAYS if w in found]
    # What was tested stands before what was not.
    others = sorted((way for way in found if way not in _WAYS), key=_untested)
    said = "; ".join([*differ, *(_counted(way, len(found[way])) for way in others)])
    alone = "" if all(map(_untested, found)) else ", each tested on its own"
    return f"{head}, of {many} {things}{alone}: {said}."


def _untested(way: str) -> bool:
    return way == values.SUPPRESSED or way.startswith(_UNTESTED)


def _counted(way: str, many: int) -> str:
    if way == values.SUPPRESSED:
        return f"{many} not tested, as {HIDDEN}"
    if way.startswith(_UNTESTED):
        return f"{many} not tested ({way.removeprefix(_UNTESTED)})"
    return f"{way} in {many}"
