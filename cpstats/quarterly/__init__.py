"""The quarterly scrutiny paper, section by section: what its notebook calls."""

from __future__ import annotations

from .paper import (
    Paper,
    answers,
    definitions,
    in_brief,
    not_said,
    open,
    provenance,
    record_quality,
    title,
)

__all__ = [
    "Paper",
    "answers",
    "definitions",
    "in_brief",
    "not_said",
    "open",
    "provenance",
    "record_quality",
    "title",
]
