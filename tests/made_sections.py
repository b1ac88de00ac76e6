"""Every section of an annual report, as its notebook calls it."""

from __future__ import annotations

from cpstats import annual

#: What sections ask for beside the scope.
_ASKS = {
    "statement": [(1,), (2,), (3,), (4,)],
    "records_read": [(1,), (2,), (3,)],
    "survey_answers": [("children;parents",), ("staff",)],
}


def made_sections(scope: annual.Scope) -> list:
    """Make each section; several pieces of one are laid out one after another."""
    names = [n for n in annual.__all__ if n not in {"Scope", "open"}]
    made = [getattr(annual, n)(scope, *asked) for n in names for asked in _ASKS.get(n, [()])]
    return [
        piece for section in made for piece in (section if isinstance(section, list) else [section])
    ]
