"""The HTML page: our own template, since nbconvert's own loads scripts from outside."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter
from traitlets import default

from ..errors import ReportFailed
from . import pages

_FIRST = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_FIRST_LINE = re.compile(r"^# (.+)$", re.MULTILINE)
_HEADING = re.compile(r"<h2>(.*?)</h2>", re.DOTALL)


class ReportExporter(HTMLExporter):
    """Export an executed notebook as an accessible, self-contained page.

    Code is not shown. A page with a fault that `pages.faults` knows does not leave: an image
    without an alternative, a skipped heading level, an address outside the page.
    """

    export_from_notebook = "cpstats report (HTML)"
    template_name = "cpstats"
    exclude_anchor_links = True
    embed_images = False

    @default("default_preprocessors")
    def _nothing_before(self) -> list[str]:
        # Nothing is highlighted, embedded or taken out, and each would check the whole again.
        return []

    @default("extra_template_basedirs")
    def _where_our_template_is(self) -> list[str]:
        return [str(Path(__file__).parent / "templates")]

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.globals["refuse"] = _refuse
        environment.globals["title_of"] = title_of
        environment.tests["an_image"] = lambda kind: kind.startswith("image/")
        return environment

    def from_notebook_node(  # type: ignore[override]  # a page is text; the base says notebook
        self, nb: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Export, add the list of contents, and refuse a page with faults.

        Raises
        ------
        ReportFailed
            With every fault of the page.
        """
        # Past that of HTMLExporter: it parses the whole page to put words of its own in the place
        # of missing alternatives: here a page without them does not leave.
        page, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kwargs)
        page = _with_contents(page)
        faults = pages.faults(page)
        if faults:
            known = _by_cell(nb)
            others = [f for f in dict.fromkeys(faults) if not any(f in said for said in known)]
            said = [*known, *([_REMEDY] if known else ()), *others]
            raise ReportFailed("The page must not leave:\n  " + "\n  ".join(said))
        return page, resources


@cache
def page_exporter() -> ReportExporter:
    """Give an exporter of pages: its templates are compiled once."""
    return ReportExporter()


_REMEDY = (
    "Give a table as cpstats.tables.Table(frame, caption), and a chart as one of cpstats.charts."
)


def _by_cell(nb: Any) -> list[str]:
    """Say which cells show what has faults."""
    found = []
    for place, cell in enumerate(nb.cells, 1):
        shown = "".join(o["data"].get("text/html", "") for o in cell.get("outputs", ())
                        if "data" in o)  # fmt: skip
        faults = pages.faults_of_part(shown)
        if faults:
            found.append(f"Cell {place} shows HTML with faults: {' '.join(faults)}")
    return found


def title_of(nb: Any) -> str:
    """
    Give the title of a notebook: its own, else its first heading.

    Parameters
    ----------
    nb : NotebookNode
        Executed.

    Returns
    -------
    str
    """
    if nb.metadata.get("title"):
        return str(nb.metadata["title"])
    for cell in nb.cells:
        if cell.cell_type == "markdown" and (found := _FIRST_LINE.search(cell.source)):
            return found[1].strip()
        for output in cell.get("outputs", ()):
            if found := _FIRST.search(output.get("data", {}).get("text/html", "")):
                return str(Markup(found[1]).striptags())
    return "Report"


def _refuse(what: str) -> str:
    raise ReportFailed(
        f"The notebook shows {what}: charts must be cpstats charts, which carry their alternative."
    )


def _with_contents(page: str) -> str:
    """Give each section an address, and list them under the title."""
    found: list[tuple[str, str]] = []

    def address(match: re.Match) -> str:
        text = match[1].strip()
        slug = re.sub(r"[^a-z0-9]+", "-", Markup(text).striptags().casefold()).strip("-")
        found.append((slug, text))
        return f'<h2 id="{slug}">{text}</h2>'

    page = _HEADING.sub(address, page)
    items = "".join(f'<li><a href="#{slug}">{text}</a></li>' for slug, text in found)
    contents = f'<nav aria-label="Contents"><ol>{items}</ol></nav>'
    first = page.find("<h2 ")
    start = page.rfind("<section", 0, first) if first >= 0 else -1
    return page if start < 0 else page[:start] + contents + page[start:]
