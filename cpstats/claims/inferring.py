"""Checks that infer: from words for parts of a whole, whole numbers, and rates with counts."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from ..errors import CpstatsError
from ..values import round_half_up
from . import auditing, words
from .figures import Evidence, Found
from .ledgers import Claim
from .outcomes import CONSISTENT, CONTRADICTED, REPRODUCED, Outcome, lacking


def together(claim: Claim, evidence: Evidence) -> Outcome:
    """Ask whether words for parts of one whole leave room for each other."""
    parts = [claim, *(evidence.ledger.by_id[name] for name in claim.check["together"])]
    spans = [words.shares()[part.word] for part in parts]
    least, most = sum(s.lower for s in spans), sum(s.upper for s in spans)
    said = f"Together {least}% to {min(most, 100)}% of one whole. {'; '.join(map(str, spans))}."
    return Outcome(f"{least}% or more", CONSISTENT if least <= 100 else CONTRADICTED, said)


def whole(claim: Claim, evidence: Evidence) -> Outcome:
    """Ask whether whole numbers can give a share, where its whole is told by a rate."""
    rate, given = evidence.find(claim.check["rate"]), claim.check["population"]
    people = [evidence.find(spec) for spec in (given if isinstance(given, list) else [given])]
    if claim.number is None:
        raise CpstatsError(f"The claim {claim.id} has no share that whole numbers could give.")
    if not rate.known or not all(found.known for found in people):
        return lacking(rate.missing, *(found.missing for found in people))
    if not all(found.value > 0 for found in people):
        return lacking("people: a share of nobody cannot be taken")
    pairs: dict[str, None] = {}
    told = []
    for population in people:
        wholes = _wholes(rate, population.value)
        fit = [f"{x} of {n}" for x, n in _pairs(claim, wholes)]
        pairs |= dict.fromkeys(fit)
        shown = f"{claim.value}% is {', '.join(fit)}" if fit else "none of them gives it"
        told.append(f"on {population.said} it leaves {_spanned(wholes)} in all; {shown}")
    said = f"{rate.said}: {'; '.join(told)}."
    if not pairs:
        return Outcome(None, CONTRADICTED, f"No whole number gives {claim.value}%: {said}")
    return Outcome(", ".join(pairs), CONSISTENT, f"An inference from {said}")


def _wholes(rate: Found, population: float) -> range:
    """List the whole numbers that a printed rate per 1,000 leaves open."""
    least, most = rate.ends
    begin = max(math.ceil(least * population / 1000), 1)
    return range(begin, max(math.floor(most * population / 1000) + 1, begin))


def _pairs(claim: Claim, wholes: range) -> Iterator[tuple[int, int]]:
    """List the parts of each whole that round to a share."""
    share, half = claim.number or 0, 0.5 * 10.0**-claim.decimals
    for n in wholes:
        # Only the parts about the share can round to it.
        near = range(math.floor((share - half) * n / 100), math.ceil((share + half) * n / 100) + 1)
        for x in near:
            if 0 <= x <= n and round_half_up(100 * x / n, claim.decimals) == share:
                yield x, n


def _spanned(wholes: range) -> str:
    """Write a span of whole numbers; a rate printed finely can leave none."""
    if not wholes:
        return "no whole number"
    return f"{wholes[0]}" if len(wholes) == 1 else f"{wholes[0]} to {wholes[-1]}"


def estimate(claim: Claim, evidence: Evidence) -> Outcome:
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
        return lacking(f"rates with counts of {period}")
    years = pd.Series(fitting).value_counts()
    best = str(years.index[0])
    told = f"{best} fits {years.iloc[0]} of {len(rows)} areas, {stated} fits {years.get(stated, 0)}"
    agrees = best == stated
    return Outcome(best, REPRODUCED if agrees else CONTRADICTED,
                   f"{told} ({asked['ages']}; rate and count of {table}.csv).")  # fmt: skip
