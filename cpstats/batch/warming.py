"""Imported once, before reports are forked: what every report needs, ready to use."""

from __future__ import annotations

import importlib

#: What reports import when they first need it.
_NEEDED = (
    "docx",
    "duckdb",
    "gptables",
    "matplotlib.backends.backend_svg",
    "mistune",
    "nbconvert",
    "odf.opendocument",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow.parquet",
    "scipy.optimize",
    "scipy.stats",
    "seaborn",
    "typst",
    "cpstats.annual",
    "cpstats.batch.making",
    "cpstats.cli",
    "cpstats.engine",
    "cpstats.export.formats",
    "cpstats.inspection",
    "cpstats.quarterly",
    "cpstats.report",
)


def warm() -> None:
    """Import what reports need."""
    for name in _NEEDED:
        importlib.import_module(name)
    import pandas as pd

    from ..export import typst

    typst.fonts()
    # The tables of a report are small: plain texts make them a seventh faster than Arrow's.
    pd.set_option("mode.string_storage", "python")


warm()
