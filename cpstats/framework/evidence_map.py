"""What evidence there is for each quality indicator, how recent and how strong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pandas as pd

from ..catalogue import CATALOGUE
from ..evidence.plan_reading import Plan
from ..periods import write_date
from ..tables import Prose, Table
from ..values import SUPPRESSED
from .mapping import Framework

Find = Callable[[str], "pd.DataFrame | None"]

#: Half the width of an interval, in percentage points, up to which a figure is strong or fair.
_STRONG, _FAIR = 5.0, 10.0
_KINDS = {
    "indicator": "Published figures",
    "record_reading": "Record reading",
    "staff_survey": "Staff survey",
    "children_survey": "Children's survey",
    "parents_survey": "Parents' survey",
    "outcomes": "Outcomes",
    "participation": "Participation",
    "plan": "Improvement plan",
}


def evidence_map(framework: Framework, find: Find, plan: Plan | None) -> Table | Prose:
    """
    Map quality indicators to the evidence for them.

    Parameters
    ----------
    framework : Framework
    find : callable
        Gives the results table of a link, or None.
    plan : Plan or None

    Returns
    -------
    Table or Prose
    """
    rows = [
        {"Quality indicator": f"{entry.number} {entry.name}", **found}
        for entry in framework.quality_indicators
        for found in _evidence(entry.evidence, find, plan)
    ]
    if not rows:
        return Prose(["No quality indicator is named in the data package."])
    notes = [
        f"Strong: an interval of at most {_STRONG:.0f} points either way; fair: at most "
        f"{_FAIR:.0f}; weak: wider. Each is of the last figure of its kind.",
        "Quality indicators are those whose names could be verified: others can be added.",
    ]
    return Table(pd.DataFrame(rows), "Evidence for the quality indicators", notes=notes)


def _evidence(links: tuple[str, ...], find: Find, plan: Plan | None) -> Iterator[dict[str, str]]:
    """Say of each kind of evidence what there is."""
    kinds = list(dict.fromkeys(link.partition(":")[0] for link in links))
    if not kinds:
        yield dict.fromkeys(("Evidence", "What there is", "How recent", "How strong"), "none named")
    for kind in kinds:
        own = [link for link in links if link.partition(":")[0] == kind]
        row = {"Evidence": _KINDS[kind]}
        if kind == "plan":
            yield row | _of_plan(plan)
            continue
        found = [table for link in own if (table := find(link)) is not None and len(table)]
        yield row | (_of_tables(pd.concat(found)) if found else _NONE)


_NONE = {"What there is": "not in hand", "How recent": "", "How strong": "none"}


def _of_plan(plan: Plan | None) -> dict[str, str]:
    if plan is None:
        return _NONE
    last = max(update.as_of for action in plan.actions for update in action.updates)
    return {"What there is": f"{len(plan.actions)} actions", "How recent": write_date(last),
            "How strong": f"{'SYNTHETIC, ' * plan.synthetic}what was said to be done"}  # fmt: skip


def _of_tables(rows: pd.DataFrame) -> dict[str, str]:
    """Describe the last figure of each measure."""
    known = latest(rows)
    last = known if len(known) else rows.drop_duplicates("indicator", keep="last")
    names = [_name(row) for _, row in last.iterrows()]
    many = f"{len(names)} measures" if len(names) > 3 else "; ".join(names)
    return {
        "What there is": many,
        "How recent": _recent(last),
        "How strong": _strengths([strength(row) for _, row in last.iterrows()]),
    }


def _strengths(said: list[str]) -> str:
    """Say it of one figure in full, and of several how many are of each strength."""
    if len(set(said)) == 1:
        return said[0]
    made = "SYNTHETIC: " if any(s.startswith("SYNTHETIC") for s in said) else ""
    words = [s.removeprefix("SYNTHETIC, ").split(" (")[0] for s in said]
    return made + ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))


def _name(row: pd.Series) -> str:
    for column in ("question", "text", "measure"):
        if column in row and isinstance(row[column], str) and row[column]:
            # A survey's `question` is its id: the text says more.
            return str(row["text"]) if isinstance(row.get("text"), str) else str(row[column])
    entry = CATALOGUE.get(str(row["indicator"]))
    return entry.name if entry else str(row["indicator"])


def _recent(last: pd.DataFrame) -> str:
    known = last.dropna(subset=["value"])
    if known.empty:
        return "no figure shown"
    return str(known.sort_values("start", kind="stable")["period"].iloc[-1])


def strength(row: pd.Series) -> str:
    """
    Say how much a figure can bear.

    Parameters
    ----------
    row : Series
        Of a results table.

    Returns
    -------
    str
    """
    if pd.isna(row["value"]):
        return "hidden: too few" if row["mark"] == SUPPRESSED else "no figure"
    if pd.isna(row["lower"]):
        return "as published, without counts"
    made = "SYNTHETIC, " if "SYNTHETIC" in str(row["source"]) else ""
    if str(row["method"]).startswith("mean"):
        clear = row["lower"] > 0 or row["upper"] < 0
        return f"{made}{'clear of chance' if clear else 'not clear of chance'}"
    if str(row["method"]) in {"Byar", "exact Poisson"}:
        return f"{made}all cases counted"
    margin = (row["upper"] - row["lower"]) / 2
    word = "strong" if margin <= _STRONG else "fair" if margin <= _FAIR else "weak"
    return f"{made}{word} (within {margin:.0f} points)"


def latest(rows: pd.DataFrame, on: dt.date | None = None) -> pd.DataFrame:
    """
    Take the last figure of each measure up to a day.

    Parameters
    ----------
    rows : DataFrame
        A results table over several times.
    on : date, optional

    Returns
    -------
    DataFrame
    """
    known = rows[rows["value"].notna()]
    if on is not None:
        known = known[known["start"].isna() | (known["start"] <= pd.Timestamp(on))]
    ordered = known.sort_values("start", kind="stable")
    return ordered.drop_duplicates("indicator", keep="last")
