"""A ledger of claims: every figure and quantified word of a document, and how to check each.

A ledger is a TOML file. Its head says which document; each [[claim]] says where in it, in our own
words, what was said, and names one check: see `CHECKS`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CannotRead, DataProblems, ImpossibleInput, Problem, UnknownName, nearest
from ..files import write_whole
from . import specs, words

KINDS = (
    "rate", "share", "rank", "count", "comparison", "trend", "quantifier word", "date",
    "conversion",
)  # fmt: skip

#: What each check asks for, and what it may ask for besides.
CHECKS: dict[str, tuple[set[str], set[str]]] = {
    "figure": ({"figure"}, {"bases", "base"}),
    "rank": ({"rank"}, {"among", "from", "at"}),
    "compare": ({"compare", "with", "is"}, set()),
    "trend": ({"trend", "periods", "goes"}, {"after"}),
    "same": ({"same"}, set()),
    "together": ({"together"}, set()),
    "whole": ({"whole", "rate", "population"}, set()),
    "estimate": ({"estimate"}, set()),
    "item": ({"item", "needs"}, {"of"}),
}
_HEAD = {"title": str, "publisher": str, "published": str, "area": str, "source": str,
         "address": str, "licence": str, "claim": list}  # fmt: skip
_CLAIM = {"id": str, "place": str, "says": str, "kind": str, "value": str, "word": str,
          "comparator": str, "period": str, "check": dict}  # fmt: skip
_ASKED = ("id", "place", "says", "kind", "check")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Claim:
    """One statement of a document.

    Attributes
    ----------
    id, place, says : str
        A name, where it stands, and a short paraphrase.
    kind : str
        One of `KINDS`.
    value : str
        The value as printed: "14.0", "8 in 10"; empty for a claim in words alone.
    word : str
        The word it uses: "most", "more than double"; empty for a number alone.
    comparator, period : str
    check : dict
        One of `CHECKS`.
    """

    id: str
    place: str
    says: str
    kind: str
    check: dict[str, Any]
    value: str = ""
    word: str = ""
    comparator: str = ""
    period: str = ""

    @property
    def number(self) -> float | None:
        """The value as a number; None for a date or a word."""
        text = self.value.removesuffix("%").strip()
        return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None

    @property
    def decimals(self) -> int:
        """How many decimal places are printed."""
        return len(self.value.removesuffix("%").strip().partition(".")[2])

    @property
    def way(self) -> str:
        """Which of `CHECKS` it names."""
        return next(name for name in CHECKS if name in self.check)

    @property
    def published(self) -> str:
        """What the document says, as it stands there."""
        return self.value or self.word


@dataclass(frozen=True)
class Ledger:
    """The claims of one document.

    Attributes
    ----------
    name, title, publisher, published, area, address, licence : str
    source : str
        The key of the document in sources.csv: its own figures are no evidence for it.
    claims : tuple of Claim
    """

    name: str
    title: str
    claims: tuple[Claim, ...]
    publisher: str = ""
    published: str = ""
    area: str = ""
    source: str = ""
    address: str = ""
    licence: str = ""
    by_id: dict[str, Claim] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {claim.id: claim for claim in self.claims})


def find_ledger(name: str | Path, folder: Path) -> Path:
    """
    Find a ledger by its name in the data package, or by its path.

    Parameters
    ----------
    name : str or Path
    folder : Path
        Of the data package.

    Returns
    -------
    Path

    Raises
    ------
    UnknownName
        When there is none.
    """
    if Path(name).suffix == ".toml" and Path(name).exists():
        return Path(name)
    held = {path.stem: path for path in sorted((folder / "claims").glob("*.toml"))}
    if str(name) not in held:
        raise UnknownName("ledger of claims", name, held)
    return held[str(name)]


def read_ledger(path: str | Path) -> Ledger:
    """
    Read a ledger of claims.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Ledger

    Raises
    ------
    CannotRead
        When it is not there or is no TOML.
    DataProblems
        With everything in it that is wrong.
    """
    path = Path(path)
    try:
        head = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    problems = list(_problems(path.name, head))
    if problems:
        raise DataProblems(problems)
    claims = tuple(Claim(**entry) for entry in head.pop("claim"))
    return Ledger(path.stem, claims=claims, **head)


def _problems(file: str, head: dict[str, Any]) -> Iterator[Problem]:
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


def _wrong_claim(claim: dict[str, Any], ids: list[Any]) -> Iterator[tuple[object, str, str]]:
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


def _wrong_check(
    check: dict[str, Any], claim: dict[str, Any], ids: list[Any]
) -> Iterator[tuple[object, str, str]]:
    ways = [way for way in CHECKS if way in check]
    if len(ways) != 1:
        yield ", ".join(check), "names not one check", f"Name one of: {', '.join(CHECKS)}"
        return
    asked, besides = CHECKS[ways[0]]
    for key in sorted(asked - set(check)):
        yield ways[0], f"is a check without {key}", f"Write {key} = ..."
    for key in sorted(set(check) - asked - besides):
        yield key, f"is not known in a check of {ways[0]}", f"Known: {', '.join(asked | besides)}"
    if asked <= set(check):
        yield from specs.wrong_in(check, ways[0])
    for name in _claims_named(check):
        if name not in ids:
            near = nearest(str(name), [str(i) for i in ids]) or ["no claim is like it"]
            yield name, "names a claim that is not in the ledger", f"Nearest: {', '.join(near)}"
        if name is not None and name == claim.get("id"):
            yield name, "checks a claim by itself", "Name another claim"
    known = words.relations() if ways[0] == "compare" else None
    if known is not None and str(check.get("is")) not in known:
        yield check.get("is"), "is a word without a rule", f"Known: {', '.join(known)}"
    if claim.get("kind") == "quantifier word" or ways[0] in {"figure", "together"}:
        word = claim.get("word")
        if word and str(word) not in words.shares():
            yield word, "is a word without a share", f"Known: {', '.join(words.shares())}"


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


def start_ledger(path: str | Path, *, title: str, area: str = "", published: str = "") -> Path:
    """
    Start a ledger for another document, with one claim of each usual form to write over.

    Parameters
    ----------
    path : str or Path
        The file to write; there must be none.
    title : str
        Of the document.
    area : str
    published : str
        When it was published.

    Returns
    -------
    Path

    Raises
    ------
    ImpossibleInput
        When the file is there already: a ledger is somebody's work.
    """
    path = Path(path)
    if path.exists():
        raise ImpossibleInput(f"{path} is there already. Name a new file.")
    given = {"TITLE": title, "AREA": area, "PUBLISHED": published}
    text = (Path(__file__).parent / "starter.toml").read_text(encoding="utf-8")
    for key, said in given.items():
        text = text.replace(f'"{key}"', _quoted(said))
    return write_whole(path, text)


def _quoted(text: str) -> str:
    """Write text as TOML does, so that no quotation mark in it ends it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'
