"""Made-up outcomes and meetings, so that a report can be seen before there are real ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from ..files import write_whole
from .outcome_reading import WELLBEING
from .participation_reading import WAYS

SYNTHETIC = "SYNTHETIC"
_FIRST_DAY = dt.date(2021, 8, 1)
_UNTIL = dt.date(2022, 7, 31)


def write_synthetic_outcomes(path: str | Path, *, seed: int, children: int = 60) -> Path:
    """
    Write made-up wellbeing scores of children, some of them lost to follow-up.

    Parameters
    ----------
    path : str or Path
        The CSV; a TOML of the same name goes beside it.
    seed : int
    children : int

    Returns
    -------
    Path
    """
    head = ["child", "measure", "date", "score", "age", "synthetic"]
    path = Path(path)
    _describe(path, "Wellbeing of children, repeated", [
        "lowest = 1", "highest = 10", 'better = "higher"', "smallest_change = 1",
        "follow_up_days = 300",
    ])  # fmt: skip
    return _write(path, head, _scores(np.random.default_rng(seed), children))


def _scores(rng: np.random.Generator, children: int) -> Iterator[list]:
    for number in range(1, children + 1):
        age, start = int(rng.integers(0, 18)), _FIRST_DAY + dt.timedelta(int(rng.integers(0, 90)))
        times = 1 if rng.random() < 0.2 else int(rng.integers(2, 4))
        # Work helps younger children more, and helps children feel safe more than it does health.
        gain = 1.2 if age < 13 else 0.3
        for measure in WELLBEING:
            level = rng.normal(5, 1.5)
            for time in range(times):
                day = start + dt.timedelta(100 * time + int(rng.integers(0, 20)))
                helped = gain * (0.3 if measure == "healthy" else 1.0) * time
                score = int(np.clip(round(level + helped + rng.normal(0, 0.8)), 1, 10))
                yield [f"C{number:02d}", measure, day.isoformat(), score, age, SYNTHETIC]


def write_synthetic_participation(path: str | Path, *, seed: int, meetings: int = 180) -> Path:
    """
    Write a made-up log of meetings.

    Parameters
    ----------
    path : str or Path
        The CSV; a TOML of the same name goes beside it.
    seed : int
    meetings : int

    Returns
    -------
    Path
    """
    path = Path(path)
    _describe(path, "Log of child protection meetings", ["eligible_from = 5"])
    head = ["meeting", "date", "meeting_type", "role", "age", "invited", "attended", "views",
            "advocacy_offered", "advocacy_used", "synthetic"]  # fmt: skip
    return _write(path, head, _meetings(np.random.default_rng(seed), meetings))


def _meetings(rng: np.random.Generator, meetings: int) -> Iterator[list]:
    for number in range(1, meetings + 1):
        day = _FIRST_DAY + dt.timedelta(int(rng.integers(0, 360)))
        kind = str(rng.choice(["initial", "pre-birth", "review"], p=[0.35, 0.1, 0.55]))
        age = "" if kind == "pre-birth" else int(rng.integers(0, 18))
        head = [f"M{number:03d}", day.isoformat(), kind]
        if age != "":
            yield [*head, "child", age, *_child(rng, int(age)), SYNTHETIC]
        for role, comes in (("mother", 0.85), ("father", 0.45)):
            came = rng.random() < comes
            heard = "in person" if came else ("by worker" if rng.random() < 0.3 else "no")
            yield [*head, role, age, "yes", _yes(came), heard,
                   "not applicable", "not applicable", SYNTHETIC]  # fmt: skip


def _child(rng: np.random.Generator, age: int) -> list[str]:
    """Make a child's part: older ones come more often, and few are offered an advocate."""
    if age < 5:
        return ["not applicable"] * 2 + ["by worker" if rng.random() < 0.4 else "no"] + ["no"] * 2
    came = rng.random() < (0.55 if age >= 13 else 0.2)
    heard = "in person" if came else str(rng.choice(WAYS[1:], p=[0.1, 0.15, 0.3, 0.1, 0.35]))
    offered = rng.random() < 0.35
    used = offered and rng.random() < 0.5
    unknown = rng.random() < 0.05
    return ["yes", "not recorded" if unknown else _yes(came), heard, _yes(offered), _yes(used)]


def _yes(given: bool) -> str:
    return "yes" if given else "no"


def _describe(path: Path, title: str, more: Iterable[str]) -> None:
    said = [f'title = "{title}"', 'area = "Dundee City"', f"until = {_UNTIL}", "synthetic = true"]
    head = "# SYNTHETIC: made up by a generator. No real child.\n"
    write_whole(path.with_suffix(".toml"), head + "\n".join([*said, *more]) + "\n")


def _write(path: Path, head: list[str], rows: Iterable[list]) -> Path:
    return write_whole(path, as_csv(head, rows))


def as_csv(head: list[str], rows: Iterable[list]) -> str:
    """
    Write rows as the text of a CSV file.

    Parameters
    ----------
    head : list of str
    rows : iterable of list

    Returns
    -------
    str
    """
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return held.getvalue()
