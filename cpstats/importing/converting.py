"""From the text of a source to a typed table of the model, with every problem at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from .. import areas
from ..errors import CpstatsError, Problem, nearest
from ..records import CODES, Field
from .mappings import Source
from .sources import LINE, Raw

#: So many problems of one kind in one column are listed; the rest are counted.
_LISTED = 20
#: A longer word is no code, and may say something of a child: it is not repeated.
_LONGEST = 60
#: Words by which exports say that there is nothing.
_NOTHING = {
    "null", "(null)", "<null>", "n/a", "#n/a", "na", "<na>", "nan", "nat", "none", "nil", "-", "--",
    ".", "?", "blank", "(blank)", "tbc", "not known", "unknown", "not recorded",
}  # fmt: skip
_NO_COLUMN = (
    "Name the column in the mapping; where the headings stand lower down, say header = 3 there"
)
_LONDON = ZoneInfo("Europe/London")


def convert(
    raw: Raw, source: Source, codes: dict[str, dict[str, str]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Convert a source to a table of the model.

    Parameters
    ----------
    raw : Raw
    source : Source
    codes : dict of str to dict
        Words of the source by code list, beside those that are understood by themselves.

    Returns
    -------
    frame : DataFrame
        The columns of the model (text, dates as datetime64[s], missing as null) and `line`.
    problems : list of Problem
    """
    problems = list(raw.problems)
    if problems:
        return pd.DataFrame(), problems
    raw = _without_missing(raw, source)
    columns: dict[str, pd.Series] = {}
    for field in source.table.fields:
        text = _column(raw, source, field, problems)
        columns[field.name] = _typed(text, field, raw, source, codes, problems)
    frame = pd.DataFrame(columns)
    frame["line"] = raw.frame[LINE].to_numpy()
    _repeated(frame, raw, source, problems)
    return frame, problems


def _without_missing(raw: Raw, source: Source) -> Raw:
    """Empty the cells with a word that the mapping says stands for nothing."""
    if not source.missing:
        return raw
    frame = raw.frame.drop(columns=LINE).apply(
        lambda cells: cells.where(~cells.str.strip().str.casefold().isin(source.missing), "")
    )
    return Raw(raw.name, frame.assign(**{LINE: raw.frame[LINE]}), raw.problems)


def _column(raw: Raw, source: Source, field: Field, problems: list[Problem]) -> pd.Series:
    if field.name in source.constants:
        return pd.Series(source.constants[field.name], index=raw.frame.index, dtype="str")
    there = source.columns[field.name]
    if there in raw.frame:
        return raw.frame[there].str.strip()
    if field.type == "key":
        # Rows without an identifier of their own are named by where they stand.
        return (source.table.id + "-" + raw.frame[LINE].astype("str")).astype("str")
    if field.needed or there != field.name:
        near = nearest(there, list(raw.frame.columns.drop(LINE)), at_most=1)
        remedy = f"Did you mean {near[0]!r}?" if near else _NO_COLUMN
        problems.append(Problem(raw.name, None, there, "", "is not a column here", remedy))
    return pd.Series("", index=raw.frame.index, dtype="str")


def _typed(
    text: pd.Series,
    field: Field,
    raw: Raw,
    source: Source,
    codes: dict[str, dict[str, str]],
    problems: list[Problem],
) -> pd.Series:
    there = source.columns.get(field.name, field.name)
    if field.needed and there in raw.frame:
        _report(problems, raw, there, text == "", "is blank", field.about)
    if field.type in {"key", "id", "date", "text"}:
        nothing = text.str.casefold().isin(_NOTHING) | text.str.fullmatch("[-_=]{2,}")
        for word in text[nothing].unique():
            said = "seems to stand for nothing"
            _report(problems, raw, there, text == word, said, _missing(word), word)
        text = text.where(~nothing, "")
    if field.type in {"key", "id"}:
        shortened = text.str.fullmatch(r"\d(\.\d+)?[eE]\+\d+")
        remedy = "Export such identifiers as text: different ones may have become the same"
        _report(problems, raw, there, shortened, "was shortened by Excel", remedy)
    if field.type == "date":
        return _dates(text, there, raw, source, problems)
    if field.type == "area":
        return _words(text, there, raw, _area, problems)
    if field.codes:
        known = understood(field.codes, codes.get(field.codes, {}))
        return _words(text, there, raw, lambda v: _code(v, field.codes, known), problems)
    return text.where(text != "", None)


