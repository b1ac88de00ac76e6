"""The chapters that the partnership's own records add; without records there are none."""

from __future__ import annotations

from collections.abc import Iterable

from .. import local
from ..tables import Pieces
from .scope import Scope


def pathway(scope: Scope) -> Pieces:
    """Show how concerns lead to registration, and how thresholds move."""
    return _chapter(scope, "pathway")


def young_people(scope: Scope) -> Pieces:
    """Show every step for young people beside younger children."""
    return _chapter(scope, "young_people")


def timescales(scope: Scope) -> Pieces:
    """Show what was done in time."""
    return _chapter(scope, "timescales")


def registered_again(scope: Scope) -> Pieces:
    """Show children who came back to the register, by each measure of it."""
    return _chapter(scope, "registered_again")


def concerns(scope: Scope) -> Pieces:
    """Show the concerns identified at registration."""
    return _chapter(scope, "concerns")


def participation(scope: Scope) -> Pieces:
    """Show who was there, who was heard, and who had an advocate."""
    return _chapter(scope, "participation")


def lengths(scope: Scope) -> Pieces:
    """Show how long children stay on the register."""
    return _chapter(scope, "lengths")


def _chapter(scope: Scope, name: str) -> Pieces:
    if scope.local is None:
        return Pieces()
    return local.show(scope.local, local.annual_chapters()[name], local.year(scope.year), level=3)


def record_quality(scope: Scope) -> Pieces:
    """Show what the rules found in the records, and which errors were accepted in writing."""
    return Pieces() if scope.local is None else local.quality(scope.local, level=3)


def counted(scope: Scope) -> Iterable[str]:
    """Name the indicators that the chapters count."""
    if scope.local is None:
        return ()
    sections = local.annual_chapters().values()
    return dict.fromkeys(i for section in sections for i in section.indicators)
