"""Reports by the hundred: a schedule, what must be made, and who makes it."""

from __future__ import annotations

from .batches import Planned, plan, run_batch
from .jobs import Job, Outcome
from .schedules import Schedule, read_schedule

__all__ = ["Job", "Outcome", "Planned", "Schedule", "plan", "read_schedule", "run_batch"]
