"""What a chart of a process says: its letters, its text alternative, its caption."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import catalogue, values
from ..control.rulesets import CONTROL, RUN
from ..control.times import Times
from ..control.times import read as read_times
from ..definitions import Indicator
from ..errors import CpstatsError
from . import describe

#: Letter of each rule at a point, by what its name holds; the first that fits.
LETTERS = {
    "limit": ("L", "beyond a limit"),
    " of ": ("N", "near a limit"),
    "shift": ("S", "shift"),
    "long run": ("R", "long run"),
    "trend": ("T", "trend"),
    "near the centre": ("H", "hugging the centre"),
    "up and down": ("A", "going up and down in turn"),
    "far from the centre": ("F", "far from the centre"),
}

_KINDS = {
    "xmr": "Individual values (XmR chart): centre the mean, limits from the mean moving range",
    "p": "Proportions (p chart): limits three standard deviations from the mean",
    "u": "Rates (u chart): limits three standard deviations from the mean",
    "c": "Counts (c chart): limits three standard deviations from the mean",
    "pp": "Proportions (Laney's p' chart): limits allow for variation beyond chance",
    "up": "Rates (Laney's u' chart): limits allow for variation beyond chance",
    "g": "Numbers between rare events (g chart): centre the median, limit above it only",
    "t": "Times between rare events (t chart)",
    "run": "Run chart: centre the median",
}

Entry = Indicator | None


def in_time(chart: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of each series in order of time, and number them."""
    if not {"series", "signal", "centre"} <= set(chart):
        raise CpstatsError("This chart is drawn from what control_chart or run_chart gives.")
    times = times_of(chart)
    rows = chart.iloc[np.argsort(times.sort, kind="stable")]
    return rows.assign(at=rows.groupby("series", sort=False).cumcount()).reset_index(drop=True)


def times_of(chart: pd.DataFrame) -> Times:
    """Place the periods of a chart in time."""
    return read_times(pd.Index(chart["period"]))


def entry_of(rows: pd.DataFrame) -> Entry:
    """Find the indicator charted, where there is one."""
    return catalogue.CATALOGUE.get(rows["indicator"].iloc[0]) if "indicator" in rows else None


