"""The annual self-evaluation report, section by section: what its notebook calls."""

from __future__ import annotations

from .appendix import definitions, gaps, provenance, published_twice
from .chapters import (
    concerns,
    lengths,
    participation,
    pathway,
    record_quality,
    registered_again,
    timescales,
    young_people,
)
from .context import ages_chart, ages_table, around_chart, around_table
from .headlines import headlines
from .opening import at_a_glance, questions, title, what_changed
from .places import place, place_chart, ranks_chart
from .register import (
    comparison_chart,
    comparison_table,
    process_chart,
    trend_chart,
    trend_finding,
    trend_table,
)
from .reregistration import chart as reregistration_chart
from .reregistration import national_chart, national_table
from .reregistration import table as reregistration_table
from .reregistration import warning as reregistration_warning
from .scope import Scope, open
from .statements import (
    areas_for_improvement,
    evidence_map,
    heard,
    improvement_plan,
    outcomes,
    participation_log,
    position,
    readers_agree,
    records_read,
    statement,
    survey_answers,
)

__all__ = [
    "Scope",
    "ages_chart",
    "ages_table",
    "areas_for_improvement",
    "around_chart",
    "around_table",
    "at_a_glance",
    "comparison_chart",
    "comparison_table",
    "concerns",
    "definitions",
    "evidence_map",
    "gaps",
    "headlines",
    "heard",
    "improvement_plan",
    "lengths",
    "national_chart",
    "national_table",
    "open",
    "outcomes",
    "participation",
    "participation_log",
    "pathway",
    "place",
    "place_chart",
    "position",
    "process_chart",
    "provenance",
    "published_twice",
    "questions",
    "ranks_chart",
    "readers_agree",
    "record_quality",
    "records_read",
    "registered_again",
    "reregistration_chart",
    "reregistration_table",
    "reregistration_warning",
    "statement",
    "survey_answers",
    "timescales",
    "title",
    "trend_chart",
    "trend_finding",
    "trend_table",
    "what_changed",
    "young_people",
]
