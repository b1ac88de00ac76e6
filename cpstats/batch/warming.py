"""Imported once, before reports are forked: what every report needs, ready to use."""

from __future__ import annotations

import contextlib
import importlib
import os

from .apart import WARM_DATA

#: What reports import when they first need it.
_NEEDED = (
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.magics",
    "docx",
    "duckdb",
    "gptables",
    "matplotlib.backends.backend_svg",
    "odf.style",
    "odf.table",
    "openpyxl",
    "pandas",
    "papermill",
    "pyarrow.parquet",
    "scipy.optimize",
    "scipy.stats",
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
    """Import what reports need, and make once what is made at its first use."""
    for name in _NEEDED:
        importlib.import_module(name)
    import nbformat
    import pandas as pd

    from ..endnotes import commit
    from ..export import page_exporter, typst

    # The tables of a report are small: plain texts make them a seventh faster than Arrow's.
    pd.set_option("mode.string_storage", "python")
    commit()
    typst.fonts()
    # The first notebook compiles schema and templates.
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Report")])
    nbformat.validate(notebook)
    page_exporter().from_notebook_node(notebook)
    _read_data(os.environ.get(WARM_DATA, ""))


def _read_data(folder: str) -> None:
    """Read the tables of a data package; what is wrong with them the reports will say."""
    from .. import published
    from ..errors import CpstatsError

    with contextlib.suppress(CpstatsError, OSError):
        if folder:
            data = published.load(folder)
            for name in data.names:
                data.table(name)


warm()
