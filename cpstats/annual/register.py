"""The register: its rate, against Scotland and comparators, over the years, and its place."""

from __future__ import annotations

import pandas as pd

from .. import (
    areas,
    catalogue,
    charts,
    control,
    differences,
    ranks,
    sentences,
    trends,
    values,
)
from ..definitions import AS_PUBLISHED
from ..errors import ImpossibleInput
from ..periods import census_date, write_date
from ..tables import Prose, Table
from .scope import Scope

INDICATOR = "register_rate"
#: What a Scottish reader expects a run chart and a control chart to be read by.
RULES = "phs"
_ENTRY = catalogue.CATALOGUE[INDICATOR]


def against_scotland(scope: Scope) -> pd.Series:
    """Compare the area with the rest of Scotland: its own children are taken out of the country."""
    return differences.compare_areas(scope.measure(INDICATOR, scope.shown)).iloc[0]


def since_last_year(scope: Scope) -> pd.Series:
    """Compare the area's rate with that of the year before."""
    years = [scope.year_before, scope.year]
    return differences.compare_periods(scope.measure(INDICATOR, [scope.area], years)).iloc[-1]


def findings(scope: Scope) -> list[str]:
    """Say what changed on the register, against whom, and what place that makes."""
    now, then = scope.one(INDICATOR), scope.one(INDICATOR, period=scope.year_before)
    said = [sentences.level(now, _ENTRY)]
    if pd.notna(now["value"]):
        said[0] += " " + sentences.change(now, then, since_last_year(scope), _ENTRY)
        if pd.notna(then["value"]):
            said[0] = f"{said[0]} {sentences.break_between(scope.year, _ENTRY)}".strip()
    said += _other_editions(scope, now, then)
    if scope.is_scotland:
        return [*said, spread(scope)]
    country = scope.one(INDICATOR, areas.SCOTLAND)
    said.append(sentences.against(now, country, against_scotland(scope), _ENTRY))
    if pd.notna(now["value"]):
        said.append(
            sentences.place(ranked(scope).set_index("area", drop=False).loc[scope.area], _ENTRY)
        )
    return said


def _other_editions(scope: Scope, now: pd.Series, then: pd.Series) -> list[str]:
    """Say when another edition gives another count, and what that does to the change."""
    others = scope.data.table("other_vintages")
    others = others[
        (others["measure"] == "children_on_register")
        & (others["area"] == scope.area)
        & (others["age_band"] == "")
    ]
    said = []
    for row, rest in ((now, then), (then, now)):
        for other in others[others["period"] == row["period"]].itertuples():
            if pd.isna(row["numerator"]) or other.value == row["numerator"]:
                continue
            text = (
                f"The count for {row['period']} was also published as {values.write(other.value)} "
                f"({other.vintage}), against "
                f"{sentences.spoken(row['numerator'], row['mark'])} used here"
            )
            if pd.notna(rest["numerator"]):
                used = _moved(now["numerator"], then["numerator"])
                if row is then:
                    alternative = _moved(now["numerator"], other.value)
                else:
                    alternative = _moved(other.value, then["numerator"])
                text += (
                    f": with it the number on the register has {alternative} since the year "
                    f"before, where the figures used here have it {used}"
                )
            said.append(text + ".")
    return said


def _moved(now: float, then: float) -> str:
    if now == then:
        return "stayed the same"
    return f"{sentences.direction(now, then)} by {abs(now / then - 1):.1%}"


def spread(scope: Scope) -> str:
    """Say how far apart the councils are."""
    rows = scope.measure(INDICATOR, areas.councils())
    known = rows[rows["value"].notna()].sort_values("value")
    if known.empty:
        return f"No council has a figure for {scope.year}."
    if len(known) == 1:
        return f"Only one council, {known['area'].iloc[0]}, has a figure for {scope.year}."
    low, high = known.iloc[0], known.iloc[-1]
    return (
        f"Councils with a figure: {len(known)} of {len(rows)}, from "
        f"{values.write(low['value'], decimals=1)} ({low['area']}) to "
        f"{values.write(high['value'], decimals=1)} ({high['area']}) {_ENTRY.unit}."
    )


def ranked(scope: Scope) -> pd.DataFrame:
    """Rank the 32 councils in the year of the report."""
    rows = scope.measure(INDICATOR, areas.councils())
    return ranks.rank(rows, among=areas.councils())


def compared(scope: Scope) -> pd.DataFrame:
    """Measure the area, Scotland and the comparators; for Scotland, every council."""
    others = scope.comparators or (areas.councils() if scope.is_scotland else ())
    return scope.measure(INDICATOR, dict.fromkeys([*scope.shown, *others]))


def comparison_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the area beside its comparators; for Scotland, every council over the years."""
    if not scope.is_scotland:
        return _side_by_side(scope, compared(scope))
    rows = scope.measure(INDICATOR, areas.names(), scope.years)
    if rows["value"].isna().all():
        return no_figures(scope)
    return charts.small_multiples(rows)


def comparison_table(scope: Scope) -> Table:
    """Tabulate count, population, rate and interval of the area, Scotland and comparators."""
    rows = compared(scope)
    first = rows["area"].isin(scope.shown)
    rest = rows[~first].sort_values("value", ascending=False, na_position="last")
    rows = pd.concat([rows[first], rest])
    day = write_date(census_date(scope.year))
    return results_table(rows, "area", "Area", f"Children on the Child Protection Register, {day}")


def trend_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the rate over the years with the national line."""
    rows = scope.measure(INDICATOR, periods=scope.years)
    if rows["value"].isna().all():
        return no_figures(scope)
    return charts.trend(rows, focus=scope.area, rules=RULES)


