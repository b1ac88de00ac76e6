"""What an inspection said, claim by claim: what the notebook of reproduction calls."""

from __future__ import annotations

from .reproduction import (
    Reproduction,
    against_itself,
    contradicted,
    denominators,
    every_claim,
    in_brief,
    open,
    provenance,
    three_points,
    title,
    verdicts,
    wanted,
)

__all__ = [
    "Reproduction",
    "against_itself",
    "contradicted",
    "denominators",
    "every_claim",
    "in_brief",
    "open",
    "provenance",
    "three_points",
    "title",
    "verdicts",
    "wanted",
]
