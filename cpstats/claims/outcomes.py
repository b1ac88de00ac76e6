"""The verdicts that a claim can come to, and how a number is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..errors import CpstatsError
from ..values import round_half_up
from .figures import Found
from .ledgers import Claim

REPRODUCED = "reproduced"
ROUNDED = "reproduced to published rounding"
CONSISTENT = "consistent"
NOT_REPRODUCIBLE = "not reproducible"
CONTRADICTED = "contradicted"
HOLDS = {REPRODUCED, ROUNDED, CONSISTENT}
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


def lacking(*missing: str) -> Outcome:
    """Say what is not in hand."""
    return Outcome(None, NOT_REPRODUCIBLE, f"Missing: {'; '.join(m for m in missing if m)}.")


def agreed(holds: bool) -> str:
    """Give the verdict on a word or statement: the data allow it, or they do not."""
    return CONSISTENT if holds else CONTRADICTED


def plain(value: float) -> float:
    """Leave out the last bits of the arithmetic."""
    return float(f"{value:.{_DIGITS}g}")


def by_value(claim: Claim, found: Found) -> Outcome:
    """
    Judge a number by the decimals that were printed.

    Parameters
    ----------
    claim : Claim
    found : Found

    Returns
    -------
    Outcome
        A figure made of the document's own is "consistent" at best: it is no evidence.

    Raises
    ------
    CpstatsError
        For a claim without a number.
    """
    published = claim.number
    if published is None:
        raise CpstatsError(f"The claim {claim.id} has no number to hold a figure against.")
    if not found.known:
        return lacking(found.missing)
    value = plain(found.value)
    if round_half_up(value, claim.decimals) != published and value != published:
        said = f"Published {claim.value}, computed {value:,.6g}: {found.said}."
        return Outcome(value, CONTRADICTED, said)
    if found.own:
        return Outcome(value, CONSISTENT, f"{found.said}; no outside evidence.")
    return Outcome(value, REPRODUCED if value == published else ROUNDED, f"{found.said}.")


def by_bases(claim: Claim, stated: Outcome, others: Iterable[tuple[str, Outcome]]) -> Outcome:
    """
    Where a claim does not hold as worded, say of each other definition whether it fits.

    Parameters
    ----------
    claim : Claim
        Its check may name the `base` as worded.
    stated : Outcome
        On that base.
    others : iterable of (name, Outcome)
        Looked at only when they are needed.

    Returns
    -------
    Outcome
        The stated one; where that cannot be computed and another fits, the other.
    """
    if stated.verdict in HOLDS or "bases" not in claim.check:
        return stated
    said = f"As {claim.check.get('base', 'the base stated')}: {stated.reason}"
    for name, other in others:
        if other.verdict in HOLDS and stated.verdict == NOT_REPRODUCIBLE:
            return Outcome(other.computed, other.verdict, f"Only as {name}: {other.reason} {said}")
        fits = "It fits as" if other.verdict in HOLDS else "As"
        said += f" {fits} {name}: {other.reason}"
    return Outcome(stated.computed, stated.verdict, said)
