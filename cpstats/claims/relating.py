"""Checks that hold figures against each other: two of them, two over several years, a series."""

from __future__ import annotations

import itertools
import math
from typing import Any

from ..values import round_half_up
from . import words
from .figure_specs import in_period
from .figures import Evidence, Found
from .ledgers import Claim
from .outcomes import Outcome, agreed, by_bases, digits, lacking, plain

#: Below so many orders of a series, no order of it is called a trend: chance gives it too often.
_ORDERS = 40


def compare(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a comparing word against two figures, and where it fails against other bases."""
    check, relation = claim.check, words.relations()[claim.check["is"]]
    if "periods" in check:
        return _each(claim, evidence, relation)
    stated = _related(check, evidence, relation)
    bases = check.get("bases", {})
    others = ((name, _related(pair, evidence, relation)) for name, pair in bases.items())
    return by_bases(claim, stated, others)


def _related(pair: dict[str, Any], evidence: Evidence, relation: words.Relation) -> Outcome:
    one, other = evidence.find(pair["compare"]), evidence.find(pair["with"])
    if not (one.known and other.known):
        return lacking(one.missing, other.missing)
    holds, least, most = _held(one, other, relation)
    said = f"{digits(one.value, 4)} against {digits(other.value, 4)}"
    told = f"{said}, {one.value / other.value:.2f} times" if other.value else said
    told += f": {one.said}; {other.said}. {relation}."
    if relation.exact and least < most:
        told += f" Rounding of the printed figures leaves {least:.2f} to {most:.2f} times open."
    elif relation.holds(least) != relation.holds(most):
        told += f" Rounding leaves {least:.2f} to {most:.2f} times open: they do not settle it."
    computed = plain(one.value / other.value) if other.value else said
    return Outcome(computed, agreed(holds), told)


def _held(one: Found, other: Found, relation: words.Relation) -> tuple[bool, float, float]:
    """Tell whether a word holds, and between which ratios rounding leaves the two."""
    ratios = [_ratio(a, b) for a, b in itertools.product(one.ends, other.ends)]
    least, most = min(ratios), max(ratios)
    holds = relation.holds(_ratio(one.value, other.value))
    # Figures are the same as printed where what rounding took away can make them the same.
    if relation.exact:
        holds = holds or (relation.above <= most and least <= relation.at_most)
    return holds, least, most


def _ratio(one: float, other: float) -> float:
    if other:
        return one / other
    # Nothing against nothing is the same.
    return math.copysign(math.inf, one) if one else 1.0


def _each(claim: Claim, evidence: Evidence, relation: words.Relation) -> Outcome:
    """Hold a comparing word against two figures in each of several years."""
    check, shown, missing, fails = claim.check, [], [], []
    for period in check["periods"]:
        pair = [evidence.find(in_period(check[key], period)) for key in ("compare", "with")]
        missing += [found.missing for found in pair if not found.known]
        known = [f"{found.value:,.3g}" if found.known else "[x]" for found in pair]
        shown.append(f"{period} {known[0]} against {known[1]}")
        one, other = pair
        if one.known and other.known and not _held(one, other, relation)[0]:
            fails.append(period)
    told = f"In hand: {', '.join(shown)}. {relation}."
    if fails:
        return Outcome(", ".join(fails), agreed(False), f"Not in {', '.join(fails)}. {told}")
    if missing:
        return _years(claim, evidence, list(dict.fromkeys(missing)), told)
    return Outcome(f"{len(shown)} of {len(shown)}", agreed(True), told)


def _years(claim: Claim, evidence: Evidence, missing: list[str], told: str) -> Outcome:
    """Where years are missing, take in how many of them it holds, if that was supplied."""
    name, wanted = claim.check.get("years", ""), len(claim.check["periods"])
    item = evidence.items.get(name)
    if item is None:
        either = f"or in how many of the {wanted} years it holds (item {name})" if name else ""
        without = lacking(*missing, either)
        return Outcome(None, without.verdict, f"{without.reason} {told}")
    found = evidence.find({"item": name})
    enough = item.denominator is None or item.denominator >= wanted
    told = f"Supplied: {found.said}. {told}"
    return Outcome(plain(found.value), agreed(enough and found.value >= 100), told)


def trend(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a direction against a series, with the chance of it and what came next."""
    spec, periods = claim.check["trend"], claim.check["periods"]
    series = [evidence.find(in_period(spec, p)) for p in periods]
    if not all(found.known for found in series):
        found = lacking(*(found.missing for found in series))
        held = _shown(zip(periods, series, strict=True))
        return Outcome(
            None, found.verdict, f"{found.reason} In hand: {held}." if held else found.reason
        )
    values = [found.value for found in series]
    holds = _goes(values, claim.check["goes"])
    shown = _shown(zip(periods, series, strict=True))
    said = f"{shown}. {_by_chance(len(values), claim.check['goes'])}"
    after = [(p, evidence.find(in_period(spec, p))) for p in claim.check.get("after", [])]
    came = _shown(after)
    said += f" What came next: {came}." if came else ""
    return Outcome(shown, agreed(holds), said)


def _shown(series: Any) -> str:
    return ", ".join(f"{p} {_short(found.value)}" for p, found in series if found.known)


def _goes(values: list[float], way: str) -> bool:
    steps = [b - a for a, b in itertools.pairwise(values)]
    up, down = [step > 0 for step in steps], [step < 0 for step in steps]
    return {"up": all(up), "down": all(down), "up and down": any(up) and any(down)}[way]


def _by_chance(many: int, way: str) -> str:
    """Say how often chance alone gives such a series."""
    orders = math.factorial(many)
    if way == "up and down":
        return f"By chance alone {many} points do so {1 - 2 / orders:.0%} of times."
    said = f"By chance alone {many} points stand in this order once in {orders} times"
    said += f", and in either direction once in {orders // 2}" if orders > 2 else ""
    if orders < _ORDERS:
        said += ": too few to call a trend. That the figures stand in this order is all that holds"
    return f"{said}."


def _short(value: float) -> str:
    return f"{round_half_up(value, 1):,.1f}"
