"""What would name a child: refused before anything is kept.

A column is refused when its heading says that it holds names, addresses, postcodes, telephone
numbers, e-mail addresses or public numbers, or when its cells do:

- one full postcode, e-mail address or National Insurance number is enough, in any column;
- ten-digit numbers with the check digit of a CHI or NHS number, when they are at least three and
  more than half of the different values of the column (by chance one such number in eleven has it);
- two or three capitalised words, when they are at least three and more than half of the different
  values of a column that is not coded.

Columns that the mapping does not use are looked at too: they have no place in the export.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from ..errors import Problem
from .mappings import Source
from .sources import LINE, Raw

_HEADINGS = {
    "names": r"(fore|sur|first|last|middle|family|given|full|child'?s?|person|client|known)?"
    r"[ _-]*name(s|[ _-]*of[ _-]*child)?|alias",
    "addresses": r"(home[ _-]*)?address([ _-]*(line)?[ _-]*\d)?|street|house([ _-]*(no|number))?",
    "postcodes": r"post[ _-]*code|pcode",
    "public numbers": r"chi([ _-]*(no|num|number))?|nhs([ _-]*(no|num|number))?|nino"
    r"|national[ _-]*insurance([ _-]*(no|number))?|upn|scn",
    "telephone numbers": r"(tele)?phone([ _-]*(no|number))?|mobile([ _-]*(no|number))?|tel",
    "e-mail addresses": r"e-?mail([ _-]*address)?",
}
_POSTCODE = re.compile(r"(?i)\b[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}")
_NINO = re.compile(r"(?i)\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]( ?\d{2}){3} ?[A-D]\b")
_NAME = re.compile(r"[A-Z][a-z'’-]+(,? [A-Z][a-z'’A-Z-]+){1,2}")
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
    coded = {source.columns[f.name] for f in source.table.fields
             if f.codes and f.name in source.columns}  # fmt: skip
    problems = []
    for column in raw.frame.columns.drop(LINE):
        found = _by_heading(column) or _by_content(raw.frame[column], named=column not in coded)
        if found:
            what, at = found
            line = int(raw.frame[LINE].iloc[at]) if len(raw.frame) else None
            problems.append(Problem(raw.name, line, column, "", f"seems to hold {what}", _ADVICE))
    return problems


def _by_heading(column: str) -> tuple[str, int] | None:
    for what, pattern in _HEADINGS.items():
        if re.fullmatch(pattern, column.strip(), flags=re.IGNORECASE):
            return what, 0
    return None


def _by_content(values: pd.Series, *, named: bool) -> tuple[str, int] | None:
    kinds = values[values != ""].drop_duplicates()
    for what, pattern in (
        ("postcodes", _POSTCODE), ("e-mail addresses", _EMAIL),
        ("National Insurance numbers", _NINO),
    ):  # fmt: skip
        hits = kinds[kinds.map(lambda v, p=pattern: bool(p.search(v)))]
        if len(hits):
            return what, int(hits.index[0])
    for what, test in _OFTEN.items():
        if what == "names" and not named:
            continue
        hits = kinds[kinds.map(test)]
        if len(hits) >= 3 and len(hits) > len(kinds) / 2:
            return what, int(hits.index[0])
    return None


def _public_number(text: str) -> bool:
    """Tell a ten-digit number with the modulus 11 check digit that CHI and NHS numbers share."""
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"\d{10}", digits):
        return False
    total = sum(int(d) * w for d, w in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    return check == int(digits[9])


_OFTEN: dict[str, Callable[[str], bool]] = {
    "CHI or NHS numbers": _public_number,
    "names": lambda text: bool(_NAME.fullmatch(text)),
}