def trend_finding(scope: Scope) -> Prose:
    """Say which way the rate goes over the years, and what was left out to say so."""
    row = trends.trend(scope.measure(INDICATOR, [scope.area], scope.years)).iloc[0]
    said = sentences.trend(row, _ENTRY)
    note = f"{row['note'][:1].upper()}{row['note'][1:]}." if row["verdict"] and row["note"] else ""
    return Prose([said, note])


def process_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the rate as a control chart: is it the same process, or has something changed?"""
    rows = scope.measure(INDICATOR, [scope.area], scope.years)
    known = rows["value"].notna()
    if known.sum() < control.FEWEST:
        return Prose(["No control chart: fewer than five years have a figure."])
    # Years after the last figure hold nothing to chart.
    last = rows.loc[known, "period"].iloc[-1]
    try:
        charted = control.control_chart(rows[rows["period"] <= last], rules=RULES)
    except ImpossibleInput:  # a definition that changed parts the years into stretches
        why = "too few years in a row have a figure under one definition"
        return Prose([f"No control chart: {why}."])
    if charted["centre"].isna().all():
        hidden = int((charted["mark"] == values.SUPPRESSED).sum())
        why = f"in {hidden} of {len(charted)} years the figure is hidden, and not by chance"
        return Prose([f"No control chart: {why}, so the others have no mean to be held against."])
    return charts.control(charted)


def trend_table(scope: Scope) -> Table:
    """Tabulate the rate over the years, with the national one beside it."""
    rows = scope.measure(INDICATOR, [scope.area], scope.years)
    table = results_table(rows, "period", "Year", f"{scope.area}: the register rate over the years")
    if not scope.is_scotland:
        country = scope.measure(INDICATOR, [areas.SCOTLAND], scope.years)
        table.frame["Scotland, rate"] = [
            values.write(r["value"], r["mark"], _ENTRY.decimals) for _, r in country.iterrows()
        ]
        table.numbers.add("Scotland, rate")
    dates = [write_date(census_date(p)) for p in rows["period"]]
    table.frame.insert(1, "Counted on", dates)
    return table


def results_table(rows: pd.DataFrame, name: str, heading: str, caption: str) -> Table:
    """Tabulate register results, one row each, with everything the rate is made of."""
    frame = pd.DataFrame(
        {
            heading: rows[name].to_list(),
            "Children on the register": [
                values.write(r["numerator"], r["mark"]) for _, r in rows.iterrows()
            ],
            "Population, 0 to 15": [values.write(v) for v in rows["denominator"]],
            "Rate per 1,000": [
                values.write(r["value"], r["mark"], _ENTRY.decimals) for _, r in rows.iterrows()
            ],
            "95% interval": [_interval(r) for _, r in rows.iterrows()],
        }
    )
    notes = [
        *_origins(rows, name, "source", "Source"),
        *_origins(rows, name, "denominator_basis", "Denominator"),
    ]
    notes += [
        f"{r['area']} {r['period']}: {r['note']}."
        for _, r in rows.iterrows()
        if r["note"] and r["method"] != AS_PUBLISHED
    ]
    if (rows["method"] == AS_PUBLISHED).any():
        notes.append(
            "Rates without a count are as published: the count and population behind them are "
            "not in hand."
        )
    return Table(
        frame,
        caption,
        numbers=[
            "Children on the register",
            "Population, 0 to 15",
            "Rate per 1,000",
            "95% interval",
        ],
        notes=notes,
    )


def _origins(rows: pd.DataFrame, name: str, column: str, what: str) -> list[str]:
    """Say where figures come from: once where they agree, else for which rows."""
    groups = {k: list(g[name]) for k, g in rows.groupby(column, sort=False) if k}
    if len(groups) == 1:
        return [f"{what}: {text}." for text in groups]
    most = max(groups, key=lambda k: len(groups[k]), default="")
    return [
        f"{what}: {text}" + (", but where said otherwise." if text == most else _which(rows_))
        for text, rows_ in sorted(groups.items(), key=lambda item: item[0] != most)
    ]


def _which(names: list[str]) -> str:
    return f": {', '.join(names)}."


def _interval(row: pd.Series) -> str:
    if pd.isna(row["lower"]):
        return (
            values.NOT_APPLICABLE
            if row["method"] == AS_PUBLISHED
            else values.write(row["lower"], row["mark"])
        )
    return f"{values.write(row['lower'], decimals=1)} to {values.write(row['upper'], decimals=1)}"


def _side_by_side(scope: Scope, rows: pd.DataFrame) -> charts.Chart | Prose:
    """Draw councils beside each other, if at least two have a figure."""
    if rows.loc[rows["area"] != areas.SCOTLAND, "value"].notna().sum() < 2:
        return no_figures(scope)
    return charts.ranking(rows, focus=scope.area)


def no_figures(scope: Scope) -> Prose:
    return Prose([f"No chart: figures of councils for {scope.year} are not in hand."])
