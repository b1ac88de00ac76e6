"""A section on the page: its heading, figures, groups, control charts, and what to ask next."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .. import catalogue, charts
from ..tables import Pieces, Prose, heading, pieces
from .answers import answer
from .figures import figures_table, published_rows
from .opening import Local
from .pairs import pair_chart, pair_rows, pair_table
from .processes import process_chart
from .sections import Section
from .spans import Span


def show(local: Local, section: Section, span: Span, *, number: int = 0, level: int = 2) -> Pieces:
    """
    Lay out a section.

    Parameters
    ----------
    local : Local
    section : Section
    span : Span
    number : int
        To stand before the heading; 0 for none.
    level : int
        Of the heading; those under it are one lower.

    Returns
    -------
    Pieces
        Html, Prose, Table and Chart, in the order of the page.
    """
    title = f"Question {number}: {section.title}" if number else section.title
    parts: list[Any] = [heading(title, level), answer(local, section, span)]
    parts += [Prose([section.about])] if section.about else []
    if section.figures:
        caption = f"{local.area}, {span.name}: {_name(section)}"
        parts.append(figures_table(local, section.figures, span, caption))
    parts += [_published(local, indicator, span) for indicator in section.published]
    parts += [piece for pair in section.pairs for piece in _pair(local, pair, span, level)]
    parts += [piece for chart in section.charts for piece in process_chart(local, chart, span)]
    if section.ask:
        parts += [heading("What to ask next", level + 1), Prose(section.ask, "list")]
    return pieces(*parts)


def _name(section: Section) -> str:
    return section.id.replace("_", " ")


def _pair(local: Local, pair: Any, span: Span, level: int) -> list[Any]:
    rows, down, across = pair_rows(local, pair, span)
    title = pair.title or catalogue.find(pair.indicators[0]).name
    if rows.empty:
        return [Prose([f"{title}: there is nothing to show in either time."])]
    caption = f"{title}, {local.area}, {span.name}"
    return [
        heading(title, level + 1),
        pair_chart(rows, down, across),
        pair_table(rows, down, across, caption),
    ]


def _published(local: Local, indicator: str, span: Span) -> charts.Chart | Prose:
    """Draw a published indicator of the area beside Scotland, up to the time of the section."""
    rows = published_rows(local, indicator, span)
    if rows["value"].isna().all():
        said = f"{catalogue.find(indicator).name}: no published figures up to {span.until}."
        return Prose([said])
    given = rows[rows["value"].notna()]["period"]
    rows = rows[(rows["period"] >= given.min()) & (rows["period"] <= given.max())]
    return charts.trend(pd.DataFrame(rows), focus=local.area)
