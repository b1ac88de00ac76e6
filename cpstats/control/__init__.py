"""Statistical process control: control charts, run charts, and what to make of them."""

from __future__ import annotations

from .runs import run_chart
from .shewhart import FEWEST, LIMITS_FAIL, control_chart
from .verdicts import judge, suggest_rebases

__all__ = ["FEWEST", "LIMITS_FAIL", "control_chart", "judge", "run_chart", "suggest_rebases"]
