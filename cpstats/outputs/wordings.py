"""Counts that a text states, in figures and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

_UNITS = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: float(n) for n, word in enumerate(_UNITS)}
_WORDS |= {word: 10.0 * n for n, word in enumerate(_TENS, start=2)}
_WORDS |= {f"{ten}-{unit}": _WORDS[ten] + _WORDS[unit] for ten in _TENS for unit in _UNITS[1:10]}
_WORDS |= {"none": 0.0, "no": 0.0}

#: Longer ones first, so that "twenty-one" is not read as twenty.
_SPELT = sorted(set(_WORDS) - {"no"}, key=len, reverse=True)
_WORD = r"\b(?i:{})\b".format("|".join(_SPELT).replace("-", r"[-\s]"))
_FIGURE = "(?:\\d{1,3}(?:[,\u00a0\u2009\u202f]\\d{3})+(?!\\d)|\\d+)(?:\\.\\d+)?"
_SIGN = r"(?:(?<![\w)\]])[-−+])?"
_EITHER = rf"(?:{_FIGURE}|{_WORD})"
_PERCENT = r"(?:\s?%|\s*per\s?cent\b|\s*percentage\s+points?\b)"
_MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\\b\\.?"
)
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_LASTS = (
    r"[\s-]+(?:working|calendar|school|academic|completed|full)?\s*"
    r"(?:day|week|month|year|hour|quarter)s?\b"
)
#: What is counted in the field: a number before one of these is a count, whatever it looks like.
_COUNTED = (
    r"(?:child|children|young\s+(?:people|person)|people|person|pupil|baby|babies|boy|girl|family"
    r"|families|brother|sister|sibling|parent|household|case|meeting|conference|referral|discussion"
    r"|plan|record|event|investigation|(?:re-?|de-?)?registration|on\s+the\s+register"
    r"|(?:re-?|de-?)?registered)s?\b"
)
_OF_THE = r"(?:(?:the|all|these|those|its|their|our|a\s+total\s+of)\s+)*"
#: What is no child: places, and the points of a control chart.
_PLACES = (
    r"(?:(?:(?:other|local|island|whole|new)\s+)?(?:councils?|authorit(?:y|ies)|data\s+zones?)|standard\s+deviations?"
    r"|points?|in\s+a\s+row)\b"
)
#: Bands of age that are written without saying that they are ages.
_BANDS = {0: (4, 5, 12, 15, 17), 5: (9, 10, 15), 10: (14, 15), 11: (15,), 12: (15,), 13: (15, 17)}
_BANDS |= {15: (17,), 16: (17, 18)}
_BAND = "(?:{}|(?:13|16)\\sto\\s17|0\\sto\\s1[57])".format(
    "|".join(rf"{low}\s?[-–]\s?{high}" for low in _BANDS for high in _BANDS[low])
)
#: Ranges of these are no ages, however they are written.
_NO_AGES = "".join(rf"(?<!\b{word}\s)" for word in ("from", "interval", "limits", "between"))
#: "One" is a number of children unless it stands in one of these.
_BEFORE_ONE = "(?:{})".format(
    "|".join(rf"(?<=\b{w}\s)" for w in ("no", "the", "this", "that", "each", "any", "every", "No"))
)
_AFTER_ONE = (
    r"(?:another|side|point|line|page|more|way|place|area|by|of|or|hand|can|could|may|must|cannot"
    r"|standard|after|under|within|whose|entry|that|who|before)\b"
)
_BOUNDS = r"confidence|credible|prediction|control|interval|limits?\b|level|CI\b|bounds?\b"
_PARTS = (
    r"(?i:table|chart|section|question|page|annex|appendix|chapter|footnote|paragraph|version)s?"
    r"|[Nn]ote|Figure|[Rr]ule"
)

#: In order: the first that fits at the leftmost place is taken.
_READ = rf"""
      (?P<address> (?:https?://|www\.)\S+ | \#[0-9a-fA-F]{{3,8}}\b
        | \b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{{8,}}\b )
    | (?P<date>
        (?<!\d)\d{{4}}-\d{{2}}-\d{{2}}(?!\d)(?:[T\ ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?Z?)?
      | (?<!\d)\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d{{2}})(?!\d)
      | \d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR}\b)?
      | {_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?{_YEAR}\b
      | \b{_YEAR}[-/–](?:{_YEAR}|\d{{2}})(?!\d)(?:\s*Q[1-4]\b)?
      | \b(?:[01]\d|2[0-3]):[0-5]\d(?::\d{{2}})?\b
      | \bQ[1-4]\b | (?:mid-|end-){_YEAR}\b | \b{_YEAR}s\b )
    | (?P<dotted> \d+(?:\.\d+){{2,}} )
    | (?P<place> \d+(?:st|nd|rd|th)\b(?:\s+(?:equal\s+)?(?:out\s+)?of\s+(?:the\s+)?{_EITHER})? )
    | (?P<lasts>
        {_EITHER}(?:\s*(?:to|-|–|or|of)\s*{_EITHER})?{_LASTS}(?!\s+(?:old|of\s+age)|-old) )
    | (?P<places> {_EITHER}(?:\s+(?:out\s+)?of\s+{_OF_THE}{_EITHER})?\s+{_PLACES} )
    | (?P<level>
        [89]\d(?:\.\d+)?\s?%(?=(?:(?:\s*,|\s+and|\s+or|\s+to)\s*{_FIGURE}\s?%)*\s+(?:{_BOUNDS})) )
    | (?P<age>
        \b(?i:aged?|ages)\s+between\s+{_FIGURE}\s+and\s+{_FIGURE}
      | \b(?i:aged?|ages)\s+(?:(?:under|over|from)\s+)?{_FIGURE}
          (?:\s*(?:-|–|to)\s*{_FIGURE}|\s+(?:and|or)\s+(?:over|under|above|below)\b|\+)?
      | {_EITHER}(?:\s?(?:-|–|to|or)\s?{_EITHER})?[\s-]years?[\s-](?:olds?\b|of\s+age\b)
      | (?<![\w.,]){_NO_AGES}{_BAND}(?![\d.,]*\d|{_PERCENT}|\s+{_COUNTED})
      | \b\d{{1,2}}(?:\+|\s+(?:and|or)\s+(?:over|above)\b)(?!\s+{_COUNTED})
      | (?i:under|over)[-\s]\d{{1,2}}s\b
      | (?i:child|children|people|babies|population)\s+(?:under|over)\s+\d{{1,2}}(?![\d.,]*\d) )
    | (?P<part> \b(?:{_PARTS})\s+[A-Z]?\d+(?:\.\d+)*[a-z]?\b | (?<=[a-z.,;)])\[\d{{1,3}}\] )
    | (?P<share>
        (?P<share_of>{_FIGURE}){_PERCENT}\s+of\s+{_OF_THE}(?P<whole>{_EITHER})\b(?![-/.,]?\d) )
    | (?P<of>
        (?:(?P<before>{_FIGURE}){_PERCENT}(?:\s*\[[a-z]\])?\s*[(,:;]?\s*)?
        (?P<part_of>{_EITHER})(?:\s+\((?P<within>{_FIGURE}){_PERCENT}\))?
        (?:\s+(?:out\s+)?of\s+{_OF_THE}|(?:\s+[a-z][a-z-]*){{1,2}}\s+(?:out\s+of|of\s+the)\s+|/)
        (?P<all_of>{_EITHER})(?![\d/]|[-–.,]\d|\s+{_MONTH})
        (?:(?:\s+[a-z][a-z-]*){{0,3}}\s*[(,;:]\s*(?P<after>{_FIGURE}){_PERCENT})? )
    | (?P<worth>
        (?P<worth_of>{_FIGURE}){_PERCENT}\s+\((?P<counted>{_EITHER})\)
      | (?P<count>{_EITHER})(?:\s+[a-z][a-z-]*){{0,3}}\s+
        \((?P<worth_in>{_FIGURE}){_PERCENT}\s*[);,] )
    | (?P<turned>
        \b[Oo]f\s+{_OF_THE}(?P<first>{_EITHER})(?:\s+[a-z][a-z-]*){{1,4}},\s+(?P<then>{_EITHER})\b(?!{_LASTS})
        (?:\s*[(,;:]\s*(?P<last>{_FIGURE}){_PERCENT})? )
    | (?P<base> \b(?:per|(?:for|in)\s+every)\s+{_FIGURE} )
    | (?P<money> £\s?{_FIGURE} )
    | (?P<percent> {_SIGN}{_FIGURE}{_PERCENT} )
    | (?P<year> \b(?<![.,]){_YEAR}\b(?![,.]\d|\s+{_COUNTED}|\s+of\b) )
    | (?P<coded> (?:(?<=_)|(?<=\b[A-Z])|(?<=\b[A-Z]{{2}})|(?<=\b[A-Z]{{3}})){_FIGURE} )
    | (?P<single>
        (?:{_BEFORE_ONE}one\b|\b[Oo]ne\b(?=\s+{_AFTER_ONE}))(?!(?:\s+[a-z-]+){{0,2}}\s+{_COUNTED}) )
    | (?P<other> \b(?i:none)\b )
    | (?P<none> \b[Nn]o(?=(?:\s+[a-z-]+){{0,2}}\s+{_COUNTED}) )
    | (?P<number> {_SIGN}{_FIGURE} | {_WORD} )
    """
_KINDS = {"date": "date", "year": "date", "age": "age", "of": "of", "share": "of", "turned": "of"}
_KINDS |= {"number": "number", "percent": "number", "none": "number", "worth": "number"}
_EACH = re.compile(rf"{_SIGN}{_FIGURE}|{_WORD}")
#: Soft hyphens and their like stand inside a word and are not seen.
_UNSEEN = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u2060\ufeff"}
_AROUND = 80


@dataclass(frozen=True)
class Statement:
    """A count, or another number, as a text states it.

    Attributes
    ----------
    kind : str
        "of" (a part and its whole), "number", "date", "age", or "other": places in an order, levels
        of confidence, lengths of time, numbers of tables and sections, bases ("per 1,000"), money,
        how many councils, or points of a chart.
        What could be a count is a "number".
    numbers : tuple of float
        Those it states: part and whole; the whole alone in "5% of 200"; the count in "12 (5%)";
        none in "5%".
    decimals : tuple of int
        How many decimals each is written with.
    percent : float or None
        What it states in per cent or percentage points.
    percent_decimals : int
        How many decimals that is written with; 0 where there is none.
    written : str
        Its own words.
    around : str
        It in the middle of the text around, 80 characters at most.
    """

    kind: str
    numbers: tuple[float, ...]
    decimals: tuple[int, ...]
    percent: float | None
    percent_decimals: int
    written: str
    around: str


def statements(text: str) -> list[Statement]:
    """
    Read every number that a text states, in figures or in words.

    Parameters
    ----------
    text : str
        A sentence, a cell, a label.

    Returns
    -------
    list of Statement
        In the order of the text. No figure is left out: what is not a count is told by its kind.

    Examples
    --------
    >>> [found] = statements("63.9% (303 of 474) were")
    >>> found.kind, found.numbers, found.percent
    ('of', (303.0, 474.0), 63.9)
    >>> [(s.kind, s.numbers) for s in statements("On 31 July 2019, three children aged 13 to 17")]
    [('date', (31.0, 2019.0)), ('number', (3.0,)), ('age', (13.0, 17.0))]
    """
    return list(_read_once(text.translate(_UNSEEN)))


@lru_cache(maxsize=10_000)
def _read_once(text: str) -> tuple[Statement, ...]:
    """Read a text; an output repeats most of its own, such as the letters of its charts."""
    return tuple(_read(text))


@cache
def _reader() -> re.Pattern:
    """Compile what reads a text: not at import, as it takes a seventh of a second."""
    return re.compile(_READ, re.VERBOSE)


def _read(text: str) -> Iterator[Statement]:
    for found in _reader().finditer(text):
        name = str(found.lastgroup)
        kind = _KINDS.get(name, "other")
        written = _numbers_of(found, name)
        percent = _percent_of(found, name)
        if kind == "other" and not written:
            continue  # an address without a figure
        yield Statement(
            kind=kind,
            numbers=tuple(_value(n) for n in written),
            decimals=tuple(_decimals(n) for n in written),
            percent=None if percent is None else _value(percent),
            percent_decimals=0 if percent is None else _decimals(percent),
            written=found[0].strip(),
            around=_around(text, *found.span()),
        )


def _numbers_of(found: re.Match, name: str) -> list[str]:
    if name == "of":
        return [found["part_of"], found["all_of"]]
    if name == "turned":
        return [found["then"], found["first"]]
    if name == "share":
        return [found["whole"]]
    if name == "worth":
        return [found["counted"] or found["count"]]
    if name == "percent":
        return []
    return [found[0]] if name == "none" else _EACH.findall(found[0])


def _percent_of(found: re.Match, name: str) -> str | None:
    if name == "of":
        return found["before"] or found["within"] or found["after"]
    if name == "worth":
        return found["worth_of"] or found["worth_in"]
    if name == "percent":
        return _EACH.findall(found[0])[0]
    return {"share": found["share_of"], "turned": found["last"]}.get(name)


def _value(written: str) -> float:
    word = "-".join(written.casefold().split())
    if word in _WORDS:
        return _WORDS[word]
    return float(re.sub("[,\u00a0\u2009\u202f]", "", written).replace("−", "-"))


def _decimals(written: str) -> int:
    return len(written.partition(".")[2])


def _around(text: str, start: int, end: int) -> str:
    spare = max(_AROUND - (end - start), 0)
    begin = max(start - spare // 2, 0)
    return " ".join(text[begin : begin + _AROUND].split())
