"""Text alternatives and captions, made from the figures that a chart shows."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .. import periods, values
from ..definitions import Indicator


def series(name: str, rows: pd.DataFrame, entry: Indicator) -> str:
    """Say how a series runs: first, lowest, highest, last, and what is missing.

    Parameters
    ----------
    name : str
    rows : DataFrame
        Results of one area, in order of period.
    entry : Indicator
    """
    known = rows[rows["value"].notna()]
    if known.empty:
        return f"{name}: no figures."
    first, last = known.iloc[0], known.iloc[-1]
    low, high = known.loc[known["value"].idxmin()], known.loc[known["value"].idxmax()]
    said = [f"{show(first, entry)} in {first['period']}"]
    if len(known) > 2:
        said += [
            f"lowest {show(low, entry)} in {low['period']}",
            f"highest {show(high, entry)} in {high['period']}",
        ]
    if len(known) > 1:
        said.append(f"{show(last, entry)} in {last['period']}")
    return f"{name}: {', '.join(said)}.{missing(rows)}"


def missing(rows: pd.DataFrame) -> str:
    """Say which periods have no figure, and why."""
    gaps = rows[rows["value"].isna()]
    said = [
        f"{', '.join(group['period'])} {values.WHY_MISSING[mark]}"
        for mark, group in gaps.groupby("mark", sort=False)
    ]
    return f" No figure: {'; '.join(said)}." if said else ""


def show(row: pd.Series, entry: Indicator) -> str:
    """Write the value of a results row to the decimals of its indicator."""
    return values.write(row["value"], row["mark"], entry.decimals)


def caption(results: pd.DataFrame, entry: Indicator) -> str:
    """Say what figures are made of: numerator, denominator, source, interval."""
    shown = results[results["value"].notna()]
    lines = [f"{entry.definition}"]
    if entry.kind in {"rate", "proportion", "mean"}:
        lines.append(f"Numerator: {lower_first(entry.numerator)}.")
        lines.append(f"Denominator: {lower_first(entry.denominator)}.")
    lines.append(when(shown, entry))
    sources = dict.fromkeys(s for cell in shown["source"] for s in cell.split("; ") if s)
    if sources:
        lines.append(f"Source: {'; '.join(sources)}.")
    noted = shown[shown["mark"].ne("") & shown["note"].ne("")]
    for (area, mark, note), rows in noted.groupby(["area", "mark", "note"], sort=False):
        lines.append(f"{area} {', '.join(rows['period'])} {mark}: {note}.")
    if shown["lower"].notna().any():
        methods = dict.fromkeys(m for m in shown.loc[shown["lower"].notna(), "method"] if m)
        lines.append(f"95% intervals: {' or '.join(methods)}.")
    return " ".join(lines)


def marks_in(marks: Iterable[str]) -> list[str]:
    """Explain the marks that a chart shows."""
    shown = set(marks)
    return [f"{mark} {meaning}." for mark, meaning in values.MARKS.items() if mark in shown]


def when(shown: pd.DataFrame, entry: Indicator) -> str:
    """Say of which day or years figures are."""
    spans = sorted(set(shown["period"]))
    if not spans:
        return "No figure is in hand."
    if len(spans) == 2 and all(" to " in span for span in spans):
        return f"{spans[1]} compared with {spans[0]}, by {entry.calendar}."
    if len(spans) > 1:
        return f"{spans[0]} to {spans[-1]}, by {entry.calendar}."
    if entry.calendar == "census date":
        day = periods.write_date(periods.census_date(spans[0]))
        return f"Counted on {day} ({spans[0]})."
    return f"{spans[0]}, {entry.calendar}."


def opening(text: str) -> str:
    """Take the first sentence, without its stop."""
    return text.split(". ")[0].rstrip(".")


def lower_first(text: str) -> str:
    """Start a phrase in lower case, unless it starts with a name."""
    kept = text.startswith(("National", "Children's", "Scottish"))
    return text if kept else text[:1].lower() + text[1:]
