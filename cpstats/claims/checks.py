"""The checks that a claim can name, and the verdicts they come to."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from .. import areas
from ..errors import CpstatsError
from ..values import round_half_up
from . import auditing, words
from .figures import Evidence, Found
from .ledgers import Claim
from .supplied import Item, said_of

REPRODUCED = "reproduced"
ROUNDED = "reproduced to published rounding"
CONSISTENT = "consistent"
NOT_REPRODUCIBLE = "not reproducible"
CONTRADICTED = "contradicted"
AGREES = {REPRODUCED, ROUNDED}
VERDICTS = (REPRODUCED, ROUNDED, CONSISTENT, NOT_REPRODUCIBLE, CONTRADICTED)

#: More digits than any publication prints; the last bits of the arithmetic are left out.
_DIGITS = 10


@dataclass(frozen=True)
class Outcome:
    """What a check came to.

    Attributes
    ----------
    computed : float or str or None
        Made from the data; None where they lack.
    verdict : str
        One of `VERDICTS`.
    reason : str
    """

    computed: float | str | None
    verdict: str
    reason: str


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
    """
    return _CHECKS[claim.way](claim, evidence)


def by_value(claim: Claim, found: Found) -> Outcome:
    """Judge a number by the decimals that were printed."""
    published = claim.number
    if published is None:
        raise CpstatsError(f"The claim {claim.id} has no number to hold a figure against.")
    if not found.known:
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: {found.missing}.")
    value = _plain(found.value)
    if value == published:
        return Outcome(value, REPRODUCED, f"{found.said}.")
    if round_half_up(value, claim.decimals) == published:
        return Outcome(value, ROUNDED, f"{found.said}.")
    return Outcome(value, CONTRADICTED, f"Published {claim.value}, computed {value:,.6g}: "
                   f"{found.said}.")  # fmt: skip


