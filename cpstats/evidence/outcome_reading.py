"""Repeated measures of how children are, as they are recorded: child, measure, day, score."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import DataProblems, Problem
from .long_tables import Row, at_most, lacking, read_about, read_day, rows_of, told

#: The eight wellbeing indicators of Getting It Right For Every Child.
WELLBEING = {
    "safe": "Safe", "healthy": "Healthy", "achieving": "Achieving", "nurtured": "Nurtured",
    "active": "Active", "respected": "Respected", "responsible": "Responsible",
    "included": "Included",
}  # fmt: skip
HIGHER, LOWER = "higher", "lower"
_KEYS: dict[str, Any] = {
    "title": str, "area": str, "until": dt.date, "lowest": (int, float), "highest": (int, float),
    "better": str, "smallest_change": (int, float), "follow_up_days": int, "synthetic": bool,
    "measures": dict,
}  # fmt: skip
_ASKED = ("title", "area", "until", "lowest", "highest", "better", "follow_up_days")
_OLDEST = 25


@dataclass(frozen=True)
class Outcomes:
    """Scores of children over time.

    Attributes
    ----------
    scores : DataFrame
        A row for each child, measure and day: `child, measure` (str), `date`, `score` (float),
        `age` (float, years at that day; missing where it is not given).
    measures : dict of str to str
        By id, the name of each measure.
    title, area, source : str
    date : date
        The last day that the scores cover.
    lowest, highest : float
        Ends of the scale.
    better : str
        "higher" or "lower".
    smallest_change : float
        What counts as a change.
    follow_up_days : int
        Until how long after the first a later score is its follow-up.
    synthetic : bool
    """

    scores: pd.DataFrame
    measures: dict[str, str]
    title: str
    area: str
    source: str
    date: dt.date
    lowest: float
    highest: float
    better: str
    smallest_change: float
    follow_up_days: int
    synthetic: bool


def read_outcomes(path: str | Path, about: str | Path) -> Outcomes:
    """
    Read repeated measures of children.

    Parameters
    ----------
    path : str or Path
        CSV or Excel with the columns `child, measure, date, score` and, if known, `age` in years
        or `date_of_birth`; `occasion` may stand beside them and is not read.
    about : str or Path
        TOML with `title, area, until, lowest, highest, better, follow_up_days`; `smallest_change`
        (1 without it), `synthetic`, and `measures` (a table of ids and names; without it the eight
        wellbeing indicators).

    Returns
    -------
    Outcomes

    Raises
    ------
    CannotRead
        When a file cannot be read.
    DataProblems
        With everything wrong: scores off the scale, two of a child on one day, days that are none
        or come after `until`, rows without a child.
    """
    path = Path(path)
    facts, problems = read_about(Path(about), _KEYS, _ASKED)
    names = {str(k): str(v) for k, v in facts.get("measures", WELLBEING).items()}
    folded = {key.casefold(): name for key, name in names.items()}
    problems += [Problem(Path(about).name, None, *said) for said in _amiss(facts)]
    rows, wrong = rows_of(
        path, ("child", "measure", "date", "score"), ("age", "date_of_birth", "occasion")
    )
    scores, bad = _scores(path.name, rows, facts, folded)
    problems += [*wrong, *(p for p in bad if p.column not in lacking(wrong))]
    if problems:
        raise DataProblems(at_most(problems))
    return Outcomes(
        scores, folded, facts["title"], facts["area"], path.name, facts["until"],
        float(facts["lowest"]), float(facts["highest"]), facts["better"],
        float(facts.get("smallest_change", 1)), facts["follow_up_days"],
        facts.get("synthetic", False),
    )  # fmt: skip


def _amiss(facts: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Find facts that cannot be so."""
    wrong: list[tuple[str, str, str, str]] = []
    if not facts:
        return wrong
    if facts["better"] not in (HIGHER, LOWER):
        wrong.append(("better", facts["better"], "is no direction", "Write higher or lower"))
    if not facts["lowest"] < facts["highest"]:
        span = f"{facts['lowest']} to {facts['highest']}"
        wrong.append(("lowest", span, "is no scale", "Give the lowest and the highest score"))
    if not facts.get("smallest_change", 1) > 0 or not facts["follow_up_days"] > 0:
        said = "must be above 0"
        wrong.append(("smallest_change", "", said, "Give a change and a number of days"))
    return wrong


def _scores(
    file: str, rows: list[tuple[int, Row]], facts: dict[str, Any], names: dict[str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    held, problems = [], []
    seen: dict[tuple[Any, ...], int] = {}
    for line, row in rows:
        found, wrong = _score(row, facts, names)
        problems += [Problem(file, line, *said) for said in wrong]
        # The day itself, as one may be written in two ways.
        key = found[:3]
        if all(key) and key in seen:
            said = f"is a second score of that child and day, as row {seen[key]}"
            problems.append(
                Problem(file, line, "date", told(row["date"]), said, "Keep one of the two")
            )
        seen.setdefault(key, line)
        held.append(found)
    columns = ["child", "measure", "date", "score", "age"]
    frame = pd.DataFrame(held, columns=columns)
    if not problems:
        frame = frame.astype({"score": "float64", "age": "float64"})
        frame["date"] = pd.to_datetime(frame["date"])
    return frame, problems


def _score(
    row: Row, facts: dict[str, Any], names: dict[str, str]
) -> tuple[tuple[Any, ...], list[tuple[str, str, str, str]]]:
    """Read one row, and say what in it cannot be so, as far as the facts are known."""
    wrong = []
    if not row["child"]:
        wrong.append(("child", "", "is blank", "Give each child a number of its own"))
    measure = row["measure"].casefold()
    if facts and measure not in names:
        said = told(row["measure"], names)
        wrong.append(("measure", said, "is no measure", f"Known: {', '.join(names)}"))
    day = None
    try:
        day = read_day(row["date"])
    except ValueError:
        wrong.append(("date", told(row["date"]), "is no date", "Write it as 2021-10-31"))
    if facts and day is not None and day > facts["until"]:
        remedy = f"Mend it, or give a later `until` than {facts['until']}"
        wrong.append(("date", told(row["date"]), "comes after the time covered", remedy))
    score = _number(row["score"])
    low, high = facts.get("lowest", -math.inf), facts.get("highest", math.inf)
    if score is None or not low <= score <= high:
        remedy = f"Write a number from {low} to {high}" if facts else "Write a number"
        wrong.append(("score", told(row["score"]), "is off the scale", remedy))
    age, amiss = _age(row, day)
    wrong += amiss
    return (row["child"], measure, day, score, age), wrong


def _age(row: Row, day: dt.date | None) -> tuple[float, list[tuple[str, str, str, str]]]:
    """Give the age at a day; missing before birth, and where nothing tells it."""
    if row["age"]:
        age = _number(row["age"])
        if age is None or not 0 <= age <= _OLDEST:
            said = ("age", told(row["age"]), "is no age", "Write completed years, or nothing")
            return float("nan"), [said]
        return age, []
    if not row["date_of_birth"]:
        return float("nan"), []
    try:
        born = read_day(row["date_of_birth"])
    except ValueError:
        # Not even what looks like a date of birth is repeated.
        said = ("date_of_birth", "", "is no date", "Write it as 2010-10-31, or nothing")
        return float("nan"), [said]
    if day is None or born > day:
        return float("nan"), []
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    if years > _OLDEST:
        return float("nan"), [("date_of_birth", "", "is no child's", "Mend it, or leave it out")]
    return float(years), []


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None
