"""Episodes on a made-up register, steered so that each 31 July has the published number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from ..published import Published
from .families import REGISTERED_AGES, Child, Maker, working

#: Registrations in a year for each child on the register, roughly (Scotland, 2018-19: 1.65).
_TURNOVER = 1.65
#: Share of registrations of families registered before, and of those with an unborn child.
_AGAIN, _UNBORN = 0.15, 0.14
#: What stands in for a number that was suppressed or is not in hand.
_STAND_IN = 4


@dataclass
class Stay:
    """A child's time on the register; days are ordinals, `end` None while it goes on."""

    child: Child
    start: int
    end: int | None
    kind: str = "initial"
    again: bool = False
    leaves: str = "review"


def published_counts(data: Published, area: str, years: list[int]) -> dict[int, int]:
    """
    Give the number of children on the register on each 31 July.

    Parameters
    ----------
    data : Published
    area : str
    years : list of int
        Of the 31 Julys.

    Returns
    -------
    dict of int to int
        The published number; between two, where one is suppressed or missing; else a stand-in.
    """
    table = data.table("register_by_council")
    rows = table[(table["area"] == area) & (table["measure"] == "children_on_register")]
    known = {
        int(period[:4]) + 1: value
        for period, value in zip(rows["period"], rows["value"], strict=True)
        if value == value
    }
    if not known:
        return dict.fromkeys(years, _STAND_IN)
    at = sorted(known)
    return {y: round(float(np.interp(y, at, [known[a] for a in at]))) for y in years}


def simulate(maker: Maker, counts: dict[int, int], since: dt.date) -> list[Stay]:
    """Make the stays of some years, one year after another.

    Parameters
    ----------
    maker : Maker
    counts : dict of int to int
        Children on the register on 31 July of each year.
    since : datetime.date
        The first day.

    Returns
    -------
    list of Stay
    """
    stays: list[Stay] = []
    start = since.toordinal()
    for year, wanted in counts.items():
        end = dt.date(year, 7, 31).toordinal()
        previous = sum(_held(s, start - 1) for s in stays)
        many = max(int(_TURNOVER * (wanted + previous) / 2), wanted - previous, 1)
        made = 0
        while made < many:
            family = _again(maker, stays, start, end) or _new(maker, start, end)
            stays += family
            made += len(family)
        _steer(maker, stays, wanted, start, end)
        start = end + 1
    return stays


def _held(stay: Stay, day: int) -> bool:
    return stay.start <= day and (stay.end is None or stay.end > day)


def _length(maker: Maker) -> int:
    """Draw a length: about half under six months, as Table 2.3 has it."""
    return int(np.clip(maker.chance.lognormal(5.2, 0.6), 35, 1100))


def _new(maker: Maker, start: int, end: int) -> list[Stay]:
    day = working(maker.between(start + 2, end))
    children = maker.family(day, REGISTERED_AGES, _UNBORN)
    return _together(maker, children, day, again=False)


def _again(maker: Maker, stays: list[Stay], start: int, end: int) -> list[Stay]:
    """Register a family again that had left, now and then."""
    if not stays or not maker.happens(_AGAIN):
        return []
    left = stays[maker.between(0, len(stays) - 1)]
    brothers = [s for s in stays if s.child.family == left.child.family]
    if any(s.end is None or s.end >= end - 30 for s in brothers):
        return []
    last = max(s.end for s in brothers if s.end is not None)
    day = working(maker.between(max(start, last + 21) + 2, end))
    children = list({s.child.id: s.child for s in brothers}.values())
    children = [c for c in children if 0 <= c.age_on(day) < 16]
    return _together(maker, children, day, again=True)


def _together(maker: Maker, children: list[Child], day: int, *, again: bool) -> list[Stay]:
    length = _length(maker)
    kind = "initial"
    if not again and maker.happens(0.025):
        kind = "transfer-in"
    leaves = "transfer" if maker.happens(0.025) else "review"
    stays = []
    for child in children:
        own = "pre-birth" if day < child.born else kind
        end = working(min(day + length, child.grown))
        stays.append(Stay(child, day, end, own, again, leaves))
    return stays


def _steer(maker: Maker, stays: list[Stay], wanted: int, start: int, end: int) -> None:
    """Move ends of stays until the number held on the last day is the one wanted."""
    held = [s for s in stays if _held(s, end)]
    # Those registered longest leave first; nobody leaves within five weeks of coming.
    held.sort(key=lambda s: s.start)
    while len(held) > wanted:
        stay = held.pop(0)
        stay.end = max(working(maker.between(end - 50, end)), working(stay.start + 30))
        if stay.end > end:
            stays.remove(stay)
    gone = [s for s in stays if s.end is not None and start <= s.end <= end and s.start <= end - 28]
    gone = [s for s in gone if not _comes_back(s, stays) and s.child.grown > end + 150]
    gone.sort(key=lambda s: s.end or 0)
    while len(held) < wanted and gone:
        stay = gone.pop()
        stay.end = working(end + maker.between(10, 150))
        held.append(stay)
    while len(held) < wanted:
        day = working(maker.between(end - 100, end - 1))
        child = maker.family(day, (0.5, 0.3, 0.2, 0.0))[0]
        held.append(Stay(child, day, working(end + maker.between(10, 150))))
        stays.append(held[-1])


def _comes_back(stay: Stay, stays: list[Stay]) -> bool:
    return any(s.child is stay.child and s.start > stay.start for s in stays)
