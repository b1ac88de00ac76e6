"""The checks that a claim can name, and the verdicts they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .. import areas
from . import dating, days, inferring, relating, words
from .figures import Evidence, Found
from .ledgers import Claim
from .outcomes import (
    CONSISTENT,
    CONTRADICTED,
    HOLDS,
    NOT_REPRODUCIBLE,
    REPRODUCED,
    ROUNDED,
    VERDICTS,
    Outcome,
    agreed,
    by_bases,
    by_value,
    lacking,
    plain,
)
from .supplied import Item, number_of, said_of

__all__ = [
    "CONSISTENT", "CONTRADICTED", "NOT_REPRODUCIBLE", "REPRODUCED", "ROUNDED", "VERDICTS", "check",
]  # fmt: skip


#: As many areas are named; more are counted.
_FEW = 8


def check(claim: Claim, evidence: Evidence) -> Outcome:
    """
    Hold a claim against the evidence.

    Parameters
    ----------
    claim : Claim
    evidence : Evidence

    Returns
    -------
    Outcome
        Its reason ends with the limits of the check, where the claim's note tells them.
    """
    found = _CHECKS[claim.way](claim, evidence)
    note = claim.check.get("note", "")
    return Outcome(found.computed, found.verdict, f"{found.reason} {note}".rstrip())


def _figure(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a value against a figure; where it does not fit, against the other bases named."""
    found = evidence.find(claim.check["figure"])
    if claim.number is None and claim.word:
        return _by_share(claim, found)
    bases = claim.check.get("bases", {})
    others = ((name, by_value(claim, evidence.find(spec))) for name, spec in bases.items())
    return by_bases(claim, by_value(claim, found), others)


def _by_share(claim: Claim, found: Found) -> Outcome:
    """Hold a word for a share against a figure per cent."""
    if not found.known:
        return lacking(found.missing)
    share = words.shares()[claim.word]
    told = f"{found.said} is {found.value:.1f}%. {share}."
    return Outcome(plain(found.value), agreed(share.holds(found.value)), told)


