"""Episodes by a slow and obvious walk through each child's days: what the expressions must equal.

Written for the reader: one person at a time, one day at a time, plain Python.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta


@dataclass
class Day:
    registrations: list[dict] = field(default_factory=list)
    deregistrations: list[dict] = field(default_factory=list)


def person_of(child: str, later: dict[str, str | None]) -> str:
    for _ in range(3):
        child = later.get(child) or child
    return child


def completed_months(earlier: dt.date, later: dt.date) -> int:
    months = 0
    while earlier + relativedelta(months=months + 1) <= later:
        months += 1
    return months


def walk(children: list[dict], registrations: list[dict], deregistrations: list[dict]):
    """Give registrations and de-registrations as dictionaries by identifier."""
    later = {c["child_id"]: c["later_id"] for c in children}
    people: dict[str, dict[dt.date, Day]] = defaultdict(lambda: defaultdict(Day))
    for row in registrations:
        person = person_of(row["child_id"], later)
        people[person][row["registration_date"]].registrations.append(row)
    for row in deregistrations:
        person = person_of(row["child_id"], later)
        people[person][row["deregistration_date"]].deregistrations.append(row)
    begun, ended = {}, {}
    for person, days in people.items():
        _walk_person(person, dict(sorted(days.items())), begun, ended)
    return begun, ended


def _walk_person(person, days, begun, ended):
    on_register, current, last_left = False, None, None
    waiting: list[dict] = []  # de-registrations that wait for the next registration
    for day, events in days.items():
        opens = min(events.registrations, key=lambda r: r["registration_id"], default=None)
        closes = min(events.deregistrations, key=lambda r: r["deregistration_id"], default=None)
        left_before = last_left
        was_on = on_register
        if closes and was_on:
            _close(current, day, "de-registration")
            ended[closes["deregistration_id"]] = _left(person, day, closes, current["date"])
            on_register = False
        if opens:
            if on_register:
                _close(current, day, "registration")
            for row in waiting:
                row["next_registration"] = day
                row["months_to_registration"] = completed_months(row["date"], day)
            waiting = []
            current = _begin(person, day, opens, left_before, was_on, bool(closes))
            begun[opens["registration_id"]] = current
            on_register = True
        if closes and not was_on:
            start = None
            if opens:
                _close(current, day, "de-registration")
                start, on_register = day, False
            ended[closes["deregistration_id"]] = _left(person, day, closes, start)
        if closes:
            row = ended[closes["deregistration_id"]]
            if was_on and opens:
                row["next_registration"] = day
            else:
                waiting.append(row)
            if any(c["transfer"] != "yes" for c in events.deregistrations):
                last_left = day


def _begin(person, day, row, left, was_on, closes):
    # A child never off the register is not registered again.
    months = None if left is None or was_on else completed_months(left, day)
    return {
        "person_id": person,
        "date": day,
        "end_date": None,
        "ended_by": None,
        "continues": "yes" if was_on and closes else "no",
        "last_deregistration": left,
        "months_since_deregistration": months,
        "history": _history(row, left),
        "days_registered": None,
    }


def _history(row, left):
    if left is not None or row["registered_before"] == "yes":
        return "registered before"
    if row["registered_before"] == "no":
        return "never registered before"
    return "not known if registered before"


def _close(episode, day, by):
    episode["end_date"], episode["ended_by"] = day, by
    episode["days_registered"] = (day - episode["date"]).days


def _left(person, day, row, start):
    return {
        "person_id": person,
        "date": day,
        "registered_date": start,
        "days_registered": None if start is None else (day - start).days,
        "months_registered": None if start is None else completed_months(start, day),
        "next_registration": None,
        "months_to_registration": None,
    }
