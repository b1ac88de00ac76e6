"""Claims of a document, each recomputed from the data and judged."""

from __future__ import annotations

from .auditing import audit_rate
from .ledgers import Claim, Ledger, find_ledger, read_ledger
from .outcomes import shown
from .reproducing import reproduce, tally
from .starting import start_ledger
from .supplied import read_items

__all__ = [
    "Claim",
    "Ledger",
    "audit_rate",
    "find_ledger",
    "read_items",
    "read_ledger",
    "reproduce",
    "shown",
    "start_ledger",
    "tally",
]
