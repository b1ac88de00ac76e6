"""What is wrong with a ledger, all of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import Problem, nearest
from . import days, specs, words
from .specs import CHECKS, KINDS
from .supplied import number_of

Said = tuple[object, str, str]

_HEAD = {"title": str, "publisher": str, "published": str, "area": str, "source": str,
         "address": str, "licence": str, "claim": list}  # fmt: skip
_CLAIM = {"id": str, "place": str, "says": str, "kind": str, "value": str, "word": str,
          "comparator": str, "period": str, "check": dict}  # fmt: skip
_ASKED = ("id", "place", "says", "kind", "check")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Which way a series goes that a comparing word is said of.
_GOES = {"rising": "up", "falling": "down"}


def problems_of(file: str, head: dict[str, Any]) -> Iterator[Problem]:
    """Say all that is wrong with a ledger."""

    def wrong(column: str, value: object, said: str, remedy: str) -> Problem:
        return Problem(file, None, column, str(value), said, remedy)

    if not head.get("title"):
        yield wrong("title", "", "has no title", 'Write title = "..."')
    for key in sorted(set(head) - set(_HEAD)):
        yield wrong(key, "", "is not known in a ledger", f"Known: {', '.join(_HEAD)}")
    for key in (k for k in head if k in _HEAD and not isinstance(head[k], _HEAD[k])):
        yield wrong(key, head[key], "is written otherwise than it is read", "Write it in quotes")
    claims = head.get("claim", [])
    if not isinstance(claims, list) or not all(isinstance(c, dict) for c in claims) or not claims:
        yield wrong("claim", "", "has no claims", "Begin each with [[claim]]")
        return
    ids = [c.get("id") for c in claims]
    for name in dict.fromkeys(i for i in ids if i and ids.count(i) > 1):
        yield wrong("id", name, "names two claims", "Give each a name of its own")
    for number, claim in enumerate(claims, 1):
        at = f"claim {claim.get('id') or number}"
        yield from (wrong(at, *said) for said in _wrong_claim(claim, ids))
    by_id = {c["id"]: c for c in claims if isinstance(c.get("id"), str)}
    for name, claim in by_id.items():
        yield from (wrong(f"claim {name}", *said) for said in _wrong_between(claim, by_id))


def _wrong_claim(claim: dict[str, Any], ids: list[Any]) -> Iterator[Said]:
    for key in (k for k in _ASKED if not claim.get(k)):
        yield "", f"has no {key}", f"Write {key} = ..."
    for key in sorted(set(claim) - set(_CLAIM)):
        yield key, "is not known in a claim", f"Known: {', '.join(_CLAIM)}"
    for key in (k for k in claim if k in _CLAIM and not isinstance(claim[k], _CLAIM[k])):
        kind = "a table in braces" if _CLAIM[key] is dict else "text in quotes, as printed"
        yield claim[key], f"has a {key} written otherwise than it is read", f"Write {kind}"
    if not _ID.fullmatch(str(claim.get("id", ""))):
        yield claim.get("id", ""), "has no plain name", "Use small letters, digits and hyphens"
    if claim.get("kind") not in KINDS:
        near = nearest(str(claim.get("kind")), KINDS) or KINDS
        yield claim.get("kind"), "is of no known kind", f"Write one of: {', '.join(near)}"
    if not claim.get("value") and not claim.get("word"):
        yield "", "has neither a value nor a word", "Write value = ... or word = ..."
    if isinstance(claim.get("check"), dict):
        yield from _wrong_check(claim["check"], claim, ids)


def _wrong_check(check: dict[str, Any], claim: dict[str, Any], ids: list[Any]) -> Iterator[Said]:
    ways = [way for way in CHECKS if way in check]
    if len(ways) != 1:
        yield ", ".join(check), "names not one check", f"Name one of: {', '.join(CHECKS)}"
        return
    asked, besides = CHECKS[ways[0]][0], CHECKS[ways[0]][1] | {"note"}
    for key in sorted(asked - set(check)):
        yield ways[0], f"is a check without {key}", f"Write {key} = ..."
    for key in sorted(set(check) - asked - besides):
        yield (
            key,
            f"is not known in a check of {ways[0]}",
            f"Known: {', '.join(sorted(asked | besides))}",
        )
    if asked <= set(check):
        yield from specs.wrong_in(check, ways[0])
    for name in _claims_named(check):
        if name not in ids:
            near = nearest(str(name), [str(i) for i in ids]) or ["no claim is like it"]
            yield name, "names a claim that is not in the ledger", f"Nearest: {', '.join(near)}"
        if name is not None and name == claim.get("id"):
            yield name, "checks a claim by itself", "Name another claim"
    yield from _wrong_word(ways[0], check, str(claim.get("value") or claim.get("word") or ""))
    if claim.get("kind") == "quantifier word" or ways[0] in {"figure", "together"}:
        word = claim.get("word")
        if word and str(word) not in words.shares():
            yield word, "is a word without a share", f"Known: {', '.join(words.shares())}"


def _wrong_word(way: str, check: dict[str, Any], said: str) -> Iterator[Said]:
    """Say where the word of a claim and the rule that it is checked by are not the same."""
    rule, known = str(check.get("is")), words.relations()
    if way == "compare" and rule not in known:
        yield check.get("is"), "is a word without a rule", f"Known: {', '.join(known)}"
    elif way == "compare" and said in known and rule != said:
        yield rule, f"is not the word of the claim, {said!r}", f"Write is = {said!r}"
    elif way == "trend" and check.get("goes") != _GOES.get(said, check.get("goes")):
        yield check.get("goes"), f"is not the word of the claim, {said!r}", "Name the other way"
    elif way == "whole" and number_of(said) is None:
        yield said, "is no share that whole numbers could give", 'Write value = "..."'
    elif way == "when" and days.span(said) is None:
        yield said, "is no date", "Write it as in 12 July 2021 or March 2022"


def _wrong_between(claim: dict[str, Any], by_id: dict[str, Any]) -> Iterator[Said]:
    """Say where claims that are held against each other cannot be."""
    check = claim.get("check")
    if not isinstance(check, dict):
        return
    name = claim["id"]
    for other in (o for o in _reckoned(check) if isinstance(o, str) and o != name):
        if name in _reached(other, by_id):
            remedy = "A claim is no evidence for itself: hold one of them against the data"
            yield other, "is checked by this claim, and this claim by it", remedy
    for key in ("together", "when", "due"):
        yield from _wrong_other(key, check, claim, by_id)


def _wrong_other(
    key: str, check: dict[str, Any], claim: dict[str, Any], by_id: dict[str, Any]
) -> Iterator[Said]:
    if key not in check:
        return
    for name in (n for n in _claims_named(check) if isinstance(n, str) and n in by_id):
        word, value = by_id[name].get("word"), by_id[name].get("value")
        if key == "together" and (not isinstance(word, str) or word not in words.shares()):
            yield name, "has no word for a share", "Name a claim with such a word"
        elif key != "together" and days.span(str(value)) is None:
            yield name, "has no date", "Name a claim with a date"
    if key == "together" and not claim.get("word"):
        yield "", "has no word", "Write word = ..."


def _reckoned(check: Any) -> Iterator[Any]:
    """List the claims whose figures a check reckons with: all that it names but repetitions."""
    if isinstance(check, dict) and "same" not in check:
        yield from _claims_named(check)


def _reached(name: str, by_id: dict[str, Any]) -> set[str]:
    """List the claims that a claim is checked by, and those by which they are."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        check = by_id.get(waiting.pop(), {}).get("check")
        found = {n for n in _claims_named(check) if isinstance(n, str)} - reached
        reached |= found
        waiting += found
    return reached


def _claims_named(check: Any) -> Iterator[Any]:
    """List the claims that a check names, wherever they stand in it."""
    if isinstance(check, dict):
        for key, value in check.items():
            if key == "claim":
                yield value
            elif key in {"same", "together"}:
                yield from value if isinstance(value, list) else [value]
            else:
                yield from _claims_named(value)
    elif isinstance(check, list):
        for value in check:
            yield from _claims_named(value)
