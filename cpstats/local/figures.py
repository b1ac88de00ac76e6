"""Figures of a section: now beside the time before, with what chance alone could do.

A share of few is refused rather than shown: with fewer than ten behind it, one child moves it by
more than ten points, which is more than most changes that a committee would act on.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from .. import areas, catalogue, comparisons, measures, periods, values
from ..definitions import Indicator
from ..tables import Table
from .opening import Local
from .spans import Span

#: The fewest that a share is given of.
FEWEST = 10

TOO_FEW = "too few"
HIDDEN = "a figure is hidden"

SIBLINGS = (
    "Brothers and sisters come and go together, so chance moves these figures by more than the "
    "intervals say."
)
ALONE = (
    "Each difference is tested on its own at the 95% level: of twenty with no difference behind "
    "them, about one is called one."
)
VERDICTS = {
    comparisons.HIGHER: "higher",
    comparisons.LOWER: "lower",
    comparisons.SIMILAR: "no clear difference",
}


def few(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows are shares of too few to be given."""
    shares = rows["indicator"].map(lambda i: catalogue.CATALOGUE[i].kind) == "proportion"
    return shares & (rows["denominator"] < FEWEST) & (rows["denominator"] > 0)


def then_and_now(local: Local, indicator: str, span: Span, by: str = "") -> pd.DataFrame:
    """Count an indicator in both times, the earlier first; each row says which in `time`."""
    entry = catalogue.find(indicator)
    then, now = span.periods(entry)
    rows = local.count(indicator, every=span.every, periods=[then, now], by=by or ())
    names = {then: span.name_before, now: span.name}
    changed = by == "" and _guidance_changed(local, entry, then, now)
    return rows.assign(time=rows["period"].map(names), changed=changed)


def published_rows(local: Local, indicator: str, span: Span) -> pd.DataFrame:
    """Measure a published indicator, here and in Scotland, up to the time of a section."""
    last = periods.parse(span.until).end
    # Not what was counted after the time that the section is about.
    known = [y for y in measures.years(local.data) if periods.census_date(y) <= last]
    both = [local.area, areas.SCOTLAND]
    return measures.measure(local.data, indicator, areas=both, periods=known)


def _guidance_changed(local: Local, entry: Indicator, then: str, now: str) -> bool:
    """Tell whether other limits were in force for part of the two times."""
    first, last = periods.parse(then).start, periods.parse(now).end
    return is_timed(entry) and first < local.records.guidance_2021_from <= last


def is_timed(entry: Indicator) -> bool:
    """Tell whether an indicator is judged by the limits of the guidance in force."""
    return "regime" in entry.counted_by or entry.id.startswith("initial_meetings_in_time")


def group_rows(
    local: Local, indicator: str, span: Span, by: str, groups: tuple[str, ...]
) -> pd.DataFrame:
    """Count two groups of an indicator now, in the order given."""
    rows = then_and_now(local, indicator, span, by)
    now = rows[rows["time"] == span.name].set_index(by, drop=False)
    return now.loc[list(groups)].reset_index(drop=True)


