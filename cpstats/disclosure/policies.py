"""What may be said of few: a policy is a file, and a report names the one it used."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from .. import published
from ..errors import CannotRead, DataNotFound, DataProblems, Problem, UnknownName, nearest
from ..values import NOT_APPLICABLE, NOT_AVAILABLE

POLICY = "policy.toml"

_PRESETS = Path(__file__).parent / "presets.toml"
_SHOW, _HIDE = "show", "hide"


@dataclass(frozen=True)
class Policy:
    """How figures are protected.

    Attributes
    ----------
    name : str
        As a report prints it.
    hide_under : int
        Counts from 1 to one below it are hidden.
    zero, full : str
        "show" or "hide": a count of none; a part that is all of its whole.
    symbol : str
        What stands in place of a hidden figure on a page.
    round_to : int
        Base of controlled rounding; 0 for none.
    families : bool
        Whether it is families that must not be few, rather than children.
    dominance : float
        A count is hidden when one family makes up more than this share of it; 0 for off.
    extremes : str
        "show" or "hide": the largest, longest or shortest of all is one child's or one family's;
        a quantile, or a limit of one, is nearly so with fewer than `hide_under` beyond it.
    protection : int
        The range that an intruder can work out for a hidden count must be at least so wide.
    public : tuple of str
        Kinds of output that may leave. Others are for the committee alone.
    """

    name: str
    hide_under: int
    zero: str
    full: str
    symbol: str
    round_to: int
    families: bool
    dominance: float
    extremes: str
    protection: int
    public: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    def said(self) -> list[str]:
        """Say the policy in sentences, as a report prints it."""
        who = "families" if self.families else "children or events"
        hidden = [f"Counts of 1 to {self.hide_under - 1} {who} are hidden ({self.symbol})."]
        hidden += ["Counts of none are hidden."] if self.zero == _HIDE else []
        hidden += ["Shares of 0 or 100 per cent are hidden."] if self.full == _HIDE else []
        if self.dominance:
            share = f"{100 * self.dominance:.0f}%"
            hidden.append(f"Counts of which one family is more than {share} are hidden.")
        if self.extremes == _HIDE:
            hidden.append(
                "The longest, shortest and largest of all are hidden; so are medians, quartiles "
                f"and their limits with fewer than {self.hide_under} {who} below or above."
            )
        if self.round_to:
            hidden.append(
                f"Other counts are rounded to {self.round_to}, so that tables still add; shares, "
                "intervals and tests are worked out from rounded counts."
            )
        return [
            *hidden,
            "Further figures, of any size, are hidden where subtraction would give the first ones "
            f"back: what can be worked out of a hidden count leaves a range of {self.protection} "
            "or more.",
        ]


def read_policy(source: str | Path | Policy | None = None) -> Policy:
    """
    Read a disclosure policy.

    Parameters
    ----------
    source : str, Path or Policy, optional
        "scotgov", "phs" or "strict"; or a TOML file, which may build on one of them. Without it,
        `policy.toml` of the data package.

    Returns
    -------
    Policy

    Raises
    ------
    UnknownName
        For a preset that is not known.
    DataNotFound
        When there is no such file.
    CannotRead
        When it is not TOML.
    DataProblems
        With everything wrong in it.
    """
    if isinstance(source, Policy):
        return source
    presets = tomllib.loads(_PRESETS.read_text(encoding="utf-8"))
    if isinstance(source, str) and not source.endswith(".toml"):
        if source not in presets:
            raise UnknownName("disclosure policy", source, presets)
        return _made(presets[source], "presets.toml")
    path = Path(source) if source is not None else published.find() / POLICY
    if not path.is_file():
        raise DataNotFound(f"There is no disclosure policy {path}.")
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CannotRead(f"Cannot read {path}: {error}.") from error
    base = str(given.pop("preset", "scotgov"))
    if base not in presets:
        raise UnknownName(f"preset in {path}", base, presets)
    return _made(presets[base] | given, str(path))


def _made(given: dict[str, Any], file: str) -> Policy:
    problems = [p for key, value in given.items() for p in _wrong(file, key, value)]
    if problems:
        raise DataProblems(problems)
    if given["protection"] < given["hide_under"] - 1:
        said = f"is narrower than the counts that are hidden (1 to {given['hide_under'] - 1})"
        remedy = f"Write {given['hide_under']} or more"
        raise DataProblems(
            [Problem(file, None, "protection", str(given["protection"]), said, remedy)]
        )
    return Policy(**(given | {"public": tuple(given["public"])}))


_CHOICES = {
    "zero": (_SHOW, _HIDE),
    "full": (_SHOW, _HIDE),
    "extremes": (_SHOW, _HIDE),
}
_WHOLE = {"hide_under": (2, 100), "round_to": (0, 100), "protection": (1, 1000)}


def _wrong(file: str, key: str, value: Any) -> list[Problem]:
    names = [f.name for f in fields(Policy)]
    said = ""
    if key not in names:
        guess = nearest(key, names)
        remedy = f"Did you mean {guess[0]}?" if guess else f"Known: {', '.join(names)}"
        return [Problem(file, None, key, "", "is not part of a policy", remedy)]
    if key in _CHOICES and value not in _CHOICES[key]:
        said = f"Write {' or '.join(_CHOICES[key])}"
    elif key in _WHOLE and not (type(value) is int and _fits(value, *_WHOLE[key])):
        said = "Write a whole number from {} to {}".format(*_WHOLE[key])
    elif key == "families" and type(value) is not bool:
        said = "Write true or false"
    elif key == "dominance" and not (type(value) in (int, float) and 0 <= value < 1):
        said = "Write a share from 0 (off) to under 1"
    elif key == "name" and not (isinstance(value, str) and value.strip()):
        said = "Write in words what the policy does"
    elif key == "symbol" and not _is_symbol(value):
        said = f"Write * or [c]; {NOT_AVAILABLE} and {NOT_APPLICABLE} say something else"
    elif key == "public" and not (
        isinstance(value, list) and all(isinstance(kind, str) for kind in value)
    ):
        said = 'Write kinds of output as ["html", "xlsx"]'
    return [Problem(file, None, key, str(value), "cannot be", said)] if said else []


def _fits(value: int, least: int, most: int) -> bool:
    return least <= value <= most


def _is_symbol(value: Any) -> bool:
    return value in ("*", "[c]")
