"""A ledger of claims: every figure and quantified word of a document, and how to check each.

A ledger is a TOML file. Its head says which document; each [[claim]] says where in it, in our own
words, what was said, and names one check: see `specs.CHECKS`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CannotRead, DataProblems, UnknownName
from .mistakes import problems_of
from .specs import CHECKS
from .supplied import number_of


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
        return number_of(self.value)

    @property
    def decimals(self) -> int:
        """How many decimal places are printed."""
        return len(self.value.removesuffix("%").strip().partition(".")[2])

    @property
    def floor(self) -> float | None:
        """The number that it is said to lie above, where the value says "over" one."""
        over = self.value.startswith("over ")
        return number_of(self.value.removeprefix("over ")) if over else None

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
    problems = list(problems_of(path.name, head))
    if problems:
        raise DataProblems(problems)
    claims = tuple(Claim(**entry) for entry in head.pop("claim"))
    return Ledger(path.stem, claims=claims, **head)
