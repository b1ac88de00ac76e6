"""What stands at the end of every report: definitions word for word, and what it was made from."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache

import pandas as pd
from markupsafe import Markup

from . import catalogue
from .definitions import TRUST, Indicator
from .published import Published
from .tables import Html, Table

_PACKAGES = (
    "cpstats",
    "pandas",
    "numpy",
    "scipy",
    "matplotlib",
    "seaborn",
    "narwhals",
    "papermill",
    "nbconvert",
)


#: What a reader meets in sources and below charts, and need not know.
WORDS = {
    "CSWS": "Children's Social Work Statistics: the yearly figures of the Scottish Government.",
    "LGBF": "The Local Government Benchmarking Framework: yearly figures on every council.",
    "Control chart": "Shows whether a process has changed: points within the limits, in no pattern "
    "that a rule names, are its ordinary ups and downs. XmR charts are of single values, with "
    "limits from how far each lies from the one before; c charts of counts; p charts of shares; "
    "u charts of rates; g and t charts of the number and the time between rare events.",
    "Run chart": "The same question put with the median alone, where limits could not be trusted.",
    "Provisional": "Of limits or a median: made from so few points that more will move them.",
    "Dispersion": "How large the variation is, as a multiple of what chance alone gives.",
    "Winsorised": "The furthest tenth at either end is drawn in to where it begins, so that a few "
    "extreme areas do not set the limits for all.",
}


def definitions_of(indicators: Iterable[str], named: Mapping[str, str] | None = None) -> Html:
    """
    Print each definition word for word from the catalogue.

    Parameters
    ----------
    indicators : iterable of str
    named : mapping of str to str, optional
        Numbers and names in the CELCIS minimum dataset, as a user filled them in.

    Returns
    -------
    Html
        The words of method first, then a list of facts for each indicator.
    """
    also = named or {}
    parts = [_definition(catalogue.CATALOGUE[i], also.get(i, "")) for i in indicators]
    return Html(Markup("").join([_listed("Words and abbreviations", WORDS), *parts]))


def _definition(entry: Indicator, also: str) -> Markup:
    versions = "; ".join(
        f"{v.since or 'first'} to {v.until or 'now'}: {v.text.rstrip('.')}" for v in entry.versions
    )
    facts = {
        "Definition": entry.definition,
        "Numerator": entry.numerator,
        "Denominator": entry.denominator,
        "Unit": entry.unit,
        "Calendar": entry.calendar,
        "Not known": entry.unknowns,
        "Interval": entry.interval,
        "Over time": versions,
        "In the data, as the program reads it": "; ".join(str(f) for f in entry.figures),
        "In records, as the program reads it": " / ".join(
            str(c) for c in (entry.counted, entry.counted_of) if c
        ),
        "Source": entry.source,
        "Trust": f"{entry.trust}: {TRUST[entry.trust]}",
        "CELCIS": also and f"{also} (as filled in by the partnership)",
    }
    return _listed(entry.name, facts)


def _listed(title: str, facts: Mapping[str, str]) -> Markup:
    rows = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(k, v) for k, v in facts.items() if v
    )
    return Markup("<h3>{}</h3><dl>{}</dl>").format(title, rows)


def made_from(
    parameters: Mapping[str, object], data: Published, more: Iterable[tuple[str, str]] = ()
) -> Table:
    """
    Say what a report was made from, and with what; nothing that differs from run to run.

    Parameters
    ----------
    parameters : mapping
        As given.
    data : Published
    more : iterable of pairs
        What and which, to stand after the parameters.

    Returns
    -------
    Table
    """
    rows = [(f"Parameter {k}", _said(v)) for k, v in parameters.items()]
    rows += more
    package = data.descriptor
    rows.append(("Data package", f"{package['name']} {package['version']}"))
    for name, value in data.hashes.items():
        changed = " (edited since it was sealed)" if name in data.edited else ""
        rows.append((f"Data file {name}.csv", f"{value.removeprefix('sha256:')[:16]}{changed}"))
    rows.append(("Code", commit()))
    rows += [(p, importlib.metadata.version(p)) for p in _PACKAGES]
    rows.append(("Python", platform.python_version()))
    return Table(
        pd.DataFrame(rows, columns=["What", "Which"]),
        "Parameters, data, code and versions",
        notes=["Data files are named by the first 16 characters of their SHA-256."],
    )


def _said(value: object) -> str:
    """Write a parameter; of a folder or file its name alone, as the rest tells where we work."""
    if isinstance(value, str) and os.path.isabs(value):
        value = os.path.basename(os.path.normpath(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) or "none given"


@cache
def commit() -> str:
    """Name the commit of the code, where it is a checkout."""
    here = os.path.dirname(os.path.abspath(__file__))
    command = ["git", "-C", here, "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return "not in a git checkout"
    return f"commit {done.stdout.strip()}"
