"""The report by inspection statement: the evidence of each, and the partnership's own words."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pandas as pd

from .. import catalogue, framework, local, values
from ..errors import CpstatsError
from ..evidence.plan_reading import Plan, read_plan
from ..periods import ACADEMIC, FINANCIAL, NO_YEARS, parse, read_day, write_date
from ..tables import Pieces, Prose, Table, heading, pieces
from . import chapters
from .scope import Scope

_WHOSE = (
    "This statement is the inspectors': it says what ought to be so, and it is no finding of this "
    "report. What follows is what there is to test it by."
)
#: What was done, from records where they are used, else as published.
OUTPUTS = ("children_on_register", "register_rate", "lgbf_reregistration", "registrations",
           "reviews_in_time", "concerns_reaching_meeting")  # fmt: skip


def statement(scope: Scope, number: int) -> Pieces:
    """Head one of the four inspection statements, with what the partnership says of it."""
    known = _framework(scope).statements.get(number)
    text = f"Statement {number}, to be tested: {known.text}" if known else f"Statement {number}"
    words = framework.own_words(str(scope.parameters["commentary"]), f"statement-{number}")
    whose = [Prose([_WHOSE])] if known else []
    return pieces(heading(text), *whose, *([words] if words else []))


def records_read(scope: Scope, number: int) -> Pieces:
    """Show what a reading of records says of one statement."""
    return framework.records_read(scope.own, number) if scope.own else Pieces()


def survey_answers(scope: Scope, who: str) -> Pieces:
    """Show what staff, children or parents say: "staff", or several parted by ";"."""
    return framework.surveys(scope.own, who.split(";")) if scope.own else Pieces()


def outcomes(scope: Scope) -> Pieces:
    """Show whether children's lives got better, where outcomes are measured."""
    if scope.own and scope.own.evidence.outcomes is not None:
        return pieces(framework.outcomes(scope.own), _beside_outputs(scope, scope.own))
    said = "No repeated measure of how children are was given: what changed for them is not known."
    return pieces(heading("Whether children's lives got better", 3), Prose([said], "warning"))


def _beside_outputs(scope: Scope, own: framework.Own) -> Table:
    """Set what was done beside what became of children: the inspection asked for both."""
    rows, others = [], []
    for name in OUTPUTS:
        found = _counted(scope, name) if scope.local else None
        found = found if found is not None else _published(scope, name)
        if found is not None and found["value"].notna().any():
            row, entry = _last(found), catalogue.CATALOGUE[name]
            figure = values.write(row["value"], row["mark"], entry.decimals)
            rows.append(("output: what was done", entry.heading, figure, str(row["period"])))
            others += [entry.name] if str(row["period"]) != scope.year else []
    for _, row in own.tables["outcomes"].iterrows():
        shown = row["mark"] if pd.isna(row["value"]) else f"{row['value']:+.1f} points"
        rows.append(("outcome: what became of children", row["measure"], shown,
                     f"scores to {row['period']}"))  # fmt: skip
    frame = pd.DataFrame(rows, columns=["Kind", "Measure", "Figure", "Of"])
    notes = [f"Outputs are of {scope.year}, the year of this report; outcomes are of the time that "
             "the scores cover."]  # fmt: skip
    if others:
        notes.append(f"Not of {scope.year}, as there is no figure of that year, but of the last "
                     f"year with one: {'; '.join(others)}.")  # fmt: skip
    return Table(frame, "Outputs and outcomes, side by side", numbers=["Figure"], notes=notes)


def _last(rows: pd.DataFrame) -> pd.Series:
    return rows.dropna(subset="value").sort_values("start", kind="stable").iloc[-1]


def participation_log(scope: Scope) -> Pieces:
    """Show who took part in meetings and who was heard, from a log of meetings."""
    return framework.participation(scope.own) if scope.own else Pieces()


def heard(scope: Scope) -> Pieces:
    """Say so where nothing is known of who took part."""
    if scope.local or (
        scope.own and (scope.own.evidence.participation or scope.own.evidence.surveys)
    ):
        return Pieces()
    return pieces(Prose(["No record of who took part, and no survey, was given."], "warning"))


def readers_agree(scope: Scope) -> Pieces:
    """Show how far readers of records agree, and for the committee alone every mark."""
    if not scope.own:
        return Pieces()
    return pieces(framework.readers_agree(scope.own), framework.marks(scope.own))


def improvement_plan(scope: Scope) -> Pieces:
    """Show where the improvement plan stands, and whether its numbers moved."""
    plan = _plan(scope)
    if plan is None:
        return pieces(Prose(["No improvement plan was given."]))
    # Where an inspection asked for it, each action stands with the improvement it is for.
    asked = scope.area in framework.read_inspections(scope.data.folder / "inspections")
    head, *page = framework.plan_page(
        plan, partial(_find, scope), on=as_at(scope), whole=not asked,
        around=partial(framework.around, scope.own),
    )  # fmt: skip
    return pieces(head, *known_since(scope), *page)


