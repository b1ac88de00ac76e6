"""From registration events to episodes on the register. The rules: docs/episodes.md."""

from .cohorts import reregistered_within
from .linking import deregistrations, on_register, registrations

__all__ = ["deregistrations", "on_register", "registrations", "reregistered_within"]
