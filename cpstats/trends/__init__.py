"""Which way is it going? Trends over the years with their uncertainty, and years taken together."""

from __future__ import annotations

from .ratios import QUASI_POISSON
from .testing import FALLING, NO_CLEAR_CHANGE, RISING, trend
from .windows import rolling

__all__ = ["FALLING", "NO_CLEAR_CHANGE", "QUASI_POISSON", "RISING", "rolling", "trend"]
