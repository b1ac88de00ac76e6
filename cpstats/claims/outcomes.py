"""The verdicts that a claim can come to, and how a number is judged."""

from __future__ import annotations

import math
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


def shown(value: float, claim: Claim) -> str:
    """
    Write what was computed for a claim no more finely than it takes to see how they lie.

    Parameters
    ----------
    value : float
    claim : Claim

    Returns
    -------
    str
        One decimal more than the claim prints, and more where that would seem to agree with it and
        does not; three digits beside a claim in words.
    """
    if claim.number is None:
        return digits(value, 3)
    agrees = round_half_up(value, claim.decimals) == claim.number
    for decimals in range(claim.decimals + 1, _DIGITS):
        near = round_half_up(value, decimals)
        if (round_half_up(near, claim.decimals) == claim.number) == agrees:
            break
    return f"{near:,.0f}" if value == round(value) else f"{near:,.{decimals}f}"


def digits(value: float, significant: int) -> str:
    """Write a number with so many digits, all of those before the point, and no idle zeros.

    Examples
    --------
    >>> digits(694.782, 4), digits(6.5, 4), digits(23958.4, 4), digits(0.0, 4)
    ('694.8', '6.5', '23,958', '0')
    """
    if not value or math.isinf(value):
        return f"{value:,.0f}"
    decimals = max(significant - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{round_half_up(value, decimals):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
        said = f"Published {claim.value}, computed {shown(value, claim)}: {found.said}."
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
