"""A whole made-up record set: stays on the register, and everything that came before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from .. import areas, periods, published
from ..errors import ImpossibleInput
from ..records import TABLES
from ..records.engines import from_pandas
from .events import Story, others
from .families import Child, Maker, working
from .registers import Stay, published_counts, simulate

_FIRST, _LAST = 2005, 2050
_TEMPORARY = 0.01
_BORN_AGAIN = 0.2


def synthesise(
    area: str | Sequence[str],
    *,
    since: int,
    until: int,
    seed: int,
    data: published.Published | None = None,
) -> dict[str, pd.DataFrame]:
    """
    Make up a record set: SYNTHETIC, about nobody.

    Parameters
    ----------
    area : str or sequence of str
        Councils, as usually spelt.
    since, until : int
        The year in whose August the first academic year begins, and the year in whose July the
        last one ends.
    seed : int
        The same seed makes the same records.
    data : Published, optional
        Where the published register counts are, which each 31 July has.

    Returns
    -------
    dict of str to DataFrame
        Every table of the model, with its columns and types.

    Raises
    ------
    ImpossibleInput
        When the years do not follow.
    UnknownName
        For an area that is not known.
    """
    if not _FIRST <= since < until <= _LAST:
        raise ImpossibleInput(
            f"Records from {since} to {until}: the years must follow, from {_FIRST} to {_LAST}."
        )
    package = data or published.load()
    names = [area] if isinstance(area, str) else list(area)
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for number, name in enumerate(names, start=1):
        found = areas.find(name).name
        chance = np.random.default_rng([seed, int(areas.find(name).code[1:])])
        made = _one(package, found, since, until, chance, f"S{number}")
        for table, more in made.items():
            rows[table] += more
    return {name: _framed(rows[name], name) for name in TABLES}


def _one(
    package: published.Published,
    area: str,
    since: int,
    until: int,
    chance: np.random.Generator,
    prefix: str,
) -> dict[str, list[dict[str, Any]]]:
    maker = Maker(chance, prefix)
    counts = published_counts(package, area, list(range(since + 1, until + 1)))
    first = dt.date(since, periods.FIRST_MONTH[periods.ACADEMIC], 1)
    last = dt.date(until, 7, 31).toordinal()
    stays = simulate(maker, counts, first)
    story = Story(maker, area, last)
    told = [stay.child for stay in stays]
    for family in _together(stays):
        _tell(story, family)
    told += others(story, first.toordinal(), len(stays))
    told += _temporary(story, first.toordinal(), last, int(_TEMPORARY * len(stays)))
    told += _first_to_leave(story, first)
    story.rows["children"] = _children(told, area, last)
    _drop_before(story, first.toordinal())
    return story.rows


def _together(stays: list[Stay]) -> list[list[Stay]]:
    """Put together brothers and sisters registered on one day."""
    groups: dict[tuple[str, int], list[Stay]] = {}
    for stay in stays:
        groups.setdefault((stay.child.family, stay.start), []).append(stay)
    return list(groups.values())


def _tell(story: Story, family: list[Stay]) -> None:
    if family[0].kind != "transfer-in":
        story.pathway([s.child for s in family], family[0].start, far=3)
    for stay in family:
        story.stay(stay)
        _registered_at_birth(story, stay)


def _registered_at_birth(story: Story, stay: Stay) -> None:
    """Enter some children anew under the identifier they are given at birth."""
    child, day = stay.child, working(stay.child.born + 6)
    if stay.kind != "pre-birth" or day > story.until:
        return
    if (stay.end is None or stay.end > day + 21) and story.maker.happens(_BORN_AGAIN):
        meeting = story.meeting(child, day, "initial", "registered")
        story.concerns(child, meeting, day)
        story.add(
            "registrations", "registration_id", "G", child_id=child.id, registration_date=day,
            registration_type="initial", registered_before="no", meeting_id=meeting,
        )  # fmt: skip


def _temporary(story: Story, since: int, until: int, many: int) -> list[Child]:
    """Make visiting children, on the register for some weeks."""
    told = []
    for _ in range(many):
        start = working(story.maker.between(since + 30, until - 60))
        child = story.maker.family(start, (0.4, 0.3, 0.3, 0.0))[0]
        # Never over 31 July, whose count is the published one.
        day = dt.date.fromordinal(start)
        end = min(start + story.maker.between(14, 28), dt.date(day.year, 7, 30).toordinal())
        end = working(end)
        if day.month <= 7 and end > start:
            story.stay(Stay(child, start, end, "temporary"), temporary=True)
            told.append(child)
    return told


def _first_to_leave(story: Story, first: dt.date) -> list[Child]:
    """Let a visiting child leave the register in its first year where nobody else does.

    The register begins empty: in a small area nobody might leave it for a year, and a year of
    which nothing was entered would look the same.
    """
    since, until = first.toordinal(), dt.date(first.year + 1, 7, 31).toordinal()
    left = [row["deregistration_date"] for row in story.rows.get("deregistrations", [])]
    told: list[Child] = []
    while min(left, default=until + 1) > until and not told:
        told = _temporary(story, since, until, 1)
    return told


def _children(told: list[Child], area: str, until: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for child in {c.id: c for c in told}.values():
        shared = {"area": area, "family_id": child.family, **child.traits}
        born = child.born <= until
        if child.unborn_id:
            rows.append(
                shared
                | {
                    "child_id": child.unborn_id,
                    "sex": "not known",
                    "expected_date_of_birth": child.expected,
                    "later_id": child.id if born else None,
                }
            )
        if born:
            rows.append(shared | {"child_id": child.id, "date_of_birth": child.born})
    return rows


def _drop_before(story: Story, since: int) -> None:
    """Leave out what happened before the records begin, as an export of some years does."""
    for table, date in (
        ("concerns_received", "received_date"),
        ("discussions", "discussion_date"),
        ("investigations", "start_date"),
        ("orders", "received_date"),
    ):
        story.rows[table] = [r for r in story.rows.get(table, []) if r[date] >= since]


def _framed(rows: list[dict[str, Any]], name: str) -> pd.DataFrame:
    table = TABLES[name]
    dates = [f.name for f in table.fields if f.type == "date"]
    frame = pd.DataFrame(rows, columns=table.columns)
    for date in dates:
        days = frame[date].astype("float64") - dt.date(1970, 1, 1).toordinal()
        frame[date] = pd.to_datetime(days, unit="D").astype("datetime64[s]")
    for column in [c for c in table.columns if c not in dates]:
        frame[column] = frame[column].astype("object").where(frame[column].notna(), "")
    first = [c for c in dates if table[c].needed]
    return from_pandas(frame.sort_values([*first, table.key], ignore_index=True), table)
