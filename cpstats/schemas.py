"""A table as text against its schema: typed columns, and every problem at once.

The schema is the Table Schema of `datapackage.json` (https://datapackage.org/standard/table-schema/).
Meaning that a schema cannot say is checked here too: a figure and its mark, the name of an area
and its code, the range of a measure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from . import areas, csvfiles, periods, values
from .errors import CpstatsError, Problem

#: Calendars whose periods are read as years.
_YEARS = {"census date", "academic year", "financial year"}


def conform(
    table: csvfiles.RawTable, schema: dict[str, Any], measures: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn the text of a table into typed columns.

    Parameters
    ----------
    table : RawTable
    schema : dict
        A Table Schema.
    measures : DataFrame, optional
        The entries of measures.csv by name, with minimum, maximum and kind.

    Returns
    -------
    frame : DataFrame
        Columns in the order of the schema. Numbers and integers are float64 (missing is nan),
        dates datetime64, the rest text ("" where blank).
    problems : list of Problem
        All that was found, in the file and in its cells.
    """
    problems = list(table.problems)
    names = [field["name"] for field in schema["fields"]]
    if not table.columns or set(names) - set(table.columns):
        return pd.DataFrame(columns=names), problems
    rows = []
    for row in table.rows:
        cells = {name: row.cells[name].strip() for name in names}
        typed, found = _conform_row(cells, schema, measures)
        rows.append(typed)
        problems += [Problem(table.file, row.line, *rest) for rest in found]
    frame = _typed(pd.DataFrame(rows, columns=names), schema)
    lines = [row.line for row in table.rows]
    problems += _repeated_keys(table.file, frame, lines, schema.get("primaryKey", []))
    problems.sort(key=lambda p: p.line or 0)
    return frame, problems


