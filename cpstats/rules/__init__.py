"""What records must mean: rules, the check of a record set against them, and waivers in writing."""

# Each file of rules enters its own into the registry.
from . import children, keys, meetings, pathways, registrations, timing, whole
from .checking import Findings, check, validate
from .entries import RULES, Rule, rules_for
from .waivers import Waiver, read_waivers, unwaived_errors, waived

__all__ = [
    "RULES",
    "Findings",
    "Rule",
    "Waiver",
    "check",
    "children",
    "keys",
    "meetings",
    "pathways",
    "read_waivers",
    "registrations",
    "rules_for",
    "timing",
    "unwaived_errors",
    "validate",
    "waived",
    "whole",
]
