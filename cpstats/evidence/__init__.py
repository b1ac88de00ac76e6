"""Evidence that is not the register: record reading, surveys, outcomes, participation, the plan."""

from __future__ import annotations

from . import (
    agreement,
    outcomes,
    participation,
    plan,
    record_reading,
    record_templates,
    record_workbooks,
    survey,
)
from .audits import read_questions
from .outcome_reading import read_outcomes
from .participation_reading import read_participation
from .plan_reading import read_plan
from .record_templates import write_template
from .record_workbooks import read_record_reading
from .survey_reading import read_survey

__all__ = [
    "agreement",
    "outcomes",
    "participation",
    "plan",
    "read_outcomes",
    "read_participation",
    "read_plan",
    "read_questions",
    "read_record_reading",
    "read_survey",
    "record_reading",
    "record_templates",
    "record_workbooks",
    "survey",
    "write_template",
]
