"""`python -m cpstats` is `cpstats`."""

from __future__ import annotations

from .cli import main

main()
