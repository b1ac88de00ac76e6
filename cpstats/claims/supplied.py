"""Figures supplied beside the data package: from a publisher's page, or by the partnership."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from ..errors import CannotRead, DataProblems, Problem

_NUMBER = re.compile(r"-?([0-9]{1,3}(,[0-9]{3}){1,3}|[0-9]{1,12})(\.[0-9]{1,15})?")
_COUNT = re.compile(r"[0-9]{1,12}")
_COLUMNS = ("item", "value", "numerator", "denominator", "source", "note")


@dataclass(frozen=True)
class Item:
    """One figure supplied beside the data package: by a publisher's page, or by the partnership.

    Attributes
    ----------
    value : str
        As it is: a number or a date; empty where counts are given.
    numerator, denominator : int or None
    source : str
    file : str
    line : int or None
        Where it stands, for whoever has to mend it.
    """

    value: str
    numerator: int | None
    denominator: int | None
    source: str
    file: str = ""
    line: int | None = None


def said_of(item: Item) -> str:
    """Say what was supplied, and by whom."""
    if item.numerator is not None:
        return f"{item.numerator:,} of {item.denominator:,} ({item.source})"
    return f"{item.value} ({item.source})"


def number_of(value: str) -> float | None:
    """
    Read a number as it is printed or supplied.

    Parameters
    ----------
    value : str

    Returns
    -------
    float or None
        None for what is no plain number.

    Examples
    --------
    >>> number_of("5,500"), number_of("six")
    (5500.0, None)
    """
    text = value.removesuffix("%").strip()
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def read_items(path: Path) -> dict[str, Item]:
    """
    Read figures that are supplied beside the data package.

    Parameters
    ----------
    path : Path
        CSV with the columns `item, value, numerator, denominator, source, note`: a value (a number
        or a date), or whole counts.

    Returns
    -------
    dict of str to Item

    Raises
    ------
    CannotRead
        When it cannot be read or has other columns.
    DataProblems
        With every row that cannot be used.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    if not rows or set(_COLUMNS) - set(rows[0]):
        raise CannotRead(f"Cannot read {path}: its columns are {', '.join(_COLUMNS)}.")
    problems: list[Problem] = []
    items: dict[str, Item] = {}
    for line, row in enumerate(rows, 2):
        cells = {key: (row.get(key) or "").strip() for key in _COLUMNS}
        said = _wrong(cells, items)
        if said:
            problems.append(Problem(path.name, line, *said))
            continue
        part, whole = (int(cells[k]) if cells[k] else None for k in ("numerator", "denominator"))
        items[cells["item"]] = Item(cells["value"], part, whole, cells["source"], path.name, line)
    if problems:
        raise DataProblems(problems)
    return items


def _wrong(cells: dict[str, str], known: dict[str, Item]) -> tuple[str, str, str, str] | None:
    item, value = cells["item"], cells["value"]
    part, whole = cells["numerator"], cells["denominator"]
    if not item or item in known:
        return "item", item, "is blank or stands twice", "Name each item once"
    if not cells["source"]:
        return "source", "", "is blank", "Say where the figure comes from"
    if bool(value) == bool(part or whole):
        return "value", value, "is not one figure", "Give a value, or a numerator and denominator"
    counted = all(_COUNT.fullmatch(c) for c in (part, whole)) and 0 < int(whole) >= int(part)
    if not value and not counted:
        remedy = "Give whole numbers, the numerator at most the denominator"
        return "numerator", f"{part} of {whole}", "is no part of a whole", remedy
    return None
