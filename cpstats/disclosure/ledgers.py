"""What has been released: kept, so that the next report cannot be subtracted from this one.

A ledger is a folder with one JSON file for each release: the tables as they left, with their marks.
It holds nothing that was hidden, and can lie beside the reports.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import CannotRead
from ..files import write_whole
from .releases import Release

LEDGER = "released"

#: What an intruder can use of a table; the rest is words.
_KEPT = (
    "indicator", "area", "period", "numerator", "denominator", "value", "lower", "upper", "mark",
    "date",
)  # fmt: skip
_WORDS = ("area_code", "start", "method", "source", "denominator_basis", "vintage", "note")


def enter(folder: Path, done: Release, *, area: str, synthetic: bool, title: str) -> Path:
    """
    Enter a release in a ledger.

    Parameters
    ----------
    folder : Path
        The ledger; made where there is none.
    done : Release
    area, title : str
    synthetic : bool
        Whether its records are made up: such releases say nothing of real ones.

    Returns
    -------
    Path
        Of its file. The same release entered again changes nothing.
    """
    entry = {
        "title": title,
        "area": area,
        "synthetic": synthetic,
        "policy": done.policy.name,
        "round_to": done.policy.round_to,
        "tables": {name: _written(frame) for name, frame in done.tables.items()},
    }
    text = json.dumps(entry, indent=1, ensure_ascii=False) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = folder / f"{digest}.json"
    return path if path.exists() else write_whole(path, text)


def _written(frame: pd.DataFrame) -> dict[str, Any]:
    kept = frame[[c for c in frame.columns if c in _KEPT or c not in _WORDS]].copy()
    for column in kept.select_dtypes("datetime"):
        kept[column] = kept[column].dt.strftime("%Y-%m-%d")
    plain = kept.astype(object).where(kept.notna(), None)
    return {"columns": list(kept.columns), "rows": plain.to_numpy().tolist()}


def earlier(folder: Path, *, area: str, synthetic: bool) -> list[pd.DataFrame]:
    """
    Read what was released of an area before.

    Parameters
    ----------
    folder : Path
    area : str
    synthetic : bool

    Returns
    -------
    list of DataFrame
        None where there is no ledger. Figures that were rounded are not given: they say no more
        than those of the day.

    Raises
    ------
    CannotRead
        For a file that is no entry of a ledger.
    """
    found: list[pd.DataFrame] = []
    for path in sorted(folder.glob("*.json")):
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
            if entry["area"] == area and entry["synthetic"] == synthetic:
                found += _tables(entry)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CannotRead(
                f"Cannot read {path}, an entry of what was released before: restore it from a "
                "copy. Without it the next report cannot be kept from being subtracted from it."
            ) from error
    return found


def _tables(entry: dict[str, Any]) -> Iterable[pd.DataFrame]:
    for table in entry["tables"].values():
        frame = pd.DataFrame(table["rows"], columns=table["columns"])
        figures = [c for c in ("numerator", "denominator", "value", "lower", "upper", "count")
                   if c in frame]  # fmt: skip
        frame[figures] = frame[figures].astype("float64")
        if entry["round_to"]:
            frame[figures] = np.nan
        if "date" in frame:
            frame["date"] = pd.to_datetime(frame["date"])
        yield frame
