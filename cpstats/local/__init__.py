"""The partnership's own records in a report: checked, counted, and shown section by section."""

from __future__ import annotations

from .brief import in_brief, not_said
from .leaving import for_readers
from .opening import Local, local_records, refuse_uncovered
from .quality import about, banner, banner_of, provenance, quality
from .sections import QUESTIONS, Section, annual_chapters, scrutiny_questions
from .showing import show
from .spans import Span, four_quarters, year

__all__ = [
    "QUESTIONS",
    "Local",
    "Section",
    "Span",
    "about",
    "annual_chapters",
    "banner",
    "banner_of",
    "for_readers",
    "four_quarters",
    "in_brief",
    "local_records",
    "not_said",
    "provenance",
    "quality",
    "refuse_uncovered",
    "scrutiny_questions",
    "show",
    "year",
]
