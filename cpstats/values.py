"""Four kinds of nothing, and the marks that keep them apart.

A figure is a number or it is missing, and a missing one carries a mark that says why. Zero is a
number. The shorthand is that of the Government Analysis Function; `*` and `-` are how Children's
Social Work Statistics writes suppressed and not available (note 3.20 of the 2018-19 edition).
"""

from __future__ import annotations

import math
import re

SUPPRESSED, NOT_AVAILABLE, NOT_APPLICABLE = "[c]", "[x]", "[z]"
#: More than none, though it rounds to none.
LOW = "[low]"

#: Marks that stand in place of a figure.
WHY_MISSING = {
    SUPPRESSED: "suppressed to protect children",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "not applicable",
    LOW: "more than none, but rounds to none",
}

#: Marks that may stand beside a figure.
BESIDE = {
    "[p]": "provisional",
    "[e]": "estimated by the publisher",
    "[r]": "revised",
    "[u]": "low reliability: a true zero and an absence are not told apart in the source",
}

MARKS = {**WHY_MISSING, **BESIDE}

_SYMBOLS = {
    "*": SUPPRESSED,
    "c": SUPPRESSED,
    "-": NOT_AVAILABLE,
    "–": NOT_AVAILABLE,
    "..": NOT_AVAILABLE,
    "dna": NOT_AVAILABLE,
    **{mark: mark for mark in WHY_MISSING},
}
_NUMBER = re.compile(r"-?(\d+|\d{1,3}([, \u00a0\u2009]\d{3})+)(\.\d+)?([eE][-+]?\d+)?")
#: No figure of the field comes near it.
_LARGEST = 1e12
_FLAGGED = re.compile(r"(?P<number>\S.*?)\s*(?P<mark>\[[a-z]\])")


def read_cell(text: str) -> tuple[float, str]:
    """Read one published cell where its meaning is certain.

    Parameters
    ----------
    text : str
        As it stands in the table: "1,234", "*", "-", "[c]", "12 [p]".

    Returns
    -------
    value : float
        nan when the cell holds no figure.
    mark : str
        Why there is none, or what stands beside the figure; empty for a plain figure.

    Raises
    ------
    ValueError
        With a sentence on what is wrong and what to write instead.

    Examples
    --------
    >>> read_cell("1,234")
    (1234.0, '')
    >>> read_cell("*")
    (nan, '[c]')
    >>> read_cell("0")
    (0.0, '')
    """
    cell = text.strip().strip("\u00a0\u2009").strip()
    if cell.casefold() in _SYMBOLS:
        return math.nan, _SYMBOLS[cell.casefold()]
    mark = ""
    flagged = _FLAGGED.fullmatch(cell)
    if flagged and flagged["mark"] in BESIDE:
        cell, mark = flagged["number"], flagged["mark"]
    if _NUMBER.fullmatch(cell):
        number = float(re.sub(r"[, \u00a0\u2009]", "", cell))
        if abs(number) < _LARGEST:
            return number, mark
    raise ValueError(_why_not(cell))


def _why_not(cell: str) -> str:
    if not cell:
        return "is blank|Write 0 for none, [c] suppressed, [x] not available, [z] not applicable"
    if cell.casefold() in {"n/a", "na", "nan", "null", "none", "nil"}:
        return "could mean zero, not available or not applicable|Write 0, [x] or [z]"
    if cell.endswith("%"):
        return "has a per cent sign|Write the number alone"
    if re.fullmatch(r"[\d.,\s]+", cell):
        remedy = "Write thousands as 1,234 or 1234 and decimals with a point"
        return f"is not a number that can be read one way only|{remedy}"
    return "is not a number|Write a number, or [c], [x] or [z]"


def write(value: float, mark: str = "", decimals: int = 0) -> str:
    """Write one figure as a reader should see it.

    Parameters
    ----------
    value : float
        nan when there is no figure.
    mark : str
        As in `MARKS`. One that stands in place of a figure is left out beside a figure: it speaks
        of something else, such as the rate that a count has none of.
    decimals : int
        Decimal places; halves round away from zero, as publishers do.

    Returns
    -------
    str
        "1,234", "3.8", "[c]", "2,668 [e]". A missing figure without a mark is "[x]".

    Examples
    --------
    >>> write(1234.0), write(math.nan, "[c]"), write(2668.0, "[e]"), write(0.25, decimals=1)
    ('1,234', '[c]', '2,668 [e]', '0.3')
    """
    if value is None or math.isnan(value):
        return mark if mark in WHY_MISSING else NOT_AVAILABLE
    # Adding 0 turns a negative 0 into 0: -0.3 without decimals is not "-0".
    number = f"{round_half_up(value, decimals) + 0.0:,.{decimals}f}"
    return f"{number} {mark}" if mark in BESIDE else number


def round_half_up(value: float, decimals: int = 0) -> float:
    """Round halves away from zero, reading the number as it is written in decimal.

    Examples
    --------
    >>> round_half_up(2.5), round_half_up(1.005, 2), round_half_up(-0.5)
    (3.0, 1.01, -1.0)
    """
    from decimal import ROUND_HALF_UP, Decimal

    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(float(value))).quantize(step, rounding=ROUND_HALF_UP))
