"""What became of children, and who was heard: outcomes and participation on the page."""

from __future__ import annotations

import pandas as pd

from .. import charts, values
from ..evidence.outcomes import IMPROVED, time_to_improvement
from ..periods import write_date
from ..tables import Pieces, Prose, Table, heading, pieces
from .opening import Own
from .showing import counted, few, interval
from .since import since


def outcomes(own: Own) -> Pieces:
    """Show whether the same children's scores got better, and who was lost on the way."""
    held = own.evidence.outcomes
    if held is None:
        return Pieces()
    rows = own.tables["outcomes"]
    span = f"{values.write(held.lowest)} to {values.write(held.highest)}"
    text = (
        f"{held.title}: each child's first score against the last within {held.follow_up_days} "
        f"days, on a scale from {span}, where {held.better} is better. Outputs say what was done; "
        "this says what became of the children it was done for."
    )
    frame = pd.DataFrame(
        {
            "Measure": rows["measure"],
            "Followed": [counted(r) for _, r in rows.iterrows()],
            "First": [values.write(r, decimals=1) for r in rows["first_mean"]],
            "Later": [values.write(r, decimals=1) for r in rows["later_mean"]],
            "Change": [values.write(r["value"], r["mark"], 1) for _, r in rows.iterrows()],
            "95% interval": [interval(r, 1) for _, r in rows.iterrows()],
            "Verdict": rows["verdict"],
        }
    )
    lost = "Children without a follow-up are in no mean: how they fared is not known."
    table = Table(frame, f"Change in the same children, {own.evidence.area}",
                  numbers=["Followed", "First", "Later", "Change"], notes=[lost])  # fmt: skip
    return pieces(
        heading("Whether children's lives got better", 3), Prose([text]),
        charts.changes_chart(rows), table, _improved(own), _by_age(own), _soon(own),
    )  # fmt: skip


def _improved(own: Own) -> Pieces:
    rows = own.tables["outcomes shares"]
    cells = [values.write(r["value"], r["mark"]) for _, r in rows.iterrows()]
    wide = rows.assign(said=cells).pivot(index="measure", columns="answer", values="said")
    order = list(dict.fromkeys(rows["answer"]))
    frame = wide.reindex(list(dict.fromkeys(rows["measure"])))[order]
    frame = frame.rename_axis(index="Measure", columns=None).reset_index()
    frame.columns = [c[:1].upper() + c[1:] for c in frame]
    note = "Improved, same and worse are of the children followed; missing is of all who began."
    table = Table(frame, "Children, per cent", numbers=list(frame)[1:], notes=[note])
    # Where parts are hidden, those who improved can still be shown.
    if (rows["mark"] == values.SUPPRESSED).any():
        better = rows[rows["answer"] == IMPROVED].drop(columns="answer")
        return pieces(charts.shares(better, label="measure"), table)
    return pieces(charts.change_shares_chart(rows), table)


def _by_age(own: Own) -> Table:
    rows = own.tables["outcomes by age"]
    rows = rows[rows["denominator"] != 0]
    cells = [values.write(r["value"], r["mark"], 1) for _, r in rows.iterrows()]
    wide = rows.assign(said=cells).pivot(index="measure", columns="age_group", values="said")
    order = list(dict.fromkeys(rows["age_group"]))
    frame = wide.reindex(list(dict.fromkeys(rows["measure"])))[order]
    frame = frame.rename_axis(index="Measure", columns=None).reset_index()
    return Table(frame, "Mean change by age at the first score", numbers=list(frame)[1:])


def _soon(own: Own) -> Table | Prose:
    """Show how soon children improved, of measures of which nothing else is hidden."""
    held = own.evidence.outcomes
    if held is None:
        return Prose([])
    rows = time_to_improvement(held)
    told = {i: _tells_nobody(own, r) for i, r in rows.groupby("indicator")}
    shown = [
        values.write(r["value"], r["mark"]) if told[r["indicator"]] or r["mark"]
        else values.SUPPRESSED
        for _, r in rows.iterrows()
    ]  # fmt: skip
    if not set(shown) - set(values.MARKS):
        return Prose(["How soon children improved is not shown: some step is of too few."])
    wide = rows.assign(said=shown).pivot(index="measure", columns="days", values="said")
    frame = wide.reindex(list(dict.fromkeys(rows["measure"])))[list(dict.fromkeys(rows["days"]))]
    frame.columns = [f"Within {days} days" for days in frame]
    return Table(
        frame.rename_axis(index="Measure").reset_index(),
        "Children improved by then, per cent (Kaplan-Meier)",
        numbers=list(frame),
    )


def _tells_nobody(own: Own, spans: pd.DataFrame) -> bool:
    """Tell whether neither a span nor the step to the next speaks of few children.

    Those improved by some day are nearly those who improved in the end: where one of the latter is
    hidden, the former would give it back.
    """
    if own.release is None:
        return True
    policy, indicator = own.release.policy, spans["indicator"].iloc[0]
    tables = (own.tables["outcomes"], own.tables["outcomes shares"])
    marks = pd.concat([t.loc[t["indicator"] == indicator, "mark"] for t in tables])
    steps = [*spans["numerator"].diff().fillna(spans["numerator"]),
             spans["denominator"].iloc[-1] - spans["numerator"].iloc[-1]]  # fmt: skip
    none = policy.zero == "show"
    return (marks == "").all() and all((s == 0 and none) or s >= policy.hide_under for s in steps)


def participation(own: Own) -> Pieces:
    """Show who took part in meetings, whose views were heard, and who had an advocate."""
    log = own.evidence.participation
    if log is None:
        return Pieces()
    rows = own.tables["participation"]
    text = (
        f"{log.title}, to {write_date(log.date)}. A person counts at each meeting. Children are "
        f"asked from the age of {log.eligible_from}; where it was not recorded is in no share."
    )
    frame = pd.DataFrame(
        {
            "Who": rows["measure"],
            "Count": [counted(r) for _, r in rows.iterrows()],
            "Per cent": [values.write(r["value"], r["mark"]) for _, r in rows.iterrows()],
            "95% interval": [interval(r) for _, r in rows.iterrows()],
            "Word": rows["word"],
            "Not recorded": [few(own, n) for n in rows["not_recorded"]],
        }
    )
    caption = f"Who took part, {own.evidence.area}"
    table = Table(frame, caption, numbers=["Count", "Per cent", "Not recorded"])
    return pieces(heading("Who took part, and who was heard", 3), Prose([text]),
                  charts.shares(rows, label="measure"), table, _young(own))  # fmt: skip


def _young(own: Own) -> Table | Prose:
    """Hold young people against younger children, in figures that may both be shown."""
    table = own.tables["participation by age"]
    rows = since(*(table[table["group"] == group] for group in ("13-17", "under 13")))
    if rows.empty:
        return Prose(["Too few young people or younger children to hold them against each other."])
    said = {"higher": "young people more", "lower": "young people less",
            "similar": "no clear difference"}  # fmt: skip
    frame = pd.DataFrame(
        {
            "Who": rows["measure"],
            "Aged 13-17, per cent": [values.write(v) for v in rows["value"]],
            "Under 13, per cent": [values.write(v) for v in rows["before_value"]],
            "Difference, points": [values.write(v) for v in rows["difference"]],
            "Verdict": rows["verdict"].map(said),
        }
    )
    return Table(frame, "Young people beside younger children", numbers=list(frame)[1:4],
                 notes=["Newcombe's limits, at 95%, each by itself."])  # fmt: skip
