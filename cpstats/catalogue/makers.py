"""How entries counted from records are made: what they have in common is said once."""

from __future__ import annotations

from typing import Any

from ..definitions import Counted, Indicator
from .figures import AGED_0_17, PROCESS

ENTERED = "meeting_type in ('initial', 'pre-birth')"
GUIDANCE = (
    "National Guidance for Child Protection in Scotland 2014, Appendix C; 2021 (updated 2023), "
    "Appendix D"
)
AGES = ("age_group", "age_band")

_LOCAL = "Local practice"
_MISSING = "Those with no answer recorded are left out of both; their number is the gap to all."


def count(id: str, name: str, counted: Counted, **more: Any) -> Indicator:
    """Make an entry of something counted."""
    said: dict[str, Any] = {
        "id": id,
        "name": name,
        "kind": "count",
        "numerator": more["definition"].rstrip("."),
        "denominator": "",
        "unit": counted.unit if counted.unit != "rows" else "events",
        "decimals": 0,
        "calendar": "academic year",
        "better": "neither",
        "counted": counted,
        "counted_by": AGES,
        "coverage": "records",
        "source": _LOCAL,
        "trust": "C",
    }
    return Indicator(**(said | more))


def rate(id: str, name: str, counted: Counted, **more: Any) -> Indicator:
    """Make an entry of events for every 1,000 people aged 0-17, unless told otherwise."""
    said = {
        "kind": "rate",
        "per": 1000,
        "denominator": "Population aged 0-17, National Records of Scotland mid-year estimate",
        "denominators_from": (AGED_0_17,),
        "unit": "per 1,000 aged 0-17",
        "decimals": 1,
        "interval": PROCESS,
        "counted_by": (),
    }
    return count(id, name, counted, **(said | more))


def share(id: str, name: str, view: str, where: str, among: str, **more: Any) -> Indicator:
    """Make an entry of a share: what meets `where` as well as `among`, of what meets `among`."""
    unit = more.pop("counts", "rows")
    whole_over, needs = more.pop("whole_over", ()), more.pop("needs", ())
    both = " and ".join(condition for condition in (among, where) if condition)
    said = {
        "kind": "proportion",
        "per": 100,
        "decimals": 1,
        "interval": PROCESS,
        "counted_of": Counted(view, among, unit, whole_over, needs),
        "unknowns": _MISSING,
    }
    return count(id, name, Counted(view, both, unit, needs=needs), **(said | more))
