"""Evidence that is not the register, laid out by the inspection framework."""

from __future__ import annotations

from .around import around
from .commentary import own_words, start_commentary
from .evidence_map import evidence_map
from .folders import Evidence, open_evidence
from .improvement import areas_for_improvement
from .mapping import FRAMEWORK, Framework, Inspection, read_framework, read_inspections
from .opening import Own, about, for_readers, give
from .plan_pages import plan_page
from .position import position
from .showing import marks, readers_agree, records_read, surveys
from .showing_children import outcomes, participation

__all__ = [
    "FRAMEWORK",
    "Evidence",
    "Framework",
    "Inspection",
    "Own",
    "about",
    "areas_for_improvement",
    "around",
    "evidence_map",
    "for_readers",
    "give",
    "marks",
    "open_evidence",
    "outcomes",
    "own_words",
    "participation",
    "plan_page",
    "position",
    "read_framework",
    "read_inspections",
    "readers_agree",
    "records_read",
    "start_commentary",
    "surveys",
]
