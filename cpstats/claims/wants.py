"""Which items a ledger asks for, in which unit, and what is wrong with those supplied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import Problem, nearest
from . import days, words
from .figure_specs import in_period
from .ledgers import Claim, Ledger
from .supplied import Item, number_of

#: What may be written for an item, by its unit.
REMEDIES = {
    "count": "Write the number itself as value, or both as numerator and denominator",
    "number": "Write a number as value, or counts as numerator and denominator",
    "share": "Write counts as numerator and denominator, or a percentage as value",
    "parts": "Write the years in which it holds as numerator, and all years as denominator",
    "date": "Write the date as value, as in 12 July 2021",
    "text": "Write it in words as value",
}


@dataclass(frozen=True)
class Want:
    """In which unit a claim needs an item.

    Attributes
    ----------
    claim : Claim
    item : str
    unit : str
        One of `REMEDIES`. A "count" is divided by the population that the check names.
    """

    claim: Claim
    item: str
    unit: str


def wants(ledger: Ledger) -> list[Want]:
    """
    List every item that a ledger asks for.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    list of Want
        An item that several claims ask for stands once for each.
    """
    return [want for claim in ledger.claims for want in wanted_by(claim)]


def wanted_by(claim: Claim) -> list[Want]:
    """List the items that one claim asks for."""
    check = claim.check
    if "item" in check:
        return [Want(claim, check["item"], _unit(claim))]
    if "place" in check:
        return [Want(claim, check["place"], "number")]
    specs = [value for key, value in check.items() if isinstance(value, dict | list)]
    if "periods" in check:
        periods = [*check["periods"], *check.get("after", [])]
        specs = [in_period(spec, p) for spec in specs if isinstance(spec, dict) for p in periods]
    named = [spec for spec in _figures(specs) if isinstance(spec.get("item"), str)]
    found = [Want(claim, spec["item"], _unit_of(claim, spec)) for spec in named]
    return found + ([Want(claim, check["years"], "parts")] if "years" in check else [])


def _figures(given: Any) -> Iterator[dict[str, Any]]:
    """Walk through the figures of a check, and those they are made of."""
    if isinstance(given, dict):
        yield given
        given = list(given.values())
    if isinstance(given, list):
        for part in given:
            yield from _figures(part)


def _unit(claim: Claim) -> str:
    if claim.word in words.shares() or claim.kind == "share":
        return "share"
    if "over" in claim.check:
        return "count"
    if claim.number is not None or claim.floor is not None:
        return "number"
    return "date" if days.span(claim.value) else "text"


def _unit_of(claim: Claim, spec: dict[str, Any]) -> str:
    if claim.way == "when":
        return "date"
    return "count" if "over" in spec else "number"


def wrong_items(ledger: Ledger, items: Iterable[tuple[str, Item]]) -> list[Problem]:
    """
    Say what is wrong with the items that were supplied for a ledger.

    Parameters
    ----------
    ledger : Ledger
    items : iterable of (name, Item)

    Returns
    -------
    list of Problem
        For a name that no claim asks for, and a value that cannot be read as its claim needs it.
    """
    asked: dict[str, Want] = {}
    for want in wants(ledger):
        asked.setdefault(want.item, want)
    problems = []
    for name, item in items:
        known = asked.get(name)
        said = _wrong_value(item, known) if known else _unknown(name, ledger, asked)
        if said:
            problems.append(Problem(item.file, item.line, *said))
    return problems


_Said = tuple[str, str, str, str]


def _unknown(name: str, ledger: Ledger, asked: Iterable[str]) -> _Said:
    near = nearest(name, asked)
    remedy = f"Did you mean {' or '.join(near)}?" if near else "The reasons name the items"
    return "item", name, f"is asked for by no claim of {ledger.name}", remedy


def _wrong_value(item: Item, want: Want) -> _Said | None:
    column, said = f"value of {want.item}", None
    counted, number = item.numerator is not None, number_of(item.value)
    if want.unit in {"date", "text"}:
        said = "is counts where words are asked for" if counted else None
        if want.unit == "date" and not counted and days.span(item.value) is None:
            said = "is no date"
    elif not counted and want.unit == "parts":
        said = "is no number of years"
    elif not counted and number is None:
        said = "is no number"
    elif not counted and (number or 0) < 0:
        said = "is below 0"
    elif not counted and want.unit == "share" and not 0 <= (number or 0) <= 100:
        said = "is no percentage"
    elif not counted and want.unit == "count" and _is_rate(number or 0, want.claim):
        said = "is the rate, where the number that it is made of is asked for"
    shown = f"{item.numerator} of {item.denominator}" if counted else item.value
    return (column, shown, said, REMEDIES[want.unit]) if said else None


def _is_rate(number: float, claim: Claim) -> bool:
    """Tell a rate from a count: it has decimals, or is the very rate that was published."""
    return number != int(number) or number == claim.number
