"""The national picture by age and sex, and what surrounds the register."""

from __future__ import annotations

import pandas as pd

from .. import areas, catalogue, charts, differences, values
from ..tables import Prose, Table
from . import register, reregistration
from .scope import Scope

#: What stands before it in the spread of councils.
SPREAD = (register.INDICATOR, reregistration.LOCAL)

#: What surrounds the register, in the order shown.
AROUND = (
    "aged_under_16",
    "most_deprived_fifth",
    "domestic_abuse_rate",
    "child_protection_orders_rate",
    "child_protection_orders_stated",
    "investigations_stated",
    "case_conferences_stated",
    "conferences_to_registration_stated",
)


def ages_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw the national register rate by age and sex."""
    rows = scope.measure("register_rate_by_age", [areas.SCOTLAND], by=["age_band", "sex"])
    if rows["value"].isna().all():
        return Prose(
            [f"No chart: national rates by age band and sex for {scope.year} are not in hand."]
        )
    return charts.ages(rows)


def around_chart(scope: Scope) -> charts.Chart | Prose:
    """Draw where the area stands in the spread of councils, several indicators at once."""
    if scope.is_scotland:
        return Prose([])
    frames = [scope.measure(i, areas.names(), [_period(scope, i)]) for i in (*SPREAD, *AROUND)]
    known = [f for f in frames if f["value"].notna().sum() > 2]
    if not known:
        return Prose([f"No chart: councils' figures for {scope.year} are not in hand."])
    register_rates = known[0]["indicator"].iloc[0] == SPREAD[0]
    if register_rates:
        # Only the register has counts of children that chance could have made otherwise.
        known[0] = differences.compare_areas(known[0])
    return charts.spine(pd.concat(known, ignore_index=True), area=scope.area)


def ages_table(scope: Scope) -> Table | Prose:
    """Tabulate the national count by age and sex."""
    both = scope.measure("children_by_age", [areas.SCOTLAND], by=["sex", "age_band"])
    every = scope.measure("children_by_age", [areas.SCOTLAND], by="age_band")
    sexes = scope.measure("children_by_age", [areas.SCOTLAND], by="sex")
    total = scope.measure("children_by_age", [areas.SCOTLAND])
    if every["value"].isna().all():
        return Prose([])
    cells = pd.concat(
        [
            both,
            every.assign(sex="all"),
            sexes.assign(age_band="all"),
            total.assign(sex="all", age_band="all"),
        ]
    )
    cells = cells.assign(cell=[values.write(r["value"], r["mark"]) for _, r in cells.iterrows()])
    wide = cells.pivot_table(index="age_band", columns="sex", values="cell", aggfunc="first")
    order = [*dict.fromkeys([*every["age_band"], *both["age_band"]]), "all"]
    given = cells[cells["value"].notna() | (cells["mark"] == values.SUPPRESSED)]
    order = [a for a in order if a in set(given["age_band"])]
    columns = [c for c in ("male", "female", "unknown", "all") if c in set(given["sex"])]
    frame = wide.reindex(index=order, columns=columns).fillna(values.NOT_AVAILABLE).reset_index()
    frame = frame.rename(columns={"age_band": "Age", **{c: c.capitalize() for c in columns}})
    source = "; ".join(dict.fromkeys(s for s in total["source"] if s))
    return Table(
        frame,
        f"Scotland: children on the register by age and sex, {scope.year}",
        numbers=[c.capitalize() for c in columns],
        notes=[
            catalogue.CATALOGUE["children_by_age"].unknowns,
            f"Source: {source}.",
            *_another_total(scope, total),
        ],
    )


def _another_total(scope: Scope, total: pd.DataFrame) -> list[str]:
    """Say when this table's edition has another total than the register by council."""
    count = scope.one("children_on_register", areas.SCOTLAND)
    if total["value"].isna().all() or count["value"] == total["value"].iloc[0]:
        return []
    return [f"{count['source']} gives {values.write(count['value'], count['mark'])} in all."]


def around_table(scope: Scope) -> Table:
    """Tabulate what surrounds the register: the area beside Scotland."""
    rows = [_around(scope, indicator) for indicator in AROUND]
    # What no one published for the year stands among the gaps, not in a row of nothing.
    rows = [row for row in rows if row["Source"] != values.NOT_AVAILABLE]
    stated = any("inspection" in row["What"] for row in rows)
    frame = pd.DataFrame(rows)
    if scope.is_scotland:
        frame = frame.drop(columns=scope.area).rename(columns={"beside": scope.area})
    else:
        frame = frame.rename(columns={"beside": areas.SCOTLAND})
    return Table(
        frame,
        f"{scope.area}: what surrounds the register, {scope.year}",
        numbers=scope.shown,
        notes=[
            *(
                ["Figures the inspection stated are rounded and come without counts."]
                if stated
                else []
            ),
            "More need that is met and more need that has arisen both raise these figures.",
        ],
    )


def _around(scope: Scope, indicator: str) -> dict[str, str]:
    entry = catalogue.CATALOGUE[indicator]
    period = _period(scope, indicator)
    rows = scope.measure(indicator, scope.shown, [period])
    cells = {
        r["area"]: values.write(r["value"], r["mark"], entry.decimals) for _, r in rows.iterrows()
    }
    sources = dict.fromkeys(s for s in rows["source"] if s)
    return {
        "What": entry.heading,
        "Period": f"{period}, {entry.calendar}",
        scope.area: cells[scope.area],
        "beside": cells[areas.SCOTLAND],
        "Source": "; ".join(sources) or values.NOT_AVAILABLE,
    }


def _period(scope: Scope, indicator: str) -> str:
    """Name the period that goes with the year of the report."""
    return {
        "mid-year": f"mid-{int(scope.year[:4]) + 1}",
        "index edition": "2020",
    }.get(catalogue.CATALOGUE[indicator].calendar, scope.year)
