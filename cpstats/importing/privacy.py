"""What would name a child: refused before anything is kept.

A column is refused when its heading speaks of names, addresses, postcodes, telephone numbers,
e-mail addresses or public numbers, or when its cells hold them:

- one postcode written with its space, e-mail address or National Insurance number is enough;
- of ten-digit numbers with the check digit of a CHI or NHS number, CHI numbers that lost the zero
  they began with, telephone numbers, postcodes without a space and what looks like names, three are
  needed and more than half of the different values; of CHI numbers that begin with a date of birth,
  two (by chance one ten-digit number in eleven has that check digit, and one nine-digit number in
  ninety is a CHI number without its zero).

Words of coded columns, councils and localities are not taken for names. Columns that the mapping
does not use are looked at too: they have no place in the export.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pandas as pd

from ..errors import Problem
from .mappings import Source
from .sources import LINE, Raw

_HEADINGS = {
    "names": {"name", "names", "forename", "forenames", "surname", "firstname", "lastname",
              "fullname", "alias", "aka"},
    "addresses": {"address", "addresses", "street", "uprn"},
    "postcodes": {"postcode", "pcode", "post code", "postal code", "zip"},
    "public numbers": {"chi", "nhs", "nino", "upn", "scn", "national insurance"},
    "telephone numbers": {"phone", "telephone", "tel", "mobile", "contact number"},
    "e-mail addresses": {"email", "e mail"},
}  # fmt: skip
#: A name of one of these is no child's.
_NO_CHILD = {"council", "area", "authority", "team", "school", "agency", "locality", "code", "list"}

_OUTWARD, _INWARD = r"[A-Z]{1,2}\d[A-Z\d]?", r"\d[ABD-HJLNP-UW-Z]{2}"
_SPACED = re.compile(rf"(?i)\b{_OUTWARD} {_INWARD}\b")
_JOINED = re.compile(rf"(?i){_OUTWARD}{_INWARD}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_NINO = re.compile(r"(?i)\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]( ?\d{2}){3} ?[A-D]\b")
_PHONE = re.compile(r"(\+44|0)[1-37]\d{8,9}")
_WORD = r"[^\W\d_a-z][\w'’.-]*"
_NAME = re.compile(rf"{_WORD},? {_WORD}( {_WORD})?")
_TEN_DIGITS = re.compile(
    r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)|(?<!\d)\d{6}[ -]\d{4}(?!\d)"
    r"|(?<!\d)\d{2} \d{2} \d{2} \d{4}(?!\d)"
)
_GROUPED = re.compile(r"'?(\d(?:[ -]?\d){8,9})(?:\.0+)?")
_BEGINS_WITH_A_DATE = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{6}")
_ADVICE = (
    "Take the column out of the export, or replace it there by a pseudonym (a keyed hash made in "
    "the source system). Nothing was kept"
)


def look(raw: Raw, source: Source) -> list[Problem]:
    """
    Find columns that would name a child.

    Parameters
    ----------
    raw : Raw
    source : Source

    Returns
    -------
    list of Problem
        With the first line, and never with a value.
    """
    wordy = {
        source.columns[f.name]
        for f in source.table.fields
        if f.name in source.columns and (f.codes or f.type in {"area", "text"})
    }
    problems = []
    for column in raw.frame.columns.drop(LINE):
        found = _by_heading(column) or _by_content(raw.frame[column], named=column not in wordy)
        if found:
            what, at = found
            line = int(raw.frame[LINE].iloc[at]) if len(raw.frame) else None
            problems.append(Problem(raw.name, line, column, "", f"seems to hold {what}", _ADVICE))
    return problems


def would_name(values: pd.Series) -> bool:
    """Tell whether the cells of a column, whatever it is called, would name a child."""
    return _by_content(values.reset_index(drop=True), named=True) is not None


def _by_heading(column: str) -> tuple[str, int] | None:
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", column)
    words = re.findall(r"[^\W\d_]+", apart.casefold())
    pairs = [f"{one} {other}" for one, other in itertools.pairwise(words)]
    for what, said in _HEADINGS.items():
        if said & {*words, *pairs} and not (what == "names" and _NO_CHILD & set(words)):
            return what, 0
    return None


def _by_content(values: pd.Series, *, named: bool) -> tuple[str, int] | None:
    # Where each different value stands first.
    kinds = {v: at for at, v in reversed(list(enumerate(values))) if v}
    for what, pattern in (
        ("postcodes", _SPACED), ("e-mail addresses", _EMAIL), ("National Insurance numbers", _NINO),
    ):  # fmt: skip
        hits = [at for v, at in kinds.items() if pattern.search(v)]
        if hits:
            return what, min(hits)
    for what, test in _OFTEN.items():
        if what == "names" and not named:
            continue
        hits = [at for v, at in kinds.items() if test(v)]
        needed = 2 if what == "CHI numbers" else 3
        if len(hits) >= needed and len(hits) > len(kinds) / 2:
            return what, min(hits)
    return None


def _chi(text: str) -> bool:
    """Find a CHI number, by the date it begins with and its check digit, and nothing beside it.

    Excel drops the zero of a number, and may write it with a point or with spaces.
    """
    number = _GROUPED.fullmatch(text)
    digits = re.sub(r"\D", "", number[1]).zfill(10) if number else ""
    return bool(_BEGINS_WITH_A_DATE.match(digits)) and _checks(digits)


def _public_number(text: str) -> bool:
    """Find a ten-digit number with the modulus 11 check digit that CHI and NHS numbers share."""
    return _chi(text) or any(_checks(re.sub("[ -]", "", n)) for n in _TEN_DIGITS.findall(text))


def _checks(digits: str) -> bool:
    total = sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9])


_OFTEN: dict[str, Callable[[str], bool]] = {
    "CHI numbers": _chi,
    "CHI or NHS numbers": _public_number,
    "telephone numbers": lambda text: bool(_PHONE.fullmatch(re.sub(r"[ ()-]", "", text))),
    "postcodes": lambda text: bool(_JOINED.fullmatch(text)),
    "names": lambda text: bool(_NAME.fullmatch(text)),
}