def _rank(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a place against the order of the areas."""
    spec, own = claim.check["rank"], areas.find(claim.check["rank"]["area"]).name
    among = claim.check.get("among", areas.councils())
    found = evidence.column(spec).reindex(among).dropna()
    listed = claim.check.get("from", "")
    if own not in found.index or (len(found) < len(among) and not listed):
        return _place_supplied(claim, evidence, [a for a in among if a not in found.index])
    place = int((found > found[own]).sum()) + 1
    after = ", ".join(f"{area} {value:,.4g}" for area, value in found.nlargest(3).items())
    said = f"{own} {found[own]:,.4g}; highest: {after}"
    said += f"; {listed}" if listed else f"; of {len(found)}"
    wanted = claim.check.get("at", claim.number)
    if place != wanted:
        said = f"Published {claim.published}, computed place {place}: {said}"
    agrees = CONSISTENT if claim.number is None else REPRODUCED
    return Outcome(place, agrees if place == wanted else CONTRADICTED, f"{said}.")


def _place_supplied(claim: Claim, evidence: Evidence, without: list[str]) -> Outcome:
    """Take a place that was supplied; without it, say whose figures are missing."""
    spec, name = claim.check["rank"], claim.check.get("place", "")
    item = evidence.items.get(name)
    if item is not None:
        place = number_of(item.value) if item.numerator is None else float(item.numerator)
        wanted = claim.check.get("at", claim.number)
        return Outcome(place, REPRODUCED if place == wanted else CONTRADICTED,
                       f"Published {claim.published}, supplied: {said_of(item)}.")  # fmt: skip
    figure = evidence.titled(spec)
    whose = "all " + str(len(without)) + " areas" if len(without) > _FEW else ", ".join(without)
    either = f", or the place itself (item {name})" if name else ""
    return lacking(f"{figure}, {spec['period']}, of {whose}{either}")


def _same(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a statement against the same statement elsewhere in the document."""
    others = [evidence.ledger.by_id[name] for name in claim.check["same"]]
    differing = [o for o in others if not _alike(o, claim)]
    told = "; ".join(dict.fromkeys(f"{o.published} in {o.place}" for o in others))
    if differing:
        said = f"The document says {claim.published} in {claim.place}, and {told}."
        return Outcome(differing[0].published, CONTRADICTED, said)
    found = [(o, check(o, evidence)) for o in _outside(claim, evidence)]
    known = [(o, outcome) for o, outcome in found if outcome.verdict != NOT_REPRODUCIBLE]
    if known:
        other, outcome = known[0]
        said = f"The document agrees: {told}. In {other.place} it is {outcome.verdict}: "
        holds = outcome.verdict in HOLDS
        return Outcome(others[0].published, agreed(holds), said + outcome.reason)
    said = f"Only the document itself agrees: {told}. No outside evidence was found."
    # What would be evidence is said once, as it is said of the claim that asks for it.
    said += f" {found[0][1].reason}" if found else ""
    return Outcome(others[0].published, CONSISTENT, said)


def _outside(claim: Claim, evidence: Evidence) -> Iterator[Claim]:
    """List the claims that say the same and are held against more than the document."""
    waiting, seen = [claim], {claim.id}
    while waiting:
        for name in waiting.pop(0).check.get("same", []):
            other = evidence.ledger.by_id[name]
            if other.id in seen or not _alike(other, claim):
                continue
            seen.add(other.id)
            waiting.append(other)
            if other.way in _OUTSIDE and not any(names_claim(other.check)):
                yield other


def names_claim(check: object) -> Iterator[bool]:
    """Tell of each figure of a check whether it is the document's own."""
    if isinstance(check, dict):
        yield "claim" in check
        for part in check.values():
            yield from names_claim(part)
    elif isinstance(check, list):
        for part in check:
            yield from names_claim(part)


def _alike(one: Claim, other: Claim) -> bool:
    """Tell whether two statements say the same: 14 is 14.0."""
    if one.number is not None and other.number is not None:
        return one.number == other.number
    return one.published == other.published


def _supplied(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a claim against what was supplied; without it, say what is missing."""
    item = evidence.items.get(claim.check["item"])
    if item is None:
        return Outcome(None, NOT_REPRODUCIBLE, _wanted(claim))
    if not claim.value and claim.word in words.shares():
        return _by_share(claim, evidence.find(claim.check))
    if claim.number is not None:
        return by_value(claim, _as_claimed(claim, item, evidence))
    if claim.floor is not None:
        found = _as_claimed(claim, item, evidence)
        return Outcome(plain(found.value), agreed(found.value > claim.floor),
                       f"Published {claim.value}: {found.said}.")  # fmt: skip
    one, other = days.span(item.value), days.span(claim.published)
    agrees = item.value == claim.published or (one is not None and one == other)
    said = f"{said_of(item)}." if agrees else f"Published {claim.published}: {said_of(item)}."
    return Outcome(item.value, REPRODUCED if agrees else CONTRADICTED, said)


def _as_claimed(claim: Claim, item: Item, evidence: Evidence) -> Found:
    """Read what was supplied in the unit of the claim: of counts, a count is the first."""
    if claim.kind == "share" or "per" in claim.check or item.numerator is None:
        return evidence.find(claim.check)
    return Found(float(item.numerator), said_of(item))


def _wanted(claim: Claim) -> str:
    """Say exactly what is missing, and what the word would cover."""
    said = f"Missing: {claim.check['needs']} (item {claim.check['item']})."
    if "over" in claim.check:
        said = f"{said.removesuffix(').')}: the number itself, or that and the population)."
    share, whole = words.shares().get(claim.word), claim.check.get("of")
    if share is None:
        return said
    covered = share.counts(whole) if whole else None
    if covered is None:
        return f"{said} {share}."
    span = f"{covered[0]}" if covered[0] == covered[1] else f"{covered[0]} to {covered[1]}"
    return f"{said} {share}: of {whole}, {span}."


#: Checks that hold a claim against more than the document, unless they reckon with its claims.
_OUTSIDE = {"figure", "rank", "compare", "trend", "estimate", "when", "item"}
_CHECKS: dict[str, Callable[[Claim, Evidence], Outcome]] = {
    "figure": _figure,
    "rank": _rank,
    "compare": relating.compare,
    "trend": relating.trend,
    "same": _same,
    "together": inferring.together,
    "whole": inferring.whole,
    "estimate": inferring.estimate,
    "when": dating.when,
    "due": dating.due,
    "item": _supplied,
}
