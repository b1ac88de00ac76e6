"""The paper: four quarters beside the four before, question by question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from .. import endnotes, local, periods, published
from ..errors import CpstatsError
from ..local import Local, Section, Span
from ..periods import write_date
from ..tables import Html, Pieces, Prose, Table, pieces


@dataclass(frozen=True)
class Paper:
    """What one quarterly paper is about.

    Attributes
    ----------
    local : Local
        The partnership's own records, checked.
    quarter : Period
        The last that it shows.
    questions : tuple of Section
    span : Span
    parameters : dict
        As given, for the provenance.
    """

    local: Local
    quarter: periods.Period
    questions: tuple[Section, ...]
    span: Span
    parameters: dict[str, object]


def open(
    *,
    area: str,
    quarter: str,
    records: str,
    questions: str = "",
    policy: str = "",
    restricted: bool = False,
    ledger: str = "",
    date: str = "",
    data: published.Published | None = None,
) -> Paper:
    """
    Check the parameters of a quarterly paper, the questions and the records.

    Parameters
    ----------
    area : str
        A council, in any known spelling.
    quarter : str
        The last of the four quarters it shows, such as "2018-19 Q4" (academic year).
    records : str
        Folder of the partnership's own records.
    questions : str
        A file of scrutiny questions; empty for those of the data package.
    policy : str
    restricted : bool
    ledger : str
    date : str
        As for `annual.open`.
    data : Published, optional

    Returns
    -------
    Paper

    Raises
    ------
    UnknownName
        For an area that is not known, or that the records are not of.
    CpstatsError
        Without records, for a period that is no quarter, or one that they do not cover.
    DataProblems
        With everything wrong with the questions; or when records break rules whose errors stop a
        report, and nobody waived them.
    """
    if not records:
        raise CpstatsError("The quarterly paper needs records: give the folder of a record set.")
    package = data or published.load()
    span = local.four_quarters(quarter)
    file = Path(questions) if questions else package.folder / local.QUESTIONS
    own = local.local_records(records, area=area, data=package, on=periods.read_day(date))
    asked = local.scrutiny_questions(file, area=own.area)
    last = periods.parse(span.until)
    local.refuse_uncovered(own, span.now)
    given: dict[str, object] = {
        "area": area, "quarter": quarter, "records": records, "questions": questions,
        "policy": policy, "restricted": restricted, "date": date,
    }  # fmt: skip
    own = local.for_readers(own, asked, span, restricted=restricted, policy=policy, ledger=ledger)
    return Paper(own, last, asked, span, given)


def title(paper: Paper) -> Pieces:
    """Head the page: what it shows, of whose records, and for whom."""
    text = (
        f"Four quarters to {write_date(paper.quarter.end)}, beside the four before them. Two "
        "single quarters are not compared: with so few children, one family moves a quarter."
    )
    head = Html(
        Markup("<h1>{}: child protection scrutiny paper, {}</h1><p class='lead'>{}</p>").format(
            paper.local.area, paper.quarter.label, text
        )
    )
    return pieces(local.banner(paper.local), head, local.about(paper.local))


def in_brief(paper: Paper) -> Prose:
    """Say what moved, of all that the paper counts."""
    return local.in_brief(paper.local, paper.questions, paper.span)


def answers(paper: Paper) -> Pieces:
    """Answer each question by figures, charts and what to ask next."""
    numbered = enumerate(paper.questions, 1)
    return pieces(*(local.show(paper.local, q, paper.span, number=n) for n, q in numbered))


def not_said(paper: Paper) -> Table | Prose:
    """List what is not given, and why: too few children, not collected, not covered."""
    return local.not_said(paper.local, paper.questions, paper.span)


def record_quality(paper: Paper) -> Pieces:
    """Show what the rules found in the records, and which errors were accepted in writing."""
    return local.quality(paper.local)


def definitions(paper: Paper) -> Html:
    """Print each definition word for word from the catalogue."""
    counted = (i for question in paper.questions for i in question.indicators)
    shown = (i for question in paper.questions for i in question.published)
    return endnotes.definitions_of(dict.fromkeys([*counted, *shown]))


def provenance(paper: Paper) -> Table:
    """Say what this paper was made from, with what, and when."""
    more = local.provenance(paper.local)
    return endnotes.made_from(paper.parameters, paper.local.data, more)