def _dates(
    text: pd.Series, there: str, raw: Raw, source: Source, problems: list[Problem]
) -> pd.Series:
    found = {v: _date(v, source.dates) for v in text.unique() if v}
    dates = pd.to_datetime(text.map(found)).astype("datetime64[s]")
    wrong = (text != "") & dates.isna()
    serial = text.str.fullmatch(r"[2-5]\d{4}(\.\d+)?")
    remedy = f"Write it as {datetime(2019, 7, 31).strftime(source.dates)}, or say how in `dates`"
    # A date may be a date of birth, so it is never repeated.
    _report(problems, raw, there, wrong & ~serial, "is not a date that can be read", remedy)
    remedy = "Give the column a date format in Excel, and make the export again"
    _report(problems, raw, there, wrong & serial, "is the number of a day in Excel", remedy)
    return dates


def _date(text: str, pattern: str) -> datetime | None:
    # Databases and spreadsheets write the dates that they hold as dates this way.
    kept = re.fullmatch(r"(\d{4}-\d{2}-\d{2})([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?", text)
    try:
        read = datetime.strptime(*((kept[1], "%Y-%m-%d") if kept else (text, pattern)))
    except ValueError:
        return None
    # By the clock in Scotland; the time of day is of no use, and days are compared.
    read = read.astimezone(_LONDON) if read.tzinfo else read
    return datetime(read.year, read.month, read.day)


def _words(
    text: pd.Series,
    there: str,
    raw: Raw,
    understand: Callable[[str], tuple[str | None, str]],
    problems: list[Problem],
) -> pd.Series:
    """Translate each word once, and report those that are not understood, the commonest first."""
    found = {v: understand(v) for v in text.unique() if v}
    times = text.value_counts()
    unknown = sorted((v for v in found if found[v][1]), key=lambda v: (-times[v], v))
    for value in unknown[:_LISTED]:
        line = int(raw.frame.loc[(text == value).to_numpy(), LINE].iloc[0])
        said = "is not known" + (f", in {times[value]:,} rows" if times[value] > 1 else "")
        remedy = _missing(value) if value.casefold() in _NOTHING else found[value][1]
        shown = value if len(value) <= _LONGEST else ""
        if not shown:
            remedy = f"A text of {len(value)} characters is no code: is this the right column?"
        problems.append(Problem(raw.name, line, there, shown, said, remedy))
    if more := unknown[_LISTED:]:
        rows = int(times[more].sum())
        said = f"has {len(more):,} more words that are not known, in {rows:,} rows"
        remedy = "With so many, is this the right column?"
        problems.append(Problem(raw.name, None, there, "", said, remedy))
    return text.map({v: code for v, (code, _) in found.items()}).astype("str")


def _missing(word: str) -> str:
    return f"If it does, write missing = [{json.dumps(word)}] at the top of the mapping"


def _area(text: str) -> tuple[str | None, str]:
    try:
        return areas.find(text).name, ""
    except CpstatsError as error:
        return None, str(error)


def _code(text: str, name: str, known: dict[str, str]) -> tuple[str | None, str]:
    code = known.get(text.casefold())
    if code:
        return code, ""
    near = nearest(text, list(known), at_most=1)
    meant = f"Did you mean {known[near[0]]!r}? " if near else ""
    written = json.dumps(text, ensure_ascii=False)
    return None, f'{meant}Add it to [codes.{name}] of the mapping: {written} = "..."'


def understood(name: str, more: dict[str, str]) -> dict[str, str]:
    """Give every spelling of a code list, in lower case, with its code."""
    known: dict[str, str] = {}
    for code in CODES[name]:
        known |= {word.casefold(): code.code for word in (code.code, *code.also)}
    return known | {word.casefold(): code for word, code in more.items() if code}


def _repeated(frame: pd.DataFrame, raw: Raw, source: Source, problems: list[Problem]) -> None:
    key = frame[source.table.key]
    there = source.columns.get(source.table.key, source.table.key)
    _report(
        problems, raw, there, key.notna() & key.duplicated(), "stands twice",
        "Each row needs an identifier of its own",
    )  # fmt: skip


def _report(
    problems: list[Problem],
    raw: Raw,
    column: str,
    wrong: pd.Series,
    problem: str,
    remedy: str,
    value: str = "",
) -> None:
    lines = raw.frame.loc[wrong.to_numpy(), LINE].tolist()
    for line in lines[:_LISTED]:
        problems.append(Problem(raw.name, int(line), column, value, problem, remedy))
    if len(lines) > _LISTED:
        more = f"{problem} on {len(lines) - _LISTED:,} more lines"
        problems.append(Problem(raw.name, None, column, value, more, remedy))
