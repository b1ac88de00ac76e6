"""Imported once, before reports are forked: what every report needs, ready to use."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import shutil
from collections.abc import Iterable
from typing import Any

from .apart import WARM

#: What reports import when they first need it.
_NEEDED = (
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.magics",
    "duckdb",
    "matplotlib.backends.backend_svg",
    "pandas",
    "papermill",
    "pyarrow.parquet",
    "scipy.optimize",
    "scipy.stats",
    "cpstats.annual",
    "cpstats.batch.making",
    "cpstats.cli",
    "cpstats.engine",
    "cpstats.export.formats",
    "cpstats.inspection",
    "cpstats.quarterly",
    "cpstats.report",
)
#: A page of each kind of block but a picture: Typst draws those, and starts threads, which a fork
#: would lose.
_PAGE = (
    "<h1>Report</h1><h2>Section</h2><p>Some <b>words</b></p><ul><li>one</li></ul>"
    "<dl><dt>Term</dt><dd>words</dd></dl><table><caption>Table</caption><thead><tr><th>What</th>"
    "<th>Many</th></tr></thead><tbody><tr><td>a</td><td class='number'>1</td></tr></tbody></table>"
)


def warm(given: dict[str, Any]) -> None:
    """
    Import what reports need, and make once what is made at its first use.

    Parameters
    ----------
    given : dict
        "data", the folder of a data package, and "formats": of the reports to come.
    """
    for name in _NEEDED:
        importlib.import_module(name)
    import nbformat
    import pandas as pd

    from ..endnotes import commit
    from ..export import page_exporter

    # The tables of a report are small: plain texts make them a seventh faster than Arrow's.
    pd.set_option("mode.string_storage", "python")
    commit()
    # The first notebook compiles schema and templates.
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Report")])
    nbformat.validate(notebook)
    page_exporter().from_notebook_node(notebook)
    _read_data(given.get("data", ""))
    _make_formats(given.get("formats", ()))


def _tidy_up(folder: str) -> None:
    """Delete a folder at the end, if the process that made it is killed and cannot."""
    here, parent = os.getpid(), os.getppid()

    def tidy() -> None:
        if os.getpid() == here and os.getppid() != parent:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(tidy)


def _read_data(folder: str) -> None:
    """Read the tables of a data package."""
    from .. import published

    with contextlib.suppress(Exception):  # whatever is wrong with them, each report will say
        if folder:
            data = published.load(folder)
            for name in data.names:
                data.table(name)


def _make_formats(asked: Iterable[str]) -> None:
    """Make a small report in each format: writers read their templates at the first."""
    from ..export import typst
    from ..export.formats import made_from

    if {"pdf", "docx"} & {*asked}:
        typst.fonts()
    made_from(_PAGE, [name for name in asked if name != "pdf"], title="Report")


# Only in the process that reports are forked from: elsewhere an import changes nothing.
if WARM in os.environ:
    _told = json.loads(os.environ[WARM])
    _tidy_up(_told["sockets"])
    warm(_told)
