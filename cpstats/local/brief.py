"""What moved, of all that a report counts: each on its own, and allowing for how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import catalogue, comparisons, p_values, values
from ..tables import Prose, Table
from .figures import FEWEST, VERDICTS, behind, few, group_rows, tested, then_and_now, written
from .opening import Local
from .processes import name_of, signals_at_end
from .sections import Section
from .spans import Span


def in_brief(local: Local, sections: Iterable[Section], span: Span) -> Prose:
    """
    Say what differs by more than chance alone would often give: over time, and between groups.

    Parameters
    ----------
    local : Local
    sections : iterable of Section
    span : Span

    Returns
    -------
    Prose
        How many measures were tested and which differ, a line each, with whether it stands when
        all that were tested together are allowed for (Holm); how many could not be, and why; and
        where a rule of the control charts fires in the last quarter.
    """
    sections = list(sections)
    times = f"{span.name} against {span.name_before}"
    said = _family(_MEASURES, times, _over_time(local, sections, span))
    said += _family(_GROUPS, times, _groups_over_time(local, sections, span))
    for groups, tests in _between(local, sections, span).items():
        said += _family(_MEASURES, f"{groups[1]} against {groups[0]}, {span.name}", tests)
    return Prose([*said, *_fired(local, sections, span)], "list")


@dataclass(frozen=True)
class _Test:
    """A measure held against itself elsewhere or at another time."""

    name: str
    first: str
    second: str
    verdict: str
    p_value: float


@dataclass(frozen=True)
class _Tests:
    """What was tested together, and why what was not could not be."""

    done: list[_Test]
    not_done: Counter[str]


def _tests(rows: Iterable[tuple[str, pd.DataFrame]]) -> _Tests:
    """Test the second row of each pair against the first, where it can be tested."""
    done, not_done = [], Counter[str]()
    for name, pair in rows:
        result = tested(catalogue.find(pair["indicator"].iloc[0]), pair.iloc[1], pair.iloc[0])
        if isinstance(result, str):
            not_done[result] += 1
        elif result["verdict"]:
            first, second = told(pair)
            done.append(_Test(name, first, second, result["verdict"], result["p_value"]))
    return _Tests(done, not_done)


def told(rows: pd.DataFrame) -> list[str]:
    """Write values with what they are of: "63.9% (303 of 474)"."""
    shares = [catalogue.find(i).kind == "proportion" for i in rows["indicator"]]
    return [
        f"{value}% ({counts})" if share else value if value == counts else f"{value} ({counts})"
        for value, counts, share in zip(written(rows), behind(rows), shares, strict=True)
    ]


def _name(indicator: str) -> str:
    return catalogue.find(indicator).name


def _over_time(local: Local, sections: list[Section], span: Span) -> _Tests:
    asked = dict.fromkeys(i for s in sections for i in s.over_time)
    return _tests((_name(i), then_and_now(local, i, span)) for i in asked)


def _groups_over_time(local: Local, sections: list[Section], span: Span) -> _Tests:
    """Test each group of a breakdown against itself in the time before."""
    pairs = (p for s in sections for p in s.pairs if p.by and not p.groups)
    asked = dict.fromkeys((i, p.by) for p in pairs for i in p.indicators)
    return _tests(
        (f"{_name(indicator)}, {group}", rows)
        for indicator, by in asked
        for group, rows in then_and_now(local, indicator, span, by).groupby(by, sort=False)
        if len(rows) == 2 and rows["numerator"].sum(min_count=1) != 0
    )


def _between(local: Local, sections: list[Section], span: Span) -> dict[tuple[str, ...], _Tests]:
    asked: dict[tuple[str, ...], dict[str, str]] = {}
    for pair in (p for s in sections for p in s.pairs if p.groups):
        asked.setdefault(pair.groups, {}).update(dict.fromkeys(pair.indicators, pair.by))
    return {
        groups: _tests(
            (_name(i), group_rows(local, i, span, by, groups)) for i, by in indicators.items()
        )
        for groups, indicators in asked.items()
    }


def _family(what: tuple[str, str], when: str, found: _Tests) -> list[str]:
    """Say what was tested together, and what of it differs."""
    tests, left = found.done, _left(found)
    if not tests:
        none = f"None of the {what[1]} from records could be tested, {when}"
        return [f"{none}: {left}."] if left else []
    standing = p_values.holm(np.array([t.p_value for t in tests])) <= 0.05
    differ = [(t, s) for t, s in zip(tests, standing, strict=True) if t.verdict in _MOVED]
    many = f"{len(differ) or 'none'} differ, each tested on its own"
    count = "1 differs, tested on its own" if len(differ) == 1 else many
    number = f"1 {what[0]} was" if len(tests) == 1 else f"{len(tests)} {what[1]} were"
    head = f"From records, {number} tested, {when}: {count}."
    head += f" {found.not_done.total()} more could not be tested: {left}." if left else ""
    return [head, *(_line(test, bool(stands)) for test, stands in differ)]


_MEASURES = ("measure", "measures")
_GROUPS = ("group within a measure", "groups within measures")


def _left(found: _Tests) -> str:
    """Say why the rest was not tested: "a figure is hidden (6), too few (1)"."""
    return ", ".join(f"{why} ({many})" for why, many in found.not_done.most_common())


def _fired(local: Local, sections: list[Section], span: Span) -> list[str]:
    """Say of each control chart whether a rule fires in the last quarter."""
    asked = dict.fromkeys(chart for section in sections for chart in section.charts)
    found = [(chart, signals_at_end(local, chart, span)) for chart in asked]
    return [
        f"{name_of(chart)}, quarter by quarter: {signal.replace('; ', ', ')} in {span.until}."
        for chart, signal in found
        if signal
    ]


_MOVED = {comparisons.HIGHER, comparisons.LOWER}


def _line(test: _Test, stands: bool) -> str:
    how = "stands" if stands else "does not stand"
    return (
        f"{test.name}: {test.second}, {VERDICTS[test.verdict]} than {test.first} (it {how} when "
        "all that were tested are allowed for)."
    )


def not_said(local: Local, sections: Iterable[Section], span: Span) -> Table | Prose:
    """List the figures of a report that are not given, and why."""
    rows = []
    for indicator in dict.fromkeys(i for section in sections for i in section.figures):
        row = then_and_now(local, indicator, span).iloc[[1]]
        why = _why_not(row)
        if why:
            rows.append({"Measure": catalogue.find(indicator).name, "Why": why})
    if not rows:
        return Prose(["Every figure that was asked for is given."])
    return Table(pd.DataFrame(rows), f"Not given for {span.name}")


def _why_not(row: pd.DataFrame) -> str:
    if few(row).any():
        return f"fewer than {FEWEST} stand behind it: one child would move it by over ten points"
    if row["value"].notna().all():
        return ""
    note = row["note"].iloc[0].rstrip(".")
    if row["mark"].iloc[0] == values.NOT_APPLICABLE:
        return "there was none to be a share of"
    return f"{values.WHY_MISSING[row['mark'].iloc[0]]}{f': {note}' if note else ''}"
