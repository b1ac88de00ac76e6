"""From an executed notebook to a page that anyone can read, with nothing fetched from outside."""

from __future__ import annotations

from .html import ReportExporter, page_exporter
from .pages import faults

__all__ = ["ReportExporter", "faults", "page_exporter"]
