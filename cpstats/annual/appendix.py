"""What stands at the end: definitions, gaps, figures published twice, provenance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from .. import catalogue, endnotes, framework, local, values
from ..definitions import Indicator
from ..tables import Html, Table
from . import chapters, context, register, reregistration
from .scope import Scope

#: The columns that say what the rows of a table are of, and each row by what stands in them.
_Rows = tuple[list[str], dict[tuple[str, ...], Any]]

#: The indicators a report uses, in the order it uses them.
USED = (
    register.INDICATOR,
    "children_on_register",
    reregistration.LOCAL,
    *reregistration.NATIONAL,
    "register_rate_by_age",
    "children_by_age",
    *context.AROUND,
    "register_rate_0_17",
    "register_rate_uk",
)


def definitions(scope: Scope) -> Html:
    """Print each definition word for word from the catalogue."""
    used = dict.fromkeys([*USED, *chapters.counted(scope)])
    mapping = framework.read_framework(scope.data.folder / framework.FRAMEWORK)
    return endnotes.definitions_of(used, mapping.celcis)


def gaps(scope: Scope) -> Table:
    """List what a reader would look for and the data cannot give."""
    rows = [
        {"What": entry.name, "Where and when": where, "Why": why}
        for entry in (catalogue.CATALOGUE[i] for i in (register.INDICATOR, reregistration.LOCAL))
        for where, why in _missing(scope, entry)
    ]
    known = scope.data.table("known_gaps")
    wider = known[
        (known["resource"] == "")
        | known["area"].isin(["32 councils", "councils other than those named"])
    ]
    rows += [
        {
            "What": f"{row.measure[:1].upper()}{row.measure[1:]}",
            "Where and when": f"{row.area}, {row.period}",
            "Why": row.reason,
        }
        for row in wider.itertuples()
    ]
    rows += [
        {"What": what, "Where and when": f"{scope.area}, every year", "Why": why}
        for what, why in _not_given(scope)
    ]
    return Table(pd.DataFrame(rows), "What is not available, and why")


def _not_given(scope: Scope) -> Iterator[tuple[str, str]]:
    """Name what the partnership could add, and did not."""
    held = scope.own.evidence if scope.own else None
    if not scope.local:
        why = "needs the partnership's own records; none were used for this report"
        yield "Ages, concerns and timescales in the area", why
    if not scope.local and not (held and held.participation):
        yield "Who took part in meetings", "needs records or a log of meetings; neither was given"
    if not held or held.outcomes is None:
        why = "needs repeated measures of the same children; none were given"
        yield "Whether children's lives got better", why
    for kind, what in (("readings", "The quality of practice"), ("surveys", "What people say")):
        if not held or not getattr(held, kind):
            yield what, f"needs {_EVIDENCE[kind]}; none was given"


_EVIDENCE = {"readings": "a reading of children's records", "surveys": "a survey"}


def _missing(scope: Scope, entry: Indicator) -> list[tuple[str, str]]:
    rows = scope.measure(entry.id, [*scope.shown, *scope.comparators], scope.years)
    if entry.id == reregistration.LOCAL:
        first = scope.data.table("reregistration_within_18_months")["period"].min()
        rows = rows[rows["period"] >= first]
    gaps_ = rows[rows["value"].isna()]
    found = []
    for (area, mark), group in gaps_.groupby(["area", "mark"], sort=False):
        notes = "; ".join(dict.fromkeys(n for n in group["note"] if n))
        why = values.WHY_MISSING[mark] + (f" ({notes})" if notes else "")
        found.append((f"{area}: {', '.join(group['period'])}", why))
    return found


def published_twice(scope: Scope) -> Table:
    """Show figures that another edition gives differently, both with their vintage."""
    others = scope.data.table("other_vintages")
    chosen = others[others["area"].isin(scope.shown) & (others["period"] <= scope.year)]
    rows = []
    held: dict[str, _Rows] = {}
    for other in chosen.sort_values(["area", "measure", "period"]).itertuples():
        used = _used(scope, other, held)
        if used is not None and not _same(used.value, other.value):
            title = scope.data.measures["title"][other.measure]
            rows.append(
                {
                    "Figure": f"{title}, {other.area}",
                    "Period": other.period,
                    "Used here": _number(used.value, used.mark),
                    "Edition": used.vintage,
                    "Also published as": _number(other.value, other.mark),
                    "Other edition": other.vintage,
                    "Note": other.note or "none",
                }
            )
    columns = [
        "Figure",
        "Period",
        "Used here",
        "Edition",
        "Also published as",
        "Other edition",
        "Note",
    ]
    if not rows:
        rows = [dict.fromkeys(columns, "none")]
    return Table(
        pd.DataFrame(rows, columns=columns),
        "Figures published more than once, and differently",
        numbers=["Used here", "Also published as"],
    )


#: Where figures stand that another edition gives too.
_HOMES = {
    "register_rate_0_15": "register_by_council",
    "published_reregistered_within_18_months": "reregistration_within_18_months",
    "registrations": "registrations_by_time_since_deregistration",
    "domestic_abuse_incidents": "domestic_abuse",
    "domestic_abuse_rate": "domestic_abuse",
}


def _used(scope: Scope, other: Any, held: dict[str, _Rows]) -> Any:
    """Find the row of a main table that another edition gives too; `held` keeps the tables."""
    home = _HOMES.get(other.measure)
    if other.measure == "children_on_register":
        home = "register_by_age_sex" if other.age_band else "register_by_council"
    if home is None:
        return None
    if home not in held:
        held[home] = _rows(scope, home)
    keys, rows = held[home]
    return rows.get(tuple(getattr(other, key) for key in keys))


def _rows(scope: Scope, home: str) -> _Rows:
    """Give the rows of a table by what they are of."""
    table = scope.data.table(home)
    wanted = table["area"].isin(scope.shown)
    if "time_since_deregistration" in table:
        wanted &= table["time_since_deregistration"] == "all"
    keys = [c for c in ("measure", "area", "period", "sex", "age_band") if c in table]
    rows: dict[tuple[str, ...], Any] = {}
    for row in table[wanted].itertuples():
        rows.setdefault(tuple(getattr(row, key) for key in keys), row)
    return keys, rows


def _same(used: float, other: float) -> bool:
    """Tell whether two figures are one, written to different decimals."""
    decimals = len(f"{other:.10f}".rstrip("0").split(".")[1])
    return pd.isna(used) or abs(used - other) <= 0.5 * 10.0**-decimals + 1e-9


def _number(value: float, mark: str) -> str:
    whole = pd.notna(value) and value == int(value)
    return values.write(value, mark, 0 if whole else 2)


def provenance(scope: Scope) -> Table:
    """Say what this report was made from, and with what."""
    comparators = f"{', '.join(scope.comparators) or 'none'} ({scope.comparators_are})"
    more = [("Comparators", comparators)]
    if scope.local:
        more += local.provenance(scope.local)
    if scope.own:
        files = scope.own.evidence.files.items()
        more += [(f"Evidence {f}", h.removeprefix("sha256:")[:16]) for f, h in files]
    return endnotes.made_from(scope.parameters, scope.data, more)