def phases(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Cut a series into its phases."""
    return [part for _, part in rows.groupby("phase", sort=True)]


def is_floor(rows: pd.DataFrame) -> bool:
    """Tell whether the lower limit is no limit: at or under zero, for values that cannot be."""
    return not (rows["lower"] > 0).any() and bool((rows["value"].dropna() >= 0).all())


def letters_of(signal: str) -> str:
    """Give the letters of the rules that fire at a point."""
    found = [
        next((letter for part, (letter, _) in LETTERS.items() if part in name), "")
        for name in signal.split("; ")
    ]
    return "".join(dict.fromkeys(found))


def write(number: float, entry: Entry) -> str:
    """Write a value to the decimals of its indicator, else by its size."""
    if pd.isna(number):
        return "none"
    if entry:
        return values.write(number, decimals=max(entry.decimals, 1))
    size = abs(number)
    said = values.write(number, decimals=0 if size >= 100 else 1 if size >= 10 else 2)
    return said.rstrip("0").rstrip(".") if "." in said else said


def _is_count(entry: Entry) -> bool:
    return entry is not None and entry.decimals == 0


def name_of(period: Any) -> str:
    if not isinstance(period, pd.Timestamp):
        return str(period)
    return f"{period:%b %Y}" if period.day == 1 else f"{period.day} {period:%b %Y}"


def alternative(rows: pd.DataFrame, entry: Entry, target: float | None = None) -> str:
    """Tell what a chart of one series shows."""
    what = describe.lower_first(entry.name) if entry else "values"
    who = rows["series"].iloc[0]
    known = rows[rows["value"].notna()]
    kind = "Run chart" if rows["chart"].iloc[0] == "run" else "Control chart"
    first, last = rows.iloc[0], rows.iloc[-1]
    said = [
        f"{kind} of {what}{f', {who}' if who else ''}, {name_of(first['period'])} to "
        f"{name_of(last['period'])}: {len(known)} points."
    ]
    for part in phases(rows):
        end = part.iloc[-1]
        span = f"{name_of(part['period'].iloc[0])} to {name_of(end['period'])}"
        if pd.isna(end["centre"]):
            hidden = "mark" in part and (part["mark"] == values.SUPPRESSED).any()
            why = "no centre line, as figures are hidden" if hidden else _FEW
            said.append(f"{span}: {why}.")
            continue
        line = f"{span}: centre {write(end['centre'], entry)}"
        if pd.notna(end["upper"]):
            upper = write(end["upper"], entry)
            both = f"limits {write(end['lower'], entry)} to {upper}"
            line += f", {f'upper limit {upper}' if is_floor(part) else both}"
        said.append(f"{line}.")
    if target is not None:
        said.append(f"Target {write(target, entry)}.")
    said.append(signals_said(rows))
    if pd.notna(last["value"]):
        latest = write(last["value"], entry).removesuffix(".0" if _is_count(entry) else "")
        said.append(f"Latest: {latest} in {name_of(last['period'])}.")
    if "mark" in rows:
        said.append(describe.missing(rows).strip())
    return " ".join(s for s in said if s)


_FEW = "too few points for a centre line"
#: Of a series without a centre line.
NOT_READ = "The rules are not read."


def signals_said(rows: pd.DataFrame) -> str:
    """Say which rules fire where."""
    fired = rows[rows["signal"] != ""]
    if fired.empty:
        return "No rule fires." if rows["centre"].notna().any() else NOT_READ
    said: dict[str, list[str]] = {}
    for row in fired.itertuples():
        for name in row.signal.split("; "):
            said.setdefault(name, []).append(name_of(row.period))
    return " ".join(f"{name[:1].upper()}{name[1:]}: {_span(at)}." for name, at in said.items())


def _span(names: list[str]) -> str:
    if len(names) <= 3:
        return ", ".join(names)
    return f"{len(names)} points, {names[0]} to {names[-1]}"


def letters_told(rows: pd.DataFrame) -> str:
    """Say what the letters mean that stand in a chart."""
    here = {letter for signal in rows["signal"] for letter in letters_of(signal)}
    return ", ".join(f"{letter} {words}" for letter, words in LETTERS.values() if letter in here)


def caption(rows: pd.DataFrame, entry: Entry, *, letters: bool = True) -> str:
    """Say what a chart is made of, by whose rules it is read, and what to beware of."""
    chart, rules = rows["chart"].iloc[0], rows["rules"].iloc[0]
    ruleset = (RUN if chart == "run" else CONTROL)[rules]
    said = [f"{_KINDS[chart]}.", f"Rules of {ruleset.title}: {ruleset.words}."]
    known = letters_told(rows)
    if known and letters:
        said.append(f"Diamonds: a rule fires; {known}.")
    if letters and rows["signal"].str.contains("few crossings").any():
        said.append("The line crosses its median less often than chance allows.")
    starts = {p["period"].iloc[0]: p["reason"].iloc[0] for p in phases(rows)[1:]}
    said += [f"From {name_of(since)}: {why}." for since, why in starts.items()]
    for caution in dict.fromkeys(c for c in rows["caution"] if c):
        held = rows[rows["caution"] == caution].sort_values("at")["period"]
        said.append(f"{name_of(held.iloc[0])} to {name_of(held.iloc[-1])}: {caution}.")
    if (rows["trial"] & rows["upper"].notna()).any():
        said.append("Provisional limits are dotted.")
    if entry:
        # What the chart draws are limits of a process: the figures' own intervals stand elsewhere.
        said.append(describe.caption(rows.assign(lower=np.nan, upper=np.nan, method=""), entry))
    return " ".join(said).replace("..", ".")