def evidence_map(scope: Scope) -> Pieces:
    """Map the quality indicators to their evidence: what there is, how recent, how strong."""
    found = framework.evidence_map(_framework(scope), partial(_find, scope), _plan(scope))
    return pieces(*known_since(scope), found)


def position(scope: Scope) -> Pieces:
    """Draft the position statement from figures, with the partnership's own words beside it."""
    folder = str(scope.parameters["commentary"])
    slots = ("position", "strengths", "areas-for-improvement")
    said: dict[str, Any] = {slot: framework.own_words(folder, slot) for slot in slots}
    if scope.own is None:
        text = "Strengths and areas for improvement are drafted from evidence; none was given."
        return pieces(Prose([text]), *(words for words in said.values() if words))
    return pieces(*known_since(scope), framework.position(scope.own, said))


def areas_for_improvement(scope: Scope) -> Pieces:
    """Give each improvement that the last inspection asked for its page."""
    known = framework.read_inspections(scope.data.folder / "inspections").get(scope.area)
    if known is None:
        return pieces(Prose([f"No inspection of {scope.area} is in the data package."]))
    lead, *page = framework.areas_for_improvement(
        known, partial(_find, scope), _plan(scope), on=as_at(scope)
    )
    return pieces(lead, *known_since(scope), *page)


def known_since(scope: Scope) -> Pieces:
    """Say that the plan and the evidence are of later days than the year, where any is."""
    ended, last = parse(scope.year).end, max(_days(scope))
    if last <= ended:
        return Pieces()
    text = (
        f"Known since: the plan and the evidence are dated up to {write_date(last)}, and "
        f"{scope.year}, the year of this report, ended on {write_date(ended)}. What they say of "
        "later days is shown on purpose, each with its day. Published figures, and those counted "
        f"from records, go no further than {scope.year}."
    )
    return pieces(Prose([text]))


def as_at(scope: Scope) -> dt.date:
    """Give the day on which the plan stands: the last of which anything is known.

    Not the day on which the report is made: years later a plan that nobody wrote to would be
    overdue by years. Where that day comes first, nothing is told from after it.
    """
    last = max(_days(scope))
    made = read_day(str(scope.parameters.get("date") or ""))
    return min(last, made) if made else last


def _days(scope: Scope) -> list[dt.date]:
    """List the last day of the report's year, and those of its evidence and its plan."""
    days = [parse(scope.year).end]
    if scope.own:
        held = scope.own.evidence
        days += [r.date for r in held.readings] + [s.date for s in held.surveys]
        days += [one.date for one in (held.outcomes, held.participation) if one is not None]
    plan = _plan(scope)
    if plan is not None:
        days += [update.as_of for action in plan.actions for update in action.updates]
    return days


def _framework(scope: Scope) -> framework.Framework:
    return framework.read_framework(scope.data.folder / framework.FRAMEWORK)


def _plan(scope: Scope) -> Plan | None:
    """Find the plan: that of the evidence, or the one in the data package."""
    if scope.own and scope.own.evidence.plan is not None:
        return scope.own.evidence.plan
    known = framework.read_inspections(scope.data.folder / "inspections").get(scope.area)
    return read_plan(scope.data.folder / "plans" / known.plan) if known and known.plan else None


def _find(scope: Scope, link: str) -> pd.DataFrame | None:
    """Find the figures of a link: published, counted from records, or other evidence."""
    kind, _, name = link.partition(":")
    if kind in {"indicator", "records"}:
        return _counted(scope, name) if kind == "records" else _published(scope, name)
    return scope.own.find(link) if scope.own else None


def _published(scope: Scope, name: str) -> pd.DataFrame | None:
    entry = catalogue.CATALOGUE.get(name)
    if entry is None or not entry.is_published:
        return _counted(scope, name)
    if entry.coverage != "councils and Scotland" and not scope.is_scotland:
        return None
    rows = scope.over_time(name)
    # A figure that was published since is no evidence for the year that the report is about.
    ended = pd.Timestamp(parse(scope.year).end)
    return rows[_last_days(rows, entry.calendar) <= ended]


def _counted(scope: Scope, name: str) -> pd.DataFrame | None:
    """Give what the chapters counted from records, as it may be shown."""
    if scope.local is None or name not in chapters.counted(scope):
        return None
    span = local.year(scope.year)
    try:
        return scope.local.count(
            name, every=span.every, periods=span.periods(catalogue.find(name)), by=()
        )
    except CpstatsError:
        return None


def _last_days(rows: pd.DataFrame, calendar: str) -> pd.Series:
    """Give the last day that each figure is of."""
    if calendar in NO_YEARS:
        return rows["start"]
    read_as = FINANCIAL if calendar == FINANCIAL else ACADEMIC
    last = [pd.Timestamp(parse(period, read_as).end) for period in rows["period"]]
    return pd.Series(last, index=rows.index, dtype="datetime64[s]")
