"""Children registered again: by council as published, and nationally with its counts."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from .. import areas, catalogue, charts, comparisons, sentences, values
from ..tables import Prose, Table
from . import register
from .scope import Scope

LOCAL = "lgbf_reregistration"
_ENTRY = catalogue.CATALOGUE[LOCAL]
NATIONAL = ("registered_before", "reregistered_within_18_months")

#: Below this many children on the register a percentage of registrations swings with a family.
_FEW_ON_REGISTER = 30

#: How large a number of registrations to try when looking for what is behind a percentage.
_LARGEST = 400


def findings(scope: Scope) -> list[str]:
    """Say how the published percentage moved and how little stands behind it."""
    now, then = scope.one(LOCAL), scope.one(LOCAL, period=scope.year_before)
    if pd.isna(now["value"]):
        return [
            f"The percentage of registrations in {scope.area} that came within 18 months of a "
            f"de-registration is {values.WHY_MISSING[now['mark']]} for {scope.year}."
        ]
    said = (
        f"{sentences.spoken(now['value'], now['mark'], 1, '%')} of registrations in {scope.area} "
        f"in {scope.year} came within 18 months of the child's last de-registration"
    )
    beside = []
    if pd.notna(then["value"]):
        beside.append(f"{sentences.spoken(then['value'], then['mark'], 1, '%')} the year before")
    country = scope.one(LOCAL, areas.SCOTLAND)
    if not scope.is_scotland and pd.notna(country["value"]):
        beside.append(f"{sentences.spoken(country['value'], country['mark'], 1, '%')} in Scotland")
    if beside:
        said += f", against {' and '.join(beside)}"
    if scope.is_scotland:
        return [f"{said}. National counts are tabulated below."]
    caution = "No counts are published with it, so it cannot be tested for more than chance."
    if few(scope):
        caution = f"With so few children on the register a single family moves it a lot. {caution}"
    if now["mark"] == "[u]":
        caution = "A published 0 can be a true zero or an absence: the source does not tell."
    return [f"{said}. {caution}"]


def few(scope: Scope) -> bool:
    """Tell whether so few children are on the register that one family moves the percentage."""
    counts = scope.measure("children_on_register", [scope.area], scope.years)
    hidden = counts["mark"] == values.SUPPRESSED
    said = counts[hidden | counts["numerator"].notna()]
    if said.empty:
        return False
    last = said.iloc[-1]
    return bool(last["mark"] == values.SUPPRESSED or last["numerator"] < _FEW_ON_REGISTER)


def warning(scope: Scope) -> Prose:
    """Warn how few events stand behind a council's percentage."""
    now = scope.one(LOCAL)
    if pd.isna(now["value"]) or scope.is_scotland:
        return Prose([])
    known = scope.measure(LOCAL, [scope.area], scope.years)
    known = known[known["value"].notna()]
    unsure = int((known["mark"] == "[u]").sum())
    known = known[known["mark"] != "[u]"]
    if known.empty:
        return Prose([sentences.few_events(now["value"], [])], "warning")
    if len(known) == 1:
        return Prose([sentences.few_events(now["value"], _behind(now))], "warning")
    low, high = (values.write(known["value"].agg(end), decimals=1) for end in ("min", "max"))
    said = f"In {len(known)} years the percentage of {scope.area} has been anywhere from {low} to "
    said += f"{high}{_unsure(unsure)}. Two or three years in a row are not a trend."
    return Prose(
        [f"Read with care. {said}", sentences.few_events(now["value"], _behind(now))], "warning"
    )


def _unsure(years: int) -> str:
    """Say how many years are left out, as their 0 may be no figure."""
    which = "another year" if years == 1 else f"{years} other years"
    return f", and in {which} a 0 was published, true or for want of a figure" if years else ""


def _behind(now: pd.Series) -> list[tuple[int, int]]:
    """Find the counts that could stand behind a published percentage."""
    if "4 decimal places" in now["note"]:
        return []  # too coarse to tell: many fractions round to it
    return comparisons.fewest_behind(now["value"], decimals=8, at_most=_LARGEST)


def chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the area, Scotland and, faintly, the comparators, from 2012-13 on."""
    chosen = dict.fromkeys([*scope.shown, *scope.comparators])
    rows = _rows(scope, chosen)
    if rows.empty or rows["value"].isna().all():
        return Prose([f"No chart: no percentage by council is in hand up to {scope.year}."])
    return charts.trend(rows, focus=scope.area, faint=scope.comparators, rules=register.RULES)


def _rows(scope: Scope, chosen: Iterable[str]) -> pd.DataFrame:
    table = scope.data.table("reregistration_within_18_months")
    first = table["period"].min()
    years = [y for y in scope.years if y >= first]
    if not years:
        return pd.DataFrame()
    return scope.measure(LOCAL, chosen, years)


def table(scope: Scope) -> Table | Prose:
    """Tabulate the published percentages: area, Scotland and comparators, year by year."""
    rows = _rows(scope, dict.fromkeys([*scope.shown, *scope.comparators]))
    if rows.empty:
        return Prose(["The first published percentages are of a later year."])
    written = rows.assign(cell=[values.write(r["value"], r["mark"], 1) for _, r in rows.iterrows()])
    wide = written.pivot(index="area", columns="period", values="cell")
    wide = wide.loc[list(dict.fromkeys(rows["area"]))].reset_index()
    wide = wide.rename(columns={"area": "Area"})
    sources = dict.fromkeys(s for s in rows["source"] if s)
    return Table(
        wide,
        "Re-registrations within 18 months, per cent of registrations, by council",
        numbers=list(wide.columns[1:]),
        notes=[
            "As published: no counts, so no intervals. Definition unconfirmed by the publisher.",
            f"Source: {'; '.join(sources)}.",
        ],
    )


def national_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the national share of registrations of children registered before."""
    rows = _national(scope, NATIONAL[0])
    if rows.empty:
        return Prose([f"No national figures up to {scope.year}."])
    return charts.trend(rows, rules=register.RULES)


def _national(scope: Scope, indicator: str) -> pd.DataFrame:
    rows = scope.measure(indicator, [areas.SCOTLAND], scope.years)
    return rows[rows["value"].notna()]


def national_table(scope: Scope) -> Table | Prose:
    """Tabulate both national shares with their counts and the unknowns left out or kept in."""
    before, within = (_national(scope, i).set_index("period") for i in NATIONAL)
    if before.empty:
        return Prose([])
    unknown = within["denominator"] - before["denominator"]
    frame = pd.DataFrame(
        {
            "Year": before.index,
            "Registrations": [values.write(v) for v in within["denominator"]],
            "Not known if registered before": [values.write(v) for v in unknown],
            "Registered before": [values.write(v) for v in before["numerator"]],
            "Share of known histories, %": [_share(r) for _, r in before.iterrows()],
            "Within 18 months": [values.write(v) for v in within["numerator"]],
            "Share of all registrations, %": [_share(r) for _, r in within.iterrows()],
        }
    )
    return Table(
        frame,
        "Scotland: registrations of children who had been registered before",
        numbers=list(frame.columns[1:]),
        notes=[
            catalogue.CATALOGUE[NATIONAL[0]].unknowns,
            catalogue.CATALOGUE[NATIONAL[1]].unknowns,
            "Years up to 2009-10 run from April to March, later ones from August to July.",
            *(["No later figures are in hand."] if before.index[-1] < scope.year else []),
            f"Source: {before['source'].iloc[-1]}.",
        ],
    )


def _share(row: pd.Series) -> str:
    low, high = (values.write(row[c], decimals=1) for c in ("lower", "upper"))
    return f"{values.write(row['value'], decimals=1)} ({low} to {high})"


def national_finding(scope: Scope) -> str:
    """Say how the national share of children registered before moved."""
    rows = scope.measure(NATIONAL[0], [areas.SCOTLAND], [scope.year_before, scope.year])
    then, now = rows.iloc[0], rows.iloc[1]
    if pd.isna(now["value"]):
        return (
            f"How many registrations in Scotland in {scope.year} were of children registered "
            "before is not in hand."
        )
    said = (
        f"In Scotland {values.write(now['value'], decimals=1)}%"
        f"{sentences.interval(now, catalogue.CATALOGUE[NATIONAL[0]])} of registrations in "
        f"{scope.year} with a known history were of children who had been registered before"
    )
    if pd.isna(then["value"]):
        return said + "."
    compared = comparisons.compare_proportions(
        now["numerator"], now["denominator"], then["numerator"], then["denominator"]
    ).iloc[0]
    verdict = {
        comparisons.HIGHER: "a rise beyond what chance alone would often give",
        comparisons.LOWER: "a fall beyond what chance alone would often give",
        comparisons.SIMILAR: "no clear change, as chance alone could give as much",
    }[compared["verdict"]]
    said = f"{said}, against {values.write(then['value'], decimals=1)}% the year before: {verdict}."
    changed = sentences.break_between(scope.year, catalogue.CATALOGUE[NATIONAL[0]])
    return f"{said} {changed}".strip()