def typed_from_file(path: Any, schema: dict[str, Any]) -> pd.DataFrame:
    """Read a file that is known to conform, fast. Same frame as `conform` gives."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    return _typed(frame[[field["name"] for field in schema["fields"]]], schema)


def as_csv(frame: pd.DataFrame, schema: dict[str, Any]) -> str:
    """Write a typed table as it is kept: UTF-8 text with plain numbers, ISO dates and marks apart.

    What `typed_from_file` reads back is the same frame.
    """
    columns = {}
    for field in schema["fields"]:
        name, kind = field["name"], field["type"]
        if kind in {"number", "integer"}:
            columns[name] = [_plain_number(v) for v in frame[name]]
        elif kind == "date":
            columns[name] = frame[name].dt.strftime("%Y-%m-%d").fillna("").tolist()
        else:
            columns[name] = frame[name].tolist()
    return pd.DataFrame(columns).to_csv(index=False, lineterminator="\n")


def _plain_number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) else repr(float(value))


def _typed(frame: pd.DataFrame, schema: dict[str, Any]) -> pd.DataFrame:
    columns = {}
    for field in schema["fields"]:
        name, kind = field["name"], field["type"]
        if kind in {"number", "integer"}:
            columns[name] = pd.to_numeric(frame[name], errors="coerce").astype("float64")
        elif kind == "date":
            dates = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
            columns[name] = dates.astype("datetime64[s]")
        else:
            columns[name] = frame[name].astype("str")
    return pd.DataFrame(columns, index=frame.index)


_Found = tuple[str, str, str, str]  # column, value, problem, remedy


def _conform_row(
    cells: dict[str, str], schema: dict[str, Any], measures: pd.DataFrame | None
) -> tuple[dict[str, object], list[_Found]]:
    found: list[_Found] = []
    typed: dict[str, object] = dict(cells)
    if "area_code" in cells and "area" in cells:
        typed |= _area(cells, found)
    for field in schema["fields"]:
        name, kind = field["name"], field["type"]
        if name == "value":
            typed |= _figure(cells, found)
        elif kind in {"number", "integer"} and cells[name]:
            typed[name] = _number(name, cells[name], kind, field, found)
        elif kind == "date" and cells[name]:
            _date(name, cells[name], found)
        found += _constraints(field, str(typed[name]) if kind == "string" else cells[name])
    if "calendar" in cells:
        typed["period"] = _period(cells, found)
    if measures is not None and "measure" in cells:
        found += _range(cells["measure"], typed["value"], measures)
    return typed, found


def _area(cells: dict[str, str], found: list[_Found]) -> dict[str, object]:
    try:
        area = areas.find(cells["area"] or cells["area_code"])
    except CpstatsError as error:
        found.append(("area", cells["area"], "is not a known area", str(error)))
        return {}
    code = cells["area_code"]
    if code and code != area.code and code not in area.former_codes:
        remedy = f"The code of {area.name} is {area.code}"
        found.append(("area_code", code, f"is not the code of {area.name}", remedy))
    return {"area_code": area.code, "area": area.name}


def _figure(cells: dict[str, str], found: list[_Found]) -> dict[str, object]:
    text, mark = cells["value"], cells["mark"]
    if not text and mark in values.WHY_MISSING:
        return {"value": math.nan}
    try:
        value, read_mark = values.read_cell(text)
    except ValueError as error:
        problem, remedy = str(error).split("|")
        found.append(("value", text, problem, remedy))
        return {"value": math.nan}
    if mark in values.WHY_MISSING and not math.isnan(value):
        remedy = "Take out the figure or the mark"
        found.append(("mark", mark, f"says there is no figure beside {text}", remedy))
    if read_mark and mark and read_mark != mark:
        found.append(("mark", mark, f"disagrees with {text!r}", "Keep one of them"))
    return {"value": value, "mark": read_mark or mark}


def _number(name: str, text: str, kind: str, field: dict[str, Any], found: list[_Found]) -> float:
    try:
        number, _ = values.read_cell(text)
    except ValueError as error:
        problem, remedy = str(error).split("|")
        found.append((name, text, problem, remedy))
        return math.nan
    if math.isnan(number):
        found.append((name, text, "is not a number", "Write the number"))
        return number
    limits = field.get("constraints", {})
    low, high = limits.get("minimum", -math.inf), limits.get("maximum", math.inf)
    if not low <= number <= high:
        found.append((name, text, f"is not from {low} to {high}", "Check it against the source"))
    if kind == "integer" and number != int(number):
        found.append((name, text, "is not a whole number", "Check it against the source"))
    return number


def _date(name: str, text: str, found: list[_Found]) -> None:
    if pd.isna(pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")):
        found.append((name, text, "is not a date", "Write it as 2019-07-31"))


def _constraints(field: dict[str, Any], text: str) -> Iterator[_Found]:
    rules, name = field.get("constraints", {}), field["name"]
    if not text:
        if rules.get("required"):
            yield name, text, "is blank", f"Fill it in: {field['description']}"
        return
    if "enum" in rules and text not in rules["enum"]:
        yield name, text, "is not one of the words used here", f"Use {', '.join(rules['enum'])}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], text):
        yield name, text, "is not written as it should be", field["description"]


def _period(cells: dict[str, str], found: list[_Found]) -> str:
    text = cells["period"]
    if cells["calendar"] in _YEARS and text:
        try:
            return periods.parse(text).label
        except CpstatsError as error:
            found.append(("period", text, "is not a year", str(error)))
    return text


def _range(measure: str, value: Any, measures: pd.DataFrame) -> Iterator[_Found]:
    if measure not in measures.index:
        yield "measure", measure, "is not in measures.csv", "Add an entry there, with its range"
        return
    if math.isnan(value):
        return
    rule = measures.loc[measure]
    said = values.write(value, decimals=0 if value == int(value) else 3)
    if not rule["minimum"] <= value <= rule["maximum"]:
        span = f"{rule['minimum']:g} to {rule['maximum']:g} {rule['unit']}"
        yield "value", said, f"is out of range ({span})", "Check it against the source"
    elif rule["kind"] == "count" and value != int(value):
        yield "value", said, "is not a whole number", "A count has no decimals"


def _repeated_keys(
    file: str, frame: pd.DataFrame, lines: list[int], key: list[str]
) -> Iterator[Problem]:
    if not key or frame.empty:
        return
    first: dict[tuple, int] = {}
    for line, values_ in zip(lines, frame[key].itertuples(index=False, name=None), strict=True):
        if values_ in first:
            said = ", ".join(str(v) for v in values_ if v != "")
            yield Problem(
                file,
                line,
                "",
                said,
                f"stands already on line {first[values_]}",
                "Keep one; a figure of another edition belongs in other_vintages.csv",
            )
        first.setdefault(values_, line)
