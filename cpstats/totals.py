"""Parts and their totals: what a table must satisfy across its rows.

The rules stand in `datapackage.json` under `totals`, one a breakdown, with the publisher's own
slips listed as exceptions. Where every part is shown they must add to the total; where some are
suppressed or missing, those shown must not exceed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from . import areas, values
from .errors import Problem


def check(file: str, frame: pd.DataFrame, rules: list[dict[str, Any]]) -> list[Problem]:
    """Find totals that do not match their parts.

    Parameters
    ----------
    file : str
        The name to give in a problem.
    frame : DataFrame
        A typed table of figures.
    rules : list of dict
        Each with `over` (the column broken down), `total` (its member that is the total) and,
        where needed, `parts`, `measures` and `exceptions` (period: why).

    Returns
    -------
    list of Problem
    """
    return [problem for rule in rules for problem in _check_rule(file, frame, rule)]


def _check_rule(file: str, frame: pd.DataFrame, rule: dict[str, Any]) -> Iterator[Problem]:
    over, total = rule["over"], rule["total"]
    wanted = set(areas.councils()) if over == "area" else set(rule.get("parts", []))
    dimensions = [
        c
        for c in frame.columns
        if c
        not in {over, "area_code", "area", "date", "value", "mark", "vintage", "source", "note"}
    ]
    if over != "area":
        dimensions.append("area")
    if "measures" in rule:
        frame = frame[frame["measure"].isin(rule["measures"])]
    for key, group in frame.groupby(dimensions, sort=False):
        whole = group.loc[group[over] == total]
        parts = group[group[over].isin(wanted) if wanted else group[over] != total]
        period = group["period"].iloc[0]
        if whole.empty or parts.empty or whole["value"].isna().all():
            continue
        if period in rule.get("exceptions", {}) or (whole["mark"] == "[e]").any():
            continue
        yield from _compare(file, key, over, whole["value"].iloc[0], parts, wanted)


def _compare(
    file: str, key: tuple, over: str, whole: float, parts: pd.DataFrame, wanted: set[str]
) -> Iterator[Problem]:
    shown = parts["value"].sum()
    complete = parts["value"].notna().all() and wanted <= set(parts[over])
    said = f"{', '.join(str(k) for k in key)}: total {values.write(whole)}"
    largest = parts.loc[parts["value"].idxmax()] if shown else None
    if largest is not None and largest["value"] > whole:
        part = f"{largest[over]} ({values.write(largest['value'])})"
        yield Problem(file, None, "value", said, f"is less than its part {part}", "Check both")
    elif complete and shown != whole:
        problem = f"does not match its parts, which add to {values.write(shown)}"
        yield Problem(file, None, "value", said, problem, "Check the total and each part")
    elif shown > whole:
        problem = f"is less than the parts shown, which add to {values.write(shown)}"
        yield Problem(file, None, "value", said, problem, "Check the total and each part")
