"""Checks of dates: against another date, and of an action against the plan as it was copied."""

from __future__ import annotations

from dataclasses import replace

from ..errors import CpstatsError, UnknownName
from . import days
from .figures import Evidence
from .ledgers import Claim
from .outcomes import CONSISTENT, CONTRADICTED, HOLDS, Outcome, agreed, lacking
from .supplied import said_of

_THIRDS = (
    "Early, mid and end are thirds of a month or year (no published meaning was found; the rule "
    "here)."
)


def when(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a date against another."""
    order, spec = claim.check["when"], claim.check["of"]
    named = next((key for key in ("claim", "item", "date") if key in spec), "date")
    own, said = days.span(claim.value), spec.get(named, "")
    if named == "item":
        item = evidence.items.get(spec["item"])
        if item is None:
            return lacking(f"{spec.get('needs', 'a date')} (item {spec['item']})")
        other, said = item.value, said_of(item)
    elif named == "claim":
        found = evidence.ledger.by_id[spec["claim"]]
        other, said = found.value, f"{found.value}, the document's own ({found.place})"
    else:
        other = spec["date"]
    span = days.span(other)
    if own is None or span is None:
        raise CpstatsError(f"The claim {claim.id} holds {other!r} as a date. Write a date.")
    holds = days.ORDERS[order](own, span)
    told = f"{claim.value} {days.SAID[order][not holds]} {said}."
    if days.is_loose(claim.value) or days.is_loose(other):
        told += f" {_THIRDS}"
    return Outcome(other, agreed(holds), told)


def due(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold the date of an action against the plan as it was copied, and the day it was agreed."""
    plan, action = claim.check["plan"], claim.check["due"]
    dues = evidence.due(plan)
    if action not in dues:
        raise UnknownName(f"action of plan {plan}", action, dues)
    told = (
        f"Action {action} of data/plans/{plan}.csv, copied from the document, says {dues[action]}"
    )
    if dues[action] != claim.value:
        return Outcome(dues[action], CONTRADICTED, f"Published {claim.value}. {told}.")
    own, after = days.span(claim.value), claim.check.get("after")
    if after is not None and own is not None:
        later = when(replace(claim, check={"when": "not before", "of": after}), evidence)
        if later.verdict not in HOLDS:
            return later
        told += f"; {later.reason.removesuffix('.')}"
    said = f"{told}. No outside evidence was found of what was done."
    return Outcome(dues[action], CONSISTENT, said)
