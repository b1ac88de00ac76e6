"""A starter mapping from what is there: guesses for the analyst to check, nothing decided."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pandas as pd

from ..errors import DataNotFound
from ..records import CODES, TABLES, Field, Table
from . import privacy
from .converting import understood
from .databases import tables_of
from .sources import LINE, Raw, as_text, read_file
from .workbooks import sheets_of

#: What columns are often called, beside their names in the model.
_ALSO = {
    "child_id": ("person id", "client id", "service user id", "child", "subject id", "id"),
    "date_of_birth": ("dob", "birth date", "d o b"),
    "expected_date_of_birth": ("edd", "due date", "expected dob"),
    "area": ("council", "local authority", "la", "authority"),
    "registration_date": ("date registered", "cpr start date", "start date", "registered on"),
    "deregistration_date": ("date deregistered", "cpr end date", "end date", "removed on"),
    "meeting_date": ("date of meeting", "conference date", "date held", "cppm date", "cpcc date"),
    "meeting_type": ("type", "conference type", "type of meeting", "cppm type"),
    "outcome": ("decision", "result"),
    "received_date": ("date received", "referral date", "date of concern"),
    "discussion_date": ("ird date", "date of ird", "date of discussion"),
    "reason": ("reason for de-registration", "deregistration reason", "dereg reason"),
    "concern": ("area of concern", "risk factor", "risk"),
    "sex": ("gender",),
    "ethnicity": ("ethnic group", "ethnic origin"),
    "simd_quintile": ("simd", "quintile", "deprivation quintile"),
    "family_id": ("family", "family group", "sibling group", "household id"),
    "core_group_date": ("date of core group", "core group meeting date"),
}
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %b %Y", "%d/%m/%y", "%d-%b-%Y")

#: More different words than this, or longer ones, are no codes, and may say something of a child.
_MOST_CODES, _LONGEST_CODE = 20, 30

#: Headings are looked for above this line.
_LOWEST = 10

_HEAD = """\
# A starter mapping, guessed from {what}. Check every line.
title = {title}
areas = ["Dundee City"]      # the councils whose records these are
since = 2012-08-01           # the first and the last day that they cover
until = 2021-07-31
synthetic = false
# guidance_2021_from = 2021-09-01  # the day from which the area follows the 2021 timescales
"""


def starter_mapping(source: str | Path, *, schema: str = "") -> str:
    """
    Write a starter mapping from what a source holds.

    Parameters
    ----------
    source : str or Path
        A folder of CSV, Excel or Parquet files, one such file, or a SQLAlchemy URL.
    schema : str
        Of a database; by default its own default one.

    Returns
    -------
    str
        TOML. Tables and columns are guessed by their names; of the data themselves only the words
        of coded columns are shown, where they are few and no code is known for them.

    Raises
    ------
    DataNotFound
        When there is nothing to read.
    CannotRead
        When it cannot be read.
    """
    if "://" in str(source):
        found = _tables(str(source), schema)
        # The address may hold a password, so it is left to the environment.
        head = _head("a database", "a database") + 'database = "${DATABASE_URL}"\n'
    else:
        path = Path(source)
        found = _files(path)
        head = _head(repr(path.name), path.name)
    if not found:
        where = "the database" if "://" in str(source) else source
        raise DataNotFound(f"There is no table, and no CSV, Excel or Parquet file, in {where}.")
    parts, used = [head], set[str]()
    words: dict[str, set[str]] = {}
    for where, raw in found.items():
        frame = raw.frame
        table = None if raw.problems else _likeliest(where, frame, used)
        if table is None or any(_is_data(c) for c in frame.columns):
            said = "like no table of the model (docs/records.md), or without headings"
            parts.append(_left_out(where, raw.problems[0] if raw.problems else said))
            continue
        used.add(table.id)
        parts.append(_table(where, frame, table, words))
    parts += [_codes(name, unknown) for name, unknown in words.items()]
    return "".join(parts)


def _tables(url: str, schema: str) -> dict[str, Raw]:
    said = f"schema = {_text(schema)}\n" if schema else ""
    return {
        f"{said}table = {_text(name)}": Raw(name, as_text(columns, first=1), [])
        for name, columns in tables_of(url, schema).items()
    }


def _files(path: Path) -> dict[str, Raw]:
    if not path.exists():
        raise DataNotFound(f"There is no {path}.")
    found = {}
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        said = f"file = {_text(file.name)}"
        if file.suffix.lower() in {".xlsx", ".xlsm"}:
            for sheet in sheets_of(file):
                where, raw = _seen(file, sheet)
                found[f"{said}\nsheet = {_text(sheet)}{where}"] = raw
        elif file.suffix.lower() in {".csv", ".parquet"} or not path.is_dir():
            where, raw = _seen(file)
            found[said + where] = raw
    return found


def _seen(file: Path, sheet: str = "") -> tuple[str, Raw]:
    """Read a file; where its first line is like no table, look for headings under a title."""
    first = read_file(file, sheet)
    lower = range(2, _LOWEST) if file.suffix.lower() != ".parquet" else ()
    if first.problems or _likeliest("", first.frame, set()) is None:
        for header in lower:
            raw = read_file(file, sheet, header)
            if not raw.problems and _likeliest("", raw.frame, set()):
                return f"\nheader = {header}", raw
    return "", first


def _is_data(heading: str) -> bool:
    """Tell a cell of a table that has no headings; it may say something of a child."""
    number = re.match(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|\d{5,}", heading)
    return number is not None or privacy.would_name(pd.Series([heading]))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _head(said: str, name: str) -> str:
    return _HEAD.format(what=said, title=_text(f"Export of {name}"))


def _left_out(where: str, said: object) -> str:
    lines = [*where.split("\n"), *str(said).split("\n")]
    return "\n" + "".join(f"# {line}\n" for line in lines)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()


def _names(field: Field) -> set[str]:
    return {_plain(field.name), *map(_plain, _ALSO.get(field.name, ()))}


def _matched(frame: pd.DataFrame, table: Table) -> dict[str, str]:
    """Match columns of the model to those of a source, each to one."""
    columns = {_plain(c): c for c in frame.columns if c != LINE}
    found: dict[str, str] = {}
    for field in table.fields:
        for name in sorted(_names(field) & set(columns), key=lambda n: n != _plain(field.name)):
            if columns[name] not in found.values():
                found[field.name] = columns[name]
                break
    return found


def _likeliest(where: str, frame: pd.DataFrame, used: set[str]) -> Table | None:
    def likeness(table: Table) -> float:
        named = _plain(table.id) in _plain(where) or _plain(table.name) in _plain(where)
        needed = [f.name for f in table.fields if f.needed and f.type != "key"]
        match = _matched(frame, table)
        own = [n for n in match if n not in {"child_id", "area"}]
        return len(own) + sum(n in match for n in needed) / len(needed) + 3 * named

    tables = [t for t in TABLES.values() if t.id not in used]
    best = max(tables, key=likeness, default=None)
    return best if best is not None and likeness(best) > 1 else None


def _table(where: str, frame: pd.DataFrame, table: Table, words: dict[str, set[str]]) -> str:
    match = _matched(frame, table)
    lines = [f"\n# {table.about}", f"[tables.{table.id}]", where]
    pattern = _dates(frame, table, match)
    if pattern != _DATES[0]:
        lines.append(f'dates = "{pattern}"')
    lines.append(f"[tables.{table.id}.columns]")
    for field in table.fields:
        if field.name in match:
            lines.append(f"{field.name} = {_text(match[field.name])}")
            _collect(frame[match[field.name]], field, words)
        else:
            lines.append(f'# {field.name} = ""  # {field.about}')
    left = [c for c in frame.columns if c not in {LINE, *match.values()}]
    lines += [f"# not used: {column!r}" for column in left]
    return "\n".join(lines) + "\n"


def _dates(frame: pd.DataFrame, table: Table, match: dict[str, str]) -> str:
    """Find the pattern that reads most dates."""
    named = [match[f.name] for f in table.fields if f.type == "date" and f.name in match]
    values = pd.concat([frame[c] for c in named]) if named else pd.Series(dtype="str")
    values = values[values != ""].drop_duplicates().head(500)

    def read(pattern: str) -> int:
        return sum(_is_date(v, pattern) for v in values)

    return max(_DATES, key=read)


def _is_date(text: str, pattern: str) -> bool:
    try:
        datetime.strptime(text, pattern)
    except ValueError:
        return False
    return True


def _collect(values: pd.Series, field: Field, words: dict[str, set[str]]) -> None:
    if not field.codes:
        return
    often = values.str.strip().value_counts()
    # A word that stands once may be a remark on a child.
    kinds = {word for word, times in often.items() if times > 1 and _is_word(str(word))}
    if len(often) <= _MOST_CODES and not privacy.would_name(values):
        known = understood(field.codes, {})
        words.setdefault(field.codes, set()).update(k for k in kinds if k.casefold() not in known)


def _is_word(text: str) -> bool:
    return re.fullmatch(rf"[\w /&,()'-]{{1,{_LONGEST_CODE}}}", text) is not None


def _codes(name: str, unknown: set[str]) -> str:
    if not unknown:
        return ""
    options = "; ".join(code.code for code in CODES[name])
    lines = [f"\n# Choose among: {options}", f"[codes.{name}]"]
    lines += [f'# {_text(word)} = ""' for word in sorted(unknown)]
    return "\n".join(lines) + "\n"
