"""Evidence on the page: record reading, surveys, outcomes, participation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from .. import charts, values
from ..evidence.agreement import agreement
from ..evidence.record_reading import distribution
from ..evidence.survey import Survey, answers_by
from ..periods import write_date
from ..tables import Pieces, Prose, Table, heading, pieces
from ..values import SUPPRESSED
from .naming import name_of
from .opening import Own
from .since import since

_CHANGES = {"higher": "more often", "lower": "less often", "similar": "no clear change"}


def interval(row: Any, decimals: int = 0) -> str:
    """Write an interval: "58 to 79"; the mark where the figure is not shown."""
    if pd.isna(row["lower"]):
        return ""
    return " to ".join(values.write(row[c], decimals=decimals) for c in ("lower", "upper"))


def points(row: Any) -> str:
    """Write the limits of a difference, with as many decimals as tell them from 0."""
    limits = [row["difference_lower"], row["difference_upper"]]
    # A limit of -0.4 that is written as 0 would not go with the verdict beside it.
    nearest = min(abs(limit) for limit in limits)
    decimals = next((d for d in range(3) if nearest >= 0.5 * 10.0**-d), 0)
    return " to ".join(values.write(limit, decimals=decimals) for limit in limits)


def counted(row: Any) -> str:
    """Write a numerator and its denominator: "45 of 60"."""
    if pd.isna(row["numerator"]):
        return str(row["mark"]) or values.NOT_AVAILABLE
    return f"{row['numerator']:,.0f} of {row['denominator']:,.0f}"


def few(own: Own, count: float) -> str:
    """Write how many; few people are not told apart, and none are told of a hidden row."""
    least = own.release.policy.hide_under if own.release else 0
    if pd.isna(count):
        return ""
    return f"fewer than {least}" if 0 < count < least else f"{count:,.0f}"


def records_read(own: Own, statement: int) -> Pieces:
    """Show what a reading of records says of one inspection statement."""
    readings = own.evidence.readings
    if not readings:
        return Pieces()
    last = readings[-1]
    table = own.tables[f"record_reading {last.date}"]
    rows = table[table["statement"] == statement]
    if rows.empty:
        return Pieces()
    drawn = f" of {last.population:,}" if last.population else ""
    left = last.listed - last.records
    listed = f" (of {last.listed} listed; {left} have no answer yet)" if left else ""
    text = (
        f"{last.records} records{drawn} were read by {write_date(last.date)}{listed}. "
        "Good or better is a mark of 4 to 6, or a yes. Words are those of Education Scotland's "
        "scale; the last column gives the others that chance leaves open."
    )
    frame = pd.DataFrame(
        {
            "Question": rows["question"],
            "Good or better": [counted(r) for _, r in rows.iterrows()],
            "Per cent": [values.write(r["value"], r["mark"]) for _, r in rows.iterrows()],
            "95% interval": [interval(r) for _, r in rows.iterrows()],
            "Word": rows["word"],
            "Might also be": rows["also_possible"],
        }
    )
    caption = f"Records read, statement {statement}, {own.evidence.area}, {write_date(last.date)}"
    shown = Table(frame, caption, numbers=["Good or better", "Per cent"], notes=_apart(rows))
    chart = charts.shares(rows, label="question")
    head = heading("What the records show", 3)
    return pieces(head, Prose([text]), chart, shown, _since(own, statement))


def _apart(rows: pd.DataFrame) -> list[str]:
    """Say how many records a figure leaves out, and why."""
    names = {"not_applicable": "not applicable", "not_recorded": "not recorded",
             "not_marked": "not marked"}  # fmt: skip
    said = [f"{words}: {int(rows[c].sum())}" for c, words in names.items() if rows[c].sum()]
    notes = [f"Answers left out, over all questions: {', '.join(said)}."] if said else []
    if second := int(rows["by_second"].sum()):
        notes.append(f"{second} answers are those of a second reader, as the first gave none.")
    return notes


def _since(own: Own, statement: int) -> Table | Prose:
    """Hold the last reading against the one before; only figures that both tables show."""
    readings = own.evidence.readings
    if len(readings) < 2:
        return Prose([])
    before, now = readings[-2:]
    found = since(*(own.tables[f"record_reading {r.date}"] for r in (now, before)))
    rows = found[found["statement"] == statement]
    if rows.empty:
        return Prose([])
    frame = pd.DataFrame(
        {
            "Question": rows["question"],
            f"{before.date:%Y}": [values.write(v) for v in rows["before_value"]],
            f"{now.date:%Y}": [values.write(v) for v in rows["value"]],
            "Difference, points": [values.write(v) for v in rows["difference"]],
            "95% interval": [points(r) for _, r in rows.iterrows()],
            "Verdict": rows["verdict"].map(_CHANGES),
        }
    )
    years = [f"{before.date:%Y}", f"{now.date:%Y}", "Difference, points"]
    return Table(
        frame,
        f"Good or better, per cent, since the reading before: statement {statement}",
        numbers=years,
        notes=[f"Newcombe's limits. {len(rows)} questions are tested, each by itself."],
    )


def marks(own: Own) -> Pieces:
    """Show every mark of every question: for the committee alone, as few records stand behind."""
    if not own.evidence.readings or own.release is not None:
        return Pieces()
    rows = distribution(own.evidence.readings[-1])
    wide = rows.pivot_table("numerator", "question", "grade", sort=False).reset_index()
    frame = wide.rename(columns={"question": "Question"})
    frame = pd.concat([frame[["Question"]], frame.drop(columns="Question").astype(int)], axis=1)
    return pieces(Table(frame.astype(str), "Records by mark", numbers=list(frame)[1:]))


def readers_agree(own: Own) -> Pieces:
    """Show how far two readers of the same records agree."""
    if not own.evidence.readings:
        return Pieces()
    rows = agreement(own.evidence.readings[-1])
    rows = rows[rows["value"].notna()]
    if rows.empty:
        return pieces(
            Prose(["No record was read by two readers, so how far they agree is not known."])
        )
    frame = pd.DataFrame(
        {
            "Question": rows["question"],
            "Read twice": [f"{n:.0f}" for n in rows["denominator"]],
            "At most one mark apart, per cent": [values.write(v) for v in rows["near"]],
            "Weighted kappa": [values.write(v, decimals=2) for v in rows["value"]],
            "95% interval": [interval(r, 2) for _, r in rows.iterrows()],
        }
    )
    note = "Kappa is 1 where readers always agree, and 0 where they do so as often as by chance."
    return pieces(
        heading("How far readers agree", 3),
        Table(frame, "Agreement of two readers", numbers=list(frame)[1:], notes=[note]),
    )


def surveys(own: Own, who: Iterable[str]) -> Pieces:
    """Show the last survey of each kind of respondent, and what changed since the one before."""
    parts: list[Any] = []
    for kind in who:
        waves = [s for s in own.evidence.surveys if s.who == kind]
        if waves:
            parts += _survey(own, waves)
    return pieces(*parts)


def _survey(own: Own, waves: list[Survey]) -> list[Any]:
    last = waves[-1]
    rows = own.tables[f"survey {last.who} {last.date}"]
    named = "Parents and carers" if last.who == "parents" else last.who.capitalize()
    head = f"What {named.lower()} say"
    answered = f"{few(own, rows['responded'].max()) or 'A few'} answered"
    if rows["invited"].notna().any():
        answered += f" of {rows['invited'].max():,.0f} asked"
    parts: list[Any] = [
        heading(head, 3),
        Prose([f"{last.title}, {write_date(last.date)}: {answered}."]),
    ]
    spread = answers_by(last)
    # One child of twenty is 5%: every answer of children and parents is for the committee alone.
    seen = last.who == "staff" or own.release is None
    if seen and (spread["mark"] == SUPPRESSED).sum() < len(spread):
        parts.append(charts.diverging(spread))
    elif not seen:
        named_rows = rows.assign(text=[name_of(r) for _, r in rows.iterrows()])
        parts.append(charts.shares(named_rows, label="text"))
    frame = pd.DataFrame(
        {
            "Statement": [name_of(r) for _, r in rows.iterrows()],
            "Agree": [counted(r) for _, r in rows.iterrows()],
            "Per cent": [values.write(r["value"], r["mark"]) for _, r in rows.iterrows()],
            "95% interval": [interval(r) for _, r in rows.iterrows()],
            "Word": rows["word"],
            "If those who did not answer had": [_bounds(r) for _, r in rows.iterrows()],
        }
    )
    caption = f"{named}: agree or strongly agree, {write_date(last.date)}"
    parts.append(Table(frame, caption, numbers=["Agree", "Per cent"]))
    by_group = f"survey {last.who} {last.date} by group"
    if by_group in own.tables:
        parts.append(_by_group(own.tables[by_group], named))
    if len(waves) > 1:
        parts.append(_waves(own, waves, named))
    return parts


def _bounds(row: Any) -> str:
    """Say what non-response leaves open: all of the other mind, or all of the same."""
    if pd.isna(row["bound_lower"]) or pd.isna(row["value"]):
        return ""
    low, high = (values.write(row[c]) for c in ("bound_lower", "bound_upper"))
    return f"{low} to {high}"


def _by_group(rows: pd.DataFrame, named: str) -> Table:
    said = [_with_interval(r) for _, r in rows.iterrows()]
    rows = rows.assign(said=said, text=[name_of(r) for _, r in rows.iterrows()])
    wide = rows.pivot(index="text", columns="group", values="said")
    wide = wide.reindex(list(dict.fromkeys(rows["text"])))
    frame = wide.rename_axis(index="Statement", columns=None).reset_index()
    return Table(
        frame, f"{named}: agree, per cent with 95% interval, by group", numbers=list(frame)[1:]
    )


def _with_interval(row: Any) -> str:
    """Write a figure with its interval in brackets; the mark where there is none."""
    shown = values.write(row["value"], row["mark"])
    return shown if pd.isna(row["lower"]) else f"{shown} ({interval(row)})"


def _waves(own: Own, waves: list[Survey], named: str) -> Table | Prose:
    """Hold the last wave against the one before; only figures that both tables show."""
    before, now = waves[-2:]
    tables = (own.tables[f"survey {s.who} {s.date}"] for s in (now, before))
    rows = since(*tables, alike=("text", "counted"))
    if rows.empty:
        return Prose(["No statement was put both times in the same words and may be shown."])
    frame = pd.DataFrame(
        {
            "Statement": [name_of(r) for _, r in rows.iterrows()],
            "Before": [values.write(v) for v in rows["before_value"]],
            "Now": [values.write(v) for v in rows["value"]],
            "Difference, points": [values.write(v) for v in rows["difference"]],
            "95% interval": [points(r) for _, r in rows.iterrows()],
            "Verdict": rows["verdict_adjusted"].map(_CHANGES),
        }
    )
    return Table(
        frame, f"{named}: agree, per cent, since {write_date(before.date)}",
        numbers=["Before", "Now", "Difference, points"],
        notes=["Newcombe's limits; verdicts allow for the number of statements tested (Holm)."],
    )  # fmt: skip