def _plain(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _figure(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a value against a figure; where it does not fit, against the other bases named."""
    found = evidence.find(claim.check["figure"])
    if claim.number is None and claim.word:
        return _by_share(claim, found)
    stated = by_value(claim, found)
    if stated.verdict in AGREES:
        return stated
    base = claim.check.get("base", "the base stated")
    said = f"As {base}: {stated.reason}" if "bases" in claim.check else stated.reason
    for name, spec in claim.check.get("bases", {}).items():
        other = by_value(claim, evidence.find(spec))
        if other.verdict in AGREES and stated.computed is None:
            told = f"Only as {name}: {other.reason} {said}"
            return Outcome(other.computed, other.verdict, told)
        fits = "It fits as" if other.verdict in AGREES else "As"
        said += f" {fits} {name}: {other.reason}"
    return Outcome(stated.computed, stated.verdict, said)


def _by_share(claim: Claim, found: Found) -> Outcome:
    """Hold a word for a share against a figure per cent."""
    if not found.known:
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: {found.missing}.")
    share = words.shares()[claim.word]
    return Outcome(_plain(found.value), CONSISTENT if share.holds(found.value) else CONTRADICTED,
                   f"{found.said} is {found.value:.1f}%. {share}.")  # fmt: skip


def _rank(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a place against the order of the areas."""
    spec, own = claim.check["rank"], areas.find(claim.check["rank"]["area"]).name
    among = claim.check.get("among", areas.councils())
    found = evidence.column(spec).reindex(among).dropna()
    listed = claim.check.get("from", "")
    if own not in found.index or (len(found) < len(among) and not listed):
        lacking = f"{len(among) - len(found)} of {len(among)} areas, {spec['period']}"
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: figures of {lacking}.")
    place = int((found > found[own]).sum()) + 1
    after = ", ".join(f"{area} {value:,.4g}" for area, value in found.nlargest(3).items())
    said = f"{own} {found[own]:,.4g}; highest: {after}"
    said += f"; {listed}" if listed else f"; of {len(found)}"
    wanted = claim.check.get("at", claim.number)
    if place != wanted:
        said = f"Published {claim.published}, computed place {place}: {said}"
    agrees = CONSISTENT if claim.number is None else REPRODUCED
    return Outcome(place, agrees if place == wanted else CONTRADICTED, f"{said}.")


def _compare(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a comparing word against two figures."""
    one, other = evidence.find(claim.check["compare"]), evidence.find(claim.check["with"])
    if not (one.known and other.known):
        missing = "; ".join(f.missing for f in (one, other) if not f.known)
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: {missing}.")
    relation = words.relations()[claim.check["is"]]
    ratio = one.value / other.value if other.value else math.inf
    said = (
        f"{_plain(one.value):,.6g} against {_plain(other.value):,.6g}, {ratio:.2f} times: "
        f"{one.said}; {other.said}. {relation}."
    )
    return Outcome(_plain(ratio), CONSISTENT if relation.holds(ratio) else CONTRADICTED, said)


def _trend(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a direction against a series, with the chance of it and what came next."""
    spec, periods = claim.check["trend"], claim.check["periods"]
    series = [evidence.find({**spec, "period": p}) for p in periods]
    lacking = [found.missing for found in series if not found.known]
    if lacking:
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: {'; '.join(lacking)}.")
    values = [found.value for found in series]
    steps = [b - a for a, b in itertools.pairwise(values)]
    down = claim.check["goes"] == "down"
    holds = all(step < 0 if down else step > 0 for step in steps)
    shown = ", ".join(f"{p} {_short(v)}" for p, v in zip(periods, values, strict=True))
    many, orders = len(values), math.factorial(len(values))
    said = f"{shown}. By chance alone {many} points stand in this order once in {orders} times"
    said += f", and in either direction once in {orders // 2}" if orders > 2 else ""
    said += ": too few to call a trend" if orders < 40 else ""
    after = [(p, evidence.find({**spec, "period": p})) for p in claim.check.get("after", [])]
    came = ", ".join(f"{p} {_short(f.value)}" for p, f in after if f.known)
    said += f". What came next: {came}." if came else "."
    return Outcome(shown, CONSISTENT if holds else CONTRADICTED, said)


def _short(value: float) -> str:
    return f"{round_half_up(value, 1):,.1f}"


def _same(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a statement against the same statement elsewhere in the document."""
    others = [evidence.ledger.by_id[name] for name in claim.check["same"]]
    differing = [o for o in others if not _alike(o, claim)]
    told = "; ".join(f"{o.published} in {o.place}" for o in others)
    if not differing:
        return Outcome(others[0].published, CONSISTENT, f"The document agrees: {told}.")
    said = f"The document says {claim.published} in {claim.place}, and {told}."
    return Outcome(differing[0].published, CONTRADICTED, said)


def _alike(one: Claim, other: Claim) -> bool:
    """Tell whether two statements say the same: 14 is 14.0."""
    if one.number is not None and other.number is not None:
        return one.number == other.number
    return one.published == other.published


def _together(claim: Claim, evidence: Evidence) -> Outcome:
    """Ask whether words for parts of one whole leave room for each other."""
    parts = [claim, *(evidence.ledger.by_id[name] for name in claim.check["together"])]
    spans = [words.shares()[part.word] for part in parts]
    least, most = sum(s.lower for s in spans), sum(s.upper for s in spans)
    said = f"Together {least}% to {min(most, 100)}% of one whole. {'; '.join(map(str, spans))}."
    return Outcome(f"{least}% or more", CONSISTENT if least <= 100 else CONTRADICTED, said)


def _whole(claim: Claim, evidence: Evidence) -> Outcome:
    """Ask whether whole numbers can give a share, where its whole is told by a rate."""
    rate, population = evidence.find(claim.check["rate"]), evidence.find(claim.check["population"])
    share = claim.number
    if not population.known or share is None:
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: {population.missing}.")
    half = 0.5 * 10.0 ** -(rate.decimals or 0)
    wholes = range(
        math.ceil((rate.value - half) * population.value / 1000),
        math.floor((rate.value + half) * population.value / 1000) + 1,
    )
    pairs = [
        (x, n) for n in wholes for x in range(n + 1)
        if round_half_up(100 * x / n, claim.decimals) == share
    ]  # fmt: skip
    said = f"{rate.said} on {population.said} leaves {_spanned(wholes)} in all"
    if not pairs:
        return Outcome(None, CONTRADICTED, f"{said}; no whole number of them is {claim.value}%.")
    shown = ", ".join(f"{x} of {n}" for x, n in pairs)
    return Outcome(shown, CONSISTENT, f"An inference: {said}; {claim.value}% is {shown}.")


def _spanned(wholes: range) -> str:
    """Write a span of whole numbers; a rate printed finely can leave none."""
    if not wholes:
        return "no whole number"
    return f"{wholes[0]}" if len(wholes) == 1 else f"{wholes[0]} to {wholes[-1]}"


def _estimate(claim: Claim, evidence: Evidence) -> Outcome:
    """Ask with which population estimate the rates of a table were made."""
    asked, stated = claim.check["estimate"], claim.value
    table, period = asked["table"], asked["period"]
    columns = {
        role: evidence.cells({"table": table, "measure": asked[role], "period": period})
        for role in ("rate", "count")
    }
    both = [frame.set_index("area")["value"] for frame in columns.values()]
    rows = pd.concat(both, axis=1, keys=columns).dropna()
    rows = rows[(rows["rate"] > 0) & (rows["count"] > 0)]
    fitting = []
    for area, row in rows.iterrows():
        found = auditing.audit_rate(evidence.data, row["rate"], row["count"], area=str(area))
        fitting += list(found[found["fits"] & (found["ages"] == asked["ages"])]["year"].unique())
    if not len(rows) or not fitting:
        return Outcome(None, NOT_REPRODUCIBLE, f"Missing: rates with counts of {period}.")
    years = pd.Series(fitting).value_counts()
    best = str(years.index[0])
    told = f"{best} fits {years.iloc[0]} of {len(rows)} areas, {stated} fits {years.get(stated, 0)}"
    agrees = best == stated
    return Outcome(best, REPRODUCED if agrees else CONTRADICTED,
                   f"{told} ({asked['ages']}; rate and count of {table}.csv).")  # fmt: skip


def _supplied(claim: Claim, evidence: Evidence) -> Outcome:
    """Hold a claim against what was supplied; without it, say what is missing."""
    item = evidence.items.get(claim.check["item"])
    if item is None:
        return Outcome(None, NOT_REPRODUCIBLE, _wanted(claim))
    if claim.word and item.numerator is not None and item.denominator:
        return _by_word(claim, item)
    if claim.number is not None:
        return by_value(claim, evidence.find({"item": claim.check["item"]}))
    agrees = item.value == claim.published
    said = f"{said_of(item)}."
    return Outcome(item.value, REPRODUCED if agrees else CONTRADICTED,
                   said if agrees else f"Published {claim.published}: {said}")  # fmt: skip


def _by_word(claim: Claim, item: Item) -> Outcome:
    """Hold a word against counts."""
    part, whole = item.numerator or 0, item.denominator or 1
    share = words.shares()[claim.word]
    holds = share.holds(100 * part / whole)
    return Outcome(_plain(100 * part / whole), CONSISTENT if holds else CONTRADICTED,
                   f"{said_of(item)} is {100 * part / whole:.1f}%. {share}.")  # fmt: skip


def _wanted(claim: Claim) -> str:
    """Say exactly what is missing, and what the word would cover."""
    said = f"Missing: {claim.check['needs']} (item {claim.check['item']})."
    share, whole = words.shares().get(claim.word), claim.check.get("of")
    if share is None:
        return said
    covered = share.counts(whole) if whole else None
    if covered is None:
        return f"{said} {share}."
    span = f"{covered[0]}" if covered[0] == covered[1] else f"{covered[0]} to {covered[1]}"
    return f"{said} {share}: of {whole}, {span}."


_CHECKS: dict[str, Callable[[Claim, Evidence], Outcome]] = {
    "figure": _figure,
    "rank": _rank,
    "compare": _compare,
    "trend": _trend,
    "same": _same,
    "together": _together,
    "whole": _whole,
    "estimate": _estimate,
    "item": _supplied,
}
