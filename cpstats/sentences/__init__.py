"""Sentences made from figures: they change when the figures change, and never overclaim."""

from __future__ import annotations

from .figures import (
    against,
    break_between,
    change,
    direction,
    few_events,
    interval,
    level,
    ordinal,
    place,
    relation,
    spoken,
    value,
)
from .over_years import trend
from .places import funnel
from .shares import quantified

__all__ = [
    "against",
    "break_between",
    "change",
    "direction",
    "few_events",
    "funnel",
    "interval",
    "level",
    "ordinal",
    "place",
    "quantified",
    "relation",
    "spoken",
    "trend",
    "value",
]
