"""Control charts by quarter: has the process changed, or is this what it gives?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import catalogue, charts, control, periods, values
from ..charts.wording import in_time, signals_said
from ..definitions import Indicator
from ..tables import Prose, Table
from .figures import is_timed
from .opening import Local
from .sections import Process
from .spans import Span

RULES = "phs"

#: The chart that goes with each kind of figure.
_CHARTS = {"proportion": "p", "rate": "u", "count": "c"}

#: In the middle quarter, the fewest that a share is charted of: with fewer, one child moves a
#: quarter by more than twenty points.
_FEWEST = 5

_SAME_CHILDREN = (
    "From one quarter to the next most children on the register are the same, so runs of several "
    "quarters say less than they seem to."
)


def process_chart(local: Local, asked: Process, span: Span) -> list[Any]:
    """Draw an indicator quarter by quarter with a sentence on what the rules say; or say why not.

    Returns
    -------
    list
        Prose, or Prose, a Chart and the Table of what it draws.
    """
    entry, name = catalogue.find(asked.indicator), name_of(asked)
    rows = quarters(local, asked, span)
    why = _why_not(entry, rows)
    if why:
        return [Prose([f"{name}: no control chart by quarter, as {why}."])]
    drawn = _drawn(entry, rows, _rebase(local, entry, rows))
    # The group is said in the chart's own words too.
    drawn["series"] = f"{local.area}, {asked.group}" if asked.group else local.area
    chart = charts.control(drawn)
    if asked.group:
        chart.caption = f"{asked.by.replace('_', ' ').capitalize()} {asked.group}. {chart.caption}"
    said = signals_said(in_time(drawn))
    calm = "the quarters are what one process gives, and no single one needs an explanation"
    verdict = f"No rule fires: {calm}." if said == "No rule fires." else said
    if drawn["centre"].isna().all():
        verdict = _not_read(_hidden(drawn), len(drawn))
    same = _SAME_CHILDREN if entry.calendar == "census date" else ""
    prose = Prose([f"{name}, quarter by quarter. {verdict} {same}".strip()])
    return [prose, chart, _by_quarter(rows, entry, f"{name}, {local.area}, by quarter")]


def _by_quarter(rows: pd.DataFrame, entry: Indicator, caption: str) -> Table:
    """Tabulate what a chart draws: a year in each row; a quarter that it does not draw is blank."""
    label = rows["period"].str.partition(" ")
    written = pd.DataFrame(
        {
            "Year": label[0],
            "quarter": label[2],
            "cell": [
                values.write(value, mark, entry.decimals)
                for value, mark in zip(rows["value"], rows["mark"], strict=True)
            ],
        }
    )
    wide = written.pivot(index="Year", columns="quarter", values="cell").fillna("")
    unit = f"{entry.unit[:1].upper()}{entry.unit[1:]}, as drawn."
    source = f"Source: {'; '.join(s for s in dict.fromkeys(rows['source']) if s)}."
    return Table(wide.reset_index(), caption, numbers=list(wide), notes=[unit, source])


def name_of(asked: Process) -> str:
    """Name what is charted, with its group."""
    name = catalogue.find(asked.indicator).name
    return f"{name}: {asked.group}" if asked.group else name


def signals_at_end(local: Local, asked: Process, span: Span) -> str:
    """Name the rules that fire in the last quarter of a span; empty where none does."""
    entry, rows = catalogue.find(asked.indicator), quarters(local, asked, span)
    if _why_not(entry, rows) or rows["period"].iloc[-1] != span.until:
        return ""
    return str(_drawn(entry, rows, _rebase(local, entry, rows))["signal"].iloc[-1])


def _not_read(hidden: int, quarters: int) -> str:
    return (
        f"{hidden} of {quarters} quarters are hidden, and not by chance, so the others have no "
        "mean to be held against: the points are shown, and say nothing of change."
    )


def _hidden(rows: pd.DataFrame) -> int:
    return int((rows["mark"] == values.SUPPRESSED).sum())


def _drawn(entry: Indicator, rows: pd.DataFrame, rebase: dict[str, str]) -> pd.DataFrame:
    """Compute a control chart; a run chart where events are so few that limits do not hold."""
    kind = _CHARTS.get(entry.kind, "xmr")
    drawn = control.control_chart(rows, chart=kind, rules=RULES, rebase=rebase)
    if drawn["caution"].str.contains(control.LIMITS_FAIL).any():
        return control.run_chart(rows, rules=RULES, rebase=rebase)
    return drawn


def quarters(local: Local, asked: Process, span: Span) -> pd.DataFrame:
    """Count an indicator in each quarter that the records cover, up to the last of the span."""
    rows = local.count(asked.indicator, every="quarter", by=asked.by or ())
    if asked.by:
        rows = rows[rows[asked.by] == asked.group].drop(columns=asked.by)
    rows = rows[rows["start"] <= pd.Timestamp(periods.parse(span.until).start)]
    # A share of none is no point: it is missing, and says so.
    empty = rows["denominator"] == 0
    # Nor is a share of which the part or the whole is hidden.
    none = empty | rows["value"].isna()
    return rows.assign(
        numerator=rows["numerator"].mask(none), denominator=rows["denominator"].mask(none),
        mark=rows["mark"].mask(empty, values.NOT_APPLICABLE),
    ).reset_index(drop=True)  # fmt: skip


def _why_not(entry: Indicator, rows: pd.DataFrame) -> str:
    known = rows[rows["value"].notna()]
    if len(known) < control.FEWEST:
        notes = "; ".join(n.rstrip(".") for n in dict.fromkeys(rows["note"]) if n)
        reason = f" ({notes[:1].lower()}{notes[1:]})" if notes else ""
        hidden = (rows["mark"] == values.SUPPRESSED).any()
        have = "can be shown without telling of few children" if hidden else "have a figure"
        return f"fewer than {control.FEWEST} quarters {have}{reason}"
    if _hidden(rows) > len(known):
        return f"{_hidden(rows)} of {len(rows)} quarters are hidden"
    middle = float(np.median(known["denominator"])) if entry.kind == "proportion" else np.inf
    if middle < _FEWEST:
        return (
            f"too few stand behind a quarter (in the middle one {middle:g}): one child would move "
            "it by more than twenty points. Read the longer time in the table"
        )
    return ""


def _rebase(local: Local, entry: Indicator, rows: pd.DataFrame) -> dict[str, str]:
    """Begin anew where the area took up the timescales of the 2021 guidance."""
    first = local.records.guidance_2021_from
    quarter = periods.quarter_of(first).label
    if not is_timed(entry) or quarter not in set(rows["period"]):
        return {}
    return {quarter: f"Timescales of the 2021 guidance from {periods.write_date(first)}"}