def compared(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    """Hold each row against its fellow: "higher", "lower", "no clear difference", or why not."""
    return [
        verdict(one, other)
        for (_, one), (_, other) in zip(first.iterrows(), second.iterrows(), strict=True)
    ]


def verdict(one: pd.Series, other: pd.Series) -> str:
    """Hold a row against its fellow; where either is hidden there is a mark and no verdict."""
    found = tested(entry_of(one), one, other)
    if isinstance(found, str):
        return values.SUPPRESSED if found == HIDDEN else f"not tested: {found}"
    return VERDICTS.get(found["verdict"], "no events either time")


def tested(entry: Indicator, one: pd.Series, other: pd.Series) -> pd.Series | str:
    """Test two rows of an indicator: verdict and p-value; or say why they cannot be tested."""
    pair = pd.DataFrame([one, other])
    if (pair["value"].isna() & (pair["mark"] == values.SUPPRESSED)).any():
        return HIDDEN
    if pair["value"].isna().any():
        return "a figure is missing"
    if few(pair).any():
        return TOO_FEW
    if pair.get("changed", pd.Series(False)).any():
        return "the limits of the guidance changed"
    x1, n1 = one["numerator"], one["denominator"]
    x2, n2 = other["numerator"], other["denominator"]
    if entry.kind == "proportion":
        return comparisons.compare_proportions(x1, n1, x2, n2).iloc[0]
    if entry.kind == "rate":
        return comparisons.compare_rates(x1, n1, x2, n2).iloc[0]
    if entry.kind == "count":
        # Counts of two equal times.
        return comparisons.compare_rates(x1, 1.0, x2, 1.0).iloc[0]
    return "no test for such a figure"


def figures_table(local: Local, indicators: Iterable[str], span: Span, caption: str) -> Table:
    """Tabulate indicators: now with its counts and interval, then, and whether they differ."""
    both = [then_and_now(local, i, span) for i in indicators]
    then = pd.concat([rows.iloc[[0]] for rows in both], ignore_index=True)
    now = pd.concat([rows.iloc[[1]] for rows in both], ignore_index=True)
    entries = [catalogue.CATALOGUE[i] for i in now["indicator"]]
    frame = pd.DataFrame(
        {
            "Measure": [e.name if e.kind == "count" else e.heading for e in entries],
            "Counts": behind(now),
            opening(span.name): written(now),
            "95% interval": intervals(now),
            opening(span.name_before): written(then),
            "Against the time before": compared(now, then),
        }
    )
    return Table(
        frame,
        caption,
        numbers=[*frame.columns[1:5]],
        notes=[*notes(pd.concat([now, then])), ALONE, SIBLINGS],
    )


def opening(name: str) -> str:
    return name[:1].upper() + name[1:]


def written(rows: pd.DataFrame) -> list[str]:
    """Write values; a share of too few is not given."""
    return [
        TOO_FEW if scarce else values.write(r["value"], r["mark"], entry_of(r).decimals)
        for scarce, (_, r) in zip(few(rows), rows.iterrows(), strict=True)
    ]


def intervals(rows: pd.DataFrame) -> list[str]:
    """Write intervals, where a value is given and has one."""
    said = []
    for scarce, (_, r) in zip(few(rows), rows.iterrows(), strict=True):
        decimals = entry_of(r).decimals
        limits = [values.write(r[c], decimals=decimals) for c in ("lower", "upper")]
        held = not scarce and pd.notna(r[["value", "lower", "upper"]]).all()
        hidden = r["mark"] == values.SUPPRESSED and pd.isna(r["value"])
        why = values.SUPPRESSED if hidden else values.NOT_APPLICABLE
        said.append(" to ".join(limits) if held else why)
    return said


def behind(rows: pd.DataFrame) -> list[str]:
    """Write the counts behind values: "34 of 41"; those of a population are in thousands of it."""
    said = []
    for _, r in rows.iterrows():
        if pd.isna(r["numerator"]):
            said.append(values.write(np.nan, r["mark"] or values.NOT_AVAILABLE))
        elif pd.isna(r["denominator"]):
            said.append(values.write(r["numerator"]))
        else:
            said.append(f"{values.write(r['numerator'])} of {values.write(r['denominator'])}")
    return said


def notes(rows: pd.DataFrame) -> list[str]:
    """Say where figures come from, which are too few, and why others are missing."""
    said = [f"Source: {'; '.join(dict.fromkeys(rows['source']))}."]
    if few(rows).any():
        said.append(f"{TOO_FEW}: fewer than {FEWEST} behind it, so no share is given.")
    for note, found in rows[rows["note"] != ""].groupby("note", sort=False):
        names = dict.fromkeys(entry_of(r).name for _, r in found.iterrows())
        said.append(f"{'; '.join(names)}: {str(note).rstrip('.')}.")
    return said


def entry_of(row: pd.Series) -> Indicator:
    return catalogue.CATALOGUE[row["indicator"]]
