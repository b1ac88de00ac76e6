"""What commands print: tables for people, CSV and JSON for programs."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import Any

#: Control characters but the tab and the end of a line, and those that turn the order of words.
_CODES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Format(StrEnum):
    """How to write results."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def plain(text: str) -> str:
    r"""
    Give a text that a terminal or a log shows as it stands, whoever wrote what is in it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Codes that move, colour or turn words are question marks.

    Examples
    --------
    >>> plain("\x1b[31mFife")
    '?[31mFife'
    """
    return _CODES.sub("?", text)


def brief(results: Any, by: list[str]) -> Any:
    """Keep what fits a terminal; the mark stands where the value would."""
    from . import values
    from .catalogue import CATALOGUE

    entry = CATALOGUE[results["indicator"].iloc[0]]
    brief = results[["area", "period", *by, "numerator", "denominator", "lower", "upper"]].copy()
    value = [
        values.write(r.value, r.mark, 0 if entry.kind == "count" else 2)
        for r in results.itertuples()
    ]
    brief.insert(len(by) + 4, "value", value)
    return brief


def write(frame: Any, format: Format, title: str) -> None:
    """Print a frame as it was asked for."""
    if format is Format.CSV:
        print(frame.to_csv(index=False), end="")
    elif format is Format.JSON:
        print(frame.to_json(orient="records", indent=2, date_format="iso", force_ascii=False))
    else:
        _write_table(frame, title)


def _write_table(frame: Any, title: str) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    numbers = {"numerator", "denominator", "value", "lower", "upper"}
    for column in frame:
        table.add_column(column, overflow="fold", justify="right" if column in numbers else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(_cell(column, value) for column, value in zip(frame, row, strict=True)))
    # Into a file or a pipe nothing needs to wrap.
    width = None if sys.stdout.isatty() else 200
    Console(markup=False, highlight=False, width=width).print(table)


def _cell(column: str, value: Any) -> str:
    from .values import write

    if isinstance(value, float):
        if value != value:
            return ""
        return write(value, decimals=0 if column in {"numerator", "denominator"} else 2)
    return str(value)
