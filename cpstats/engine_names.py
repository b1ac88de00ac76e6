"""The engines on which records are counted, by name alone: naming one loads none."""

from __future__ import annotations

from enum import StrEnum


class Engine(StrEnum):
    """Where records are counted."""

    PANDAS = "pandas"
    DUCKDB = "duckdb"
    SPARK = "spark"
