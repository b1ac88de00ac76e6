"""What stands at the end: definitions, gaps, figures published twice, provenance."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import subprocess
from typing import Any

import pandas as pd
from markupsafe import Markup

from .. import catalogue, values
from ..definitions import TRUST, Indicator
from ..tables import Html, Table
from . import context, register, reregistration
from .scope import Scope

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
_PACKAGES = (
    "cpstats",
    "pandas",
    "numpy",
    "scipy",
    "matplotlib",
    "seaborn",
    "papermill",
    "nbconvert",
)


def definitions(scope: Scope) -> Html:
    """Print each definition word for word from the catalogue."""
    return Html(Markup("").join(_definition(catalogue.CATALOGUE[i]) for i in USED))


def _definition(entry: Indicator) -> Markup:
    versions = "; ".join(
        f"{v.since or 'first'} to {v.until or 'now'}: {v.text}" for v in entry.versions
    )
    facts = {
        "Definition": entry.definition,
        "Numerator": entry.numerator,
        "Denominator": entry.denominator,
        "Unit": entry.unit,
        "Calendar": entry.calendar,
        "Not known": entry.unknowns,
        "Interval": entry.interval,
        "Over time": versions,
        "In the data": "; ".join(str(f) for f in entry.figures),
        "Source": entry.source,
        "Trust": f"{entry.trust}: {TRUST[entry.trust]}",
    }
    rows = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(k, v) for k, v in facts.items() if v
    )
    return Markup("<h3>{}</h3><dl>{}</dl>").format(entry.name, rows)


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
    rows.append(
        {
            "What": "Ages, concerns, timescales, participation and outcomes in the area",
            "Where and when": f"{scope.area}, every year",
            "Why": "needs the partnership's own records; none were used for this report",
        }
    )
    return Table(pd.DataFrame(rows), "What is not available, and why")


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
    for other in chosen.sort_values(["area", "measure", "period"]).itertuples():
        used = _used(scope, other)
        if used is not None and not _same(used["value"], other.value):
            title = scope.data.measures["title"][other.measure]
            rows.append(
                {
                    "Figure": f"{title}, {other.area}",
                    "Period": other.period,
                    "Used here": _number(used["value"], used["mark"]),
                    "Edition": used["vintage"],
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


def _used(scope: Scope, other: Any) -> pd.Series | None:
    """Find the figure of a main table that another edition gives too."""
    homes = {
        "children_on_register": "register_by_age_sex" if other.age_band else "register_by_council",
        "register_rate_0_15": "register_by_council",
        "published_reregistered_within_18_months": "reregistration_within_18_months",
        "registrations": "registrations_by_time_since_deregistration",
        "domestic_abuse_incidents": "domestic_abuse",
        "domestic_abuse_rate": "domestic_abuse",
    }
    if other.measure not in homes:
        return None
    table = scope.data.table(homes[other.measure])
    match = table
    for column in ("measure", "area", "period", "sex", "age_band"):
        if column in table:
            match = match[match[column] == getattr(other, column)]
    if "time_since_deregistration" in table:
        match = match[match["time_since_deregistration"] == "all"]
    return match.iloc[0] if len(match) else None


def _same(used: float, other: float) -> bool:
    """Tell whether two figures are one, written to different decimals."""
    decimals = len(f"{other:.10f}".rstrip("0").split(".")[1])
    return pd.isna(used) or abs(used - other) <= 0.5 * 10.0**-decimals + 1e-9


def _number(value: float, mark: str) -> str:
    whole = pd.notna(value) and value == int(value)
    return values.write(value, mark, 0 if whole else 2)


def provenance(scope: Scope) -> Table:
    """Say what this report was made from, with what, and when."""
    rows = [(f"Parameter {k}", repr(v)) for k, v in scope.parameters.items()]
    rows.append(
        ("Comparators", f"{', '.join(scope.comparators) or 'none'} ({scope.comparators_are})")
    )
    package = scope.data.descriptor
    rows.append(("Data package", f"{package['name']} {package['version']}"))
    edited = scope.data.edited
    for name, value in scope.data.hashes.items():
        changed = " (edited since it was sealed)" if name in edited else ""
        rows.append((f"Data file {name}.csv", f"{value.removeprefix('sha256:')[:16]}{changed}"))
    rows.append(("Code", _commit()))
    rows += [(p, importlib.metadata.version(p)) for p in _PACKAGES]
    rows.append(("Python", platform.python_version()))
    rows.append(("Made", _made()))
    return Table(
        pd.DataFrame(rows, columns=["What", "Which"]),
        "Parameters, data, code and versions",
        notes=["Data files are named by the first 16 characters of their SHA-256."],
    )


def _commit() -> str:
    """Name the commit of the code, where it is a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = ["git", "-C", here, "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "not in a git checkout"
    return f"commit {done.stdout.strip()}"


def _made() -> str:
    """Give the time of making; SOURCE_DATE_EPOCH sets it, for reports that must repeat exactly."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch else dt.datetime.now(dt.UTC)
    return now.strftime("%d %B %Y, %H:%M UTC").lstrip("0")
