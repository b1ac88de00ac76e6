"""What the reports of a schedule are about: areas, and years or quarters."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from .. import areas, periods
from ..errors import CpstatsError
from .readings import Reading
from .templates import Template

_COUNCILS, _LATEST, _ALL = "all councils", "latest", "all"
#: Nobody has records or figures of years before; quarters before them must be years too.
_EARLIEST, _LAST = 1900, 2199


def read_areas(reading: Reading) -> list[str]:
    """
    Read which areas are asked for.

    Parameters
    ----------
    reading : Reading
        Told of those that are none.

    Returns
    -------
    list of str
        By their proper names, each once.
    """
    found: list[str] = []
    for name in reading.texts("areas"):
        if name.casefold() == _COUNCILS:
            found += areas.councils()
            continue
        try:
            found.append(areas.find(name).name)
        except CpstatsError as error:
            reading.wrong("areas", f"{error} Or {_COUNCILS!r}.")
    return list(dict.fromkeys(found))


def read_years(reading: Reading, found: Sequence[Template], data: Path | None) -> list[str]:
    """
    Read which years and quarters are asked for.

    Parameters
    ----------
    reading : Reading
        Told of those that are none, or have no figures where figures are needed: the quarterly
        paper is made from records alone.
    found : sequence of Template
    data : Path or None
        The data package, which says what "latest" and "all" are; None when it cannot be read.

    Returns
    -------
    list of str
        Labels, each once.
    """
    asked = reading.texts("years")
    named = {name.casefold() for name in asked}
    figures = _need_figures(reading, found)
    needed = bool(asked) and (figures or bool(named & {_LATEST, _ALL}))
    known = _known_years(reading, data) if data and needed else []
    labels: list[str] = []
    for name in asked:
        if name.casefold() in {_LATEST, _ALL}:
            labels += known if name.casefold() == _ALL else known[-1:]
        elif label := _label(reading, name):
            labels.append(label)
            if "Q" in label:
                _refuse_quarter(reading, label, found)
            elif figures and known and label not in known:
                _refuse_year(reading, label, known, found)
    return list(dict.fromkeys(labels))


def _need_figures(reading: Reading, found: Sequence[Template]) -> bool:
    """Tell whether a year must have published figures; a notebook not found may need them."""
    whole = len(found) == len(reading.texts("notebooks"))
    quarterly = any("quarter" in t.takes for t in found)
    yearly = any("year" in t.takes and "quarter" not in t.takes for t in found)
    return yearly or not (whole and quarterly)


def _label(reading: Reading, name: str) -> str:
    try:
        period = periods.parse(name)
    except CpstatsError as error:
        reading.wrong("years", f"{error} Or {_LATEST!r}, or {_ALL!r}.")
        return ""
    except ValueError:  # the year 0, and beyond 9999
        reading.wrong("years", f"{name!r} is not a year of any record. Write it like '2018-19'.")
        return ""
    if " to " in period.label or not _EARLIEST <= period.start.year <= _LAST:
        said = "is neither a year nor a quarter of any record. Write it like '2018-19'"
        reading.wrong("years", f"{name!r} {said} or '2018-19 Q2'.")
        return ""
    return period.label


def _refuse_quarter(reading: Reading, label: str, found: Sequence[Template]) -> None:
    if found and not any("quarter" in t.takes for t in found):
        said = f"no notebook is made by the quarter. Write {label[:7]!r}."
        reading.wrong("years", f"{label!r} is a quarter, and {said}")


def _refuse_year(reading: Reading, label: str, known: list[str], found: Sequence[Template]) -> None:
    said = f"There are no figures for {label!r}: the nearest is {periods.nearest(label, known)!r}."
    if any("quarter" in t.takes for t in found):
        said += f" Papers from records alone need none: name quarters, such as '{label} Q4'."
    reading.wrong("years", said)


def _known_years(reading: Reading, data: Path) -> list[str]:
    """List the years with figures; read as text, which is fast."""
    found: set[str] = set()
    try:
        for table in ("register_by_council", "reregistration_within_18_months"):
            with (data / f"{table}.csv").open(encoding="utf-8", newline="") as file:
                found |= {row["period"] for row in csv.DictReader(file)}
    except (OSError, KeyError) as error:
        reading.wrong("data", error)
    return sorted(found)


def about(
    reading: Reading, template: Template, places: list[str], years: list[str]
) -> Iterator[tuple[str, str]]:
    """
    Name the areas and periods of a notebook, by what its parameters are.

    Parameters
    ----------
    reading : Reading
        Told what is missing.
    template : Template
    places, years : list of str

    Yields
    ------
    tuple of str and str
        Area and period; empty where it is about none.
    """
    takes = template.takes
    for name, key in {"area": "areas", "year": "years", "quarter": "years"}.items():
        if name in takes and not reading.texts(key) and key not in reading.bad:
            reading.wrong(key, f"is missing: a notebook asks for the {name}.")
    lacking = not reading.text("records") and "records" not in reading.bad
    if lacking and "quarter" in takes and "records" in takes:
        reading.wrong("records", "is missing: the quarterly paper is made from records.")
    for area in places if "area" in takes else [""]:
        if "quarter" in takes:
            yield from ((area, quarter) for year in years for quarter in _quarters(year))
        elif "year" in takes:
            yield from ((area, year) for year in years if "Q" not in year)
        else:
            yield area, ""


def _quarters(year: str) -> list[str]:
    """Give the four quarters of a year; a quarter is itself."""
    return [year] if "Q" in year else [f"{year} Q{n}" for n in range(1, 5)]
